//! Secrets that people carry, and the digests that we keep of them.

use bot_core::digest::sha256;
use bot_core::hall::Hall;
use subtle::ConstantTimeEq as _;

/// Characters of a secret: 32 of 31 letters are 158 bits.
const SECRET_CHARS: usize = 32;

/// A new secret.
pub(crate) fn new(hall: &Hall) -> String {
    hall.ids.code(SECRET_CHARS)
}

/// What a password is hashed with, so that the same one of two people does not look the same: 24 of 31 letters are 118 bits.
pub(crate) fn salt(hall: &Hall) -> String {
    hall.ids.code(24)
}

/// The digest of a secret, hex. Secrets are random and long, so a plain digest is enough.
pub(crate) fn digest(secret: &str) -> String {
    sha256(secret)
}

/// What a page must send back to show that it is ours: follows from the session's secret, and does not give it away.
pub(crate) fn csrf(session_secret: &str) -> String {
    digest(&format!("csrf of {session_secret}"))
}

/// Whether two secrets or digests are the same, in a time that does not depend on where they differ.
pub(crate) fn same(a: &str, b: &str) -> bool {
    a.as_bytes().ct_eq(b.as_bytes()).into()
}
