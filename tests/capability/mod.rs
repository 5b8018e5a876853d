//! What each platform can do: as its adapter says, as it shows on the platform, and as docs/platforms.md tells it.

mod page;

use bot_core::chat::{
    Action, Attachment, AttachmentKind, Button, ButtonDo, Capabilities, Content, Feature as Can, Field,
    FieldKind, FileRef, Form, Mark, MarkKind, MessageRef, RichText, Support,
};
use bot_core::directory::Chat;
use bot_core::ids::OutboxId;
use bot_core::store::outbox::State;
use bot_core::store::{chat, join_request, message, outbox};
use bot_core::work::{Outgoing, Place};
use guildhall_sandbox::{Fault, MessageView, Post};

use crate::harness::{GROUP, STAFF, Stage, story};

/// Everything that a platform may be able to do, in the order of the page.
pub(super) const ALL: [Can; 25] = [
    Can::Text,
    Can::Marks,
    Can::Attachments,
    Can::Fetch,
    Can::Buttons,
    Can::Forms,
    Can::Reply,
    Can::MentionAll,
    Can::Edit,
    Can::DeleteOwn,
    Can::DeleteOthers,
    Can::Pin,
    Can::Board,
    Can::Nick,
    Can::Badge,
    Can::Mute,
    Can::Kick,
    Can::Ban,
    Can::BanPurge,
    Can::Lock,
    Can::SlowMode,
    Can::JoinRequests,
    Can::Threads,
    Can::DirectFirst,
    Can::SendNonce,
];

#[test]
fn what_an_adapter_says_it_can_do_shows_on_the_platform_and_nothing_else_does() {
    story(async |h| {
        for name in ["Lin", "Tom", "Eve"] {
            h.merchant(name).await;
        }
        let mut wrong = Vec::new();
        for can in ALL {
            let claim = claims(h, can).await.of(can).clone();
            let shows = tried(h, can, &claim).await;
            let expected = match claim {
                Support::Native(_) => Some(true),
                // What is emulated is told by other means, which the story of each tells.
                Support::Emulated { .. } => None,
                Support::Denied { missing } => panic!("{can:?}: the bot has all rights, and not {missing:?}"),
                Support::Absent => Some(false),
            };
            if expected.is_some() && shows.is_some() && shows != expected {
                wrong.push((can, claim));
            }
        }
        assert!(wrong.is_empty(), "on {:?}: {wrong:?}\n{}", h.kind(), h.transcript(GROUP));
    });
}

/// What is said of the chat in which a feature is tried: topics are in the staff chat, the first word is private.
async fn claims(h: &Stage, can: Can) -> Capabilities {
    let at = place_of(h, can).await;
    h.hall().begin().await.unwrap().capabilities(&at)
}

async fn place_of(h: &Stage, can: Can) -> Chat {
    match can {
        Can::Threads => stored(h, STAFF).await,
        Can::DirectFirst => direct(h, "Eve").await,
        _ => stored(h, GROUP).await,
    }
}

async fn stored(h: &Stage, title: &str) -> Chat {
    let mut tx = h.hall().db.read().await.unwrap();
    chat::by_key(&mut tx, h.world.account(), &h.key_of(title)).await.unwrap().unwrap()
}

async fn direct(h: &Stage, name: &str) -> Chat {
    let mut work = h.hall().begin().await.unwrap();
    let account = h.world.account().clone();
    let user = chat::user_by_key(work.tx().await.unwrap(), &account, &h.user(name)).await.unwrap().unwrap();
    let direct = work.direct_chat(&user).await.unwrap();
    work.commit().await.unwrap();
    direct
}

/// Does what needs the feature, and tells whether it shows on the platform; `None` where that cannot be told.
async fn tried(h: &mut Stage, can: Can, claim: &Support) -> Option<bool> {
    match can {
        Can::Text | Can::Marks | Can::Attachments | Can::Buttons | Can::Reply | Can::MentionAll => {
            Some(tried_content(h, can).await)
        }
        Can::Edit | Can::DeleteOwn | Can::DeleteOthers | Can::Pin => Some(tried_on_message(h, can).await),
        Can::BanPurge => Some(tried_purge(h).await),
        Can::Board => Some(tried_board(h).await),
        Can::Mute | Can::Nick | Can::Badge | Can::Kick | Can::Ban => Some(tried_on_member(h, can).await),
        Can::Lock | Can::SlowMode | Can::JoinRequests | Can::Threads => Some(tried_on_chat(h, can).await),
        Can::Fetch => Some(tried_fetch(h).await),
        Can::DirectFirst => {
            sends(h, can, Action::Send(Content::text("first word"))).await;
            Some(h.has_chat("@Eve") && h.transcript("@Eve").contains("first word"))
        }
        Can::Forms => tried_form(h, claim).await,
        Can::SendNonce => tried_nonce(h, claim).await,
    }
}

/// Sends an action and gives what became of it.
async fn sends(h: &mut Stage, can: Can, action: Action) -> (OutboxId, State) {
    let place = Place::chat(&place_of(h, can).await.id);
    let mut work = h.hall().begin().await.unwrap();
    let lane = bot_core::chat::Lane::Talk;
    let id = work.send(Outgoing::new(place, lane, action));
    work.commit().await.unwrap();
    h.pass("1m").await;
    let row = outbox::get(&mut h.hall().db.read().await.unwrap(), &id).await.unwrap().unwrap();
    (id, row.state)
}

async fn tried_content(h: &mut Stage, can: Can) -> bool {
    let lins = h.says("Lin", &format!("before {can:?}")).await;
    let lins = h.key_of_message(GROUP, &lins);
    let words = format!("trying {can:?}");
    let mut content = Content::text(words.as_str());
    match can {
        Can::Marks => content.text = RichText::plain("").then_marked(&words, MarkKind::Bold),
        Can::Attachments => content.attachments.push(picture(h).await),
        Can::Buttons => {
            let button = Button { label: "Yes".into(), does: ButtonDo::Press("aaaaaaaa".into()) };
            content = content.with_row(vec![button]);
        }
        Can::Reply => content = content.replying_to(lins),
        Can::MentionAll => {
            let mark = Mark { start_utf8: 0, end_utf8: words.len(), kind: MarkKind::MentionAll };
            content.text.marks.push(mark);
        }
        _ => {}
    }
    let (_, state) = sends(h, can, Action::Send(content)).await;
    assert_eq!(state, State::Sent, "what cannot be shown is left out, and the rest is said: {can:?}");
    let said = said(h);
    match can {
        Can::Marks => said.content.text.marks.iter().any(|mark| mark.kind == MarkKind::Bold),
        Can::Attachments => !said.content.attachments.is_empty(),
        Can::Buttons => !said.content.buttons.is_empty(),
        Can::Reply => said.reply_to.is_some(),
        Can::MentionAll => said.content.text.marks.iter().any(|mark| mark.kind == MarkKind::MentionAll),
        _ => said.content.text.text == words,
    }
}

/// What the bot said last in the group, where it has spoken.
fn said(h: &Stage) -> MessageView {
    let view = h.world.chat(&h.chat(GROUP), None, 1_000).unwrap();
    let bots = |message: &MessageView| message.author == guildhall_sandbox::Author::Bot;
    view.messages.into_iter().rev().find(bots).unwrap()
}

async fn picture(h: &Stage) -> Attachment {
    let bytes = [&[0x89, b'P', b'N', b'G', 0x0d, 0x0a, 0x1a, 0x0a, 0, 0, 0, 13][..], b"picture"].concat();
    let stored = h.files.put(&bytes).await.unwrap();
    Attachment {
        kind: AttachmentKind::Picture,
        name: "pic.png".into(),
        media_type: "image/png".into(),
        size_bytes: stored.size_bytes,
        file: FileRef::Stored(stored.digest),
    }
}

async fn tried_on_message(h: &mut Stage, can: Can) -> bool {
    let key = if can == Can::DeleteOthers {
        h.says("Lin", "please take this away").await
    } else {
        sends(h, Can::Text, Action::Send(Content::text("as it was"))).await;
        said(h).key
    };
    let message = MessageRef::from(h.key_of_message(GROUP, &key));
    let action = match can {
        Can::Edit => Action::Edit { message, content: Content::text("as it is") },
        Can::Pin => Action::Pin { message },
        _ => Action::Delete { messages: vec![message] },
    };
    sends(h, can, action).await;
    let now = h.message(GROUP, &key);
    match can {
        Can::Edit => now.content.text.text == "as it is",
        Can::Pin => now.pinned,
        _ => now.deleted,
    }
}

/// What is put on a board is found there by its key, and taken down by it.
async fn tried_board(h: &mut Stage) -> bool {
    let (id, state) = sends(h, Can::Board, Action::Post(Content::text("the rules"))).await;
    if state != State::Sent {
        return false;
    }
    // Of the platforms that stories are told on, QQ alone has boards.
    let board = |h: &Stage| h.onebot().board(h.chat(GROUP).as_str()[1..].parse().unwrap());
    let shows = board(h) == ["the rules"];
    let row = outbox::get(&mut h.hall().db.read().await.unwrap(), &id).await.unwrap().unwrap();
    let notice = row.delivered.into_iter().find_map(|made| made.message).unwrap();
    sends(h, Can::Board, Action::TakeDown { notice }).await;
    shows && board(h).is_empty()
}

async fn tried_on_member(h: &mut Stage, can: Can) -> bool {
    let user = h.user("Tom");
    let group = h.chat(GROUP);
    if !h.world.chat(&group, None, 0).unwrap().members.iter().any(|member| member.user == user) {
        h.world.join(&user, &group).unwrap();
        h.settle().await;
    }
    let until_ms = Some(h.world.now_ms() + 3_600_000);
    let action = match can {
        Can::Mute => Action::Mute { user: user.clone(), until_ms },
        Can::Nick => Action::Nick { user: user.clone(), nick: Some("Pier · Tom".into()) },
        Can::Badge => {
            Action::Badge { user: user.clone(), badge: Some("Crown".into()), of: vec!["Crown".into()] }
        }
        Can::Kick => Action::Kick { user: user.clone() },
        _ => Action::Ban { user: user.clone(), purge_ms: 0 },
    };
    sends(h, can, action).await;
    let view = h.world.chat(&group, None, 0).unwrap();
    let member = view.members.iter().find(|member| member.user == user);
    match can {
        Can::Mute => member.is_some_and(|member| member.muted),
        Can::Nick => member.is_some_and(|member| member.nick.as_deref() == Some("Pier · Tom")),
        Can::Badge => member.is_some_and(|member| member.badge.as_deref() == Some("Crown")),
        Can::Kick => member.is_none() && view.banned.is_empty(),
        _ => member.is_none() && view.banned.contains(&user),
    }
}

async fn tried_purge(h: &mut Stage) -> bool {
    h.merchant("Spam").await;
    let said = h.says("Spam", "buy this").await;
    sends(h, Can::BanPurge, Action::Ban { user: h.user("Spam"), purge_ms: 3_600_000 }).await;
    h.message(GROUP, &said).deleted
}

async fn tried_on_chat(h: &mut Stage, can: Can) -> bool {
    let group = h.chat(GROUP);
    let action = match can {
        Can::Lock => Action::Lock,
        Can::SlowMode => Action::SlowMode { every_s: 10 },
        Can::JoinRequests => {
            let user = h.stranger("Ada");
            h.world.set_asks(&group, true).unwrap();
            h.world.ask_to_join(&user, &group, "hello").unwrap();
            h.settle().await;
            let mut tx = h.hall().db.read().await.unwrap();
            let open = join_request::open(&mut tx, 10).await.unwrap();
            // Where bots are not told of requests there is nothing to answer.
            let Some(asked) = open.first() else { return false };
            Action::AnswerJoin { user, request: asked.request.clone(), let_in: true }
        }
        _ => Action::OpenThread { title: "A matter".into() },
    };
    sends(h, can, action).await;
    let view = h.world.chat(&group, None, 0).unwrap();
    let shows = match can {
        Can::Lock => view.locked,
        Can::SlowMode => view.slow_s == 10,
        Can::JoinRequests => view.members.iter().any(|member| member.name == "Ada"),
        _ => !h.world.chat(&h.chat(STAFF), None, 0).unwrap().threads.is_empty(),
    };
    if can == Can::Lock {
        sends(h, can, Action::Unlock { before: None }).await;
        assert!(!h.world.chat(&group, None, 0).unwrap().locked, "what is locked opens again");
    }
    shows
}

async fn tried_fetch(h: &mut Stage) -> bool {
    let bytes = [&[0x89, b'P', b'N', b'G', 0x0d, 0x0a, 0x1a, 0x0a, 0, 0, 0, 13][..], b"theirs"].concat();
    let file = h.world.upload("photo.png", &bytes).unwrap();
    let key = h.says_in(GROUP, "Lin", Post::text("look").with_file(file)).await;
    let group = stored(h, GROUP).await;
    let mut tx = h.hall().db.read().await.unwrap();
    let seen = message::by_key(&mut tx, &group.id, &h.key_of_message(GROUP, &key)).await.unwrap().unwrap();
    drop(tx);
    let Some(file) = seen.attachments.into_iter().next() else { return false };
    let (id, _) = sends(h, Can::Fetch, Action::Fetch { file }).await;
    let row = outbox::get(&mut h.hall().db.read().await.unwrap(), &id).await.unwrap().unwrap();
    row.delivered.iter().any(|made| made.fetched.is_some())
}

/// A form that is shown only in answer to a press is tried by the stories of forms: here nothing was pressed.
async fn tried_form(h: &mut Stage, claim: &Support) -> Option<bool> {
    if matches!(claim, Support::Native(limits) if limits.on_press) {
        return None;
    }
    let field = Field {
        name: "a".into(),
        label: "A".into(),
        hint: String::new(),
        kind: FieldKind::Line,
        required: true,
    };
    let form = Form { handle: "f1".into(), title: "A form".into(), fields: vec![field] };
    let (_, state) = sends(h, Can::Forms, Action::ShowForm { user: h.user("Lin"), press: None, form }).await;
    Some(state == State::Sent)
}

/// A platform without keys for sends may find out by other means what became of one, so its word is not tried.
async fn tried_nonce(h: &mut Stage, claim: &Support) -> Option<bool> {
    if *claim == Support::Absent {
        return None;
    }
    h.world.faults().next(Fault::TimeoutAfter, 1);
    let (_, state) = sends(h, Can::SendNonce, Action::Send(Content::text("once"))).await;
    h.pass("5m").await;
    Some(state == State::Sent && h.transcript(GROUP).matches("once").count() == 1)
}
