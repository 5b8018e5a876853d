//! Messages and taken events, on both databases.

use super::{NewMessage, TEXT_KEPT_UTF8, split_content};
use crate::chat::{
    AccountId, Attachment, AttachmentKind, Content, EventKey, FileRef, Mark, MarkKind, MessageKey, RichText,
};
use crate::store::message;
use crate::store::testing::on_both;

fn picture() -> Attachment {
    Attachment {
        kind: AttachmentKind::Picture,
        name: "order.png".into(),
        media_type: "image/png".into(),
        size_bytes: 7,
        file: FileRef::Stored("ab12".into()),
    }
}

fn new(key: &str, content: &Content, reply_to: Option<&MessageKey>) -> NewMessage {
    let (text, extra) = split_content(content, reply_to).unwrap();
    NewMessage {
        id: format!("id-{key}").as_str().into(),
        chat: "c".into(),
        key: key.into(),
        thread: None,
        author: Some("u".into()),
        text,
        extra,
        sent_at_ms: 5,
    }
}

#[test]
fn messages_are_kept_with_all_that_they_carry() {
    on_both(async |hall| {
        let mut tx = hall.db.write().await.unwrap();
        let tx = &mut tx;
        let mut rich = Content::text(RichText::plain("你好 ").then_bold("Lin"));
        rich.attachments.push(picture());
        let mut post = new("2", &Content::text("plain"), None);
        (post.author, post.thread) = (None, Some("t".into()));
        message::insert_many(tx, &[new("1", &rich, Some(&"0".into())), post]).await.unwrap();

        let kept = message::by_key(tx, &"c".into(), &"1".into()).await.unwrap().unwrap();
        assert_eq!(
            (&kept.text, &kept.attachments, &kept.reply_to),
            (&rich.text, &rich.attachments, &Some("0".into()))
        );
        assert_eq!((kept.author, kept.sent_at_ms, kept.deleted_at_ms), (Some("u".into()), 5, None));
        let kept = message::by_key(tx, &"c".into(), &"2".into()).await.unwrap().unwrap();
        assert_eq!((kept.text.text.as_str(), kept.author, kept.thread), ("plain", None, Some("t".into())));
        assert_eq!(message::by_key(tx, &"other".into(), &"1".into()).await.unwrap(), None);
    });
}

#[test]
fn earlier_messages_are_those_of_the_same_author_in_the_same_chat_that_stand() {
    on_both(async |hall| {
        let mut tx = hall.db.write().await.unwrap();
        let tx = &mut tx;
        let plain = |key: &str| new(key, &Content::text("x"), None);
        let mut elsewhere = plain("4");
        elsewhere.chat = "other".into();
        let mut by_other = plain("5");
        by_other.author = Some("mei".into());
        message::insert_many(tx, &[plain("1"), plain("2"), plain("3"), elsewhere, by_other]).await.unwrap();
        message::mark_deleted(tx, &"c".into(), &["2".into()], 9).await.unwrap();
        let (author, chat, key) = ("u".into(), "c".into(), "3".into());
        assert_eq!(message::earlier_by(tx, &author, &chat, &key, 9).await.unwrap(), 1);
        assert_eq!(message::earlier_by(tx, &author, &chat, &"new".into(), 9).await.unwrap(), 2);
        assert_eq!(
            message::earlier_by(tx, &author, &chat, &"new".into(), 1).await.unwrap(),
            1,
            "no more counted"
        );
    });
}

#[test]
fn a_message_that_is_known_stays_as_it_is() {
    on_both(async |hall| {
        let mut tx = hall.db.write().await.unwrap();
        let tx = &mut tx;
        let (first, second) = (Content::text("first"), Content::text("second"));
        message::insert_many(tx, &[new("1", &first, None), new("1", &second, None)]).await.unwrap();
        message::insert_many(tx, &[new("1", &second, None)]).await.unwrap();
        let kept = message::by_key(tx, &"c".into(), &"1".into()).await.unwrap().unwrap();
        assert_eq!(kept.text.text, "first");
    });
}

#[test]
fn an_edit_keeps_what_was_replied_to() {
    on_both(async |hall| {
        let mut tx = hall.db.write().await.unwrap();
        let tx = &mut tx;
        message::insert_many(tx, &[new("1", &Content::text("a"), Some(&"0".into()))]).await.unwrap();
        message::edit(tx, &"c".into(), &"1".into(), &Content::text("b\0"), 9).await.unwrap();
        let kept = message::by_key(tx, &"c".into(), &"1".into()).await.unwrap().unwrap();
        assert_eq!((kept.text.text.as_str(), kept.reply_to), ("b\u{FFFD}", Some("0".into())));
        message::edit(tx, &"c".into(), &"never".into(), &Content::text("b"), 9).await.unwrap();
        assert_eq!(message::by_key(tx, &"c".into(), &"never".into()).await.unwrap(), None);
    });
}

#[test]
fn a_message_is_deleted_when_it_was_deleted_first() {
    on_both(async |hall| {
        let mut tx = hall.db.write().await.unwrap();
        let tx = &mut tx;
        message::insert_many(tx, &[new("1", &Content::text("a"), None), new("2", &Content::text("b"), None)])
            .await
            .unwrap();
        message::mark_deleted(tx, &"c".into(), &["1".into(), "never".into()], 10).await.unwrap();
        message::mark_deleted(tx, &"c".into(), &["1".into()], 20).await.unwrap();
        let kept = message::by_key(tx, &"c".into(), &"1".into()).await.unwrap().unwrap();
        assert_eq!((kept.deleted_at_ms, kept.text.text.as_str()), (Some(10), "a"), "what it said is kept");
        let other = message::by_key(tx, &"c".into(), &"2".into()).await.unwrap().unwrap();
        assert_eq!(other.deleted_at_ms, None);
    });
}

#[test]
fn an_event_is_taken_once_by_account_and_key() {
    on_both(async |hall| {
        let mut tx = hall.db.write().await.unwrap();
        let tx = &mut tx;
        let (a, b): (AccountId, AccountId) = ("a".into(), "b".into());
        let (one, two): (EventKey, EventKey) = ("1".into(), "2\0".into());
        let mut take = async |keys: &[(&AccountId, &EventKey)], at_ms| {
            message::take_events(tx, keys, at_ms).await.unwrap()
        };
        assert_eq!(take(&[(&a, &one), (&a, &one), (&b, &one)], 10).await, []);
        assert_eq!(take(&[(&a, &one), (&a, &two)], 20).await, [(a.clone(), one.clone())]);
        assert_eq!(take(&[(&a, &two)], 20).await, [(a.clone(), "2\u{FFFD}".into())]);

        assert_eq!(message::last_taken_ms(tx, &a).await.unwrap(), Some(20));
        assert_eq!(message::last_taken_ms(tx, &"nobody".into()).await.unwrap(), None);
        assert_eq!(message::forget_taken(tx, 20).await.unwrap(), 2);
        let again = message::take_events(tx, &[(&b, &one), (&a, &one)], 30).await.unwrap();
        assert_eq!(again, [], "what was forgotten is new again");
    });
}

#[test]
fn a_failed_event_is_kept_until_it_is_put_away() {
    on_both(async |hall| {
        let mut tx = hall.db.write().await.unwrap();
        let tx = &mut tx;
        let account = AccountId::from("sandbox");
        for id in ["f1", "f2"] {
            let key = EventKey::from(id);
            let event = r#"{"text":"\u0000"}"#;
            message::add_failed(tx, &id.into(), (&account, &key), event, "no\0 luck", 5).await.unwrap();
        }
        assert_eq!(message::failed_count(tx).await.unwrap(), 2);
        let last = message::failed(tx, 1).await.unwrap().remove(0);
        assert_eq!((last.id.as_str(), last.failed_at_ms), ("f2", 5));
        assert_eq!((last.event.as_str(), last.error.as_str()), (r#"{"text":"\ufffd"}"#, "no\u{FFFD} luck"));
        assert!(message::remove_failed(tx, &last.id).await.unwrap());
        assert!(!message::remove_failed(tx, &last.id).await.unwrap());
        assert_eq!(message::failed(tx, 10).await.unwrap().len(), 1);
    });
}

#[test]
fn a_text_longer_than_any_platform_allows_is_cut_between_characters() {
    let long = "你".repeat(TEXT_KEPT_UTF8);
    let marked = RichText {
        marks: vec![Mark { start_utf8: 0, end_utf8: long.len(), kind: MarkKind::Bold }],
        text: long,
    };
    let (text, extra) = split_content(&Content::text(marked), None).unwrap();
    assert_eq!(text.len(), TEXT_KEPT_UTF8 / 3 * 3);
    assert!(extra.unwrap().contains(&format!("\"end_utf8\":{}", text.len())));
}
