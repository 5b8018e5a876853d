//! Which way a request came: from whose address, in what browser, and whether TLS stands before us.

use std::net::{IpAddr, SocketAddr};

use axum::extract::ConnectInfo;
use axum::http::{Extensions, HeaderMap, header};
use ipnet::IpNet;

/// The most of a browser's name for itself that is kept, characters.
const BROWSER_MAX: usize = 300;

/// The reverse proxies whose word counts. Nobody else's does: whoever reaches us directly can write any header.
#[derive(Clone, Debug, Default)]
pub struct Proxies {
    /// Their addresses.
    pub trusted: Vec<IpNet>,
    /// The header in which they say whom they speak for.
    pub header: ProxyHeader,
}

/// The header in which proxies say whom they speak for. Only one counts: a proxy that writes the one hands the other
/// through as the client wrote it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, serde::Deserialize, serde::Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum ProxyHeader {
    /// `X-Forwarded-For`, with `X-Forwarded-Proto`.
    #[default]
    XForwardedFor,
    /// `Forwarded` (RFC 7239).
    Forwarded,
}

/// Which way a request came.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Via {
    /// The client's address, as far as it is known.
    pub(crate) address: Option<IpAddr>,
    /// What the browser calls itself.
    pub(crate) browser: Option<String>,
    /// Cookies have to stay behind TLS.
    pub(crate) is_secure: bool,
}

impl Via {
    /// Reads it off a request. `public_is_secure`: people are told an address with `https`.
    pub(crate) fn of(
        proxies: &Proxies,
        public_is_secure: bool,
        extensions: &Extensions,
        headers: &HeaderMap,
    ) -> Self {
        let peer = extensions.get::<ConnectInfo<SocketAddr>>().map(|ConnectInfo(peer)| bare(peer.ip()));
        let browser = headers.get(header::USER_AGENT).and_then(|value| value.to_str().ok());
        let browser = browser.map(|words| words.chars().take(BROWSER_MAX).collect());
        let Some(peer) = peer else { return Self { address: None, browser, is_secure: public_is_secure } };
        let (address, is_tls) = match proxies.header {
            _ if !proxies.trusts(peer) => (peer, false),
            ProxyHeader::XForwardedFor => {
                let hops = list(headers, "x-forwarded-for");
                let last = list(headers, "x-forwarded-proto").pop();
                let is_tls = last.is_some_and(|proto| proto.eq_ignore_ascii_case("https"));
                let (address, _) = proxies.walk(peer, hops.iter().map(String::as_str));
                (address, is_tls)
            }
            ProxyHeader::Forwarded => {
                let elements = list(headers, "forwarded");
                let hops = elements.iter().map(|element| part(element, "for").unwrap_or_default());
                let (address, walked) = proxies.walk(peer, hops);
                // The proxy that spoke of the client also knows how the client came.
                let at = elements.len().checked_sub(walked).and_then(|at| elements.get(at));
                let proto = at.and_then(|element| part(element, "proto"));
                (address, proto.is_some_and(|proto| proto.eq_ignore_ascii_case("https")))
            }
        };
        Self { address: Some(address), browser, is_secure: public_is_secure || is_tls }
    }

    /// The address as one wrote it.
    pub(crate) fn address_words(&self) -> Option<String> {
        self.address.map(|address| address.to_string())
    }

    /// Whose attempts are counted together: an address, or a network of IPv6 as it is given to one household.
    pub(crate) fn origin(&self) -> String {
        match self.address {
            None => "unknown".to_owned(),
            Some(IpAddr::V4(address)) => address.to_string(),
            Some(IpAddr::V6(address)) => {
                let [a, b, c, d, ..] = address.segments();
                format!("{a:x}:{b:x}:{c:x}:{d:x}::/64")
            }
        }
    }
}

impl Proxies {
    fn trusts(&self, address: IpAddr) -> bool {
        self.trusted.iter().any(|net| net.contains(&address))
    }

    /// From our peer towards the client for as long as proxies that are trusted say who comes next. Gives the address and how
    /// many hops of the list were believed.
    fn walk<'h>(&self, peer: IpAddr, hops: impl DoubleEndedIterator<Item = &'h str>) -> (IpAddr, usize) {
        let (mut address, mut walked) = (peer, 0);
        for hop in hops.rev() {
            if !self.trusts(address) {
                break;
            }
            // A hop that is no address hides who stands behind it: the last one that is known counts.
            let Some(next) = hop_address(hop) else { break };
            address = next;
            walked += 1;
        }
        (address, walked)
    }
}

/// `192.0.2.1`, `192.0.2.1:80`, `2001:db8::1` or `[2001:db8::1]:80`.
fn hop_address(hop: &str) -> Option<IpAddr> {
    let hop = hop.trim();
    let address = hop.parse().ok().or_else(|| hop.parse::<SocketAddr>().ok().map(|socket| socket.ip()));
    let address = address.or_else(|| hop.strip_prefix('[')?.strip_suffix(']')?.parse().ok());
    address.map(bare)
}

/// An IPv4 address that was written as IPv6 is still one.
fn bare(address: IpAddr) -> IpAddr {
    address.to_canonical()
}

/// The entries of a header that may stand there several times. Commas between quotation marks part nothing.
fn list(headers: &HeaderMap, name: &str) -> Vec<String> {
    let mut entries = Vec::new();
    for value in headers.get_all(name) {
        let Ok(value) = value.to_str() else { continue };
        let (mut entry, mut is_quoted) = (String::new(), false);
        for c in value.chars() {
            match c {
                '"' => is_quoted = !is_quoted,
                ',' if !is_quoted => entries.push(std::mem::take(&mut entry).trim().to_owned()),
                c => entry.push(c),
            }
        }
        entries.push(entry.trim().to_owned());
    }
    entries
}

/// The value of one parameter of an element of `Forwarded`.
fn part<'e>(element: &'e str, name: &str) -> Option<&'e str> {
    let pairs = element.split(';').filter_map(|pair| pair.split_once('='));
    pairs
        .map(|(key, value)| (key.trim(), value.trim()))
        .find(|(key, _)| key.eq_ignore_ascii_case(name))
        .map(|(_, v)| v)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn via(header: ProxyHeader, peer: &str, headers: &[(&'static str, &str)]) -> (String, bool) {
        let proxies =
            Proxies { trusted: vec!["10.0.0.0/8".parse().unwrap(), "::1/128".parse().unwrap()], header };
        let mut extensions = Extensions::new();
        extensions.insert(ConnectInfo(SocketAddr::new(peer.parse().unwrap(), 50_000)));
        let mut map = HeaderMap::new();
        for (name, value) in headers {
            map.append(*name, value.parse().unwrap());
        }
        let via = Via::of(&proxies, false, &extensions, &map);
        (via.address_words().unwrap(), via.is_secure)
    }

    #[test]
    fn a_stranger_is_believed_nothing() {
        let said = [
            ("x-forwarded-for", "198.51.100.1"),
            ("x-forwarded-proto", "https"),
            ("forwarded", "for=198.51.100.1"),
        ];
        for header in [ProxyHeader::XForwardedFor, ProxyHeader::Forwarded] {
            assert_eq!(via(header, "203.0.113.7", &said), ("203.0.113.7".into(), false));
        }
    }

    #[test]
    fn a_trusted_proxy_is_believed_and_what_the_client_wrote_is_not() {
        let of = |value: &str| via(ProxyHeader::XForwardedFor, "10.0.0.1", &[("x-forwarded-for", value)]).0;
        assert_eq!(of("203.0.113.7"), "203.0.113.7");
        assert_eq!(of("127.0.0.1, 203.0.113.7"), "203.0.113.7", "the client wrote the first itself");
        assert_eq!(of("203.0.113.7, 10.0.0.9"), "203.0.113.7", "two proxies of ours");
        assert_eq!(of("203.0.113.7, garbage"), "10.0.0.1", "who hides is the proxy");
        assert_eq!(of("10.0.0.3, 10.0.0.2"), "10.0.0.3", "somebody inside");
        assert_eq!(of("203.0.113.7:4711"), "203.0.113.7");
        assert_eq!(of("[2001:db8::1]:4711"), "2001:db8::1");
        assert_eq!(of("::ffff:203.0.113.7"), "203.0.113.7");
        let twice = [("x-forwarded-for", "198.51.100.1"), ("x-forwarded-for", "203.0.113.7")];
        assert_eq!(via(ProxyHeader::XForwardedFor, "10.0.0.1", &twice).0, "203.0.113.7");
        assert_eq!(via(ProxyHeader::XForwardedFor, "::1", &twice).0, "203.0.113.7");
    }

    #[test]
    fn the_header_that_proxies_do_not_write_is_the_clients_and_says_nothing() {
        let both = [("forwarded", "for=198.51.100.1;proto=https"), ("x-forwarded-for", "203.0.113.7")];
        assert_eq!(via(ProxyHeader::XForwardedFor, "10.0.0.1", &both), ("203.0.113.7".into(), false));
        assert_eq!(via(ProxyHeader::Forwarded, "10.0.0.1", &both), ("198.51.100.1".into(), true));
    }

    #[test]
    fn forwarded_is_read_with_its_quotation_marks() {
        let of = |value: &str| via(ProxyHeader::Forwarded, "10.0.0.1", &[("forwarded", value)]);
        assert_eq!(of("for=\"[2001:db8::1]:4711\";proto=https"), ("2001:db8::1".into(), true));
        assert_eq!(of("for=1.1.1.1;proto=https, For=203.0.113.7; Proto=http"), ("203.0.113.7".into(), false));
        assert_eq!(of("for=203.0.113.7;proto=https, for=10.0.0.2;proto=http"), ("203.0.113.7".into(), true));
        assert_eq!(of("for=unknown;proto=https").0, "10.0.0.1");
        assert_eq!(of(""), ("10.0.0.1".into(), false));
    }

    #[test]
    fn tls_is_what_the_nearest_proxy_says() {
        let of = |proto: &str| {
            via(
                ProxyHeader::XForwardedFor,
                "10.0.0.1",
                &[("x-forwarded-for", "203.0.113.7"), ("x-forwarded-proto", proto)],
            )
            .1
        };
        assert_eq!(["https", "HTTPS", "http", "", "https, http"].map(of), [true, true, false, false, false]);
    }

    #[test]
    fn a_household_is_counted_as_one() {
        let of = |address: &str| Via { address: Some(address.parse().unwrap()), ..Via::default() }.origin();
        assert_eq!(of("2001:db8:1:2:3::4"), of("2001:db8:1:2:ffff::1"));
        assert_ne!(of("2001:db8:1:2::4"), of("2001:db8:1:3::4"));
        assert_ne!(of("203.0.113.7"), of("203.0.113.8"));
    }
}
