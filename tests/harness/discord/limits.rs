//! Answers that were ordered, and buckets of calls.

use serde_json::json;

use super::FakeDiscord;
use super::server::{Answer, Asked};

/// The next ordered answer for such a call.
pub(super) fn ordered(fake: &FakeDiscord, asked: &Asked) -> Option<Answer> {
    let mut state = fake.state();
    let at = state
        .ordered
        .iter()
        .position(|one| one.method == asked.method && asked.path.contains(one.part.as_str()))?;
    let one = state.ordered.remove(at);
    Some(Answer::Json(one.status, one.headers, one.body))
}

/// Counts a call against its bucket, when buckets are enforced: five in five seconds for each channel.
pub(super) fn bucket(fake: &FakeDiscord, asked: &Asked) -> Result<Vec<(String, String)>, Answer> {
    let now_ms = fake.world().now_ms();
    let mut state = fake.state();
    let Some(buckets) = &mut state.buckets else { return Ok(Vec::new()) };
    if asked.method != "POST" || !asked.path.ends_with("/messages") {
        return Ok(Vec::new());
    }
    let bucket = buckets.entry(asked.path.clone()).or_insert((5, now_ms + 5_000));
    if bucket.1 <= now_ms {
        *bucket = (5, now_ms + 5_000);
    }
    #[expect(clippy::cast_precision_loss, reason = "a few seconds")]
    let seconds = (bucket.1 - now_ms) as f64 / 1_000.0;
    let headers = |left: u32| {
        [
            ("x-ratelimit-limit", "5".to_owned()),
            ("x-ratelimit-remaining", left.to_string()),
            ("x-ratelimit-reset-after", format!("{seconds:.3}")),
            ("x-ratelimit-bucket", "a-bucket-of-messages".to_owned()),
        ]
        .map(|(name, value)| (name.to_owned(), value))
        .to_vec()
    };
    if bucket.0 == 0 {
        let mut all = headers(0);
        all.push(("x-ratelimit-scope".to_owned(), "user".to_owned()));
        all.push(("retry-after".to_owned(), format!("{}", seconds.ceil())));
        let body =
            json!({ "message": "You are being rate limited.", "retry_after": seconds, "global": false });
        return Err(Answer::Json(429, all, body));
    }
    bucket.0 -= 1;
    Ok(headers(bucket.0))
}
