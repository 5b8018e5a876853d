//! Domains: ours, others', and those that look like ours.

use std::collections::HashSet;

use unicode_security::MixedScript as _;

use super::kind::EntityKind;
use crate::policy::Parameters;

/// Services behind which any address can hide.
const REDIRECTORS: &[&str] = &[
    "bit.ly",
    "t.co",
    "t.cn",
    "tinyurl.com",
    "goo.gl",
    "is.gd",
    "v.gd",
    "ow.ly",
    "buff.ly",
    "cutt.ly",
    "rb.gy",
    "rebrand.ly",
    "bl.ink",
    "s.id",
    "tiny.cc",
    "shorturl.at",
    "t.ly",
    "u.nu",
    "qr.ae",
    "dwz.cn",
    "dwz.lc",
    "url.cn",
    "suo.im",
    "suo.nz",
    "sourl.cn",
    "mrw.so",
    "3.cn",
    "c1n.cn",
    "985.so",
    "dlj.bz",
    "reurl.cc",
    "lihi.cc",
    "lihi1.cc",
    "ppt.cc",
    "pse.is",
    "linktr.ee",
    "adf.ly",
    "soo.gd",
    "shorte.st",
    "clck.ru",
    "kutt.it",
    "urlz.fr",
    "x.gd",
    "w.url.cn",
];
/// Words that people put beside a brand to make a domain look official.
const BRAND_UTF8_MIN: usize = 4;

/// Which domains a deployment calls its own, allows and denies.
#[derive(Debug, Default)]
pub(crate) struct Domains {
    own: Vec<String>,
    allowed: Vec<String>,
    denied: Vec<String>,
    /// What our domains and brands look like, without their suffix.
    ours_look_like: HashSet<String>,
}

impl Domains {
    pub(crate) fn new(parameters: &Parameters, denied: Vec<String>) -> Self {
        let plain_all = |texts: &[String]| texts.iter().filter_map(|text| plain(text)).collect::<Vec<_>>();
        let own = plain_all(&parameters.own_domains);
        let names = own.iter().filter_map(|domain| name_of(domain)).map(str::to_owned);
        let brands = parameters.brands.iter().map(|brand| {
            brand.chars().filter(|c| c.is_ascii_alphanumeric()).collect::<String>().to_lowercase()
        });
        let looks = names.chain(brands).map(|name| look(&name)).filter(|look| look.len() >= BRAND_UTF8_MIN);
        Self { ours_look_like: looks.collect(), own, allowed: plain_all(&parameters.allow_domains), denied }
    }

    /// What a link to `host` is; `None` where it is allowed.
    pub(super) fn judge(&self, host: &str) -> Option<EntityKind> {
        let host = decoded(host);
        let host = host.strip_prefix("www.").unwrap_or(&host);
        if is_under(host, &self.own) {
            return Some(EntityKind::OwnLink);
        }
        if is_under(host, &self.allowed) {
            return None;
        }
        Some(if self.resembles_ours(host) {
            EntityKind::LinkLookalike
        } else if is_under(host, &self.denied) {
            EntityKind::LinkDenied
        } else if is_homograph(host) {
            EntityKind::LinkHomograph
        } else if REDIRECTORS.contains(&host) {
            EntityKind::LinkShort
        } else if host.bytes().all(|b| b.is_ascii_digit() || b == b'.') {
            EntityKind::LinkIp
        } else {
            EntityKind::Link
        })
    }

    /// Why nothing is of this kind whatever people write, if so it is.
    pub(crate) fn never(&self, kind: EntityKind) -> Option<&'static str> {
        let let_be = |domain: &String| is_under(domain, &self.own) || is_under(domain, &self.allowed);
        match kind {
            EntityKind::OwnLink if self.own.is_empty() => Some("the deployment names no domain of its own"),
            EntityKind::LinkLookalike if self.ours_look_like.is_empty() => {
                Some("the deployment names neither a brand in Latin letters nor a domain of its own")
            }
            EntityKind::LinkDenied if self.denied.is_empty() => Some("the policy denies no domain"),
            EntityKind::LinkDenied if self.denied.iter().all(let_be) => {
                Some("every denied domain is allowed, or the deployment's own")
            }
            _ => None,
        }
    }

    /// Whether `host` is ours.
    pub(super) fn is_own(&self, host: &str) -> bool {
        is_under(&decoded(host), &self.own)
    }

    /// Whether any part of a host looks like one of our names, or carries it.
    fn resembles_ours(&self, host: &str) -> bool {
        if self.ours_look_like.is_empty() {
            return false;
        }
        // A whole domain of ours in front of somebody else's.
        if self
            .own
            .iter()
            .any(|own| host.contains(&format!("{own}.")) || host.contains(&own.replace('.', "-")))
        {
            return true;
        }
        let registrable = psl::domain_str(host).unwrap_or(host);
        let suffix = psl::suffix_str(host).map_or(0, |suffix| suffix.len() + 1);
        let labels = &host[..host.len().saturating_sub(suffix)];
        let own_label = registrable.split('.').next().unwrap_or_default();
        labels.split(['.', '-', '_']).chain([own_label]).filter(|label| label.len() >= 3).any(|label| {
            let label = look(label);
            self.ours_look_like.iter().any(|ours| {
                label == *ours
                    || (label.len() > ours.len()
                        && (label.starts_with(ours) || label.ends_with(ours))
                        && ours.len() >= 5)
                    || (ours.len() >= 5 && strsim::damerau_levenshtein(&label, ours) == 1)
            })
        })
    }
}

/// Whether a text can stand for a domain of the deployment, or for an allowed or denied one.
pub fn is_domain(text: &str) -> bool {
    plain(text).is_some()
}

/// A domain as it is compared: small letters, without scheme, path and `www.`, names of other scripts decoded.
pub(crate) fn plain(text: &str) -> Option<String> {
    let text = text.trim();
    let text = text.split_once("://").map_or(text, |(_, rest)| rest);
    let host = text.split(['/', '?', '#', ':']).next()?;
    let host = decoded(host.trim_start_matches("*.").trim_matches('.'));
    let host = host.strip_prefix("www.").unwrap_or(&host);
    let good = host.contains('.') && !host.contains(|c: char| c.is_whitespace() || "@,;!\"'()".contains(c));
    (good && host.split('.').all(|label| !label.is_empty())).then(|| host.to_owned())
}

fn decoded(host: &str) -> String {
    let host = host.trim_matches('.').to_lowercase();
    if host.is_ascii() && !host.contains("xn--") { host } else { idna::domain_to_unicode(&host).0 }
}

fn is_under(host: &str, domains: &[String]) -> bool {
    domains.iter().any(|domain| {
        host.strip_suffix(domain.as_str()).is_some_and(|rest| rest.is_empty() || rest.ends_with('.'))
    })
}

/// The part of a domain that its owner chose: `shop` of `shop.co.uk`.
fn name_of(domain: &str) -> Option<&str> {
    psl::domain_str(domain)?.split('.').next()
}

/// What a name looks like at a glance.
fn look(name: &str) -> String {
    let skeleton: String = unicode_security::skeleton(&name.to_lowercase()).collect();
    let mut look = String::with_capacity(skeleton.len());
    for c in skeleton.chars() {
        match c {
            '0' => look.push('o'),
            '1' | 'i' | '|' | 'ı' => look.push('l'),
            '5' => look.push('s'),
            '3' => look.push('e'),
            '-' | '_' => {}
            c => look.extend(c.to_lowercase()),
        }
    }
    look.replace("rn", "m").replace("vv", "w").replace('i', "l")
}

/// Letters of several scripts in one name, or of another script that all look Latin.
fn is_homograph(host: &str) -> bool {
    host.split('.').any(|label| {
        if label.is_ascii() {
            return false;
        }
        let skeleton: String = unicode_security::skeleton(label).collect();
        !label.is_single_script() || (skeleton.is_ascii() && skeleton != *label)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn domains() -> Domains {
        let parameters = Parameters {
            brands: vec!["Starmarket".into(), "星集".into()],
            own_domains: vec!["starmarket.com".into(), "xingji.cn".into()],
            allow_domains: vec!["docs.example.org".into()],
        };
        Domains::new(&parameters, vec!["bad.example.com".into()])
    }

    #[test]
    fn ours_are_never_a_finding_and_what_looks_like_them_is() {
        let domains = domains();
        for host in ["starmarket.com", "WWW.StarMarket.com", "help.xingji.cn"] {
            assert_eq!(domains.judge(host), Some(EntityKind::OwnLink), "{host}");
        }
        assert_eq!(domains.judge("docs.example.org"), None);
        for host in [
            "starmarket.co",
            "starrnarket.com",
            "starrmarket.com",
            "stаrmarket.com",
            "starmarket-verify.top",
            "starmarket.com.login.top",
            "seller-starmarket.net",
            "starmarketpay.cc",
            "xingji-cn.top",
            "x1ngji.cn",
        ] {
            assert_eq!(domains.judge(host), Some(EntityKind::LinkLookalike), "{host}");
            let ascii = idna::domain_to_ascii(host).unwrap();
            assert_eq!(domains.judge(&ascii), Some(EntityKind::LinkLookalike), "{ascii}");
        }
    }

    #[test]
    fn others_are_what_they_are() {
        let domains = domains();
        for (host, kind) in [
            ("example.com", EntityKind::Link),
            ("x.bad.example.com", EntityKind::LinkDenied),
            ("bit.ly", EntityKind::LinkShort),
            ("93.184.216.34", EntityKind::LinkIp),
            ("аррӏе.com", EntityKind::LinkHomograph),
            ("淘宝.com", EntityKind::Link),
            ("starbucks.com", EntityKind::Link),
        ] {
            assert_eq!(domains.judge(host), Some(kind), "{host}");
        }
    }
}
