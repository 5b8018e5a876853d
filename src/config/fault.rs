//! What is wrong with a config, in one sentence with its place.

use std::fmt;

/// A fault and where it stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Fault {
    /// The file, or the environment variable.
    pub(crate) place: String,
    /// Line and column, from 1, in characters; `None` when the fault is not in a text.
    pub(crate) at: Option<(usize, usize)>,
    /// What is wrong and what to do.
    pub(crate) sentence: String,
}

impl Fault {
    /// A fault that is not in a text.
    pub(crate) fn of(place: impl Into<String>, sentence: impl Into<String>) -> Self {
        Self { place: place.into(), at: None, sentence: sentence.into() }
    }

    /// What TOML or serde found, with the nearest right key for a wrong one.
    pub(crate) fn of_toml(place: &str, text: &str, error: &toml::de::Error) -> Self {
        let at = error.span().map(|span| line_and_column(text, span.start));
        Self { place: place.to_owned(), at, sentence: in_words(error.message()) }
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.at {
            Some((line, column)) => write!(f, "{}:{line}:{column}: {}", self.place, self.sentence),
            None => write!(f, "{}: {}", self.place, self.sentence),
        }
    }
}

/// Line and column of a byte, from 1, in characters.
fn line_and_column(text: &str, byte: usize) -> (usize, usize) {
    let before = &text[..text.floor_char_boundary(byte)];
    let line = before.matches('\n').count() + 1;
    let column = before.rsplit('\n').next().unwrap_or_default().chars().count() + 1;
    (line, column)
}

/// serde's words for an unknown key, with a suggestion, and for a wrong address; other words as they are.
fn in_words(message: &str) -> String {
    // The standard library's words for whatever is no address.
    if message.trim() == "invalid socket address syntax" {
        return "an address and a port are needed here, such as 127.0.0.1:8080".to_owned();
    }
    let names: Vec<&str> = message.split('`').skip(1).step_by(2).collect();
    let (Some(found), true) = (names.first(), message.starts_with("unknown ")) else {
        return message.trim().replace('\n', "; ");
    };
    let what = if message.starts_with("unknown variant") { "value" } else { "key" };
    let near = names[1..].iter().min_by_key(|name| strsim::damerau_levenshtein(name, found));
    match near.filter(|near| strsim::damerau_levenshtein(near, found) <= near.len().max(found.len()) / 2) {
        Some(near) => format!("there is no {what} `{found}` here; did you mean `{near}`?"),
        None => format!("there is no {what} `{found}` here; possible are {}", names[1..].join(", ")),
    }
}
