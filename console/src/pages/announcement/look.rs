//! What a draft would come to, as the composer shows it: each platform's own rendering, the count, the time it takes.

use std::collections::BTreeSet;

use bot_core::chat::Lang;
use bot_core::features::announcement::{self as feature, Announcement, SeriesState};
use bot_core::features::delivery::{Preview, reason, wait_lines};
use bot_core::features::segment::Audience;
use bot_core::features::when::length;
use bot_core::text;
use bot_core::texts::{Moment, Text};
use bot_core::work::Work;

use crate::fault::Fault;
use crate::frame::Frame;
use crate::pages::list::lang_name;
use crate::pages::sight::{AccountLook, account_look, account_name, idle};

/// What the composer shows beside the form.
#[derive(Default)]
pub(super) struct Look {
    /// Whether there is a draft at all.
    pub(super) exists: bool,
    /// Who gets it: how many, on which platforms, in which languages.
    pub(super) reach: Vec<String>,
    /// When it will be done, and what holds it up.
    pub(super) takes: Vec<String>,
    /// Who does not get it, by reason.
    pub(super) misses: Vec<String>,
    pub(super) has_misses: bool,
    pub(super) accounts: Vec<AccountLook>,
    /// The same of the texts that are tested against its own, each with what it is called.
    pub(super) texts: Vec<(String, Vec<AccountLook>)>,
    /// How they are tested.
    pub(super) test: Vec<String>,
    /// Connected accounts that nobody of the audience is reached through.
    pub(super) idle: Option<String>,
    /// What keeps it from being sent.
    pub(super) problems: Vec<String>,
    /// The words of the buttons; `None` where it cannot be done.
    pub(super) send: Option<String>,
    pub(super) schedule: Option<String>,
    /// The rule by which it goes out and its next times, where it repeats.
    pub(super) repeats: Vec<String>,
    /// Whether it can be started to repeat.
    pub(super) can_repeat: bool,
    pub(super) can_test: bool,
    /// What is to be known of what is filled in for each recipient, and of what is counted.
    pub(super) variables: Vec<String>,
    /// Whether a test is read as somebody.
    pub(super) has_variables: bool,
    /// Where the recipients are listed.
    pub(super) recipients: Option<String>,
}

/// Looks ahead for a draft.
pub(super) async fn look(work: &mut Work, f: &Frame, one: &Announcement) -> Result<Look, Fault> {
    let has_audience = one.audience.is_some();
    let sample = Announcement { audience: Some(Audience::all_groups()), ..one.clone() };
    let shown = if has_audience { one } else { &sample };
    let preview = feature::preview_of(work, shown).await?.unwrap_or_default();
    let mut problems: Vec<Text> = feature::problems(one);
    if has_audience && preview.reachable == 0 {
        problems.push(text!("console-compose-nobody"));
    }
    let variables = feature::variables(one);
    let has_variables = !variables.is_empty();
    let clicks = feature::counted(work, one).await?;
    let variables = variables.iter().chain(&clicks).map(|line| f.say(line)).collect();
    let mut look = Look {
        has_variables,
        variables,
        exists: true,
        accounts: preview
            .accounts
            .iter()
            .map(|account| account_look(f, work, account, has_audience))
            .collect(),
        idle: idle(f, work, &preview),
        can_test: !one.wording.langs().is_empty(),
        ..Look::default()
    };
    look.test = feature::test_outlook(work, one, &preview).iter().map(|line| f.say(line)).collect();
    for n in 1..one.variants.as_ref().map_or(1, feature::Variants::count) {
        let text = feature::as_variant(shown, n);
        let preview = feature::preview_of(work, &text).await?.unwrap_or_default();
        let accounts = preview.accounts.iter().map(|account| account_look(f, work, account, false)).collect();
        look.texts.push((f.t1("console-test-named", "variant", feature::variant_name(n)), accounts));
    }
    let series = feature::series_of(work, one.no).await?;
    if let Some(series) = &series {
        look.repeats = feature::next_lines(work, series).iter().map(|line| f.say(line)).collect();
        look.can_repeat = problems.is_empty() && has_audience && series.state != SeriesState::Going;
    }
    if has_audience {
        counted(f, work, one, &preview, &mut look);
        if problems.is_empty() && series.is_none() {
            let hits = hits(f, work, &preview);
            look.send = Some(f.t1("console-compose-send", "hits", &hits));
            look.schedule = one.at_ms.map(|at_ms| {
                f.say(&match one.timing.local {
                    Some(there) => {
                        let there = there.strftime("%Y-%m-%d %H:%M").to_string();
                        text!("console-compose-schedule-local", there = there, hits = hits.as_str())
                    }
                    None => text!("console-compose-schedule", when = Moment { at_ms }, hits = hits.as_str()),
                })
            });
        }
    }
    look.problems = problems.iter().map(|problem| f.say(problem)).collect();
    Ok(look)
}

/// The numbers.
fn counted(f: &Frame, work: &Work, one: &Announcement, preview: &Preview, look: &mut Look) {
    look.reach.push(f.t1("console-compose-reach", "hits", &hits(f, work, preview)));
    look.reach.extend(preview.counted().iter().map(|line| f.say(line)));
    if preview.by_lang.len() > 1 {
        let part = |(lang, count): &(Lang, i64)| format!("{} {count}", f.say(&lang_name(*lang)));
        look.reach.push(preview.by_lang.iter().map(part).collect::<Vec<_>>().join(" · "));
    }
    let slowest = preview.accounts.iter().max_by_key(|account| account.takes_ms);
    if let Some((slowest, by)) = slowest.and_then(|slowest| Some((slowest, slowest.held_by?)))
        && preview.reachable > 0
    {
        look.takes.push(if slowest.takes_ms < 1_000 {
            f.t("console-compose-takes-a-moment")
        } else {
            let words = text!(
                "console-compose-takes",
                length = length(slowest.takes_ms),
                platform = account_name(work, &slowest.account),
                limit = by.words()
            );
            f.say(&words)
        });
    }
    if preview.last_after_ms > 0 && !preview.waits.is_empty() {
        for line in wait_lines(&preview.waits, work.hall.texts.zone()) {
            look.takes.push(f.say(&line));
        }
        let start_ms = one.at_ms.unwrap_or(work.now_ms).max(work.now_ms);
        let when = Moment { at_ms: start_ms.saturating_add(preview.last_after_ms) };
        look.takes.push(f.say(&text!("console-compose-last", when = when)));
    }
    for account in preview.accounts.iter().filter(|account| account.platform.is_none()) {
        let words =
            text!("console-compose-waits", account = account.account.as_str(), count = account.recipients);
        look.takes.push(f.say(&words));
    }
    for (why, count, names) in &preview.unreachable {
        let more = if i64::try_from(names.len()).unwrap_or(0) < *count { " …" } else { "" };
        let names = format!("{}{more}", names.join(f.t("console-compose-between").trim_matches('|')));
        let words = text!("console-compose-miss", count = *count, why = reason(why), names = names);
        look.misses.push(f.say(&words));
    }
    look.has_misses = !preview.unreachable.is_empty();
    if preview.merchants_without_contact > 0 {
        let words = text!("delivery-no-contact", count = preview.merchants_without_contact);
        look.misses.push(f.say(&words));
    }
    if !preview.cannot_pin.is_empty() {
        look.misses.push(f.say(&text!("delivery-cannot-pin", names = preview.cannot_pin.join(", "))));
    }
    look.recipients = Some(format!("/announcements/{}/recipients", one.no.0));
}

/// How many chats on how many platforms, such as *12 chats on 3 platforms*.
fn hits(f: &Frame, work: &Work, preview: &Preview) -> String {
    let platforms: BTreeSet<String> = preview
        .accounts
        .iter()
        .filter(|account| account.recipients > 0)
        .map(|account| match work.hall.platform(&account.account) {
            Some(platform) => platform.name().to_owned(),
            None => account.account.to_string(),
        })
        .collect();
    let only = platforms.first().filter(|_| platforms.len() == 1);
    f.say(&match only {
        Some(only) => text!("console-compose-hits-one", count = preview.reachable, platform = only.as_str()),
        None => text!("console-compose-hits", count = preview.reachable, platforms = platforms.len()),
    })
}
