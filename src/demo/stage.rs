//! The program on a clock that is moved by hand, so that days pass in a second.

use std::collections::BTreeMap;
use std::ops::ControlFlow;
use std::sync::Arc;

use bot_core::chat::{ChatKey, ChatKind, Lang, MessageKey, ThreadKey, UserKey};
use bot_core::clock::{Clock, VirtualClock};
use bot_core::hall::Hall;
use bot_core::stepper::{Driver, Round, Stepper};
use bot_core::texts::Text;
use guildhall_sandbox::{Post, SandboxPlatform, World};

use crate::config::Config;
use crate::{commands, hall};

/// The program and the platform in the demo's past.
pub(crate) struct Stage {
    pub(crate) world: World,
    clock: Arc<VirtualClock>,
    stepper: Stepper,
    /// Group keys by the names that the data has for them.
    pub(crate) groups: BTreeMap<String, ChatKey>,
}

/// Nobody kills the demo while it is made.
struct Steadily<'w>(&'w World);

impl Driver for Steadily<'_> {
    fn events_wait(&self) -> bool {
        self.0.stats().events_waiting > 0
    }

    fn between_steps(&mut self) -> ControlFlow<()> {
        ControlFlow::Continue(())
    }
}

impl Stage {
    /// Opens the program at a time in the past.
    pub(crate) async fn open(config: &Config, at_ms: i64) -> Result<Self, String> {
        let clock = Arc::new(VirtualClock::at(at_ms));
        let dyn_clock: Arc<dyn Clock> = Arc::clone(&clock) as _;
        let world = hall::world(config, &dyn_clock)?.ok_or("the demo needs the sandbox")?;
        let db = commands::open(config).await?;
        let hall = hall::open(config, commands::policy::of(config)?, db, dyn_clock).await?;
        let platform = Arc::new(SandboxPlatform::new(world.clone(), Arc::clone(&hall.files)));
        let stepper = Stepper::start(hall, vec![platform]).await.map_err(|error| error.to_string())?;
        Ok(Self { world, clock, stepper, groups: BTreeMap::new() })
    }

    /// What the program shares.
    pub(crate) fn hall(&self) -> Arc<Hall> {
        Arc::clone(self.stepper.hall())
    }

    /// Lets the program do all that is to be done now.
    pub(crate) async fn settle(&mut self) -> Result<(), String> {
        loop {
            match self.stepper.round(&mut Steadily(&self.world)).await.map_err(|error| error.to_string())? {
                Round::Continue(true) => {}
                Round::Continue(false) => return Ok(()),
                Round::Break(()) => return Err("the sandbox ended".to_owned()),
            }
        }
    }

    /// Lets time pass up to a moment, with all that is due meanwhile.
    pub(crate) async fn pass_to(&mut self, end_ms: i64) -> Result<(), String> {
        loop {
            self.settle().await?;
            let next = self.stepper.next_at().await.map_err(|error| error.to_string())?;
            match next.map(|at_ms| at_ms.max(self.clock.now_ms() + 1)) {
                Some(at_ms) if at_ms <= end_ms => self.clock.move_to(at_ms),
                _ => break,
            }
        }
        self.clock.move_to(end_ms);
        Ok(())
    }

    /// Somebody says something.
    pub(crate) async fn say(
        &mut self,
        who: &str,
        chat: &ChatKey,
        post: impl Into<Post>,
    ) -> Result<MessageKey, String> {
        let said = self.world.say(&user(who), chat, post).map_err(|refusal| format!("{who}: {refusal}"))?;
        self.settle().await?;
        Ok(said)
    }

    /// Somebody touches the latest button of a chat whose label is one of these; nothing when there is none.
    pub(crate) async fn tap(&mut self, who: &str, chat: &ChatKey, labels: &[String]) -> Result<bool, String> {
        let Some(view) = self.world.chat(chat, Some(&user(who)), 60) else { return Ok(false) };
        let found = view.messages.iter().rev().find_map(|message| {
            let button =
                message.content.buttons.iter().flatten().find(|button| labels.contains(&button.label))?;
            Some((message.key.clone(), button.label.clone()))
        });
        let Some((message, label)) = found else { return Ok(false) };
        self.world.tap(&user(who), chat, &message, &label).map_err(|refusal| format!("{who}: {refusal}"))?;
        self.settle().await?;
        Ok(true)
    }

    /// What a button says, in both languages.
    pub(crate) fn labels(&self, key: &'static str) -> Vec<String> {
        Lang::ALL.into_iter().map(|lang| self.hall().texts.say(lang, &Text::new(key))).collect()
    }

    /// The private chat of somebody with the bot; opened when it is not.
    pub(crate) async fn direct(&mut self, who: &str) -> Result<ChatKey, String> {
        let known = self.world.chats(Some(&user(who))).into_iter().find(|chat| chat.kind == ChatKind::Direct);
        match known {
            Some(chat) => Ok(chat.key),
            None => {
                let chat = self
                    .world
                    .open_direct(&user(who), None)
                    .map_err(|refusal| format!("{who}: {refusal}"))?;
                self.settle().await?;
                Ok(chat)
            }
        }
    }

    /// A group by its name in the data.
    pub(crate) fn group(&self, name: &str) -> Result<ChatKey, String> {
        self.groups.get(name).cloned().ok_or_else(|| format!("no group is called {name}"))
    }

    /// The newest thread of the staff chat.
    pub(crate) fn newest_thread(&self) -> Option<ThreadKey> {
        let view = self.world.chat(self.groups.get("staff")?, None, 1)?;
        view.threads.last().map(|thread| thread.key.clone())
    }

    /// Ends the past: everything is on disk.
    pub(crate) async fn close(self) {
        let hall = self.hall();
        drop(self);
        hall.db.close().await;
    }
}

/// The platform key of somebody in the data.
pub(crate) fn user(username: &str) -> UserKey {
    UserKey::from(format!("u.{username}"))
}
