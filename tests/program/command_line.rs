//! Wrong and right words on the command line.

use super::{Place, run, said};

#[test]
fn a_wrong_config_is_told_with_line_and_column_and_the_nearest_right_key() {
    let place = Place::new();
    std::fs::write(place.path("guildhall.toml"), "[server]\nlissen = \"127.0.0.1:1\"\n").unwrap();
    let output = run(&["check", "--config", &place.config()]);
    assert!(!output.status.success());
    let said = said(&output);
    assert!(
        said.contains("guildhall.toml:2:1: there is no key `lissen` here; did you mean `listen`?"),
        "{said}"
    );
    assert_eq!(said.lines().count(), 1, "{said}");
}

#[test]
fn a_wrong_policy_is_told_with_line_and_column() {
    let place = Place::new();
    std::fs::write(place.path("policy.toml"), "version = 1\n\n[[rule]]\nid = \"a\"\nregex = [\"(\"]\n")
        .unwrap();
    place.write(&format!("[moderation]\npolicy_file = \"{}\"\n", place.path("policy.toml").display()));
    let output = run(&["check", "--config", &place.config()]);
    let said = said(&output);
    assert!(!output.status.success() && said.contains("policy.toml:"), "{said}");
    assert!(said.contains(":5:"), "the line of the expression itself: {said}");
}

#[test]
fn a_policy_is_checked_without_a_config_and_each_oddity_is_one_line_with_its_place() {
    let place = Place::new();
    let file = place.path("mine.toml").display().to_string();
    let write = |text: &str| std::fs::write(&file, text).unwrap();
    let title = "title = { en = \"x\", zh-CN = \"x\" }";
    write(&format!(
        "import = [\"base.toml\"]\nallow = [\"代发\"]\n\n[[rule]]\nid = \"sale\"\n{title}\nwords = [\"双十一\"]\nend = 2020-11-12\n\n\
         [[rule]]\nid = \"fake\"\n{title}\nwords = [\"{{brand}}客服\"]\n"
    ));
    let base = format!("version = 3\n[[rule]]\nid = \"base\"\n{title}\nwords = [\"代发\", \"货代\"]\n");
    std::fs::write(place.path("base.toml"), base).unwrap();

    let output = run(&["check", "--policy", &file]);
    assert!(output.status.success(), "{}", said(&output));
    let told = String::from_utf8_lossy(&output.stdout).into_owned();
    let lines: Vec<&str> = told.lines().collect();
    assert_eq!(lines.len(), 4, "{told}");
    assert!(lines[0].starts_with("base.toml:2:1: note: the rule `base` has the dead word `代发`"), "{told}");
    assert!(
        lines[1].ends_with("mine.toml:4:1: note: the rule `sale` can never fire: its `end` has passed"),
        "{told}"
    );
    assert!(lines[2].contains(":10:1: note: the rule `fake` can never fire: it looks for brands"), "{told}");
    assert!(lines[3].ends_with("mine.toml is good. Policy version 3, 3 rules."), "{told}");
    let branded = run(&["check", "--policy", &file, "--brand", "Starmarket"]);
    assert!(!String::from_utf8_lossy(&branded.stdout).contains("brands"));

    write("version = 1\n[[rule]]\nid = \"a\"\nwrods = []\n");
    let output = run(&["check", "--policy", &file]);
    let broken = said(&output);
    assert!(
        !output.status.success() && broken.contains("mine.toml:4:1: a rule has no key `wrods`"),
        "{broken}"
    );
}

#[test]
fn what_check_is_asked_wrongly_is_one_sentence() {
    for (args, words) in [
        (&["check", "--policy", "/nowhere/mine.toml"][..], "cannot be read"),
        (&["check", "--policy", "mercant"], "did you mean `merchant`?"),
        (
            &["check", "--policy", "merchant", "--own-domain", "my shop"],
            "--own-domain `my shop` is no domain",
        ),
        (&["scan", "--policy", "merchant", "--brand", " "], "is no name"),
        (&["scan", "--against", "/nowhere/labelled.jsonl"], "cannot be read"),
        (&["scan", "--words", "/nowhere/words.txt"], "cannot be read"),
    ] {
        let output = run(args);
        let said = said(&output);
        assert!(!output.status.success() && said.contains(words), "{args:?}: {said}");
        assert_eq!(said.lines().count(), 1, "{args:?}: {said}");
    }
    let neither = run(&["check"]);
    assert!(!neither.status.success() && said(&neither).contains("--config"), "{}", said(&neither));
}

#[test]
fn a_good_config_is_said_to_be_good() {
    let place = Place::new();
    let output = run(&["check", "--config", &place.config()]);
    assert!(output.status.success(), "{}", said(&output));
    assert!(String::from_utf8_lossy(&output.stdout).contains("is good. Policy version"));
}

#[test]
fn the_printed_default_is_a_config() {
    let place = Place::new();
    let printed = run(&["config", "print-default"]);
    std::fs::write(place.path("guildhall.toml"), printed.stdout).unwrap();
    assert!(run(&["check", "--config", &place.config()]).status.success());
}

#[test]
fn a_file_that_is_not_there_is_one_sentence() {
    for command in ["serve", "check", "migrate"] {
        let output = run(&[command, "--config", "/nowhere/guildhall.toml"]);
        let said = said(&output);
        assert!(
            !output.status.success()
                && said.contains("/nowhere/guildhall.toml")
                && said.contains("cannot be read"),
            "{said}"
        );
        assert_eq!(said.lines().count(), 1, "{said}");
    }
}

#[test]
fn the_first_link_makes_the_admin_and_a_wrong_name_is_told_the_nearest() {
    let place = Place::new();
    let first = run(&["sign-in", "--config", &place.config(), "--staff", "Gu Hai"]);
    let printed = String::from_utf8_lossy(&first.stdout).into_owned();
    assert!(
        printed.contains(&format!("http://127.0.0.1:{}/enter?t=", place.port)),
        "{printed}{}",
        said(&first)
    );
    let reset = run(&["sign-in", "--config", &place.config(), "--staff", "Gu Hai", "--reset-second-factor"]);
    assert!(reset.status.success() && said(&reset).contains("had no second factor"), "{}", said(&reset));
    let second = run(&["sign-in", "--config", &place.config(), "--staff", "Gu Hia"]);
    assert!(!second.status.success() && said(&second).contains("did you mean Gu Hai?"), "{}", said(&second));
    let code = run(&["link-code", "--config", &place.config(), "--staff", "Gu Hai"]);
    let printed = String::from_utf8_lossy(&code.stdout).into_owned();
    let code = printed.lines().next().unwrap_or_default();
    assert!(code.len() == 11 && printed.contains(&format!("/link {code}")), "{printed}");
    let token = run(&["token", "--config", &place.config(), "--staff", "Gu Hai", "--label", "reports"]);
    assert!(token.status.success(), "{}", said(&token));
}

#[test]
fn completions_name_the_commands() {
    let script = run(&["completions", "bash"]).stdout;
    let script = String::from_utf8_lossy(&script);
    assert!(
        ["demo", "serve", "check", "migrate", "backup", "restore", "copy", "sign-in", "link-code"]
            .iter()
            .all(|name| script.contains(name))
    );
}

#[test]
fn the_config_of_the_image_is_a_good_one() {
    let config = concat!(env!("CARGO_MANIFEST_DIR"), "/packaging/guildhall.toml");
    let checked = run(&["check", "--config", config]);
    assert!(checked.status.success(), "{}", said(&checked));
}
