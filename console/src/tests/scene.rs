//! A small past for the pages: people of whom something is to be shown.

use bot_core::chat::{ChatInfo, ChatKind, Lang, MemberRole, UserInfo};
use bot_core::directory::{Chat, Purpose, User};
use bot_core::features::ticket::{self, NewTicket};
use bot_core::features::wording::Wording;
use bot_core::ids::{CaseNo, StaffId, TicketNo};
use bot_core::store::audit;
use bot_core::store::chat;
use bot_core::store::moderation::{self, Case, CaseState, Notice, Removal};
use bot_core::texts::Text;
use bot_core::work::Work;

use super::{Browser, START_MS, Web};

/// A name that would do harm in a page that does not escape it.
pub(super) const HOSTILE: &str = "<img src=x onerror=alert(1)> \"'&</title>";

/// Words as they stand in a page.
pub(super) fn shown(words: &str) -> String {
    words
        .chars()
        .map(|c| match c {
            '&' | '<' | '>' | '"' | '\'' => format!("&#{};", u32::from(c)),
            c => c.to_string(),
        })
        .collect()
}

/// Holds a page to showing the hostile name, and only as words.
pub(super) fn assert_harmless(page: &str) {
    assert!(page.contains(&shown(HOSTILE)), "the name is missing: {page}");
    assert!(!page.contains("<img"), "the name is markup: {page}");
}

/// A wording with a hostile title in both languages.
pub(super) fn wording() -> Wording {
    Wording::typed(Some(HOSTILE), Some("明天停机维护"), Some("Down for repairs tomorrow"))
}

impl Browser {
    /// The same person, reading Chinese.
    pub(super) fn in_chinese(&self) -> Self {
        Self { cookie: format!("{}; guildhall_lang=zh", self.cookie), ..self.clone() }
    }
}

impl Web {
    /// A sentence as it stands in a page.
    pub(super) fn words(&self, lang: Lang, key: &'static str) -> String {
        shown(&self.console.hall.texts.say(lang, &Text::new(key)))
    }

    /// Does something in one commit.
    pub(super) async fn doing<T>(&self, does: impl AsyncFnOnce(&mut Work) -> T) -> T {
        let mut work = self.console.hall.begin().await.unwrap();
        let done = does(&mut work).await;
        work.commit().await.unwrap();
        done
    }

    /// What staff did to an object.
    pub(super) async fn trace(&self, object: &str) -> Vec<(String, Option<StaffId>)> {
        let mut tx = self.console.hall.db.read().await.unwrap();
        let acts = audit::of(&mut tx, object).await.unwrap();
        acts.into_iter().map(|act| (act.act, act.staff)).collect()
    }

    /// How often staff did this to an object.
    pub(super) async fn count_of(&self, object: &str, act: &str) -> usize {
        self.trace(object).await.iter().filter(|(done, _)| done == act).count()
    }

    /// The last thing that staff did to an object.
    pub(super) async fn last_trace(&self, object: &str) -> (String, Option<StaffId>) {
        self.trace(object).await.pop().unwrap_or_default()
    }

    /// A group of the community in which somebody of the hostile name is.
    pub(super) async fn people(&self) -> (User, Chat) {
        let hall = &self.console.hall;
        let account = "sandbox".into();
        let info = ChatInfo { key: super::group(), kind: ChatKind::Group, title: HOSTILE.into() };
        let who = UserInfo { name: HOSTILE.into(), ..super::user("mallory", "") };
        let who = UserInfo { username: None, ..who };
        self.doing(async |work| {
            let tx = work.tx().await.unwrap();
            let group = chat::meet(tx, &account, &info, None, &hall.ids.next(), START_MS).await.unwrap();
            chat::set_purpose(tx, &group.id, Purpose::Community, None).await.unwrap();
            let ids = (hall.ids.next(), hall.ids.next());
            let user = chat::meet_user(tx, &account, &who, (&ids.0, &ids.1), START_MS).await.unwrap();
            chat::set_member(tx, &group.id, &user.id, MemberRole::Member, START_MS).await.unwrap();
            (user, group)
        })
        .await
    }

    /// An open ticket of somebody.
    pub(super) async fn ticket(&self, user: &User) -> TicketNo {
        let new = NewTicket {
            user: user.clone(),
            by: None,
            from: None,
            subject: Some("<b>payout</b>".into()),
            question: Some("Where is my payout?".into()),
            lang: None,
        };
        self.doing(async |work| ticket::open(work, new).await.unwrap().no()).await
    }

    /// A flagged message of somebody.
    pub(super) async fn case(&self, user: &User, chat: &Chat) -> CaseNo {
        let case = Case {
            no: CaseNo(1),
            chat: Some(chat.id.clone()),
            user: user.id.clone(),
            by: None,
            state: CaseState::Flagged,
            points: 2,
            rule: Some("easy-money".into()),
            policy_version: Some(1),
            explanation: None,
            message: None,
            thread: None,
            message_text: Some("double your <i>money</i>".into()),
            reason: None,
            removal: Removal::None,
            notice: Notice::Due,
            at_ms: START_MS,
            decided_by: None,
            decided_at_ms: None,
        };
        self.doing(async |work| moderation::put(work.tx().await.unwrap(), &case).await.unwrap()).await;
        case.no
    }
}
