//! Finds `@username` in what people write, as clients do before they send.

use bot_core::chat::{Mark, MarkKind, RichText, UserKey};

/// Adds a mention over each `@username` for which `who` knows a user, unless a mark is there already.
pub(super) fn resolve(mut text: RichText, who: impl Fn(&str) -> Option<UserKey>) -> RichText {
    let mut found = Vec::new();
    for (at, _) in text.text.match_indices('@') {
        let before = text.text[..at].chars().next_back();
        let rest = &text.text[at + 1..];
        let len = rest.find(|c| !is_name_char(c)).unwrap_or(rest.len());
        let (start_utf8, end_utf8) = (at, at + 1 + len);
        let marked = text.marks.iter().any(|mark| mark.start_utf8 < end_utf8 && start_utf8 < mark.end_utf8);
        if marked || before.is_some_and(is_name_char) {
            continue;
        }
        if let Some(user) = who(&rest[..len]) {
            found.push(Mark { start_utf8, end_utf8, kind: MarkKind::Mention { user } });
        }
    }
    text.marks.extend(found);
    text.marks.sort_by_key(|mark| mark.start_utf8);
    text
}

fn is_name_char(c: char) -> bool {
    c.is_ascii_alphanumeric() || c == '_'
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_known_names_at_the_start_of_a_word_are_mentions() {
        let who = |name: &str| (name.eq_ignore_ascii_case("lin")).then(|| UserKey::from("u1"));
        let found = |text: &str| {
            let text = resolve(text.into(), who);
            text.marks
                .iter()
                .map(|mark| text.text[mark.start_utf8..mark.end_utf8].to_owned())
                .collect::<Vec<_>>()
        };
        assert_eq!(found("@lin你好 @Lin, 问@LIN"), ["@lin", "@Lin", "@LIN"]);
        assert_eq!(found("me@lin.com @linda @ @@ lin"), Vec::<String>::new());
    }
}
