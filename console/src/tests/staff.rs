//! The page of who works here, and what an admin does there.

use bot_core::chat::Lang;
use bot_core::roster::Permission;
use bot_core::store::session as store;

use super::*;
use crate::tests::scene::{HOSTILE, assert_harmless};

#[test]
fn the_page_tells_who_works_here_and_what_lets_them_in() {
    on_both(async |web: &Web| {
        let admin = web.browser(Role::Admin).await;
        let support = web.browser(Role::Support).await;
        let password = [("new", "tide-lamp-quiet-orbit"), ("again", "tide-lamp-quiet-orbit")];
        web.post(&support, "/account/password", &password).await;
        let page = web.open(&admin, "/staff").await.body;
        for name in ["staff-admin", "staff-support"] {
            assert!(page.contains(&format!("href=\"/staff/{name}\"")), "{page}");
        }
        assert!(page.contains("just now"), "{page}");
        let one = web.open(&admin, "/staff/staff-support").await.body;
        assert!(one.contains("value=\"password\"") && !one.contains("value=\"second-factor\""), "{one}");
        assert_eq!(web.open(&admin, "/staff/nobody").await.status, StatusCode::NOT_FOUND);
        assert_eq!(web.open(&support, "/staff").await.status, StatusCode::FORBIDDEN);
        assert_eq!(
            web.post(&admin, "/staff/nobody/act", &[("do", "link")]).await.status,
            StatusCode::NOT_FOUND
        );
        assert_eq!(
            web.post(&admin, "/staff/staff-support/act", &[("do", "x")]).await.status,
            StatusCode::BAD_REQUEST
        );
    });
}

#[test]
fn somebody_is_taken_on_given_a_link_and_let_go() {
    on_both(async |web: &Web| {
        let admin = web.browser(Role::Admin).await;
        let none = web.post(&admin, "/staff/hire", &[("name", HOSTILE)]).await;
        assert_eq!(none.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert_harmless(&none.body);
        let taken = web.post(&admin, "/staff/hire", &[("name", HOSTILE), ("role_support", "on")]).await;
        let path = taken.location().to_owned();
        assert_harmless(&web.open(&admin, &path).await.body);
        let id = path.strip_prefix("/staff/").unwrap().to_owned();
        let act = format!("{path}/act");
        let page = web.post(&admin, &act, &[("do", "link")]).await.body;
        let link = page.split_once("/enter?t=").unwrap().1.split_once('<').unwrap().0;
        assert!(!web.open(&admin, &path).await.body.contains("/enter?t="), "shown once");
        let entered = web.open(&Browser::default(), &format!("/enter?t={link}")).await;
        let browser = Browser { cookie: entered.cookie().unwrap().into(), ..Browser::default() };
        assert_eq!(web.open(&browser, "/tickets").await.status, StatusCode::OK);
        web.post(&admin, &act, &[("do", "roles"), ("role_auditor", "on")]).await;
        assert_eq!(web.open(&browser, "/tickets").await.status, StatusCode::FORBIDDEN, "roles count at once");
        let code = web.post(&admin, &act, &[("do", "code")]).await.body;
        assert!(code.contains("/link "), "{code}");
        web.post(&admin, &act, &[("do", "sessions")]).await;
        assert!(web.open(&browser, "/").await.location().starts_with("/sign-in"));
        assert_eq!(web.post(&admin, &act, &[("do", "dismiss")]).await.location(), "/staff");
        assert_eq!(web.open(&admin, &path).await.status, StatusCode::NOT_FOUND);
        let acts: Vec<String> = web.trace(&id).await.into_iter().map(|(act, _)| act).collect();
        let expected = [
            "staff.hire",
            "session.link",
            "session.begin",
            "staff.roles",
            "staff.link_code",
            "session.end_all",
            "staff.dismiss",
        ];
        assert_eq!(acts, expected);
    });
}

#[test]
fn an_admin_resets_others_and_not_themselves_and_somebody_stays_admin() {
    on_both(async |web: &Web| {
        let admin = web.browser(Role::Admin).await;
        let support = web.staff(Role::Support).await;
        web.doing(async |work| {
            for staff in [&support, &"staff-admin".into()] {
                let tx = work.tx().await.unwrap();
                store::set_password(tx, staff, "hash", START_MS).await.unwrap();
                store::begin_second_factor(tx, staff, "AAAA").await.unwrap();
                store::confirm_second_factor(tx, staff, 1, START_MS).await.unwrap();
            }
        })
        .await;
        for (what, key) in
            [("second-factor", "console-staff-own-second-factor"), ("password", "console-staff-own-password")]
        {
            let own = web.post(&admin, "/staff/staff-admin/act", &[("do", what)]).await;
            assert_eq!(own.status, StatusCode::UNPROCESSABLE_ENTITY, "{key}");
            assert_eq!(
                web.post(&admin, "/staff/staff-support/act", &[("do", what)]).await.status,
                StatusCode::OK
            );
        }
        for fields in
            [vec![("do", "roles"), ("role_ops", "on")], vec![("do", "roles")], vec![("do", "dismiss")]]
        {
            let answer = web.post(&admin, "/staff/staff-admin/act", &fields).await;
            assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY, "{fields:?}");
            assert!(answer.body.contains(&web.words(Lang::En, "people-last-admin")), "{}", answer.body);
        }
        let mut tx = web.console.hall.db.read().await.unwrap();
        let own = ["staff-admin".into()];
        let expected = (own.clone().into(), own.into());
        assert_eq!(store::who_has_what(&mut tx).await.unwrap(), expected);
        drop(tx);
        let acts: Vec<String> = web.trace("staff-support").await.into_iter().map(|(act, _)| act).collect();
        assert_eq!(acts, ["second_factor.reset", "password.drop"]);
    });
}

#[test]
fn an_admin_revokes_a_token_of_somebody() {
    on_both(async |web: &Web| {
        let admin = web.browser(Role::Admin).await;
        let support = web.staff(Role::Support).await;
        let hall = &web.console.hall;
        let token =
            crate::new_api_token(hall, &support, "nightly", &[Permission::Tickets], None).await.unwrap();
        let page = web.open(&admin, "/staff/staff-support").await.body;
        assert!(page.contains("nightly") && page.contains("for ever") && !page.contains(&token), "{page}");
        let id = token.split('_').nth(1).unwrap();
        let elsewhere = web.post(&admin, "/staff/staff-admin/act", &[("do", "token"), ("token", id)]).await;
        assert_eq!(elsewhere.status, StatusCode::OK);
        assert!(web.open(&admin, "/staff/staff-support").await.body.contains("nightly"), "not that person's");
        web.post(&admin, "/staff/staff-support/act", &[("do", "token"), ("token", id)]).await;
        assert!(!web.open(&admin, "/staff/staff-support").await.body.contains("nightly"));
        assert_eq!(web.last_trace(id).await, ("token.revoke".into(), Some("staff-admin".into())));
    });
}
