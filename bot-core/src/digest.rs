//! SHA-256, written as hex digits.

use sha2::{Digest as _, Sha256};

/// The SHA-256 of some bytes, 64 hex digits in small letters.
pub fn sha256(bytes: impl AsRef<[u8]>) -> String {
    hex(Sha256::digest(bytes))
}

/// Bytes as hex digits in small letters, two for each.
pub fn hex(bytes: impl AsRef<[u8]>) -> String {
    bytes.as_ref().iter().map(|byte| format!("{byte:02x}")).collect()
}
