//! Staff say what groups are for; the bot comes and goes.

use crate::chat::{ChatInfo, EventBody};
use crate::directory::Purpose;
use crate::features::testing::{Said, Stage, direct, group, info, on_stage};
use crate::roster::Role;
use crate::store::{audit, chat};

async fn purpose(stage: &Stage, info: &ChatInfo) -> Purpose {
    let mut tx = stage.hall.db.read().await.unwrap();
    chat::by_key(&mut tx, &"sandbox".into(), &info.key).await.unwrap().unwrap().purpose
}

async fn comes(stage: &Stage, to: &ChatInfo, by: Option<&str>) -> Vec<Said> {
    let body = EventBody::ChatChanged { chat: to.clone(), bot_present: true, added_by: by.map(info) };
    stage.happens("sandbox", body).await
}

#[test]
fn an_admin_switches_a_group_on_and_off() {
    on_stage(|stage| async move {
        stage.staff("Gu", Role::Admin).await;
        let shops = group("shops");
        let said = stage.hears(&shops, "Gu", "/group").await;
        assert!(said[0].starts_with("This chat is idle"), "{said:?}");
        let said = stage.hears(&shops, "Gu", "/group community zh").await;
        assert!(said[0].starts_with("This chat is a community group"), "{said:?}");
        assert_eq!(purpose(&stage, &shops).await, Purpose::Community);

        // The language is the group's from the next word on, for whoever has none of their own.
        let said = stage.hears(&shops, "Gu", "/group idle").await;
        assert!(said[0].starts_with("本群用途：停用（中文）"), "{said:?}");
        assert_eq!(purpose(&stage, &shops).await, Purpose::Idle);
        let mut tx = stage.hall.db.read().await.unwrap();
        let kept = chat::by_key(&mut tx, &"sandbox".into(), &shops.key).await.unwrap().unwrap();
        let acts = audit::of(&mut tx, kept.id.as_str()).await.unwrap();
        let details: Vec<_> = acts.iter().filter_map(|act| act.detail.as_deref()).collect();
        assert_eq!(details, ["community zh (shops)", "idle zh (shops)"]);
    });
}

#[test]
fn nobody_else_switches_anything() {
    on_stage(|stage| async move {
        stage.staff("Yi", Role::Ops).await;
        let shops = group("shops");
        assert_eq!(stage.hears(&shops, "Lin", "/group staff").await, [] as [&str; 0]);
        assert_eq!(stage.hears(&shops, "Yi", "/group staff").await, ["Your role does not allow /group."]);
        assert_eq!(purpose(&stage, &shops).await, Purpose::Idle);
    });
}

#[test]
fn a_second_staff_chat_is_refused() {
    on_stage(|stage| async move {
        stage.staff("Gu", Role::Admin).await;
        stage.hears(&group("one"), "Gu", "/group staff").await;
        let said = stage.hears(&group("two"), "Gu", "/group staff").await;
        assert!(said[0].starts_with("“one” is the staff chat already"), "{said:?}");
        assert_eq!(purpose(&stage, &group("two")).await, Purpose::Idle);
        let said = stage.hears(&direct("Gu"), "Gu", "/group staff").await;
        assert_eq!(said, ["/group works in groups."]);
    });
}

#[test]
fn whoever_works_here_is_told_in_private_how_to_switch_a_new_group_on() {
    on_stage(|stage| async move {
        stage.staff("Gu", Role::Admin).await;
        let said = comes(&stage, &group("new"), Some("Gu")).await;
        assert_eq!(said.len(), 1);
        assert!(said[0].text().starts_with("I was added to “new”"), "{said:?}");
        assert!(said[0].chat.is_direct());
        assert!(comes(&stage, &group("other"), Some("Lin")).await.is_empty(), "strangers are told nothing");
        assert!(comes(&stage, &group("third"), None).await.is_empty(), "it may only be a new title");
        let served = stage.group_for("served", Purpose::Community).await;
        assert!(comes(&stage, &served, Some("Gu")).await.is_empty(), "it is on already");
    });
}

#[test]
fn the_staff_chat_hears_that_a_group_lost_the_bot() {
    on_stage(|stage| async move {
        let room = stage.group_for("staff room", Purpose::Staff).await;
        let shops = stage.group_for("shops", Purpose::Community).await;
        let goes = |chat: ChatInfo| EventBody::ChatChanged { chat, bot_present: false, added_by: None };
        let said = stage.happens("sandbox", goes(shops)).await;
        assert_eq!(said[0].chat.title, "staff room");
        assert!(said[0].text().starts_with("I was removed from “shops”"), "{said:?}");
        assert!(stage.happens("sandbox", goes(group("idle one"))).await.is_empty());
        assert!(stage.happens("sandbox", goes(room)).await.is_empty(), "there is nobody to tell");
    });
}
