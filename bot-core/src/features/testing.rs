//! A stage for tests of features: people say things, and what the bot puts down to say back is read off.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use crate::chat::{
    Action, ButtonDo, ChatInfo, ChatKind, Content, Event, EventBody, MemberRole, MessageEvent, MessageKey,
    Sender, UserInfo,
};
use crate::clock::VirtualClock;
use crate::directory::{Chat, Purpose, User};
use crate::hall::Hall;
use crate::ids::StaffId;
use crate::intake::Intake;
use crate::roster::{Role, Staff};
use crate::store::testing::on_both_with;
use crate::store::{chat, people, testing};

/// A hall with all features on which people act.
pub(crate) struct Stage {
    pub(crate) hall: Arc<Hall>,
    clock: Arc<VirtualClock>,
    intake: Intake,
    serial: AtomicUsize,
    read: AtomicUsize,
}

/// What the bot put down: where, and what.
#[derive(Clone, Debug)]
pub(crate) struct Said {
    pub(crate) chat: Chat,
    pub(crate) action: Action,
}

impl Said {
    /// The text, for messages; the word of the action, for others.
    pub(crate) fn text(&self) -> String {
        match &self.action {
            Action::Send(content) => content.text.text.clone(),
            Action::AnswerPress { text, .. } => text.clone(),
            other => format!("({})", other.word()),
        }
    }

    /// The handle of the button with this label.
    pub(crate) fn button(&self, label: &str) -> String {
        let Action::Send(content) = &self.action else { panic!("no message: {:?}", self.action) };
        let button = content.buttons.iter().flatten().find(|button| button.label == label);
        match &button.unwrap().does {
            ButtonDo::Press(handle) => handle.clone(),
            other => panic!("no press: {other:?}"),
        }
    }
}

/// Runs a test on a stage on each database.
pub(crate) fn on_stage<F: Future<Output = ()>>(test: impl Fn(Stage) -> F) {
    on_both_with(
        || super::all(Default::default()),
        |hall, clock| {
            let intake = Intake::new(Arc::clone(&hall));
            test(Stage { hall, clock, intake, serial: AtomicUsize::new(0), read: AtomicUsize::new(0) })
        },
    );
}

/// The private chat of somebody with the bot.
pub(crate) fn direct(name: &str) -> ChatInfo {
    ChatInfo { key: format!("dm-{name}").as_str().into(), kind: ChatKind::Direct, title: String::new() }
}

/// A group.
pub(crate) fn group(title: &str) -> ChatInfo {
    ChatInfo { key: title.into(), kind: ChatKind::Group, title: title.into() }
}

/// Somebody, as the platform shows them.
pub(crate) fn info(name: &str) -> UserInfo {
    UserInfo {
        key: format!("key-{name}").as_str().into(),
        name: name.into(),
        username: Some(name.to_lowercase()),
        language: None,
        is_bot: false,
    }
}

impl Stage {
    /// Lets something happen on an account; gives what the bot put down on it.
    pub(crate) async fn happens(&self, account: &str, body: EventBody) -> Vec<Said> {
        let serial = self.serial.fetch_add(1, Ordering::Relaxed);
        let event = Event {
            account: account.into(),
            key: format!("e{serial}").as_str().into(),
            at_ms: self.hall.now_ms(),
            body,
        };
        let taken = self.intake.take(&[event]).await.unwrap();
        assert_eq!((taken.fresh, taken.failed), (1, 0));
        self.news().await
    }

    /// What the bot put down since this was asked last.
    pub(crate) async fn news(&self) -> Vec<Said> {
        let mut tx = self.hall.db.read().await.unwrap();
        let all = testing::outbox(&mut tx).await;
        let mut said = Vec::new();
        for row in all.iter().skip(self.read.swap(all.len(), Ordering::Relaxed)) {
            let chat = chat::get(&mut tx, &row.place.chat).await.unwrap().unwrap();
            said.push(Said { chat, action: row.action.clone() });
        }
        said
    }

    /// Somebody writes in a chat of the sandbox account; gives the key of the message with what came back.
    pub(crate) async fn writes(&self, to: &ChatInfo, name: &str, text: &str) -> Vec<Said> {
        self.writes_on("sandbox", to, name, text, None).await
    }

    /// Somebody writes in a chat of an account, perhaps in answer to a message.
    pub(crate) async fn writes_on(
        &self,
        account: &str,
        to: &ChatInfo,
        name: &str,
        text: &str,
        reply_to: Option<&str>,
    ) -> Vec<Said> {
        let message: MessageKey = format!("m{}", self.serial.load(Ordering::Relaxed)).as_str().into();
        let body = EventBody::Message(MessageEvent {
            chat: to.clone(),
            thread: None,
            from: Sender::User { user: info(name), role: MemberRole::Member },
            message,
            content: Content::text(text),
            reply_to: reply_to.map(MessageKey::from),
            forwarded: None,
            press: None,
        });
        self.happens(account, body).await
    }

    /// Like [`Stage::writes`], as the texts that came back.
    pub(crate) async fn hears(&self, to: &ChatInfo, name: &str, text: &str) -> Vec<String> {
        self.writes(to, name, text).await.iter().map(Said::text).collect()
    }

    /// Somebody presses a button in a chat of the sandbox account.
    pub(crate) async fn presses(&self, at: &ChatInfo, name: &str, handle: &str) -> Vec<Said> {
        let body = EventBody::Pressed {
            chat: at.clone(),
            thread: None,
            by: info(name),
            message: None,
            press: "press".into(),
            handle: handle.to_owned(),
        };
        self.happens("sandbox", body).await
    }

    /// Lets time pass.
    pub(crate) fn pass_minutes(&self, minutes: i64) {
        self.clock.move_to(self.hall.now_ms() + minutes * 60_000);
    }

    /// The user of a name on the sandbox account, as kept.
    pub(crate) async fn user(&self, name: &str) -> User {
        let mut tx = self.hall.db.read().await.unwrap();
        chat::user_by_key(&mut tx, &"sandbox".into(), &info(name).key).await.unwrap().unwrap()
    }

    /// Somebody who has written in private, works here in this role and is linked.
    pub(crate) async fn staff(&self, name: &str, role: Role) -> StaffId {
        self.writes(&direct(name), name, "hello").await;
        let person = self.user(name).await.person;
        let id = StaffId(format!("s-{name}"));
        let staff = Staff { id: id.clone(), name: name.into(), person: Some(person), roles: [role].into() };
        let mut work = self.hall.begin().await.unwrap();
        people::add_staff(work.tx().await.unwrap(), &staff, 0).await.unwrap();
        work.roster_changed();
        work.commit().await.unwrap();
        self.news().await;
        id
    }

    /// A group of the sandbox account that serves a purpose.
    pub(crate) async fn group_for(&self, title: &str, purpose: Purpose) -> ChatInfo {
        let info = group(title);
        let id = format!("c-{title}").as_str().into();
        let mut tx = self.hall.db.write().await.unwrap();
        let chat = chat::meet(&mut tx, &"sandbox".into(), &info, None, &id, 0).await.unwrap();
        chat::set_purpose(&mut tx, &chat.id, purpose, None).await.unwrap();
        tx.commit().await.unwrap();
        self.hall.directory.forget_all();
        info
    }
}
