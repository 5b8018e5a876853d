//! Bugs that are planted to see whether they are found: each stands in a wrapper around an adapter or changes rows behind
//! the program's back, with what it does to the world being what a bug in the core would do. The core knows nothing of them.

mod platform;
mod rows;

use std::sync::Arc;

use bot_core::chat::Platform;
use bot_core::store::Db;
use rand::rngs::StdRng;

use super::world::World;
use platform::Wrapped;

/// A bug.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Bug {
    SendsTwice,
    ClaimsSent,
    UnknownIsSent,
    UnknownIsNotDone,
    WideLimit,
    DeafToWait,
    WrongChat,
    SettleLies,
    AcksEarly,
    RequeuesLeased,
    DropsLeased,
    ForgetsTaken,
    DropsTimer,
    LiftsEarly,
    SwapsRows,
    DemotesUrgent,
    LedgerLies,
    ForgetsFreeze,
    RefusesInSilence,
    NeverSettles,
    ForgetsPause,
    LosesHeld,
    KeepsApproval,
    IgnoresTenure,
    DealsAnew,
    WinnerLies,
}

impl Bug {
    pub const ALL: [Self; 26] = [
        Self::SendsTwice,
        Self::ClaimsSent,
        Self::UnknownIsSent,
        Self::UnknownIsNotDone,
        Self::WideLimit,
        Self::DeafToWait,
        Self::WrongChat,
        Self::SettleLies,
        Self::AcksEarly,
        Self::RequeuesLeased,
        Self::DropsLeased,
        Self::ForgetsTaken,
        Self::DropsTimer,
        Self::LiftsEarly,
        Self::SwapsRows,
        Self::DemotesUrgent,
        Self::LedgerLies,
        Self::ForgetsFreeze,
        Self::RefusesInSilence,
        Self::NeverSettles,
        Self::ForgetsPause,
        Self::LosesHeld,
        Self::KeepsApproval,
        Self::IgnoresTenure,
        Self::DealsAnew,
        Self::WinnerLies,
    ];

    /// Its name on the command line, and what it does.
    pub fn told(self) -> (&'static str, &'static str) {
        match self {
            Self::SendsTwice => ("sends-twice", "now and then a send goes out twice"),
            Self::ClaimsSent => ("claims-sent", "now and then a send counts as sent and never goes out"),
            Self::UnknownIsSent => ("unknown-is-sent", "a lost answer counts as a confirmation"),
            Self::UnknownIsNotDone => {
                ("unknown-is-not-done", "a lost answer counts as not done, and it is sent again")
            }
            Self::WideLimit => ("wide-limit", "the limits are taken to be twice as wide as they are"),
            Self::DeafToWait => ("deaf-to-wait", "a retry_after is heard as a failure like any other"),
            Self::WrongChat => ("wrong-chat", "now and then a send goes to another chat"),
            Self::SettleLies => {
                ("settle-lies", "whoever is asked what became of a send says that it arrived")
            }
            Self::AcksEarly => ("acks-early", "events are acknowledged before they have taken effect"),
            Self::RequeuesLeased => {
                ("requeues-leased", "what was in hand at a kill is sent again, asked or not")
            }
            Self::DropsLeased => ("drops-leased", "what was in hand at a kill is forgotten"),
            Self::ForgetsTaken => ("forgets-taken", "which events were taken does not outlive a kill"),
            Self::DropsTimer => ("drops-timer", "now and then the timer of a lift is gone"),
            Self::LiftsEarly => ("lifts-early", "lifts are due twenty seconds too soon"),
            Self::SwapsRows => ("swaps-rows", "two lines that wait in one chat change places"),
            Self::DemotesUrgent => ("demotes-urgent", "what is urgent stands at the end of the bulk lane"),
            Self::LedgerLies => ("ledger-lies", "the ledger calls refused and unknown copies sent"),
            Self::ForgetsFreeze => ("forgets-freeze", "a recipient is lost from a frozen audience"),
            Self::RefusesInSilence => {
                ("refuses-in-silence", "now and then a waiting row is closed as refused")
            }
            Self::NeverSettles => ("never-settles", "now and then a row stays in hand for ever"),
            Self::ForgetsPause => {
                ("forgets-pause", "a pause does not outlive the turn in which it was asked for")
            }
            Self::LosesHeld => {
                ("loses-held", "what was taken out of the outbox for a pause never comes back")
            }
            Self::KeepsApproval => ("keeps-approval", "an approval outlives a change of what was approved"),
            Self::IgnoresTenure => ("ignores-tenure", "a node calls on when another has taken over"),
            Self::DealsAnew => ("deals-anew", "who tests one text is given the other before it goes out"),
            Self::WinnerLies => {
                ("winner-lies", "the ledger names another winner than the text that went to the rest")
            }
        }
    }

    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|bug| bug.told().0 == name)
    }

    /// An adapter with the bug in it, where it is one of adapters.
    pub fn wrap(self, inner: Arc<dyn Platform>) -> Arc<dyn Platform> {
        Arc::new(Wrapped::new(self, inner))
    }

    /// What it does while no program runs.
    pub async fn at_kill(self, db: &Db, world: &World) {
        if self == Self::AcksEarly {
            world.state().accounts.values_mut().for_each(|of| of.feed.clear());
        }
        rows::at_kill(self, db).await;
    }

    /// What it does between two turns.
    pub async fn between(self, db: &Db, rng: &mut StdRng) {
        rows::between(self, db, rng).await;
    }
}
