//! CQ strings, for implementations that send messages as text: `[CQ:at,qq=7] hello`. Read only: what users wrote is
//! never put into one.

use serde_json::{Map, Value};

use crate::segment::Segment;

/// The segments of a CQ string. What looks like a code and is none is text.
pub(crate) fn parse(text: &str) -> Vec<Segment> {
    let (mut segments, mut plain, mut rest) = (Vec::new(), String::new(), text);
    while let Some(at) = rest.find("[CQ:") {
        plain.push_str(&rest[..at]);
        let Some(code) = rest[at..]
            .find(']')
            .and_then(|end| code(&rest[at + 4..at + end]).map(|code| (code, at + end + 1)))
        else {
            plain.push_str("[CQ:");
            rest = &rest[at + 4..];
            continue;
        };
        push_text(&mut segments, &mut plain);
        segments.push(code.0);
        rest = &rest[code.1..];
    }
    plain.push_str(rest);
    push_text(&mut segments, &mut plain);
    segments
}

fn push_text(segments: &mut Vec<Segment>, plain: &mut String) {
    if !plain.is_empty() {
        segments.push(Segment::text(&unescaped(plain)));
        plain.clear();
    }
}

/// The code between `[CQ:` and `]`.
fn code(inner: &str) -> Option<Segment> {
    let mut parts = inner.split(',');
    let kind = parts.next().filter(|kind| {
        !kind.is_empty() && kind.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'_' | b'-' | b'.'))
    })?;
    let mut data = Map::new();
    for part in parts {
        let (name, value) = part.split_once('=')?;
        data.insert(name.trim().to_owned(), Value::String(unescaped(value)));
    }
    Some(Segment { kind: kind.to_owned(), data })
}

/// Text as it was before it was escaped. `&amp;` comes last, or `&amp;#91;` would become a bracket.
fn unescaped(text: &str) -> String {
    text.replace("&#91;", "[").replace("&#93;", "]").replace("&#44;", ",").replace("&amp;", "&")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Vec<(String, String)> {
        let of = |segment: Segment| {
            let data: Vec<String> = segment
                .data
                .iter()
                .map(|(name, value)| format!("{name}={}", value.as_str().unwrap()))
                .collect();
            (segment.kind, data.join(";"))
        };
        parse(text).into_iter().map(of).collect()
    }

    fn pairs(expected: &[(&str, &str)]) -> Vec<(String, String)> {
        expected.iter().map(|(kind, data)| ((*kind).to_owned(), (*data).to_owned())).collect()
    }

    #[test]
    fn codes_and_text_are_told_apart_and_escapes_are_undone_once() {
        assert_eq!(
            read("[CQ:reply,id=-5][CQ:at,qq=7] 你好&#91;CQ:at&#44;qq=all&#93;"),
            pairs(&[("reply", "id=-5"), ("at", "qq=7"), ("text", "text= 你好[CQ:at,qq=all]")])
        );
        assert_eq!(read("&amp;#91;CQ:at,qq=all&amp;#93;"), pairs(&[("text", "text=&#91;CQ:at,qq=all&#93;")]));
        assert_eq!(
            read("[CQ:image,file=a&#44;b.jpg,url=http://x/?a=1&amp;b=2]"),
            pairs(&[("image", "file=a,b.jpg;url=http://x/?a=1&b=2")])
        );
    }

    #[test]
    fn what_only_looks_like_a_code_is_text() {
        for text in ["[CQ:", "[CQ:]", "[CQ:at,qq", "[CQ:a b]", "[CQ:at,nothing]", "a ] b [ c"] {
            assert_eq!(read(text), pairs(&[("text", &format!("text={text}"))]), "{text}");
        }
        assert_eq!(read("[CQ:[CQ:face,id=14]"), pairs(&[("text", "text=[CQ:"), ("face", "id=14")]));
        assert_eq!(read(""), Vec::new());
    }
}
