//! Who is in an audience, found on both databases.

use super::*;
use crate::chat::{ChatInfo, ChatKind, MemberRole, UserInfo};
use crate::directory::{Purpose, Reach};
use crate::features::segment;
use crate::hall::Hall;
use crate::ids::PersonId;
use crate::store::testing::on_both;
use crate::store::{chat, execute};

const ADD_MERCHANT: &str =
    "INSERT INTO merchant (id, name, category, tier, created_at_ms) VALUES ($1, $1, $2, $3, 0)";
const ADD_TAG: &str = "INSERT INTO merchant_tag (merchant, tag) VALUES ($1, $2)";
const ADD_CONTACT: &str = "INSERT INTO contact (id, merchant, person, role) VALUES ($1, $2, $3, 'admin')";

/// Two groups; 云裳阁 (crown, apparel, vip) with Lin (open chat, two identities) and Wu (blocked); 豆豆
/// (heart, food) with Dou (never wrote) and Lin again; 空店 (heart, toys) without anybody.
pub(crate) async fn community(hall: &Hall, tx: &mut Tx) {
    for (key, title, lang) in [("g1", "皇冠商家群", Some(Lang::Zh)), ("g2", "Cross-border", None)] {
        let info = ChatInfo { key: key.into(), kind: ChatKind::Group, title: title.into() };
        chat::meet(tx, &"sandbox".into(), &info, None, &key.into(), 1).await.unwrap();
        chat::set_purpose(tx, &key.into(), Purpose::Community, lang).await.unwrap();
    }
    for (id, category, tier) in
        [("云裳阁", "apparel", "crown"), ("豆豆", "food", "heart"), ("空店", "toys", "heart")]
    {
        execute!(tx, sqlx::query(ADD_MERCHANT).bind(id).bind(category).bind(tier)).unwrap();
    }
    execute!(tx, sqlx::query(ADD_TAG).bind("云裳阁").bind("vip")).unwrap();
    let lin = person(hall, tx, "lin", "sandbox", Some("zh-CN"), Reach::Open).await;
    // Lin's second identity, never opened: the open one must be taken.
    let other = UserInfo {
        key: "lin2".into(),
        name: "Lin too".into(),
        username: None,
        language: None,
        is_bot: false,
    };
    let second =
        chat::meet_user(tx, &"aaa".into(), &other, (&"u-0lin2".into(), &PersonId("p-lin2".into())), 1)
            .await
            .unwrap();
    execute!(tx, sqlx::query("UPDATE chat_user SET person = $2 WHERE id = $1").bind(&second.id).bind(&lin))
        .unwrap();
    let wu = person(hall, tx, "wu", "sandbox", Some("en"), Reach::Blocked).await;
    let dou = person(hall, tx, "dou", "sandbox", None, Reach::Untried).await;
    for (id, merchant, who) in
        [("1", "云裳阁", &lin), ("2", "云裳阁", &wu), ("3", "豆豆", &dou), ("4", "豆豆", &lin)]
    {
        execute!(tx, sqlx::query(ADD_CONTACT).bind(id).bind(merchant).bind(who)).unwrap();
    }
    for (group, who) in [("g1", "u-lin"), ("g1", "u-dou"), ("g2", "u-wu")] {
        chat::set_member(tx, &group.into(), &who.into(), MemberRole::Member, 1).await.unwrap();
    }
}

/// A person with one identity; their direct chat is made unless it was never tried.
pub(crate) async fn person(
    hall: &Hall,
    tx: &mut Tx,
    name: &str,
    account: &str,
    language: Option<&str>,
    reach: Reach,
) -> PersonId {
    let info = UserInfo {
        key: name.into(),
        name: name.into(),
        username: None,
        language: language.map(str::to_owned),
        is_bot: false,
    };
    let ids = (UserId(format!("u-{name}")), PersonId(format!("p-{name}")));
    let user = chat::meet_user(tx, &account.into(), &info, (&ids.0, &ids.1), 1).await.unwrap();
    if reach != Reach::Untried {
        let id: ChatId = format!("d-{name}").into();
        let direct = chat::direct_of(tx, &user, &id, hall.now_ms()).await.unwrap();
        chat::set_key(tx, &direct.id, &format!("dm-{name}").into()).await.unwrap();
        chat::set_reach(tx, &direct.id, reach).await.unwrap();
    }
    ids.1
}

async fn found(tx: &mut Tx, line: &str, write_first: &[AccountId]) -> Vec<String> {
    let audience = segment::parse(line, &vocabulary(tx).await.unwrap()).unwrap();
    let filter =
        Filter { audience: &audience, write_first, default_lang: Lang::En, accounts: &[], cap: None };
    let page = page(tx, &filter, "", 100).await.unwrap();
    page.into_iter()
        .map(|(target, why)| {
            format!(
                "{} {} {} {}",
                target.name,
                target.chat.map_or("-".to_owned(), |chat| chat.to_string()),
                target.lang.word(),
                why.unwrap_or_else(|| "ok".to_owned())
            )
        })
        .collect()
}

#[test]
fn people_are_found_once_each_with_why_they_cannot_be_reached() {
    on_both(|hall| async move {
        let mut tx = hall.db.write().await.unwrap();
        community(&hall, &mut tx).await;
        // Dou's language is that of the group.
        let all = ["dou - zh untried", "lin d-lin zh ok", "wu d-wu en blocked"];
        assert_eq!(found(&mut tx, "everyone", &[]).await, all);
        let first = [AccountId::from("sandbox")];
        assert_eq!(found(&mut tx, "tier heart", &first).await, ["dou - zh ok", "lin d-lin zh ok"]);
        assert_eq!(
            found(&mut tx, "tier crown tag vip", &[]).await,
            ["lin d-lin zh ok", "wu d-wu en blocked"]
        );
        assert_eq!(found(&mut tx, "tier crown category food", &[]).await, [] as [&str; 0]);
        assert_eq!(found(&mut tx, "people of group Cross-border", &[]).await, ["wu d-wu en blocked"]);
        let all = segment::Audience::all_people();
        let filter =
            Filter { audience: &all, write_first: &[], default_lang: Lang::En, accounts: &[], cap: None };
        let mut after = String::new();
        let mut one_by_one = Vec::new();
        while let Some((target, _)) = page(&mut tx, &filter, &after, 1).await.unwrap().pop() {
            after = target.recipient;
            one_by_one.push(target.name);
        }
        assert_eq!(one_by_one, ["dou", "lin", "wu"]);
        let missed = page_unreachable(&mut tx, &filter, "", 10).await.unwrap();
        let names: Vec<_> = missed.iter().map(|(who, why)| (who.name.as_str(), why.as_deref())).collect();
        assert_eq!(names, [("dou", Some("untried")), ("wu", Some("blocked"))]);
        let after = page_unreachable(&mut tx, &filter, &missed[0].0.recipient, 10).await.unwrap();
        assert_eq!(after.len(), 1);
        assert_eq!(merchants_without_contact(&mut tx, &segment::Audience::all_people()).await.unwrap(), 1);
    });
}

/// As [`found`], where the platform named is that of these accounts.
async fn found_on(tx: &mut Tx, audience: &Audience, accounts: &[&str]) -> Vec<String> {
    let accounts: Vec<AccountId> = accounts.iter().map(|&account| account.into()).collect();
    let filter =
        Filter { audience, write_first: &[], accounts: &accounts, default_lang: Lang::En, cap: None };
    let page = page(tx, &filter, "", 100).await.unwrap();
    page.into_iter().map(|(target, why)| format!("{} {}", target.name, why.unwrap_or("ok".into()))).collect()
}

#[test]
fn languages_and_platforms_narrow_an_audience_down() {
    on_both(|hall| async move {
        let mut tx = hall.db.write().await.unwrap();
        community(&hall, &mut tx).await;
        assert_eq!(
            found(&mut tx, "everyone language zh", &[]).await,
            ["dou - zh untried", "lin d-lin zh ok"]
        );
        assert_eq!(found(&mut tx, "tier crown language en", &[]).await, ["wu d-wu en blocked"]);
        assert_eq!(found(&mut tx, "all groups language zh", &[]).await, ["皇冠商家群 g1 zh ok"]);
        let on = |to| Audience { to, platforms: vec!["Other".into()], ..Audience::default() };
        // Lin is reached through what she is there, though her chat elsewhere is open; the others are nobody there.
        assert_eq!(found_on(&mut tx, &on(To::People), &["aaa"]).await, ["Lin too untried"]);
        assert_eq!(found_on(&mut tx, &on(To::Groups), &["aaa"]).await, [] as [&str; 0]);
        assert_eq!(
            found_on(&mut tx, &on(To::Groups), &["aaa", "sandbox"]).await,
            ["皇冠商家群 ok", "Cross-border ok"]
        );
        // A platform that is not connected any more is nobody, not everybody.
        assert_eq!(found_on(&mut tx, &on(To::People), &[]).await, [] as [&str; 0]);
        let narrowed = Audience { langs: vec![Lang::Zh], ..Audience::all_people() };
        assert_eq!(merchants_without_contact(&mut tx, &narrowed).await.unwrap(), 0);
    });
}

#[test]
fn whoever_signed_up_is_found_whether_they_speak_for_a_merchant_or_not() {
    on_both(|hall| async move {
        let tx = &mut hall.db.write().await.unwrap();
        community(&hall, tx).await;
        let gao = person(&hall, tx, "gao", "sandbox", Some("zh"), Reach::Open).await;
        chat::set_member(tx, &"g2".into(), &"u-gao".into(), MemberRole::Member, 1).await.unwrap();
        let by = "INSERT INTO staff (id, name, created_at_ms) VALUES ('ops', 'Ops', 1)";
        execute!(tx, sqlx::query(by)).unwrap();
        for (no, state) in [(4_i64, "open"), (5, "closed"), (6, "draft")] {
            let add = "INSERT INTO activity (no, state, wording, capacity, version, by_staff, created_at_ms) \
                VALUES ($1, $2, '{\"title_zh\":\"大促\"}', 0, 1, 'ops', 1)";
            execute!(tx, sqlx::query(add).bind(no).bind(state)).unwrap();
        }
        let seats = [
            (4_i64, &gao, "gao", "in"),
            (4, &"p-dou".into(), "dou", "waiting"),
            (5, &"p-dou".into(), "dou", "in"),
        ];
        for (seq, (no, who, name, state)) in seats.into_iter().enumerate() {
            let add = "INSERT INTO registration (activity, person, chat_user, name, state, seq, joined_at_ms, untold, reminded) \
                VALUES ($1, $2, $3, $4, $5, $6, 1, false, 0)";
            let (user, seq) = (format!("u-{name}"), i64::try_from(seq).unwrap());
            execute!(tx, sqlx::query(add).bind(no).bind(who).bind(user).bind(name).bind(state).bind(seq))
                .unwrap();
        }
        assert_eq!(found(tx, "activity E-4", &[]).await, ["gao d-gao zh ok"], "who waits has no place");
        assert_eq!(found(tx, "activity E-4, E-5", &[]).await, ["dou - zh untried", "gao d-gao zh ok"]);
        assert_eq!(found(tx, "activity E-4, E-5 tier heart", &[]).await, ["dou - zh untried"]);
        assert_eq!(found(tx, "people of group Cross-border activity 4, 5", &[]).await, ["gao d-gao zh ok"]);
        assert_eq!(found(tx, "to groups activity E-4", &[]).await, ["Cross-border g2 en ok"]);
        assert_eq!(found(tx, "to groups activity E-4 tier heart", &[]).await, [] as [&str; 0]);
        let known = vocabulary(tx).await.unwrap();
        let titles: Vec<_> = known.activities.iter().map(|(no, what)| (no.0, what.title(Lang::Zh))).collect();
        assert_eq!(titles, [(5, "大促"), (4, "大促")], "newest first, without drafts");
    });
}

#[test]
fn who_wants_nothing_or_has_had_enough_is_left_out_with_a_word_of_its_own() {
    on_both(|hall| async move {
        let tx = &mut hall.db.write().await.unwrap();
        community(&hall, tx).await;
        let first = [AccountId::from("sandbox")];
        crate::store::opt_out::add(tx, &"p-lin".into(), 1).await.unwrap();
        crate::store::opt_out::add(tx, &"p-wu".into(), 1).await.unwrap();
        let all = ["dou - zh ok", "lin d-lin zh opted_out", "wu d-wu en blocked"];
        assert_eq!(found(tx, "everyone", &first).await, all, "who cannot be reached cannot be, first of all");
        assert_eq!(found(tx, "all groups", &first).await.len(), 2, "groups are no persons");
        for (push, state, sent_at_ms) in [
            ("A-1", "sent", Some(10)),
            ("A-2", "edited", Some(20)),
            ("A-3", "queued", None),
            ("A-4", "rejected", None),
        ] {
            let add = "INSERT INTO delivery (push, recipient, name, lang, state, version, sent_at_ms) VALUES ($1, 'p-dou', 'dou', 'zh', $2, 1, $3)";
            execute!(tx, sqlx::query(add).bind(push).bind(state).bind(sent_at_ms)).unwrap();
        }
        let people = Audience::all_people();
        for (most, since_ms, why) in [
            (3, 9, Some("capped")),
            (4, 9, None),
            (3, 10, None),
            (2, 10, Some("capped")),
            (1, 20, Some("capped")),
        ] {
            let cap = Some((most, since_ms));
            let filter =
                Filter { audience: &people, write_first: &first, accounts: &[], default_lang: Lang::En, cap };
            let rows = page(tx, &filter, "", 9).await.unwrap();
            assert_eq!(rows[0].1.as_deref(), why, "{most} since {since_ms}");
            let shares = summary(tx, &filter).await.unwrap();
            let counted = shares.iter().any(|share| share.reason.as_deref() == Some("capped"));
            assert_eq!(counted, why.is_some(), "the preview counts them");
        }
    });
}

#[test]
fn groups_are_found_by_name_or_by_who_is_in_them() {
    on_both(|hall| async move {
        let mut tx = hall.db.write().await.unwrap();
        community(&hall, &mut tx).await;
        assert_eq!(found(&mut tx, "all groups", &[]).await, ["皇冠商家群 g1 zh ok", "Cross-border g2 en ok"]);
        assert_eq!(found(&mut tx, "to groups tier heart", &[]).await, ["皇冠商家群 g1 zh ok"]);
        chat::set_reach(&mut tx, &"g2".into(), Reach::Kicked).await.unwrap();
        chat::set_purpose(&mut tx, &"g1".into(), Purpose::Idle, None).await.unwrap();
        assert_eq!(found(&mut tx, "all groups", &[]).await, ["Cross-border g2 en kicked"]);
        let named = Audience { groups: vec!["g1".into()], ..Audience::default() };
        let filter =
            Filter { audience: &named, write_first: &[], default_lang: Lang::En, accounts: &[], cap: None };
        let why = unreachable(&mut tx, &filter, 9).await.unwrap();
        assert_eq!(
            why,
            [("idle".to_owned(), "皇冠商家群".to_owned())],
            "a group that was named is never dropped in silence"
        );
    });
}

#[test]
fn the_summary_counts_what_the_pages_list() {
    on_both(|hall| async move {
        let mut tx = hall.db.write().await.unwrap();
        community(&hall, &mut tx).await;
        let people = Audience::all_people();
        let filter =
            Filter { audience: &people, write_first: &[], default_lang: Lang::En, accounts: &[], cap: None };
        let summary = summary(&mut tx, &filter).await.unwrap();
        let shares: Vec<_> =
            summary.iter().map(|s| (s.lang.as_str(), s.reason.as_deref(), s.recipients)).collect();
        assert_eq!(shares.len(), 3);
        for share in [("en", Some("blocked"), 1), ("zh", Some("untried"), 1), ("zh", None, 1)] {
            assert!(shares.contains(&share), "{share:?} in {shares:?}");
        }
        let first = page(&mut tx, &filter, "", 2).await.unwrap();
        let rest = page(&mut tx, &filter, &first[1].0.recipient, 2).await.unwrap();
        assert_eq!((first.len(), rest.len()), (2, 1));
        let plan = segment::plan(&mut tx, &hall, &people).await.unwrap();
        assert_eq!((plan.targets.len(), plan.unreachable.len()), (1, 2));
        assert_eq!(titles(&mut tx, &["g1".into(), "gone".into()]).await.unwrap().len(), 1);
    });
}
