//! Announcements: written once, looked at, sent to an audience, followed copy by copy, edited and taken back.

mod ack;
mod acts;
mod address;
mod apply;
mod approval;
mod button;
mod card;
mod click;
mod command;
mod config;
mod decide;
mod draft;
#[cfg(test)]
mod draft_tests;
mod edit;
mod expiry;
mod filled;
mod flow;
mod form;
mod four_eyes;
mod news;
mod picture;
mod press;
mod reaction;
mod report;
mod series;
mod template;
#[cfg(test)]
mod tests;
mod timing;
mod typed;
mod unknown;
mod variant;
mod zone;

use async_trait::async_trait;

use crate::error::Result;
use crate::feature::{
    Actor, ArgKind, ArgSpec, CommandSpec, Due, Feature, Flow, Incoming, Invocation, Manifest, Offer, Places,
    Press, Receipt, Submission, Typed as TypedCommand,
};
use crate::ids::AnnouncementNo;
use crate::roster::{Permission, Staff};
use crate::store::announcement;
use crate::text;
use crate::texts::Text;
use crate::work::Work;

pub use crate::store::announcement::Announcement;
pub use ack::set_ack;
pub use acts::{
    Change, NewAnnouncement, cancel, change, create, is_as_shown, pause, recall, resume, schedule,
    send_again, send_now, set_pin,
};
pub use approval::{Approval, Need, Proposal, Standing, hash, of as standing};
pub use card::{files, lines, lines_with, look_at, preview_of, problems, time_left};
pub use click::{can_count, counted, is_sample, read as read_link, set_clicks};
pub use command::recall_outlook;
pub use config::{AnnouncementConfig, Cap, Watched};
pub use decide::State;
pub use draft::{keep, typed_of, typed_with, wording_of};
pub use edit::{correct, edit};
pub use expiry::{parse as parse_expiry, set_expiry, typed as expires_typed};
pub use filled::variables;
pub use four_eyes::{Wanted, approve, wanted};
pub use picture::{FILES_MAX, attach, detach};
pub use press::test_to;
pub use reaction::in_words as reactions_in_words;
pub use series::{
    Kind as RuleKind, Rule, SeriesState, Wall, coming, end_series, is_none as is_no_rule, next_lines,
    next_times, of as series_of, parse_rule, pause_series, rule_typed, set_rule, start as start_series,
};
pub use timing::{Time, Timing, schedule_local, set_loud};
pub use typed::{Field, Kept, Typed};
pub use unknown::send_unknown_again;
pub use variant::{
    Interval, Measure, SHARES, TEXTS_MAX, Tally, TestRule, TypedTest, TypedText, Variants, Verdict, WAITS_MS,
    Why, as_variant, cannot_measure, choose, dealt, is_open as is_tested, outlook as test_outlook, percent,
    set_rule as set_test_rule, set_variants, standing_text, standings, tested_as, usual_measure,
    variant_name, variant_named,
};
pub use zone::{set_of_merchant, zone_named};

/// The feature's name.
const NAME: &str = "announcement";

/// Announcements.
pub struct AnnouncementFeature;

static MANIFEST: Manifest = Manifest {
    name: NAME,
    commands: &[
        CommandSpec {
            name: "announce",
            needs: Some(Permission::Announce),
            places: Places::Staff,
            args: &[ArgSpec { name: "what", kind: ArgKind::Rest, required: false }],
        },
        CommandSpec {
            name: "news",
            needs: None,
            places: Places::Direct,
            args: &[ArgSpec { name: "what", kind: ArgKind::Word, required: false }],
        },
        CommandSpec {
            name: "zone",
            needs: None,
            places: Places::Anywhere,
            args: &[ArgSpec { name: "what", kind: ArgKind::Rest, required: false }],
        },
    ],
    timers: &["send", "step", "paused", "expire", "repeat"],
    buttons: &[
        "send", "schedule", "test", "cancel", "pause", "resume", "stop", "approve", "pin", "change", "again",
        "unknown", "recall", "keep", "receipt", "ack", "clicks", "repeat", "winner",
    ],
    forms: &["new", "text", "audience", "when", "variant"],
    pages: &[],
};

#[async_trait]
impl Feature for AnnouncementFeature {
    fn manifest(&self) -> &'static Manifest {
        &MANIFEST
    }

    async fn on_command(&self, work: &mut Work, call: &Invocation) -> Result<()> {
        if call.spec.name == "news" {
            return news::command(work, call).await;
        }
        if call.spec.name == "zone" {
            return zone::command(work, call).await;
        }
        let what = call.args.words("what").unwrap_or_default();
        command::announce(work, &call.at, what, call.reply_to.as_ref()).await
    }

    fn offers(&self) -> &'static [&'static str] {
        &["announce"]
    }

    async fn offer(&self, work: &mut Work, typed: &TypedCommand) -> Result<Vec<Offer>> {
        command::offer(work, typed).await
    }

    async fn on_press(&self, work: &mut Work, press: &Press) -> Result<Option<Text>> {
        press::pressed(work, press).await
    }

    async fn on_form(&self, work: &mut Work, form: &Submission) -> Result<()> {
        form::filled(work, form).await
    }

    async fn on_event(&self, work: &mut Work, incoming: &Incoming) -> Result<Flow> {
        reaction::heard(work, incoming).await?;
        Ok(Flow::Pass)
    }

    async fn on_timer(&self, work: &mut Work, due: &Due) -> Result<()> {
        let Some(no) = AnnouncementNo::parse(&due.key) else { return Ok(()) };
        match due.kind.as_str() {
            "send" => acts::due(work, no).await,
            "paused" => acts::still_paused(work, no).await,
            "expire" => expiry::due(work, no).await,
            "repeat" => series::due(work, no).await,
            _ => flow::go_on(work, no).await,
        }
    }

    async fn on_receipts(&self, work: &mut Work, receipts: &[Receipt]) -> Result<()> {
        flow::heard(work, receipts).await
    }
}

/// The announcement of a number.
async fn load(work: &mut Work, no: AnnouncementNo) -> Result<Announcement> {
    let found = announcement::get(work.tx().await?, no).await?;
    found.ok_or_else(|| text!("announcement-none", no = no.to_string()).into())
}

/// The staff member who acts, if they may.
fn staff_of(at: &Actor) -> Result<&Staff> {
    at.staff_who_may(Permission::Announce).ok_or_else(|| Text::new("announcement-not-allowed").into())
}
