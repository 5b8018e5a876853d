//! Sessions and tokens of one's own, and what a proxy says of them.

use super::*;

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
        let stays = answer.headers.contains_key(header::STRICT_TRANSPORT_SECURITY);
        assert_eq!(stays, peer == "10.0.0.1", "only a proxy that is trusted says that there is TLS");
    }
    let mut tx = web.console.hall.db.read().await.unwrap();
    let sessions = store::of_staff(&mut tx, &staff, 0, 0).await.unwrap();
    let mut addresses: Vec<_> = sessions.into_iter().filter_map(|one| one.address).collect();
    addresses.sort();
    assert_eq!(addresses, ["198.51.100.9", "203.0.113.7"]);
}
