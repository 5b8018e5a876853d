//! Discord's markdown as its clients show it: text with marks beside it.

use bot_core::chat::{Mark, MarkKind, RichText, UserKey};

/// What people see of what the bot wrote. `name` is how a user is shown.
pub(super) fn read(raw: &str, name: &dyn Fn(&UserKey) -> String) -> RichText {
    let mut out = Out { text: String::new(), marks: Vec::new(), open: Vec::new(), name };
    let mut rest = raw;
    let mut quoted: Option<usize> = None;
    while !rest.is_empty() {
        let begins_line = rest.len() == raw.len() || raw[..raw.len() - rest.len()].ends_with('\n');
        if begins_line {
            if let Some(inside) = rest.strip_prefix("> ") {
                quoted.get_or_insert(out.text.len());
                rest = inside;
                continue;
            }
            if let Some(start) = quoted.take() {
                let end = out.text.trim_end_matches('\n').len();
                out.marks.push(Mark { start_utf8: start, end_utf8: end, kind: MarkKind::Quote });
            }
        }
        rest = out.step(rest);
    }
    if let Some(start) = quoted {
        out.marks.push(Mark { start_utf8: start, end_utf8: out.text.len(), kind: MarkKind::Quote });
    }
    out.marks.sort_by_key(|mark| (mark.start_utf8, std::cmp::Reverse(mark.end_utf8)));
    RichText { text: out.text, marks: out.marks }.checked()
}

struct Out<'a> {
    text: String,
    marks: Vec<Mark>,
    open: Vec<(&'static str, usize)>,
    name: &'a dyn Fn(&UserKey) -> String,
}

const SIGNS: [(&str, MarkKind); 5] = [
    ("**", MarkKind::Bold),
    ("__", MarkKind::Underline),
    ("~~", MarkKind::Strike),
    ("||", MarkKind::Spoiler),
    ("*", MarkKind::Italic),
];

impl Out<'_> {
    /// Reads one piece, and gives the rest.
    fn step<'r>(&mut self, rest: &'r str) -> &'r str {
        if let Some(after) = rest.strip_prefix('\\')
            && let Some(c) = after.chars().next()
        {
            self.text.push(c);
            return &after[c.len_utf8()..];
        }
        if let Some(left) = self.whole(rest) {
            return left;
        }
        for (sign, kind) in SIGNS {
            let Some(left) = rest.strip_prefix(sign) else { continue };
            if let Some(at) = self.open.iter().rposition(|(open, _)| *open == sign) {
                let (_, start) = self.open.remove(at);
                self.marks.push(Mark { start_utf8: start, end_utf8: self.text.len(), kind });
            } else {
                self.open.push((sign, self.text.len()));
            }
            return left;
        }
        let c = rest.chars().next().unwrap_or(' ');
        self.text.push(c);
        &rest[c.len_utf8()..]
    }

    /// Reads what has a beginning and an end: code, mentions, links, addresses.
    fn whole<'r>(&mut self, rest: &'r str) -> Option<&'r str> {
        if let Some(inside) = rest.strip_prefix("```\n") {
            let (code, left) = inside.split_once("\n```")?;
            self.marked(code, MarkKind::CodeBlock);
            return Some(left);
        }
        for sign in ["``", "`"] {
            if let Some((code, left)) = rest.strip_prefix(sign).and_then(|inside| inside.split_once(sign)) {
                self.marked(if sign == "``" { code.trim() } else { code }, MarkKind::Code);
                return Some(left);
            }
        }
        if let Some((id, left)) = rest.strip_prefix("<@").and_then(|inside| inside.split_once('>')) {
            let user = UserKey::from(id);
            let shown = (self.name)(&user);
            self.marked(&shown, MarkKind::Mention { user });
            return Some(left);
        }
        if let Some(left) = rest.strip_prefix("@everyone") {
            self.marked("@everyone", MarkKind::MentionAll);
            return Some(left);
        }
        if let Some((label, after)) = rest.strip_prefix('[').and_then(|inside| inside.split_once("](<"))
            && let Some((url, left)) = after.split_once(">)")
        {
            let shown = read(label, self.name).text;
            self.marked(&shown, MarkKind::Link { url: url.to_owned() });
            return Some(left);
        }
        if rest.starts_with("https://") || rest.starts_with("http://") {
            let end = rest.find(|c: char| c.is_whitespace() || "<>|`*\\".contains(c)).unwrap_or(rest.len());
            self.text.push_str(&rest[..end]);
            return Some(&rest[end..]);
        }
        None
    }

    fn marked(&mut self, words: &str, kind: MarkKind) {
        let start_utf8 = self.text.len();
        self.text.push_str(words);
        self.marks.push(Mark { start_utf8, end_utf8: self.text.len(), kind });
    }
}
