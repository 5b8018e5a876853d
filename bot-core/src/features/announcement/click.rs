//! Counted links: in each copy an address of ours stands for each address of the text, leads there, and is counted.

use super::filled::Script;
use super::{Announcement, four_eyes, load, series, variant};
use crate::error::Result;
use crate::features::delivery::{TOKEN_CHARS, tokens};
use crate::features::segment::To;
use crate::hall::Hall;
use crate::ids::{AnnouncementNo, StaffId};
use crate::store::{StoreError, announcement, click};
use crate::text;
use crate::texts::Text;
use crate::work::Work;

/// Stands in previews in the place of one.
const SAMPLE: &str = "XXXXXXXXXXXXX";
/// The recipient of a test, who is nobody.
const TEST: &str = "";

/// Whether readers can reach us by an address that they may be given: one with `https` that does not name this machine alone.
pub fn can_count(hall: &Hall) -> bool {
    let Some(rest) = hall.public_url.strip_prefix("https://") else { return false };
    let host = rest.split('/').next().unwrap_or_default().to_lowercase();
    let name = host.rsplit_once(':').map_or(host.as_str(), |(name, port)| {
        if port.chars().all(|c| c.is_ascii_digit()) { name } else { host.as_str() }
    });
    !(name.is_empty() || name == "localhost" || name.starts_with("127.") || name == "[::1]")
}

/// Says whether clicks on its links are counted.
///
/// # Errors
/// A sentence when it went out already, or readers could not reach us.
pub async fn set_clicks(
    work: &mut Work,
    no: AnnouncementNo,
    clicks: bool,
    by: &StaffId,
) -> Result<Announcement> {
    let mut one = load(work, no).await?;
    if !one.state.is_open() {
        return Err(text!("announcement-not-now", state = one.state.name()).into());
    }
    if clicks && !can_count(&work.hall) {
        return Err(cannot(&work.hall).into());
    }
    one.clicks = clicks;
    variant::check(&one)?;
    one.version += 1;
    four_eyes::wrote(&mut one, by);
    announcement::put(work.tx().await?, &one).await?;
    work.audit_staff(by, "announcement.clicks", no, Some(clicks.to_string())).await?;
    series::changed(work, &one).await?;
    Ok(one)
}

/// Why clicks cannot be counted here.
pub(super) fn cannot(hall: &Hall) -> Text {
    text!("announcement-clicks-cannot", url = hall.public_url.as_str())
}

/// The addresses of its texts that are counted, each with its number: those that it has kept, and new ones behind them. None where
/// nothing is counted.
pub(super) async fn targets(work: &mut Work, one: &Announcement) -> Result<Vec<(i64, String)>, StoreError> {
    if !one.clicks || !can_count(&work.hall) {
        return Ok(Vec::new());
    }
    let mut kept = click::targets(work.tx().await?, &one.no.to_string()).await?;
    let mut all: Vec<(i64, String)> = Vec::new();
    for url in variant::texts(one).flat_map(|text| Script::of(text).addresses()) {
        if all.iter().any(|(_, of)| *of == url) {
            continue;
        }
        let next = kept.iter().map(|(n, _)| *n).max().unwrap_or(0) + 1;
        let n = kept.iter().find(|(_, of)| *of == url).map_or(next, |(n, _)| *n);
        if n == next {
            kept.push((n, url.clone()));
        }
        all.push((n, url));
    }
    Ok(all)
}

/// Keeps the numbers of its addresses, before a copy with them goes out.
pub(super) async fn keep(work: &mut Work, one: &Announcement) -> Result<(), StoreError> {
    let targets = targets(work, one).await?;
    if targets.is_empty() {
        return Ok(());
    }
    click::put_targets(work.tx().await?, &one.no.to_string(), &targets).await
}

/// What stands in the links of a test: it leads nowhere by itself and counts nobody. The addresses of a test are kept apart, by
/// version, so that no copy's link ever leads to what stood in a draft alone.
pub(super) async fn test_token(work: &mut Work, one: &Announcement) -> Result<Option<String>, StoreError> {
    let push = format!("{} test {}", one.no, one.version);
    let targets = targets(work, one).await?;
    click::put_targets(work.tx().await?, &push, &targets).await?;
    Ok(tokens(work, &push, &[TEST]).await?.remove(TEST))
}

/// Where the links of a copy begin; the number of the address follows.
pub(super) fn prefix(hall: &Hall, token: &str) -> String {
    format!("{}/l/{token}", hall.public_url)
}

/// Where the links of a preview begin, as long as those of a copy.
pub(super) fn sample(hall: &Hall) -> String {
    prefix(hall, SAMPLE)
}

/// Reads what stands behind `/l/`: whose copy, and the number of the address. What a platform took along behind it, as it does
/// where no blank stands, is left out.
pub fn read(word: &str) -> Option<(&str, i64)> {
    let token = word.get(..TOKEN_CHARS).filter(|token| token.bytes().all(|c| c.is_ascii_alphanumeric()))?;
    let digits = word.get(TOKEN_CHARS..)?;
    let digits = &digits[..digits.find(|c: char| !c.is_ascii_digit()).unwrap_or(digits.len())];
    Some((token, digits.parse().ok()?))
}

/// Whether this stands in a preview, in the place of a copy's own.
pub fn is_sample(token: &str) -> bool {
    token == SAMPLE
}

/// What is to be known of it on a card.
pub(super) async fn lines(work: &mut Work, one: &Announcement) -> Result<Vec<Text>, StoreError> {
    if !one.clicks {
        return Ok(Vec::new());
    }
    if !one.state.is_open() {
        let (recipients, clicks) = click::totals(work.tx().await?, &one.no.to_string()).await?;
        let is_people = one.audience.as_ref().is_some_and(|audience| audience.to == To::People);
        return Ok(vec![if is_people {
            text!("announcement-clicked-people", count = recipients, clicks = clicks)
        } else {
            text!("announcement-clicked-groups", count = recipients, clicks = clicks)
        }]);
    }
    counted(work, one).await
}

/// Which addresses of its text are counted, or why none is; nothing where nobody asked for it.
///
/// # Errors
/// When the database fails.
pub async fn counted(work: &mut Work, one: &Announcement) -> Result<Vec<Text>, StoreError> {
    if !one.clicks {
        return Ok(Vec::new());
    }
    if !can_count(&work.hall) {
        return Ok(vec![cannot(&work.hall)]);
    }
    let targets = targets(work, one).await?;
    let mut lines = vec![if targets.is_empty() {
        Text::new("announcement-clicks-none")
    } else {
        let urls: Vec<String> = targets.into_iter().map(|(_, url)| url).collect();
        text!("announcement-clicks-on", urls = urls.join(" "))
    }];
    if variant::texts(one).any(|text| Script::of(text).has_uncounted()) {
        lines.push(Text::new("announcement-clicks-variable"));
    }
    Ok(lines)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_stands_behind_an_address_is_left_out() {
        for (word, wanted) in [
            ("ABCDEFGHJKLMN1", Some(("ABCDEFGHJKLMN", 1))),
            ("ABCDEFGHJKLMN12报名", Some(("ABCDEFGHJKLMN", 12))),
            ("ABCDEFGHJKLMN1.", Some(("ABCDEFGHJKLMN", 1))),
            ("ABCDEFGHJKLMN", None),
            ("ABCDEFGHJKLM", None),
            ("ABCDEFGHJKLM-1", None),
            ("报名报名报名报名报名1", None),
            ("ABCDEFGHJKLMN99999999999999999999", None),
            ("", None),
        ] {
            assert_eq!(read(word), wanted, "{word}");
        }
        assert_eq!(SAMPLE.len(), TOKEN_CHARS);
    }
}
