//! Counted links: where they lead, who counts, and where it stands.

use bot_core::store::{click, delivery};

use super::ledger::announcement_of;
use super::*;
use crate::tests::api::{api, token};

const FAIR: &str = "https://shop.example/fair?x=1";
const TOKEN: &str = "ABCDEFGHJKLMN";
const PHONE: &str = "Mozilla/5.0 (Linux; Android 13) AppleWebKit/537.36 Mobile Safari/537.36";

/// An announcement on its way with one address, one copy's link and one of a test; gives the recipient.
async fn counted(web: &Web) -> String {
    web.people().await;
    announce(web, &"staff-ops".into(), true).await;
    web.doing(async |work| {
        let tx = work.tx().await.unwrap();
        let mut one = announcement_of(tx).await;
        one.clicks = true;
        bot_core::store::announcement::put(tx, &one).await.unwrap();
        let recipient = delivery::page(tx, "A-1", None, "", 1).await.unwrap().remove(0).recipient;
        click::put_targets(tx, "A-1", &[(1, FAIR.into())]).await.unwrap();
        click::links(tx, "A-1", &[&recipient], || TOKEN.into()).await.unwrap();
        click::put_targets(tx, "A-1 test 1", &[(1, FAIR.into())]).await.unwrap();
        click::links(tx, "A-1 test 1", &[""], || "TESTTESTTESTT".into()).await.unwrap();
        recipient
    })
    .await
}

async fn follow(web: &Web, method: Method, path: &str, agent: &str) -> Answer {
    let request = web.request(&Browser::default(), method, path).header(header::USER_AGENT, agent);
    web.ask(request.body(Body::empty()).unwrap()).await
}

async fn totals(web: &Web) -> (i64, i64) {
    web.console.links.pending.write(&web.console.hall).await.unwrap();
    click::totals(&mut web.console.hall.db.read().await.unwrap(), "A-1").await.unwrap()
}

#[test]
fn a_link_leads_where_its_text_says_and_counts_people_alone() {
    on_both(async |web: &Web| {
        let ops = web.browser(Role::Ops).await;
        counted(web).await;
        let path = format!("/l/{TOKEN}1");
        for (method, agent) in
            [(Method::HEAD, PHONE), (Method::GET, "TelegramBot (like TwitterBot)"), (Method::GET, "")]
        {
            let answer = follow(web, method, &path, agent).await;
            assert_eq!((answer.status, answer.location()), (StatusCode::FOUND, FAIR), "{agent}");
        }
        assert_eq!(totals(web).await, (0, 0), "no people");
        for path in [path.as_str(), &format!("{path}%E6%8A%A5")] {
            let answer = follow(web, Method::GET, path, PHONE).await;
            assert_eq!((answer.status, answer.location()), (StatusCode::FOUND, FAIR));
            assert_eq!(answer.headers[header::REFERRER_POLICY], "no-referrer");
            assert_eq!(answer.headers[header::CACHE_CONTROL], "no-store");
            assert!(answer.cookie().is_none());
        }
        assert_eq!(totals(web).await, (1, 2));
        assert_eq!(totals(web).await, (1, 2), "each once");

        for wrong in
            ["/l/ABCDEFGHJKLMN2", "/l/ABCDEFGHJKLMM1", "/l/x", "/l/%FF", "/l/https:%2F%2Fevil.example"]
        {
            let answer = follow(web, Method::GET, wrong, PHONE).await;
            assert!(answer.status.is_client_error(), "{wrong}: {}", answer.status);
            assert_eq!(answer.location(), "", "{wrong}");
        }
        let test = follow(web, Method::GET, "/l/TESTTESTTESTT1", PHONE).await;
        assert_eq!((test.status, test.location()), (StatusCode::OK, ""));
        assert!(test.body.contains("This is a test of A-1") && test.body.contains(FAIR), "{}", test.body);
        assert_eq!(totals(web).await, (1, 2), "a test counts nobody");

        let page = web.open(&ops, "/announcements/1").await.body;
        assert!(page.contains("href=\"/announcements/1/clicks\""), "{page}");
        assert!(page.contains("data-label=\"Clicks\">2</td>"), "{page}");
        assert!(page.contains("2 clicks on its links in 1 group"), "{page}");
        let list = web.open(&ops, "/announcements/1/clicks").await.body;
        assert_harmless(&list);
        assert!(list.contains(FAIR), "{list}");
        let table = web.get(&ops, "/announcements/1/export").await.body;
        let counted = table.lines().find(|line| line.contains(",\"2\",")).unwrap_or_default();
        assert!(counted.contains("2026-"), "{table}");
        assert_eq!(web.get(&ops, "/announcements/7/clicks").await.status, StatusCode::NOT_FOUND);
    });
}

#[test]
fn links_lead_on_while_the_database_is_away_and_nothing_is_lost() {
    on_both(async |web: &Web| {
        let ops = web.browser(Role::Ops).await;
        let _ = ops;
        counted(web).await;
        let known = format!("/l/{TOKEN}1");
        assert_eq!(follow(web, Method::GET, &known, PHONE).await.location(), FAIR);
        web.console.hall.db.close().await;
        assert_eq!(follow(web, Method::GET, &known, PHONE).await.location(), FAIR, "known");
        let away = follow(web, Method::GET, "/l/TESTTESTTESTT1", PHONE).await;
        assert_eq!(away.status, StatusCode::SERVICE_UNAVAILABLE);
        assert!(away.body.contains("cannot be opened right now"), "{}", away.body);
        assert!(web.console.links.pending.write(&web.console.hall).await.is_err());
        assert_eq!(web.console.links.pending.waiting(), 2, "both clicks wait on");
    });
}

#[test]
fn the_api_tells_what_readers_did() {
    on_both(async |web: &Web| {
        web.browser(Role::Ops).await;
        let recipient = counted(web).await;
        follow(web, Method::GET, &format!("/l/{TOKEN}1"), PHONE).await;
        totals(web).await;
        let admin = token(web, Role::Admin, Role::Admin.permissions()).await;
        let get = async |path: &str| {
            let (status, body) =
                api(web, Method::GET, &format!("/api/v1/announcements/{path}"), &admin).await;
            assert_eq!(status, StatusCode::OK, "{path}: {body}");
            body
        };
        let one = get("A-1").await;
        assert_eq!((&one["announcement"]["clicks"], &one["clicked"]["clicks"]), (&true.into(), &1.into()));
        let rows = get("A-1/deliveries").await;
        let copies = rows["items"].as_array().unwrap();
        let row = copies.iter().find(|row| row["recipient"] == recipient.as_str()).unwrap();
        assert_eq!((&row["clicks"], &row["clicked_at_ms"]), (&1.into(), &START_MS.into()));
        let targets = get("A-1/clicks").await;
        assert_eq!((&targets[0]["url"], &targets[0]["copies"]), (&FAIR.into(), &1.into()));
        assert_eq!(get("A-1/acknowledgements").await["items"], serde_json::json!([]));
        let auditor = token(web, Role::Auditor, Role::Admin.permissions()).await;
        for path in ["A-1/clicks", "A-1/acknowledgements"] {
            let path = format!("/api/v1/announcements/{path}");
            assert_eq!(api(web, Method::GET, &path, &auditor).await.0, StatusCode::FORBIDDEN);
        }
    });
}

#[test]
fn clicks_can_be_counted_only_where_readers_reach_us() {
    on_both(async |web: &Web| {
        let ops = web.browser(Role::Ops).await;
        announce(web, &"staff-ops".into(), false).await;
        let form = web.open(&ops, "/announcements/1/edit").await.body;
        assert!(form.contains(&web.words(Lang::En, "console-compose-clicks-cannot")), "{form}");
        web.doing(async |work| {
            let no = bot_core::ids::AnnouncementNo(1);
            let refused = announcement::set_clicks(work, no, true, &"staff-ops".into()).await;
            assert!(refused.is_err(), "http://hall.test is not https");
        })
        .await;
    });
}

#[tokio::test]
async fn the_composer_says_what_is_counted_and_shows_links_as_long_as_they_will_be() {
    let web = web_at("https://hall.test").await;
    web.people().await;
    let files = std::sync::Arc::clone(&web.console.hall.files);
    let platform = guildhall_sandbox::SandboxPlatform::new(web.world.clone(), files);
    web.console.hall.connect([("sandbox".into(), std::sync::Arc::new(platform) as _)].into());
    let ops = web.browser(Role::Ops).await;
    let text = format!("Sign up: {FAIR}");
    let fields = [
        ("csrf", ops.csrf.as_str()),
        ("do", "look"),
        ("body_en", text.as_str()),
        ("audience", "all groups"),
        ("clicks", "1"),
    ];
    let looked = web.upload(&ops, "/announcements/new", &fields, b"").await;
    assert_eq!(looked.location(), "/announcements/1/edit#look", "{}", looked.body);
    let page = web.open(&ops, "/announcements/1/edit").await.body;
    assert!(page.contains("name=\"clicks\" value=\"1\" aria-describedby=\"e-clicks\" checked>"), "{page}");
    assert!(page.contains("Clicks are counted on: https://shop.example/fair?x=1"), "{page}");
    assert!(page.contains("https://hall.test/l/XXXXXXXXXXXXX1"), "{page}");
    let sample = follow(&web, Method::GET, "/l/XXXXXXXXXXXXX1", PHONE).await;
    assert!(sample.body.contains("stands in a preview"), "{}", sample.body);
    let page = web.open(&ops, "/announcements/1/recipients").await.body;
    let see = page.split_once("recipients?see=").unwrap().1.split_once('"').unwrap().0.to_owned();
    let seen = web.open(&ops, &format!("/announcements/1/recipients?see={see}")).await.body;
    assert!(seen.contains("https://hall.test/l/XXXXXXXXXXXXX1"), "{seen}");
}
