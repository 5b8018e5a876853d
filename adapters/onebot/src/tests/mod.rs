//! The adapter by itself, without any connection.

use std::sync::Arc;

use bot_core::clock::VirtualClock;
use bot_core::files::FileStore;
use bot_core::secret::Secret;

use crate::{Files, Manner, OneBotPlatform, Settings};

/// The bot's number in all tests.
pub(crate) const ME: i64 = 10_001;

/// An account that nobody is connected to.
pub(crate) fn account() -> Arc<OneBotPlatform> {
    let settings = Settings {
        account: "onebot".into(),
        self_id: ME,
        token: Secret::new("a-token"),
        connect: Vec::new(),
        manner: Manner::default(),
        pace: crate::PACE,
        catch_up_ms: 600_000,
        clock: Arc::new(VirtualClock::at(1_700_000_000_000)),
    };
    let store = FileStore::new("unused", 1);
    OneBotPlatform::new(settings, Files { store, hosts: Vec::new(), folder: None })
}
