//! Passwords, the second factor and sessions, as their owners and as strangers meet them.

use std::net::SocketAddr;

use axum::extract::ConnectInfo;
use bot_core::chat::Lang;
use bot_core::store::session as store;

use super::*;

const GOOD: &str = "tide-lamp-quiet-orbit";
const OTHER: &str = "纸灯笼 slow river 42";
const QUARTER_MS: i64 = 15 * 60 * 1000;

impl Web {
    /// A sign-in with a password, from an address.
    async fn tries(&self, name: &str, password: &str, from: &str) -> Answer {
        let body = form_urlencoded::Serializer::new(String::new())
            .extend_pairs([("name", name), ("password", password)])
            .finish();
        let mut request = self
            .request(&Browser::default(), Method::POST, "/sign-in")
            .header(header::ORIGIN, "http://hall.test")
            .header(
                header::USER_AGENT,
                "Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0",
            )
            .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
            .body(Body::from(body))
            .unwrap();
        let peer = SocketAddr::new(from.parse().unwrap(), 50_000);
        request.extensions_mut().insert(ConnectInfo(peer));
        self.ask(request).await
    }

    /// Sets a first password.
    async fn set_password(&self, browser: &Browser, password: &str) {
        let fields = [("new", password), ("again", password)];
        let answer = self.post(browser, "/account/password", &fields).await;
        assert_eq!(answer.location(), "/account?done=password", "{}", answer.body);
    }

    /// Sets a second factor up; gives its secret and recovery codes.
    async fn set_second_factor(&self, browser: &Browser, staff: &str) -> (String, Vec<String>) {
        self.post(browser, "/account/second-factor", &[("do", "begin")]).await;
        let secret = self.factor(staff).await.unwrap().secret;
        let page = self.open(browser, "/account/second-factor").await;
        assert!(page.body.replace(' ', "").contains(&secret) && page.body.contains("<svg"), "{}", page.body);
        let code = self.code(&secret);
        let done = self.post(browser, "/account/second-factor", &[("do", "confirm"), ("code", &code)]).await;
        assert_eq!(done.status, StatusCode::OK, "{}", done.body);
        let codes: Vec<String> = done
            .body
            .split("<li>")
            .skip(1)
            .filter_map(|rest| rest.split_once("</li>"))
            .map(|(code, _)| code.to_owned())
            .filter(|code| code.len() == 19)
            .collect();
        assert_eq!(codes.len(), 10, "{}", done.body);
        (secret, codes)
    }

    async fn factor(&self, staff: &str) -> Option<store::SecondFactor> {
        let mut tx = self.console.hall.db.read().await.unwrap();
        store::second_factor(&mut tx, &staff.into()).await.unwrap()
    }

    /// The code of now.
    fn code(&self, secret: &str) -> String {
        let secret = totp_rs::Secret::try_from_base32(secret).unwrap();
        let codes = totp_rs::Builder::new().with_secret(secret).with_account_name("x").build().unwrap();
        codes.generate(u64::try_from(self.clock.now_ms() / 1000).unwrap()).to_string()
    }

    /// A moment later by so many steps of codes.
    fn later(&self, steps: i64) {
        self.clock.move_to(self.clock.now_ms() + steps * 30_000);
    }
}

/// A browser with the cookie that an answer set.
fn with_cookie(answer: &Answer) -> Browser {
    let cookie = answer.cookie().unwrap_or_else(|| panic!("{} {}", answer.status, answer.body)).to_owned();
    let secret = cookie.split_once('=').unwrap().1.split('.').next().unwrap();
    Browser { csrf: crate::secret::csrf(secret), cookie }
}

#[test]
fn who_has_set_a_password_signs_in_with_it() {
    on_both(async |web: &Web| {
        let own = web.browser(Role::Support).await;
        web.set_password(&own, GOOD).await;
        let answer = web.tries(" support ", GOOD, "203.0.113.7").await;
        assert_eq!((answer.status, answer.location()), (StatusCode::SEE_OTHER, "/"), "{}", answer.body);
        let browser = with_cookie(&answer);
        let page = web.open(&browser, "/account").await.body;
        assert!(page.contains("Firefox on Linux") && page.contains("203.0.113.7"), "{page}");
        let by_id = web.tries("staff-support", GOOD, "203.0.113.7").await;
        assert!(by_id.cookie().is_some(), "the id is good for a name");
        let page = web.post(&browser, "/sign-in", &[("name", "x"), ("password", "y")]).await;
        assert_eq!(page.location(), "/", "who is in stays who they are");
        let (act, by) =
            web.trace("staff-support").await.into_iter().find(|(act, _)| act == "password.set").unwrap();
        assert_eq!((act.as_str(), by), ("password.set", Some("staff-support".into())));
    });
}

#[test]
fn a_wrong_password_a_wrong_name_and_no_password_are_answered_alike() {
    on_both(async |web: &Web| {
        let own = web.browser(Role::Support).await;
        web.staff(Role::Ops).await;
        web.set_password(&own, GOOD).await;
        let mut answers = Vec::new();
        for (n, (name, password)) in [
            ("support", "wrong"),
            ("nobody", GOOD),
            ("ops", GOOD),
            ("support", ""),
            ("support", "tab\t"),
            ("", ""),
        ]
        .into_iter()
        .enumerate()
        {
            let answer = web.tries(name, password, &format!("203.0.113.{n}")).await;
            assert_eq!(answer.status, StatusCode::UNAUTHORIZED, "{name}");
            assert_eq!(answer.cookie(), None);
            assert!(password.is_empty() || !answer.body.contains(password), "a password is never shown");
            answers.push(
                answer.body.replace(&format!("value=\"{name}\""), "value=\"\"").replace(" autofocus", ""),
            );
        }
        assert!(answers.iter().all(|body| *body == answers[0]), "{answers:#?}");
        let kept = web.tries("<b>lin</b>", "x", "203.0.113.9").await.body;
        assert!(kept.contains("&#60;b&#62;lin") && !kept.contains("<b>lin"), "the name is kept, as words");
    });
}

#[test]
fn guesses_from_everywhere_wait_and_the_owner_comes_in_by_a_link() {
    on_both(async |web: &Web| {
        let own = web.browser(Role::Support).await;
        web.set_password(&own, GOOD).await;
        for name in ["support", "no such name"] {
            let mut waits = Vec::new();
            for n in 0..40 {
                let answer = web.tries(name, "wrong", &format!("198.51.{}.{n}", name.len())).await;
                waits.push(
                    answer.headers.get(header::RETRY_AFTER).map(|wait| wait.to_str().unwrap().to_owned()),
                );
                let expected = if n < 5 { StatusCode::UNAUTHORIZED } else { StatusCode::TOO_MANY_REQUESTS };
                assert_eq!(answer.status, expected, "{name} {n}");
            }
            assert_eq!(waits[5].as_deref(), Some("900"), "{name}");
        }
        let locked = web.tries("support", GOOD, "203.0.113.7").await;
        assert_eq!(locked.status, StatusCode::TOO_MANY_REQUESTS, "the right one waits, too");
        assert!(locked.body.contains("15 min"), "{}", locked.body);
        let link = web.link(&"staff-support".into()).await;
        assert!(web.open(&Browser::default(), &link).await.cookie().is_some(), "a link works at any time");
        web.clock.move_to(START_MS + QUARTER_MS);
        assert!(
            web.tries("support", GOOD, "203.0.113.7").await.cookie().is_some(),
            "not locked out for good"
        );
    });
}

#[test]
fn an_address_that_tries_many_names_waits() {
    on_both(async |web: &Web| {
        let mut answers = Vec::new();
        for n in 0..30 {
            answers.push(web.tries(&format!("name {n}"), "wrong", "203.0.113.7").await.status);
        }
        assert_eq!(answers.iter().filter(|status| **status == StatusCode::UNAUTHORIZED).count(), 20);
        assert_eq!(answers[29], StatusCode::TOO_MANY_REQUESTS);
        assert_eq!(web.tries("name 1", "wrong", "203.0.113.8").await.status, StatusCode::UNAUTHORIZED);
    });
}

#[test]
fn a_new_password_is_judged_and_asks_for_the_old_one() {
    on_both(async |web: &Web| {
        let own = web.browser(Role::Support).await;
        let other =
            with_cookie(&web.open(&Browser::default(), &web.link(&"staff-support".into()).await).await);
        for (new, again, key) in [
            ("", "", "console-password-empty"),
            ("passwordpassword", "passwordpassword", "console-password-guessed"),
            ("tide-lamp-quiet\u{7}orbit", "", "console-password-control"),
            (GOOD, OTHER, "console-password-differs"),
            (&"x".repeat(200_000), "", "console-password-too-long"),
        ] {
            let answer = web.post(&own, "/account/password", &[("new", new), ("again", again)]).await;
            assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY, "{key}");
            assert!(
                answer.body.contains(&web.words(
                    Lang::En,
                    match key {
                        "console-password-empty" => "console-password-empty",
                        "console-password-guessed" => "console-password-guessed",
                        "console-password-control" => "console-password-control",
                        "console-password-differs" => "console-password-differs",
                        _ => "console-password-too-long",
                    }
                )),
                "{key}: {}",
                answer.body
            );
            assert!(!answer.body.contains(GOOD), "secrets are not kept in forms");
        }
        let short = web.post(&own, "/account/password", &[("new", "short"), ("again", "short")]).await.body;
        assert!(short.contains("This has 5 characters; 15 are the least"), "{short}");
        let megabyte = "x".repeat(1 << 20);
        let huge = web.post(&own, "/account/password", &[("new", &megabyte)]).await;
        assert_eq!(huge.status, StatusCode::PAYLOAD_TOO_LARGE);

        web.set_password(&own, GOOD).await;
        assert!(web.open(&other, "/").await.location().starts_with("/sign-in"), "other sessions have ended");
        assert_eq!(web.open(&own, "/").await.status, StatusCode::OK);
        let change = |old: &'static str| [("old", old), ("new", OTHER), ("again", OTHER)];
        for wrong in ["", "wrong", OTHER] {
            let answer = web.post(&own, "/account/password", &change(wrong)).await;
            assert!(
                answer.body.contains(&web.words(Lang::En, "console-password-old-wrong")),
                "{}",
                answer.body
            );
        }
        assert_eq!(
            web.post(&own, "/account/password", &change(GOOD)).await.location(),
            "/account?done=password"
        );
        assert_eq!(web.tries("support", GOOD, "203.0.113.1").await.status, StatusCode::UNAUTHORIZED);
        assert!(web.tries("support", OTHER, "203.0.113.2").await.cookie().is_some());
        for n in 0..5 {
            web.post(&own, "/account/password", &change("wrong")).await;
            assert!(n < 5);
        }
        let waits = web.post(&own, "/account/password", &change(OTHER)).await.body;
        assert!(waits.contains("Too many attempts"), "a stolen session cannot guess for ever: {waits}");
    });
}

#[test]
fn a_code_is_asked_for_after_the_password_and_after_a_link() {
    on_both(async |web: &Web| {
        let own = web.browser(Role::Support).await;
        web.set_password(&own, GOOD).await;
        let (secret, _) = web.set_second_factor(&own, "staff-support").await;
        let by_link = web.open(&Browser::default(), &web.link(&"staff-support".into()).await).await;
        let by_password = web.tries("support", GOOD, "203.0.113.7").await;
        for (way, half) in [("link", by_link), ("password", by_password)] {
            assert_eq!(half.location(), "/sign-in/code?next=%2F", "{way}: {}", half.body);
            let half = Browser { cookie: half.cookie().unwrap().into(), ..Browser::default() };
            assert!(half.cookie.starts_with("guildhall_half="));
            assert!(web.open(&half, "/").await.location().starts_with("/sign-in"), "{way}: half is not in");
            let used = web.code(&secret);
            assert_eq!(
                web.post(&half, "/sign-in/code", &[("code", &used)]).await.status,
                StatusCode::UNAUTHORIZED,
                "{way}: used"
            );
            web.later(1);
            let code = web.code(&secret);
            let spaced = format!(" {} {} ", &code[..3], &code[3..]);
            let answer = web.post(&half, "/sign-in/code", &[("code", &spaced)]).await;
            assert_eq!(answer.location(), "/", "{way}: {}", answer.body);
            let browser = with_cookie(&answer);
            assert_eq!(web.open(&browser, "/").await.status, StatusCode::OK, "{way}");
            let again = web.post(&half, "/sign-in/code", &[("code", &code)]).await;
            assert_eq!(again.status, StatusCode::GONE, "{way}: a form sent again lets nobody in");
        }
        let acts = web.trace("staff-support").await;
        assert!(acts.iter().any(|(act, _)| act == "second_factor.set_up"), "{acts:?}");
    });
}

#[test]
fn of_two_requests_with_one_code_one_comes_in() {
    on_both(async |web: &Web| {
        let own = web.browser(Role::Support).await;
        let (secret, _) = web.set_second_factor(&own, "staff-support").await;
        web.later(1);
        let code = web.code(&secret);
        let mut halves = Vec::new();
        for _ in 0..2 {
            let half = web.open(&Browser::default(), &web.link(&"staff-support".into()).await).await;
            halves.push(Browser { cookie: half.cookie().unwrap().into(), ..Browser::default() });
        }
        let fields = [("code", code.as_str())];
        let (one, two) = tokio::join!(
            web.post(&halves[0], "/sign-in/code", &fields),
            web.post(&halves[1], "/sign-in/code", &fields)
        );
        let mut ends = [one.status, two.status];
        ends.sort();
        assert!(ends[0] == StatusCode::SEE_OTHER && ends[1].is_client_error(), "{ends:?}");
    });
}

#[test]
fn a_recovery_code_is_good_once_and_guesses_at_codes_wait() {
    on_both(async |web: &Web| {
        let own = web.browser(Role::Support).await;
        let (secret, codes) = web.set_second_factor(&own, "staff-support").await;
        let half = async || {
            let half = web.open(&Browser::default(), &web.link(&"staff-support".into()).await).await;
            Browser { cookie: half.cookie().unwrap().into(), ..Browser::default() }
        };
        let typed = codes[0].to_lowercase().replace('-', " ");
        assert_eq!(web.post(&half().await, "/sign-in/code", &[("code", &typed)]).await.location(), "/");
        let waiting = half().await;
        assert_eq!(
            web.post(&waiting, "/sign-in/code", &[("code", &codes[0])]).await.status,
            StatusCode::UNAUTHORIZED
        );
        assert!(web.open(&own, "/account").await.body.contains("9 recovery codes left"));
        assert_eq!(web.count_of("staff-support", "second_factor.recovery").await, 1);
        web.later(1);
        for n in 0..4 {
            let answer = web.post(&waiting, "/sign-in/code", &[("code", "000000")]).await;
            assert_eq!(answer.status, StatusCode::UNAUTHORIZED, "{n}");
        }
        let late = web.post(&waiting, "/sign-in/code", &[("code", &web.code(&secret))]).await;
        assert_eq!(late.status, StatusCode::TOO_MANY_REQUESTS, "the right one waits, too");
        web.clock.move_to(web.clock.now_ms() + QUARTER_MS);
        let gone = web.post(&waiting, "/sign-in/code", &[("code", &web.code(&secret))]).await;
        assert_eq!(gone.status, StatusCode::GONE, "it took longer than five minutes");
        assert_eq!(
            web.post(&half().await, "/sign-in/code", &[("code", &web.code(&secret))]).await.location(),
            "/"
        );
    });
}

#[test]
fn the_second_factor_is_switched_off_with_a_code_or_at_the_shell() {
    on_both(async |web: &Web| {
        let own = web.browser(Role::Support).await;
        let (secret, codes) = web.set_second_factor(&own, "staff-support").await;
        let begun = web.post(&own, "/account/second-factor", &[("do", "begin")]).await;
        assert_eq!(begun.location(), "/account/second-factor");
        assert_eq!(web.factor("staff-support").await.unwrap().secret, secret, "what stands is not replaced");
        let off = |code: &str| [("do".to_owned(), "off".to_owned()), ("code".to_owned(), code.to_owned())];
        let send = async |fields: [(String, String); 2]| {
            let fields = fields.each_ref().map(|(name, value)| (name.as_str(), value.as_str()));
            web.post(&own, "/account/second-factor", &fields).await
        };
        assert_eq!(send(off("")).await.status, StatusCode::UNPROCESSABLE_ENTITY);
        let fresh = send([("do".into(), "codes".into()), ("code".into(), codes[1].clone())]).await;
        assert_eq!(fresh.status, StatusCode::OK);
        assert_eq!(
            send(off(&codes[2])).await.status,
            StatusCode::UNPROCESSABLE_ENTITY,
            "older codes are void"
        );
        web.later(1);
        assert_eq!(send(off(&web.code(&secret))).await.location(), "/account?done=second-factor-off");
        assert_eq!(web.factor("staff-support").await, None);

        web.later(1);
        web.set_second_factor(&own, "staff-support").await;
        let hall = &web.console.hall;
        assert!(crate::reset_second_factor(hall, None, &"staff-support".into()).await.unwrap());
        assert!(!crate::reset_second_factor(hall, None, &"staff-support".into()).await.unwrap());
        let link = web.link(&"staff-support".into()).await;
        assert_eq!(web.open(&Browser::default(), &link).await.location(), "/");
    });
}

#[test]
fn sessions_are_listed_and_ended() {
    on_both(async |web: &Web| {
        let own = web.browser(Role::Support).await;
        let enter = async || {
            with_cookie(&web.open(&Browser::default(), &web.link(&"staff-support".into()).await).await)
        };
        let (second, third) = (enter().await, enter().await);
        let stranger = web.browser(Role::Ops).await;
        let page = web.open(&own, "/account").await.body;
        assert_eq!(page.matches("name=\"session\"").count(), 2, "one's own has no button");
        let handle = page.split_once("name=\"session\" value=\"").unwrap().1.split_once('"').unwrap().0;
        web.post(&stranger, "/account/sessions", &[("do", "one"), ("session", handle)]).await;
        assert_eq!(
            web.open(&own, "/account").await.body.matches("name=\"session\"").count(),
            2,
            "not theirs"
        );
        web.post(&own, "/account/sessions", &[("do", "one"), ("session", handle)]).await;
        let left = [web.open(&second, "/").await.status, web.open(&third, "/").await.status];
        assert_eq!(left.iter().filter(|status| **status == StatusCode::OK).count(), 1, "{left:?}");
        web.post(&own, "/account/sessions", &[("do", "others")]).await;
        assert_eq!(web.open(&own, "/").await.status, StatusCode::OK);
        assert!(web.open(&third, "/").await.location().starts_with("/sign-in"));
        let fourth = enter().await;
        let out = web.post(&own, "/account/sessions", &[("do", "everywhere")]).await;
        assert_eq!(out.location(), "/sign-in");
        for gone in [&own, &fourth] {
            assert!(web.open(gone, "/").await.location().starts_with("/sign-in"));
        }
        assert_eq!(web.open(&stranger, "/").await.status, StatusCode::OK, "others stay");
        assert_eq!(web.last_trace("staff-support").await.0, "session.end_all");
    });
}

#[test]
fn a_token_is_shown_once_and_may_no_more_than_was_chosen() {
    on_both(async |web: &Web| {
        let own = web.browser(Role::Support).await;
        for (fields, why) in [
            (vec![("label", ""), ("days", "30"), ("right_tickets", "on")], "console-token-no-label"),
            (vec![("label", "x"), ("days", "30"), ("right_administer", "on")], "console-token-no-right"),
            (vec![("label", "x"), ("days", "9999"), ("right_tickets", "on")], "console-token-no-end"),
        ] {
            let answer = web.post(&own, "/account/tokens", &fields).await;
            assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY);
            let key = match why {
                "console-token-no-label" => "console-token-no-label",
                "console-token-no-right" => "console-token-no-right",
                _ => "console-token-no-end",
            };
            assert!(answer.body.contains(&web.words(Lang::En, key)), "{why}: {}", answer.body);
        }
        let fields =
            [("label", "<b>export</b>"), ("days", "30"), ("right_tickets", "on"), ("right_administer", "on")];
        let made = web.post(&own, "/account/tokens", &fields).await.body;
        let token = made.split_once("guildhall_").unwrap().1.split_once('<').unwrap().0.to_owned();
        assert!(made.contains("&#60;b&#62;export"), "{made}");
        let ask = async |path: &str| {
            let request = Request::builder()
                .uri(path)
                .header(header::AUTHORIZATION, format!("Bearer guildhall_{token}"))
                .body(Body::empty());
            web.ask(request.unwrap()).await.status
        };
        assert_eq!(ask("/api/v1/tickets").await, StatusCode::OK);
        assert_eq!(ask("/api/v1/merchants").await, StatusCode::FORBIDDEN, "it was not chosen");
        let page = web.open(&own, "/account").await.body;
        assert!(
            !page.contains(&token) && page.contains("just now"),
            "shown once, and when it was used: {page}"
        );
        let id = token.split('_').next().unwrap();
        let path = format!("/account/tokens/{id}/revoke");
        let stranger = web.browser(Role::Ops).await;
        web.post(&stranger, &path, &[]).await;
        assert_eq!(ask("/api/v1/tickets").await, StatusCode::OK, "nobody else's business");
        web.post(&own, &path, &[]).await;
        assert_eq!(ask("/api/v1/tickets").await, StatusCode::UNAUTHORIZED);
        assert_eq!(web.trace(id).await.len(), 2, "made and revoked");
    });
}

#[tokio::test]
async fn a_role_that_asks_for_a_second_factor_leads_to_it() {
    let folder = tempfile::tempdir().unwrap();
    let db = Db::open(&format!("sqlite:{}", folder.path().join("t.sqlite").display())).await.unwrap();
    db.migrate().await.unwrap();
    let settings =
        Settings { passwords: CHEAP, second_factor_roles: [Role::Admin].into(), ..Settings::default() };
    let web = web_with(db, Some(folder), "http://hall.test", settings).await;
    let admin = web.browser(Role::Admin).await;
    assert_eq!(web.open(&admin, "/staff").await.location(), "/account/second-factor");
    assert_eq!(web.open(&admin, "/account/second-factor").await.location(), "/account");
    let page = web.open(&admin, "/account").await.body;
    assert!(page.contains(&web.words(Lang::En, "console-second-factor-must")), "{page}");
    assert_eq!(web.post(&admin, "/staff/hire", &[]).await.status, StatusCode::FORBIDDEN);
    assert_eq!(web.post(&admin, "/account/tokens", &[]).await.status, StatusCode::FORBIDDEN);
    let (secret, _) = web.set_second_factor(&admin, "staff-admin").await;
    assert_eq!(web.open(&admin, "/staff").await.status, StatusCode::OK);
    web.later(1);
    let off = [("do", "off"), ("code", &web.code(&secret))];
    assert_eq!(
        web.post(&admin, "/account/second-factor", &off).await.status,
        StatusCode::UNPROCESSABLE_ENTITY
    );
    let support = web.browser(Role::Support).await;
    assert_eq!(web.open(&support, "/").await.status, StatusCode::OK, "nobody else is asked");
}

#[tokio::test]
async fn behind_a_trusted_proxy_with_tls_cookies_stay_behind_it() {
    let folder = tempfile::tempdir().unwrap();
    let db = Db::open(&format!("sqlite:{}", folder.path().join("t.sqlite").display())).await.unwrap();
    db.migrate().await.unwrap();
    let proxies = crate::Proxies { trusted: vec!["10.0.0.0/8".parse().unwrap()], ..Default::default() };
    let settings = Settings { passwords: CHEAP, proxies, ..Settings::default() };
    let web = web_with(db, Some(folder), "http://hall.test", settings).await;
    let staff = web.staff(Role::Support).await;
    for (peer, expected) in [("10.0.0.1", "__Host-guildhall="), ("203.0.113.7", "guildhall_session=")] {
        let mut request = web
            .request(&Browser::default(), Method::GET, &web.link(&staff).await)
            .header("sec-fetch-mode", "navigate")
            .header("sec-fetch-dest", "document")
            .header("x-forwarded-for", "198.51.100.9")
            .header("x-forwarded-proto", "https")
            .body(Body::empty())
            .unwrap();
        request.extensions_mut().insert(ConnectInfo(SocketAddr::new(peer.parse().unwrap(), 1)));
        let answer = web.ask(request).await;
        let set = answer.headers[header::SET_COOKIE].to_str().unwrap();
        assert!(set.starts_with(expected), "{peer}: {set}");
        assert_eq!(set.ends_with("; Secure"), peer == "10.0.0.1", "{set}");
    }
    let mut tx = web.console.hall.db.read().await.unwrap();
    let sessions = store::of_staff(&mut tx, &staff, 0, 0).await.unwrap();
    let mut addresses: Vec<_> = sessions.into_iter().filter_map(|one| one.address).collect();
    addresses.sort();
    assert_eq!(addresses, ["198.51.100.9", "203.0.113.7"]);
}

#[test]
fn the_pages_speak_both_languages() {
    on_both(async |web: &Web| {
        let own = web.browser(Role::Admin).await;
        for path in ["/account", "/staff", "/staff/staff-admin"] {
            let (en, zh) = (web.open(&own, path).await.body, web.open(&own.in_chinese(), path).await.body);
            assert!(en.contains("Second factor") && zh.contains("两步验证"), "{path}");
            assert!(!en.contains(" style=") && !en.contains("<script>"), "the policy would block it");
        }
    });
}
