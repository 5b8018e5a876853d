//! What every page shares.

use std::collections::BTreeSet;
use std::ops::Deref;
use std::sync::Arc;

use bot_core::hall::Hall;
use bot_core::roster::{Role, Staff};
use guildhall_sandbox::World;
use jiff::civil::Date;
use metrics_exporter_prometheus::PrometheusHandle;
use tokio_util::sync::CancellationToken;

use crate::api::{ApiLimits, Pace};
use crate::click::Links;
use crate::health::Running;
use crate::notes::Notes;
use crate::pages::report::share::Kept as ReportsKept;
use crate::pages::setting::Shown;
use crate::session::password::{Hasher, PasswordCost};
use crate::session::throttle::Throttle;
use crate::via::Proxies;
use crate::waiting::Waiting;

/// The console over a running hall. Cloning it is cheap.
#[derive(Clone)]
pub struct Console(Arc<Shared>);

/// What a console is made of.
pub struct Parts {
    /// The hall.
    pub hall: Arc<Hall>,
    /// The sandbox's world, when an account of it is configured.
    pub world: Option<World>,
    /// Lifetimes and the zone.
    pub settings: Settings,
    /// Where the figures of `/metrics` come from; without it the address is not there.
    pub metrics: Option<PrometheusHandle>,
    /// Which accounts are connected, for `/readyz`.
    pub running: Running,
    /// What the program is configured with, for the page of settings.
    pub shown: Vec<Shown>,
}

/// Lifetimes of what lets people in, and the zone of times. All lifetimes run on the hall's clock.
#[derive(Clone, Debug)]
pub struct Settings {
    /// A session ends when its owner was not seen for so long, milliseconds.
    pub idle_ms: i64,
    /// A session ends so long after sign-in, milliseconds.
    pub absolute_ms: i64,
    /// The secret in the cookie is renewed when it is older than this, milliseconds.
    pub turn_every_ms: i64,
    /// A sign-in link is good for so long, milliseconds.
    pub link_ms: i64,
    /// The zone of times where the browser does not put in its own.
    pub zone: jiff::tz::TimeZone,
    /// What hashing a password costs.
    pub passwords: PasswordCost,
    /// Who stands before us, and is believed about who asks.
    pub proxies: Proxies,
    /// Whoever has one of these roles must have a second factor.
    pub second_factor_roles: BTreeSet<Role>,
    /// How often a token of the API may call.
    pub api_limits: ApiLimits,
}

impl Settings {
    /// Whether somebody must have a second factor.
    pub(crate) fn wants_second_factor(&self, staff: &Staff) -> bool {
        staff.roles.iter().any(|role| self.second_factor_roles.contains(role))
    }

    /// When a day begins in the zone, unix milliseconds. `None` for one that lies beyond all times.
    pub(crate) fn day_begins_ms(&self, day: Date) -> Option<i64> {
        Some(day.to_zoned(self.zone.clone()).ok()?.timestamp().as_millisecond())
    }
}

impl Default for Settings {
    fn default() -> Self {
        const MINUTE_MS: i64 = 60_000;
        Self {
            idle_ms: 12 * 60 * MINUTE_MS,
            absolute_ms: 7 * 24 * 60 * MINUTE_MS,
            turn_every_ms: 60 * MINUTE_MS,
            link_ms: 15 * MINUTE_MS,
            zone: jiff::tz::TimeZone::UTC,
            passwords: PasswordCost::default(),
            proxies: Proxies::default(),
            second_factor_roles: BTreeSet::new(),
            api_limits: ApiLimits::default(),
        }
    }
}

impl Settings {
    /// The same lifetimes for people when the hall's clock runs `speed` times faster than theirs.
    #[must_use]
    pub fn for_clock_speed(mut self, speed: u32) -> Self {
        for lifetime_ms in
            [&mut self.idle_ms, &mut self.absolute_ms, &mut self.turn_every_ms, &mut self.link_ms]
        {
            *lifetime_ms = lifetime_ms.saturating_mul(i64::from(speed.max(1)));
        }
        self
    }
}

/// The inside of a [`Console`].
pub struct Shared {
    pub(crate) hall: Arc<Hall>,
    pub(crate) world: Option<World>,
    pub(crate) settings: Settings,
    pub(crate) metrics: Option<PrometheusHandle>,
    pub(crate) running: Running,
    pub(crate) shown: Vec<Shown>,
    pub(crate) notes: Notes,
    pub(crate) waiting: Waiting,
    pub(crate) hasher: Hasher,
    pub(crate) throttle: Throttle,
    pub(crate) pace: Pace,
    pub(crate) links: Links,
    /// What reports counted lately.
    pub(crate) shares: ReportsKept,
    /// Ends streams that would otherwise keep the server from stopping.
    pub(crate) stopping: CancellationToken,
}

impl Console {
    /// A console. What the hall notes is kept from now on.
    pub fn new(parts: Parts) -> Self {
        let Parts { hall, world, settings, metrics, running, shown } = parts;
        let notes = Notes::of(&hall);
        let stopping = CancellationToken::new();
        let hasher = Hasher::new(settings.passwords);
        Self(Arc::new(Shared {
            hall,
            world,
            settings,
            metrics,
            running,
            shown,
            notes,
            waiting: Waiting::default(),
            hasher,
            throttle: Throttle::default(),
            pace: Pace::default(),
            links: Links::default(),
            shares: ReportsKept::default(),
            stopping,
        }))
    }

    /// Whether people are told to reach us over TLS. A request may have come over TLS also without that: see
    /// [`Via`](crate::via::Via).
    pub(crate) fn is_secure(&self) -> bool {
        self.hall.public_url.starts_with("https://")
    }
}

impl Deref for Console {
    type Target = Shared;

    fn deref(&self) -> &Shared {
        &self.0
    }
}
