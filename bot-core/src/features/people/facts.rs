//! What the platform's own systems say of merchants: who they are, who speaks for them, what happened to them.

use std::collections::HashMap;

use super::import::decide::{decide, wanted};
use super::import::{Fate, ImportRow, done};
use crate::chat::{AccountId, UserInfo, UserKey};
use crate::error::Result;
use crate::features::tier;
use crate::ids::{MerchantId, PersonId, StaffId};
use crate::roster::Permission;
use crate::store::people::{self, Contact, ContactRole, Merchant, MerchantEvent};
use crate::store::{StoreError, Tx, chat};
use crate::text;
use crate::texts::Text;
use crate::work::Work;

/// The longest id of another system, characters.
const ID_MAX_CHARS: usize = 100;
/// The longest kind of an event, characters.
const KIND_MAX_CHARS: usize = 60;
/// The longest detail of an event, bytes of its JSON.
const DETAIL_MAX_BYTES: usize = 4_096;
/// The end of the year 9999, unix milliseconds.
const TIMES_END_MS: i64 = 253_402_300_799_999;

/// What is said of a merchant.
#[derive(Clone, Debug)]
pub struct MerchantFact {
    /// The id that it has there, or ours.
    pub id: String,
    /// What it is, as a row of a table; its `id` has no say.
    pub row: ImportRow,
    /// Who speaks for it; whoever is not named stays.
    pub contacts: Vec<ContactFact>,
}

/// Who speaks for a merchant.
#[derive(Clone, Debug)]
pub struct ContactFact {
    /// On which account of ours they are met.
    pub account: AccountId,
    /// The platform's key of the user.
    pub key: UserKey,
    /// Their name, where we have not met them.
    pub name: Option<String>,
    /// As what.
    pub role: ContactRole,
}

/// What became of what was said.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum FactFate {
    /// The merchant is new.
    New(MerchantId),
    /// The merchant, or who speaks for it, is different now.
    Changed(MerchantId),
    /// It was so already.
    Unchanged(MerchantId),
    /// Nothing was taken, for this reason.
    Refused(Text),
}

/// Something that happened to a merchant.
#[derive(Clone, Debug)]
pub struct EventFact {
    /// The teller's own id of it.
    pub id: String,
    /// What, such as `first_listing_done`.
    pub kind: String,
    /// When, unix milliseconds; now without it.
    pub at_ms: Option<i64>,
    /// What else is told of it, as JSON.
    pub detail: String,
}

/// What became of an event.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum EventFate {
    /// It is kept.
    Kept,
    /// It was told before.
    Known,
    /// It is not taken, for this reason.
    Refused(Text),
}

/// Takes in what is said of merchants, row by row: what is refused of one costs no other. Leaves one trace, which
/// names what was sent by its SHA-256.
///
/// # Errors
/// One sentence when the staff member may not; or the database fails.
pub async fn take(
    work: &mut Work,
    by: &StaffId,
    facts: &[MerchantFact],
    digest: &str,
) -> Result<Vec<FactFate>> {
    may(work, by)?;
    let (mut met, mut fates) = (HashMap::new(), Vec::new());
    for (line, fact) in (1..).zip(facts) {
        fates.push(take_one(work, fact, line, &mut met).await?);
    }
    let count = |is: fn(&FactFate) -> bool| fates.iter().filter(|fate| is(fate)).count();
    let detail = format!(
        "new {}, changed {}, unchanged {}, refused {}; SHA-256 {digest}",
        count(|fate| matches!(fate, FactFate::New(_))),
        count(|fate| matches!(fate, FactFate::Changed(_))),
        count(|fate| matches!(fate, FactFate::Unchanged(_))),
        count(|fate| matches!(fate, FactFate::Refused(_)))
    );
    let object = match fates.as_slice() {
        [FactFate::New(id) | FactFate::Changed(id) | FactFate::Unchanged(id)] => id.to_string(),
        _ => "merchants".to_owned(),
    };
    work.audit_staff(by, "merchant.facts", object, Some(detail)).await?;
    Ok(fates)
}

fn may(work: &Work, by: &StaffId) -> Result<()> {
    match work.hall.roster.load().who_may(by, Permission::EditPeople) {
        Some(_) => Ok(()),
        None => Err(Text::new("people-import-not-allowed").into()),
    }
}

async fn take_one(
    work: &mut Work,
    fact: &MerchantFact,
    line: u64,
    met: &mut HashMap<String, u64>,
) -> Result<FactFate> {
    if let Err(why) = check_id(&fact.id).and_then(|()| check_contacts(work, fact)) {
        return Ok(FactFate::Refused(why));
    }
    let known = known(work.tx().await?, &fact.id).await?;
    let row = ImportRow { id: known.as_ref().map(|one| one.id.to_string()), line, ..fact.row.clone() };
    let wanted = match wanted(&row) {
        Ok(wanted) => wanted,
        Err(why) => return Ok(FactFate::Refused(why)),
    };
    let found = match (&known, &wanted.name) {
        (Some(one), _) => vec![one.clone()],
        (None, Some(name)) => unlinked(work.tx().await?, name).await?,
        (None, None) => Vec::new(),
    };
    let fate = decide(wanted, &found, None, line, met);
    if let Fate::Refused(why) = fate {
        return Ok(FactFate::Refused(why));
    }
    let made = done(work, &fate).await?;
    let Some(id) = made.clone().or_else(|| found.first().map(|one| one.id.clone())) else {
        return Ok(FactFate::Unchanged(MerchantId::from("")));
    };
    if known.is_none() {
        people::link_external(work.tx().await?, &fact.id, &id).await?;
    }
    let spoken_for = put_contacts(work, &id, &fact.contacts).await?;
    Ok(match fate {
        Fate::New(_) => FactFate::New(id),
        Fate::Unchanged if known.is_some() && !spoken_for => FactFate::Unchanged(id),
        _ => FactFate::Changed(id),
    })
}

fn check_id(id: &str) -> std::result::Result<(), Text> {
    let fits = !id.trim().is_empty() && id.chars().count() <= ID_MAX_CHARS && !id.contains(char::is_control);
    if fits { Ok(()) } else { Err(text!("people-fact-bad-id", max = ID_MAX_CHARS)) }
}

fn check_contacts(work: &Work, fact: &MerchantFact) -> std::result::Result<(), Text> {
    for contact in &fact.contacts {
        check_id(contact.key.as_str())?;
        if work.hall.platform(&contact.account).is_none() {
            return Err(text!("people-fact-no-account", account = contact.account.as_str()));
        }
    }
    Ok(())
}

/// The merchant that has this id, ours or that of the platform's own systems.
///
/// # Errors
/// When the database fails.
pub async fn known(tx: &mut Tx, id: &str) -> Result<Option<Merchant>, StoreError> {
    let id = match people::merchant_by_external(tx, id).await? {
        Some(id) => id,
        None => MerchantId::from(id),
    };
    people::merchant(tx, &id).await
}

/// Merchants of exactly this name that have no id elsewhere yet: they came from a table or were written down by hand.
async fn unlinked(tx: &mut Tx, name: &str) -> Result<Vec<Merchant>, StoreError> {
    let mut found = Vec::new();
    for one in people::merchants_called(tx, name).await? {
        if people::external_of(tx, &one.id).await?.is_none() {
            found.push(one);
        }
    }
    Ok(found)
}

/// Puts down who speaks for a merchant. True when something of it is new.
async fn put_contacts(work: &mut Work, merchant: &MerchantId, contacts: &[ContactFact]) -> Result<bool> {
    let mut changed = false;
    let before = people::contacts_of_merchant(work.tx().await?, merchant).await?;
    for fact in contacts {
        let person = person_of(work, fact).await?;
        if before.iter().any(|one| one.person == person && one.role == fact.role) {
            continue;
        }
        let id = work.hall.ids.next();
        let contact = Contact { id, merchant: merchant.clone(), person, role: fact.role };
        people::put_contact(work.tx().await?, &contact).await?;
        changed = true;
    }
    if changed {
        tier::show_anew(work, merchant).await?;
    }
    Ok(changed)
}

/// The person behind an identity; one whom we have not met is kept until they write.
async fn person_of(work: &mut Work, fact: &ContactFact) -> Result<PersonId> {
    if let Some(user) = chat::user_by_key(work.tx().await?, &fact.account, &fact.key).await? {
        return Ok(user.person);
    }
    let info = UserInfo {
        key: fact.key.clone(),
        name: fact.name.clone().unwrap_or_else(|| fact.key.to_string()),
        username: None,
        language: None,
        is_bot: false,
    };
    let (ids, now_ms) = ((work.hall.ids.next(), work.hall.ids.next()), work.now_ms);
    let user = chat::meet_user(work.tx().await?, &fact.account, &info, (&ids.0, &ids.1), now_ms).await?;
    Ok(user.person)
}

/// Keeps what happened to a merchant, event by event; each is kept once, by the teller's own id of it. `None` when there
/// is no such merchant.
///
/// # Errors
/// One sentence when the staff member may not; or the database fails.
pub async fn take_events(
    work: &mut Work,
    by: &StaffId,
    merchant: &str,
    events: &[EventFact],
) -> Result<Option<Vec<EventFate>>> {
    may(work, by)?;
    let Some(merchant) = known(work.tx().await?, merchant).await? else { return Ok(None) };
    let mut fates = Vec::new();
    for event in events {
        fates.push(take_event(work, &merchant.id, event).await?);
    }
    let kept = fates.iter().filter(|fate| **fate == EventFate::Kept).count();
    if kept > 0 {
        let detail = Some(format!("{kept} of {}", events.len()));
        work.audit_staff(by, "merchant.events", &merchant.id, detail).await?;
    }
    Ok(Some(fates))
}

async fn take_event(work: &mut Work, merchant: &MerchantId, event: &EventFact) -> Result<EventFate> {
    if let Err(why) = check_event(event) {
        return Ok(EventFate::Refused(why));
    }
    let kept = MerchantEvent {
        id: work.hall.ids.next(),
        merchant: merchant.clone(),
        event_id: event.id.clone(),
        kind: event.kind.clone(),
        at_ms: event.at_ms.unwrap_or(work.now_ms),
        detail: event.detail.clone(),
        received_at_ms: work.now_ms,
    };
    let is_new = people::add_merchant_event(work.tx().await?, &kept).await?;
    Ok(if is_new { EventFate::Kept } else { EventFate::Known })
}

fn check_event(event: &EventFact) -> std::result::Result<(), Text> {
    check_id(&event.id)?;
    let good = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || matches!(c, '_' | '.' | '-');
    let kind = &event.kind;
    if kind.is_empty() || kind.len() > KIND_MAX_CHARS || !kind.chars().all(good) {
        return Err(text!("people-fact-bad-kind", max = KIND_MAX_CHARS));
    }
    if event.detail.len() > DETAIL_MAX_BYTES {
        return Err(text!("people-fact-long-detail", max = DETAIL_MAX_BYTES));
    }
    if event.at_ms.is_some_and(|at_ms| !(0..=TIMES_END_MS).contains(&at_ms)) {
        return Err(Text::new("people-fact-bad-time"));
    }
    Ok(())
}
