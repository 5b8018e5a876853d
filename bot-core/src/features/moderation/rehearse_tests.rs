//! Drafts tried on what was written lately, on both databases.

use std::sync::Arc;

use moderation::Outcome;

use super::rehearse::{Change, Tally, rehearse};
use super::{Moderation, SourcedPolicy};
use crate::chat::{ChatInfo, ChatKind, MarkKind, MemberRole, UserInfo};
use crate::directory::{Chat, Purpose, User};
use crate::hall::Hall;
use crate::ids::StaffId;
use crate::roster::{Role, Staff};
use crate::store::testing::{START_MS, on_both};
use crate::store::{chat, message, people};

/// A policy that acts on `act`, flags `flag`, and looks at how often somebody says the same.
fn policy(act: &str, flag: &str) -> SourcedPolicy {
    SourcedPolicy::parse(&format!(
        "version = 2\n\
         [[rule]]\nid = \"acted\"\ntitle = {{ en = \"Acted on\", zh-CN = \"处置\" }}\naction = \"act\"\nwords = [\"{act}\"]\n\
         [[rule]]\nid = \"flagged\"\ntitle = {{ en = \"Flagged\", zh-CN = \"标记\" }}\nwords = [\"{flag}\"]\n\
         [[rule]]\nid = \"unseen\"\ntitle = {{ en = \"In shadow\", zh-CN = \"影子\" }}\nshadow = true\nwords = [\"hello\"]\n"
    ))
    .unwrap()
}

fn user_info(key: &str) -> UserInfo {
    UserInfo { key: key.into(), name: key.into(), username: None, language: None, is_bot: key == "robot" }
}

/// A group of a purpose.
async fn group(hall: &Arc<Hall>, key: &str, purpose: Purpose) -> Chat {
    let mut tx = hall.db.write().await.unwrap();
    let info = ChatInfo { key: key.into(), kind: ChatKind::Group, title: key.into() };
    let chat = chat::meet(&mut tx, &"a".into(), &info, None, &hall.ids.next(), START_MS).await.unwrap();
    chat::set_purpose(&mut tx, &chat.id, purpose, None).await.unwrap();
    tx.commit().await.unwrap();
    chat
}

async fn user(hall: &Arc<Hall>, key: &str) -> User {
    let mut tx = hall.db.write().await.unwrap();
    let ids = (hall.ids.next(), hall.ids.next());
    let user =
        chat::meet_user(&mut tx, &"a".into(), &user_info(key), (&ids.0, &ids.1), START_MS).await.unwrap();
    tx.commit().await.unwrap();
    user
}

/// Somebody wrote something in a group, milliseconds after the start.
async fn says(hall: &Arc<Hall>, who: &User, chat: &Chat, text: &str, after_ms: i64) -> message::NewMessage {
    let id: crate::ids::MessageId = hall.ids.next();
    let one = message::NewMessage {
        key: id.as_str().into(),
        id,
        chat: chat.id.clone(),
        thread: None,
        author: Some(who.id.clone()),
        text: text.into(),
        extra: None,
        sent_at_ms: START_MS + after_ms,
    };
    let mut tx = hall.db.write().await.unwrap();
    message::insert_many(&mut tx, std::slice::from_ref(&one)).await.unwrap();
    tx.commit().await.unwrap();
    one
}

fn tally(pass: u32, flag: u32, act: u32) -> Tally {
    Tally { pass, flag, act }
}

fn kinds(changes: &[Change]) -> Vec<(Outcome, Outcome, u32)> {
    changes.iter().map(|change| (change.today, change.draft, change.count)).collect()
}

#[test]
fn a_draft_is_held_against_the_policy_in_force() {
    on_both(async |hall| {
        Moderation::set_policy(&hall, policy("casino", "lottery"));
        let sellers = group(&hall, "sellers", Purpose::Community).await;
        let lin = user(&hall, "lin").await;
        for text in ["hello", "casino", "a lottery", "cheap parcels here"] {
            says(&hall, &lin, &sellers, text, 0).await;
        }
        let tried = rehearse(&hall, policy("parcels", "casino").policy, START_MS).await.unwrap();
        assert_eq!((tried.messages, tried.cut_at_ms), (4, None));
        assert_eq!((tried.today, tried.draft), (tally(2, 1, 1), tally(2, 1, 1)));
        let (pass, flag, act) = (Outcome::Pass, Outcome::Flag, Outcome::Act);
        assert_eq!(kinds(&tried.changes), [(pass, act, 1), (act, flag, 1), (flag, pass, 1)]);
        let first = &tried.changes[0].shown[0];
        assert_eq!((first.group.as_str(), first.name.as_str(), first.at_ms), ("sellers", "lin", START_MS));
        let bold = first.words.marks.iter().find(|mark| mark.kind == MarkKind::Bold).unwrap();
        assert_eq!(&first.words.text[bold.start_utf8..bold.end_utf8], "parcels");
        assert_eq!(first.rules.iter().map(|title| title.en.as_str()).collect::<Vec<_>>(), ["Acted on"]);
        // What the draft lets pass says what the policy in force has against it.
        assert_eq!(tried.changes[2].shown[0].rules[0].en, "Flagged");
        let rules = tried.rules.iter().map(|rule| (rule.title.en.as_str(), rule.today, rule.draft));
        let rules: Vec<_> = rules.collect();
        assert_eq!(rules, [("Acted on", 1, 1), ("Flagged", 1, 1), ("In shadow", 1, 1)]);
        assert_eq!(tried.rules.iter().filter(|rule| rule.shadow).count(), 1);
    });
}

#[test]
fn only_what_would_be_judged_is_tried() {
    on_both(async |hall| {
        Moderation::set_policy(&hall, policy("casino", "lottery"));
        let sellers = group(&hall, "sellers", Purpose::Community).await;
        let office = group(&hall, "office", Purpose::Staff).await;
        let [lin, boss, robot, wen] = [
            user(&hall, "lin").await,
            user(&hall, "boss").await,
            user(&hall, "robot").await,
            user(&hall, "wen").await,
        ];
        let staff = Staff {
            id: StaffId("s".into()),
            name: "Boss".into(),
            person: Some(boss.person.clone()),
            roles: [Role::Support].into(),
        };
        let mut tx = hall.db.write().await.unwrap();
        people::add_staff(&mut tx, &staff, START_MS).await.unwrap();
        chat::set_member(&mut tx, &sellers.id, &wen.id, MemberRole::Admin, START_MS).await.unwrap();
        tx.commit().await.unwrap();
        hall.reload_roster().await.unwrap();
        for who in [&boss, &robot, &wen] {
            says(&hall, who, &sellers, "casino", 0).await;
        }
        says(&hall, &lin, &office, "casino", 0).await;
        says(&hall, &lin, &sellers, "casino", -1).await;
        let gone = says(&hall, &lin, &sellers, "casino", 0).await;
        let mut tx = hall.db.write().await.unwrap();
        message::mark_deleted(&mut tx, &sellers.id, &[gone.key], START_MS).await.unwrap();
        tx.commit().await.unwrap();
        let tried = rehearse(&hall, policy("x", "y").policy, START_MS).await.unwrap();
        assert_eq!(
            (tried.messages, tried.today.act),
            (1, 1),
            "what was removed is tried, the others are not"
        );
    });
}

#[test]
fn what_counts_messages_counts_anew_in_each_trial() {
    on_both(async |hall| {
        let sellers = group(&hall, "sellers", Purpose::Community).await;
        let lin = user(&hall, "lin").await;
        says(&hall, &lin, &sellers, "long ago", -1).await;
        for at_ms in 0..3 {
            says(&hall, &lin, &sellers, "the same words again", at_ms).await;
        }
        let rule = |behaviour: &str| {
            SourcedPolicy::parse(&format!(
                "version = 1\n[[rule]]\nid = \"b\"\ntitle = {{ en = \"B\", zh-CN = \"B\" }}\n{behaviour}\n"
            ))
            .unwrap()
        };
        let repeats = "behaviour = [{ kind = \"repeats\", count = 3, within = \"1m\" }]";
        let early = "behaviour = [{ kind = \"early_message\", count = 3 }]";
        Moderation::set_policy(&hall, rule(early));
        for _ in 0..2 {
            let tried = rehearse(&hall, rule(repeats).policy, START_MS).await.unwrap();
            // With the one before the seven days it is their second, third and fourth message.
            assert_eq!((tried.today, tried.draft), (tally(1, 2, 0), tally(2, 1, 0)));
        }
    });
}

#[test]
fn the_latest_are_tried_where_there_are_too_many() {
    on_both(async |hall| {
        let sellers = group(&hall, "sellers", Purpose::Community).await;
        let lin = user(&hall, "lin").await;
        let mut kept = Vec::new();
        for at_ms in 0..5 {
            kept.push(says(&hall, &lin, &sellers, "x", at_ms).await.id);
        }
        let mut tx = hall.db.read().await.unwrap();
        let from = crate::ids::MessageId::before(START_MS);
        let nth =
            async |tx: &mut crate::store::Tx, n| message::nth_latest(tx, &from, START_MS, n).await.unwrap();
        assert_eq!(nth(&mut tx, 5).await, None);
        assert_eq!(nth(&mut tx, 3).await.as_ref(), Some(&kept[1]));
        let page = message::lately(&mut tx, &kept[1], START_MS, 2).await.unwrap();
        assert_eq!(page.iter().map(|one| &one.id).collect::<Vec<_>>(), [&kept[2], &kept[3]]);
        let late = message::lately(&mut tx, &from, START_MS + 4, 9).await.unwrap();
        assert_eq!(late.iter().map(|one| &one.id).collect::<Vec<_>>(), [&kept[4]], "by when it was sent");
        let earlier = async |tx: &mut crate::store::Tx, most| {
            message::earlier_than(tx, &lin.id, &sellers.id, &kept[3], most).await.unwrap()
        };
        assert_eq!((earlier(&mut tx, 9).await, earlier(&mut tx, 2).await), (3, 2));
    });
}
