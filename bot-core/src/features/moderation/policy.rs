//! The policy in force, swapped with nobody waiting, and what happened lately in each group.

use std::num::NonZeroUsize;
use std::sync::{Arc, LazyLock, Mutex, PoisonError};

use arc_swap::{ArcSwap, ArcSwapOption};
use lru::LruCache;
use moderation::{Activity, Engine, Learner, Message, Policy, TextLink, Verdict};

use tokio::sync::Semaphore;

use super::picture::Pictures;
use super::source::{PolicySource, SourcedPolicy};
use crate::chat::{Attachment, AttachmentKind, Mark, MarkKind, MemberRole};
use crate::directory::{Chat, User, small};
use crate::ids::ChatId;

/// Of so many groups what happened lately is kept, at most 512 messages and joins of each: about 60 MB in all. The
/// group that was quiet longest goes first, and starts anew.
const GROUPS_KEPT: NonZeroUsize = match NonZeroUsize::new(2_000) {
    Some(groups) => groups,
    None => NonZeroUsize::MIN,
};

/// Many who join a group one after another are one matter until it was quiet for so long, milliseconds.
const JOINS_QUIET_MS: i64 = 10 * 60_000;

/// Compiled once, however many halls there are.
#[expect(
    clippy::expect_used,
    reason = "the shipped policy is part of the program and held faultless by a test"
)]
static SHIPPED: LazyLock<Arc<InForce>> = LazyLock::new(|| {
    let read =
        SourcedPolicy::parse(Policy::default_merchant_toml()).expect("the shipped policy has no fault");
    Arc::new(InForce::of(read, Learner::starter()))
});

/// The engine with the policy in force, and where that comes from: swapped together.
struct InForce {
    engine: Arc<Engine>,
    source: Arc<PolicySource>,
}

impl InForce {
    fn of(read: SourcedPolicy, learner: &Arc<Learner>) -> Self {
        Self { engine: Arc::new(ready(read.policy, learner)), source: Arc::new(read.source) }
    }
}

/// An engine for a policy, with what was learnt where the policy asks for it.
fn ready(policy: Policy, learner: &Arc<Learner>) -> Engine {
    let learns = policy.learner_from_percent().is_some();
    let engine = Engine::new(policy);
    if learns { engine.with_learner(Arc::clone(learner)) } else { engine }
}

/// Holds the policy in force, the shipped one until another is set, and what happened lately in each group.
pub struct PolicySlot {
    now: ArcSwapOption<InForce>,
    /// What engines are given, until decisions taught another.
    learner: ArcSwap<Learner>,
    /// Held by whoever puts another engine in place, so that none is lost. Whoever asks the engine never waits.
    changing: Mutex<()>,
    lately: Mutex<LruCache<ChatId, Activity>>,
    /// When staff were told of many who joined a group, unix milliseconds. Forgotten at a restart, which costs a line.
    joins_told: Mutex<LruCache<ChatId, i64>>,
    /// The pictures in which codes are looked for.
    pub(super) pictures: Pictures,
    /// Drafts are tried one at a time, so that messages under way feel little of it.
    pub(super) trials: Semaphore,
    /// Held by whoever writes the policy's file.
    pub(super) saving: tokio::sync::Mutex<()>,
}

impl Default for PolicySlot {
    fn default() -> Self {
        Self {
            now: ArcSwapOption::default(),
            learner: ArcSwap::new(Arc::clone(Learner::starter())),
            changing: Mutex::default(),
            lately: Mutex::new(small(GROUPS_KEPT)),
            joins_told: Mutex::new(small(GROUPS_KEPT)),
            pictures: Pictures::default(),
            trials: Semaphore::new(1),
            saving: tokio::sync::Mutex::default(),
        }
    }
}

/// A message with all that the engine is told of it.
pub(super) struct Seen<'a> {
    pub(super) chat: &'a Chat,
    pub(super) user: &'a User,
    pub(super) role: MemberRole,
    pub(super) text: &'a str,
    pub(super) marks: &'a [Mark],
    pub(super) files: &'a [Attachment],
    pub(super) edited: bool,
    pub(super) forwarded: bool,
    /// How many messages they wrote in the group before, where a rule asks.
    pub(super) earlier: Option<u32>,
}

impl PolicySlot {
    fn in_force(&self) -> Arc<InForce> {
        self.now.load_full().unwrap_or_else(|| Arc::clone(&SHIPPED))
    }

    /// The engine with the policy in force.
    pub fn engine(&self) -> Arc<Engine> {
        Arc::clone(&self.in_force().engine)
    }

    /// The engine with the policy in force, and where that policy comes from.
    pub fn with_source(&self) -> (Arc<Engine>, Arc<PolicySource>) {
        let now = self.in_force();
        (Arc::clone(&now.engine), Arc::clone(&now.source))
    }

    /// An engine with another policy that knows what the one in force has learnt.
    pub(super) fn engine_of(&self, policy: Policy) -> Engine {
        ready(policy, &self.learner.load_full())
    }

    /// Puts another policy in force, from the next message on.
    pub fn set(&self, read: SourcedPolicy) {
        let _changing = self.changing.lock().unwrap_or_else(PoisonError::into_inner);
        self.now.store(Some(Arc::new(InForce::of(read, &self.learner.load_full()))));
    }

    /// Asks another learner, from the next message on.
    pub fn learn(&self, learner: Arc<Learner>) {
        let _changing = self.changing.lock().unwrap_or_else(PoisonError::into_inner);
        let now = self.in_force();
        let engine = Arc::new(ready(now.engine.policy().clone(), &learner));
        self.now.store(Some(Arc::new(InForce { engine, source: Arc::clone(&now.source) })));
        self.learner.store(learner);
    }

    /// Checks a message that was written at `at_ms`, unix milliseconds.
    pub(super) fn check(&self, engine: &Engine, seen: &Seen<'_>, at_ms: i64) -> Verdict {
        self.with_activity(&seen.chat.id, |activity| check_with(engine, seen, at_ms, activity))
    }

    /// Takes in that somebody joined a group at `at_ms`, unix milliseconds, and checks it and their name.
    pub(super) fn joined(&self, engine: &Engine, chat: &Chat, user: &User, at_ms: i64) -> Verdict {
        let message = Message::joining(user.id.as_str(), &user.name, at_ms).in_group(group(engine, chat));
        self.with_activity(&chat.id, |activity| engine.check_with(&message, activity))
    }

    /// What the rule is called that somebody's name breaks in a group.
    pub(crate) fn name_rule(&self, chat: &Chat, user: &User) -> Option<moderation::Bilingual> {
        let engine = self.engine();
        let message = Message::joining(user.id.as_str(), &user.name, 0).in_group(group(&engine, chat));
        let verdict = engine.check_with(&message, &mut Activity::default());
        let hit =
            verdict.gravest().filter(|hit| hit.in_name && verdict.outcome != moderation::Outcome::Pass)?;
        engine.policy().rule(hit.rule.as_str()).map(|rule| rule.title.clone())
    }

    /// Whether staff are to be told now of many who join a group: once, until nobody was told of for ten minutes.
    pub(super) fn tells_of_joins(&self, chat: &ChatId, at_ms: i64) -> bool {
        let mut told = self.joins_told.lock().unwrap_or_else(PoisonError::into_inner);
        told.put(chat.clone(), at_ms).is_none_or(|last_ms| at_ms - last_ms >= JOINS_QUIET_MS)
    }

    fn with_activity<T>(&self, chat: &ChatId, check: impl FnOnce(&mut Activity) -> T) -> T {
        // Taken out for the check, so that chats do not wait for each other; events of one chat come one by one.
        let taken = self.lately.lock().unwrap_or_else(PoisonError::into_inner).pop(chat);
        let mut activity = taken.unwrap_or_default();
        let checked = check(&mut activity);
        self.lately.lock().unwrap_or_else(PoisonError::into_inner).put(chat.clone(), activity);
        checked
    }
}

/// Checks a message that was written at `at_ms`, unix milliseconds, after what happened before in its group.
pub(super) fn check_with(engine: &Engine, seen: &Seen<'_>, at_ms: i64, activity: &mut Activity) -> Verdict {
    let links: Vec<TextLink<'_>> = seen
        .marks
        .iter()
        .filter_map(|mark| match &mark.kind {
            MarkKind::Link { url } => {
                Some(TextLink { start: mark.start_utf8, end: mark.end_utf8, url: url.as_str() })
            }
            _ => None,
        })
        .collect();
    let pictures = seen.files.iter().filter(|file| file.kind == AttachmentKind::Picture).count();
    let files: Vec<&str> = seen
        .files
        .iter()
        .filter(|file| file.kind != AttachmentKind::Picture)
        .map(|file| file.name.as_str())
        .collect();
    let mentions = seen
        .marks
        .iter()
        .filter(|mark| matches!(mark.kind, MarkKind::Mention { .. } | MarkKind::MentionAll))
        .count();
    let roles = [role(seen.role)];
    let mut message = Message::new(seen.text)
        .in_group(group(engine, seen.chat))
        .by(seen.user.id.as_str(), Some(&seen.user.name))
        .with_roles(&roles)
        .at(at_ms)
        .with_links(&links)
        .with_files(&files, u32::try_from(pictures).unwrap_or(u32::MAX))
        .mentioning(u32::try_from(mentions).unwrap_or(u32::MAX))
        .marked(seen.edited, seen.forwarded);
    message.earlier_messages = seen.earlier;
    engine.check_with(&message, activity)
}

/// What those can be, in the words of a policy's `exempt_roles`, whose messages are judged: the bot punishes no owner or
/// admin of a group, and so does not look at what they write.
pub const JUDGED_ROLES: &[&str] = &["member"];

/// How a policy calls a role.
pub(super) fn role(role: MemberRole) -> &'static str {
    match role {
        MemberRole::Owner => "owner",
        MemberRole::Admin => "admin",
        MemberRole::Member => "member",
    }
}

/// How the policy calls a group: a policy may name an exempt group by our id of it or by the platform's.
pub(super) fn group<'c>(engine: &Engine, chat: &'c Chat) -> &'c str {
    let names_ours = engine
        .policy()
        .rules()
        .iter()
        .any(|rule| rule.exempt_groups.iter().any(|group| group == chat.id.as_str()));
    match &chat.key {
        Some(key) if !names_ours => key.as_str(),
        _ => chat.id.as_str(),
    }
}
