//! Buttons that open an address: each is a line of the text that holds nothing else, `[label](https://…)`.

use super::address;
use super::template::{QUOTED_CHARS, Template};
use crate::chat::{Button, ButtonDo, Lang};
use crate::features::delivery::Values;
use crate::text;
use crate::texts::{Text, Texts};

/// Most buttons of a text. Discord shows five rows under a message (its reference of message components, "Action Row", read
/// 2026-11-23), and one may be taken by the button for a receipt.
const BUTTONS_MAX: usize = 4;
/// Longest label in characters: Discord's limit for a button (the same reference, "Button").
const LABEL_MAX_CHARS: usize = 80;
/// How what such a line is made of may be written: in ASCII, and as Chinese keyboards write it.
const SIGNS: [[&str; 3]; 2] = [["[", "](", ")"], ["【", "】（", "）"]];

/// A button that opens an address.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct LinkButton {
    label: Template,
    url: String,
    /// The number of its address where clicks are counted.
    n: Option<i64>,
}

impl LinkButton {
    /// Its label, which may have variables.
    pub(super) fn label(&self) -> &Template {
        &self.label
    }

    /// Where it leads.
    pub(super) fn url(&self) -> &str {
        &self.url
    }

    /// The same, counted if its address is one of these.
    pub(super) fn counted(self, targets: &[(i64, String)]) -> Self {
        let n = targets.iter().find(|(_, url)| *url == self.url).map(|(n, _)| *n);
        Self { n, ..self }
    }

    /// The button for who has these values.
    pub(super) fn fill(&self, values: &Values, (texts, lang): (&Texts, Lang)) -> Button {
        let label = self.label.fill(values, (texts, lang)).chars().take(LABEL_MAX_CHARS).collect();
        let url = match (&values.link, self.n) {
            (Some(link), Some(n)) => format!("{link}{n}"),
            _ => self.url.clone(),
        };
        Button { label, does: ButtonDo::Url(url) }
    }
}

/// A text without its buttons, and what is written in these: label and address. What is filled in later is not looked at, so that
/// nobody's name becomes a button.
pub(super) fn split(text: &str) -> (String, Vec<(&str, &str)>) {
    let (mut lines, mut found) = (Vec::new(), Vec::new());
    for line in text.lines() {
        match written(line.trim()) {
            Some(button) => found.push(button),
            None => lines.push(line),
        }
    }
    if found.is_empty() { (text.to_owned(), found) } else { (lines.join("\n").trim().to_owned(), found) }
}

/// What stands in a line that is a button, or was meant as one: what it would open has a scheme.
fn written(line: &str) -> Option<(&str, &str)> {
    SIGNS.into_iter().find_map(|[open, between, close]| {
        let (label, url) = line.strip_prefix(open)?.strip_suffix(close)?.rsplit_once(between)?;
        let (scheme, _) = url.trim().split_once(':')?;
        let is_scheme = scheme.starts_with(|c: char| c.is_ascii_alphabetic())
            && scheme.bytes().all(|c| c.is_ascii_alphanumeric());
        is_scheme.then_some((label.trim(), url.trim()))
    })
}

/// The buttons of a text, as far as they are right.
pub(super) fn of(text: &str) -> Vec<LinkButton> {
    let (_, written) = split(text);
    written.into_iter().filter_map(|(label, url)| read(label, url).ok()).take(BUTTONS_MAX).collect()
}

/// What is wrong with the buttons of a text, in the order of its lines.
pub(super) fn problems(text: &str) -> Vec<Text> {
    let (rest, written) = split(text);
    let mut wrong: Vec<Text> = written.iter().filter_map(|(label, url)| read(label, url).err()).collect();
    if written.len() > BUTTONS_MAX {
        wrong.push(text!("announcement-buttons-many", count = written.len(), max = BUTTONS_MAX));
    }
    if !written.is_empty() && rest.is_empty() {
        wrong.push(Text::new("announcement-buttons-alone"));
    }
    wrong
}

fn read(label: &str, url: &str) -> Result<LinkButton, Text> {
    let quoted = |text: &str| text.chars().take(QUOTED_CHARS).collect::<String>();
    if label.is_empty() {
        return Err(text!("announcement-button-blank", url = quoted(url)));
    }
    if label.chars().count() > LABEL_MAX_CHARS {
        return Err(text!("announcement-button-long", label = quoted(label), max = LABEL_MAX_CHARS));
    }
    let is_whole = address::found(url).first().is_some_and(|one| one.at == (0..url.len()));
    if !is_whole || !url.to_ascii_lowercase().starts_with("https://") {
        return Err(text!("announcement-button-address", label = quoted(label), url = quoted(url)));
    }
    Ok(LinkButton { label: Template::parse(label)?, url: url.to_owned(), n: None })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn said(text: &str) -> Vec<String> {
        let texts = Texts::new(jiff::tz::TimeZone::UTC);
        problems(text).iter().map(|why| texts.say(Lang::En, why)).collect()
    }

    #[test]
    fn a_line_of_its_own_is_a_button_and_leaves_the_text() {
        for (text, rest, buttons) in [
            ("Sale!\n\n[Sign up](https://a.example/x)", "Sale!", vec![("Sign up", "https://a.example/x")]),
            (
                "促销\n【立即报名】（https://a.example/报）",
                "促销",
                vec![("立即报名", "https://a.example/报")],
            ),
            (
                "a\n [x [1]](https://a.example/(b)) \nb\n[y](HTTPS://b.example)",
                "a\nb",
                vec![("x [1]", "https://a.example/(b)"), ("y", "HTTPS://b.example")],
            ),
            ("see [x](https://a.example) there", "see [x](https://a.example) there", vec![]),
            ("[注意](周五截止)", "[注意](周五截止)", vec![]),
            ("【注意】（周五18:00截止）", "【注意】（周五18:00截止）", vec![]),
            ("[at noon](12:00)", "[at noon](12:00)", vec![]),
            ("[] ()\n", "[] ()\n", vec![]),
        ] {
            assert_eq!(split(text), (rest.to_owned(), buttons), "{text}");
        }
    }

    #[test]
    fn what_is_wrong_with_a_button_is_one_sentence() {
        for url in
            ["javascript:alert(1)", "http://a.example", "https://a b", "https://u@a.example", "mailto:x@y"]
        {
            let told = said(&format!("Text\n[Go]({url})"));
            assert_eq!(told.len(), 1, "{url}");
            assert!(told[0].contains("“Go”") && told[0].contains("https://"), "{told:?}");
            assert!(of(&format!("Text\n[Go]({url})")).is_empty());
        }
        let line = "\n[Go](https://a.example)";
        assert!(said(&format!("Text{}", line.repeat(4))).is_empty());
        assert!(said(&format!("Text{}", line.repeat(5)))[0].contains('5'));
        assert!(said(line)[0].contains("no text"), "{:?}", said(line));
        assert!(said("Text\n[ ](https://a.example)")[0].contains("no label"));
        assert!(said("Text\n[Hi {nam}](https://a.example)")[0].contains("{nam}"));
        assert!(said(&format!("Text\n[{}](https://a.example)", "x".repeat(81)))[0].contains("80"));
    }

    #[test]
    fn a_button_is_filled_for_its_reader_and_counted() {
        let texts = Texts::new(jiff::tz::TimeZone::UTC);
        let link = Some("https://hall.example/l/T".to_owned());
        let values = Values { merchant: Some("云裳阁".into()), link, ..Values::default() };
        let [button]: [LinkButton; 1] = of("x\n[For {merchant}](https://a.example)").try_into().unwrap();
        let plain = button.fill(&values, (&texts, Lang::En));
        assert_eq!(plain.label, "For 云裳阁");
        assert_eq!(plain.does, ButtonDo::Url("https://a.example".into()), "its address is not counted");
        let counted = button.counted(&[(7, "https://a.example".into())]).fill(&values, (&texts, Lang::En));
        assert_eq!(counted.does, ButtonDo::Url("https://hall.example/l/T7".into()));
    }
}
