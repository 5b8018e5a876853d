//! Forms: shown at once, or asked question by question.

use std::sync::Arc;

use bot_core::feature::Actor;
use bot_core::features::form::{NewField, NewFieldKind, NewForm};
use bot_core::store::{chat, form};
use bot_core::text;
use bot_core::texts::Text;
use guildhall_sandbox::Profile;

use crate::harness::{GROUP, Stage, with_profile};

/// Who somebody is in the group.
async fn actor(h: &Stage, name: &str) -> Actor {
    let hall = h.hall();
    let mut tx = hall.db.read().await.unwrap();
    let user = chat::user_by_key(&mut tx, h.world.account(), &h.user(name)).await.unwrap().unwrap();
    let chat = chat::by_key(&mut tx, h.world.account(), &h.chat(GROUP)).await.unwrap().unwrap();
    Actor {
        user: Arc::new(user),
        staff: None,
        chat: Arc::new(chat),
        thread: None,
        lang: hall.default_lang,
        press: None,
    }
}

/// Opens a form of two questions for somebody in the group, as a feature does.
async fn asks(h: &mut Stage, name: &str) {
    let at = actor(h, name).await;
    let line = NewField {
        name: "shop",
        label: Text::new("people-whois-no-shop"),
        hint: None,
        kind: NewFieldKind::Line,
        required: false,
    };
    let tiers = ["heart", "crown"].map(|tier| {
        (tier.to_owned(), text!("people-me-shop", shop = tier, tier = tier, category = "-", role = "-"))
    });
    let choice = NewField {
        name: "tier",
        label: Text::new("people-tier-crown"),
        hint: None,
        kind: NewFieldKind::Choice(tiers.into()),
        required: true,
    };
    let new = NewForm {
        feature: "housekeeping",
        name: "test",
        title: Text::new("feature-people"),
        payload: Default::default(),
        fields: vec![line, choice],
    };
    let mut work = h.hall().begin().await.unwrap();
    work.open_form(&at, new).await.unwrap();
    work.commit().await.unwrap();
    h.settle().await;
}

async fn waits(h: &Stage, name: &str) -> bool {
    let at = actor(h, name).await;
    let mut tx = h.hall().db.read().await.unwrap();
    form::guided(&mut tx, &at.chat.id, &at.user.id).await.unwrap().is_some()
}

#[test]
fn a_platform_with_forms_shows_all_questions_at_once_and_refuses_a_wrong_answer() {
    with_profile(&Profile::sandbox(), async |h| {
        h.merchant("Lin").await;
        asks(h, "Lin").await;
        h.fills(GROUP, "Lin", &[("shop", "Silk House"), ("tier", "crown")]).await;
        let view = h.world.chat(&h.chat(GROUP), Some(&h.user("Lin")), 1).unwrap();
        assert!(view.forms.is_empty(), "it was taken");
    });
}

#[test]
fn a_platform_without_forms_asks_one_question_after_the_other() {
    with_profile(&Profile::bare(), async |h| {
        h.merchant("Lin").await;
        h.merchant("Bo").await;
        asks(h, "Lin").await;
        h.latest(GROUP, "1/2  No shop");
        h.says("Bo", "Bo's House").await;
        assert!(!h.transcript(GROUP).contains("2/2"), "only the one who is asked answers");
        h.says("Lin", "Silk House").await;
        h.latest(GROUP, "2/2  crown");
        h.says("Lin", "the best").await;
        h.latest(GROUP, "“the best” is none of the choices");
        h.says("Lin", "/skip").await;
        h.latest(GROUP, "Please answer “crown”.");
        assert!(waits(h, "Lin").await);
        h.says("Lin", "2").await;
        assert!(!waits(h, "Lin").await);
    });
}

#[test]
fn a_guided_form_survives_a_restart_and_can_be_stopped() {
    with_profile(&Profile::bare(), async |h| {
        h.merchant("Lin").await;
        asks(h, "Lin").await;
        h.kill();
        h.start().await;
        h.says("Lin", "/skip").await;
        h.latest(GROUP, "2/2  crown");
        h.says("Lin", "/cancel").await;
        h.latest(GROUP, "Stopped. Nothing was saved.");
        assert!(!waits(h, "Lin").await);
        h.says("Lin", "/cancel").await;
        h.latest(GROUP, "You are not being asked anything at the moment.");
    });
}

#[test]
fn an_answer_after_an_hour_is_a_message_like_any_other() {
    with_profile(&Profile::bare(), async |h| {
        h.merchant("Lin").await;
        asks(h, "Lin").await;
        h.pass("61m").await;
        h.says("Lin", "Silk House").await;
        assert!(!h.transcript(GROUP).contains("2/2"), "{}", h.transcript(GROUP));
    });
}
