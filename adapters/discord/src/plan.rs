//! The calls that an action becomes on Discord, and what is lost on the way.
//!
//! Limits are those of docs.discord.com, read 2026-11-21.

use std::collections::BTreeMap;

use bot_core::chat::{
    Action, Attachment, Button, ButtonDo, Call, Capabilities, Content, Feature, FileRef, Form, Limits, Loss,
    LossKind, MessageRef, RenderPlan, RichText, Right, Standing, Support, cut_rich_text, utf16_len,
};

use crate::api::FILE_MAX;
use crate::keys;
use crate::read::FileKey;
use crate::wire::Id;
use crate::write::components::{CHOICES_MAX, FIELDS_MAX, ROWS_MAX, rows_taken};
use crate::write::text::{TEXT_MAX, markdown, split};

/// Longest name of a thread, characters.
const TITLE_MAX: usize = 100;
/// Most files of a message.
const FILES_MAX: usize = 10;
/// Longest handle of a button, characters.
const HANDLE_MAX: usize = 100;
/// Most messages deleted by one call, and how old the oldest of them may be, milliseconds. One alone may be older.
const DELETE_MAX: usize = 100;
const DELETE_TOGETHER_MS: i64 = 14 * 86_400_000;
/// The longest time-out of a member, milliseconds.
pub(crate) const MUTE_MAX_MS: i64 = 28 * 86_400_000;
/// A little less, since the call takes time and Discord's clock need not be ours.
const MUTE_ROOM_MS: i64 = 60_000;

/// The slowest slow mode, seconds.
const SLOW_MAX_S: u32 = 21_600;

/// What is done about a slow mode that is slower.
const SLOWEST: &str = "once in six hours, the slowest that Discord has";
/// What is done about mutes that are longer than Discord's.
const RENEWED: &str =
    "a time-out of 28 days, renewed by the bot until it is over (Discord has none that is longer)";
/// What is done about long titles and answers.
const CUT: &str = "cut with an ellipsis";

/// Where something is done.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Sort {
    /// One person and the bot.
    Direct,
    /// A channel of a server.
    Channel,
}

/// What can be done in a chat of this sort in which the bot has these rights; `None` when nobody has said.
pub(crate) fn capabilities(sort: Sort, rights: Option<&[Right]>) -> Capabilities {
    let mut features = BTreeMap::new();
    for feature in NATIVE {
        if sort == Sort::Direct && of_servers(feature) {
            continue;
        }
        // What nobody has said yet is taken as given: Discord refuses in words what it is not.
        let lacks = |right: &Right| rights.is_some_and(|held| !held.contains(right));
        let missing = right_for(feature).filter(|right| sort == Sort::Channel && lacks(right));
        let support =
            missing.map_or_else(|| Support::Native(limits(feature)), |missing| Support::Denied { missing });
        features.insert(feature, support);
    }
    Capabilities(features)
}

/// What Discord does by itself. A bot may write to somebody first who shares a server with it; but bots that did so to a
/// few dozen people in a row were quarantined, so here nobody is written to who did not open the private chat.
const NATIVE: [Feature; 19] = [
    Feature::Text,
    Feature::Marks,
    Feature::Attachments,
    Feature::Buttons,
    Feature::Forms,
    Feature::Edit,
    Feature::DeleteOwn,
    Feature::DeleteOthers,
    Feature::Pin,
    Feature::Mute,
    Feature::Kick,
    Feature::Ban,
    Feature::Lock,
    Feature::SlowMode,
    Feature::Threads,
    Feature::Reply,
    Feature::Fetch,
    Feature::MentionAll,
    Feature::SendNonce,
];

fn of_servers(feature: Feature) -> bool {
    use Feature as F;
    matches!(
        feature,
        F::Mute | F::Kick | F::Ban | F::Lock | F::SlowMode | F::Threads | F::MentionAll | F::DeleteOthers
    )
}

fn limits(feature: Feature) -> Limits {
    let none = Limits::default();
    match feature {
        Feature::Text => Limits { text_utf16: Some(TEXT_MAX), caption_utf16: Some(TEXT_MAX), ..none },
        Feature::Attachments => Limits {
            count: Some(FILES_MAX),
            size_bytes: Some(FILE_MAX),
            caption_utf16: Some(TEXT_MAX),
            ..none
        },
        Feature::Buttons => Limits { count: Some(ROWS_MAX), ..none },
        Feature::Forms => Limits { count: Some(FIELDS_MAX), on_press: true, ..none },
        Feature::Mute => Limits { duration_ms: Some(MUTE_MAX_MS), ..none },
        _ => none,
    }
}

/// The right that a feature needs in a server.
fn right_for(feature: Feature) -> Option<Right> {
    match feature {
        Feature::Text | Feature::Attachments | Feature::Buttons => Some(Right::Write),
        Feature::DeleteOthers => Some(Right::DeleteMessages),
        Feature::Pin => Some(Right::PinMessages),
        Feature::Mute | Feature::Kick | Feature::Ban => Some(Right::RestrictMembers),
        Feature::Lock | Feature::SlowMode => Some(Right::ManageChat),
        Feature::Threads => Some(Right::ManageThreads),
        _ => None,
    }
}

/// What an action becomes in the chat `chat` of this sort.
pub(crate) fn plan(chat: Option<Id>, caps: &Capabilities, action: &Action, now_ms: i64) -> RenderPlan {
    let mut losses = Vec::new();
    // A press is answered to whoever pressed, with no right to write in the chat.
    let answers = matches!(action, Action::AnswerPress { .. } | Action::ShowForm { .. });
    if !answers && !caps.allow(action.needs(), &mut losses) {
        return RenderPlan { calls: Vec::new(), losses };
    }
    let actions = match action {
        Action::Send(content) => send(caps, content, &mut losses),
        Action::Edit { message, content } => edit(caps, content, &mut losses)
            .map(|content| Action::Edit { message: message.clone(), content })
            .into_iter()
            .collect(),
        Action::Delete { messages } => delete(chat, messages, now_ms),
        Action::Mute { user, until_ms } => vec![
            Action::Look { at: Standing::Member(user.clone()) },
            Action::Mute { user: user.clone(), until_ms: Some(mute_end(*until_ms, now_ms, &mut losses)) },
        ],
        Action::Lock => vec![Action::Look { at: Standing::Chat }, Action::Lock],
        Action::SlowMode { every_s } => {
            if *every_s > SLOW_MAX_S {
                losses.push(Loss {
                    feature: Feature::SlowMode,
                    kind: LossKind::Emulated { via: SLOWEST.to_owned() },
                });
            }
            vec![Action::SlowMode { every_s: (*every_s).min(SLOW_MAX_S) }]
        }
        Action::AnswerPress { press, text } => {
            vec![Action::AnswerPress { press: press.clone(), text: fitted_words(text, &mut losses) }]
        }
        Action::ShowForm { press, form, .. } if press.is_none() || !is_possible(form) => {
            losses.push(Loss { feature: Feature::Forms, kind: LossKind::Dropped });
            Vec::new()
        }
        // Nothing can take a form away from who is filling it in; what they send is refused as out of date.
        Action::DropForm { .. } => Vec::new(),
        Action::OpenThread { title } => {
            vec![Action::OpenThread { title: cut(title, TITLE_MAX, &mut losses) }]
        }
        Action::RenameThread { thread, title } => {
            vec![Action::RenameThread { thread: thread.clone(), title: cut(title, TITLE_MAX, &mut losses) }]
        }
        other => vec![other.clone()],
    };
    let calls = actions.into_iter().map(|action| Call { method: method(&action).to_owned(), action });
    RenderPlan { calls: calls.collect(), losses }
}

fn is_possible(form: &Form) -> bool {
    let fits = |kind: &bot_core::chat::FieldKind| match kind {
        bot_core::chat::FieldKind::Choice(choices) => (1..=CHOICES_MAX).contains(&choices.len()),
        _ => true,
    };
    (1..=FIELDS_MAX).contains(&form.fields.len()) && form.fields.iter().all(|field| fits(&field.kind))
}

/// Discord's name of the call that does an action.
fn method(action: &Action) -> &'static str {
    match action {
        Action::Send(_) => "Create Message",
        Action::Edit { .. } => "Edit Message",
        Action::Delete { messages } if messages.len() == 1 => "Delete Message",
        Action::Delete { .. } => "Bulk Delete Messages",
        Action::Pin { .. } => "Pin Message",
        Action::Unpin { .. } => "Unpin Message",
        Action::Mute { .. } | Action::Unmute { .. } => "Modify Guild Member",
        Action::Kick { .. } => "Remove Guild Member",
        Action::Ban { .. } => "Create Guild Ban",
        Action::Unban { .. } => "Remove Guild Ban",
        Action::OpenThread { .. } => "Start Thread",
        Action::RenameThread { .. } | Action::CloseThread { .. } | Action::ReopenThread { .. } => {
            "Modify Channel"
        }
        Action::AnswerPress { .. } | Action::ShowForm { .. } => "Create Interaction Response",
        Action::Look { at: Standing::Member(_) } => "Get Guild Member",
        Action::Look { at: Standing::Chat } => "Get Channel",
        Action::Lock | Action::Unlock { .. } | Action::SlowMode { .. } => "Modify Channel",
        Action::Fetch { .. } => "Get Attachment",
        Action::DropForm { .. } | Action::AnswerJoin { .. } => "",
    }
}

fn send(caps: &Capabilities, content: &Content, losses: &mut Vec<Loss>) -> Vec<Action> {
    let mut content = fitted(caps, content, losses);
    let files = std::mem::take(&mut content.attachments);
    let text = std::mem::take(&mut content.text);
    let mut parts: Vec<Content> = split(&text).into_iter().map(Content::text).collect();
    let texts = parts.len();
    for (at, some) in files.chunks(FILES_MAX).enumerate() {
        match parts.last_mut() {
            Some(last) if at == 0 => last.attachments = some.to_vec(),
            _ => parts.push(Content { attachments: some.to_vec(), ..Content::default() }),
        }
    }
    if parts.is_empty() && !content.buttons.is_empty() {
        parts.push(Content::text("⬆"));
    }
    if parts.len() > 1 {
        let feature = if texts > 1 { Feature::Text } else { Feature::Attachments };
        losses.push(Loss { feature, kind: LossKind::Split { parts: parts.len() } });
    }
    if let Some(first) = parts.first_mut() {
        first.reply_to = content.reply_to;
    }
    if let Some(last) = parts.last_mut() {
        last.buttons = content.buttons;
    }
    parts.into_iter().map(Action::Send).collect()
}

/// An edit stays one message, since it may be repeated.
fn edit(caps: &Capabilities, content: &Content, losses: &mut Vec<Loss>) -> Option<Content> {
    let mut content = fitted(caps, content, losses);
    let mut max = TEXT_MAX;
    let mut cut_losses = Vec::new();
    let whole = content.text.clone();
    content.text = cut_rich_text(&whole, max, &mut cut_losses);
    while utf16_len(&markdown(&content.text)) > TEXT_MAX && max > 64 {
        max = max * 3 / 4;
        cut_losses.clear();
        content.text = cut_rich_text(&whole, max, &mut cut_losses);
    }
    losses.append(&mut cut_losses);
    content.reply_to = None;
    (!content.attachments.is_empty() || !content.text.text.trim().is_empty()).then_some(content)
}

/// Up to a hundred messages of a channel to a call, as long as they are young enough; the others one by one.
fn delete(chat: Option<Id>, messages: &[MessageRef], now_ms: i64) -> Vec<Action> {
    let mut together: BTreeMap<Id, Vec<MessageRef>> = BTreeMap::new();
    let mut alone = Vec::new();
    for message in messages {
        match keys::pointed(chat.unwrap_or_default(), message) {
            Some((channel, id)) if id.at_ms() + DELETE_TOGETHER_MS - MUTE_ROOM_MS > now_ms => {
                together.entry(channel).or_default().push(message.clone());
            }
            _ => alone.push(message.clone()),
        }
    }
    let many =
        together.into_values().flat_map(|all| all.chunks(DELETE_MAX).map(<[_]>::to_vec).collect::<Vec<_>>());
    let one = alone.into_iter().map(|message| vec![message]);
    many.chain(one).map(|messages| Action::Delete { messages }).collect()
}

/// The content without what Discord can't carry.
fn fitted(caps: &Capabilities, content: &Content, losses: &mut Vec<Loss>) -> Content {
    let mut content = content.clone();
    caps.fit_mention_all(&mut content.text, losses);
    let sendable = |file: &Attachment| {
        let known = match &file.file {
            FileRef::Platform(key) => FileKey::read(key).is_some(),
            FileRef::Stored(_) | FileRef::Outbox(_) => true,
        };
        known && file.size_bytes <= FILE_MAX
    };
    if content.attachments.iter().any(|file| !sendable(file)) {
        content.attachments.retain(sendable);
        losses.push(Loss { feature: Feature::Attachments, kind: LossKind::Dropped });
    }
    let good = |button: &Button| match &button.does {
        ButtonDo::Press(handle) => (1..=HANDLE_MAX).contains(&handle.len()),
        ButtonDo::Url(address) => is_address(address),
        ButtonDo::OpenDirect(payload) => payload.len() <= 64,
    };
    let all = content.buttons.iter().map(Vec::len).sum::<usize>();
    for row in &mut content.buttons {
        row.retain(|button| good(button) && !button.label.trim().is_empty());
    }
    content.buttons.retain(|row| !row.is_empty());
    while rows_taken(&content.buttons) > ROWS_MAX {
        content.buttons.pop();
    }
    if content.buttons.iter().map(Vec::len).sum::<usize>() < all {
        losses.push(Loss { feature: Feature::Buttons, kind: LossKind::Dropped });
    }
    content
}

/// Whether Discord takes it as a link's address.
fn is_address(address: &str) -> bool {
    address.len() <= 512
        && url::Url::parse(address).is_ok_and(|url| matches!(url.scheme(), "http" | "https" | "discord"))
}

fn cut(text: &str, max: usize, losses: &mut Vec<Loss>) -> String {
    let cut = crate::write::components::cut(text, max);
    if cut != text.trim() {
        losses.push(Loss { feature: Feature::Text, kind: LossKind::Emulated { via: CUT.to_owned() } });
    }
    cut
}

/// Words that fit into one message with all that keeps them from being formatting.
fn fitted_words(words: &str, losses: &mut Vec<Loss>) -> String {
    let mut max = TEXT_MAX;
    loop {
        let mut cut_losses = Vec::new();
        let text = cut_rich_text(&RichText::plain(words), max, &mut cut_losses);
        if utf16_len(&markdown(&text)) <= TEXT_MAX || max < 64 {
            losses.append(&mut cut_losses);
            return text.text;
        }
        max = max * 3 / 4;
    }
}

/// The end of a mute as Discord takes it: at most 28 days from now.
fn mute_end(until_ms: Option<i64>, now_ms: i64, losses: &mut Vec<Loss>) -> i64 {
    let latest = now_ms + MUTE_MAX_MS - MUTE_ROOM_MS;
    match until_ms {
        Some(until_ms) if until_ms <= latest => until_ms,
        _ => {
            losses
                .push(Loss { feature: Feature::Mute, kind: LossKind::Emulated { via: RENEWED.to_owned() } });
            latest
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use bot_core::chat::{AttachmentKind, Field, FieldKind, MessageKey};

    fn planned(action: &Action) -> RenderPlan {
        plan(Some(Id(1)), &capabilities(Sort::Channel, None), action, 2_000_000_000_000)
    }

    fn file(at: u64) -> Attachment {
        let key = FileKey { channel: Id(1), message: Id(2), file: Id(at) };
        Attachment {
            kind: AttachmentKind::Picture,
            name: "a.png".into(),
            media_type: "image/png".into(),
            size_bytes: 5,
            file: FileRef::Platform(key.text()),
        }
    }

    #[test]
    fn a_long_text_is_split_and_its_parts_carry_what_belongs_to_them() {
        let press = Button { label: "Go".into(), does: ButtonDo::Press("h".into()) };
        let mut content = Content::text("words ".repeat(500)).with_row(vec![press]);
        content.reply_to = Some(MessageKey::from("5").into());
        content.attachments = (0..12).map(file).collect();
        let plan = planned(&Action::Send(content));
        let parts: Vec<Content> = plan
            .calls
            .into_iter()
            .map(|call| match call.action {
                Action::Send(content) => content,
                other => panic!("{other:?}"),
            })
            .collect();
        assert_eq!(parts.iter().map(|part| part.attachments.len()).collect::<Vec<_>>(), [0, 10, 2]);
        assert_eq!(parts.iter().map(|part| part.buttons.len()).collect::<Vec<_>>(), [0, 0, 1]);
        assert_eq!(
            parts.iter().map(|part| part.reply_to.is_some()).collect::<Vec<_>>(),
            [true, false, false]
        );
        assert_eq!(plan.losses, [Loss { feature: Feature::Text, kind: LossKind::Split { parts: 3 } }]);
    }

    #[test]
    fn only_young_messages_of_one_channel_are_deleted_together() {
        let young = |at: u64| {
            MessageRef::Key(MessageKey((Id::first_at(2_000_000_000_000 - 60_000).0 + at).to_string()))
        };
        let old = MessageRef::Key(MessageKey(Id::first_at(2_000_000_000_000 - 15 * 86_400_000).to_string()));
        let in_thread = MessageRef::Key(MessageKey(format!("9/{}", Id::first_at(2_000_000_000_000 - 5_000))));
        let mut messages: Vec<MessageRef> = (0..130).map(young).collect();
        messages.extend([old, in_thread]);
        let calls = planned(&Action::Delete { messages }).calls;
        let counts: Vec<(&str, usize)> = calls
            .iter()
            .map(|call| match &call.action {
                Action::Delete { messages } => (call.method.as_str(), messages.len()),
                other => panic!("{other:?}"),
            })
            .collect();
        let (many, one) = ("Bulk Delete Messages", "Delete Message");
        assert_eq!(counts, [(many, 100), (many, 30), (one, 1), (one, 1)]);
    }

    #[test]
    fn a_mute_lasts_28_days_at_most_and_says_so() {
        let mute = |until_ms| planned(&Action::Mute { user: "7".into(), until_ms });
        let end = |plan: &RenderPlan| match &plan.calls[1].action {
            Action::Mute { until_ms, .. } => until_ms.unwrap() - 2_000_000_000_000,
            other => panic!("{other:?}"),
        };
        let short = mute(Some(2_000_000_000_000 + 60_000));
        assert_eq!((end(&short), short.losses.len()), (60_000, 0));
        for long in [mute(None), mute(Some(2_000_000_000_000 + 40 * 86_400_000))] {
            assert_eq!((end(&long), long.losses.len()), (MUTE_MAX_MS - MUTE_ROOM_MS, 1));
        }
    }

    #[test]
    fn a_form_needs_a_press_and_at_most_five_questions() {
        let field = |at: usize| Field {
            name: at.to_string(),
            label: "?".into(),
            hint: String::new(),
            kind: FieldKind::Line,
            required: true,
        };
        let show = |press: Option<&str>, fields: usize| {
            let form =
                Form { handle: "h".into(), title: "t".into(), fields: (0..fields).map(field).collect() };
            planned(&Action::ShowForm { user: "7".into(), press: press.map(Into::into), form }).calls.len()
        };
        assert_eq!((show(Some("b/1/t"), 5), show(None, 2), show(Some("b/1/t"), 6)), (1, 0, 0));
    }

    #[test]
    fn what_the_bot_may_not_do_is_denied_and_what_a_private_chat_has_not_is_absent() {
        let caps = capabilities(Sort::Channel, Some(&[Right::Write]));
        assert_eq!(caps.of(Feature::Mute), &Support::Denied { missing: Right::RestrictMembers });
        assert!(caps.is_native(Feature::Forms));
        let direct = capabilities(Sort::Direct, None);
        assert_eq!(direct.of(Feature::Mute), &Support::Absent);
        assert!(direct.is_native(Feature::Text) && direct.limits(Feature::Forms).on_press);
        let losses = plan(None, &direct, &Action::Kick { user: "7".into() }, 0).losses;
        assert_eq!(losses, [Loss { feature: Feature::Kick, kind: LossKind::Dropped }]);
    }

    #[test]
    fn files_that_cannot_be_sent_are_said_to_be_lost() {
        let mut content = Content::text("look");
        let elsewhere = Attachment { file: FileRef::Platform("photo:AgAC".into()), ..file(2) };
        content.attachments = vec![file(1), elsewhere, Attachment { size_bytes: FILE_MAX + 1, ..file(3) }];
        let plan = planned(&Action::Send(content));
        assert_eq!(plan.losses, [Loss { feature: Feature::Attachments, kind: LossKind::Dropped }]);
        assert!(matches!(&plan.calls[0].action, Action::Send(sent) if sent.attachments.len() == 1));
    }
}
