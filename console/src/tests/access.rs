//! Who gets in, who does not, and what protects those who are in.

use super::*;
use crate::guard::Need;
use crate::pages;

/// A path with something in its places.
fn filled(path: &str) -> String {
    path.replace("{key}", "f1").replace("{id}", "x").replace("{no}", "1")
}

#[test]
fn nobody_gets_any_page_that_needs_somebody() {
    on_both(async |web: &Web| {
        let nobody = Browser::default();
        for page in pages::all() {
            let path = filled(page.path);
            let got = web.open(&nobody, &path).await;
            let posted = web.post(&nobody, &path, &[]).await;
            if page.needs == Need::Nobody {
                assert_ne!(got.status, StatusCode::UNAUTHORIZED, "{path}");
            } else {
                assert!(
                    got.location().starts_with("/sign-in?next="),
                    "{path}: {} {}",
                    got.status,
                    got.location()
                );
                assert_eq!(posted.status, StatusCode::UNAUTHORIZED, "{path}");
            }
        }
    });
}

/// Whether a role has what a page needs.
fn has(role: Role, need: Need) -> bool {
    match need {
        Need::Nobody | Need::Staff => true,
        Need::May(permission) => role.permissions().contains(&permission),
    }
}

#[test]
fn every_route_lets_in_the_roles_that_have_its_right_and_no_other() {
    on_both(async |web: &Web| {
        for role in Role::ALL {
            let browser = web.browser(role).await;
            // Signing out is tried last, and comes to its own test.
            for page in pages::all().into_iter().filter(|page| page.path != "/sign-out") {
                let path = filled(page.path);
                let forbidden =
                    [web.glance(&browser, &path).await, web.post(&browser, &path, &[]).await.status]
                        .map(|status| status == StatusCode::FORBIDDEN);
                assert_eq!(forbidden, [!has(role, page.needs); 2], "{role:?} reads and changes {path}");
                if page.needs != Need::Nobody {
                    let forged = web.post_bare(&browser, &path, &[], "http://hall.test").await;
                    assert_eq!(forged.status, StatusCode::FORBIDDEN, "{role:?} without a token at {path}");
                    let foreign = [("csrf", browser.csrf.as_str())];
                    let foreign = web.post_bare(&browser, &path, &foreign, "https://evil.test").await;
                    assert_eq!(foreign.status, StatusCode::FORBIDDEN, "{role:?} from elsewhere at {path}");
                }
            }
            assert_eq!(web.post(&browser, "/sign-out", &[]).await.location(), "/sign-in", "{role:?}");
            assert!(web.open(&browser, "/").await.location().starts_with("/sign-in"), "{role:?} is out");
        }
    });
}

#[test]
fn a_change_without_the_pages_token_is_refused() {
    on_both(async |web: &Web| {
        let admin = web.browser(Role::Admin).await;
        for page in pages::all().into_iter().filter(|page| page.needs != Need::Nobody) {
            let path = filled(page.path);
            for fields in [&[][..], &[("csrf", "guess")], &[("csrf", "")]] {
                let answer = web.post_bare(&admin, &path, fields, "http://hall.test").await;
                assert_eq!(answer.status, StatusCode::FORBIDDEN, "{path} {fields:?}");
            }
        }
        assert_eq!(web.open(&admin, "/").await.status, StatusCode::OK);
    });
}

#[test]
fn a_change_from_another_site_is_refused_even_with_the_token() {
    on_both(async |web: &Web| {
        let admin = web.browser(Role::Admin).await;
        for origin in ["https://evil.test", "null", "http://hall.test.evil.test", "http://hall.test:81"] {
            let fields = [("csrf", admin.csrf.as_str())];
            let answer = web.post_bare(&admin, "/sign-out", &fields, origin).await;
            assert_eq!(answer.status, StatusCode::FORBIDDEN, "{origin}");
        }
        assert_eq!(web.post(&admin, "/sign-out", &[]).await.location(), "/sign-in");
    });
}

#[test]
fn a_link_signs_in_once() {
    on_both(async |web: &Web| {
        let staff = web.staff(Role::Support).await;
        let link = web.link(&staff).await;
        let first = web.open(&Browser::default(), &link).await;
        assert_eq!((first.status, first.location()), (StatusCode::SEE_OTHER, "/"));
        let set = first.headers[header::SET_COOKIE].to_str().unwrap();
        assert!(set.contains("HttpOnly") && set.contains("SameSite=Lax") && !set.contains("Secure"), "{set}");
        let second = web.open(&Browser::default(), &link).await;
        assert_eq!((second.status, second.cookie()), (StatusCode::GONE, None));
        let browser = Browser { cookie: first.cookie().unwrap().into(), ..Browser::default() };
        assert!(web.open(&browser, "/").await.body.contains("support"));
    });
}

#[test]
fn a_link_that_a_program_looks_at_stays_good() {
    on_both(async |web: &Web| {
        let link = web.link(&web.staff(Role::Support).await).await;
        let preview = web.get(&Browser::default(), &link).await;
        assert_eq!((preview.status, preview.cookie()), (StatusCode::OK, None));
        let prefetch = web
            .request(&Browser::default(), Method::GET, &link)
            .header("sec-fetch-mode", "navigate")
            .header("sec-fetch-dest", "document")
            .header("sec-purpose", "prefetch");
        assert_eq!(web.ask(prefetch.body(Body::empty()).unwrap()).await.cookie(), None);
        let token = link.split_once("t=").unwrap().1;
        let button = web.post(&Browser::default(), "/enter", &[("t", token)]).await;
        assert!(button.cookie().is_some());
    });
}

#[test]
fn a_link_grows_old() {
    on_both(async |web: &Web| {
        let link = web.link(&web.staff(Role::Support).await).await;
        web.clock.move_to(START_MS + 60_000);
        assert_eq!(web.open(&Browser::default(), &link).await.status, StatusCode::GONE);
    });
}

#[tokio::test]
async fn a_session_is_renewed_and_a_copied_cookie_ends_it() {
    const HOUR_MS: i64 = 3_600_000;
    let web = web().await;
    let browser = web.browser(Role::Admin).await;
    web.clock.move_to(START_MS + HOUR_MS);
    let renewed = web.open(&browser, "/").await;
    let new = Browser { cookie: renewed.cookie().unwrap().into(), ..browser.clone() };
    assert_ne!(new.cookie, browser.cookie);
    assert_eq!(web.open(&browser, "/").await.status, StatusCode::OK, "requests under way still count");
    web.clock.move_to(START_MS + HOUR_MS + 61_000);
    assert_eq!(web.open(&new, "/").await.status, StatusCode::OK);
    assert!(web.open(&browser, "/").await.location().starts_with("/sign-in"), "the old cookie was copied");
    assert!(web.open(&new, "/").await.location().starts_with("/sign-in"), "so the session is over");
}

#[test]
fn a_session_ends_when_its_owner_leaves_or_signs_out_or_sleeps() {
    on_both(async |web: &Web| {
        let idle = web.browser(Role::Admin).await;
        web.clock.move_to(START_MS + Settings::default().idle_ms);
        assert!(web.open(&idle, "/").await.location().starts_with("/sign-in"));
        let out = web.browser(Role::Support).await;
        web.post(&out, "/sign-out", &[]).await;
        assert!(web.open(&out, "/").await.location().starts_with("/sign-in"));
    });
}

#[test]
fn every_answer_carries_the_headers() {
    on_both(async |web: &Web| {
        let admin = web.browser(Role::Admin).await;
        for path in ["/", "/sandbox", "/sign-in", "/nowhere", "/healthz", "/api/v1/chats", "/api/nowhere"] {
            let answer = web.open(&admin, path).await;
            let policy = answer.headers[header::CONTENT_SECURITY_POLICY].to_str().unwrap();
            assert!(policy.contains("default-src 'none'") && !policy.contains("unsafe"), "{path}: {policy}");
            assert_eq!(answer.headers[header::X_FRAME_OPTIONS], "DENY", "{path}");
            assert_eq!(answer.headers[header::X_CONTENT_TYPE_OPTIONS], "nosniff", "{path}");
            assert_eq!(answer.headers[header::REFERRER_POLICY], "same-origin", "{path}");
            assert_eq!(answer.headers[header::CACHE_CONTROL], "no-store", "{path}");
        }
        assert!(!web.open(&admin, "/").await.body.contains(" style="), "the policy would block it");
    });
}

#[test]
fn a_filter_that_is_none_is_refused_and_not_passed_over() {
    on_both(async |web: &Web| {
        let (user, _) = web.people().await;
        let admin = web.browser(Role::Admin).await;
        crate::tests::pages::announcement::announce(web, &"staff-admin".into(), true).await;
        web.ticket(&user).await;
        for path in [
            "/tickets?view=",
            "/tickets/1?view=",
            "/moderation?view=",
            "/announcements/1?state=",
            "/announcements/1/export?state=",
            "/announcements/1/recipients?only=",
        ] {
            assert_eq!(web.open(&admin, path).await.status, StatusCode::OK, "{path}");
            let wrong = format!("{path}nonsense");
            assert_eq!(web.open(&admin, &wrong).await.status, StatusCode::BAD_REQUEST, "{wrong}");
        }
    });
}

#[tokio::test]
async fn behind_tls_cookies_and_pages_stay_behind_it() {
    let web = web_at("https://hall.test").await;
    let staff = web.staff(Role::Admin).await;
    let answer = web.open(&Browser::default(), &web.link(&staff).await).await;
    let set = answer.headers[header::SET_COOKIE].to_str().unwrap();
    assert!(set.starts_with("__Host-guildhall=") && set.ends_with("; Secure"), "{set}");
    assert!(answer.headers.contains_key(header::STRICT_TRANSPORT_SECURITY));
}

#[test]
fn the_reader_chooses_language_and_theme() {
    on_both(async |web: &Web| {
        let browser = web.browser(Role::Admin).await;
        let chosen = web.post(&browser, "/taste", &[("lang", "zh"), ("back", "//evil.test")]).await;
        assert_eq!((chosen.location(), chosen.cookie()), ("/", Some("guildhall_lang=zh")));
        let zh = Browser {
            cookie: format!("{}; guildhall_lang=zh; guildhall_theme=dark", browser.cookie),
            ..browser
        };
        let page = web.open(&zh, "/").await.body;
        assert!(page.contains("<html lang=\"zh-CN\" data-theme=\"dark\">") && page.contains("总览"));
        let accept = web
            .request(&Browser::default(), Method::GET, "/sign-in")
            .header(header::ACCEPT_LANGUAGE, "fr, zh-TW;q=0.8, en;q=0.5");
        assert!(web.ask(accept.body(Body::empty()).unwrap()).await.body.contains("一次性链接"));
    });
}

#[test]
fn what_goes_wrong_is_a_page_with_words() {
    on_both(async |web: &Web| {
        let admin = web.browser(Role::Admin).await;
        let nowhere = web.open(&admin, "/nowhere").await;
        assert_eq!(nowhere.status, StatusCode::NOT_FOUND);
        assert!(nowhere.body.contains("nothing at this address") && nowhere.body.contains("Overview"));
        let long = "x".repeat(600_000);
        let huge = web.post(&admin, "/sandbox/touch", &[("do", &long)]).await;
        assert_eq!(huge.status, StatusCode::PAYLOAD_TOO_LARGE);
        web.console.hall.db.close().await;
        let broken = web.open(&admin, "/").await;
        assert_eq!(broken.status, StatusCode::INTERNAL_SERVER_ERROR);
        assert!(broken.body.contains("wrong on our side"));
    });
}

#[test]
fn readiness_says_what_is_missing() {
    on_both(async |web: &Web| {
        assert_eq!(web.get(&Browser::default(), "/healthz").await.body, "alive\n");
        assert_eq!(web.get(&Browser::default(), "/readyz").await.body, "ready\n");
        let platform = Arc::new(guildhall_sandbox::SandboxPlatform::new(
            web.world.clone(),
            Arc::clone(&web.console.hall.files),
        ));
        web.console.hall.connect([("sandbox".into(), platform as _)].into());
        let not_yet = web.get(&Browser::default(), "/readyz").await;
        assert_eq!(not_yet.status, StatusCode::SERVICE_UNAVAILABLE);
        assert_eq!(not_yet.body, "not ready: the adapter of sandbox does not run\n");
        let running = web.console.running.enter(&"sandbox".into());
        assert_eq!(web.get(&Browser::default(), "/readyz").await.status, StatusCode::OK);
        drop(running);
        web.console.hall.db.close().await;
        assert!(web.get(&Browser::default(), "/readyz").await.body.contains("the database does not answer"));
    });
}

#[test]
fn what_one_browser_asks_for_at_once_is_all_given() {
    on_both(async |web: &Web| {
        let browser = web.browser(Role::Admin).await;
        // Late enough that each of the requests notes when its owner was seen; then, that each renews the cookie.
        for later_ms in [120_000, 3_600_000] {
            web.clock.move_to(START_MS + later_ms);
            let all = futures::future::join_all((0..6).map(|_| web.open(&browser, "/"))).await;
            for answer in all {
                assert_eq!(answer.status, StatusCode::OK, "{}", answer.body);
            }
        }
    });
}
