//! Groups: what is wrong there, who asks to be let in, and what holds people back.

use std::sync::Arc;

use bot_core::chat::{
    AccountId, Action, Address, Call, Capabilities, EventSink, Lang, Outcome, Pace, Platform, RenderPlan,
    Right, Trouble, TroubleKind,
};
use bot_core::ids::OutboxId;
use bot_core::store::join_request::{self, JoinRequest, RequestState};
use bot_core::store::{lockdown, slow_mode, tier};
use guildhall_sandbox::SandboxPlatform;

use super::*;
use crate::tests::scene::assert_harmless;

/// The sandbox with a right missing in its group.
struct Ailing(SandboxPlatform);

#[async_trait::async_trait]
impl Platform for Ailing {
    fn account(&self) -> &AccountId {
        self.0.account()
    }

    fn name(&self) -> &'static str {
        self.0.name()
    }

    fn capabilities(&self, to: &Address) -> Capabilities {
        self.0.capabilities(to)
    }

    fn plan(&self, to: &Address, action: &Action) -> RenderPlan {
        self.0.plan(to, action)
    }

    async fn perform(&self, to: &Address, call: &Call, nonce: OutboxId) -> Outcome {
        self.0.perform(to, call, nonce).await
    }

    fn pace(&self) -> Pace {
        self.0.pace()
    }

    fn health(&self) -> Vec<Trouble> {
        let missing = |right| TroubleKind::MissingRight { right };
        vec![
            Trouble::in_chat(group(), missing(Right::PinMessages)),
            Trouble::in_chat("another".into(), missing(Right::DeleteMessages)),
        ]
    }

    async fn run(&self, sink: EventSink) {
        self.0.run(sink).await;
    }
}

pub(in crate::tests) fn connect(web: &Web) {
    let platform: Arc<dyn Platform> =
        Arc::new(Ailing(SandboxPlatform::new(web.world.clone(), Arc::clone(&web.console.hall.files))));
    web.console.hall.connect([(platform.account().clone(), platform)].into());
}

#[test]
fn a_group_is_listed_with_what_it_lacks_and_no_other_groups_lacks() {
    on_both(async |web: &Web| {
        connect(web);
        web.people().await;
        let browser = web.browser(Role::Auditor).await;
        for (lang, browser) in [(Lang::En, browser.clone()), (Lang::Zh, browser.in_chinese())] {
            let page = web.open(&browser, "/groups").await.body;
            assert_harmless(&page);
            assert!(page.contains(&web.words(lang, "trouble-lacks-pin")), "{page}");
            assert!(!page.contains(&web.words(lang, "trouble-lacks-delete")), "{page}");
            assert!(!page.contains("<select"), "an auditor reads");
        }
        assert_eq!(web.open(&browser, "/groups/nowhere").await.status, StatusCode::NOT_FOUND);
    });
}

#[test]
fn a_group_is_locked_slowed_down_and_given_a_purpose_from_its_page() {
    on_both(async |web: &Web| {
        connect(web);
        let (_, chat) = web.people().await;
        let browser = web.browser(Role::Admin).await;
        let (page, hold) = (format!("/groups/{}", chat.id), format!("/groups/{}/hold", chat.id));
        assert_harmless(&web.open(&browser, &page).await.body);
        let answer =
            web.post(&browser, &hold, &[("do", "lock"), ("ms", "1800000"), ("reason", "raid")]).await;
        assert_eq!(answer.location(), page);
        assert_eq!(web.post(&browser, &hold, &[("do", "slow"), ("ms", "30000")]).await.location(), page);
        let mut tx = web.console.hall.db.read().await.unwrap();
        let lock = lockdown::get(&mut tx, &chat.id).await.unwrap().unwrap();
        assert_eq!((lock.until_ms, lock.reason.as_deref()), (START_MS + 1_800_000, Some("raid")));
        assert_eq!(slow_mode::all(&mut tx).await.unwrap()[0].every_ms, 30_000);
        drop(tx);
        let shown = web.open(&browser, &page).await.body;
        assert!(shown.contains(&web.words(Lang::En, "console-group-unlock")), "{shown}");
        web.post(&browser, &hold, &[("do", "fast")]).await;
        let too_long = web.post(&browser, &hold, &[("do", "lock"), ("ms", "99999999999")]).await;
        assert!(too_long.body.contains("A lock lasts from 1 minute to 7 days."), "{}", too_long.body);
        let purpose = format!("{page}/purpose");
        let idle = web.post(&browser, &purpose, &[("purpose", "idle"), ("lang", "zh")]).await;
        assert_eq!(idle.location(), page);
        let nonsense = web.post(&browser, &purpose, &[("purpose", "party")]).await;
        assert_eq!(nonsense.status, StatusCode::BAD_REQUEST);
        let again = web.post(&browser, &hold, &[("do", "lock"), ("ms", "1800000")]).await;
        assert!(again.body.contains("Only a community group can be locked."), "{}", again.body);
    });
}

#[test]
fn a_group_shows_the_tiers_of_its_merchants_as_its_page_says() {
    on_both(async |web: &Web| {
        connect(web);
        let (_, chat) = web.people().await;
        let browser = web.browser(Role::Ops).await;
        let (page, shows) = (format!("/groups/{}", chat.id), format!("/groups/{}/shows", chat.id));
        assert_eq!(web.post(&browser, &shows, &[("shows", "both")]).await.location(), page);
        let shown = web.open(&browser, &page).await.body;
        assert_harmless(&shown);
        assert!(shown.contains("<dd>their shop and tier</dd>"), "{shown}");
        let kept = tier::groups(&mut web.console.hall.db.read().await.unwrap()).await.unwrap();
        assert_eq!((kept[0].shows.badge, kept[0].shows.nick), (true, true));
        web.post(&browser, &shows, &[("shows", "off")]).await;
        let twice = web.post(&browser, &shows, &[("shows", "off")]).await;
        assert!(twice.body.contains("This group shows nothing beside names already."), "{}", twice.body);
        let nonsense = web.post(&browser, &shows, &[("shows", "gold")]).await;
        assert_eq!(nonsense.status, StatusCode::BAD_REQUEST);
    });
}

#[test]
fn who_asks_to_be_let_in_is_answered_from_the_list() {
    on_both(async |web: &Web| {
        connect(web);
        let (user, chat) = web.people().await;
        let one = JoinRequest {
            id: "J1".into(),
            chat: chat.id,
            user: user.id,
            request: "r1".into(),
            words: "<b>tea</b>".into(),
            state: RequestState::Open,
            by: None,
            card: None,
            at_ms: START_MS,
            decided_at_ms: None,
        };
        web.doing(async |work| join_request::put(work.tx().await.unwrap(), &one).await.unwrap()).await;
        let moderator = web.browser(Role::Moderator).await;
        let page = web.open(&moderator, "/groups").await.body;
        assert_harmless(&page);
        assert!(page.contains("&#60;b&#62;tea") && page.contains("/groups/requests/J1"), "{page}");
        let answered = web.post(&moderator, "/groups/requests/J1", &[("do", "let-in")]).await;
        assert_eq!(answered.location(), "/groups");
        let twice = web.post(&moderator, "/groups/requests/J1", &[("do", "turn-away")]).await;
        assert!(twice.body.contains("This request was decided already."), "{}", twice.body);
        let mut tx = web.console.hall.db.read().await.unwrap();
        let now = join_request::get(&mut tx, &"J1".into()).await.unwrap().unwrap();
        assert_eq!(now.state, RequestState::LettingIn);
    });
}
