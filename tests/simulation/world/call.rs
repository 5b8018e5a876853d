//! What a platform does with one call.

use std::hash::{DefaultHasher, Hasher as _};

use bot_core::chat::{
    Action, Address, Call, ChatKind, Delivered, MessageKey, MessageRef, Outcome, Rate, Rejection,
    RejectionKind, RetryScope, UserKey,
};
use bot_core::ids::OutboxId;
use rand::RngExt as _;

use super::World;
use super::state::{Account, Called, Chat, Moment, MuteChange, Shown, State, Verdict};

/// A call that was taken, and what is to come of it.
pub struct Begun {
    /// Its place among the calls.
    pub no: usize,
    /// How long the answer takes, milliseconds; `None` when none ever comes.
    pub answer_ms: Option<i64>,
    pub outcome: Outcome,
}

impl World {
    /// Takes a call of a program, the `run`th that was started. `None` when it is killed by now.
    pub fn take(
        &self,
        run: u32,
        account: &str,
        to: &Address,
        call: &Call,
        row: &OutboxId,
        is_paced: bool,
    ) -> Option<Begun> {
        let now_ms = self.now_ms();
        let mut state = self.state();
        if state.killed.contains(&run) {
            return None;
        }
        let moment = state.moment();
        if moment == Some(Moment::Before) {
            state.killed.insert(run);
            return None;
        }
        let begun = state.judged((now_ms, run), account, to, call, row, is_paced);
        let called = &state.calls[begun.no];
        self.trace.line(
            now_ms,
            format_args!(
                "{account} {} {} {} {:?} {:?}",
                called.chat, call.method, row, called.verdict, begun.answer_ms
            ),
        );
        if moment == Some(Moment::After) {
            state.killed.insert(run);
            return None;
        }
        Some(begun)
    }

    /// The program has the answer to a call.
    pub fn answered(&self, no: usize) {
        let now_ms = self.now_ms();
        self.state().calls[no].answered_ms = Some(now_ms);
    }

    /// What became of a call, where the platform can tell.
    pub fn became(&self, account: &str, call: &Call, row: &OutboxId) -> Option<Outcome> {
        let now_ms = self.now_ms();
        let mut state = self.state();
        let of = state.accounts.get_mut(account)?;
        if of.faults.down_until_ms > now_ms {
            return None;
        }
        let made = of.made.get(&(row.to_string(), digest(&call.action))).cloned();
        self.trace.line(now_ms, format_args!("{account} is asked for {row}: {made:?}"));
        Some(match made {
            Some(message) => Outcome::Sent(Delivered { message: Some(message), ..Delivered::default() }),
            None => Outcome::NotDone { why: "it never came".to_owned() },
        })
    }
}

/// The same for the same call of a plan.
pub fn digest(action: &Action) -> u64 {
    let mut hasher = DefaultHasher::new();
    hasher.write(serde_json::to_string(action).unwrap_or_default().as_bytes());
    hasher.finish()
}

impl State {
    /// At which moment of this call the program is killed, if it is.
    fn moment(&mut self) -> Option<Moment> {
        let (calls, moment) = self.kill_in.take()?;
        if calls > 1 {
            self.kill_in = Some((calls - 1, moment));
            return None;
        }
        Some(moment)
    }

    fn judged(
        &mut self,
        (now_ms, run): (i64, u32),
        account: &str,
        to: &Address,
        call: &Call,
        row: &OutboxId,
        is_paced: bool,
    ) -> Begun {
        let (fast_ms, slow_ms) = (self.rng.random_range(3..60), self.rng.random_range(1_000..25_000));
        let (dice, lost) = (self.rng.random_range(0..100), self.rng.random_range(0..100));
        let of = self.accounts.get_mut(account).expect("the account is of this world");
        let key = of.key_of(to);
        let (name, is_group) = match of.at(&key) {
            Some((chat, _)) => (chat.name.clone(), chat.kind != ChatKind::Direct),
            None => (key.clone(), false),
        };
        let (verdict, delivered) =
            of.verdict(now_ms, to, (&key, &name), is_group, is_paced, call, row, (dice, lost));
        let answer_ms = match verdict {
            // Half of what is lost fails at once, the other half is never heard of again.
            Verdict::DoneUnheard | Verdict::LostOnTheWay => lost.is_multiple_of(2).then_some(fast_ms),
            _ if of.faults.slow_until_ms > now_ms && dice < 60 => Some(slow_ms),
            _ => Some(fast_ms),
        };
        let text = call.action.content().map(|content| content.text.text.clone()).unwrap_or_default();
        let outcome = outcome(&verdict, now_ms, delivered);
        self.calls.push(Called {
            account: account.to_owned(),
            chat: name,
            is_group,
            is_paced,
            row: row.to_string(),
            word: call.action.word(),
            text,
            digest: digest(&call.action),
            at_ms: now_ms,
            run,
            verdict,
            answered_ms: None,
        });
        Begun { no: self.calls.len() - 1, answer_ms, outcome }
    }
}

fn outcome(verdict: &Verdict, now_ms: i64, delivered: Delivered) -> Outcome {
    match verdict {
        Verdict::Done | Verdict::Same => Outcome::Sent(delivered),
        Verdict::DoneUnheard | Verdict::LostOnTheWay => {
            Outcome::Unknown { why: "the line was cut".to_owned() }
        }
        Verdict::NeverCame => Outcome::NotDone { why: "no connection".to_owned() },
        Verdict::Migrated => Outcome::NotDone { why: "the chat has another key now".to_owned() },
        Verdict::Storm(scope, until_ms) => Outcome::RetryAfter { wait_ms: until_ms - now_ms, scope: *scope },
        Verdict::TooFast(scope) => Outcome::RetryAfter { wait_ms: 1_000, scope: *scope },
        Verdict::Refused(kind) => {
            Outcome::Rejected(Rejection { kind: *kind, why: "the platform refuses".to_owned() })
        }
    }
}

impl Account {
    #[expect(clippy::too_many_arguments, reason = "all that a platform looks at")]
    fn verdict(
        &mut self,
        now_ms: i64,
        to: &Address,
        (key, name): (&str, &str),
        is_group: bool,
        is_paced: bool,
        call: &Call,
        row: &OutboxId,
        (dice, lost): (u32, u32),
    ) -> (Verdict, Delivered) {
        let none = Delivered::default();
        let loses = self.faults.loses_until_ms > now_ms && lost < 40;
        if self.faults.down_until_ms > now_ms {
            return (if dice < 20 { Verdict::LostOnTheWay } else { Verdict::NeverCame }, none);
        }
        if loses && dice.is_multiple_of(2) {
            return (Verdict::LostOnTheWay, none);
        }
        let storm = self.faults.storms.iter().find(|storm| {
            storm.until_ms > now_ms && (storm.scope == RetryScope::Account || storm.chat == name)
        });
        if let Some(storm) = storm {
            return (Verdict::Storm(storm.scope, storm.until_ms), none);
        }
        if let Some(scope) = self.count(now_ms, name, is_group, is_paced) {
            return (Verdict::TooFast(scope), none);
        }
        let made = (row.to_string(), digest(&call.action));
        if self.spec.nonces
            && let Some(message) = self.made.get(&made)
        {
            let delivered = Delivered { message: Some(message.clone()), ..Delivered::default() };
            return (Verdict::Same, delivered);
        }
        let next = self.next_message + 1;
        let Some((chat, is_now)) = self.at(key) else {
            return (Verdict::Refused(RejectionKind::NotFound), none);
        };
        if !is_now {
            return (Verdict::Migrated, none);
        }
        if let Some((kind, _)) = chat.refuses.filter(|(_, until_ms)| *until_ms > now_ms) {
            return (Verdict::Refused(kind), none);
        }
        let mut delivered = chat.act(now_ms, &call.action, row, next);
        delivered.chat = to.chat.is_none().then(|| chat.key.as_str().into());
        if let Some(message) = &delivered.message {
            self.next_message = next;
            self.made.insert(made, message.clone());
        }
        (if loses { Verdict::DoneUnheard } else { Verdict::Done }, delivered)
    }

    /// The key of the chat at an address; a private chat that was never opened is opened.
    fn key_of(&mut self, to: &Address) -> String {
        if let Some(key) = &to.chat {
            return key.to_string();
        }
        let peer = to.peer.as_ref().map_or_else(String::new, ToString::to_string);
        let name = format!("with-{peer}");
        let key = format!("{}-{name}", self.spec.account);
        self.names.insert(key.clone(), name.clone());
        let opened = Chat::new(key.clone(), name.clone(), ChatKind::Direct);
        self.chats.entry(name).or_insert(opened);
        key
    }

    /// Counts a call, or says what has had too many.
    fn count(&mut self, now_ms: i64, name: &str, is_group: bool, is_paced: bool) -> Option<RetryScope> {
        let pace = self.spec.pace;
        let mut windows = vec![("account".to_owned(), pace.account, RetryScope::Account)];
        if is_paced {
            windows.push((format!("chat {name}"), pace.chat, RetryScope::Chat));
        }
        if is_paced && is_group {
            windows.push((format!("group {name}"), pace.group, RetryScope::Chat));
        }
        let full = |(of, rate, scope): &(String, Rate, RetryScope)| {
            let calls = self.windows.get(of)?;
            let lately = calls.iter().filter(|at_ms| **at_ms + rate.per_ms > now_ms).count();
            (lately >= rate.count as usize).then_some(*scope)
        };
        if let Some(scope) = windows.iter().find_map(full) {
            return Some(scope);
        }
        for (of, _, _) in windows {
            self.windows.entry(of).or_default().push_back(now_ms);
        }
        None
    }
}

impl Chat {
    pub fn new(key: String, name: String, kind: ChatKind) -> Self {
        Self { key, name, kind, shown: Vec::new(), mutes: Vec::new(), refuses: None }
    }

    /// Does what is asked, and gives what it made.
    fn act(&mut self, now_ms: i64, action: &Action, row: &OutboxId, next: u32) -> Delivered {
        let mut made = Delivered::default();
        match action {
            Action::Send(content) | Action::Post(content) => {
                let key = MessageKey(format!("b{next}"));
                let text = content.text.text.clone();
                self.shown.push(Shown { key: key.clone(), text, row: row.to_string(), is_deleted: false });
                made.message = Some(key);
            }
            Action::Edit { message: MessageRef::Key(key), content } => {
                if let Some(shown) = self.shown.iter_mut().find(|shown| shown.key == *key) {
                    shown.text = content.text.text.clone();
                }
            }
            Action::Delete { messages } => {
                for message in messages {
                    if let MessageRef::Key(key) = message
                        && let Some(shown) = self.shown.iter_mut().find(|shown| shown.key == *key)
                    {
                        shown.is_deleted = true;
                    }
                }
            }
            Action::Mute { user, until_ms } => self.mute(now_ms, user, Some(until_ms.unwrap_or(i64::MAX))),
            Action::Unmute { user, .. } => self.mute(now_ms, user, None),
            Action::Look { .. } => made.before = Some("free".to_owned()),
            _ => {}
        }
        made
    }

    fn mute(&mut self, at_ms: i64, user: &UserKey, until_ms: Option<i64>) {
        self.mutes.push(MuteChange { at_ms, user: user.to_string(), until_ms });
    }
}
