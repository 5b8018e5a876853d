//! Whose a ticket is: their shops, where it came from, what else they had with us.

use bot_core::directory::{Chat, User};
use bot_core::roster::Permission;
use bot_core::store::moderation::{self, CaseFilter};
use bot_core::store::people::{self, ContactRole, Merchant};
use bot_core::store::ticket::Ticket;
use bot_core::store::{Tx, chat, message};

use super::super::list::{lang_name, staff_name, user_name};
use super::super::moderation::{CaseLine, case_lines};
use super::{TicketLine, earlier};
use crate::fault::Fault;
use crate::frame::{Frame, Moment};
use crate::state::Console;

/// Cases shown.
const CASES: i64 = 5;

/// Whose a ticket is.
#[derive(Default)]
pub(super) struct Who {
    pub(super) name: String,
    /// Their identities: name, handle, account. The ticket's own first.
    pub(super) users: Vec<(String, String, String)>,
    pub(super) lang: String,
    pub(super) shops: Vec<Shop>,
    pub(super) origin: Option<Origin>,
    pub(super) owner: String,
    pub(super) opened: Option<Moment>,
    pub(super) opened_by: String,
    pub(super) question: String,
    pub(super) solution: String,
    pub(super) earlier: Vec<TicketLine>,
    /// What they did in groups; `None` where the reader may not know.
    pub(super) cases: Option<Vec<CaseLine>>,
}

/// A shop for which they speak.
pub(super) struct Shop {
    /// Its page, where the reader may open it.
    pub(super) href: Option<String>,
    pub(super) name: String,
    pub(super) tier: String,
    pub(super) about: String,
    pub(super) tags: Vec<String>,
}

/// Where a ticket came from.
pub(super) struct Origin {
    pub(super) title: String,
    pub(super) href: Option<String>,
    /// The message there, if it is known.
    pub(super) words: String,
    pub(super) at: Option<Moment>,
    /// Who wrote it, where it was not the one whose ticket it is.
    pub(super) by: String,
}

/// Reads whose a ticket is.
pub(super) async fn who(console: &Console, tx: &mut Tx, f: &Frame, one: &Ticket) -> Result<Who, Fault> {
    let staff = |id| staff_name(console, id);
    let mut who = Who {
        lang: f.say(&lang_name(one.lang)),
        owner: one.owner.as_ref().map(staff).unwrap_or_default(),
        opened: Some(f.moment(one.opened_at_ms)),
        opened_by: one.opened_by.as_ref().map(staff).unwrap_or_default(),
        question: one.question.clone(),
        solution: one.solution.clone().unwrap_or_default(),
        ..Who::default()
    };
    let Some(user) = chat::user(tx, &one.user).await? else { return Ok(who) };
    let mut users = chat::users_of(tx, &user.person).await?;
    users.sort_by_key(|other| other.id != user.id);
    let shown = |user: User| {
        let handle = user.username.map(|handle| format!("@{handle}")).unwrap_or_default();
        (user.name, handle, user.account.to_string())
    };
    who.users = users.into_iter().map(shown).collect();
    let shops = people::merchants_of(tx, &user.person).await?;
    who.shops = shops.into_iter().map(|shop| self::shop(f, shop)).collect();
    who.origin = origin(tx, f, one, &user).await?;
    if who.origin.as_ref().is_some_and(|from| from.words.contains(&who.question)) {
        who.question.clear();
    }
    who.earlier = earlier(tx, f, &user.person, one.no).await?;
    if f.may(Permission::ReadCases) {
        let filter = CaseFilter { person: Some(user.person.clone()), ..CaseFilter::default() };
        let cases = moderation::list(tx, &filter, None, CASES).await?;
        who.cases = Some(case_lines(f, cases));
    }
    who.name = user.name;
    Ok(who)
}

fn shop(f: &Frame, (merchant, role): (Merchant, ContactRole)) -> Shop {
    Shop {
        href: f.may(Permission::ReadPeople).then(|| format!("/merchants/{}", merchant.id)),
        tier: f.say(&merchant.tier.text()),
        about: format!("{} · {}", f.say(&role.text()), merchant.category),
        tags: merchant.tags.into_iter().collect(),
        name: merchant.name,
    }
}

/// The group or private chat in which it began, with the message there.
async fn origin(tx: &mut Tx, f: &Frame, one: &Ticket, user: &User) -> Result<Option<Origin>, Fault> {
    let Some(id) = &one.origin_chat else { return Ok(None) };
    let found: Option<Chat> = chat::get(tx, id).await?;
    let is_direct = found.as_ref().is_none_or(Chat::is_direct);
    let said = match &one.origin_message {
        Some(key) => message::by_key(tx, id, key).await?,
        None => None,
    };
    let by = match said.as_ref().and_then(|said| said.author.as_ref()) {
        Some(author) if *author != user.id => user_name(tx, author).await?,
        _ => String::new(),
    };
    Ok(Some(Origin {
        title: found
            .filter(|chat| !chat.title.is_empty())
            .map_or_else(|| f.t("console-private-chat"), |chat| chat.title),
        href: (!is_direct && f.may(Permission::ReadCases)).then(|| format!("/groups/{id}")),
        at: said.as_ref().map(|said| f.moment(said.sent_at_ms)),
        words: said.map(|said| said.text.text).unwrap_or_default(),
        by,
    }))
}
