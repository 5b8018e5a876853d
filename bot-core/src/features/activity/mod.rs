//! Activities: made from a form, pushed to an audience, joined by button, reminded of and closed.

mod acts;
mod card;
mod command;
mod decide;
mod draft;
mod flow;
mod form;
mod remind;
mod signup;

use async_trait::async_trait;

use crate::error::Result;
use crate::feature::{
    Actor, ArgKind, ArgSpec, CommandSpec, Due, Feature, Invocation, Manifest, Offer, Places, Press, Receipt,
    Submission, Typed,
};
use crate::ids::ActivityNo;
use crate::roster::{Permission, Staff};
use crate::store::activity;
use crate::text;
use crate::texts::Text;
use crate::work::Work;

pub use crate::store::activity::{Activity, Registration};
pub use acts::{Change, NewActivity, cancel, change, close, create, publish, send_again};
pub use card::{lines, preview_of, problems};
pub use decide::{Seat, State};
pub use draft::{Draft, Field, Kept, Typed as TypedDraft, keep, read, typed_of};
pub use signup::{Signed, leave, register};

/// The feature's name.
const NAME: &str = "activity";

/// Activities.
pub struct ActivityFeature;

static MANIFEST: Manifest = Manifest {
    name: NAME,
    commands: &[
        CommandSpec { name: "activities", needs: None, places: Places::Anywhere, args: &[] as &[ArgSpec] },
        CommandSpec {
            name: "join",
            needs: None,
            places: Places::Anywhere,
            args: &[ArgSpec { name: "activity", kind: ArgKind::Word, required: true }],
        },
        CommandSpec {
            name: "leave",
            needs: None,
            places: Places::Anywhere,
            args: &[ArgSpec { name: "activity", kind: ArgKind::Word, required: true }],
        },
        CommandSpec {
            name: "activity",
            needs: Some(Permission::Activities),
            places: Places::Staff,
            args: &[ArgSpec { name: "what", kind: ArgKind::Rest, required: false }],
        },
    ],
    timers: &["step", "close", "remind"],
    buttons: &["join", "leave", "publish", "test", "change", "cancel", "close", "again"],
    forms: &["new", "text", "audience", "times"],
    pages: &[],
};

#[async_trait]
impl Feature for ActivityFeature {
    fn manifest(&self) -> &'static Manifest {
        &MANIFEST
    }

    async fn on_command(&self, work: &mut Work, call: &Invocation) -> Result<()> {
        match call.spec.name {
            "activities" => command::activities(work, &call.at).await,
            "join" | "leave" => command::sign(work, call).await,
            _ => command::activity(work, &call.at, call.args.words("what").unwrap_or_default()).await,
        }
    }

    fn offers(&self) -> &'static [&'static str] {
        &["join", "leave", "activity"]
    }

    async fn offer(&self, work: &mut Work, typed: &Typed) -> Result<Vec<Offer>> {
        command::offer(work, typed).await
    }

    async fn on_press(&self, work: &mut Work, press: &Press) -> Result<Option<Text>> {
        let no = press.payload["no"].as_i64().map(ActivityNo).unwrap_or(ActivityNo(0));
        let one = load(work, no).await?;
        match press.verb.as_str() {
            "join" => {
                let signed = signup::register(work, no, &press.at.user, &press.at.chat.id).await?;
                Ok(Some(signed.say(&one, press.at.lang)))
            }
            "leave" => {
                signup::leave(work, no, &press.at.user.person).await?;
                Ok(Some(text!("activity-left", title = one.wording.title(press.at.lang))))
            }
            _ => form::pressed(work, press, one).await,
        }
    }

    async fn on_form(&self, work: &mut Work, form: &Submission) -> Result<()> {
        form::filled(work, form).await
    }

    async fn on_timer(&self, work: &mut Work, due: &Due) -> Result<()> {
        let (no, rest) = due.key.split_once('/').unwrap_or((&due.key, ""));
        let Some(no) = ActivityNo::parse(no) else { return Ok(()) };
        match due.kind.as_str() {
            "close" => flow::close_due(work, no).await,
            "remind" => remind::due(work, no, rest.parse().unwrap_or(1)).await,
            _ => flow::go_on(work, no).await,
        }
    }

    async fn on_receipts(&self, work: &mut Work, receipts: &[Receipt]) -> Result<()> {
        flow::heard(work, receipts).await
    }
}

/// The activity of a number.
async fn load(work: &mut Work, no: ActivityNo) -> Result<Activity> {
    let found = activity::get(work.tx().await?, no).await?;
    found.ok_or_else(|| text!("activity-none", no = no.to_string()).into())
}

/// The staff member who acts, if they may.
fn staff_of(at: &Actor) -> Result<&Staff> {
    at.staff_who_may(Permission::Activities).ok_or_else(|| Text::new("activity-not-allowed").into())
}
