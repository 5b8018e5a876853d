//! What webhooks are told of a thing: what the API shows of it.

use async_trait::async_trait;
use bot_core::error::{FeatureError, Result};
use bot_core::features::webhook::{Happened, Show};
use bot_core::ids::{ActivityNo, AnnouncementNo, CaseNo, TicketNo};
use bot_core::store::{activity, announcement, moderation, ticket};
use bot_core::work::Work;
use serde::Serialize;
use serde_json::Value;

use super::activity::Activity;
use super::case::Case;
use super::ticket::Ticket;

/// Shows a thing to webhooks as the API shows it.
pub struct ApiShow;

#[async_trait]
impl Show for ApiShow {
    async fn show(
        &self,
        look: &mut Work,
        what: Happened,
        object: &str,
    ) -> Result<Option<(&'static str, Value)>> {
        let sort = what.word().split('.').next().unwrap_or_default();
        match sort {
            "ticket" => {
                let Some(no) = TicketNo::parse(object) else { return Ok(None) };
                let found = ticket::get(look.tx().await?, no).await?;
                found.map(|one| json("ticket", &Ticket::from(one))).transpose()
            }
            "case" => {
                let Some(no) = CaseNo::parse(object) else { return Ok(None) };
                let found = moderation::get(look.tx().await?, no).await?;
                found.map(|one| json("case", &Case::from(one))).transpose()
            }
            "announcement" => {
                let Some(no) = AnnouncementNo::parse(object) else { return Ok(None) };
                let Some(found) = announcement::get(look.tx().await?, no).await? else { return Ok(None) };
                json("announcement", &super::announcement::in_full(look, found).await?).map(Some)
            }
            "activity" => {
                let Some(no) = ActivityNo::parse(object) else { return Ok(None) };
                let found = activity::get(look.tx().await?, no).await?;
                found.map(|one| json("activity", &Activity::from(one))).transpose()
            }
            // The API has no members; what is known of them stands beside.
            _ => Ok(None),
        }
    }
}

fn json(name: &'static str, thing: &impl Serialize) -> Result<(&'static str, Value)> {
    let value = serde_json::to_value(thing).map_err(|error| FeatureError::Internal(error.to_string()))?;
    Ok((name, value))
}
