//! What a push will come to, known before anything is sent: who gets it, who cannot, what is lost, how long.

use std::collections::{BTreeMap, BTreeSet};

use super::forecast::{Calls, Limit, Speed, forecast};
use super::kept;
use super::shown::{PinAs, Shown, join, shown_at};
use super::{CopyState, Counts, Letter, Wait, longest, words};
use crate::chat::{AccountId, Address, Content, Feature as Can, Lang, Loss};
use crate::features::segment::{Audience, Target, To, Ways};
use crate::hall::Hall;
use crate::store::segment::{Filter, Share};
use crate::store::{StoreError, Tx, chat, delivery as copies, segment};
use crate::text;
use crate::texts::{Moment, Text};
use crate::work::Work;

/// How many people are named for each reason why they cannot be reached.
const NAMED: usize = 3;
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
    /// When its people were counted, unix milliseconds, where that was not now: large audiences are counted once a minute.
    pub counted_at_ms: Option<i64>,
    /// What becomes of it on each account.
    pub accounts: Vec<AccountPreview>,
    /// Groups in which it cannot be pinned.
    pub cannot_pin: Vec<String>,
    /// Who would wait for their own time, the earliest first.
    pub waits: Vec<Wait>,
    /// How long after the beginning the last of those who wait would have it, milliseconds; 0 where nobody does.
    pub last_after_ms: i64,
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
    /// The limit that makes them take so long; `None` while the account is not connected.
    pub held_by: Option<Limit>,
    /// How it looks there, each look once.
    pub shown: Vec<Shown>,
    /// What readers there will not get.
    pub losses: Vec<Loss>,
    /// How many of them are where the platform does not tell what people react with, reckoned from one chat of each sort.
    pub no_reactions: i64,
}

/// Looks ahead. `pin` says whether it is to be pinned. What is another for each recipient is shown, and reckoned, with the
/// longest values that there are: nobody's text is cut or split in a way that was not said before.
///
/// # Errors
/// When the database fails.
pub async fn preview(
    work: &mut Work,
    audience: &Audience,
    pin: bool,
    letter: &dyn Letter,
) -> Result<Preview, StoreError> {
    let (hall, now_ms) = (std::sync::Arc::clone(&work.hall), work.now_ms);
    let sample = longest(work.tx().await?, letter).await?;
    let render = |lang| letter.content(lang, &sample);
    let ways = Ways::of(&hall, audience);
    let filter = ways.filter(audience);
    let tx = work.tx().await?;
    let (reach, counted_at_ms) = kept::reach(&hall, tx, &filter, now_ms).await?;
    let shares = &reach.shares;
    let mut seen = Preview {
        merchants_without_contact: reach.merchants_without_contact,
        counted_at_ms,
        ..Preview::default()
    };
    seen.unreachable = unreachable(shares, &reach.names);
    let (mut by_lang, mut calls) = (BTreeMap::new(), BTreeMap::new());
    for share in shares.iter().filter(|share| share.reason.is_none()) {
        seen.reachable += share.recipients;
        *by_lang.entry(share.lang.clone()).or_insert(0) += share.recipients;
        let to = address(tx, share).await?;
        on_account(&hall, (&mut seen.accounts, &mut calls), share, &to, pin, &render);
    }
    seen.by_lang =
        by_lang.into_iter().filter_map(|(lang, count)| Some((Lang::from_tag(&lang)?, count))).collect();
    if pin {
        seen.cannot_pin = cannot_pin(&hall, tx, &filter).await?;
    }
    Ok(seen)
}

/// The recipients after `after`, by id, with why they cannot be written to; all of them, or those that cannot.
///
/// # Errors
/// When the database fails.
pub async fn recipients(
    work: &mut Work,
    audience: &Audience,
    only_unreachable: bool,
    after: &str,
    limit: i64,
) -> Result<Vec<(Target, Option<String>)>, StoreError> {
    let hall = std::sync::Arc::clone(&work.hall);
    let ways = Ways::of(&hall, audience);
    let filter = ways.filter(audience);
    let tx = work.tx().await?;
    if only_unreachable {
        segment::page_unreachable(tx, &filter, after, limit).await
    } else {
        segment::page(tx, &filter, after, limit).await
    }
}

/// How long what is still to go of a push takes, milliseconds: reckoned for each account from one of its chats.
///
/// # Errors
/// When the database fails.
pub async fn time_left(
    work: &mut Work,
    (push, counts): (&str, &Counts),
    pin: bool,
    letter: &dyn Letter,
) -> Result<i64, StoreError> {
    let hall = std::sync::Arc::clone(&work.hall);
    let tx = work.tx().await?;
    let values = longest(tx, letter).await?;
    let mut longest_ms = 0;
    for (account, copies) in counts.by_account(&[CopyState::Planned, CopyState::Queued]) {
        let Some(platform) = hall.platform(account) else { continue };
        let Some(chat) = copies::sample(tx, push, account).await? else { continue };
        let Some(chat) = chat::get(tx, &chat).await? else { continue };
        let lang = chat.lang.unwrap_or(hall.default_lang);
        let (shown, sends, keeps) =
            shown_at(platform.as_ref(), &chat.address(None), pin, (lang, letter.content(lang, &values)));
        let posts = if shown.pin == PinAs::Board { keeps } else { 0 };
        let calls = Calls {
            all: copies.saturating_mul(sends + keeps),
            messages: copies.saturating_mul(sends + posts),
            ..Calls::default()
        };
        longest_ms = longest_ms.max(forecast(Speed::of(platform.as_ref()), calls).takes_ms);
    }
    Ok(longest_ms)
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
    (accounts, all_calls): (&mut Vec<AccountPreview>, &mut BTreeMap<AccountId, Calls>),
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
            held_by: None,
            shown: Vec::new(),
            losses: Vec::new(),
            no_reactions: 0,
        });
        accounts.len() - 1
    });
    let (seen, calls) = (&mut accounts[at], all_calls.entry(account.clone()).or_default());
    seen.recipients += share.recipients;
    let Some(platform) = hall.platform(account) else { return };
    seen.platform = Some(platform.name());
    if !platform.tells_reactions(to) {
        seen.no_reactions += share.recipients;
    }
    let lang = Lang::from_tag(&share.lang).unwrap_or_default();
    let (mut shown, sends, keeps) = shown_at(platform.as_ref(), to, pin, (lang, render(lang)));
    shown.recipients = share.recipients;
    for loss in &shown.losses {
        if !seen.losses.contains(loss) {
            seen.losses.push(loss.clone());
        }
    }
    let times = |calls: i64| share.recipients.saturating_mul(calls);
    let posts = if shown.pin == PinAs::Board { keeps } else { 0 };
    calls.all = calls.all.saturating_add(times(sends + keeps));
    calls.messages = calls.messages.saturating_add(times(sends + posts));
    calls.in_a_chat = calls.in_a_chat.max(sends + keeps);
    if !shown.direct {
        calls.in_a_group = calls.in_a_group.max(sends + keeps);
    }
    join(&mut seen.shown, shown);
    seen.calls = calls.all;
    let done = forecast(Speed::of(platform.as_ref()), *calls);
    (seen.takes_ms, seen.held_by) = (done.takes_ms, Some(done.by));
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
    /// How long it takes until the last account is done, milliseconds; accounts send side by side.
    pub fn takes_ms(&self) -> i64 {
        self.accounts.iter().map(|account| account.takes_ms).max().unwrap_or(0).max(self.last_after_ms)
    }

    /// Reckons with another text to the same audience as well: where that takes longer or loses more, so does this.
    pub fn at_least(&mut self, other: Self) {
        for account in &mut self.accounts {
            let Some(other) = other.accounts.iter().find(|other| other.account == account.account) else {
                continue;
            };
            if other.takes_ms > account.takes_ms || other.calls > account.calls {
                (account.calls, account.takes_ms) = (other.calls, other.takes_ms);
                account.held_by = other.held_by;
            }
            for loss in &other.losses {
                if !account.losses.contains(loss) {
                    account.losses.push(loss.clone());
                }
            }
        }
    }

    /// When its people were counted, where that was not now.
    pub fn counted(&self) -> Option<Text> {
        self.counted_at_ms.map(|at_ms| text!("delivery-counted", when = Moment { at_ms }))
    }

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
        lines.extend(self.counted());
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
