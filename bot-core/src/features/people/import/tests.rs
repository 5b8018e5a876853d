//! What becomes of the rows of a table, and that exactly that is done, on both databases.

use super::*;
use crate::features::testing::{Stage, on_stage};
use crate::roster::Role;
use crate::store::audit;
use crate::store::people::{Tier, add_merchant, merchant, merchant_count, merchants_called};

fn shop(id: &str, name: &str) -> Merchant {
    Merchant {
        id: id.into(),
        name: name.into(),
        category: "apparel".into(),
        tier: Tier::Heart,
        tags: ["live".to_owned()].into(),
        created_at_ms: 5,
    }
}

/// A row of name, category, tier and tags; empty for nothing there.
fn row(line: u64, cells: [&str; 4]) -> ImportRow {
    let cell = |n: usize| Some(cells[n].to_owned()).filter(|cell| !cell.is_empty());
    ImportRow { line, name: cell(0), category: cell(1), tier: cell(2), tags: cell(3), ..ImportRow::default() }
}

async fn shops(stage: &Stage, shops: &[Merchant]) {
    let mut tx = stage.hall.db.write().await.unwrap();
    for shop in shops {
        add_merchant(&mut tx, shop).await.unwrap();
    }
    tx.commit().await.unwrap();
}

async fn planned(stage: &Stage, rows: &[ImportRow]) -> Vec<Planned> {
    plan(&mut stage.hall.db.read().await.unwrap(), rows).await.unwrap()
}

/// The key of each refusal, empty for rows that are taken.
fn refusals(planned: &[Planned]) -> Vec<&str> {
    let key = |one: &Planned| match one.fate {
        Fate::Refused(ref why) => match why.key.as_ref() {
            "people-import-bad-name" => "name",
            "people-import-bad-tier" => "tier",
            "people-import-bad-word" => "word",
            "people-import-many-tags" => "tags",
            "people-import-nameless" => "nameless",
            "people-import-no-category" => "category",
            "people-import-no-such" => "id",
            "people-import-several" => "several",
            "people-import-too-wide" => "wide",
            "people-import-twice" => "twice",
            other => panic!("{other}"),
        },
        _ => "",
    };
    planned.iter().map(key).collect()
}

#[test]
fn a_row_adds_changes_or_leaves_a_merchant() {
    on_stage(|stage| async move {
        shops(&stage, &[shop("1", "云裳阁"), shop("2", "North Pier"), shop("3", "Old Name")]).await;
        let renamed = ImportRow {
            line: 5,
            id: Some("3".into()),
            name: Some("New Name".into()),
            ..ImportRow::default()
        };
        let rows = [
            row(2, ["云裳阁", "apparel", "红心", "LIVE"]),
            row(3, ["North Pier", "", "crown", "eu、live; eu"]),
            row(4, ["Fresh", "Home", "", ""]),
            renamed,
            row(6, ["云裳阁 ", "", "", ""]),
        ];
        let planned = planned(&stage, &rows).await;
        assert_eq!(planned[0].fate, Fate::Unchanged, "what stands so already");
        let Fate::Changed { was, will, zone: None } = &planned[1].fate else { panic!("{planned:?}") };
        assert_eq!((was.tier, will.tier, &will.category), (Tier::Heart, Tier::Crown, &"apparel".to_owned()));
        assert_eq!(will.tags.iter().collect::<Vec<_>>(), ["eu", "live"]);
        let fresh = Draft {
            name: "Fresh".into(),
            category: "home".into(),
            tier: Tier::None,
            tags: [].into(),
            zone: None,
        };
        assert_eq!(planned[2].fate, Fate::New(fresh));
        assert!(matches!(&planned[3].fate, Fate::Changed { will, .. } if will.name == "New Name"));
        assert_eq!(refusals(&planned), ["", "", "", "", "twice"]);
        assert_eq!(tally(&planned), Tally { new: 1, changed: 2, unchanged: 1, refused: 1 });

        let ann = stage.staff("Ann", Role::Ops).await;
        let mut work = stage.hall.begin().await.unwrap();
        apply(&mut work, &ann, &planned, "abc").await.unwrap();
        work.commit().await.unwrap();
        let mut tx = stage.hall.db.read().await.unwrap();
        assert_eq!(merchant_count(&mut tx).await.unwrap(), 4);
        assert_eq!(merchant(&mut tx, &"1".into()).await.unwrap(), Some(shop("1", "云裳阁")));
        assert_eq!(merchant(&mut tx, &"3".into()).await.unwrap(), Some(shop("3", "New Name")));
        let fresh = merchants_called(&mut tx, "Fresh").await.unwrap().remove(0);
        assert_eq!((fresh.category.as_str(), fresh.created_at_ms), ("home", stage.hall.now_ms()));
        let acts = audit::of(&mut tx, "merchants").await.unwrap();
        let detail = "new 1, changed 2, unchanged 1, refused 1; SHA-256 abc";
        assert_eq!((acts.len(), acts[0].detail.as_deref(), &acts[0].staff), (1, Some(detail), &Some(ann)));
        let again = plan(&mut tx, &rows).await.unwrap();
        assert_eq!(
            tally(&again),
            Tally { new: 0, changed: 0, unchanged: 4, refused: 1 },
            "a second run does nothing"
        );
        assert_ne!(fingerprint(&again), fingerprint(&planned));
    });
}

#[test]
fn what_cannot_be_read_is_refused_with_its_reason_and_stops_no_other_row() {
    on_stage(|stage| async move {
        shops(&stage, &[shop("1", "Twin"), shop("2", "Twin"), shop("3", "Lone")]).await;
        let many: Vec<String> = (0..21).map(|n| format!("t{n}")).collect();
        let with_id = |line, id: &str| ImportRow { line, id: Some(id.into()), ..ImportRow::default() };
        let rows = [
            row(2, ["Twin", "", "crown", ""]),
            with_id(3, "9"),
            row(4, ["", "home", "", ""]),
            row(5, ["a\u{202e}b", "home", "", ""]),
            row(6, ["A", "home", "golden", ""]),
            row(7, ["A", "two words", "", ""]),
            row(8, ["A", "home", "", "two words"]),
            row(9, ["A", "home", "", &many.join("|")]),
            row(10, ["A", "", "", ""]),
            ImportRow { is_too_wide: true, ..row(11, ["A", "home", "", ""]) },
            row(12, ["A", "home", "", ""]),
            row(13, ["A", "home", "", ""]),
            with_id(14, "3"),
            row(15, ["Lone", "home", "", ""]),
        ];
        let expected = [
            "several", "id", "nameless", "name", "tier", "word", "word", "tags", "category", "wide", "",
            "twice", "", "twice",
        ];
        assert_eq!(refusals(&planned(&stage, &rows).await), expected);
    });
}

#[test]
fn who_may_not_edit_merchants_imports_none() {
    on_stage(|stage| async move {
        let sam = stage.staff("Sam", Role::Support).await;
        let planned = planned(&stage, &[row(2, ["A", "home", "", ""])]).await;
        let mut work = stage.hall.begin().await.unwrap();
        assert!(apply(&mut work, &sam, &planned, "abc").await.is_err());
        assert_eq!(merchant_count(work.tx().await.unwrap()).await.unwrap(), 0);
    });
}

#[test]
fn a_plan_is_known_by_everything_in_it() {
    let draft = |tier| Draft { name: "A".into(), category: "home".into(), tier, tags: [].into(), zone: None };
    let one = |line, fate| fingerprint(&[Planned { line, called: "A".into(), fate }]);
    let all = [
        one(2, Fate::New(draft(Tier::None))),
        one(3, Fate::New(draft(Tier::None))),
        one(2, Fate::New(draft(Tier::Heart))),
        one(2, Fate::Unchanged),
        one(2, Fate::Refused(Text::new("people-import-nameless"))),
        fingerprint(&[]),
    ];
    assert_eq!(all.iter().collect::<std::collections::BTreeSet<_>>().len(), all.len());
    assert_eq!(one(2, Fate::Unchanged), one(2, Fate::Unchanged));
}
