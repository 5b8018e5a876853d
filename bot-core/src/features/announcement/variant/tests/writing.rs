//! Texts are written, refused and approved, and forms keep them, on both databases.

use super::*;
use crate::chat::Lang;
use crate::features::announcement::{
    Field, Kept, Typed, hash, keep, problems, schedule, set_clicks, typed_of,
};
use crate::features::delivery::{AccountPreview, Preview};

#[test]
fn what_is_approved_is_every_text_and_the_rule_and_not_how_it_went() {
    told(|hall, _clock| async move {
        let mut work = hall.begin().await.unwrap();
        let no = draft_of(&mut work).await;
        let one = one_of(&mut work, no).await;
        let first = hash(&mut work, &one).await.unwrap();
        let other = |change: &dyn Fn(&mut Variants)| {
            let mut other = one.clone();
            change(other.variants.as_mut().unwrap());
            other
        };
        for changed in [
            other(&|all| all.others[0].body_en = Some("Other".into())),
            other(&|all| all.others.push(wording("C"))),
            other(&|all| all.rule.share = 61),
            other(&|all| all.rule.measure = Measure::Receipts),
            other(&|all| all.rule.wait_ms += 1),
            Announcement { variants: None, ..one.clone() },
        ] {
            assert_ne!(hash(&mut work, &changed).await.unwrap(), first);
        }
        let ran = other(&|all| all.decides_at_ms = Some(1));
        assert_eq!(hash(&mut work, &ran).await.unwrap(), first);
    });
}

#[test]
fn a_text_that_is_added_is_measured_by_what_can_be_counted_and_who_tells_of_no_reactions_is_named() {
    told(|hall, _clock| async move {
        let mut work = hall.begin().await.unwrap();
        people_and_groups(&mut work).await;
        let audience = Some(Audience::all_groups());
        let new = |ack| NewAnnouncement {
            wording: wording("A"),
            audience: audience.clone(),
            ack,
            ..NewAnnouncement::default()
        };
        for (ack, measure) in [(true, Measure::Receipts), (false, Measure::Reactions)] {
            let no = create(&mut work, new(ack), &by()).await.unwrap().no;
            let one = put_text(&mut work, no, 1, wording("B"), &by()).await.unwrap();
            let rule = one.variants.as_ref().unwrap().rule.clone();
            assert_eq!(rule, TestRule { measure, ..TestRule::default() });
            let account = AccountPreview {
                account: "qq".into(),
                platform: Some("QQ"),
                recipients: 9,
                calls: 9,
                takes_ms: 0,
                held_by: None,
                shown: Vec::new(),
                losses: Vec::new(),
                no_reactions: 7,
            };
            let preview = Preview { reachable: 9, accounts: vec![account], ..Preview::default() };
            let lines = outlook(&work, &one, &preview);
            let named = lines.iter().any(|line| line.key == "announcement-variants-no-reactions");
            assert_eq!(named, measure == Measure::Reactions, "{lines:?}");
        }
    });
}

#[test]
fn what_keeps_a_draft_from_being_sent_is_one_sentence_each() {
    told(|hall, _clock| async move {
        let mut work = hall.begin().await.unwrap();
        let no = draft_of(&mut work).await;
        let one = one_of(&mut work, no).await;
        let keys = |change: &dyn Fn(&mut Announcement)| {
            let mut other = one.clone();
            change(&mut other);
            problems(&other).into_iter().map(|why| why.key.into_owned()).collect::<Vec<_>>()
        };
        let texts = |one: &mut Announcement, all: Vec<Wording>| one.variants.as_mut().unwrap().others = all;
        assert_eq!(keys(&|_| {}), [""; 0]);
        assert_eq!(keys(&|one| one.clicks = false), ["announcement-variants-no-clicks"]);
        let receipts =
            |one: &mut Announcement| one.variants.as_mut().unwrap().rule.measure = Measure::Receipts;
        assert_eq!(keys(&receipts), ["announcement-variants-no-receipt"]);
        assert_eq!(keys(&|one| texts(one, vec![wording("B")])), ["announcement-variant-no-link"]);
        let same = one.wording.clone();
        assert_eq!(keys(&|one| texts(one, vec![same.clone()])), ["announcement-variant-same"]);
        let wrong = wording("https://b.example/ {shop}");
        assert_eq!(keys(&|one| texts(one, vec![wrong.clone()])), ["announcement-variant-problem"]);
        let local = jiff::civil::date(2026, 11, 24).at(9, 0, 0, 0);
        assert_eq!(keys(&|one| one.timing.local = Some(local)), ["announcement-variants-local"]);
        // What waits for its time cannot lose what its rule needs.
        schedule(&mut work, no, START_MS + HOUR_MS, &by()).await.unwrap();
        let late = set_clicks(&mut work, no, false, &by()).await.unwrap_err();
        assert_eq!(late.key(), "announcement-variants-no-clicks");
        let draft = set_rule(&mut work, no, "30% 2h", &by()).await.unwrap();
        assert_eq!((draft.state, draft.variants.unwrap().rule.share), (State::Draft, 30));
    });
}

#[test]
fn a_form_keeps_texts_and_says_what_is_wrong_beside_each() {
    told(|hall, _clock| async move {
        let mut work = hall.begin().await.unwrap();
        people_and_groups(&mut work).await;
        let text = |body: &str| TypedText { body_en: body.into(), ..TypedText::default() };
        let mut typed = Typed {
            body_en: "A https://a.example/".into(),
            audience: "all groups".into(),
            test: Some(TypedTest {
                others: vec![TypedText::default(), text("{shop}")],
                share: "95".into(),
                wait: "1d".into(),
                ..TypedTest::default()
            }),
            ..Typed::default()
        };
        let Kept::Saved { one, wrong, .. } = keep(&mut work, None, &typed, true, &by()).await.unwrap() else {
            panic!("nothing was kept")
        };
        let fields: Vec<Field> = wrong.iter().map(|(field, _)| *field).collect();
        assert_eq!((fields, &one.variants), (vec![Field::Variant(2), Field::Test], &None));
        let (shown, wrong) = typed_of(&mut work, &one, Lang::En).await.unwrap();
        assert_eq!((shown.test.as_ref(), wrong.len()), (typed.test.as_ref(), 2), "it stands as it was typed");

        let test = typed.test.as_mut().unwrap();
        (test.others[1], test.share) = (text("B"), "35 %".into());
        let again = keep(&mut work, Some((one.no, one.version)), &typed, true, &by()).await.unwrap();
        let Kept::Saved { one, wrong, changed } = again else { panic!("{again:?}") };
        assert_eq!((wrong, changed), (vec![], true));
        let kept = one.variants.clone().unwrap();
        // Nobody said what decides, and readers cannot come to this hall.
        let rule = TestRule { share: 35, measure: Measure::Reactions, wait_ms: 24 * HOUR_MS };
        assert_eq!(kept, Variants::of(vec![Wording::typed(None, None, Some("B"))], rule));
        let (shown, _) = typed_of(&mut work, &one, Lang::En).await.unwrap();
        let again = keep(&mut work, Some((one.no, one.version)), &shown, true, &by()).await.unwrap();
        assert!(matches!(again, Kept::Saved { changed: false, .. }), "what is shown says the same");

        let repeats = Typed { repeat: Some("every mon 09:00".into()), ..shown.clone() };
        let again = keep(&mut work, Some((one.no, one.version)), &repeats, true, &by()).await.unwrap();
        let Kept::Saved { wrong, .. } = again else { panic!("{again:?}") };
        assert_eq!(wrong[0].1.key, "announcement-variants-repeat");
        let many =
            TypedTest { others: vec![text("B"), text("C"), text("D"), text("E")], ..TypedTest::default() };
        let many = Typed { test: Some(many), ..shown.clone() };
        let one = one_of(&mut work, one.no).await;
        let again = keep(&mut work, Some((one.no, one.version)), &many, true, &by()).await.unwrap();
        let Kept::Saved { wrong, .. } = again else { panic!("{again:?}") };
        assert_eq!(wrong[0].1.key, "announcement-variants-many");
        let none = Typed { test: Some(TypedTest::default()), ..shown };
        let again = keep(&mut work, Some((one.no, one.version)), &none, true, &by()).await.unwrap();
        let Kept::Saved { one, .. } = again else { panic!("{again:?}") };
        assert_eq!(one.variants, None);
    });
}
