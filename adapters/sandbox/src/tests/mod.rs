//! The sandbox as people and the bot find it.

mod bot;
mod chance;
mod faults;
mod feed;
mod files;
mod form;
mod group;
mod people;
mod plans;
mod restart;
mod views;

use std::sync::Arc;

use bot_core::chat::{
    AccountId, Action, Address, Call, ChatKey, Content, Delivered, EventBody, Feature, FileDigest,
    MemberRole, MessageKey, Outcome, Platform as _, RejectionKind, UserInfo, UserKey,
};
use bot_core::clock::VirtualClock;
use bot_core::files::FileStore;
use bot_core::ids::OutboxId;

use crate::{Profile, SandboxPlatform, World};

/// A group of an owner (Ann), an admin (Bo) and two members (Lin, Mei); Tom is outside.
struct Town {
    clock: Arc<VirtualClock>,
    world: World,
    bot: SandboxPlatform,
    files: Arc<FileStore>,
    _folder: tempfile::TempDir,
    group: ChatKey,
}

impl Town {
    fn new(profile: Profile) -> Self {
        let clock = Arc::new(VirtualClock::at(1_000_000));
        let world = World::in_memory(AccountId::from("sandbox"), clock.clone(), profile);
        Self::in_world(clock, world)
    }

    fn in_world(clock: Arc<VirtualClock>, world: World) -> Self {
        for name in ["Ann", "Bo", "Lin", "Mei", "Tom"] {
            world.add_user(user(name)).unwrap();
        }
        let members = [
            (key("Ann"), MemberRole::Owner),
            (key("Bo"), MemberRole::Admin),
            (key("Lin"), MemberRole::Member),
            (key("Mei"), MemberRole::Member),
        ];
        let group = world.create_group("g1", "Shops", &members).unwrap();
        let folder = tempfile::tempdir().unwrap();
        let files = FileStore::new(folder.path(), 1 << 20);
        let bot = SandboxPlatform::new(world.clone(), Arc::clone(&files));
        Self { clock, world, bot, files, _folder: folder, group }
    }

    /// Puts bytes into the bot's own store.
    async fn stored(&self, bytes: &[u8]) -> FileDigest {
        self.files.put(bytes).await.unwrap().digest
    }

    fn here(&self) -> Address {
        Address { chat: Some(self.group.clone()), peer: None, via: None, thread: None }
    }

    fn direct(&self, name: &str) -> Address {
        Address { chat: None, peer: Some(key(name)), via: None, thread: None }
    }

    fn says(&self, name: &str, text: &str) -> MessageKey {
        self.world.say(&key(name), &self.group, text).unwrap()
    }

    async fn does(&self, to: &Address, action: Action) -> Outcome {
        self.does_as(to, action, "o1").await
    }

    async fn does_as(&self, to: &Address, action: Action, nonce: &str) -> Outcome {
        let call = Call { method: action.word().to_owned(), action };
        self.bot.perform(to, &call, OutboxId::from(nonce)).await
    }

    async fn done(&self, to: &Address, action: Action) -> Delivered {
        match self.does(to, action).await {
            Outcome::Sent(delivered) => delivered,
            other => panic!("{other:?}"),
        }
    }

    async fn sends(&self, to: &Address, content: impl Into<Said>) -> MessageKey {
        self.done(to, Action::Send(content.into().0)).await.message.unwrap()
    }

    /// The kind of the refusal.
    async fn refused(&self, to: &Address, action: Action) -> RejectionKind {
        match self.does(to, action).await {
            Outcome::Rejected(rejection) => rejection.kind,
            other => panic!("{other:?}"),
        }
    }

    /// Takes all that waits for the bot.
    fn events(&self) -> Vec<EventBody> {
        self.world.take_all().into_iter().map(|event| event.body).collect()
    }

    fn transcript(&self) -> String {
        self.world.transcript(&self.group)
    }
}

/// So that a text is a content too.
struct Said(Content);

impl From<&str> for Said {
    fn from(text: &str) -> Self {
        Self(Content::text(text))
    }
}

impl From<Content> for Said {
    fn from(content: Content) -> Self {
        Self(content)
    }
}

/// The digest of `bytes`, by coreutils' sha256sum.
const BYTES: &str = "277089d91c0bdf4f2e6862ba7e4a07605119431f5d13f726dd352b06f1b206a9";

fn key(name: &str) -> UserKey {
    UserKey(name.to_lowercase())
}

fn user(name: &str) -> UserInfo {
    UserInfo {
        key: key(name),
        name: name.to_owned(),
        username: Some(format!("{}_shop", name.to_lowercase())),
        language: Some("en".to_owned()),
        is_bot: false,
    }
}

#[test]
fn the_bare_platform_lacks_what_it_says() {
    let town = Town::new(Profile::bare());
    let caps = town.bot.capabilities(&town.here());
    for feature in
        [Feature::Buttons, Feature::Forms, Feature::Edit, Feature::Threads, Feature::Pin, Feature::Marks]
    {
        assert!(!caps.is_native(feature), "{feature:?}");
    }
    for feature in [Feature::Text, Feature::Mute, Feature::Kick, Feature::DeleteOthers, Feature::Reply] {
        assert!(caps.is_native(feature), "{feature:?}");
    }
}
