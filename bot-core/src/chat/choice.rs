//! Buttons as numbered lines, for platforms that have none: people answer with the number.

use super::{Button, ButtonDo, Content};

/// The buttons that are chosen by number, in the order of their numbers, from 1. A link needs no number.
pub fn numbered(content: &Content) -> impl Iterator<Item = &Button> {
    content.buttons.iter().flatten().filter(|button| !matches!(button.does, ButtonDo::Url(_)))
}

/// Writes the buttons under the text: links first, then one numbered line for each of the others, and under those how
/// to choose. True when there were any.
pub fn number_buttons(content: &mut Content) -> bool {
    if content.buttons.iter().all(Vec::is_empty) {
        return false;
    }
    let mut lines: Vec<String> = Vec::new();
    for button in content.buttons.iter().flatten() {
        if let ButtonDo::Url(url) = &button.does {
            lines.push(format!("{}: {url}", button.label));
        }
    }
    lines.extend(numbered(content).enumerate().map(|(at, button)| format!("{}. {}", at + 1, button.label)));
    if numbered(content).next().is_some() {
        lines.extend(content.hint.take());
    }
    content.buttons.clear();
    for line in lines {
        let gap = if content.text.text.is_empty() { "" } else { "\n" };
        content.text.text.push_str(gap);
        content.text.text.push_str(&line);
    }
    true
}

/// The same for a place without buttons and without answers, such as a board: links are lines, and there is nothing to press.
#[must_use]
pub fn without_buttons(mut content: Content) -> Content {
    for row in &mut content.buttons {
        row.retain(|button| matches!(button.does, ButtonDo::Url(_)));
    }
    number_buttons(&mut content);
    content
}

/// Which of so many numbered labels somebody means who wrote this: the number, or the words of the label.
pub fn chosen(written: &str, labels: &[String]) -> Option<usize> {
    let written = written.trim().trim_end_matches(['.', '。', '、', ')', '）']);
    // Chinese keyboards write digits of full width.
    let digits: String = written
        .chars()
        .map(|c| match c {
            '０'..='９' => char::from_u32(u32::from(c) - u32::from('０') + u32::from('0')).unwrap_or(c),
            c => c,
        })
        .collect();
    if let Ok(number) = digits.parse::<usize>()
        && digits.len() <= 2
    {
        return number.checked_sub(1).filter(|at| *at < labels.len());
    }
    let same = |label: &String| !written.is_empty() && label.trim().to_lowercase() == written.to_lowercase();
    labels.iter().position(same)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn links_stand_before_the_numbers_and_have_none() {
        let button = |label: &str, does| Button { label: label.to_owned(), does };
        let mut content = Content::text("Did it help?")
            .with_row(vec![
                button("Yes", ButtonDo::Press("a".into())),
                button("Site", ButtonDo::Url("http://x".into())),
            ])
            .with_row(vec![button("In private", ButtonDo::OpenDirect("p".into()))]);
        assert_eq!(
            numbered(&content).map(|one| one.label.as_str()).collect::<Vec<_>>(),
            ["Yes", "In private"]
        );
        content.hint = Some("(Answer with the number.)".to_owned());
        let mut links = Content { buttons: vec![content.buttons[0][1..].to_vec()], ..content.clone() };
        let board = without_buttons(content.clone());
        assert_eq!((board.text.text.as_str(), board.buttons.len()), ("Did it help?\nSite: http://x", 0));
        assert!(number_buttons(&mut content));
        assert_eq!(
            content.text.text,
            "Did it help?\nSite: http://x\n1. Yes\n2. In private\n(Answer with the number.)"
        );
        assert!(content.buttons.is_empty() && !number_buttons(&mut content));
        assert!(number_buttons(&mut links));
        assert_eq!(links.text.text, "Did it help?\nSite: http://x", "a link is not chosen");
    }

    #[test]
    fn a_choice_is_its_number_or_its_words_and_nothing_else() {
        let labels = ["Solved".to_owned(), "没有解决".to_owned()];
        for (written, meant) in [
            ("1", Some(0)),
            (" 2. ", Some(1)),
            ("２", Some(1)),
            ("solved", Some(0)),
            ("没有解决", Some(1)),
            ("0", None),
            ("3", None),
            ("12 pieces", None),
            ("001", None),
            ("", None),
            ("sol", None),
        ] {
            assert_eq!(chosen(written, &labels), meant, "{written}");
        }
    }
}
