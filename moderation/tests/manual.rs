//! The manual page is true: its example does what it says, and it names every key.

use std::collections::BTreeSet;

use moderation::{Engine, FaultKind, Message, Policy};

const MANUAL: &str = include_str!("../../docs/features/moderation-policy.md");

#[test]
fn the_example_does_what_its_table_says() {
    let toml = MANUAL.split("```toml\n").nth(1).and_then(|rest| rest.split("```").next()).unwrap();
    let engine = Engine::new(Policy::parse(toml).unwrap());
    let table = MANUAL.split("| message | outcome |").nth(1).unwrap();
    let mut rows = 0;
    for row in table.lines().skip(2).take_while(|line| line.starts_with('|')) {
        let cells: Vec<_> = row.split('|').map(str::trim).collect();
        let verdict = engine.check(&Message::new(cells[1]));
        assert_eq!(format!("{:?}", verdict.outcome).to_lowercase(), cells[2], "{row}");
        let found: Vec<_> = verdict.hits.iter().map(|hit| hit.spans[0].text.as_str()).collect();
        assert_eq!(found.join(" "), cells[3], "{row}");
        rows += 1;
    }
    assert_eq!(rows, 8);
}

#[test]
fn every_key_has_its_row() {
    let wrong = "zzzzzz = 1\n[ladder]\nzzzzzz = 1\nsteps = [{ zzzzzz = 1 }]\n[thresholds]\nzzzzzz = 1\n\
                 [learner]\nzzzzzz = 1\n[pictures]\nzzzzzz = 1\n[[change]]\nzzzzzz = 1\n[[rule]]\nzzzzzz = 1\n\
                 behaviour = { zzzzzz = 1 }\ntitle = { zzzzzz = 1 }";
    let faults = Policy::parse(wrong).unwrap_err();
    let keys: BTreeSet<&str> = faults
        .iter()
        .flat_map(|fault| match &fault.kind {
            FaultKind::UnknownKey { known, .. } => known.to_vec(),
            _ => Vec::new(),
        })
        .collect();
    assert_eq!(keys.len(), 50, "{keys:?}");
    for key in keys {
        let inline = matches!(key, "at" | "sanction" | "en" | "zh-CN" | "kind" | "count" | "within");
        let told = if inline { MANUAL.contains(key) } else { MANUAL.contains(&format!("| `{key}` |")) };
        assert!(told, "the manual does not tell of `{key}`");
    }
}

#[test]
fn the_faults_it_shows_are_real() {
    let wrong = "version = 1\n[[rule]]\nid = \"r\"\ntitle = { en = \"R\", zh-CN = \"规\" }\nwords = [\"x\"]\n\nwrods = []\n\n\n\
                 regex = [\n\n  'a(b',\n]\n\n\n\n[ladder]\nsteps = [\"warn\", \"mute 7d\", \"mute 1d\"]";
    let told: Vec<_> = Policy::parse(wrong).unwrap_err().iter().map(ToString::to_string).collect();
    assert!(MANUAL.contains(&told.join("\n")), "{told:#?}");
}
