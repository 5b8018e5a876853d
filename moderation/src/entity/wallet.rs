//! Finds wallet addresses whose checksum is right.

use sha3::{Digest as _, Keccak256};

use super::kind::EntityKind;
use super::link::Thing;

/// Every wallet address in `text`.
pub(super) fn find(text: &str, found: &mut Vec<Thing>) {
    let mut start = 0;
    for token in text.split(|c: char| !c.is_ascii_alphanumeric()) {
        if let Some(kind) = kind(token) {
            found.push(Thing { kind, at: start..start + token.len() });
        }
        let after = start + token.len();
        start = after + text[after..].chars().next().map_or(0, char::len_utf8);
    }
}

fn kind(token: &str) -> Option<EntityKind> {
    match token.len() {
        42 if token.starts_with("0x") && is_ethereum(&token[2..]) => Some(EntityKind::WalletEthereum),
        26..=35
            if token.starts_with(['1', '3']) && version(token).is_some_and(|v| matches!(v, 0x00 | 0x05)) =>
        {
            Some(EntityKind::WalletBitcoin)
        }
        34 if token.starts_with('T') && version(token) == Some(0x41) => Some(EntityKind::WalletTron),
        42..=62 if is_bech32(token) => Some(EntityKind::WalletBitcoin),
        _ => None,
    }
}

/// The version byte of a Base58Check text of 21 bytes, if its checksum is right.
fn version(token: &str) -> Option<u8> {
    let bytes = bs58::decode(token).with_check(None).into_vec().ok()?;
    (bytes.len() == 21).then(|| bytes[0])
}

fn is_bech32(token: &str) -> bool {
    let begins = token.get(..3).is_some_and(|head| head.eq_ignore_ascii_case("bc1"));
    begins && bech32::segwit::decode(token).is_ok()
}

/// 40 hexadecimal digits; where both cases are used, they must be the checksum of EIP-55.
fn is_ethereum(hex: &str) -> bool {
    if !hex.bytes().all(|b| b.is_ascii_hexdigit()) {
        return false;
    }
    let small = hex.to_ascii_lowercase();
    if hex == small || hex == hex.to_ascii_uppercase() {
        return true;
    }
    let hash = Keccak256::digest(small.as_bytes());
    hex.bytes().enumerate().all(|(at, byte)| {
        let nibble = if at % 2 == 0 { hash[at / 2] >> 4 } else { hash[at / 2] & 0xF };
        byte.is_ascii_digit() || byte.is_ascii_uppercase() == (nibble >= 8)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_with_a_right_checksum_are_wallets() {
        for (token, kind) in [
            ("1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNa", Some(EntityKind::WalletBitcoin)),
            ("1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNb", None),
            ("bc1qar0srrr7xfkvy5l643lydnw9re59gtzzwf5mdq", Some(EntityKind::WalletBitcoin)),
            ("bc1qar0srrr7xfkvy5l643lydnw9re59gtzzwf5mdp", None),
            ("0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed", Some(EntityKind::WalletEthereum)),
            ("0x5aAeb6053F3E94C9b9A09f33669435E7Ef1Beaed", None),
            ("0x5aaeb6053f3e94c9b9a09f33669435e7ef1beaed", Some(EntityKind::WalletEthereum)),
            ("TR7NHqjeKQxGTCi8q8ZY4pL8otSzgjLj6t", Some(EntityKind::WalletTron)),
            ("TR7NHqjeKQxGTCi8q8ZY4pL8otSzgjLj6u", None),
        ] {
            assert_eq!(super::kind(token), kind, "{token}");
        }
    }

    #[test]
    fn they_are_found_in_running_text() {
        let text = "转到TR7NHqjeKQxGTCi8q8ZY4pL8otSzgjLj6t，快";
        let mut found = Vec::new();
        find(text, &mut found);
        assert_eq!(&text[found[0].at.clone()], "TR7NHqjeKQxGTCi8q8ZY4pL8otSzgjLj6t");
    }
}
