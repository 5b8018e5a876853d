//! What can be set of the console.

use std::collections::BTreeSet;
use std::net::IpAddr;

use bot_core::roster::Role;
use console::{ApiLimits, Proxies, ProxyHeader, Settings};
use ipnet::IpNet;
use serde::{Deserialize, Serialize};

const HOUR_MS: i64 = 60 * 60 * 1000;

/// `[console]`
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct ConsoleSection {
    /// The reverse proxies whose word about the client counts: addresses or networks.
    pub(crate) trusted_proxies: Vec<String>,
    /// The header in which they give it.
    pub(crate) proxy_header: ProxyHeader,
    /// Whoever has one of these roles must have a second factor.
    pub(crate) second_factor_roles: BTreeSet<Role>,
    /// A session ends when its owner was not seen for so long, hours.
    pub(crate) idle_hours: u16,
    /// A session ends so long after sign-in, hours.
    pub(crate) session_hours: u16,
    /// How often a token of the API may call in a minute.
    pub(crate) api_calls_per_minute: u16,
    /// How many of those calls may change something.
    pub(crate) api_writes_per_minute: u16,
}

impl Default for ConsoleSection {
    fn default() -> Self {
        Self {
            trusted_proxies: Vec::new(),
            proxy_header: ProxyHeader::default(),
            second_factor_roles: BTreeSet::new(),
            idle_hours: 12,
            session_hours: 7 * 24,
            api_calls_per_minute: 600,
            api_writes_per_minute: 120,
        }
    }
}

impl ConsoleSection {
    /// What the console is told of it; times are shown in `zone`.
    ///
    /// # Errors
    /// One sentence when something is none.
    pub(crate) fn settings(&self, zone: jiff::tz::TimeZone) -> Result<Settings, String> {
        if self.idle_hours == 0 || self.session_hours == 0 {
            return Err("[console] idle_hours and session_hours must be 1 or more".to_owned());
        }
        if self.api_calls_per_minute == 0 || self.api_writes_per_minute == 0 {
            return Err(
                "[console] api_calls_per_minute and api_writes_per_minute must be 1 or more".to_owned()
            );
        }
        let trusted = self.trusted_proxies.iter().map(|text| network(text)).collect::<Result<_, _>>()?;
        Ok(Settings {
            zone,
            idle_ms: i64::from(self.idle_hours) * HOUR_MS,
            absolute_ms: i64::from(self.session_hours) * HOUR_MS,
            proxies: Proxies { trusted, header: self.proxy_header },
            second_factor_roles: self.second_factor_roles.clone(),
            api_limits: ApiLimits { calls: self.api_calls_per_minute, writes: self.api_writes_per_minute },
            ..Settings::default()
        })
    }
}

/// `10.0.0.0/8`, or one address.
fn network(text: &str) -> Result<IpNet, String> {
    let one = || text.parse::<IpAddr>().map(IpNet::from);
    text.parse().or_else(|_| one()).map_err(|_| {
        format!("[console] trusted_proxies: `{text}` is neither an address such as 127.0.0.1 nor a network such as 10.0.0.0/8")
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn settings(toml: &str) -> Result<Settings, String> {
        let section: ConsoleSection = toml::from_str(toml).map_err(|error| error.to_string())?;
        section.settings(jiff::tz::TimeZone::UTC)
    }

    #[test]
    fn proxies_are_addresses_or_networks() {
        let settings = settings("trusted_proxies = [\"127.0.0.1\", \"10.0.0.0/8\", \"fd00::/8\"]").unwrap();
        let trusted: Vec<String> = settings.proxies.trusted.iter().map(ToString::to_string).collect();
        assert_eq!(trusted, ["127.0.0.1/32", "10.0.0.0/8", "fd00::/8"]);
    }

    #[test]
    fn what_is_wrong_is_named() {
        for (wrong, named) in [
            ("trusted_proxies = [\"nginx\"]", "`nginx`"),
            ("trusted_proxies = [\"10.0.0.0/33\"]", "`10.0.0.0/33`"),
            ("proxy_header = \"x-real-ip\"", "x-real-ip"),
            ("second_factor_roles = [\"boss\"]", "boss"),
            ("idle_hours = 0", "idle_hours"),
            ("session_hours = -1", "session_hours"),
            ("api_calls_per_minute = 0", "api_calls_per_minute"),
            ("api_writes_per_minute = 0", "api_writes_per_minute"),
        ] {
            let why = settings(wrong).unwrap_err();
            assert!(why.contains(named), "{wrong}: {why}");
        }
    }

    #[test]
    fn without_a_word_things_are_as_they_were() {
        let (ours, usual) = (settings("").unwrap(), Settings::default());
        assert_eq!((ours.idle_ms, ours.absolute_ms), (usual.idle_ms, usual.absolute_ms));
        let (limits, usually) = (ours.api_limits, usual.api_limits);
        assert_eq!((limits.calls, limits.writes), (usually.calls, usually.writes));
        assert!(ours.proxies.trusted.is_empty() && ours.second_factor_roles.is_empty());
    }
}
