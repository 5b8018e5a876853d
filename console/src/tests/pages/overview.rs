//! What needs a person now, and today against the same day last week.

use bot_core::chat::Lang;

use super::*;

const DAY_MS: i64 = 86_400_000;

/// The numbers of a line of the table of days.
fn day(page: &str, words: &str) -> Option<(i64, i64)> {
    let row = page.split("<tr>").find(|row| row.contains(&format!(">{words}</a>")))?;
    let mut cells = row.split("<td class=\"n").skip(1).map(|cell| {
        let digits: String = cell.chars().skip_while(|c| *c != '>').collect();
        let digits: String = digits.trim_start_matches(|c: char| !c.is_ascii_digit()).to_owned();
        digits.chars().take_while(char::is_ascii_digit).collect::<String>().parse().unwrap()
    });
    Some((cells.next()?, cells.next()?))
}

#[test]
fn what_waits_is_counted_and_leads_to_its_rows() {
    on_both(async |web: &Web| {
        let (user, group) = web.people().await;
        let browser = web.browser(Role::Admin).await;
        let quiet = web.open(&browser, "/").await.body;
        assert!(quiet.contains("<a href=\"/tickets?view=open\" class=\"\"><b>0</b>"), "{quiet}");
        web.ticket(&user).await;
        web.case(&user, &group).await;
        let page = web.open(&browser, "/").await.body;
        assert!(page.contains("<a href=\"/tickets?view=open\" class=\"warn\"><b>1</b>"), "{page}");
        assert!(page.contains("<a href=\"/moderation\" class=\"warn\"><b>1</b>"), "{page}");
        // Counts in the rail are a few seconds old at most.
        web.clock.move_to(START_MS + 5_000);
        let moderator = web.browser(Role::Moderator).await;
        let theirs = web.open(&moderator, "/").await.body;
        assert!(!theirs.contains("/tickets") && theirs.contains("<b title=\"waiting for a person\">1</b>"));
    });
}

#[test]
fn today_is_compared_with_the_same_day_last_week_until_the_same_hour() {
    on_both(async |web: &Web| {
        let (user, group) = web.people().await;
        // START_MS is 08:00: one case an hour ago today, and last week one an hour before and one after.
        let moderation = bot_core::store::moderation::list;
        web.case(&user, &group).await;
        let mut tx = web.console.hall.db.write().await.unwrap();
        let one = moderation(&mut tx, &Default::default(), None, 1).await.unwrap().remove(0);
        let hour_ms = DAY_MS / 24;
        let week = [(2, -hour_ms), (3, -7 * DAY_MS - hour_ms), (4, -7 * DAY_MS + hour_ms), (5, -DAY_MS)];
        for (no, at_ms) in week {
            let case = bot_core::store::moderation::Case {
                no: bot_core::ids::CaseNo(no),
                at_ms: START_MS + at_ms,
                ..one.clone()
            };
            bot_core::store::moderation::put(&mut tx, &case).await.unwrap();
        }
        tx.commit().await.unwrap();
        let auditor = web.browser(Role::Auditor).await;
        for (lang, browser) in [(Lang::En, auditor.clone()), (Lang::Zh, auditor.in_chinese())] {
            let page = web.open(&browser, "/").await.body;
            assert_eq!(day(&page, &web.words(lang, "console-day-cases")), Some((1, 1)), "{page}");
            assert_eq!(day(&page, &web.words(lang, "console-day-tickets-opened")), None, "not an auditor's");
        }
        let admin = web.browser(Role::Admin).await;
        let page = web.open(&admin, "/").await.body;
        assert_eq!(day(&page, &web.words(Lang::En, "console-day-tickets-opened")), Some((0, 0)), "{page}");
    });
}

/// An account that says what is wrong with it and does nothing.
struct Troubled(bot_core::chat::AccountId);

#[async_trait::async_trait]
impl bot_core::chat::Platform for Troubled {
    fn account(&self) -> &bot_core::chat::AccountId {
        &self.0
    }

    fn name(&self) -> &'static str {
        "Telegram"
    }

    fn capabilities(&self, _to: &bot_core::chat::Address) -> bot_core::chat::Capabilities {
        Default::default()
    }

    fn plan(
        &self,
        _to: &bot_core::chat::Address,
        _action: &bot_core::chat::Action,
    ) -> bot_core::chat::RenderPlan {
        Default::default()
    }

    async fn perform(
        &self,
        _to: &bot_core::chat::Address,
        _call: &bot_core::chat::Call,
        _nonce: bot_core::ids::OutboxId,
    ) -> bot_core::chat::Outcome {
        bot_core::chat::Outcome::NotDone { why: "nobody is there".into() }
    }

    fn pace(&self) -> bot_core::chat::Pace {
        let rate = bot_core::chat::Rate { count: 1, per_ms: 1 };
        bot_core::chat::Pace { account: rate, chat: rate, group: rate }
    }

    fn health(&self) -> Vec<bot_core::chat::Trouble> {
        use bot_core::chat::{Right, Trouble, TroubleKind};
        let pin = TroubleKind::MissingRight { right: Right::PinMessages };
        vec![Trouble::of_account(TroubleKind::SecondPoller), Trouble::in_chat("-100<7>".into(), pin)]
    }

    async fn run(&self, sink: bot_core::chat::EventSink) {
        sink.closed().await;
    }
}

#[test]
fn what_is_wrong_with_an_account_is_said_with_its_cure() {
    on_both(async |web: &Web| {
        let account = bot_core::chat::AccountId::from("telegram");
        let platform = std::sync::Arc::new(Troubled(account.clone()));
        web.console.hall.connect([(account.clone(), platform as _)].into());
        let _runs = web.console.running.enter(&account);
        let page = web.open(&web.browser(Role::Admin).await, "/").await.body;
        assert!(page.contains("Another program fetches this bot"), "{page}");
        assert!(page.contains("may not pin messages here") && !page.contains("-100<7>"), "{page}");
        assert!(page.contains("class=\"state bad\""), "{page}");
    });
}
