//! Nothing half-added survives: each feature has its manual page, story, store, migration and sentences.

#![expect(clippy::unwrap_used, reason = "a file of the project that cannot be read is a failure")]

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use bot_core::chat::Lang;
use bot_core::feature::{Feature, Registry};
use bot_core::texts::Texts;

/// The folder that holds everything.
fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

fn registry() -> Registry {
    bot_core::features::all(Default::default())
}

/// The text of a file, if it is there.
fn read(path: &Path) -> Option<String> {
    fs::read_to_string(path).ok()
}

/// All files below a folder with this extension.
fn files(folder: &Path, extension: &str) -> Vec<PathBuf> {
    let mut found = Vec::new();
    let Ok(entries) = fs::read_dir(folder) else { return found };
    for path in entries.map(|entry| entry.unwrap().path()) {
        if path.is_dir() {
            found.extend(files(&path, extension));
        } else if path.extension().is_some_and(|is| is == extension) {
            found.push(path);
        }
    }
    found.sort();
    found
}

/// A module's files: `NAME.rs` and all in `NAME/`.
fn module(folder: &Path, name: &str) -> Vec<PathBuf> {
    let mut found = files(&folder.join(name), "rs");
    found.extend(Some(folder.join(format!("{name}.rs"))).filter(|path| path.is_file()));
    found
}

/// Fails with everything that is missing, so that one run tells all.
fn none(missing: &[String]) {
    assert!(missing.is_empty(), "missing:\n  {}", missing.join("\n  "));
}

fn of_each(check: impl Fn(&dyn Feature, &str) -> Vec<String>) -> Vec<String> {
    registry().all().flat_map(|feature| check(feature.as_ref(), feature.manifest().name)).collect()
}

#[test]
fn each_feature_has_its_manual_page_and_its_stories() {
    let root = root();
    none(&of_each(|_, name| {
        let mut missing = Vec::new();
        let page = format!("docs/features/{name}.md");
        if read(&root.join(&page)).is_none_or(|text| text.trim().lines().count() < 5) {
            missing.push(format!("{page}: what {name} does, for whom, and what it promises"));
        }
        let stories = module(&root.join("tests"), name);
        if !stories.iter().any(|path| read(path).is_some_and(|text| text.contains("#[test]"))) {
            missing.push(format!("tests/{name}.rs: stories through the whole program"));
        }
        let main = read(&root.join("tests/main.rs")).unwrap_or_default();
        if !main.lines().any(|line| line == format!("mod {name};")) {
            missing.push(format!("tests/main.rs: mod {name};"));
        }
        missing
    }));
}

#[test]
fn each_feature_has_its_store_with_tests_on_both_databases_and_its_migrations() {
    let root = root();
    none(&of_each(|feature, name| {
        if feature.keeps_nothing() {
            return Vec::new();
        }
        let mut missing = Vec::new();
        let store = module(&root.join("bot-core/src/store"), name);
        if store.is_empty() {
            missing.push(format!("bot-core/src/store/{name}.rs, or {name} says that it keeps nothing"));
        } else if !store.iter().any(|path| read(path).is_some_and(|text| text.contains("on_both("))) {
            missing.push(format!("tests of bot-core/src/store/{name}.rs on both databases"));
        }
        for database in ["sqlite", "postgres"] {
            let ending = format!("_{name}.sql");
            let migrations = files(&root.join("migrations").join(database), "sql");
            if !migrations.iter().any(|path| path.to_string_lossy().ends_with(&ending)) {
                missing.push(format!("migrations/{database}/NNNN{ending}"));
            }
        }
        missing
    }));
}

#[test]
fn both_databases_have_the_same_migrations() {
    let names = |database: &str| -> Vec<String> {
        let all = files(&root().join("migrations").join(database), "sql");
        all.iter().map(|path| path.file_name().unwrap().to_string_lossy().into_owned()).collect()
    };
    assert_eq!(names("sqlite"), names("postgres"));
    let numbers: BTreeSet<String> = names("sqlite").iter().map(|name| name[..4].to_owned()).collect();
    assert_eq!(numbers.len(), names("sqlite").len(), "a number stands twice: {:?}", names("sqlite"));
}

#[test]
fn each_command_has_its_help_and_each_feature_with_commands_its_title() {
    let texts = Texts::new(jiff::tz::TimeZone::UTC);
    let mut missing = Vec::new();
    let mut wants = |key: String| {
        for lang in Lang::ALL.into_iter().filter(|lang| !texts.has(*lang, &key)) {
            missing.push(format!("{key} in {}", lang.tag()));
        }
    };
    for feature in registry().all() {
        let manifest = feature.manifest();
        if !manifest.commands.is_empty() {
            wants(manifest.title().key.into_owned());
        }
        for command in manifest.commands {
            wants(command.help().key.into_owned());
            wants(command.usage().key.into_owned());
        }
    }
    none(&missing);
}

#[test]
fn a_usage_begins_with_its_command() {
    let texts = Texts::new(jiff::tz::TimeZone::UTC);
    for command in registry().commands() {
        for lang in Lang::ALL {
            let usage = texts.say(lang, &command.usage());
            let slash = format!("/{}", command.name);
            let next = usage.strip_prefix(&slash).and_then(|rest| rest.chars().next());
            let ends = next.is_none_or(|c| !c.is_ascii_alphanumeric() && c != '_');
            assert!(usage.starts_with(&slash) && ends, "{}: “{usage}”", command.name);
        }
    }
}

#[test]
fn names_are_given_once() {
    let registry = registry();
    let twice = |names: Vec<&'static str>| {
        let mut seen = BTreeSet::new();
        names.into_iter().filter(|name| !seen.insert(*name)).collect::<Vec<_>>()
    };
    let features = registry.all().map(|feature| feature.manifest().name).collect();
    assert_eq!(twice(features), [] as [&str; 0], "features");
    let commands = registry.commands().map(|command| command.name).collect();
    assert_eq!(twice(commands), [] as [&str; 0], "commands");
}

/// The keys of a language with the file that each stands in, attributes as `key.attribute`.
fn keys(lang: Lang) -> BTreeMap<String, String> {
    let mut keys = BTreeMap::new();
    for path in files(&root().join("bot-core/locales").join(lang.tag()), "ftl") {
        let file = path.file_name().unwrap().to_string_lossy().into_owned();
        let mut message = String::new();
        for line in read(&path).unwrap().lines() {
            let key = if let Some(attribute) = line.trim_start().strip_prefix('.') {
                name_before_equals(attribute).map(|name| format!("{message}.{name}"))
            } else {
                let name = Some(line).filter(|line| line.starts_with(|c: char| c.is_ascii_lowercase()));
                let name = name.and_then(name_before_equals);
                message = name.clone().unwrap_or(message);
                name
            };
            if let Some(key) = key {
                let before = keys.insert(key.clone(), file.clone());
                assert_eq!(before, None, "{key} stands twice");
            }
        }
    }
    keys
}

fn name_before_equals(line: &str) -> Option<String> {
    let (name, _) = line.split_once('=')?;
    let name = name.trim();
    let is_key = !name.is_empty() && name.chars().all(|c| c.is_ascii_alphanumeric() || c == '-');
    is_key.then(|| name.to_owned())
}

#[test]
fn both_languages_say_the_same_things() {
    let (en, zh) = (keys(Lang::En), keys(Lang::Zh));
    assert!(en.len() > 50, "the files were found");
    let only = |one: &BTreeMap<String, String>, other: &BTreeMap<String, String>, lang: Lang| {
        let missing = one.iter().filter(|(key, _)| !other.contains_key(*key));
        missing.map(|(key, file)| format!("{key} in {}/{file}", lang.tag())).collect::<Vec<_>>()
    };
    none(&[only(&en, &zh, Lang::Zh), only(&zh, &en, Lang::En)].concat());
}

#[test]
fn a_sentence_takes_the_same_things_in_both_languages() {
    let takes = |lang: Lang| -> BTreeMap<String, BTreeSet<String>> {
        let mut all: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
        for path in files(&root().join("bot-core/locales").join(lang.tag()), "ftl") {
            let mut message = String::new();
            for line in read(&path).unwrap().lines() {
                if line.starts_with(|c: char| c.is_ascii_lowercase()) {
                    message = name_before_equals(line).unwrap_or(message);
                }
                for after in line.split("{ $").skip(1) {
                    let name: String =
                        after.chars().take_while(|c| c.is_ascii_alphanumeric() || *c == '_').collect();
                    // A number that only chooses a plural is nothing that is said; Chinese has none. A sentence that
                    // is given in both languages shows its own one.
                    let chooses = after[name.len()..].trim_start().starts_with("->");
                    if !chooses && !matches!(name.as_str(), "en" | "zh") {
                        all.entry(message.clone()).or_default().insert(name);
                    }
                }
            }
        }
        all
    };
    let (en, zh) = (takes(Lang::En), takes(Lang::Zh));
    for key in keys(Lang::En).keys() {
        assert_eq!(en.get(key), zh.get(key), "{key}: en left, zh-CN right");
    }
}

/// The program's code, without its tests.
fn code() -> String {
    let root = root();
    let folders = ["bot-core/src", "console/src", "src", "adapters"];
    let mut code = String::new();
    for path in folders.iter().flat_map(|folder| files(&root.join(folder), "rs")) {
        let is_test = |part: std::path::Component<'_>| {
            matches!(part.as_os_str().to_str(), Some("tests" | "tests.rs" | "testing.rs" | "target"))
        };
        if path.strip_prefix(&root).unwrap_or(&path).components().any(is_test) {
            continue;
        }
        let text = read(&path).unwrap();
        let tests = text
            .find("#[cfg(test)]\nmod tests {")
            .or_else(|| text.find("#[cfg(test)]\npub(super) mod tests {"));
        let code_lines = text[..tests.unwrap_or(text.len())].lines();
        for line in code_lines.filter(|line| !line.trim_start().starts_with("//")) {
            code.push_str(line);
            code.push('\n');
        }
    }
    for path in files(&root.join("console"), "html") {
        code.push_str(&read(&path).unwrap());
    }
    code
}

/// The keys that are written in the code where a sentence is made.
fn used(code: &str) -> BTreeSet<String> {
    let mut used = BTreeSet::new();
    for opening in ["text!(", "Text::new("] {
        for after in code.split(opening).skip(1) {
            let literal = after.trim_start().strip_prefix('"').and_then(|after| after.split_once('"'));
            // An empty key is a refusal without words.
            used.extend(literal.map(|(key, _)| key.to_owned()).filter(|key| !key.is_empty()));
        }
    }
    used
}

#[test]
fn every_key_in_the_code_is_in_the_files() {
    let (used, keys) = (used(&code()), keys(Lang::En));
    assert!(used.len() > 50, "the code was found");
    // What else may look alike has no dashes or is not in lower case.
    let is_key = |key: &&String| {
        key.contains('-')
            && key.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || "-.".contains(c))
    };
    none(&used.iter().filter(is_key).filter(|key| !keys.contains_key(*key)).cloned().collect::<Vec<_>>());
}

#[test]
fn every_key_in_the_files_is_in_the_code() {
    let code = code();
    let registry = registry();
    // These are made from the registry.
    let mut made: BTreeSet<String> = BTreeSet::new();
    for feature in registry.all() {
        made.insert(feature.manifest().title().key.into_owned());
    }
    for command in registry.commands() {
        made.extend([command.help().key.into_owned(), command.usage().key.into_owned()]);
    }
    let unused =
        |(key, _): &(&String, &String)| !made.contains(*key) && !code.contains(&format!("\"{key}\""));
    let keys = keys(Lang::En);
    let unused: Vec<String> =
        keys.iter().filter(unused).map(|(key, file)| format!("{key} ({file}) is used nowhere")).collect();
    none(&unused);
}

#[test]
fn the_readers_of_these_tests_see_what_they_should() {
    let text = "text!(\n  \"a-b\", x = 1) Text::new(\"c-d\") Text::new(\"\") text!(key)";
    assert_eq!(used(text), BTreeSet::from(["a-b".to_owned(), "c-d".to_owned()]));
    assert_eq!(name_before_equals("mute-done = It is done = over"), Some("mute-done".into()));
    assert_eq!(name_before_equals("   and goes on = so"), None);
}
