//! Files as QQ has them: asked for by name when their address is no longer good, and sent with their bytes.

use bot_core::chat::{Action, Attachment, AttachmentKind, Content, FileRef, Lane};
use bot_core::store::{message, outbox};
use bot_core::work::{Origin, Outgoing, Place};
use guildhall_sandbox::Post;

use super::{FORWARD, REVERSE, id_of, put};
use crate::harness::{GROUP, Stage, on};

/// The first bytes of a PNG, so that it is a picture.
fn picture() -> Vec<u8> {
    [&[0x89, b'P', b'N', b'G', 0x0d, 0x0a, 0x1a, 0x0a, 0, 0, 0, 13][..], b"one"].concat()
}

/// Lin sends a file, and the program stores it.
async fn stored_of(h: &mut Stage, name: &str, bytes: &[u8]) -> Option<Attachment> {
    let file = h.world.upload(name, bytes).unwrap();
    let key = h.says_in(GROUP, "Lin", Post::text("look").with_file(file)).await;
    let group = id_of(h, GROUP).await;
    let seen = {
        let mut tx = h.hall().db.read().await.unwrap();
        message::by_key(&mut tx, &group, &key).await.unwrap().unwrap().attachments.remove(0)
    };
    let mut work = h.hall().begin().await.unwrap();
    let fetch = work.fetch(&group, &seen, Origin::new("none", "none", 0));
    work.commit().await.unwrap();
    h.settle().await;
    let mut tx = h.hall().db.read().await.unwrap();
    let row = outbox::get(&mut tx, &fetch).await.unwrap().unwrap();
    let fetched = row.delivered.into_iter().find_map(|made| made.fetched)?;
    Some(Attachment { size_bytes: fetched.size_bytes, file: FileRef::Stored(fetched.digest), ..seen })
}

/// The bytes of the last file that the bot sent into the group.
fn last_sent(h: &Stage) -> Vec<u8> {
    let view = h.world.chat(&h.chat(GROUP), None, 1_000).unwrap();
    let file =
        view.messages.into_iter().rev().find_map(|message| message.content.attachments.into_iter().next());
    let FileRef::Platform(key) = file.unwrap().file else { panic!("QQ has names of its own") };
    h.world.file(&key).unwrap().to_vec()
}

#[test]
fn a_picture_whose_address_has_expired_is_asked_for_by_its_name() {
    for kind in [REVERSE, FORWARD] {
        on(kind, async |h| {
            h.merchant("Lin").await;
            h.onebot().expire_addresses(true);
            let stored = stored_of(h, "p.png", &picture()).await.unwrap();
            assert_eq!(h.onebot().called("get_image").len(), 2, "for the codes that it may hold, and for us");
            let content = Content { attachments: vec![stored], ..Content::text("here") };
            put(h, Lane::Talk, vec![Action::Send(content)]).await;
            h.settle().await;
            assert_eq!(last_sent(h), picture());
            let sent = h.onebot().called("send_group_msg").pop().unwrap();
            assert!(sent["message"][1]["data"]["file"].as_str().unwrap().starts_with("base64://"), "{sent}");
        });
    }
}

#[test]
fn a_file_goes_by_a_call_of_its_own_and_is_known_by_its_echo_or_the_history() {
    for echoes in [true, false] {
        on(REVERSE, async |h| {
            h.merchant("Lin").await;
            let stored = stored_of(h, "bill.txt", b"three coins").await.unwrap();
            assert_eq!((stored.kind, stored.name.as_str()), (AttachmentKind::File, "bill.txt"));
            assert_eq!(h.onebot().called("get_group_file_url").len(), 1, "no address comes with a file");
            h.onebot().hold_echoes(!echoes);
            let content = Content { attachments: vec![stored], ..Content::text("your bill") };
            let group = id_of(h, GROUP).await;
            let mut work = h.hall().begin().await.unwrap();
            let sent = work.send(Outgoing::new(Place::chat(&group), Lane::Talk, Action::Send(content)));
            work.commit().await.unwrap();
            h.settle().await;
            let upload = h.onebot().called("upload_group_file").pop().unwrap();
            assert_eq!(upload["name"], "bill.txt");
            assert_eq!(last_sent(h), b"three coins");
            assert_eq!(h.open_actions().await, []);
            let key = h.world.chat(&h.chat(GROUP), None, 1).unwrap().messages.pop().unwrap().key;
            let mut tx = h.hall().db.read().await.unwrap();
            let row = outbox::get(&mut tx, &sent).await.unwrap().unwrap();
            let made = row.delivered.last().and_then(|made| made.message.clone());
            assert_eq!(made, Some(key), "its message is known, so that it can be quoted");
        });
    }
}

#[test]
fn an_address_inside_our_own_network_is_not_asked() {
    on(REVERSE, async |h| {
        h.merchant("Lin").await;
        let (lin, group) = (h.user("Lin"), h.chat(GROUP));
        // Another server of this machine, which nobody has named: it would answer.
        let inside = format!("http://localhost:{}/f1", h.onebot().files_host().rsplit_once(':').unwrap().1);
        let file = h.world.upload("p.png", &picture()).unwrap();
        h.world.say(&lin, &group, Post::text("mine").with_file(file)).unwrap();
        h.settle().await;
        h.onebot().feed(serde_json::json!({ "post_type": "message", "message_type": "group", "sub_type": "normal",
            "group_id": group.as_str()[1..].parse::<i64>().unwrap(), "user_id": lin.as_str().parse::<i64>().unwrap(),
            "message_id": 991, "sender": { "nickname": "Lin" },
            "message": [{ "type": "image", "data": { "file": "no-such.jpg", "url": inside } }] }));
        h.settle().await;
        let group = id_of(h, GROUP).await;
        let seen = {
            let mut tx = h.hall().db.read().await.unwrap();
            message::by_key(&mut tx, &group, &"991".into()).await.unwrap().unwrap().attachments.remove(0)
        };
        let mut work = h.hall().begin().await.unwrap();
        let fetch = work.fetch(&group, &seen, Origin::new("none", "none", 0));
        work.commit().await.unwrap();
        h.settle().await;
        let mut tx = h.hall().db.read().await.unwrap();
        let row = outbox::get(&mut tx, &fetch).await.unwrap().unwrap();
        assert!(row.delivered.is_empty(), "{row:?}");
        let asked = h.onebot().called("get_image").len();
        assert_eq!(
            asked, 2,
            "the implementation is asked instead, for the codes that it may hold and for us"
        );
    });
}
