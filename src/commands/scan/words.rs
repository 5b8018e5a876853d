//! Makes a rule of a list of words, one a line.

use std::collections::BTreeSet;
use std::path::Path;

/// Reads the words of a file: one a line, blanks around it and empty lines left out, each once.
///
/// # Errors
/// One sentence when the file cannot be read.
pub(super) fn read(path: &Path) -> Result<Vec<String>, String> {
    let text = std::fs::read_to_string(path)
        .map_err(|error| format!("--words {} cannot be read: {error}", path.display()))?;
    let mut seen = BTreeSet::new();
    let words = text.trim_start_matches('\u{FEFF}').lines().map(str::trim);
    Ok(words.filter(|word| !word.is_empty() && seen.insert(*word)).map(str::to_owned).collect())
}

/// The words as one rule of a policy, which acts on what it surely finds.
pub(super) fn as_rule(words: Vec<String>) -> String {
    let words = toml::Value::Array(words.into_iter().map(toml::Value::String).collect());
    format!(
        "\n[[rule]]\nid = \"words\"\ntitle = {{ en = \"Words\", zh-CN = \"词表\" }}\naction = \"act\"\nwords = {words}\n"
    )
}
