//! `/person join` and `/person part`: staff say that identities are one human, and take it back.

use super::decide;
use super::link::{label, party};
use crate::chat::Content;
use crate::error::{FeatureError, Result, UserError};
use crate::feature::Invocation;
use crate::features::webhook::{self, Happened};
use crate::ids::{PersonId, RowId, StaffId};
use crate::roster::Permission;
use crate::store::chat;
use crate::store::people::{self, Join};
use crate::text;
use crate::texts::Text;
use crate::work::Work;

/// `/person join WHO WHO` or `/person part WHO`.
pub(super) async fn command(work: &mut Work, call: &Invocation) -> Result<()> {
    let said = match call.args.words("act").unwrap_or_default() {
        "join" => join(work, call).await?,
        "part" => part(work, call).await?,
        other => {
            let what = Text::new("people-person-acts");
            let found = other.chars().take(24).collect::<String>();
            return Err(text!("command-wrong", what = what, found = found, usage = call.spec.usage()).into());
        }
    };
    let said = work.hall.texts.say(call.at.lang, &said);
    work.say(call.at.place(), Content::text(said).replying_to(call.message.clone()));
    Ok(())
}

async fn join(work: &mut Work, call: &Invocation) -> Result<Text> {
    let (Some(kept), Some(joined)) =
        (work.find_user_anywhere(call, "who").await?, work.find_user_anywhere(call, "other").await?)
    else {
        let what = Text::new("command-needs-who");
        return Err(text!("command-missing", what = what, usage = call.spec.usage()).into());
    };
    let one = party(work, kept.person.clone()).await?;
    let other = party(work, joined.person.clone()).await?;
    decide::join(&one, &other).map_err(|text| FeatureError::User(UserError(text)))?;
    let by = call.at.staff.as_ref().map(|staff| staff.id.clone());
    put_down(work, (&kept.person, &joined.person), by.as_ref()).await?;
    let (kept, joined) = (label(&kept), label(&joined));
    work.note("people", Some(&call.at.chat.id), text!("people-note-joined", name = &joined));
    Ok(text!("people-joined", kept = kept, joined = joined))
}

async fn part(work: &mut Work, call: &Invocation) -> Result<Text> {
    let Some(user) = work.find_user_anywhere(call, "who").await? else {
        let what = Text::new("command-needs-who");
        return Err(text!("command-missing", what = what, usage = call.spec.usage()).into());
    };
    let one = party(work, user.person.clone()).await?;
    // Parting an identity from staff takes rights away.
    if one.staff.is_some() && call.at.staff_who_may(Permission::Administer).is_none() {
        return Err(Text::new("people-part-staff").into());
    }
    let standing = people::standing_joins(work.tx().await?, &user.person).await?;
    let undone = decide::part(&user.id, &standing).map_err(|text| FeatureError::User(UserError(text)))?;
    let now_ms = work.now_ms;
    people::undo_join(work.tx().await?, undone, now_ms).await?;
    work.after_commit(|hall| hall.directory.forget_all());
    work.audit(&call.at, "person.part", &undone.kept, Some(undone.joined.to_string())).await?;
    let mut names = Vec::new();
    for id in &undone.users {
        names.extend(chat::user(work.tx().await?, id).await?.as_ref().map(label));
    }
    work.note("people", Some(&call.at.chat.id), text!("people-note-parted", names = names.join(", ")));
    Ok(text!("people-parted", names = names.join(", ")))
}

/// Joins two persons, with its trace. What others keep under the joined person's id stays there:
/// [`people::with_joined`] finds it.
pub(super) async fn put_down(
    work: &mut Work,
    (kept, joined): (&PersonId, &PersonId),
    by: Option<&StaffId>,
) -> Result<Join> {
    let id: RowId = work.hall.ids.next();
    let now_ms = work.now_ms;
    let made = people::join(work.tx().await?, &id, (kept, joined), by, now_ms).await?;
    work.audit_by(by, "person.join", kept.as_str(), Some(joined.to_string())).await?;
    let detail = serde_json::json!({ "person": kept, "joined": joined, "by": by });
    webhook::tell(work, Happened::MemberLinked, kept, detail).await?;
    work.after_commit(|hall| hall.directory.forget_all());
    Ok(made)
}
