//! What a feature is: one block that says what it owns, and what it does when something comes its way.

use std::collections::BTreeMap;
use std::sync::Arc;

use async_trait::async_trait;
use serde_json::Value;

use crate::chat::{Action, Event, Lang, MessageKey, PressKey, ThreadKey};
use crate::directory::{Chat, User};
use crate::error::Result;
use crate::features::FeatureConfig;
use crate::hall::Hall;
use crate::ids::{ChatId, OutboxId};
use crate::roster::{Permission, Staff};
use crate::store::StoreError;
use crate::texts::Text;
use crate::work::{Origin, Place, Work};

pub mod command;
mod offer;
mod who;

pub use command::{ArgKind, ArgSpec, Args, CommandSpec, Places, Who};
pub use offer::{Offer, Typed};

/// What a feature owns.
#[derive(Debug)]
pub struct Manifest {
    /// The one name, the same as the file stem in every layer.
    pub name: &'static str,
    /// Commands.
    pub commands: &'static [CommandSpec],
    /// Kinds of its timers.
    pub timers: &'static [&'static str],
    /// Verbs of its buttons.
    pub buttons: &'static [&'static str],
    /// Names of its forms.
    pub forms: &'static [&'static str],
    /// Paths of its console pages.
    pub pages: &'static [&'static str],
}

impl Manifest {
    /// What people call the feature: `feature-NAME` in the Fluent files.
    pub fn title(&self) -> Text {
        Text { key: format!("feature-{}", self.name).into(), args: BTreeMap::new() }
    }
}

/// An event with what we know of its chat and user.
#[derive(Clone)]
pub struct Incoming {
    /// What the platform said.
    pub event: Arc<Event>,
    /// Where.
    pub chat: Arc<Chat>,
    /// The user who did it, if it was a user.
    pub user: Option<Arc<User>>,
}

/// A command that was understood, from somebody who may use it here.
pub struct Invocation {
    /// Which.
    pub spec: &'static CommandSpec,
    /// What was given to it.
    pub args: Args,
    /// Where and by whom.
    pub at: Actor,
    /// The message that carries it.
    pub message: MessageKey,
    /// The message that it replies to.
    pub reply_to: Option<MessageKey>,
}

/// Somebody who does something in a chat, and how to answer them.
#[derive(Clone)]
pub struct Actor {
    /// Who.
    pub user: Arc<User>,
    /// The staff member that they are.
    pub staff: Option<Staff>,
    /// Where.
    pub chat: Arc<Chat>,
    /// In which thread.
    pub thread: Option<ThreadKey>,
    /// The language to answer in.
    pub lang: Lang,
    /// The press or command that waits for an answer, on platforms that wait.
    pub press: Option<PressKey>,
}

/// A button of a feature that was pressed.
pub struct Press {
    /// The button's verb.
    pub verb: String,
    /// What was stored with it.
    pub payload: Value,
    /// By whom and where.
    pub at: Actor,
    /// The message that carries it, if the platform still knows it.
    pub message: Option<MessageKey>,
}

/// A form of a feature that was filled in.
pub struct Submission {
    /// The form's name.
    pub form: String,
    /// What was stored with it.
    pub payload: Value,
    /// Answers by field name.
    pub answers: BTreeMap<String, String>,
    /// By whom and where.
    pub at: Actor,
}

/// A timer of a feature that is due.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Due {
    /// What sort.
    pub kind: String,
    /// Which one.
    pub key: String,
    /// When it was due, unix milliseconds; now may be much later after an outage.
    pub due_at_ms: i64,
}

/// What became of an action that a feature sent.
#[derive(Clone, Debug)]
pub struct Receipt {
    /// As the feature named it.
    pub origin: Origin,
    /// The outbox row.
    pub outbox: OutboxId,
    /// Where it went.
    pub chat: ChatId,
    /// What it was.
    pub action: Action,
    /// How it ended.
    pub end: crate::courier::End,
}

/// Whether features further down still hear of an event.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Flow {
    /// They do.
    Pass,
    /// It is dealt with.
    Done,
}

/// A feature. All of its methods run inside one piece of work; what they decide is committed together.
#[async_trait]
pub trait Feature: Send + Sync {
    /// What it owns.
    fn manifest(&self) -> &'static Manifest;

    /// Whether it has no tables of its own, and so no migration and no store file.
    fn keeps_nothing(&self) -> bool {
        false
    }

    /// Reads what it keeps in memory, once at start.
    async fn on_start(&self, _hall: &Arc<Hall>) -> Result<(), StoreError> {
        Ok(())
    }

    /// Sees the events of a batch before they come one by one, to read at once what they will need.
    async fn look_ahead(&self, _work: &mut Work, _events: &[&Event]) -> Result<()> {
        Ok(())
    }

    /// Looks at every message and edit in a community group before anybody else does, commands included.
    async fn screen(&self, _work: &mut Work, _incoming: &Incoming) -> Result<Flow> {
        Ok(Flow::Pass)
    }

    /// Hears of a message that is not a command.
    async fn on_message(&self, _work: &mut Work, _incoming: &Incoming) -> Result<Flow> {
        Ok(Flow::Pass)
    }

    /// Hears of every other event.
    async fn on_event(&self, _work: &mut Work, _incoming: &Incoming) -> Result<Flow> {
        Ok(Flow::Pass)
    }

    /// Hears that somebody asks an account for something ([`crate::chat::EventBody::Asked`]), which belongs to no chat.
    async fn on_asked(&self, _work: &mut Work, _event: &Event) -> Result<()> {
        Ok(())
    }

    /// Does one of its commands.
    async fn on_command(&self, _work: &mut Work, _call: &Invocation) -> Result<()> {
        Ok(())
    }

    /// Those of its commands for which it can tell what may stand behind them, while somebody types one.
    fn offers(&self) -> &'static [&'static str] {
        &[]
    }

    /// What may stand behind one of these commands, the likeliest first: only what who types may see. What does not fit
    /// what is typed already is taken out afterwards.
    async fn offer(&self, _work: &mut Work, _typed: &Typed) -> Result<Vec<Offer>> {
        Ok(Vec::new())
    }

    /// Hears that one of its buttons was pressed. Gives what to tell the one who pressed, and nobody else.
    async fn on_press(&self, _work: &mut Work, _press: &Press) -> Result<Option<Text>> {
        Ok(None)
    }

    /// Hears that one of its forms was filled in.
    async fn on_form(&self, _work: &mut Work, _form: &Submission) -> Result<()> {
        Ok(())
    }

    /// Hears that one of its timers is due. The timer is gone when the work is committed.
    async fn on_timer(&self, _work: &mut Work, _due: &Due) -> Result<()> {
        Ok(())
    }

    /// Hears what became of several actions that it sent, in their order.
    async fn on_receipts(&self, work: &mut Work, receipts: &[Receipt]) -> Result<()> {
        for receipt in receipts {
            self.on_receipt(work, receipt).await?;
        }
        Ok(())
    }

    /// Hears what became of an action that it sent.
    async fn on_receipt(&self, _work: &mut Work, _receipt: &Receipt) -> Result<()> {
        Ok(())
    }
}

impl Incoming {
    /// The one who did it, if it was a user, in the thread that the event names.
    pub fn actor(&self, hall: &Hall, thread: Option<ThreadKey>, press: Option<PressKey>) -> Option<Actor> {
        let user = self.user.clone()?;
        let staff = hall.roster.load().of_person(&user.person).cloned();
        let lang = user.lang.or(self.chat.lang).unwrap_or(hall.default_lang);
        Some(Actor { user, staff, chat: Arc::clone(&self.chat), thread, lang, press })
    }
}

impl Actor {
    /// Where to answer.
    pub fn place(&self) -> Place {
        Place { chat: self.chat.id.clone(), thread: self.thread.clone().map(Into::into) }
    }

    /// The staff member, if they are one and may do this.
    pub fn staff_who_may(&self, permission: Permission) -> Option<&Staff> {
        self.staff.as_ref().filter(|staff| staff.may(permission))
    }
}

/// The features of this program, in the order in which they hear of messages.
pub struct Registry {
    features: Vec<Arc<dyn Feature>>,
    config: FeatureConfig,
}

impl Registry {
    /// These features in this order.
    pub fn new(features: Vec<Arc<dyn Feature>>) -> Self {
        Self { features, config: FeatureConfig::default() }
    }

    /// The same with other settings than the defaults.
    #[must_use]
    pub fn with_config(self, config: FeatureConfig) -> Self {
        Self { config, ..self }
    }

    /// The settings, for what a feature does outside of its own calls: on the console, say.
    pub fn config(&self) -> &FeatureConfig {
        &self.config
    }

    /// All of them.
    pub fn all(&self) -> impl Iterator<Item = &Arc<dyn Feature>> {
        self.features.iter()
    }

    /// The feature of a name.
    pub fn get(&self, name: &str) -> Option<Arc<dyn Feature>> {
        self.features.iter().find(|feature| feature.manifest().name == name).cloned()
    }

    /// The command of a name, and whose it is.
    pub fn command(&self, name: &str) -> Option<(Arc<dyn Feature>, &'static CommandSpec)> {
        self.features.iter().find_map(|feature| {
            let spec = feature.manifest().commands.iter().find(|spec| spec.name == name)?;
            Some((Arc::clone(feature), spec))
        })
    }

    /// Whether something may be offered to who types a command.
    pub fn offers(&self, name: &str) -> bool {
        self.features.iter().any(|feature| feature.offers().contains(&name))
    }

    /// All commands, in order.
    pub fn commands(&self) -> impl Iterator<Item = &'static CommandSpec> {
        self.features.iter().flat_map(|feature| feature.manifest().commands)
    }
}
