//! `guildhall scan` as other programs call it.

use std::io::Write as _;
use std::process::{Output, Stdio};

use super::{Place, guildhall, said};

/// Runs `scan` with these arguments over these lines.
fn scan(args: &[&str], lines: &str) -> Output {
    let mut child = guildhall(&[&["scan"], args].concat())
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut stdin = child.stdin.take().unwrap();
    let lines = lines.to_owned();
    let feeder = std::thread::spawn(move || stdin.write_all(lines.as_bytes()));
    let output = child.wait_with_output().unwrap();
    let _ = feeder.join().unwrap();
    output
}

fn told(output: &Output) -> Vec<serde_json::Value> {
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    text.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

#[test]
fn a_verdict_a_line_in_order_with_the_writers_own_characters() {
    let place = Place::new();
    std::fs::write(place.path("words.txt"), "大麻\n\n 大麻 \n\u{200B}\n").unwrap();
    let words = place.path("words.txt").display().to_string();
    let lines =
        "{\"id\":1,\"text\":\"出大麻，大麻\"}\n{broken\n\n{\"id\":\"b\",\"text\":\"hello \\ud800\"}\n";
    let output = scan(&["--words", &words], lines);
    assert_eq!(
        String::from_utf8_lossy(&output.stdout),
        "{\"id\":1,\"verdict\":\"act\",\"category\":null,\"score\":100,\"rules\":[{\"id\":\"words\",\"version\":1,\
         \"pattern\":\"大麻\",\"view\":\"exact\",\"spans\":[{\"start\":3,\"end\":9,\"text\":\"大麻\"},\
         {\"start\":12,\"end\":18,\"text\":\"大麻\"}]}],\"actions\":[\"delete\",\"warn\"]}\n\
         {\"id\":\"b\",\"verdict\":\"pass\",\"category\":null,\"score\":0,\"rules\":[],\"actions\":[]}\n"
    );
    assert_eq!(output.status.code(), Some(1), "a line was broken");
    let said = said(&output);
    assert!(said.contains("line 2: ") && said.contains("1 line could not be read"), "{said}");
    assert!(said.contains("cannot be looked for"), "{said}");
}

#[test]
fn brands_and_own_domains_come_from_the_command_line() {
    let args = ["--policy", "merchant", "--brand", "Starmarket", "--own-domain", "starmarket.com"];
    let lines = "{\"id\":1,\"text\":\"see https://help.starmarket.com/fees\"}\n\
                 {\"id\":2,\"text\":\"see https://starmarket-help.top/fees\"}\n";
    let output = scan(&args, lines);
    assert!(output.status.success(), "{}", said(&output));
    let told = told(&output);
    assert_eq!((told[0]["verdict"].as_str(), told[1]["verdict"].as_str()), (Some("pass"), Some("act")));
    assert_eq!(told[1]["category"], "fraud_phishing");
    assert_eq!(told[1]["actions"], serde_json::json!(["delete", "mute 7d"]));
}

#[test]
fn a_rule_of_ones_own_is_explained() {
    let place = Place::new();
    let policy = place.path("mine.toml").display().to_string();
    std::fs::write(
        place.path("mine.toml"),
        "version = 1\nimport = [\"merchant\"]\n[[rule]]\nid = \"shop.fake-goods\"\n\
         title = { en = \"Fake goods\", zh-CN = \"售假\" }\ncategory = \"other_illegal\"\naction = \"act\"\n\
         words = [\"样品甲\"]\n",
    )
    .unwrap();
    let output =
        scan(&["--policy", &policy, "--explain", "--summary"], "{\"id\":1,\"text\":\"有样 品甲\"}\n");
    assert_eq!(
        String::from_utf8_lossy(&output.stdout),
        "1 ACT · other_illegal · score 100\n  有【样 品甲】\n  \
         shop.fake-goods (version 1) +100: word `样品甲`, read skip Fake goods\n  then: delete, warn\n"
    );
    assert!(said(&output).contains("1 message: 0 pass, 0 flag, 1 act; 0 broken lines."), "{}", said(&output));
    let wrong = scan(&["--policy", "other.toml"], "");
    assert!(said(&wrong).contains("shipped policies are merchant, strict, relaxed"), "{}", said(&wrong));
}

#[test]
fn labelled_messages_give_precision_recall_and_false_alarms() {
    let place = Place::new();
    let file = place.path("labelled.jsonl").display().to_string();
    std::fs::write(place.path("words.txt"), "weed").unwrap();
    let words = place.path("words.txt").display().to_string();
    std::fs::write(
        place.path("labelled.jsonl"),
        "{\"id\":1,\"text\":\"weed\",\"label\":\"violation\",\"category\":\"other_illegal\",\"lang\":\"en\"}\n\
         {\"id\":2,\"text\":\"grass\",\"label\":\"violation\",\"category\":\"other_illegal\",\"evasion\":[\"slang\"]}\n\
         {\"id\":3,\"text\":\"hello\",\"label\":\"ham\",\"lang\":\"en\"}\n",
    )
    .unwrap();
    let output = scan(&["--words", &words, "--against", &file], "");
    let table = String::from_utf8_lossy(&output.stdout).into_owned();
    let row = |name: &str| {
        let line = table.lines().find(|line| line.starts_with(name)).unwrap();
        line[name.len()..].split_whitespace().collect::<Vec<_>>().join(" ")
    };
    assert_eq!(row("all"), "2 1 100.0 % 50.0 % 66.7 % 0.0 % 50.0 %");
    assert_eq!(row("evasion slang"), "1 0 – 0.0 % – – 0.0 %");
    assert_eq!(row("language en"), "1 1 100.0 % 100.0 % 100.0 % 0.0 % 100.0 %");
}
