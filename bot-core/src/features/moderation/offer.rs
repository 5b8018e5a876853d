//! Offers the numbers of cases to who types a command about one.

use std::sync::Arc;

use super::words;
use crate::error::Result;
use crate::feature::{Offer, Typed};
use crate::roster::Permission;
use crate::store::chat;
use crate::store::moderation::{self as store, CaseFilter, CaseState, Notice};
use crate::text;
use crate::texts::{Arg, Text};
use crate::work::Work;

/// The commands that are about a case.
pub(super) const COMMANDS: [&str; 4] = ["case", "undo", "uphold", "dismiss"];
/// So many of the latest cases are gone through.
const LATEST: i64 = 50;

/// The latest cases that the command can be about. Who does not read cases is offered those that they were told of.
pub(super) async fn offer(work: &mut Work, typed: &Typed) -> Result<Vec<Offer>> {
    let at = &typed.at;
    let state = match typed.spec.name {
        "uphold" | "dismiss" => Some(CaseState::Flagged),
        "undo" => Some(CaseState::Stands),
        _ => None,
    };
    let reads = at.staff_who_may(Permission::ReadCases).is_some();
    let person = (!reads).then(|| at.user.person.clone());
    let filter = CaseFilter { state, person, ..CaseFilter::default() };
    let cases = store::list(work.tx().await?, &filter, None, LATEST).await?;
    let hall = Arc::clone(&work.hall);
    let mut offers = Vec::new();
    for case in cases.iter().filter(|case| reads || case.notice != Notice::None) {
        let name = chat::user(work.tx().await?, &case.user).await?.map(|user| user.name);
        let why = words::rule_title(case).map(Arg::from).or_else(|| case.reason.as_deref().map(Arg::from));
        let label = text!(
            "moderation-offer",
            no = case.no.to_string(),
            name = name.unwrap_or_default(),
            state = words::case_state(case.state),
            why = why.unwrap_or_else(|| Text::new("moderation-no-reason").into())
        );
        offers.push(Offer::new(case.no, hall.texts.say(at.lang, &label)));
    }
    Ok(offers)
}
