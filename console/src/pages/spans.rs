//! Text with marks as a row of plain spans, so that the template escapes every character of it.

use bot_core::chat::{MarkKind, RichText};

/// Some characters that look the same.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Span {
    pub(crate) text: String,
    /// Class names, each beginning with `m-`.
    pub(crate) class: String,
    /// Where it leads; `http` and `https` only.
    pub(crate) href: Option<String>,
}

/// Cuts a text at the ends of its marks, and at addresses written out.
pub(crate) fn spans(rich: &RichText) -> Vec<Span> {
    let rich = rich.clone().checked();
    let mut cuts: Vec<usize> = rich.marks.iter().flat_map(|mark| [mark.start_utf8, mark.end_utf8]).collect();
    cuts.extend([0, rich.text.len()]);
    cuts.sort_unstable();
    cuts.dedup();
    let mut spans = Vec::new();
    let mut quoted = false;
    for pair in cuts.windows(2) {
        let (start, end) = (pair[0], pair[1]);
        let over = || rich.marks.iter().filter(move |mark| mark.start_utf8 <= start && end <= mark.end_utf8);
        let mut class = over().map(|mark| class_of(&mark.kind)).collect::<Vec<_>>().join(" ");
        let was_quoted = std::mem::replace(&mut quoted, over().any(|mark| mark.kind == MarkKind::Quote));
        if was_quoted && quoted {
            // The same quotation goes on: it has one bar.
            class.push_str(" m-on");
        }
        let href = over().find_map(|mark| match &mark.kind {
            MarkKind::Link { url } => web_address(url),
            _ => None,
        });
        let text = rich.text[start..end].to_owned();
        if href.is_some() {
            spans.push(Span { text, class, href });
        } else {
            spans.extend(with_addresses(&text, &class));
        }
    }
    spans
}

fn class_of(kind: &MarkKind) -> &'static str {
    match kind {
        MarkKind::Bold => "m-bold",
        MarkKind::Italic => "m-italic",
        MarkKind::Underline => "m-underline",
        MarkKind::Strike => "m-strike",
        MarkKind::Spoiler => "m-spoiler",
        MarkKind::Code => "m-code",
        MarkKind::CodeBlock => "m-block",
        MarkKind::Quote => "m-quote",
        MarkKind::Link { .. } => "m-link",
        MarkKind::Mention { .. } | MarkKind::MentionAll => "m-mention",
    }
}

/// The address, if a browser may follow it.
pub(crate) fn web_address(url: &str) -> Option<String> {
    let scheme = url.split_once("://").map(|(scheme, _)| scheme.to_ascii_lowercase());
    matches!(scheme.as_deref(), Some("http" | "https")).then(|| url.to_owned())
}

/// Makes links of addresses that stand in plain text.
fn with_addresses(text: &str, class: &str) -> Vec<Span> {
    let plain = |text: &str| Span { text: text.to_owned(), class: class.to_owned(), href: None };
    let mut spans = Vec::new();
    let mut rest = text;
    while let Some(at) = ["https://", "http://"].iter().filter_map(|scheme| rest.find(scheme)).min() {
        let tail = &rest[at..];
        let end =
            tail.find(|c: char| !c.is_ascii_graphic() || matches!(c, '"' | '<' | '>')).unwrap_or(tail.len());
        let address = tail[..end].trim_end_matches(['.', ',', ';', ':', '!', '?', ')', ']', '\'']);
        if at > 0 {
            spans.push(plain(&rest[..at]));
        }
        spans.push(Span { href: Some(address.to_owned()), ..plain(address) });
        rest = &tail[address.len()..];
    }
    if !rest.is_empty() {
        spans.push(plain(rest));
    }
    spans
}

#[cfg(test)]
mod tests {
    use super::*;
    use bot_core::chat::Mark;

    fn shown(rich: &RichText) -> String {
        let one = |span: &Span| match &span.href {
            Some(href) => format!("<{}|{}>{href}", span.class, span.text),
            None => format!("<{}|{}>", span.class, span.text),
        };
        spans(rich).iter().map(one).collect()
    }

    #[test]
    fn nested_marks_become_flat_spans() {
        let mark = |start_utf8, end_utf8, kind| Mark { start_utf8, end_utf8, kind };
        let rich = RichText {
            text: "a好b".into(),
            marks: vec![mark(0, 5, MarkKind::Bold), mark(1, 4, MarkKind::Italic)],
        };
        assert_eq!(shown(&rich), "<m-bold|a><m-bold m-italic|好><m-bold|b>");
    }

    #[test]
    fn a_quotation_in_pieces_is_one() {
        let mark = |start_utf8, end_utf8, kind| Mark { start_utf8, end_utf8, kind };
        let marks = vec![mark(0, 3, MarkKind::Quote), mark(1, 2, MarkKind::Bold)];
        let rich = RichText { text: "abcd".into(), marks };
        assert_eq!(shown(&rich), "<m-quote|a><m-quote m-bold m-on|b><m-quote m-on|c><|d>");
    }

    #[test]
    fn only_web_addresses_are_links() {
        let link = |url: &str| RichText::default().then_marked("x", MarkKind::Link { url: url.into() });
        assert_eq!(shown(&link("https://a.test/")), "<m-link|x>https://a.test/");
        assert_eq!(shown(&link("javascript:alert(1)")), "<m-link|x>");
        assert_eq!(
            shown(&RichText::plain("见 https://a.test/b?c=1。好 http://x.")),
            "<|见 ><|https://a.test/b?c=1>https://a.test/b?c=1<|。好 ><|http://x>http://x<|.>"
        );
    }
}
