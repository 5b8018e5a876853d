//! Codes of the second factor, as their owners and as strangers meet them.

use super::*;

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
