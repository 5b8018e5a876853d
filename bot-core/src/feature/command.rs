//! Commands: their grammar, and reading what people typed by it.

use std::collections::BTreeMap;

use crate::chat::{MarkKind, RichText, UserKey};
use crate::directory::{Chat, Purpose};
use crate::error::UserError;
use crate::feature::Actor;
use crate::roster::Permission;
use crate::text;
use crate::texts::Text;

/// A command.
///
/// Its help stands in the Fluent files: `command-NAME` (what it does) and `command-NAME.usage` (its
/// arguments in words).
#[derive(Debug)]
pub struct CommandSpec {
    /// What is typed after the `/`.
    pub name: &'static str,
    /// The right that it needs; `None` for everybody.
    pub needs: Option<Permission>,
    /// Where it may be used.
    pub places: Places,
    /// What it takes, in order.
    pub args: &'static [ArgSpec],
}

/// Where a command may be used.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Places {
    /// Anywhere.
    Anywhere,
    /// In community groups and the staff chat.
    Groups,
    /// In the staff chat.
    Staff,
    /// In the private chat with the bot.
    Direct,
    /// In the staff chat and the private chat with the bot.
    StaffOrDirect,
}

impl Places {
    /// Whether a chat is one of these places.
    pub fn include(self, chat: &Chat) -> bool {
        match self {
            Self::Anywhere => true,
            Self::Groups => !chat.is_direct(),
            Self::Staff => chat.purpose == Purpose::Staff,
            Self::Direct => chat.is_direct(),
            Self::StaffOrDirect => chat.is_direct() || chat.purpose == Purpose::Staff,
        }
    }

    /// The places in words, such as “in groups”; `None` for anywhere.
    pub fn text(self) -> Option<Text> {
        match self {
            Self::Anywhere => None,
            Self::Groups => Some(Text::new("place-group")),
            Self::Staff => Some(Text::new("place-staff")),
            Self::Direct => Some(Text::new("place-direct")),
            Self::StaffOrDirect => Some(Text::new("place-staff-or-direct")),
        }
    }
}

/// One argument.
#[derive(Debug)]
pub struct ArgSpec {
    /// Its name in the code.
    pub name: &'static str,
    /// What it is.
    pub kind: ArgKind,
    /// Whether it must be given.
    pub required: bool,
}

/// What an argument is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ArgKind {
    /// A user: by mention, `@username`, id, or the author of the message replied to.
    Who,
    /// A length of time: `10m`, `1d`, `2h30m`, `10分钟`.
    Duration,
    /// One word.
    Word,
    /// Everything up to the end; only as the last.
    Rest,
}

/// How a user was named.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Who {
    /// By a mention that the platform resolved.
    Mention(UserKey),
    /// By `@username`.
    Username(String),
    /// By something else: an id of the platform, or one of ours.
    Id(String),
    /// By replying to their message.
    Replied,
}

/// What was given to a command, by argument name.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Args {
    values: BTreeMap<&'static str, Value>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Value {
    Who(Who),
    DurationMs(i64),
    Words(String),
}

impl Args {
    /// A user that was named.
    pub fn who(&self, name: &str) -> Option<&Who> {
        match self.values.get(name) {
            Some(Value::Who(who)) => Some(who),
            _ => None,
        }
    }

    /// A length of time that was given, milliseconds.
    pub fn duration_ms(&self, name: &str) -> Option<i64> {
        match self.values.get(name) {
            Some(Value::DurationMs(ms)) => Some(*ms),
            _ => None,
        }
    }

    /// Words that were given.
    pub fn words(&self, name: &str) -> Option<&str> {
        match self.values.get(name) {
            Some(Value::Words(words)) => Some(words),
            _ => None,
        }
    }
}

/// A line that begins like a command: its name (lower case) and the rest.
///
/// `/Mute@our_bot 10m` is `mute`; a slash alone or a path such as `/usr/bin` is none.
pub fn split(text: &str) -> Option<(String, &str)> {
    let line = text.trim_start().strip_prefix('/')?;
    let end = line.find(|c: char| c.is_whitespace()).unwrap_or(line.len());
    let (head, rest) = line.split_at(end);
    let name = head.split('@').next().unwrap_or_default();
    let is_name = !name.is_empty() && name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_');
    is_name.then(|| (name.to_ascii_lowercase(), rest.trim()))
}

impl CommandSpec {
    /// Reads what stands behind the command's name.
    ///
    /// # Errors
    /// One sentence that says which argument is missing or wrong, and how the command is used.
    pub fn read(&self, content: &RichText, rest: &str, replies: bool) -> Result<Args, UserError> {
        let mut mentions = content.mentioned_words();
        let mut rest = rest.trim();
        let mut values = BTreeMap::new();
        for arg in self.args {
            let (value, left) = match arg.kind {
                ArgKind::Who => read_who(rest, &mut mentions, replies),
                ArgKind::Duration => read_duration(rest),
                ArgKind::Word => read_word(rest),
                ArgKind::Rest => {
                    (Some(rest).filter(|rest| !rest.is_empty()).map(|rest| Value::Words(rest.to_owned())), "")
                }
            };
            match value {
                Some(value) => {
                    values.insert(arg.name, value);
                    rest = left.trim_start();
                }
                None if arg.required => return Err(self.missing(arg, rest)),
                None => {}
            }
        }
        if !rest.is_empty() && !self.args.iter().any(|arg| arg.kind == ArgKind::Rest) {
            return Err(UserError(text!("command-too-much", what = cut(rest), usage = self.usage())));
        }
        Ok(Args { values })
    }

    /// Whether somebody may use the command where they are.
    ///
    /// A chat that is for nothing yet hears only staff: they switch it on.
    pub fn usable_by(&self, at: &Actor) -> bool {
        let heard = at.chat.purpose != Purpose::Idle || at.staff.is_some();
        let entitled = self.needs.is_none_or(|permission| at.staff_who_may(permission).is_some());
        heard && entitled && self.places.include(&at.chat)
    }

    /// How the command is written.
    pub fn usage(&self) -> Text {
        Text { key: format!("command-{}.usage", self.name).into(), args: BTreeMap::new() }
    }

    /// What the command does.
    pub fn help(&self) -> Text {
        Text { key: format!("command-{}", self.name).into(), args: BTreeMap::new() }
    }

    fn missing(&self, arg: &ArgSpec, found: &str) -> UserError {
        let what = match arg.kind {
            ArgKind::Who => Text::new("command-needs-who"),
            ArgKind::Duration => Text::new("command-needs-duration"),
            ArgKind::Word | ArgKind::Rest => Text::new("command-needs-words"),
        };
        UserError(if found.is_empty() {
            text!("command-missing", what = what, usage = self.usage())
        } else {
            text!("command-wrong", what = what, found = cut(found), usage = self.usage())
        })
    }
}

/// What is quoted back of a wrong argument.
fn cut(found: &str) -> String {
    let word = found.split_whitespace().next().unwrap_or_default();
    if word.chars().count() > 24 { word.chars().take(24).chain(['…']).collect() } else { word.to_owned() }
}

fn first_word(rest: &str) -> Option<(&str, &str)> {
    let end = rest.find(char::is_whitespace).unwrap_or(rest.len());
    (end > 0).then(|| rest.split_at(end))
}

fn read_who<'r>(
    rest: &'r str,
    mentions: &mut Vec<(String, UserKey)>,
    replies: bool,
) -> (Option<Value>, &'r str) {
    if let Some(at) = mentions.iter().position(|(words, _)| rest.starts_with(words.as_str())) {
        let (words, user) = mentions.remove(at);
        return (Some(Value::Who(Who::Mention(user))), &rest[words.len()..]);
    }
    if let Some((word, left)) = first_word(rest) {
        if let Some(name) = word.strip_prefix('@').filter(|name| !name.is_empty()) {
            return (Some(Value::Who(Who::Username(name.to_owned()))), left);
        }
        // A number could also be the start of a duration; an id is digits alone or one of our own ids.
        let is_id = (word.len() >= 3 && word.bytes().all(|b| b.is_ascii_digit()))
            || ulid::Ulid::from_string(word).is_ok();
        if is_id && !replies {
            return (Some(Value::Who(Who::Id(word.to_owned()))), left);
        }
    }
    (replies.then_some(Value::Who(Who::Replied)), rest)
}

fn read_duration(rest: &str) -> (Option<Value>, &str) {
    let Some((word, left)) = first_word(rest) else { return (None, rest) };
    match moderation::duration::parse(word) {
        Ok(ms) => (Some(Value::DurationMs(ms)), left),
        Err(_) => (None, rest),
    }
}

fn read_word(rest: &str) -> (Option<Value>, &str) {
    match first_word(rest) {
        Some((word, left)) => (Some(Value::Words(word.to_owned())), left),
        None => (None, rest),
    }
}

impl RichText {
    /// The words of each mention and whom they mean, in the order of the text.
    fn mentioned_words(&self) -> Vec<(String, UserKey)> {
        self.marks
            .iter()
            .filter_map(|mark| match &mark.kind {
                MarkKind::Mention { user } => {
                    Some((self.text.get(mark.start_utf8..mark.end_utf8)?.to_owned(), user.clone()))
                }
                _ => None,
            })
            .collect()
    }
}
