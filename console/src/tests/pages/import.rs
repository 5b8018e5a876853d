//! Merchants from a file: a look that changes nothing, and a run that does what was shown.

use bot_core::chat::Lang;
use bot_core::store::announcement::zone::{self, Whose};
use bot_core::store::people::{Merchant, Tier, merchant, merchant_count, merchants_called, update_merchant};

use super::*;
use crate::tests::scene::{HOSTILE, assert_harmless};

const FILE: &str =
    "店铺,类目,等级,标签,备注\nShop 1,,钻石,\"live, eu\",x\nNew & Co,home,,,\nShop 1,,,,\n,home,,,\n";

/// The file as somebody chooses it.
async fn look(web: &Web, browser: &Browser, file: &[u8]) -> Answer {
    let fields = [("csrf", browser.csrf.as_bytes()), ("file", file)];
    web.upload_bytes(browser, "/merchants/import", &fields, b"").await
}

/// What a page's hidden field holds.
fn hidden<'a>(page: &'a str, name: &str) -> &'a str {
    let after = page
        .split_once(&format!("name=\"{name}\" value=\""))
        .unwrap_or_else(|| panic!("no {name}: {page}"))
        .1;
    after.split_once('"').unwrap().0
}

/// The form that confirms, with some fields otherwise.
async fn run(web: &Web, browser: &Browser, page: &str, otherwise: &[(&str, &str)]) -> Answer {
    let value = |name| {
        otherwise
            .iter()
            .find(|(other, _)| *other == name)
            .map_or_else(|| hidden(page, name), |(_, value)| *value)
    };
    let fields = ["digest", "fingerprint", "file"].map(|name| (name, value(name).as_bytes()));
    let fields = [&[("csrf", browser.csrf.as_bytes())], &fields[..]].concat();
    web.upload_bytes(browser, "/merchants/import/run", &fields, b"").await
}

async fn shop_1(web: &Web) -> Merchant {
    merchant(&mut web.console.hall.db.read().await.unwrap(), &"M001".into()).await.unwrap().unwrap()
}

#[test]
fn a_file_is_looked_at_and_then_done_exactly() {
    on_both(async |web: &Web| {
        let (user, _) = web.people().await;
        people::trade(web, &user, 2).await;
        let ops = web.browser(Role::Ops).await;
        let before = shop_1(web).await;
        for (lang, browser) in [(Lang::En, ops.clone()), (Lang::Zh, ops.in_chinese())] {
            let form = web.open(&browser, "/merchants/import").await.body;
            assert!(
                form.contains("type=\"file\"") && form.contains(&web.words(lang, "console-import-look")),
                "{form}"
            );
            let page = look(web, &browser, FILE.as_bytes()).await;
            assert_eq!(page.status, StatusCode::OK, "{}", page.body);
            for words in ["people-import-nameless", "console-import-run", "people-tier-diamond"] {
                assert!(page.body.contains(&web.words(lang, words)), "{words}: {}", page.body);
            }
            assert!(page.body.contains("New &#38; Co") && page.body.contains("备注"), "{}", page.body);
        }
        assert_eq!(shop_1(web).await, before, "a look changes nothing");
        let page = look(web, &ops, FILE.as_bytes()).await.body;
        for fate in ["1 new, 1 changed, 0 unchanged, 2 refused", "vip → eu, live", "on line 2 already"] {
            assert!(page.contains(fate), "{fate}: {page}");
        }
        let done = run(web, &ops, &page, &[]).await;
        assert_eq!(done.location(), "/merchants/import?new=1&changed=1", "{}", done.body);
        let said = web.open(&ops, done.location()).await.body;
        assert!(said.contains("Done: 1 new, 1 changed."), "{said}");
        let shop = shop_1(web).await;
        assert_eq!(
            (shop.tier, shop.tags.iter().map(String::as_str).collect::<Vec<_>>()),
            (Tier::Diamond, vec!["eu", "live"])
        );
        let mut tx = web.console.hall.db.read().await.unwrap();
        assert_eq!(merchants_called(&mut tx, "New & Co").await.unwrap()[0].category, "home");
        drop(tx);
        assert_eq!(web.trace("merchants").await, [("merchant.import".to_owned(), Some("staff-ops".into()))]);
        let again = run(web, &ops, &page, &[]).await;
        assert_eq!(again.status, StatusCode::CONFLICT, "sent twice, done once");
        assert_eq!(web.trace("merchants").await.len(), 1);
        let nothing = look(web, &ops, FILE.as_bytes()).await.body;
        assert!(nothing.contains(&web.words(Lang::En, "console-import-nothing")), "{nothing}");
    });
}

#[test]
fn nothing_is_done_when_things_moved_or_the_form_was_tampered_with() {
    on_both(async |web: &Web| {
        let (user, _) = web.people().await;
        people::trade(web, &user, 2).await;
        let admin = web.browser(Role::Admin).await;
        let page = look(web, &admin, FILE.as_bytes()).await.body;
        let other = look(web, &admin, b"name,category\nEvil,home\n").await.body;
        let forged = [("file", hidden(&other, "file"))];
        assert_eq!(run(web, &admin, &page, &forged).await.status, StatusCode::BAD_REQUEST, "another file");
        let forged = [("file", hidden(&other, "file")), ("digest", hidden(&other, "digest"))];
        assert_eq!(
            run(web, &admin, &page, &forged).await.status,
            StatusCode::CONFLICT,
            "fates of another file"
        );
        assert_eq!(run(web, &admin, &page, &[("file", "%%%")]).await.status, StatusCode::BAD_REQUEST);
        web.doing(async |work| {
            let moved = Merchant { tier: Tier::None, ..shop_1(web).await };
            update_merchant(work.tx().await.unwrap(), &moved).await.unwrap();
        })
        .await;
        let moved = run(web, &admin, &page, &[]).await;
        assert_eq!(moved.status, StatusCode::CONFLICT);
        assert!(moved.body.contains(&web.words(Lang::En, "console-import-moved")), "{}", moved.body);
        let mut tx = web.console.hall.db.read().await.unwrap();
        assert_eq!(merchant_count(&mut tx).await.unwrap(), 2);
        drop(tx);
        let anew = run(web, &admin, &moved.body, &[]).await;
        assert_eq!(
            anew.location(),
            "/merchants/import?new=1&changed=1",
            "what is shown anew can be confirmed"
        );
    });
}

#[test]
fn a_file_that_cannot_be_used_is_refused_in_words_and_names_are_only_words() {
    on_both(async |web: &Web| {
        let ops = web.browser(Role::Ops).await;
        for (file, why) in [
            (&b""[..], "console-sheet-empty"),
            (b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR", "console-sheet-unreadable"),
            (b"a,b\n1,2\n", "console-import-no-columns"),
        ] {
            let answer = look(web, &ops, file).await;
            assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY, "{why}");
            assert!(answer.body.contains(&web.words(Lang::En, why)), "{why}: {}", answer.body);
        }
        let twice = look(web, &ops, "name,店铺\nA,B\n".as_bytes()).await;
        assert_eq!(twice.status, StatusCode::UNPROCESSABLE_ENTITY);
        let quoted = HOSTILE.replace('"', "\"\"");
        let hostile = look(web, &ops, format!("name;category\n\"{quoted}\";home\n").as_bytes()).await;
        assert_harmless(&hostile.body);
        let gb = encoding_rs::GB18030.encode("名称\t类目\n云裳阁\tapparel\n").0.into_owned();
        assert!(look(web, &ops, &gb).await.body.contains("云裳阁"));
        let support = web.browser(Role::Support).await;
        assert_eq!(look(web, &support, FILE.as_bytes()).await.status, StatusCode::FORBIDDEN);
        assert!(!web.open(&support, "/merchants").await.body.contains("/merchants/import"));
        assert!(web.open(&ops, "/merchants").await.body.contains("href=\"/merchants/import\""));
    });
}

#[test]
fn a_table_says_in_which_zone_merchants_are_and_a_wrong_one_is_its_rows_fate() {
    on_both(async |web: &Web| {
        let (user, _) = web.people().await;
        people::trade(web, &user, 3).await;
        let ops = web.browser(Role::Ops).await;
        let zone = async |id: &str| {
            let tx = &mut web.console.hall.db.read().await.unwrap();
            zone::get(tx, Whose::Merchant(id)).await.unwrap()
        };
        web.post(&ops, "/merchants/M001/zone", &[("zone", "Asia/Tokyo")]).await;
        let file = "name,category,zone\nShop 1,,berlin\nShop 2,,Europe/Nowhere\nNew One,home,Asia/Shanghai\n";
        let page = look(web, &ops, file.as_bytes()).await;
        for words in
            ["Asia/Tokyo → Europe/Berlin", "home · ", " · Asia/Shanghai", "no time zone “Europe/Nowhere”"]
        {
            assert!(page.body.contains(words), "{words}: {}", page.body);
        }
        assert_eq!(zone("M001").await.as_deref(), Some("Asia/Tokyo"), "a look changes nothing");
        let done = run(web, &ops, &page.body, &[]).await;
        assert_eq!(done.location(), "/merchants/import?new=1&changed=1", "{}", done.body);
        assert_eq!(zone("M001").await.as_deref(), Some("Europe/Berlin"));
        assert_eq!(zone("M002").await, None);
        let mut tx = web.console.hall.db.read().await.unwrap();
        let new = merchants_called(&mut tx, "New One").await.unwrap().remove(0).id;
        drop(tx);
        assert_eq!(zone(new.as_str()).await.as_deref(), Some("Asia/Shanghai"));
        let again = look(web, &ops, b"name,\xe6\x97\xb6\xe5\x8c\xba\nShop 1,Europe/Berlin\n").await;
        assert!(again.body.contains(&web.words(Lang::En, "console-import-nothing")), "{}", again.body);
    });
}

#[test]
fn the_largest_file_is_named_alike_before_and_after() {
    on_both(async |web: &Web| {
        let ops = web.browser(Role::Ops).await;
        let form = web.open(&ops, "/merchants/import").await.body;
        let refused = look(web, &ops, &vec![b'a'; crate::sheet::FILE_MAX_BYTES + 1]).await.body;
        assert!(form.contains("1 MB at most") && refused.contains("larger than 1 MB"), "{refused}");
        assert!(!refused.contains("1024 KB"), "{refused}");
    });
}
