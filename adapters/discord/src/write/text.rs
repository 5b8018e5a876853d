//! Our text in Discord's markdown, in which nothing that somebody wrote can become formatting.

use bot_core::chat::{Mark, MarkKind, RichText, split_rich_text, utf16_len};

/// Longest text of a message, UTF-16 units (docs.discord.com, "Create Message", read 2026-11-21).
pub(crate) const TEXT_MAX: usize = 2_000;
/// Longest description of an embed (docs.discord.com, "Message", "Embed Limits", read 2026-11-22).
pub(crate) const CARD_MAX: usize = 4_096;

/// A text as Discord's markdown.
pub(crate) fn markdown(text: &RichText) -> String {
    let mut out = String::with_capacity(text.text.len() + 16);
    let (mut marks, mut at) = (text.marks.iter().collect::<Vec<_>>(), 0);
    marks.sort_by_key(|mark| (mark.start_utf8, std::cmp::Reverse(mark.end_utf8)));
    write(&mut out, &text.text, &mut at, text.text.len(), &mut marks.into_iter().peekable());
    out
}

type Marks<'a> = std::iter::Peekable<std::vec::IntoIter<&'a Mark>>;

/// Writes `text[*at..end]` with the marks that begin in it.
fn write(out: &mut String, text: &str, at: &mut usize, end: usize, marks: &mut Marks<'_>) {
    while let Some(mark) = marks.next_if(|mark| mark.start_utf8 < end) {
        if mark.start_utf8 < *at {
            continue;
        }
        escape(out, &text[*at..mark.start_utf8]);
        *at = mark.start_utf8;
        let end = mark.end_utf8.min(end);
        match &mark.kind {
            MarkKind::Mention { user } => {
                out.push_str(&format!("<@{user}>"));
                skip(at, end, marks);
            }
            MarkKind::MentionAll => {
                out.push_str("@everyone");
                skip(at, end, marks);
            }
            MarkKind::Code => {
                code(out, &text[*at..end]);
                skip(at, end, marks);
            }
            MarkKind::CodeBlock => {
                out.push_str(&format!("```\n{}\n```", text[*at..end].replace("```", "``\u{200b}`")));
                skip(at, end, marks);
            }
            MarkKind::Quote => {
                let mut inside = String::new();
                write(&mut inside, text, at, end, marks);
                quote(out, &inside);
            }
            MarkKind::Link { url } => {
                let mut inside = String::new();
                write(&mut inside, text, at, end, marks);
                out.push_str(&format!("[{inside}](<{}>)", url.replace(['<', '>', ' ', '\n'], "")));
            }
            kind => {
                let sign = match kind {
                    MarkKind::Bold => "**",
                    MarkKind::Italic => "*",
                    MarkKind::Underline => "__",
                    MarkKind::Strike => "~~",
                    _ => "||",
                };
                out.push_str(sign);
                write(out, text, at, end, marks);
                out.push_str(sign);
            }
        }
    }
    escape(out, &text[*at..end]);
    *at = end;
}

fn skip(at: &mut usize, end: usize, marks: &mut Marks<'_>) {
    *at = end;
    while marks.next_if(|mark| mark.start_utf8 < end).is_some() {}
}

fn code(out: &mut String, text: &str) {
    // Discord has no way to write a backtick at the edge of code but two signs and a blank.
    let sign = if text.contains('`') { "``" } else { "`" };
    let blank = if text.starts_with('`') || text.ends_with('`') { " " } else { "" };
    out.push_str(&format!("{sign}{blank}{}{blank}{sign}", text.replace("``", "`\u{200b}`")));
}

fn quote(out: &mut String, inside: &str) {
    if !out.is_empty() && !out.ends_with('\n') {
        out.push('\n');
    }
    let lines: Vec<String> = inside.lines().map(|line| format!("> {line}")).collect();
    out.push_str(&lines.join("\n"));
}

/// What makes formatting anywhere.
const SIGNS: &[char] = &['\\', '*', '_', '~', '`', '|', '[', ']', '<'];

/// Adds text in which nothing is formatting. Addresses stay as they are: within them Discord formats nothing, and would
/// show the backslashes.
fn escape(out: &mut String, text: &str) {
    let mut rest = text;
    while let Some(c) = rest.chars().next() {
        let begins_word = !out.ends_with(|c: char| c.is_ascii_alphanumeric());
        if begins_word && (rest.starts_with("https://") || rest.starts_with("http://")) {
            let end = rest.find(|c: char| c.is_whitespace() || "<>|`*".contains(c)).unwrap_or(rest.len());
            out.push_str(&rest[..end]);
            rest = &rest[end..];
            continue;
        }
        let begins_line = out.is_empty() || out.ends_with('\n');
        if SIGNS.contains(&c) || begins_line && begins_block(rest) {
            out.push('\\');
        }
        out.push(c);
        rest = &rest[c.len_utf8()..];
    }
}

/// Whether a line would be a quote, a heading, small print or a list.
fn begins_block(line: &str) -> bool {
    line.starts_with("> ")
        || line.starts_with(">>> ")
        || line.starts_with("-# ")
        || line.starts_with("- ")
        || line.trim_start_matches('#').starts_with(' ') && line.starts_with('#')
}

/// Whether a text is too long for a message and stands in an embed instead, which has twice the room. Not what rings for
/// somebody: nobody is rung for from within an embed.
pub(crate) fn is_card(text: &RichText) -> bool {
    may_be_card(text) && (TEXT_MAX + 1..=CARD_MAX).contains(&utf16_len(&markdown(text)))
}

/// Whether nobody is mentioned in it.
pub(crate) fn may_be_card(text: &RichText) -> bool {
    let rings = |kind: &MarkKind| matches!(kind, MarkKind::Mention { .. } | MarkKind::MentionAll);
    !text.marks.iter().any(|mark| rings(&mark.kind))
}

/// Cuts a text into parts whose markdown fits into messages.
pub(crate) fn split(text: &RichText) -> Vec<RichText> {
    if is_card(text) {
        return vec![text.clone()];
    }
    let mut max = TEXT_MAX;
    loop {
        let parts = split_rich_text(text, max);
        let fits = parts.iter().all(|part| utf16_len(&markdown(part)) <= TEXT_MAX);
        // Signs can triple a text at the most, and marks add a few.
        if fits || max < 64 {
            return parts;
        }
        max = max * 3 / 4;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use bot_core::chat::UserKey;

    #[test]
    fn what_somebody_wrote_is_never_formatting() {
        for (plain, written) in [
            ("**bold** _it_ ~~x~~ ||s|| `c`", r"\*\*bold\*\* \_it\_ \~\~x\~\~ \|\|s\|\| \`c\`"),
            ("<@7> [a](http://b)", r"\<@7> \[a\](http://b)"),
            (
                "> no quote\n# no heading\n- no list\n-# small\n#hash a > b - c",
                "\\> no quote\n\\# no heading\n\\- no list\n\\-# small\n#hash a > b - c",
            ),
            ("see https://x.example/a_b_c?d=*e now_", "see https://x.example/a_b_c?d=\\*e now\\_"),
            (r"back\slash", r"back\\slash"),
            ("你好，世界", "你好，世界"),
        ] {
            assert_eq!(markdown(&plain.into()), written);
        }
    }

    #[test]
    fn marks_are_signs_around_words() {
        let mention = MarkKind::Mention { user: UserKey::from("7") };
        let text = RichText::plain("a ")
            .then_bold("b*")
            .then_marked("Lin", mention)
            .then_marked("all", MarkKind::MentionAll)
            .then_marked("`x", MarkKind::Code)
            .then_marked("here", MarkKind::Link { url: "https://x.example/a b>".into() });
        assert_eq!(markdown(&text), r"a **b\***<@7>@everyone`` `x ``[here](<https://x.example/ab>)");
        let quoted = RichText::plain("says").then_marked("one\ntwo*", MarkKind::Quote);
        assert_eq!(markdown(&quoted), "says\n> one\n> two\\*");
        let block = RichText::default().then_marked("a```b", MarkKind::CodeBlock);
        assert_eq!(markdown(&block), "```\na``\u{200b}`b\n```");
    }

    #[test]
    fn marks_nest() {
        let mut text = RichText::default().then_bold("one two");
        text.marks.push(Mark { start_utf8: 4, end_utf8: 7, kind: MarkKind::Italic });
        assert_eq!(markdown(&text), "**one *two***");
    }

    #[test]
    fn parts_fit_whatever_their_markdown_adds() {
        let stars = RichText::plain("* ".repeat(1_500));
        let stars = stars.then_marked("Lin", MarkKind::Mention { user: UserKey::from("7") });
        let parts = split(&stars);
        assert!(parts.len() > 2);
        assert!(parts.iter().all(|part| utf16_len(&markdown(part)) <= TEXT_MAX));
        let visible: usize = parts.iter().map(|part| part.text.matches('*').count()).sum();
        assert_eq!(visible, 1_500);
        assert_eq!(split(&"short".into()), [RichText::plain("short")]);
    }
}
