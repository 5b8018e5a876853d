//! What is known before anything is sent; whatever is planned can be performed.

use bot_core::chat::{
    Action, Attachment, AttachmentKind, Button, ButtonDo, Content, Feature, FileRef, LossKind, MarkKind,
    MessageRef, Outcome, Platform as _, RenderPlan, RichText, Right,
};

use super::{BYTES, Town, key};
use crate::Profile;

fn plan(town: &Town, action: &Action) -> RenderPlan {
    town.bot.plan(&town.here(), action)
}

fn losses(plan: &RenderPlan) -> Vec<(Feature, LossKind)> {
    plan.losses.iter().map(|loss| (loss.feature, loss.kind.clone())).collect()
}

/// Performs a plan and gives how the chat looks then.
async fn performed(town: &Town, plan: &RenderPlan) -> String {
    town.stored(b"bytes").await;
    for call in &plan.calls {
        let outcome = town.bot.perform(&town.here(), call, "o1".into()).await;
        assert!(matches!(outcome, Outcome::Sent(_)), "{call:?}: {outcome:?}");
    }
    town.transcript()
}

fn button(label: &str, does: ButtonDo) -> Button {
    Button { label: label.into(), does }
}

fn file(name: &str) -> Attachment {
    let file = FileRef::Stored(BYTES.into());
    Attachment {
        kind: AttachmentKind::File,
        name: name.into(),
        media_type: "text/plain".into(),
        size_bytes: 3,
        file,
    }
}

#[tokio::test]
async fn a_simple_message_is_one_call_without_loss() {
    let town = Town::new(Profile::sandbox());
    let content = Content::text(RichText::plain("hello ").then_bold("Lin"))
        .with_row(vec![button("Yes", ButtonDo::Press("h".into()))]);
    let plan = plan(&town, &Action::Send(content.clone()));
    assert_eq!((plan.calls.len(), losses(&plan)), (1, vec![]));
    assert_eq!(plan.calls[0].action, Action::Send(content));
    assert_eq!(performed(&town, &plan).await, "Guildhall: hello Lin [Yes]\n");
}

#[tokio::test]
async fn a_long_message_is_split_with_the_reply_first_and_the_buttons_last() {
    let town = Town::new(Profile { text_utf16: 20, ..Profile::sandbox() });
    let question = town.says("Lin", "how?");
    let content = Content::text("first paragraph\n\nsecond paragraph\n\nthird paragraph")
        .with_row(vec![button("Yes", ButtonDo::Press("h".into()))])
        .replying_to(question);
    let plan = plan(&town, &Action::Send(content));
    assert_eq!(losses(&plan), [(Feature::Text, LossKind::Split { parts: 3 })]);
    assert_eq!(
        performed(&town, &plan).await,
        "Lin: how?\nGuildhall ↩ “how?”: first paragraph\nGuildhall: second paragraph\nGuildhall: third paragraph [Yes]\n"
    );
}

#[tokio::test]
async fn many_files_and_a_long_caption_are_several_messages() {
    let town = Town::new(Profile { attachments: 2, caption_utf16: 5, ..Profile::sandbox() });
    let content = Content { attachments: vec![file("a"), file("b"), file("c")], ..Content::text("short") };
    let together = plan(&town, &Action::Send(content.clone()));
    assert_eq!(losses(&together), [(Feature::Attachments, LossKind::Split { parts: 2 })]);
    let apart = plan(&town, &Action::Send(Content { text: "longer".into(), ..content }));
    assert_eq!(apart.calls.len(), 3);
    performed(&town, &together).await;
    assert_eq!(
        performed(&town, &apart).await,
        "Guildhall: <a> <b>\nGuildhall: <c> short\nGuildhall: <a> <b>\nGuildhall: <c>\nGuildhall: longer\n"
    );
    let big = Content {
        attachments: vec![Attachment { size_bytes: 1 << 30, ..file("big") }],
        ..Content::default()
    };
    let nothing = plan(&town, &Action::Send(big));
    assert!(nothing.calls.is_empty());
    assert_eq!(losses(&nothing), [(Feature::Attachments, LossKind::Dropped)]);
}

#[tokio::test]
async fn a_poor_platform_gets_what_it_can_carry_and_the_rest_is_named() {
    let town = Town::new(Profile::bare());
    let text = RichText::default()
        .then_marked("the guide", MarkKind::Link { url: "https://example.org/g".into() })
        .then(" ")
        .then_marked("@all", MarkKind::MentionAll);
    let content = Content::text(text).with_row(vec![
        button("Yes", ButtonDo::Press("h".into())),
        button("Shop", ButtonDo::Url("https://example.org".into())),
    ]);
    let plan = plan(&town, &Action::Send(content));
    assert_eq!(
        losses(&plan),
        [
            (Feature::MentionAll, LossKind::Dropped),
            (Feature::Marks, LossKind::Dropped),
            (Feature::Buttons, LossKind::Emulated { via: "links written into the text".into() }),
            (Feature::Buttons, LossKind::Dropped),
        ]
    );
    assert_eq!(
        performed(&town, &plan).await,
        "Guildhall: the guide (https://example.org/g) @all\n    Shop: https://example.org\n"
    );
}

#[test]
fn what_a_platform_cannot_do_at_all_has_no_calls() {
    let town = Town::new(Profile::bare());
    let message = || MessageRef::Key("1".into());
    for (action, feature) in [
        (Action::Edit { message: message(), content: Content::text("x") }, Feature::Edit),
        (Action::Pin { message: message() }, Feature::Pin),
        (Action::OpenThread { title: "x".into() }, Feature::Threads),
        (Action::DropForm { handle: "x".into() }, Feature::Forms),
        (Action::AnswerPress { press: "p".into(), text: "x".into() }, Feature::Buttons),
    ] {
        let plan = plan(&town, &action);
        assert!(plan.calls.is_empty(), "{action:?}");
        assert_eq!(losses(&plan), [(feature, LossKind::Dropped)]);
    }
}

#[test]
fn a_missing_right_is_named() {
    let town = Town::new(Profile::sandbox());
    town.world.set_bot_rights(&town.group, Some(&[Right::Write])).unwrap();
    let plan = plan(&town, &Action::Ban { user: key("Lin"), purge_ms: 0 });
    assert!(plan.calls.is_empty());
    assert_eq!(losses(&plan), [(Feature::Ban, LossKind::MissingRight { missing: Right::RestrictMembers })]);
}

#[tokio::test]
async fn an_edit_stays_one_message() {
    let town = Town::new(Profile { text_utf16: 10, ..Profile::sandbox() });
    let message = town.sends(&town.here(), "old").await;
    let plan = plan(
        &town,
        &Action::Edit { message: message.into(), content: Content::text("a new text, too long") },
    );
    assert_eq!((plan.calls.len(), plan.losses.len()), (1, 1));
    assert_eq!(performed(&town, &plan).await, "Guildhall: a new…  (edited)\n".replace("  ", " "));
}

#[tokio::test]
async fn deletes_go_by_the_hundred_and_long_mutes_are_cut() {
    let town = Town::new(Profile { mute_max_ms: Some(1_000), ..Profile::sandbox() });
    let messages = (0..250).map(|n| MessageRef::Key(format!("{n}").into())).collect();
    assert_eq!(plan(&town, &Action::Delete { messages }).calls.len(), 3);
    for until_ms in [None, Some(9_000_000)] {
        let plan = plan(&town, &Action::Mute { user: key("Lin"), until_ms });
        assert_eq!(plan.calls[0].action, Action::Mute { user: key("Lin"), until_ms: Some(1_001_000) });
        performed(&town, &plan).await;
    }
}

#[test]
fn too_many_rows_of_buttons_are_left_out_and_named() {
    let town = Town::new(Profile::sandbox());
    let content = (0..9).fold(Content::text("x"), |content, n| {
        content.with_row(vec![button("x", ButtonDo::Press(format!("h{n}")))])
    });
    assert_eq!(losses(&plan(&town, &Action::Send(content))), [(Feature::Buttons, LossKind::Dropped)]);
}
