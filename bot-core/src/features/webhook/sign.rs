//! Secrets and signatures, as Standard Webhooks has them (standardwebhooks.com, specification read 2026-11-23).

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use hmac::{Hmac, KeyInit as _, Mac as _};
use sha2::{Digest as _, Sha256};

use crate::ids::Ids;
use crate::store::webhook::Webhook;

/// What secrets begin with.
const PREFIX: &str = "whsec_";
/// Letters of chance in a secret: 52 of 31 are 257 bits.
const CHANCE_CHARS: usize = 52;

/// A new secret: 32 bytes.
pub(super) fn new_secret(ids: &Ids) -> String {
    format!("{PREFIX}{}", STANDARD.encode(Sha256::digest(ids.code(CHANCE_CHARS))))
}

/// The signature of a message by one secret.
fn signature(secret: &str, id: &str, at_s: i64, body: &str) -> String {
    let key = STANDARD.decode(secret.trim_start_matches(PREFIX)).unwrap_or_default();
    // HMAC takes keys of any length.
    let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(&key) else { return String::new() };
    mac.update(format!("{id}.{at_s}.{body}").as_bytes());
    format!("v1,{}", STANDARD.encode(mac.finalize().into_bytes()))
}

/// The header `webhook-signature` of a message: by the secret, and for a while by the one before it as well.
pub(super) fn signatures(webhook: &Webhook, now_ms: i64, id: &str, at_s: i64, body: &str) -> String {
    let old = webhook.old.as_ref().filter(|(_, until_ms)| now_ms < *until_ms).map(|(secret, _)| secret);
    let secrets = [Some(&webhook.secret), old];
    let all: Vec<String> =
        secrets.into_iter().flatten().map(|secret| signature(secret, id, at_s, body)).collect();
    all.join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::webhook::WebhookState;

    #[test]
    fn a_signature_is_the_one_that_others_make() {
        // Svix, "Verifying webhooks manually", docs.svix.com/receiving/verifying-payloads/how-manual (read 2026-11-23).
        let body = r#"{"event_type":"ping","data":{"success":true}}"#;
        assert_eq!(
            signature("whsec_plJ3nmyCDGBKInavdOK15jsl", "msg_loFOjxBNrRLzqYUf", 1_731_705_121, body),
            "v1,rAvfW3dJ/X/qxhsaXPOyyCGmRKsaKWcsNccKXlIktD0="
        );
        // By Python's hmac.
        assert_eq!(
            signature(
                "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw",
                "msg_p5jXN8AQM9LWM0D4loKWxJek",
                1_614_265_330,
                r#"{"test": 2432232314}"#
            ),
            "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="
        );
    }

    #[test]
    fn a_secret_that_was_replaced_signs_until_its_time_is_up() {
        let one = Webhook {
            id: "W".into(),
            url: String::new(),
            description: String::new(),
            staff: "S".into(),
            secret: "whsec_bmV3".into(),
            old: Some(("whsec_b2xk".into(), 100)),
            state: WebhookState::On,
            failing_since_ms: None,
            created_at_ms: 0,
        };
        let (new, old) = (signature("whsec_bmV3", "m", 7, "{}"), signature("whsec_b2xk", "m", 7, "{}"));
        assert_ne!(new, old);
        assert_eq!(signatures(&one, 99, "m", 7, "{}"), format!("{new} {old}"));
        assert_eq!(signatures(&one, 100, "m", 7, "{}"), new);
    }
}
