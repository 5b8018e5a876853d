//! Chats, users and members, on both databases.

use crate::chat::{ChatInfo, ChatKind, Lang, MemberRole, UserInfo};
use crate::directory::{Purpose, Reach};
use crate::store::chat;
use crate::store::testing::{START_MS, group, on_both, user};
use crate::work::PendingRow as _;

fn info(key: &str, kind: ChatKind, title: &str) -> ChatInfo {
    ChatInfo { key: key.into(), kind, title: title.into() }
}

fn who(key: &str, name: &str, username: Option<&str>) -> UserInfo {
    UserInfo {
        key: key.into(),
        name: name.into(),
        username: username.map(str::to_owned),
        language: Some("zh-hans".into()),
        is_bot: false,
    }
}

#[test]
fn a_group_is_met_once_starts_idle_and_keeps_its_title_up() {
    on_both(async |hall| {
        let mut tx = hall.db.write().await.unwrap();
        let tx = &mut tx;
        let account = "sandbox".into();
        let met = group(tx, "sandbox", "shops").await;
        assert_eq!((met.purpose, met.reach, met.lang), (Purpose::Idle, Reach::Open, None));
        let renamed = info("shops", ChatKind::Group, "Shops & Söhne");
        let again = chat::meet(tx, &account, &renamed, None, &"other".into(), 0).await.unwrap();
        assert_eq!((again.id.clone(), again.title.as_str()), (met.id.clone(), "Shops & Söhne"));
        let untitled = info("shops", ChatKind::Group, "");
        let again = chat::meet(tx, &account, &untitled, None, &"other".into(), 0).await.unwrap();
        assert_eq!(again.title, "Shops & Söhne", "no title is no news");
        assert_eq!(chat::get(tx, &met.id).await.unwrap(), Some(again));
        assert_eq!(chat::get(tx, &"other".into()).await.unwrap(), None);
        assert_eq!(chat::by_key(tx, &"telegram".into(), &"shops".into()).await.unwrap(), None);
    });
}

#[test]
fn the_direct_chat_with_a_user_is_one_whoever_opens_it() {
    on_both(async |hall| {
        let mut tx = hall.db.write().await.unwrap();
        let tx = &mut tx;
        let lin = user(tx, "sandbox", "lin").await;
        let made = chat::direct_of(tx, &lin, &"d1".into(), 0).await.unwrap();
        assert_eq!((made.key.clone(), made.reach), (None, Reach::Untried));
        assert_eq!((made.peer.as_ref(), made.peer_key.as_ref()), (Some(&lin.id), Some(&lin.key)));
        assert_eq!(chat::direct_of(tx, &lin, &"d2".into(), 0).await.unwrap().id, made.id);

        let opened = info("dm", ChatKind::Direct, "");
        let met = chat::meet(tx, &lin.account, &opened, Some(&lin), &"d3".into(), 0).await.unwrap();
        assert_eq!((met.id.clone(), met.reach, met.key.clone()), (made.id, Reach::Open, Some("dm".into())));
        assert_eq!(met.purpose, Purpose::Community, "a private chat is served from the beginning");
        assert_eq!(chat::by_key(tx, &lin.account, &"dm".into()).await.unwrap(), Some(met));
    });
}

#[test]
fn a_chat_is_found_by_what_it_is_for() {
    on_both(async |hall| {
        let mut tx = hall.db.write().await.unwrap();
        let tx = &mut tx;
        let (a, b) = (group(tx, "sandbox", "a").await, group(tx, "telegram", "b").await);
        group(tx, "sandbox", "idle").await;
        chat::set_purpose(tx, &a.id, Purpose::Staff, Some(Lang::Zh)).await.unwrap();
        chat::set_purpose(tx, &b.id, Purpose::Staff, None).await.unwrap();
        let found = chat::by_purpose(tx, Purpose::Staff).await.unwrap();
        let seen: Vec<_> = found.iter().map(|chat| (chat.title.as_str(), chat.lang)).collect();
        assert_eq!(seen, [("a", Some(Lang::Zh)), ("b", None)]);
        chat::set_purpose(tx, &a.id, Purpose::Idle, None).await.unwrap();
        let now = chat::get(tx, &a.id).await.unwrap().unwrap();
        assert_eq!((now.purpose, now.lang), (Purpose::Idle, None));
        assert_eq!(chat::by_purpose(tx, Purpose::Community).await.unwrap(), []);
    });
}

#[test]
fn many_chats_and_the_groups_shared_with_their_users_are_found_at_once() {
    on_both(async |hall| {
        let mut tx = hall.db.write().await.unwrap();
        let tx = &mut tx;
        let (a, b) = (group(tx, "sandbox", "a").await, group(tx, "sandbox", "b").await);
        group(tx, "sandbox", "c").await;
        let (lin, eve) = (user(tx, "sandbox", "lin").await, user(tx, "sandbox", "eve").await);
        let direct = chat::direct_of(tx, &lin, &"d1".into(), 0).await.unwrap();
        let found = chat::some(tx, &[&direct.id, &b.id, &"nowhere".into(), &b.id]).await.unwrap();
        assert_eq!(found, [(b.id.clone(), b.clone()), (direct.id.clone(), direct)].into());
        assert_eq!(chat::some(tx, &[]).await.unwrap(), [].into());
        let found = chat::some_users(tx, &[&eve.id, &lin.id, &"nobody".into(), &eve.id]).await.unwrap();
        assert_eq!(found, [(eve.id.clone(), eve.clone()), (lin.id.clone(), lin.clone())].into());
        assert_eq!(chat::some_users(tx, &[]).await.unwrap(), [].into());

        for group in [&b, &a] {
            chat::set_member(tx, &group.id, &lin.id, MemberRole::Member, START_MS).await.unwrap();
        }
        let lin_only = |key: &str| [(lin.id.clone(), key.into())].into();
        assert_eq!(
            chat::shared_groups(tx, &[&lin.id, &eve.id]).await.unwrap(),
            lin_only("a"),
            "eve shares none"
        );
        chat::set_reach(tx, &a.id, Reach::Kicked).await.unwrap();
        assert_eq!(chat::shared_groups(tx, &[&lin.id]).await.unwrap(), lin_only("b"));
    });
}

#[test]
fn every_reach_is_kept_as_what_it_is() {
    on_both(async |hall| {
        let mut tx = hall.db.write().await.unwrap();
        let tx = &mut tx;
        let met = group(tx, "sandbox", "a").await;
        for reach in [
            Reach::Untried,
            Reach::NotStarted,
            Reach::Blocked,
            Reach::Deactivated,
            Reach::Kicked,
            Reach::Open,
        ] {
            chat::set_reach(tx, &met.id, reach).await.unwrap();
            assert_eq!(chat::get(tx, &met.id).await.unwrap().unwrap().reach, reach);
        }
    });
}

#[test]
fn a_migrated_chat_goes_on_under_its_new_key_and_its_double_steps_back() {
    on_both(async |hall| {
        let mut tx = hall.db.write().await.unwrap();
        let tx = &mut tx;
        let account = "sandbox".into();
        let old = group(tx, "sandbox", "old").await;
        let stray = group(tx, "sandbox", "new").await;
        chat::migrate(tx, &account, &"old".into(), &"new".into()).await.unwrap();
        assert_eq!(chat::by_key(tx, &account, &"new".into()).await.unwrap().unwrap().id, old.id);
        assert_eq!(chat::by_key(tx, &account, &"old".into()).await.unwrap(), None);
        assert_eq!(chat::get(tx, &stray.id).await.unwrap().unwrap().key, None);
        chat::migrate(tx, &account, &"never seen".into(), &"new".into()).await.unwrap();
        assert_eq!(chat::by_key(tx, &account, &"new".into()).await.unwrap().unwrap().id, old.id);
        chat::set_key(tx, &stray.id, &"third".into()).await.unwrap();
        assert_eq!(chat::by_key(tx, &account, &"third".into()).await.unwrap().unwrap().id, stray.id);
    });
}

#[test]
fn a_user_is_met_once_under_a_cleaned_name_and_each_is_their_own_person() {
    on_both(async |hall| {
        let mut tx = hall.db.write().await.unwrap();
        let tx = &mut tx;
        let account = "sandbox".into();
        let hostile = who("7", "Lin\u{202E}nimdA\0", Some("lin"));
        let lin = chat::meet_user(tx, &account, &hostile, (&"u1".into(), &"p1".into()), 0).await.unwrap();
        assert_eq!((lin.name.as_str(), lin.lang), ("LinnimdA", Some(Lang::Zh)));
        let renamed = who("7", "Lina", None);
        let again = chat::meet_user(tx, &account, &renamed, (&"u2".into(), &"p2".into()), 0).await.unwrap();
        assert_eq!((again.id.as_str(), again.person.as_str()), ("u1", "p1"));
        assert_eq!((again.name.as_str(), again.username.as_deref()), ("Lina", None));
        assert_eq!(chat::user(tx, &"u1".into()).await.unwrap(), Some(again.clone()));
        assert_eq!(chat::user(tx, &"u2".into()).await.unwrap(), None);
        assert_eq!(chat::user_by_key(tx, &account, &"7".into()).await.unwrap(), Some(again));

        let elsewhere = "telegram".into();
        let other = chat::meet_user(tx, &elsewhere, &renamed, (&"u3".into(), &"p3".into()), 0).await.unwrap();
        assert_eq!(other.person.as_str(), "p3", "the same key on another account is somebody else");
        let both: Vec<String> =
            chat::users_by_key(tx, &"7".into()).await.unwrap().into_iter().map(|user| user.id.0).collect();
        assert_eq!(both, ["u1", "u3"]);
    });
}

#[test]
fn a_handle_finds_whoever_has_it_now() {
    on_both(async |hall| {
        let mut tx = hall.db.write().await.unwrap();
        let tx = &mut tx;
        let account = "sandbox".into();
        let old = user(tx, "sandbox", "lin").await;
        let elsewhere = user(tx, "telegram", "lin2").await;
        let found = chat::user_by_username(tx, &account, "LIN").await.unwrap().unwrap();
        assert_eq!(found.id, old.id);
        let taker = who("9", "Eve", Some("Lin"));
        let new = chat::meet_user(tx, &account, &taker, (&"u9".into(), &"p9".into()), 0).await.unwrap();
        assert_eq!(chat::user_by_username(tx, &account, "lin").await.unwrap().unwrap().id, new.id);
        assert_eq!(chat::user(tx, &old.id).await.unwrap().unwrap().username, None);
        assert_eq!(chat::user_by_username(tx, &account, "lin2").await.unwrap(), None, "not of this account");
        let all = chat::users_by_username(tx, "LIN2").await.unwrap();
        assert_eq!(all, [elsewhere]);
    });
}

#[test]
fn a_language_that_was_chosen_stays() {
    on_both(async |hall| {
        let mut tx = hall.db.write().await.unwrap();
        let tx = &mut tx;
        let lin = user(tx, "sandbox", "lin").await;
        chat::set_user_lang(tx, &lin.id, Lang::En).await.unwrap();
        let seen = who("lin", "Lin", Some("lin"));
        let again = chat::meet_user(tx, &lin.account, &seen, (&"x".into(), &"y".into()), 0).await.unwrap();
        assert_eq!(again.lang, Some(Lang::En), "whatever the platform reports");
        assert_eq!(chat::users_of(tx, &lin.person).await.unwrap(), [again]);
        assert_eq!(chat::users_of(tx, &"nobody".into()).await.unwrap(), []);
    });
}

#[test]
fn members_come_rise_and_go() {
    on_both(async |hall| {
        let mut tx = hall.db.write().await.unwrap();
        let tx = &mut tx;
        let (a, b) = (group(tx, "sandbox", "a").await, group(tx, "sandbox", "b").await);
        let lin = user(tx, "sandbox", "lin").await;
        for role in [MemberRole::Member, MemberRole::Admin, MemberRole::Owner] {
            chat::set_member(tx, &a.id, &lin.id, role, START_MS).await.unwrap();
            assert_eq!(chat::member_role(tx, &a.id, &lin.id).await.unwrap(), Some(role));
        }
        // Many at a time, and of one who stands twice the later word.
        let of_b = |role| chat::NewMember { chat: b.id.clone(), user: lin.id.clone(), role, at_ms: START_MS };
        let rows = [of_b(MemberRole::Admin), of_b(MemberRole::Member)];
        chat::NewMember::write_many(tx, &rows).await.unwrap();
        assert_eq!(chat::member_role(tx, &b.id, &lin.id).await.unwrap(), Some(MemberRole::Member));
        let of: Vec<String> =
            chat::of_user(tx, &lin.id).await.unwrap().into_iter().map(|chat| chat.title).collect();
        assert_eq!(of, ["a", "b"]);
        chat::remove_member(tx, &a.id, &lin.id).await.unwrap();
        chat::remove_member(tx, &a.id, &lin.id).await.unwrap();
        assert_eq!(chat::member_role(tx, &a.id, &lin.id).await.unwrap(), None);
        assert_eq!(chat::of_user(tx, &lin.id).await.unwrap().len(), 1);
    });
}

#[test]
fn numbers_run_on_by_name() {
    on_both(async |hall| {
        let mut tx = hall.db.write().await.unwrap();
        let tx = &mut tx;
        for expected in 1..=3 {
            assert_eq!(chat::next_number(tx, "ticket").await.unwrap(), expected);
        }
        assert_eq!(chat::next_number(tx, "case").await.unwrap(), 1);
    });
}

#[test]
fn a_hostile_title_becomes_a_plain_one() {
    on_both(async |hall| {
        let mut tx = hall.db.write().await.unwrap();
        let tx = &mut tx;
        let nul = info("k", ChatKind::Group, "a\0\u{202E}b");
        let met = chat::meet(tx, &"sandbox".into(), &nul, None, &"c1".into(), 0).await.unwrap();
        let again = chat::meet(tx, &"sandbox".into(), &nul, None, &"c2".into(), 0).await.unwrap();
        assert_eq!((met.title.as_str(), again.title.as_str()), ("ab", "ab"));
    });
}

#[test]
fn private_chats_are_listed_by_when_something_was_last_said() {
    on_both(async |hall| {
        let mut tx = hall.db.write().await.unwrap();
        let tx = &mut tx;
        let account = "sandbox".into();
        let mut said = Vec::new();
        for (at, name) in ["lin", "bo", "chen"].into_iter().enumerate() {
            let peer = user(tx, "sandbox", name).await;
            let direct = info(&format!("d.{name}"), ChatKind::Direct, "");
            let id = format!("chat-{name}");
            let met = chat::meet(tx, &account, &direct, Some(&peer), &id.as_str().into(), 0).await.unwrap();
            said.push((met.id, at));
        }
        let shops = group(tx, "sandbox", "shops").await;
        for (id, chat) in [("m1", &said[1].0), ("m2", &said[0].0), ("m3", &said[1].0), ("m4", &shops.id)] {
            let new = crate::store::message::NewMessage {
                id: id.into(),
                chat: chat.clone(),
                key: id.into(),
                thread: None,
                author: None,
                text: "x".into(),
                extra: None,
                sent_at_ms: 1,
            };
            crate::store::message::insert_many(tx, &[new]).await.unwrap();
        }
        let recent = chat::recent_directs(tx, &account, 10).await.unwrap();
        assert_eq!(recent, ["d.bo".into(), "d.lin".into()]);
        assert_eq!(chat::recent_directs(tx, &account, 1).await.unwrap(), ["d.bo".into()]);
    });
}
