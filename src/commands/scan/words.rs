//! Makes a rule of a list of words, one a line.

use std::collections::BTreeSet;
use std::path::Path;

use moderation::Policy;

use crate::cli::complain;

/// Reads the words of a file: one a line, blanks around it and empty lines left out, each once.
///
/// # Errors
/// One sentence when the file cannot be read.
pub(super) fn read(path: &Path) -> Result<Vec<String>, String> {
    let text = std::fs::read_to_string(path)
        .map_err(|error| format!("--words {} cannot be read: {error}", path.display()))?;
    let mut seen = BTreeSet::new();
    let words = text.trim_start_matches('\u{FEFF}').lines().map(str::trim);
    let words = words.filter(|word| !word.is_empty() && seen.insert(*word)).map(str::to_owned);
    let (good, bad): (Vec<String>, Vec<String>) = words.partition(|word| Policy::can_find(word));
    for word in bad {
        let shown: String = word.chars().take(40).collect();
        complain(&format!("--words {}: `{}` cannot be looked for", path.display(), shown.escape_debug()));
    }
    Ok(good)
}

/// The words as one rule of a policy, which acts on what it surely finds and flags what it may have found; no rule
/// where there are no words.
pub(super) fn as_rule(words: Vec<String>) -> String {
    if words.is_empty() {
        return String::new();
    }
    let words = toml::Value::Array(words.into_iter().map(toml::Value::String).collect());
    format!(
        "\n[[rule]]\nid = \"words\"\ntitle = {{ en = \"Words\", zh-CN = \"词表\" }}\naction = \"act\"\nviews = \"unsure\"\nwords = {words}\n"
    )
}
