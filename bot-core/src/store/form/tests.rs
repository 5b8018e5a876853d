//! Buttons and forms, on both databases.

use std::collections::BTreeMap;

use serde_json::json;

use super::{StoredButton, StoredForm};
use crate::chat::{Field, FieldKind};
use crate::store::form;
use crate::store::testing::on_both;

fn button(handle: &str, expires_at_ms: Option<i64>) -> StoredButton {
    StoredButton {
        handle: handle.into(),
        feature: "ticket".into(),
        verb: "open".into(),
        payload: json!({ "chat": "c", "subject": null, "说": ["你好", 1] }),
        for_user: Some("u".into()),
        expires_at_ms,
    }
}

fn asked(handle: &str, user: &str, guided: bool) -> StoredForm {
    let field = |name: &str, kind| Field {
        name: name.into(),
        label: "标题?".into(),
        hint: String::new(),
        kind,
        required: true,
    };
    StoredForm {
        handle: handle.into(),
        feature: "announcement".into(),
        name: "new".into(),
        payload: json!(null),
        chat: "c".into(),
        thread: Some("t".into()),
        user: user.into(),
        questions: vec![
            field("title", FieldKind::Line),
            field("tier", FieldKind::Choice(vec![("crown".into(), "皇冠".into())])),
        ],
        answers: BTreeMap::new(),
        guided,
        step: 0,
        expires_at_ms: 100,
    }
}

#[test]
fn a_button_comes_back_as_it_was_made() {
    on_both(async |hall| {
        let mut tx = hall.db.write().await.unwrap();
        let (one, open) = (button("a", Some(100)), StoredButton { for_user: None, ..button("b", None) });
        form::add_button(&mut tx, &one).await.unwrap();
        form::add_button(&mut tx, &open).await.unwrap();
        assert_eq!(form::button(&mut tx, "a").await.unwrap(), Some(one));
        assert_eq!(form::button(&mut tx, "b").await.unwrap(), Some(open));
        assert_eq!(form::button(&mut tx, "A").await.unwrap(), None);
    });
}

#[test]
fn a_form_goes_on_from_answer_to_answer() {
    on_both(async |hall| {
        let mut tx = hall.db.write().await.unwrap();
        let mut form = asked("f", "u", true);
        form::put(&mut tx, &form).await.unwrap();
        assert_eq!(form::get(&mut tx, "f").await.unwrap(), Some(form.clone()));
        form.answers.insert("title".into(), "双十一".into());
        (form.step, form.expires_at_ms) = (1, 200);
        form::put(&mut tx, &form).await.unwrap();
        assert_eq!(form::get(&mut tx, "f").await.unwrap(), Some(form.clone()));
        assert_eq!(form::guided(&mut tx, &"c".into(), &"u".into()).await.unwrap(), Some(form));
        form::remove(&mut tx, "f").await.unwrap();
        assert_eq!(form::get(&mut tx, "f").await.unwrap(), None);
    });
}

#[test]
fn a_person_is_asked_through_one_form_at_a_time_in_a_chat() {
    on_both(async |hall| {
        let mut tx = hall.db.write().await.unwrap();
        form::put(&mut tx, &asked("shown", "u", false)).await.unwrap();
        assert_eq!(form::guided(&mut tx, &"c".into(), &"u".into()).await.unwrap(), None, "it is not guided");
        form::put(&mut tx, &asked("a", "u", true)).await.unwrap();
        form::put(&mut tx, &asked("b", "v", true)).await.unwrap();
        let mut waiting = form::all_guided(&mut tx).await.unwrap();
        waiting.sort();
        assert_eq!(waiting, [("c".into(), "u".into()), ("c".into(), "v".into())]);
        assert!(form::put(&mut tx, &asked("second", "u", true)).await.is_err());
    });
}

#[test]
fn what_is_no_longer_good_is_thrown_away() {
    on_both(async |hall| {
        let mut tx = hall.db.write().await.unwrap();
        for one in [button("old", Some(100)), button("young", Some(101)), button("forever", None)] {
            form::add_button(&mut tx, &one).await.unwrap();
        }
        form::put(&mut tx, &asked("old", "u", true)).await.unwrap();
        form::put(&mut tx, &StoredForm { expires_at_ms: 101, ..asked("young", "v", true) }).await.unwrap();
        assert_eq!(form::expire(&mut tx, 100).await.unwrap(), 2);
        assert!(form::get(&mut tx, "old").await.unwrap().is_none());
        assert!(form::get(&mut tx, "young").await.unwrap().is_some());
        assert!(form::button(&mut tx, "old").await.unwrap().is_none());
        assert!(form::button(&mut tx, "young").await.unwrap().is_some());
        assert!(form::button(&mut tx, "forever").await.unwrap().is_some());
    });
}
