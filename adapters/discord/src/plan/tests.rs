//! Plans, held against what Discord takes.

use bot_core::chat::{
    Attachment, AttachmentKind, Button, ButtonDo, Field, FieldKind, FileRef, MarkKind, MessageKey, RichText,
    Right, Support,
};

use super::*;
use crate::api::FILE_MAX;
use crate::read::FileKey;

fn planned(action: &Action) -> RenderPlan {
    plan(Some(Id(1)), &capabilities(Sort::Channel, None), action, 2_000_000_000_000)
}

fn file(at: u64) -> Attachment {
    let key = FileKey { channel: Id(1), message: Id(2), file: Id(at) };
    Attachment {
        kind: AttachmentKind::Picture,
        name: "a.png".into(),
        media_type: "image/png".into(),
        size_bytes: 5,
        file: FileRef::Platform(key.text()),
    }
}

#[test]
fn what_is_too_long_for_a_message_and_rings_for_nobody_stays_one_in_an_embed() {
    for (repeats, calls) in [(300, 1), (500, 1), (900, 3)] {
        let plan = planned(&Action::Send(Content::text("words ".repeat(repeats))));
        assert_eq!((plan.calls.len(), plan.losses.len()), (calls, usize::from(calls > 1)), "{repeats}");
    }
    let message = MessageRef::Key(MessageKey::from("5"));
    let plan = planned(&Action::Edit { message, content: Content::text("words ".repeat(600)) });
    assert_eq!(plan.losses, [], "an edit has the same room");
}

#[test]
fn a_long_text_is_split_and_its_parts_carry_what_belongs_to_them() {
    let press = Button { label: "Go".into(), does: ButtonDo::Press("h".into()) };
    // Who is mentioned is rung for only from within messages.
    let text =
        RichText::plain("words ".repeat(500)).then_marked("Lin", MarkKind::Mention { user: "7".into() });
    let mut content = Content::text(text).with_row(vec![press]);
    content.reply_to = Some(MessageKey::from("5").into());
    content.attachments = (0..12).map(file).collect();
    let plan = planned(&Action::Send(content));
    let parts: Vec<Content> = plan
        .calls
        .into_iter()
        .map(|call| match call.action {
            Action::Send(content) => content,
            other => panic!("{other:?}"),
        })
        .collect();
    assert_eq!(parts.iter().map(|part| part.attachments.len()).collect::<Vec<_>>(), [0, 10, 2]);
    assert_eq!(parts.iter().map(|part| part.buttons.len()).collect::<Vec<_>>(), [0, 0, 1]);
    assert_eq!(parts.iter().map(|part| part.reply_to.is_some()).collect::<Vec<_>>(), [true, false, false]);
    assert_eq!(plan.losses, [Loss { feature: Feature::Text, kind: LossKind::Split { parts: 3 } }]);
}

#[test]
fn only_young_messages_of_one_channel_are_deleted_together() {
    let young =
        |at: u64| MessageRef::Key(MessageKey((Id::first_at(2_000_000_000_000 - 60_000).0 + at).to_string()));
    let old = MessageRef::Key(MessageKey(Id::first_at(2_000_000_000_000 - 15 * 86_400_000).to_string()));
    let in_thread = MessageRef::Key(MessageKey(format!("9/{}", Id::first_at(2_000_000_000_000 - 5_000))));
    let mut messages: Vec<MessageRef> = (0..130).map(young).collect();
    messages.extend([old, in_thread]);
    let calls = planned(&Action::Delete { messages }).calls;
    let counts: Vec<(&str, usize)> = calls
        .iter()
        .map(|call| match &call.action {
            Action::Delete { messages } => (call.method.as_str(), messages.len()),
            other => panic!("{other:?}"),
        })
        .collect();
    let (many, one) = ("Bulk Delete Messages", "Delete Message");
    assert_eq!(counts, [(many, 100), (many, 30), (one, 1), (one, 1)]);
}

#[test]
fn a_mute_lasts_28_days_at_most_and_says_so() {
    let mute = |until_ms| planned(&Action::Mute { user: "7".into(), until_ms });
    let end = |plan: &RenderPlan| match &plan.calls[1].action {
        Action::Mute { until_ms, .. } => until_ms.unwrap() - 2_000_000_000_000,
        other => panic!("{other:?}"),
    };
    let short = mute(Some(2_000_000_000_000 + 60_000));
    assert_eq!((end(&short), short.losses.len()), (60_000, 0));
    for long in [mute(None), mute(Some(2_000_000_000_000 + 40 * 86_400_000))] {
        assert_eq!((end(&long), long.losses.len()), (MUTE_MAX_MS - MUTE_ROOM_MS, 1));
    }
}

#[test]
fn a_form_needs_a_press_and_at_most_five_questions() {
    let field = |at: usize| Field {
        name: at.to_string(),
        label: "?".into(),
        hint: String::new(),
        kind: FieldKind::Line,
        required: true,
    };
    let show = |press: Option<&str>, fields: usize| {
        let form = Form { handle: "h".into(), title: "t".into(), fields: (0..fields).map(field).collect() };
        planned(&Action::ShowForm { user: "7".into(), press: press.map(Into::into), form }).calls.len()
    };
    assert_eq!((show(Some("b/1/t"), 5), show(None, 2), show(Some("b/1/t"), 6)), (1, 0, 0));
}

#[test]
fn what_the_bot_may_not_do_is_denied_and_what_a_private_chat_has_not_is_absent() {
    let caps = capabilities(Sort::Channel, Some(&[Right::Write]));
    assert_eq!(caps.of(Feature::Mute), &Support::Denied { missing: Right::RestrictMembers });
    assert!(caps.is_native(Feature::Forms));
    let direct = capabilities(Sort::Direct, None);
    assert_eq!(direct.of(Feature::Mute), &Support::Absent);
    assert!(direct.is_native(Feature::Text) && direct.limits(Feature::Forms).on_press);
    let losses = plan(None, &direct, &Action::Kick { user: "7".into() }, 0).losses;
    assert_eq!(losses, [Loss { feature: Feature::Kick, kind: LossKind::Dropped }]);
}

#[test]
fn files_that_cannot_be_sent_are_said_to_be_lost() {
    let mut content = Content::text("look");
    let elsewhere = Attachment { file: FileRef::Platform("photo:AgAC".into()), ..file(2) };
    content.attachments = vec![file(1), elsewhere, Attachment { size_bytes: FILE_MAX + 1, ..file(3) }];
    let plan = planned(&Action::Send(content));
    assert_eq!(plan.losses, [Loss { feature: Feature::Attachments, kind: LossKind::Dropped }]);
    assert!(matches!(&plan.calls[0].action, Action::Send(sent) if sent.attachments.len() == 1));
}
