//! Discord's text in our words. What it puts into the text itself — mentions, channels, emoji of a server — becomes what
//! people see; asterisks and the like stay as they were typed.

use std::collections::HashMap;

use bot_core::chat::{MarkKind, RichText, UserKey};

use crate::wire::Id;

/// The names behind what a text mentions.
pub(crate) struct Names<'a> {
    /// People, by id.
    pub(crate) people: &'a HashMap<Id, String>,
    /// The name of a channel.
    pub(crate) channel: &'a dyn Fn(Id) -> Option<String>,
    /// Whether `@everyone` told everybody.
    pub(crate) everyone: bool,
}

/// The text as people see it, with marks where it mentions somebody.
pub(crate) fn rich(raw: &str, names: &Names<'_>) -> RichText {
    let mut text = RichText::default();
    let mut rest = raw;
    while let Some(at) = rest.find(['<', '@']) {
        let (before, from) = rest.split_at(at);
        text = text.then(before);
        let (piece, left) = match special(from, names) {
            Some((piece, len)) => (piece, &from[len..]),
            None => (Piece::Plain(from[..1].to_owned()), &from[1..]),
        };
        text = match piece {
            Piece::Plain(words) => text.then(&words),
            Piece::Marked(words, kind) => text.then_marked(&words, kind),
        };
        rest = left;
    }
    text.then(rest)
}

enum Piece {
    Plain(String),
    Marked(String, MarkKind),
}

/// What stands at the start of a text, and how long it is in bytes.
fn special(from: &str, names: &Names<'_>) -> Option<(Piece, usize)> {
    for word in ["@everyone", "@here"] {
        if names.everyone && from.starts_with(word) {
            return Some((Piece::Marked(word.to_owned(), MarkKind::MentionAll), word.len()));
        }
    }
    let end = from.find('>').filter(|_| from.starts_with('<'))?;
    let inside = from.get(1..end)?;
    let piece = if let Some(role) = inside.strip_prefix("@&") {
        Id::read(role)?;
        Piece::Plain("@role".to_owned())
    } else if let Some(user) = inside.strip_prefix("@!").or_else(|| inside.strip_prefix('@')) {
        let id = Id::read(user)?;
        let name = names.people.get(&id).cloned().unwrap_or_else(|| id.to_string());
        Piece::Marked(format!("@{name}"), MarkKind::Mention { user: UserKey(id.to_string()) })
    } else if let Some(channel) = inside.strip_prefix('#') {
        let id = Id::read(channel)?;
        Piece::Plain(format!("#{}", (names.channel)(id).unwrap_or_else(|| id.to_string())))
    } else {
        let mut parts = inside.strip_prefix("a:").or_else(|| inside.strip_prefix(':'))?.split(':');
        let (name, id) = (parts.next()?, parts.next()?);
        Id::read(id).filter(|_| !name.is_empty() && parts.next().is_none())?;
        Piece::Plain(format!(":{name}:"))
    };
    Some((piece, end + 1))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(raw: &str, everyone: bool) -> RichText {
        let people = HashMap::from([(Id(7), "Lin".to_owned())]);
        let channel = |id: Id| (id == Id(8)).then(|| "orders".to_owned());
        rich(raw, &Names { people: &people, channel: &channel, everyone })
    }

    #[test]
    fn what_discord_puts_into_the_text_becomes_what_people_see() {
        let text = read("<@7> and <@!9>, see <#8> <:heart_ok:123> <a:wave:5> <@&4> *as typed*", false);
        assert_eq!(text.text, "@Lin and @9, see #orders :heart_ok: :wave: @role *as typed*");
        let mentioned: Vec<&str> = text.mentioned().map(UserKey::as_str).collect();
        assert_eq!(mentioned, ["7", "9"]);
        let mark = &text.marks[0];
        assert_eq!(&text.text[mark.start_utf8..mark.end_utf8], "@Lin");
    }

    #[test]
    fn everybody_is_mentioned_only_when_discord_says_so() {
        assert_eq!(read("@everyone look", false).marks, []);
        let text = read("你好 @everyone", true);
        assert_eq!(text.marks[0].kind, MarkKind::MentionAll);
        assert_eq!(&text.text[text.marks[0].start_utf8..text.marks[0].end_utf8], "@everyone");
    }

    #[test]
    fn what_only_looks_like_it_stays() {
        for raw in ["<", "<@>", "<@x>", "a < b > c", "<@7", "<:x>", "<::1>", "@", "<#>", "<😀>"] {
            assert_eq!(read(raw, false), RichText::plain(raw), "{raw}");
        }
    }
}
