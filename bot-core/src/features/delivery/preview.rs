//! What a push will come to, known before anything is sent: who gets it, who cannot, what is lost, how long.

use std::collections::{BTreeMap, BTreeSet};

use super::words;
use crate::chat::{AccountId, Action, Address, Content, Feature as Can, Lang, Loss, Platform};
use crate::features::segment::{Audience, To, write_first};
use crate::hall::Hall;
use crate::store::segment::{Filter, Share};
use crate::store::{StoreError, Tx, chat, segment};
use crate::text;
use crate::texts::Text;
use crate::work::Work;

/// How many people are named for each reason why they cannot be reached.
const NAMED: usize = 3;
/// How many unreachable recipients are looked at for their names.
const LOOKED_AT: i64 = 200;
/// How many groups are asked one by one whether the bot may pin there.
const GROUPS_ASKED: i64 = 500;

/// What a push will come to.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Preview {
    /// How many will get it.
    pub reachable: i64,
    /// How many of them in each language.
    pub by_lang: Vec<(Lang, i64)>,
    /// Why some cannot get it: the reason in one word, how many, a few names.
    pub unreachable: Vec<(String, i64, Vec<String>)>,
    /// Matching merchants that nobody speaks for.
    pub merchants_without_contact: i64,
    /// What becomes of it on each account.
    pub accounts: Vec<AccountPreview>,
    /// Groups in which it cannot be pinned.
    pub cannot_pin: Vec<String>,
}

/// What becomes of a push on one account.
#[derive(Clone, Debug, PartialEq)]
pub struct AccountPreview {
    /// The account.
    pub account: AccountId,
    /// The platform's name; `None` while the account is not connected.
    pub platform: Option<&'static str>,
    /// How many recipients it reaches.
    pub recipients: i64,
    /// How many calls that takes.
    pub calls: i64,
    /// How long the calls take at the platform's pace, milliseconds.
    pub takes_ms: i64,
    /// What readers there will not get.
    pub losses: Vec<Loss>,
}

/// Looks ahead. `render` gives what somebody of a language gets; `pin` says whether it is to be pinned.
///
/// # Errors
/// When the database fails.
pub async fn preview(
    work: &mut Work,
    audience: &Audience,
    pin: bool,
    render: &(dyn Fn(Lang) -> Content + Sync),
) -> Result<Preview, StoreError> {
    let hall = std::sync::Arc::clone(&work.hall);
    let first = write_first(&hall);
    let filter = Filter { audience, write_first: &first, default_lang: hall.default_lang };
    let tx = work.tx().await?;
    let shares = segment::summary(tx, &filter).await?;
    let names = segment::unreachable(tx, &filter, LOOKED_AT).await?;
    let mut seen = Preview {
        merchants_without_contact: segment::merchants_without_contact(tx, audience).await?,
        ..Preview::default()
    };
    seen.unreachable = unreachable(&shares, &names);
    let mut by_lang = BTreeMap::new();
    for share in shares.iter().filter(|share| share.reason.is_none()) {
        seen.reachable += share.recipients;
        *by_lang.entry(share.lang.clone()).or_insert(0) += share.recipients;
        let to = address(tx, share).await?;
        on_account(&hall, &mut seen.accounts, share, &to, pin, render);
    }
    seen.by_lang =
        by_lang.into_iter().filter_map(|(lang, count)| Some((Lang::from_tag(&lang)?, count))).collect();
    if pin {
        seen.cannot_pin = cannot_pin(&hall, tx, &filter).await?;
    }
    Ok(seen)
}

fn unreachable(shares: &[Share], names: &[(String, String)]) -> Vec<(String, i64, Vec<String>)> {
    let mut by_reason: BTreeMap<&str, i64> = BTreeMap::new();
    for share in shares {
        if let Some(reason) = &share.reason {
            *by_reason.entry(reason).or_default() += share.recipients;
        }
    }
    by_reason
        .into_iter()
        .map(|(reason, count)| {
            let of = names.iter().filter(|(of, _)| of == reason).map(|(_, name)| name.clone());
            (reason.to_owned(), count, of.take(NAMED).collect())
        })
        .collect()
}

/// Where one of a share is found.
async fn address(tx: &mut Tx, share: &Share) -> Result<Address, StoreError> {
    if let Some(id) = &share.chat
        && let Some(chat) = chat::get(tx, id).await?
    {
        return Ok(chat.address(None));
    }
    let peer = match &share.chat_user {
        Some(id) => chat::user(tx, id).await?.map(|user| user.key),
        None => None,
    };
    Ok(Address { chat: None, peer, via: None, thread: None })
}

fn on_account(
    hall: &Hall,
    accounts: &mut Vec<AccountPreview>,
    share: &Share,
    to: &Address,
    pin: bool,
    render: &(dyn Fn(Lang) -> Content + Sync),
) {
    let Some(account) = &share.account else { return };
    let at = accounts.iter().position(|seen| seen.account == *account).unwrap_or_else(|| {
        accounts.push(AccountPreview {
            account: account.clone(),
            platform: None,
            recipients: 0,
            calls: 0,
            takes_ms: 0,
            losses: Vec::new(),
        });
        accounts.len() - 1
    });
    let seen = &mut accounts[at];
    seen.recipients += share.recipients;
    let Some(platform) = hall.platform(account) else { return };
    seen.platform = Some(platform.name());
    let lang = Lang::from_tag(&share.lang).unwrap_or_default();
    let plan = platform.plan(to, &Action::Send(render(lang)));
    let can = platform.capabilities(to);
    let pins = pin && (can.is_native(Can::Pin) || can.is_native(Can::Board));
    let calls = plan.calls.len() as i64 + i64::from(pins);
    seen.calls = seen.calls.saturating_add(share.recipients.saturating_mul(calls));
    for loss in plan.losses {
        if !seen.losses.contains(&loss) {
            seen.losses.push(loss);
        }
    }
    seen.takes_ms = takes_ms(platform.as_ref(), seen.calls);
}

/// How long calls take at the account's pace; the pace of single chats is no matter when each gets few.
fn takes_ms(platform: &dyn Platform, calls: i64) -> i64 {
    let rate = platform.pace().account;
    let count = i64::from(rate.count.max(1));
    // The first window's calls go out at once.
    (calls - count).max(0).saturating_mul(rate.per_ms) / count
}

async fn cannot_pin(hall: &Hall, tx: &mut Tx, filter: &Filter<'_>) -> Result<Vec<String>, StoreError> {
    if filter.audience.to == To::People {
        return Ok(Vec::new());
    }
    let mut titles = BTreeSet::new();
    for (target, why) in segment::page(tx, filter, "", GROUPS_ASKED).await? {
        let (None, Some(account), Some(id)) = (why, &target.account, &target.chat) else { continue };
        let Some(platform) = hall.platform(account) else { continue };
        if let Some(chat) = chat::get(tx, id).await?
            && let can = platform.capabilities(&chat.address(None))
            && !can.is_native(Can::Pin)
            && !can.is_native(Can::Board)
        {
            titles.insert(target.name);
        }
    }
    Ok(titles.into_iter().collect())
}

impl Preview {
    /// The preview line by line, most important first.
    pub fn lines(&self) -> Vec<Text> {
        let in_lang = |wanted: Lang| {
            self.by_lang.iter().filter(|(lang, _)| *lang == wanted).map(|(_, count)| *count).sum::<i64>()
        };
        let mut lines = vec![text!(
            "delivery-reachable",
            count = self.reachable,
            zh = in_lang(Lang::Zh),
            en = in_lang(Lang::En)
        )];
        for (why, count, names) in &self.unreachable {
            let more = if i64::try_from(names.len()).unwrap_or(0) < *count { " …" } else { "" };
            lines.push(text!(
                "delivery-unreachable",
                count = *count,
                why = words::reason(why),
                names = format!("{}{more}", names.join(", "))
            ));
        }
        if self.merchants_without_contact > 0 {
            lines.push(text!("delivery-no-contact", count = self.merchants_without_contact));
        }
        for account in &self.accounts {
            lines.extend(account.lines());
        }
        if !self.cannot_pin.is_empty() {
            lines.push(text!("delivery-cannot-pin", names = self.cannot_pin.join(", ")));
        }
        lines
    }
}

impl AccountPreview {
    fn lines(&self) -> Vec<Text> {
        let Some(platform) = self.platform else {
            return vec![text!(
                "delivery-not-connected",
                account = self.account.as_str(),
                count = self.recipients
            )];
        };
        let mut lines = vec![if self.takes_ms < 1_000 {
            text!("delivery-calls", platform = platform, calls = self.calls)
        } else {
            let takes = crate::features::when::length(self.takes_ms);
            text!("delivery-calls-take", platform = platform, calls = self.calls, takes = takes)
        }];
        lines.extend(
            self.losses
                .iter()
                .map(|loss| text!("delivery-loss", platform = platform, loss = words::loss(loss))),
        );
        lines
    }
}
