//! Passwords, as their owners and as strangers meet them; and what tests of an account share.

mod second_factor;
mod session;

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
