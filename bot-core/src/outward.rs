//! What of the outside may be called at an address that somebody gave: public places, and those that the config names.
//!
//! A name is looked up by us and each address that it leads to is judged, whenever a connection is made: what a name led to
//! when it was written down says nothing about where it leads now.

use std::fmt::Debug;
use std::io;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use async_trait::async_trait;
use ipnet::IpNet;
use url::{Host, Url};

use crate::texts::Text;

/// The longest address, characters.
const URL_MAX: usize = 2_000;

/// Looks names up.
#[async_trait]
pub trait Lookup: Send + Sync + 'static {
    /// The addresses of a name.
    async fn addresses(&self, name: &str) -> io::Result<Vec<IpAddr>>;
}

/// Asks the system.
#[derive(Clone, Copy, Debug, Default)]
pub struct SystemLookup;

#[async_trait]
impl Lookup for SystemLookup {
    async fn addresses(&self, name: &str) -> io::Result<Vec<IpAddr>> {
        Ok(tokio::net::lookup_host((name, 0)).await?.map(|at| at.ip()).collect())
    }
}

/// What may be called.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Reach {
    allow: Vec<IpNet>,
}

impl Reach {
    /// Public places, and these networks or addresses.
    ///
    /// # Errors
    /// What of it is neither.
    pub fn new(allow: &[String]) -> Result<Self, String> {
        let read = |text: &String| {
            let one = || text.parse::<IpAddr>().map(IpNet::from);
            text.parse().or_else(|_| one()).map_err(|_| text.clone())
        };
        Ok(Self { allow: allow.iter().map(read).collect::<Result<_, _>>()? })
    }

    /// Whether an address may be called; in plain text only where the config names it.
    pub fn may(&self, ip: IpAddr, is_plain: bool) -> bool {
        // An address of version 4 in the clothes of version 6 is that one.
        let ip = ip.to_canonical();
        self.allow.iter().any(|net| net.contains(&ip)) || (!is_plain && is_public(ip))
    }

    /// Where a name leads now, as far as that may be called.
    ///
    /// # Errors
    /// When the name leads nowhere, or only to where nothing may be called.
    pub async fn resolve(&self, lookup: &dyn Lookup, name: &str, is_plain: bool) -> io::Result<Vec<IpAddr>> {
        let mut found = lookup.addresses(name).await?;
        found.retain(|ip| self.may(*ip, is_plain));
        if found.is_empty() {
            return Err(io::Error::other("the name leads into a private network"));
        }
        Ok(found)
    }

    /// Reads an address that is to be called later. A name is not looked up yet.
    ///
    /// # Errors
    /// One sentence that says why it cannot be called.
    pub fn read(&self, address: &str) -> Result<Url, Text> {
        let no = Text::new("webhook-url-wrong");
        if address.chars().count() > URL_MAX {
            return Err(no);
        }
        let url = Url::parse(address.trim()).map_err(|_| no.clone())?;
        let is_plain = match url.scheme() {
            "https" => false,
            "http" => true,
            _ => return Err(no),
        };
        if !url.username().is_empty() || url.password().is_some() {
            return Err(Text::new("webhook-url-password"));
        }
        if url.fragment().is_some() {
            return Err(no);
        }
        let ip: IpAddr = match url.host() {
            // In plain text only what the config names is called, and it names some network.
            Some(Host::Domain(_)) if !is_plain || !self.allow.is_empty() => return Ok(url),
            Some(Host::Domain(_)) => return Err(Text::new("webhook-url-plain")),
            Some(Host::Ipv4(ip)) => ip.into(),
            Some(Host::Ipv6(ip)) => ip.into(),
            None => return Err(no),
        };
        match self.may(ip, is_plain) {
            true => Ok(url),
            false if is_plain => Err(Text::new("webhook-url-plain")),
            false => Err(Text::new("webhook-url-private")),
        }
    }
}

/// Whether an address is on the open internet (IANA's special-purpose registries, read 2026-11-22).
pub fn is_public(ip: IpAddr) -> bool {
    match ip {
        IpAddr::V4(ip) => is_public_v4(ip),
        IpAddr::V6(ip) => is_public_v6(ip),
    }
}

fn is_public_v4(ip: Ipv4Addr) -> bool {
    let [a, b, c, _] = ip.octets();
    !(ip.is_private()
        || ip.is_loopback()
        || ip.is_link_local()
        || ip.is_documentation()
        || ip.is_multicast()
        || a == 0
        || a >= 240
        || (a == 100 && (64..128).contains(&b))
        || (a == 192 && b == 0 && c == 0)
        || (a == 198 && (b == 18 || b == 19)))
}

/// Global unicast alone, and where it holds an address of version 4, that one's.
fn is_public_v6(ip: Ipv6Addr) -> bool {
    if let Some(inner) = ip.to_ipv4_mapped() {
        return is_public_v4(inner);
    }
    let parts = ip.segments();
    let v4 = |high: u16, low: u16| Ipv4Addr::from((u32::from(high) << 16) | u32::from(low));
    match parts {
        [0x64, 0xff9b, 0, 0, 0, 0, high, low] | [0x2002, high, low, ..] => is_public_v4(v4(high, low)),
        [0x2001, 0..=0x1ff | 0xdb8, ..] | [0x3fff, 0..=0xfff, ..] => false,
        [first, ..] => first & 0xe000 == 0x2000,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// One of each range that is not the open internet.
    const PRIVATE: [&str; 33] = [
        "127.0.0.1",
        "127.255.255.254",
        "10.1.2.3",
        "172.16.0.1",
        "172.31.255.255",
        "192.168.1.1",
        "169.254.169.254",
        "100.64.0.1",
        "100.127.255.255",
        "0.0.0.0",
        "0.1.2.3",
        "192.0.0.1",
        "198.18.0.1",
        "198.19.255.255",
        "224.0.0.1",
        "239.1.1.1",
        "240.0.0.1",
        "255.255.255.255",
        "192.0.2.1",
        "203.0.113.9",
        "::1",
        "::",
        "fe80::1",
        "fec0::1",
        "fc00::1",
        "fd12::1",
        "ff02::1",
        "::ffff:127.0.0.1",
        "::ffff:10.0.0.1",
        "64:ff9b::a00:1",
        "2002:7f00:1::",
        "2001:db8::1",
        "3fff::1",
    ];
    const PUBLIC: [&str; 6] =
        ["1.1.1.1", "203.205.254.1", "100.128.0.1", "2606:4700::1", "64:ff9b::101:101", "::ffff:1.1.1.1"];

    fn reach(allow: &[&str]) -> Reach {
        Reach::new(&allow.iter().map(ToString::to_string).collect::<Vec<_>>()).unwrap()
    }

    #[test]
    fn only_the_open_internet_is_public() {
        for public in PUBLIC {
            assert!(is_public(public.parse().unwrap()), "{public}");
            assert!(!Reach::default().may(public.parse().unwrap(), true), "{public} in plain text");
        }
        for private in PRIVATE {
            assert!(!is_public(private.parse().unwrap()), "{private}");
            assert!(!Reach::default().may(private.parse().unwrap(), false), "{private}");
        }
    }

    #[test]
    fn what_the_config_names_may_be_called_and_no_more() {
        let reach = reach(&["10.0.0.0/8", "127.0.0.1", "fd00::/8"]);
        for named in ["10.9.9.9", "127.0.0.1", "fd12::1", "::ffff:10.1.1.1"] {
            assert!(
                reach.may(named.parse().unwrap(), true) && reach.may(named.parse().unwrap(), false),
                "{named}"
            );
        }
        for other in ["11.0.0.1", "127.0.0.2", "192.168.1.1", "1.1.1.1"] {
            assert!(!reach.may(other.parse().unwrap(), true), "{other}");
        }
        assert_eq!(Reach::new(&["localhost".into()]), Err("localhost".into()));
    }

    #[test]
    fn an_address_is_read_or_refused_in_words() {
        let why =
            |allow: &[&str], address: &str| reach(allow).read(address).map_err(|why| why.key.into_owned());
        assert!(why(&[], " https://hooks.example/in?x=1 ").is_ok());
        assert!(why(&["127.0.0.0/8"], "http://127.0.0.1:9/").is_ok());
        assert!(
            why(&["127.0.0.0/8"], "http://localhost:9/").is_ok(),
            "where it leads is seen when it is called"
        );
        for (address, key) in [
            ("", "webhook-url-wrong"),
            ("hooks.example", "webhook-url-wrong"),
            ("ftp://hooks.example/", "webhook-url-wrong"),
            ("file:///etc/passwd", "webhook-url-wrong"),
            ("https://hooks.example/#a", "webhook-url-wrong"),
            ("https://", "webhook-url-wrong"),
            ("https://me:pass@hooks.example/", "webhook-url-password"),
            ("http://hooks.example/", "webhook-url-plain"),
            ("http://127.0.0.1/", "webhook-url-plain"),
            ("https://127.1/", "webhook-url-private"),
            ("https://0x7f000001/", "webhook-url-private"),
            ("https://2130706433/", "webhook-url-private"),
            ("https://[::ffff:10.0.0.1]/", "webhook-url-private"),
            ("https://169.254.169.254/latest", "webhook-url-private"),
        ] {
            assert_eq!(why(&[], address).unwrap_err(), key, "{address}");
        }
        assert!(why(&[], &format!("https://hooks.example/{}", "x".repeat(URL_MAX))).is_err());
    }

    struct Leads(&'static [&'static str]);

    #[async_trait]
    impl Lookup for Leads {
        async fn addresses(&self, _: &str) -> io::Result<Vec<IpAddr>> {
            Ok(self.0.iter().map(|ip| ip.parse().unwrap()).collect())
        }
    }

    #[tokio::test]
    async fn of_what_a_name_leads_to_only_public_addresses_are_left() {
        let found =
            Reach::default().resolve(&Leads(&["10.0.0.1", "1.1.1.1", "::1"]), "x", false).await.unwrap();
        assert_eq!(found, ["1.1.1.1".parse::<IpAddr>().unwrap()]);
        let none = Reach::default().resolve(&Leads(&["10.0.0.1", "::1"]), "x", false).await.unwrap_err();
        assert!(none.to_string().contains("private network"));
        assert!(Reach::default().resolve(&Leads(&["1.1.1.1"]), "x", true).await.is_err());
    }
}
