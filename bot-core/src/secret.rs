//! A secret from the config: a platform's token, what a webhook is known by.

use std::fmt;

use serde::{Deserialize, Serialize, Serializer};
use subtle::ConstantTimeEq as _;

/// A secret that is never shown: not in logs, not in errors, not by `{:?}`, not when the config is printed.
#[derive(Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(from = "String")]
pub struct Secret(String);

impl Secret {
    /// A secret, without the blanks and line ends around it that come with a file or a copied line.
    pub fn new(secret: impl Into<String>) -> Self {
        Self(secret.into().trim().to_owned())
    }

    /// The secret itself, for where it is used.
    pub fn expose(&self) -> &str {
        &self.0
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Whether `given` is this secret, in a time that tells nothing about it. Nothing is like no secret.
    pub fn is(&self, given: &[u8]) -> bool {
        !self.0.is_empty() && bool::from(self.0.as_bytes().ct_eq(given))
    }
}

impl From<String> for Secret {
    fn from(secret: String) -> Self {
        Self::new(secret)
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(if self.0.is_empty() { "none" } else { "(secret)" })
    }
}

impl Serialize for Secret {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(if self.0.is_empty() { "" } else { "(secret)" })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_secret_shows_itself_to_nobody() {
        let secret: Secret = serde_json::from_str(r#"" s3cret\n""#).unwrap();
        assert_eq!(secret.expose(), "s3cret");
        for shown in [format!("{secret:?}"), serde_json::to_string(&secret).unwrap()] {
            assert!(!shown.contains("s3cret"), "{shown}");
        }
    }

    #[test]
    fn a_secret_is_like_no_other_and_nothing_is_like_none() {
        let secret = Secret::new("s3cret");
        assert!(secret.is(b"s3cret"));
        for other in ["", "s3cre", "S3cret", "s3cret "] {
            assert!(!secret.is(other.as_bytes()), "{other}");
        }
        assert!(!Secret::default().is(b""));
    }
}
