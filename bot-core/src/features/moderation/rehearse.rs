//! Tries a draft of the policy on what was written lately, beside the policy in force. Nothing comes of it.

use std::collections::{BTreeMap, HashMap, VecDeque};
use std::sync::Arc;

use moderation::{Activity, Bilingual, Engine, Outcome, Policy, Verdict};

use super::policy::{Seen, check_with};
use super::{screen, words};
use crate::chat::{MemberRole, RichText};
use crate::directory::{Chat, User};
use crate::error::{FeatureError, Result};
use crate::hall::Hall;
use crate::ids::{ChatId, MessageId, UserId};
use crate::store::message::{self, StoredMessage};
use crate::store::moderation::spans_utf8;
use crate::store::{Tx, chat};

/// On so many messages a draft is tried at the most, the latest: a few seconds of one processor.
pub const TRIED_MOST: u32 = 20_000;
/// So many are read at once.
const PAGE: i64 = 500;
/// So many messages whose outcome differs are shown.
const SHOWN_MOST: usize = 50;
/// How much is shown of one, in bytes.
const SHOWN_UTF8: usize = 600;

/// What a draft would have done.
#[derive(Debug, Default)]
pub struct Rehearsal {
    /// From when on messages were looked at, unix milliseconds.
    pub since_ms: i64,
    /// On how many it was tried.
    pub messages: u32,
    /// When the first of them was written if there were more before it, unix milliseconds.
    pub cut_at_ms: Option<i64>,
    /// What the policy in force makes of them.
    pub today: Tally,
    /// What the draft makes of them.
    pub draft: Tally,
    /// What rules found, those that differ most first.
    pub rules: Vec<RuleTally>,
    /// The messages of which the draft makes something else, by what; what the bot would do at once comes first.
    pub changes: Vec<Change>,
}

/// What a policy makes of messages.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Tally {
    /// In so many nothing is found.
    pub pass: u32,
    /// So many are shown to a moderator.
    pub flag: u32,
    /// On so many the bot acts.
    pub act: u32,
}

/// In how many messages one rule spoke against what was flagged or acted on; of a rule in shadow, in how many it
/// found anything.
#[derive(Debug, PartialEq, Eq)]
pub struct RuleTally {
    /// What it is called.
    pub title: Bilingual,
    /// Whether it is in shadow in the draft, or in the policy in force where the draft has it no more.
    pub shadow: bool,
    /// By the policy in force.
    pub today: u32,
    /// By the draft.
    pub draft: u32,
}

/// Messages of which the draft makes the same other thing.
#[derive(Debug)]
pub struct Change {
    /// What the policy in force makes of them.
    pub today: Outcome,
    /// What the draft makes of them.
    pub draft: Outcome,
    /// How many.
    pub count: u32,
    /// The latest of them, the latest first.
    pub shown: Vec<Changed>,
}

/// A message of which the draft makes something else.
#[derive(Debug)]
pub struct Changed {
    /// The group.
    pub group: String,
    /// Who wrote it.
    pub name: String,
    /// When, unix milliseconds.
    pub at_ms: i64,
    /// What it says, with what was found in it marked.
    pub words: RichText,
    /// The rules that speak against it in the draft or, where the draft finds nothing, in the policy in force; the
    /// gravest first.
    pub rules: Vec<Bilingual>,
}

/// A kept message with all that the engines are told of it.
struct Kept {
    message: StoredMessage,
    chat: Arc<Chat>,
    user: Arc<User>,
    role: MemberRole,
    earlier: Option<u32>,
}

/// Gives what was written in community groups since a time (unix milliseconds) to a draft and to the policy in force,
/// in the order in which it came in. Both begin knowing nothing of what happened in the groups before. One trial runs
/// at a time, and off the threads that serve messages.
///
/// # Errors
/// When the database fails, or the program is stopping.
pub async fn rehearse(hall: &Arc<Hall>, draft: Policy, since_ms: i64) -> Result<Rehearsal> {
    let stopping = |_| FeatureError::Internal("drafts are tried no more".to_owned());
    let _turn = hall.policy.trials.acquire().await.map_err(stopping)?;
    let mut trial = Trial::new(hall.policy.engine(), Arc::new(hall.policy.engine_of(draft)));
    let mut people = People { most: trial.early_messages(), ..People::default() };
    let mut after = MessageId::before(since_ms);
    let skip = message::nth_latest(&mut hall.db.read().await?, &after, since_ms, TRIED_MOST).await?;
    let is_cut = skip.is_some();
    after = skip.unwrap_or(after);
    let (mut read, mut first_ms) = (0, None);
    while read < TRIED_MOST {
        let mut tx = hall.db.read().await?;
        let page = message::lately(&mut tx, &after, since_ms, PAGE).await?;
        let Some(last) = page.last() else { break };
        after = last.id.clone();
        read = read.saturating_add(u32::try_from(page.len()).unwrap_or(u32::MAX));
        first_ms = first_ms.or(page.first().map(|first| first.sent_at_ms));
        let kept = people.with(hall, &mut tx, page).await?;
        drop(tx);
        trial = tokio::task::spawn_blocking(move || trial.after(&kept))
            .await
            .map_err(|error| FeatureError::Internal(format!("a draft could not be tried: {error}")))?;
    }
    Ok(trial.told(since_ms, first_ms.filter(|_| is_cut)))
}

/// Who wrote what where, looked up once.
#[derive(Default)]
struct People {
    /// How many earlier messages make a difference, if any do.
    most: Option<u32>,
    chats: HashMap<ChatId, Option<Arc<Chat>>>,
    users: HashMap<UserId, Option<Arc<User>>>,
    /// Of each writer in each group: what they are there, and how many messages they wrote before.
    writers: HashMap<(ChatId, UserId), (MemberRole, u32)>,
}

impl People {
    /// The messages of those whose messages are judged.
    async fn with(&mut self, hall: &Hall, tx: &mut Tx, page: Vec<StoredMessage>) -> Result<Vec<Kept>> {
        let mut kept = Vec::with_capacity(page.len());
        for message in page {
            let Some(author) = message.author.clone() else { continue };
            if !self.chats.contains_key(&message.chat) {
                let found = chat::get(tx, &message.chat).await?.map(Arc::new);
                self.chats.insert(message.chat.clone(), found);
            }
            if !self.users.contains_key(&author) {
                self.users.insert(author.clone(), chat::user(tx, &author).await?.map(Arc::new));
            }
            let (Some(Some(chat)), Some(Some(user))) =
                (self.chats.get(&message.chat).cloned(), self.users.get(&author).cloned())
            else {
                continue;
            };
            let (role, earlier) = self.writer(tx, &message, &author).await?;
            if screen::is_subject(hall, &user, role) {
                kept.push(Kept { message, chat, user, role, earlier });
            }
        }
        Ok(kept)
    }

    /// What somebody is in a group, and how many messages they wrote there before this one.
    async fn writer(
        &mut self,
        tx: &mut Tx,
        message: &StoredMessage,
        author: &UserId,
    ) -> Result<(MemberRole, Option<u32>)> {
        let key = (message.chat.clone(), author.clone());
        if !self.writers.contains_key(&key) {
            let role = chat::member_role(tx, &message.chat, author).await?.unwrap_or(MemberRole::Member);
            let earlier = match self.most {
                Some(most) => message::earlier_than(tx, author, &message.chat, &message.id, most).await?,
                None => 0,
            };
            self.writers.insert(key.clone(), (role, earlier));
        }
        let Some((role, earlier)) = self.writers.get_mut(&key) else { return Ok((MemberRole::Member, None)) };
        let before = *earlier;
        // What was deleted does not count, as when it was written.
        if message.deleted_at_ms.is_none() {
            *earlier = earlier.saturating_add(1);
        }
        Ok((*role, self.most.map(|most| before.min(most))))
    }
}

/// One of the two policies, and what it made of the messages so far.
struct Side {
    engine: Arc<Engine>,
    lately: HashMap<ChatId, Activity>,
    tally: Tally,
    /// How often each rule spoke, by its id.
    rules: BTreeMap<String, u32>,
}

impl Side {
    fn new(engine: Arc<Engine>) -> Self {
        Self { engine, lately: HashMap::new(), tally: Tally::default(), rules: BTreeMap::new() }
    }

    fn check(&mut self, kept: &Kept, text: &str) -> Verdict {
        let seen = Seen {
            chat: &kept.chat,
            user: &kept.user,
            role: kept.role,
            text,
            marks: &kept.message.text.marks,
            files: &kept.message.attachments,
            edited: false,
            forwarded: false,
            earlier: kept.earlier,
        };
        let activity = self.lately.entry(kept.chat.id.clone()).or_default();
        let verdict = check_with(&self.engine, &seen, kept.message.sent_at_ms, activity);
        match verdict.outcome {
            Outcome::Pass => self.tally.pass += 1,
            Outcome::Flag => self.tally.flag += 1,
            Outcome::Act => self.tally.act += 1,
        }
        let mut spoke: Vec<&str> = verdict
            .hits
            .iter()
            .filter(|hit| hit.score > 0 && (hit.shadow || verdict.outcome != Outcome::Pass))
            .map(|hit| hit.rule.as_str())
            .collect();
        spoke.sort_unstable();
        spoke.dedup();
        for rule in spoke {
            *self.rules.entry(rule.to_owned()).or_default() += 1;
        }
        verdict
    }
}

/// Both policies on their way through the messages.
struct Trial {
    today: Side,
    draft: Side,
    messages: u32,
    changes: BTreeMap<(Outcome, Outcome), (u32, VecDeque<Changed>)>,
}

impl Trial {
    fn new(today: Arc<Engine>, draft: Arc<Engine>) -> Self {
        Self { today: Side::new(today), draft: Side::new(draft), messages: 0, changes: BTreeMap::new() }
    }

    /// How many earlier messages of a writer make a difference to either policy.
    fn early_messages(&self) -> Option<u32> {
        [&self.today, &self.draft].into_iter().filter_map(|side| side.engine.policy().early_messages()).max()
    }

    fn after(mut self, page: &[Kept]) -> Self {
        for kept in page {
            self.take(kept);
        }
        self
    }

    fn take(&mut self, kept: &Kept) {
        let text = &kept.message.text.text;
        let (today, draft) = (self.today.check(kept, text), self.draft.check(kept, text));
        self.messages += 1;
        if today.outcome == draft.outcome {
            return;
        }
        let key = (today.outcome, draft.outcome);
        let (engine, verdict) = if draft.outcome == Outcome::Pass {
            (&self.today.engine, &today)
        } else {
            (&self.draft.engine, &draft)
        };
        let changed = changed(kept, text, engine, verdict);
        let (count, shown) = self.changes.entry(key).or_default();
        *count += 1;
        if shown.len() == SHOWN_MOST {
            shown.pop_back();
        }
        shown.push_front(changed);
    }

    fn told(self, since_ms: i64, cut_at_ms: Option<i64>) -> Rehearsal {
        let rules = self.rules();
        Rehearsal {
            since_ms,
            messages: self.messages,
            cut_at_ms,
            today: self.today.tally,
            draft: self.draft.tally,
            rules,
            changes: changes(self.changes),
        }
    }

    fn rules(&self) -> Vec<RuleTally> {
        let (today, draft) = (self.today.engine.policy(), self.draft.engine.policy());
        let mut ids: Vec<&String> = self.today.rules.keys().chain(self.draft.rules.keys()).collect();
        ids.sort_unstable();
        ids.dedup();
        let mut rules: Vec<RuleTally> = ids
            .into_iter()
            .map(|id| {
                let of = |side: &Side| side.rules.get(id).copied().unwrap_or_default();
                let (rule, policy) = match draft.rule(id) {
                    Some(rule) => (Some(rule), draft),
                    None => (today.rule(id), today),
                };
                RuleTally {
                    title: policy.title_of(id),
                    shadow: rule.is_some_and(|rule| rule.shadow),
                    today: of(&self.today),
                    draft: of(&self.draft),
                }
            })
            .collect();
        rules.sort_by_key(|rule| {
            std::cmp::Reverse((rule.today.abs_diff(rule.draft), rule.today.max(rule.draft)))
        });
        rules
    }
}

/// One message with what speaks against it.
fn changed(kept: &Kept, text: &str, engine: &Engine, verdict: &Verdict) -> Changed {
    let explained = engine.explain(verdict, None);
    let counted = explained.rules.iter().filter(|rule| !rule.shadow && rule.score > 0);
    Changed {
        group: kept.chat.title.clone(),
        name: kept.user.name.clone(),
        at_ms: kept.message.sent_at_ms,
        words: words::quoted(text, &spans_utf8(&explained), SHOWN_UTF8),
        rules: counted.map(|rule| rule.title.clone()).collect(),
    }
}

/// What the draft would do at once comes first. Each sort of change has its share of what is shown, and those before
/// it leave what they do not need.
fn changes(found: BTreeMap<(Outcome, Outcome), (u32, VecDeque<Changed>)>) -> Vec<Change> {
    let mut found: Vec<_> = found.into_iter().collect();
    found.sort_by_key(|((today, draft), _)| std::cmp::Reverse((*draft, *today)));
    let mut left = SHOWN_MOST;
    let kinds = found.len();
    found
        .into_iter()
        .enumerate()
        .map(|(at, ((today, draft), (count, shown)))| {
            let shown: Vec<Changed> = shown.into_iter().take(left / (kinds - at)).collect();
            left -= shown.len();
            Change { today, draft, count, shown }
        })
        .collect()
}
