//! The manual's table of keys, made from the sample file.

use super::SAMPLE;

/// Every key with its default and what it is for, as a Markdown table.
pub(crate) fn manual() -> String {
    let mut table = String::from("| key | default | environment | meaning |\n| --- | --- | --- | --- |\n");
    let (mut section, mut about) = (String::new(), Vec::new());
    for line in SAMPLE.lines() {
        if let Some(comment) = line.strip_prefix('#') {
            about.push(comment.trim());
        } else if let Some(name) = line.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')) {
            name.clone_into(&mut section);
            about.clear();
        } else if let Some((key, default)) = line.split_once(" = ") {
            let variable = format!("GUILDHALL_{}__{}", section.to_uppercase(), key.to_uppercase());
            table.push_str(&format!(
                "| `[{section}] {key}` | `{default}` | `{variable}` | {} |\n",
                about.join(" ")
            ));
            about.clear();
        } else {
            about.clear();
        }
    }
    table
}

#[cfg(test)]
mod tests {
    /// To renew the page: `cargo run -- config print-manual`, and put the table in.
    #[test]
    fn the_manual_page_tells_the_truth() {
        let page = include_str!("../../docs/configuration.md");
        assert!(
            page.contains(&super::manual()),
            "docs/configuration.md is stale; renew it with `guildhall config print-manual`"
        );
    }
}
