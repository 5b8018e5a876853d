//! Every sentence of the console is there in both languages, and none is left over.

use std::collections::BTreeSet;
use std::path::Path;

use bot_core::chat::Lang;
use bot_core::texts::Texts;

/// All files below a folder that end like this, as one text.
fn all_text(folder: &Path, ends: &[&str]) -> String {
    let mut text = String::new();
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            text += &all_text(&path, ends);
        } else if ends.iter().any(|end| path.extension().is_some_and(|own| own == *end)) {
            text += &std::fs::read_to_string(path).unwrap();
        }
    }
    text
}

/// Words between quotation marks that look like keys of ours.
fn keys_in(text: &str) -> BTreeSet<&str> {
    let is_ours = |word: &&str| {
        ["console-", "sandbox-"].iter().any(|start| word.starts_with(start))
            && !word.ends_with('-')
            && word.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || matches!(b, b'-' | b'.'))
    };
    text.split('"').filter(is_ours).collect()
}

#[test]
fn every_key_that_is_used_is_there_and_every_key_that_is_there_is_used() {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    let used = all_text(&here.join("src"), &["rs"]) + &all_text(&here.join("templates"), &["html"]);
    let used = keys_in(&used);
    let texts = Texts::new(jiff::tz::TimeZone::UTC);
    for lang in Lang::ALL {
        let missing: Vec<_> = used.iter().filter(|key| !texts.has(lang, key)).collect();
        assert!(missing.is_empty(), "{} lacks {missing:?}", lang.tag());
    }
    for file in ["console.ftl", "sandbox.ftl"] {
        let locales = here.join("../bot-core/locales/en").join(file);
        let known = std::fs::read_to_string(locales).unwrap();
        let keys = known.lines().filter_map(|line| line.split_once(" = ")).map(|(key, _)| key);
        let left: Vec<_> = keys.filter(|key| !key.starts_with(' ') && !used.contains(key)).collect();
        assert!(left.is_empty(), "{file} has keys that nobody uses: {left:?}");
    }
}
