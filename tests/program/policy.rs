//! A policy that is changed while the program runs.

use std::time::Duration;

use super::{PATIENCE, Place, now};

const GOOD: &str =
    "version = 7\n[[rule]]\nid = \"r\"\ntitle = { en = \"R\", zh-CN = \"规\" }\nwords = [\"样品甲\"]\n";

#[test]
fn a_broken_policy_is_told_with_its_line_and_the_last_good_one_stays_until_it_is_mended() {
    let place = Place::new();
    let file = place.path("mine.toml");
    std::fs::write(&file, GOOD).unwrap();
    place.write(&format!("[moderation]\npolicy_file = \"{}\"\n", file.display()));
    let program = place.start_and_wait();
    let wait_for = |words: &str| {
        let began = now();
        loop {
            if let Some(line) = program.log().lines().find(|line| line.contains(words)) {
                return line.to_owned();
            }
            assert!(began.elapsed() < PATIENCE, "nothing was said of “{words}”");
            std::thread::sleep(Duration::from_millis(20));
        }
    };
    std::fs::write(&file, GOOD.replace("words = ", "wrods = ")).unwrap();
    let line = wait_for("the last good one stays in force");
    assert!(line.contains("mine.toml:2:1: "), "{line}");
    assert!(place.get("/readyz").is_some_and(|answer| answer.starts_with("HTTP/1.1 200")), "it goes on");
    std::fs::write(&file, GOOD.replace("version = 7", "version = 8")).unwrap();
    wait_for("the changed policy is in force");
    assert!(program.stop().0.success());
}
