//! How a ticket is worded: titles, headings, the head of its place in the staff chat.

use crate::chat::{Content, Lang, MarkKind, RichText, UserKey, clean_display_name};
use crate::directory::User;
use crate::store::people::Merchant;
use crate::store::ticket::{Ticket, TicketState};
use crate::text;
use crate::texts::{Text, Texts};

/// Discord's limit for a thread's name, the lowest of all platforms (developer documentation, read 2026-11-21).
const TITLE_MAX_CHARS: usize = 100;
/// The longest question that is quoted and kept with a ticket, characters.
const QUESTION_MAX_CHARS: usize = 1_500;
/// Stands for a name while a sentence is said; no name can hold it, since it is of no use to anybody.
const NAME_STANDS_HERE: &str = "\u{E0F0}";

/// What a ticket is about, in one short plain line; may be empty.
pub(super) fn subject_of(words: &str) -> String {
    let line = words.lines().map(str::trim).find(|line| !line.is_empty()).unwrap_or_default();
    clean_display_name(line, "")
}

/// A question as it is kept with a ticket.
pub(super) fn question_of(words: &str) -> String {
    let words = words.trim();
    if words.chars().count() > QUESTION_MAX_CHARS {
        words.chars().take(QUESTION_MAX_CHARS).chain(['…']).collect()
    } else {
        words.to_owned()
    }
}

/// The word for a state.
pub(super) fn state_text(state: TicketState) -> Text {
    match state {
        TicketState::New => Text::new("ticket-state-new"),
        TicketState::Open => Text::new("ticket-state-open"),
        TicketState::Waiting => Text::new("ticket-state-waiting"),
        TicketState::Closed => Text::new("ticket-state-closed"),
        TicketState::Reopened => Text::new("ticket-state-reopened"),
    }
}

/// The title of a ticket's topic, with a sign of its state unless it is new.
pub(super) fn title(ticket: &Ticket, name: &str) -> String {
    let sign = match ticket.state {
        TicketState::New => "",
        TicketState::Open => "▶ ",
        TicketState::Waiting => "⏳ ",
        TicketState::Closed => "✔ ",
        TicketState::Reopened => "↻ ",
    };
    let subject = if ticket.subject.is_empty() { String::new() } else { format!(" · {}", ticket.subject) };
    let title = format!("{sign}{} {name}{subject}", ticket.no);
    if title.chars().count() > TITLE_MAX_CHARS {
        title.chars().take(TITLE_MAX_CHARS - 1).chain(['…']).collect()
    } else {
        title
    }
}

/// A sentence that takes `name`, with the name in it marked.
pub(super) fn sentence_with_name(
    texts: &Texts,
    lang: Lang,
    mut sentence: Text,
    name: &str,
    mark: MarkKind,
) -> RichText {
    sentence.args.insert("name".into(), NAME_STANDS_HERE.into());
    let said = texts.say(lang, &sentence);
    match said.split_once(NAME_STANDS_HERE) {
        Some((before, after)) => RichText::plain(before).then_marked(name, mark).then(after),
        None => RichText::plain(said),
    }
}

/// The line in the group: whom it concerns and that it goes on elsewhere, nothing else.
pub(super) fn group_line(texts: &Texts, lang: Lang, user: &User) -> RichText {
    let mark = MarkKind::Mention { user: user.key.clone() };
    sentence_with_name(texts, lang, Text::new("ticket-group-line"), &user.name, mark)
}

/// A message as the other side reads it: who says it, then what. Mentions become plain words, so that nobody
/// on the other side is called.
pub(super) fn passed_on(name: &str, content: &Content) -> Content {
    let mut text = content.text.clone();
    text.marks.retain(|mark| !matches!(mark.kind, MarkKind::Mention { .. } | MarkKind::MentionAll));
    let text = if text.text.is_empty() {
        RichText::default().then_bold(name)
    } else {
        RichText::default().then_bold(name).then(": ").then_rich(&text)
    };
    Content { text, attachments: content.attachments.clone(), ..Content::default() }
}

/// What stands at the head of a ticket's place in the staff chat.
pub(super) struct Header<'a> {
    pub(super) ticket: &'a Ticket,
    pub(super) user: &'a User,
    pub(super) merchants: &'a [Merchant],
    /// The title of the group that it came from; `None` for the private chat.
    pub(super) group: Option<&'a str>,
    /// The agent who has it.
    pub(super) owner: Option<&'a str>,
}

impl Header<'_> {
    /// The head in words.
    pub(super) fn say(&self, texts: &Texts, lang: Lang) -> RichText {
        let say = |text: Text| texts.say(lang, &text);
        let state = say(text!("ticket-header-state", state = state_text(self.ticket.state)));
        let name = match &self.user.username {
            Some(username) => format!("{} (@{username})", self.user.name),
            None => self.user.name.clone(),
        };
        let from = match self.group {
            Some(group) => text!("ticket-header-group", name = name, group = group),
            None => text!("ticket-header-direct", name = name),
        };
        let mut head = RichText::default()
            .then_bold(&self.ticket.no.to_string())
            .then(&state)
            .then("\n")
            .then(&say(from));
        for merchant in self.merchants {
            let mut facts =
                vec![merchant.name.clone(), merchant.category.clone(), merchant.tier.word().to_owned()];
            facts.extend(merchant.tags.iter().map(|tag| format!("#{tag}")));
            facts.retain(|fact| !fact.is_empty());
            head = head.then("\n").then(&facts.join(" · "));
        }
        head = head.then("\n").then(&match self.owner {
            Some(owner) => say(text!("ticket-header-owner", agent = owner)),
            None => say(Text::new("ticket-header-nobody")),
        });
        if !self.ticket.question.is_empty() {
            head = head.then("\n").then_marked(&self.ticket.question, MarkKind::Quote);
        }
        head
    }
}

/// A mention of a staff member who has a user on the account, or just their name.
pub(super) fn agent_mark(key: Option<UserKey>) -> MarkKind {
    match key {
        Some(user) => MarkKind::Mention { user },
        None => MarkKind::Bold,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_subject_is_one_short_plain_line() {
        assert_eq!(subject_of("\n  提现失败\n怎么办"), "提现失败");
        assert_eq!(subject_of("a\u{202E}b"), "ab");
        assert_eq!(subject_of(""), "");
        assert_eq!(subject_of(&"长".repeat(200)).chars().count(), 49);
    }

    #[test]
    fn a_name_that_repeats_the_sentence_is_marked_where_it_stands() {
        let texts = Texts::new(jiff::tz::TimeZone::UTC);
        let line =
            sentence_with_name(&texts, Lang::En, Text::new("ticket-group-line"), "private", MarkKind::Bold);
        let mark = &line.marks[0];
        assert_eq!((mark.start_utf8, &line.text[mark.start_utf8..mark.end_utf8]), (0, "private"));
        assert_eq!(line.marks.len(), 1);
        assert!(line.text.len() > "private".len());
    }

    #[test]
    fn what_is_passed_on_calls_nobody() {
        let text = RichText::plain("hi ")
            .then_marked("everybody", MarkKind::MentionAll)
            .then_marked("Ann", MarkKind::Mention { user: "7".into() })
            .then_bold("!");
        let passed = passed_on("Lin", &Content::text(text));
        assert_eq!(passed.text.text, "Lin: hi everybodyAnn!");
        assert!(passed.text.marks.iter().all(|mark| mark.kind == MarkKind::Bold));
    }
}
