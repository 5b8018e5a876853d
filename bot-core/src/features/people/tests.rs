//! People say things to the bot, on both databases.

use std::collections::BTreeSet;

use crate::chat::{Action, ChatInfo, Lang};
use crate::directory::Purpose;
use crate::features::people::{dismiss, hire, make_link_code, unlink};
use crate::features::testing::{Said, Stage, direct, on_stage};
use crate::ids::StaffId;
use crate::roster::{Permission, Role};
use crate::store::people::{Contact, ContactRole, Merchant, Tier, add_merchant, put_contact};
use crate::store::{audit, chat, message};

async fn hired(stage: &Stage, name: &str, role: Role) -> StaffId {
    let mut work = stage.hall.begin().await.unwrap();
    let id = hire(&mut work, None, name, BTreeSet::from([role])).await.unwrap();
    work.commit().await.unwrap();
    id
}

async fn code_for(stage: &Stage, staff: &StaffId) -> String {
    let mut work = stage.hall.begin().await.unwrap();
    let code = make_link_code(&mut work, None, staff).await.unwrap();
    work.commit().await.unwrap();
    code
}

async fn acts(stage: &Stage, object: &str) -> Vec<String> {
    let mut tx = stage.hall.db.read().await.unwrap();
    audit::of(&mut tx, object).await.unwrap().into_iter().map(|act| act.act).collect()
}

/// Makes somebody who wrote before a contact of a shop.
async fn shop_of(stage: &Stage, name: &str, shop: &str, tier: Tier) {
    let person = stage.user(name).await.person;
    let merchant = Merchant {
        id: stage.hall.ids.next(),
        name: shop.into(),
        category: "apparel".into(),
        tier,
        tags: ["live".to_owned()].into(),
        created_at_ms: 0,
    };
    let contact = Contact {
        id: stage.hall.ids.next(),
        merchant: merchant.id.clone(),
        person,
        role: ContactRole::DecisionMaker,
    };
    let mut tx = stage.hall.db.write().await.unwrap();
    add_merchant(&mut tx, &merchant).await.unwrap();
    put_contact(&mut tx, &contact).await.unwrap();
    tx.commit().await.unwrap();
}

fn texts(said: &[Said]) -> Vec<String> {
    said.iter().map(Said::text).collect()
}

async fn staff_of(stage: &Stage, name: &str) -> Option<StaffId> {
    let person = stage.user(name).await.person;
    stage.hall.roster.load().of_person(&person).map(|staff| staff.id.clone())
}

#[test]
fn a_code_sent_in_private_makes_an_identity_staff_once() {
    on_stage(|stage| async move {
        let gu = hired(&stage, "Gu Hai", Role::Admin).await;
        let code = code_for(&stage, &gu).await;
        let said = stage.hears(&direct("Gu"), "Gu", &format!("/link {}", code.to_lowercase())).await;
        assert!(said[0].starts_with("Welcome, Gu Hai."), "{said:?}");
        assert_eq!(staff_of(&stage, "Gu").await, Some(gu.clone()));
        assert!(stage.hall.roster.load().get(&gu).unwrap().may(Permission::Administer));
        assert_eq!(acts(&stage, gu.as_str()).await, ["staff.hire", "staff.link_code", "staff.link"]);

        let again = stage.hears(&direct("Lin"), "Lin", &format!("/link {code}")).await;
        assert!(again[0].starts_with("This code is wrong"), "used once: {again:?}");
        assert_eq!(staff_of(&stage, "Lin").await, None);
    });
}

#[test]
fn the_code_does_not_stay_in_what_we_keep() {
    on_stage(|stage| async move {
        let gu = hired(&stage, "Gu Hai", Role::Admin).await;
        let code = code_for(&stage, &gu).await;
        stage.writes(&direct("Gu"), "Gu", &format!("/link {code}")).await;
        let mut tx = stage.hall.db.read().await.unwrap();
        let chat = chat::by_key(&mut tx, &"sandbox".into(), &direct("Gu").key).await.unwrap().unwrap();
        let kept = message::by_key(&mut tx, &chat.id, &"m0".into()).await.unwrap().unwrap();
        assert_eq!(kept.text.text, "/link …");
    });
}

#[test]
fn a_code_is_void_after_ten_minutes_and_when_another_is_made() {
    on_stage(|stage| async move {
        let gu = hired(&stage, "Gu Hai", Role::Admin).await;
        let (first, second) = (code_for(&stage, &gu).await, code_for(&stage, &gu).await);
        let said = stage.hears(&direct("Gu"), "Gu", &format!("/link {first}")).await;
        assert!(said[0].starts_with("This code is wrong"), "{said:?}");
        stage.pass_minutes(10);
        let said = stage.hears(&direct("Gu"), "Gu", &format!("/link {second}")).await;
        assert!(said[0].starts_with("This code is wrong"), "{said:?}");
        assert_eq!(staff_of(&stage, "Gu").await, None);
    });
}

#[test]
fn whoever_guesses_five_times_has_to_wait() {
    on_stage(|stage| async move {
        let gu = hired(&stage, "Gu Hai", Role::Admin).await;
        let code = code_for(&stage, &gu).await;
        for _ in 0..5 {
            let said = stage.hears(&direct("Eve"), "Eve", "/link AAAAA-AAAAA").await;
            assert!(said[0].starts_with("This code is wrong"), "{said:?}");
        }
        let said = stage.hears(&direct("Eve"), "Eve", &format!("/link {code}")).await;
        assert!(said[0].starts_with("Too many wrong codes"), "{said:?}");
        assert_eq!(staff_of(&stage, "Eve").await, None);
        let said = stage.hears(&direct("Gu"), "Gu", &format!("/link {code}")).await;
        assert!(said[0].starts_with("Welcome"), "others are not held up: {said:?}");
        stage.pass_minutes(10);
        let said = stage.hears(&direct("Eve"), "Eve", "/link AAAAA-AAAAA").await;
        assert!(said[0].starts_with("This code is wrong"), "after ten minutes they may try again: {said:?}");
    });
}

#[test]
fn a_code_sent_into_a_group_is_void() {
    on_stage(|stage| async move {
        let gu = hired(&stage, "Gu Hai", Role::Admin).await;
        let code = code_for(&stage, &gu).await;
        let group = stage.group_for("shop talk", Purpose::Community).await;
        assert_eq!(stage.hears(&group, "Gu", "/link AAAAA-AAAAA").await, [] as [&str; 0]);
        let said = stage.hears(&group, "Gu", &format!("/link {code}")).await;
        assert!(said[0].contains("so it is void"), "{said:?}");
        let said = stage.hears(&direct("Eve"), "Eve", &format!("/link {code}")).await;
        assert!(said[0].starts_with("This code is wrong"), "{said:?}");
    });
}

#[test]
fn a_second_identity_of_staff_has_their_rights_too_and_unlinking_takes_them_away() {
    on_stage(|stage| async move {
        let gu = hired(&stage, "Gu Hai", Role::Admin).await;
        for name in ["Gu", "GuOnDiscord"] {
            let code = code_for(&stage, &gu).await;
            stage.writes(&direct(name), name, &format!("/link {code}")).await;
        }
        assert_eq!(stage.user("Gu").await.person, stage.user("GuOnDiscord").await.person);
        assert_eq!(staff_of(&stage, "GuOnDiscord").await, Some(gu.clone()));

        let mut work = stage.hall.begin().await.unwrap();
        unlink(&mut work, None, &gu).await.unwrap();
        work.commit().await.unwrap();
        assert_eq!(staff_of(&stage, "Gu").await, None);

        let bo = hired(&stage, "Bo", Role::Admin).await;
        let mut work = stage.hall.begin().await.unwrap();
        dismiss(&mut work, Some(&bo), &gu).await.unwrap();
        work.commit().await.unwrap();
        assert!(stage.hall.roster.load().get(&gu).is_none());
        let mut work = stage.hall.begin().await.unwrap();
        assert!(make_link_code(&mut work, None, &gu).await.is_err(), "who left gets no code");
    });
}

#[test]
fn a_merchant_links_a_second_identity_after_saying_yes() {
    on_stage(|stage| async move {
        stage.writes(&direct("Lin"), "Lin", "hello").await;
        shop_of(&stage, "Lin", "Silk House", Tier::Crown).await;
        let made = stage.hears(&direct("Lin"), "Lin", "/link").await;
        let code = made[0].split_whitespace().nth(3).unwrap().trim_end_matches('.').to_owned();

        let asked = stage.writes(&direct("Lina"), "Lina", &format!("/link {code}")).await;
        assert!(asked[0].text().contains("Lin (@lin, sandbox)"), "{asked:?}");
        assert_ne!(stage.user("Lin").await.person, stage.user("Lina").await.person, "not before the yes");
        let yes = asked[0].button("Yes, that is me");
        let said = stage.presses(&direct("Lina"), "Lina", &yes).await;
        assert_eq!(said[0].text(), "Done. Both identities are one person to us.");
        let me = stage.hears(&direct("Lina"), "Lina", "/me").await;
        assert!(me[0].contains("Silk House · crown"), "{me:?}");
        let twice = stage.presses(&direct("Lina"), "Lina", &yes).await;
        assert!(twice[0].text().starts_with("This code is wrong"), "{twice:?}");
    });
}

#[test]
fn a_no_voids_the_code_and_links_nothing() {
    on_stage(|stage| async move {
        let made = stage.hears(&direct("Lin"), "Lin", "/link").await;
        let code = made[0].split_whitespace().nth(3).unwrap().trim_end_matches('.').to_owned();
        let asked = stage.writes(&direct("Eve"), "Eve", &format!("/link {code}")).await;
        let (yes, no) = (asked[0].button("Yes, that is me"), asked[0].button("No"));
        stage.presses(&direct("Eve"), "Eve", &no).await;
        stage.presses(&direct("Eve"), "Eve", &yes).await;
        assert_ne!(stage.user("Lin").await.person, stage.user("Eve").await.person);
    });
}

#[test]
fn nobody_gets_the_rights_of_staff_by_making_them_send_a_code() {
    on_stage(|stage| async move {
        stage.staff("Gu", Role::Admin).await;
        let made = stage.hears(&direct("Eve"), "Eve", "/link").await;
        let code = made[0].split_whitespace().nth(3).unwrap().trim_end_matches('.').to_owned();
        let said = stage.writes(&direct("Gu"), "Gu", &format!("/link {code}")).await;
        assert!(said[0].text().starts_with("You work here. Make the code"), "{said:?}");
        assert_ne!(stage.user("Gu").await.person, stage.user("Eve").await.person);
    });
}

async fn staff_room(stage: &Stage) -> ChatInfo {
    stage.staff("Gu", Role::Admin).await;
    stage.staff("Yi", Role::Ops).await;
    stage.staff("Mu", Role::Auditor).await;
    stage.group_for("staff room", Purpose::Staff).await
}

#[test]
fn staff_join_two_persons_and_part_them_again() {
    on_stage(|stage| async move {
        let room = staff_room(&stage).await;
        stage.writes(&direct("Lin"), "Lin", "hello").await;
        stage.writes(&direct("Lina"), "Lina", "hello").await;
        shop_of(&stage, "Lina", "Silk House", Tier::Heart).await;
        let before = (stage.user("Lin").await.person, stage.user("Lina").await.person);

        let said = stage.hears(&room, "Yi", "/person join @lin @lina").await;
        assert!(said[0].contains("is now one person with Lin"), "{said:?}");
        let me = stage.hears(&direct("Lin"), "Lin", "/me").await;
        assert!(me[0].contains("Silk House"), "{me:?}");
        let who = stage.hears(&room, "Mu", "/whois @lina").await;
        assert!(who[0].contains("Silk House · apparel · heart · decision maker · #live"), "{who:?}");
        assert!(who[0].contains("@lin ·") && who[0].contains("One other person was joined"), "{who:?}");

        let said = stage.hears(&room, "Yi", "/person part @lina").await;
        assert_eq!(said, ["On their own again: Lina (@lina, sandbox)"]);
        assert_eq!((stage.user("Lin").await.person, stage.user("Lina").await.person), before);
        assert_eq!(acts(&stage, before.0.as_str()).await, ["person.join", "person.part"]);
        let me = stage.hears(&direct("Lin"), "Lin", "/me").await;
        assert!(me[0].contains("not linked to a shop"), "{me:?}");
    });
}

#[test]
fn ops_cannot_make_an_accomplice_staff_nor_take_an_admins_identity() {
    on_stage(|stage| async move {
        let room = staff_room(&stage).await;
        stage.writes(&direct("Eve"), "Eve", "hello").await;
        for wish in ["/person join @gu @eve", "/person join @eve @gu"] {
            let said = stage.hears(&room, "Yi", wish).await;
            assert!(said[0].starts_with("Staff are not joined by others"), "{said:?}");
        }
        let said = stage.hears(&room, "Yi", "/person part @gu").await;
        assert!(said[0].starts_with("Only an admin"), "{said:?}");
        let said = stage.hears(&room, "Mu", "/person join @eve @gu").await;
        assert_eq!(said, ["Your role does not allow /person."]);
    });
}

#[test]
fn a_wrong_word_or_name_is_told_in_one_sentence() {
    on_stage(|stage| async move {
        let room = staff_room(&stage).await;
        stage.writes(&direct("Lin"), "Lin", "hello").await;
        for (wish, told) in [
            ("/person marry @lin @gu", "“marry” does not fit. The choice is join or part."),
            ("/person join @lin", "Say whom:"),
            ("/person join @lin @lin", "They are one person already."),
            ("/person join @lin @nobody", "I do not know “@nobody”."),
            ("/person part @lin", "Nobody was joined into this person."),
            ("/whois @nobody", "I do not know “@nobody”."),
            ("/whois", "Say whom:"),
        ] {
            let said = stage.hears(&room, "Yi", wish).await;
            assert!(said.len() == 1 && said[0].starts_with(told), "{wish}: {said:?}");
        }
    });
}

#[test]
fn whois_is_for_the_staff_chat_and_looks_beyond_the_account() {
    on_stage(|stage| async move {
        let room = staff_room(&stage).await;
        stage.writes_on("discord", &direct("Omar"), "Omar", "hello", None).await;
        let said = stage.hears(&room, "Mu", "/whois @omar").await;
        assert!(said[0].contains("Omar · @omar · discord · language not known"), "{said:?}");
        let said = stage.hears(&room, "Mu", "/whois @gu").await;
        assert!(said[0].contains("Works here as Gu (admin)"), "{said:?}");
        let group = stage.group_for("shop talk", Purpose::Community).await;
        assert_eq!(stage.hears(&group, "Lin", "/whois @gu").await, [] as [&str; 0], "not for members");
        assert_eq!(stage.hears(&group, "Mu", "/whois @gu").await, ["/whois works in the staff chat."]);
    });
}

#[test]
fn a_language_is_kept_for_all_identities_of_a_person() {
    on_stage(|stage| async move {
        let room = staff_room(&stage).await;
        stage.writes(&direct("Lin"), "Lin", "hello").await;
        stage.writes(&direct("Lina"), "Lina", "hello").await;
        stage.writes(&room, "Yi", "/person join @lin @lina").await;
        let said = stage.hears(&direct("Lin"), "Lin", "/language 中文").await;
        assert_eq!(said, ["好的，以后我用中文与您交流。"]);
        assert_eq!(stage.user("Lina").await.lang, Some(Lang::Zh));
        let said = stage.hears(&direct("Lina"), "Lina", "/language").await;
        assert!(said[0].starts_with("我目前用中文与您交流"), "{said:?}");
        let said = stage.hears(&direct("Lina"), "Lina", "/language fr").await;
        assert!(said[0].contains("“fr”不对"), "{said:?}");
        let said = stage.writes(&direct("Lina"), "Lina", "/language en").await;
        assert_eq!(texts(&said), ["From now on I speak English with you."]);
        assert!(matches!(&said[0].action, Action::Send(content) if content.reply_to.is_some()));
    });
}
