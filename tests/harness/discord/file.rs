//! Addresses of files, which are good for a day and say until when, as Discord's are.

use std::hash::{DefaultHasher, Hash as _, Hasher as _};

use guildhall_sandbox::Fault;
use serde_json::Value;

use super::FakeDiscord;
use super::server::{Answer, value_of};

/// How long an address is good. Source: Discord's documentation, "Signed Attachment CDN URLs".
const ADDRESS_S: i64 = 24 * 3_600;

/// Where a file can be fetched for a day from now.
pub(super) fn address(base: &str, key: &str, now_ms: i64) -> String {
    let until_s = now_ms / 1_000 + ADDRESS_S;
    let path: String = form_urlencoded::byte_serialize(key.as_bytes()).collect();
    format!("{base}/cdn/{path}?ex={until_s:x}&hm={:x}", seal(key, until_s))
}

/// The file of an address that is good.
pub(super) fn serve(fake: &FakeDiscord, key: &str, query: &[(String, String)]) -> Answer {
    let key: String = form_urlencoded::parse(key.as_bytes()).map(|(key, _)| key.into_owned()).collect();
    match fake.world().faults().strike_call("fetch", None).1 {
        Some(Fault::ServerError) => return Answer::Page(500),
        Some(Fault::Down | Fault::RetryAfter { .. }) => return Answer::Page(503),
        Some(Fault::Refuse { .. }) => return Answer::Page(404),
        Some(Fault::TimeoutBefore | Fault::TimeoutAfter) => return Answer::Close,
        Some(Fault::HangBefore | Fault::HangAfter) => return Answer::Hang,
        None | Some(Fault::Slow { .. } | Fault::Duplicate) => {}
    }
    let until_s = value_of(query, "ex").and_then(|until| i64::from_str_radix(until, 16).ok()).unwrap_or(0);
    let is_sealed = value_of(query, "hm") == Some(format!("{:x}", seal(&key, until_s)).as_str());
    let is_good = is_sealed && fake.world().now_ms() / 1_000 < until_s;
    match fake.world().file(&key).filter(|_| is_good) {
        Some(bytes) => Answer::Bytes(bytes.to_vec()),
        None => Answer::Json(404, Vec::new(), Value::Null),
    }
}

/// What shows that an address is the fake's own.
fn seal(key: &str, until_s: i64) -> u64 {
    let mut hasher = DefaultHasher::new();
    (key, until_s).hash(&mut hasher);
    hasher.finish()
}
