//! The second factor: codes by time (RFC 6238), and recovery codes for who has lost what shows them.

use bot_core::hall::Hall;
use bot_core::ids::StaffId;
use bot_core::store::{StoreError, Tx, session as store};
use qrcode::{Color, EcLevel, QrCode};
use totp_rs::{Builder, Secret, Totp};

use crate::fault::Fault;
use crate::secret;

/// Bytes of the secret, as RFC 4226, section 4, recommends: 160 bits.
const SECRET_BYTES: usize = 20;
/// The seconds for which a code is shown. With SHA-1 and six digits it is what every app takes (RFC 6238, section 5.2).
const STEP_S: u64 = 30;
/// Recovery codes that are given out together.
const RECOVERY_CODES: usize = 10;
/// Characters of a recovery code: 16 of 31 letters are 79 bits, so that a plain digest is enough.
const RECOVERY_CHARS: usize = 16;
/// The blank around a QR code that cameras need, modules (ISO/IEC 18004).
const QUIET: usize = 4;

/// What was shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Shown {
    /// A code of this moment, which is used up now.
    Code,
    /// A recovery code, which is used up now.
    Recovery,
    /// Neither, or one that was used before.
    Nothing,
}

/// A QR code, as one path of an SVG.
pub(crate) struct Qr {
    /// Modules along each side, with the blank around them.
    pub(crate) side: usize,
    pub(crate) path: String,
}

/// Whether somebody has a second factor that is asked for.
pub(crate) async fn stands(tx: &mut Tx, staff: &StaffId) -> Result<bool, StoreError> {
    Ok(store::second_factor(tx, staff).await?.is_some_and(|factor| factor.confirmed_at_ms.is_some()))
}

/// A fresh secret, base32.
pub(crate) fn new_secret(hall: &Hall) -> String {
    let bytes: Vec<u8> =
        (0..SECRET_BYTES).map(|_| u8::try_from(hall.ids.chance_below(256)).unwrap_or_default()).collect();
    Secret::from(bytes).to_base32()
}

/// Fresh recovery codes as they are shown, such as `ABCD-EFGH-JKLM-NPQR`.
pub(crate) fn new_recovery_codes(hall: &Hall) -> Vec<String> {
    let code = |_| {
        let code = hall.ids.code(RECOVERY_CHARS);
        let parts: Vec<&str> = (0..RECOVERY_CHARS).step_by(4).filter_map(|at| code.get(at..at + 4)).collect();
        parts.join("-")
    };
    (0..RECOVERY_CODES).map(code).collect()
}

/// The digest of a recovery code, however it was typed.
pub(crate) fn recovery_digest(code: &str) -> String {
    secret::digest(&plain(code).to_ascii_uppercase())
}

/// A code without what people put between its parts.
fn plain(code: &str) -> String {
    code.chars().filter(|c| !c.is_whitespace() && *c != '-').collect()
}

fn codes_of(secret: &str, name: &str) -> Result<Totp, Fault> {
    let secret = Secret::try_from_base32(secret)
        .map_err(|error| Fault::Internal(format!("a second factor cannot be read: {error}")))?;
    // A colon parts the issuer from the name.
    let name = name.replace(':', " ");
    Builder::new()
        .with_secret(secret)
        .with_step_duration(STEP_S)
        .with_skew(1)
        .with_account_name(name)
        .with_issuer(Some("Guildhall"))
        .build()
        .map_err(|error| Fault::Internal(format!("no codes can be made: {error}")))
}

/// The step whose code this is: that of now, the one before or the one after, for clocks that differ.
pub(crate) fn step_of(secret: &str, code: &str, now_ms: i64) -> Result<Option<i64>, Fault> {
    let now_s = u64::try_from(now_ms / 1000).unwrap_or_default();
    let step = codes_of(secret, "")?.check(&plain(code), now_s);
    Ok(step.and_then(|step| i64::try_from(step).ok()))
}

/// The address that apps read a secret from.
pub(crate) fn address(secret: &str, name: &str) -> Result<String, Fault> {
    codes_of(secret, name)?.to_url().map_err(|error| Fault::Internal(format!("no address of codes: {error}")))
}

/// Takes what somebody with a second factor shows: a code, or a recovery code. It is used up by that.
pub(crate) async fn take(tx: &mut Tx, staff: &StaffId, code: &str, now_ms: i64) -> Result<Shown, Fault> {
    let Some(factor) =
        store::second_factor(tx, staff).await?.filter(|factor| factor.confirmed_at_ms.is_some())
    else {
        return Ok(Shown::Nothing);
    };
    if let Some(step) = step_of(&factor.secret, code, now_ms)? {
        let is_new = store::use_step(tx, staff, step).await?;
        return Ok(if is_new { Shown::Code } else { Shown::Nothing });
    }
    let is_good = store::use_recovery_code(tx, staff, &recovery_digest(code), now_ms).await?;
    Ok(if is_good { Shown::Recovery } else { Shown::Nothing })
}

/// An address as a QR code.
pub(crate) fn qr(address: &str) -> Result<Qr, Fault> {
    let code = QrCode::with_error_correction_level(address, EcLevel::M)
        .map_err(|error| Fault::Internal(format!("no QR code can be drawn: {error}")))?;
    let width = code.width();
    let mut path = String::new();
    for (at, color) in code.to_colors().into_iter().enumerate() {
        if color == Color::Dark {
            path.push_str(&format!("M{} {}h1v1h-1z", at % width + QUIET, at / width + QUIET));
        }
    }
    Ok(Qr { side: width + 2 * QUIET, path })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// RFC 6238, appendix B: the secret of its examples.
    const SECRET: &str = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ";

    fn at(code: &str, now_s: i64) -> Option<i64> {
        step_of(SECRET, code, now_s * 1000).ok().flatten()
    }

    #[test]
    fn codes_are_those_of_the_rfc() {
        for (now_s, code) in
            [(59, "287082"), (1_111_111_109, "081804"), (1_234_567_890, "005924"), (20_000_000_000, "353130")]
        {
            assert_eq!(at(code, now_s), Some(now_s / 30), "{now_s}");
        }
    }

    #[test]
    fn a_clock_may_be_one_step_off_and_no_more() {
        let code = "081804";
        let step = 1_111_111_109 / 30;
        assert_eq!(at(code, 1_111_111_109 + 30), Some(step));
        assert_eq!(at(code, 1_111_111_109 - 30), Some(step));
        assert_eq!(at(code, 1_111_111_109 + 60), None);
        assert_eq!(at(code, 1_111_111_109 - 60), None);
    }

    #[test]
    fn a_code_is_read_as_people_type_it_and_garbage_is_none() {
        assert_eq!(at(" 287 082 ", 59), Some(1));
        for garbage in
            ["", "28708", "2870822", "abcdef", "٢٨٧٠٨٢", "２８７０８２", "-87082", &"1".repeat(1_000_000)]
        {
            assert_eq!(at(garbage, 59), None);
        }
    }

    #[test]
    fn an_app_is_told_what_it_needs() {
        let address = address(SECRET, "Gu Hai: admin").unwrap();
        assert!(
            address.starts_with("otpauth://totp/Guildhall:Gu%20Hai%20%20admin?secret=GEZDGNBV"),
            "{address}"
        );
        assert!(address.contains("issuer=Guildhall"), "{address}");
    }

    #[test]
    fn recovery_codes_are_read_as_people_type_them() {
        let digest = recovery_digest("ABCD-EFGH-JKLM-NPQR");
        assert_eq!(recovery_digest(" abcd efgh jklmnpqr"), digest);
        assert_ne!(recovery_digest("ABCD-EFGH-JKLM-NPQS"), digest);
    }

    #[test]
    fn a_camera_reads_the_qr_code() {
        const SCALE: usize = 4;
        let address = address(SECRET, "顾海").unwrap();
        let qr = qr(&address).unwrap();
        let module = |square: &str| {
            let (x, rest) = square.split_once(' ').unwrap();
            (x.parse::<usize>().unwrap(), rest.split_once('h').unwrap().0.parse::<usize>().unwrap())
        };
        let dark: std::collections::HashSet<_> = qr.path.split('M').skip(1).map(module).collect();
        let mut seen =
            rqrr::PreparedImage::prepare_from_greyscale(qr.side * SCALE, qr.side * SCALE, |x, y| {
                if dark.contains(&(x / SCALE, y / SCALE)) { 0 } else { 255 }
            });
        let read: Vec<String> = seen.detect_grids().iter().map(|grid| grid.decode().unwrap().1).collect();
        assert_eq!(read, [address]);
    }
}
