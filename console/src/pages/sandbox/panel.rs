//! One chat of the sandbox page, as the one who speaks in it sees it.

use bot_core::chat::{Field, FieldKind, UserKey};
use bot_core::roster::Role;
use bot_core::text;
use guildhall_sandbox::{ChatView, Door, ThreadState, World};

use super::cast::{Cast, name_of};
use super::line::{Line, Quote, lines, quote_of};
use super::view::{Spec, Spot, View};
use crate::frame::Frame;

/// Messages shown.
const SHOWN: usize = 80;
/// Messages looked at to find those of one thread.
const LOOKED_AT: usize = 600;

/// A panel, ready for its template.
pub(super) struct Panel {
    /// Which, from 0.
    pub(super) n: usize,
    /// The page around it, as every form of it says.
    pub(super) view: String,
    pub(super) is_direct: bool,
    pub(super) chat: String,
    pub(super) speaker: String,
    pub(super) speaker_name: String,
    pub(super) members: usize,
    pub(super) bot_absent: bool,
    pub(super) chats: Vec<Choice>,
    pub(super) speakers: Vec<(String, Vec<Choice>)>,
    pub(super) tabs: Vec<Tab>,
    pub(super) pinned: Option<Quote>,
    pub(super) entries: Vec<Entry>,
    pub(super) gate: Gate,
    pub(super) composer: Composer,
    /// The address without this panel, if there are others.
    pub(super) close: Option<String>,
    /// The rest of the page, for a plain form that changes this panel: name and value.
    pub(super) rest: Vec<(String, String)>,
}

/// One of several.
pub(super) struct Choice {
    pub(super) value: String,
    pub(super) label: String,
    pub(super) chosen: bool,
}

/// A thread.
pub(super) struct Tab {
    pub(super) key: String,
    pub(super) label: String,
    pub(super) href: String,
    pub(super) here: bool,
    pub(super) closed: bool,
}

/// Whether the speaker may write here, and what to do if not.
pub(super) struct Gate {
    /// `open`, `join`, `start` or `shut`.
    pub(super) kind: &'static str,
    pub(super) words: String,
}

/// What stands in the composer.
#[derive(Default)]
pub(super) struct Composer {
    pub(super) text: String,
    pub(super) reply: Option<Quote>,
    pub(super) edit: Option<Quote>,
    pub(super) error: String,
    pub(super) placeholder: String,
}

/// What stands in the chat, in the order of its coming: a form that is left open does not hide what is said after.
pub(super) enum Entry {
    Said(Box<Line>),
    Asked(FormBox),
}

impl Entry {
    fn at_ms(&self) -> i64 {
        match self {
            Self::Said(line) => line.at_ms,
            Self::Asked(form) => form.at_ms,
        }
    }
}

/// A form that is open for the speaker.
pub(super) struct FormBox {
    at_ms: i64,
    pub(super) handle: String,
    pub(super) title: String,
    pub(super) fields: Vec<FieldBox>,
    pub(super) error: String,
}

/// A question of it.
pub(super) struct FieldBox {
    pub(super) name: String,
    pub(super) label: String,
    pub(super) hint: String,
    pub(super) required: bool,
    pub(super) kind: &'static str,
    pub(super) choices: Vec<Choice>,
    pub(super) answer: String,
}

/// What was tried in a panel and refused, to be shown with what was typed.
#[derive(Default)]
pub(super) struct Failed {
    pub(super) n: usize,
    pub(super) words: String,
    /// The form that it was, with the answers given.
    pub(super) form: Option<(String, Vec<(String, String)>)>,
}

/// Builds panel `n` of a view. `None` when its chat or its speaker is not there.
pub(super) fn build(
    f: &Frame,
    world: &World,
    cast: &Cast,
    view: &View,
    n: usize,
    failed: Option<&Failed>,
) -> Option<Panel> {
    let spec = view.panels.get(n)?;
    let speaker = cast.user(&spec.speaker)?;
    let failed = failed.filter(|failed| failed.n == n);
    let key = spec.chat();
    let chat = world.chat(&key, Some(&spec.speaker), LOOKED_AT);
    if chat.is_none() && spec.spot != Spot::Direct {
        return None;
    }
    let said = chat.as_ref().map(|chat| lines(f, cast, view, n, chat, SHOWN)).unwrap_or_default();
    let asked = chat.as_ref().map(|chat| forms(chat, spec, failed)).unwrap_or_default();
    let pinned = chat.as_ref().and_then(|chat| {
        let in_thread =
            |m: &&guildhall_sandbox::MessageView| m.pinned && !m.deleted && m.thread == spec.thread;
        chat.messages.iter().rev().find(in_thread).map(|message| quote_of(cast, message))
    });
    let gate = gate(f, chat.as_ref(), spec);
    let composer = composer(f, cast, chat.as_ref(), spec, failed);
    Some(Panel {
        n,
        view: view.query(),
        is_direct: spec.spot == Spot::Direct,
        chat: key.to_string(),
        speaker: spec.speaker.to_string(),
        speaker_name: name_of(speaker),
        members: chat.as_ref().map_or(0, |chat| chat.summary.members),
        bot_absent: chat.as_ref().is_some_and(|chat| chat.door.is_none() && chat.bot_rights.is_none()),
        chats: chats(f, cast, spec),
        speakers: speakers(f, cast, spec),
        tabs: chat.as_ref().map(|chat| tabs(f, view, n, chat)).unwrap_or_default(),
        pinned,
        entries: in_order(said, asked),
        gate,
        composer,
        close: (view.panels.len() > 1).then(|| view.without_drafts().without(n).path()),
        rest: rest(view, n),
    })
}

fn rest(view: &View, n: usize) -> Vec<(String, String)> {
    let mine = [format!("c{n}"), format!("s{n}"), format!("t{n}"), format!("r{n}"), format!("e{n}")];
    let pairs =
        form_urlencoded::parse(view.without_drafts().query().as_bytes()).into_owned().collect::<Vec<_>>();
    pairs.into_iter().filter(|(name, _)| !mine.contains(name)).collect()
}

fn chats(f: &Frame, cast: &Cast, spec: &Spec) -> Vec<Choice> {
    let group = |(key, title): &(bot_core::chat::ChatKey, String)| Choice {
        value: format!("g:{key}"),
        label: title.clone(),
        chosen: spec.spot == Spot::Group(key.clone()),
    };
    let direct = Choice {
        value: "direct".to_owned(),
        label: f.t1("sandbox-private-chat", "name", &cast.name(&spec.speaker)),
        chosen: spec.spot == Spot::Direct,
    };
    cast.groups.iter().map(group).chain([direct]).collect()
}

/// Who could speak here: members, staff, others; each in words and by name.
fn speakers(f: &Frame, cast: &Cast, spec: &Spec) -> Vec<(String, Vec<Choice>)> {
    let choice =
        |key: &UserKey, label: String| Choice { value: key.to_string(), label, chosen: *key == spec.speaker };
    let (mut merchants, mut staff, mut others) = (Vec::new(), Vec::new(), Vec::new());
    for user in cast.users.iter().filter(|user| !user.deactivated) {
        let key = &user.info.key;
        let name = name_of(user);
        if let Some(member) = cast.staff(key) {
            let role = member.roles.iter().next().map(|role| f.t(role_key(*role))).unwrap_or_default();
            staff.push(choice(key, format!("{name} · {role}")));
        } else if spec.spot == Spot::Direct || user.groups.contains(&spec.chat()) {
            merchants.push(choice(key, name));
        } else {
            others.push(choice(key, name));
        }
    }
    let named = [
        (f.t("sandbox-speakers-merchants"), merchants),
        (f.t("sandbox-speakers-staff"), staff),
        (f.t("sandbox-speakers-others"), others),
    ];
    named.into_iter().filter(|(_, people)| !people.is_empty()).collect()
}

/// The key of a role's word.
pub(super) fn role_key(role: Role) -> &'static str {
    match role {
        Role::Admin => "console-role-admin",
        Role::Ops => "console-role-ops",
        Role::Moderator => "console-role-moderator",
        Role::Support => "console-role-support",
        Role::Engineer => "console-role-engineer",
        Role::Auditor => "console-role-auditor",
    }
}

/// The threads of a group, the newest first, behind the group itself.
fn tabs(f: &Frame, view: &View, n: usize, chat: &ChatView) -> Vec<Tab> {
    let Some(spec) = view.panels.get(n).filter(|_| !chat.threads.is_empty()) else { return Vec::new() };
    let bare = view.without_drafts();
    let general = Tab {
        key: String::new(),
        label: f.t("sandbox-thread-general"),
        href: bare.with(n, |spec| spec.thread = None).path(),
        here: spec.thread.is_none(),
        closed: false,
    };
    let thread = |thread: &guildhall_sandbox::ThreadView| Tab {
        key: thread.key.to_string(),
        label: thread.title.clone(),
        href: bare.with(n, |spec| spec.thread = Some(thread.key.clone())).path(),
        here: spec.thread.as_ref() == Some(&thread.key),
        closed: thread.state != ThreadState::Open,
    };
    let (open, closed): (Vec<Tab>, Vec<Tab>) =
        chat.threads.iter().rev().map(thread).partition(|tab| !tab.closed);
    std::iter::once(general).chain(open).chain(closed).collect()
}

fn gate(f: &Frame, chat: Option<&ChatView>, spec: &Spec) -> Gate {
    let gate = |kind, key| Gate { kind, words: f.t(key) };
    let Some(chat) = chat else { return gate("start", "sandbox-gate-start") };
    match chat.door {
        Some(Door::Open) => return gate("open", "sandbox-gate-open"),
        Some(Door::Blocked) => return gate("start", "sandbox-gate-blocked"),
        Some(Door::Unopened) => return gate("start", "sandbox-gate-start"),
        None => {}
    }
    if chat.banned.contains(&spec.speaker) {
        return gate("shut", "sandbox-gate-banned");
    }
    let Some(member) = chat.members.iter().find(|member| member.user == spec.speaker) else {
        return gate("join", "sandbox-gate-join");
    };
    if member.muted {
        let words = match member.muted_until_ms {
            Some(until_ms) => text!("sandbox-gate-muted-until", until = f.moment(until_ms).exact),
            None => text!("sandbox-gate-muted"),
        };
        return Gate { kind: "shut", words: f.say(&words) };
    }
    let closed = chat
        .threads
        .iter()
        .any(|thread| Some(&thread.key) == spec.thread.as_ref() && thread.state != ThreadState::Open);
    if closed { gate("shut", "sandbox-gate-thread-closed") } else { gate("open", "sandbox-gate-open") }
}

fn composer(
    f: &Frame,
    cast: &Cast,
    chat: Option<&ChatView>,
    spec: &Spec,
    failed: Option<&Failed>,
) -> Composer {
    let quote = |key: &bot_core::chat::MessageKey| {
        chat.and_then(|chat| chat.messages.iter().find(|message| message.key == *key))
            .map(|message| (quote_of(cast, message), message.content.text.text.clone()))
    };
    let edit = spec.draft.edit.as_ref().and_then(quote);
    let text = match &edit {
        Some((_, old)) if spec.draft.text.is_empty() => old.clone(),
        _ => spec.draft.text.clone(),
    };
    Composer {
        text,
        reply: spec.draft.reply.as_ref().and_then(quote).map(|(quote, _)| quote),
        edit: edit.map(|(quote, _)| quote),
        error: failed
            .filter(|failed| failed.form.is_none())
            .map(|failed| failed.words.clone())
            .unwrap_or_default(),
        placeholder: f.t1("sandbox-write-as", "name", &cast.name(&spec.speaker)),
    }
}

/// What was said and asked, oldest first. What is of one moment stays as it is: the command, then its form.
fn in_order(said: Vec<Line>, asked: Vec<FormBox>) -> Vec<Entry> {
    let said = said.into_iter().map(|line| Entry::Said(Box::new(line)));
    let mut entries: Vec<Entry> = said.chain(asked.into_iter().map(Entry::Asked)).collect();
    entries.sort_by_key(Entry::at_ms);
    entries
}

fn forms(chat: &ChatView, spec: &Spec, failed: Option<&Failed>) -> Vec<FormBox> {
    let here = chat.forms.iter().filter(|open| open.thread.is_none() || open.thread == spec.thread);
    here.map(|open| {
        let failed = failed.and_then(|failed| {
            let (handle, answers) = failed.form.as_ref()?;
            (*handle == open.form.handle).then_some((answers, failed.words.clone()))
        });
        let answer = |name: &str| {
            let given = failed.as_ref().and_then(|(answers, _)| answers.iter().find(|(key, _)| key == name));
            given.map(|(_, answer)| answer.clone()).unwrap_or_default()
        };
        FormBox {
            at_ms: open.at_ms,
            handle: open.form.handle.clone(),
            title: open.form.title.clone(),
            fields: open.form.fields.iter().map(|field| field_box(field, answer(&field.name))).collect(),
            error: failed.map(|(_, words)| words).unwrap_or_default(),
        }
    })
    .collect()
}

fn field_box(field: &Field, answer: String) -> FieldBox {
    let (kind, choices) = match &field.kind {
        FieldKind::Line => ("line", Vec::new()),
        FieldKind::Text => ("text", Vec::new()),
        FieldKind::Choice(choices) => ("choice", choices.clone()),
    };
    let choice = |(value, label): (String, String)| Choice { chosen: value == answer, value, label };
    FieldBox {
        name: field.name.clone(),
        label: field.label.clone(),
        hint: field.hint.clone(),
        required: field.required,
        kind,
        choices: choices.into_iter().map(choice).collect(),
        answer,
    }
}
