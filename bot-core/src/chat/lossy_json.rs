//! Reads the JSON of platforms, some of which let halves of characters through.

use serde::de::DeserializeOwned;

/// Reads JSON. Where it cannot be read because of halves of characters (escapes like `\ud800` without their other half,
/// surrogates written as bytes), U+FFFD stands in for each: one odd character must not lose a message.
///
/// # Errors
/// What is wrong with it besides.
pub fn read_json<T: DeserializeOwned>(json: &[u8]) -> serde_json::Result<T> {
    serde_json::from_slice(json).or_else(|error| {
        let mut mended = json.to_vec();
        if mend(&mut mended) { serde_json::from_slice(&mended) } else { Err(error) }
    })
}

/// Puts U+FFFD in the place of halves of characters, each of which keeps its length. Whether there were any.
fn mend(json: &mut [u8]) -> bool {
    let (mut at, mut any) = (0, false);
    while at < json.len() {
        match json[at] {
            b'\\' if json.get(at + 1) == Some(&b'u') => {
                let other_half = json.get(at + 6..at + 8) == Some(b"\\u");
                match (escape(json, at), if other_half { escape(json, at + 6) } else { None }) {
                    (Some(0xD800..=0xDBFF), Some(0xDC00..=0xDFFF)) => at += 12,
                    (Some(0xD800..=0xDFFF), _) => {
                        json[at + 2..at + 6].copy_from_slice(b"fffd");
                        (at, any) = (at + 6, true);
                    }
                    _ => at += 2,
                }
            }
            b'\\' => at += 2,
            0xED if matches!(json.get(at + 1), Some(0xA0..=0xBF)) && at + 2 < json.len() => {
                json[at..at + 3].copy_from_slice("\u{FFFD}".as_bytes());
                (at, any) = (at + 3, true);
            }
            _ => at += 1,
        }
    }
    any
}

/// The number in the escape `\uXXXX` at `at`.
fn escape(json: &[u8], at: usize) -> Option<u32> {
    let digits = std::str::from_utf8(json.get(at + 2..at + 6)?).ok()?;
    u32::from_str_radix(digits, 16).ok()
}

#[cfg(test)]
mod tests {
    use super::read_json;

    #[test]
    fn halves_of_characters_are_replaced_and_whole_ones_kept() {
        let read = |json: &[u8]| read_json::<String>(json).unwrap();
        assert_eq!(read(br#""a\ud800b""#), "a\u{FFFD}b");
        assert_eq!(read(br#""\udc00\ud800\ud83d\ude00""#), "\u{FFFD}\u{FFFD}\u{1F600}");
        assert_eq!(read(br#""\uD800\n\uDFFF""#), "\u{FFFD}\n\u{FFFD}");
        assert_eq!(read(br#""\\ud800 \ud800""#), "\\ud800 \u{FFFD}", "an escaped backslash is no escape");
        assert_eq!(read(b"\"x\xED\xA0\x80y\""), "x\u{FFFD}y");
    }

    #[test]
    fn what_is_wrong_besides_is_still_wrong() {
        for json in [&b"\"\xFF\""[..], b"\"\\ud8", b"\"\\ud80g\"", b"{\"a\":\"\\ud800\"", b"\"\xED\xA0", b""]
        {
            assert!(read_json::<serde_json::Value>(json).is_err(), "{json:?}");
        }
    }
}
