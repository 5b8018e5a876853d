//! The policies that come with the program.

/// The names of the shipped policies.
pub const PRESETS: [&str; 3] = ["merchant", "strict", "relaxed"];

const MERCHANT: &str = include_str!("../../policies/merchant.toml");
const STRICT: &str = include_str!("../../policies/strict.toml");
const RELAXED: &str = include_str!("../../policies/relaxed.toml");

/// The text of the shipped policy of that name.
pub(super) fn text(name: &str) -> Option<&'static str> {
    match name {
        "merchant" => Some(MERCHANT),
        "strict" => Some(STRICT),
        "relaxed" => Some(RELAXED),
        _ => None,
    }
}
