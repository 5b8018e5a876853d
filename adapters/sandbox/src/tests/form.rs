//! Presses and the forms that they bring.

use bot_core::chat::{Action, Button, ButtonDo, Content, Field, FieldKind, Form, RejectionKind};

use super::{Town, key};
use crate::{FormsWhen, Profile};

fn town() -> Town {
    Town::new(Profile::sandbox())
}

pub(super) fn press_button(handle: &str) -> Content {
    let button = Button { label: "Yes".into(), does: ButtonDo::Press(handle.to_owned()) };
    Content::text("?").with_row(vec![button])
}

pub(super) fn form() -> Form {
    let field = Field {
        name: "a".into(),
        label: "A".into(),
        hint: String::new(),
        kind: FieldKind::Line,
        required: true,
    };
    Form { handle: "f1".into(), title: "Form".into(), fields: vec![field] }
}

#[tokio::test]
async fn a_press_is_answered_once_and_in_time() {
    let town = town();
    let message = town.sends(&town.here(), press_button("h1")).await;
    let press = || town.world.press(&key("Lin"), &town.group, &message, "h1").unwrap();
    let answer = |press| Action::AnswerPress { press, text: String::new() };
    let first = press();
    town.done(&town.here(), answer(first.clone())).await;
    assert_eq!(town.refused(&town.here(), answer(first)).await, RejectionKind::AlreadySo);
    let long = Action::AnswerPress { press: press(), text: "x".repeat(201) };
    assert_eq!(town.refused(&town.here(), long).await, RejectionKind::BadContent);
    let late = press();
    town.clock.move_to(1_000_000 + 16 * 60_000);
    assert_eq!(town.refused(&town.here(), answer(late)).await, RejectionKind::NotFound);
    assert_eq!(town.refused(&town.here(), answer("p9".into())).await, RejectionKind::NotFound);
}

#[tokio::test]
async fn a_form_is_shown_to_a_member_and_dropped_once() {
    let town = town();
    let show = |name: &str, form| Action::ShowForm { user: key(name), press: None, form };
    assert_eq!(town.refused(&town.here(), show("Tom", form())).await, RejectionKind::NotFound);
    for bad in [
        Form { handle: String::new(), ..form() },
        Form { title: " ".into(), ..form() },
        Form { fields: vec![], ..form() },
        Form { fields: vec![form().fields[0].clone(); 2], ..form() },
    ] {
        assert_eq!(town.refused(&town.here(), show("Lin", bad)).await, RejectionKind::BadContent);
    }
    town.done(&town.here(), show("Lin", form())).await;
    let drop_it = || Action::DropForm { handle: "f1".into() };
    town.done(&town.here(), drop_it()).await;
    assert_eq!(town.refused(&town.here(), drop_it()).await, RejectionKind::AlreadySo);
}

#[tokio::test]
async fn the_oldest_of_too_many_forms_goes() {
    let town = Town::new(Profile::sandbox());
    for n in 0..21 {
        let form = Form { handle: format!("f{n}"), ..form() };
        town.done(&town.here(), Action::ShowForm { user: key("Lin"), press: None, form }).await;
    }
    assert_eq!(town.world.dismiss_form(&key("Lin"), "f0"), Err(crate::Refusal::NoForm));
    for n in 1..21 {
        town.world.dismiss_form(&key("Lin"), &format!("f{n}")).unwrap();
    }
}

#[tokio::test]
async fn where_forms_answer_a_press_each_press_brings_one() {
    let town = Town::new(Profile { forms: FormsWhen::OnPress, ..Profile::sandbox() });
    let message = town.sends(&town.here(), press_button("h1")).await;
    let press = town.world.press(&key("Lin"), &town.group, &message, "h1").unwrap();
    let show = |name: &str, press| Action::ShowForm { user: key(name), press, form: form() };
    assert_eq!(town.refused(&town.here(), show("Lin", None)).await, RejectionKind::Other);
    assert_eq!(town.refused(&town.here(), show("Mei", Some(press.clone()))).await, RejectionKind::Other);
    town.done(&town.here(), show("Lin", Some(press.clone()))).await;
    assert_eq!(town.refused(&town.here(), show("Lin", Some(press))).await, RejectionKind::Other);
}
