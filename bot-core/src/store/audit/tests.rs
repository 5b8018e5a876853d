//! The trace, on both databases.

use super::Act;
use crate::store::audit;
use crate::store::testing::on_both;

#[test]
fn acts_on_an_object_are_found_in_their_order() {
    on_both(async |hall| {
        let mut tx = hall.db.write().await.unwrap();
        let act = |id: &str, act: &str, object: &str| Act {
            id: id.into(),
            at_ms: 5,
            staff: None,
            act: act.into(),
            object: object.into(),
            detail: Some("为什么".into()),
        };
        let (open, close) = (act("1", "ticket.open", "T-1"), act("3", "ticket.close", "T-1"));
        for one in [&close, &act("2", "ticket.open", "T-2"), &open] {
            audit::add(&mut tx, one).await.unwrap();
        }
        assert_eq!(audit::of(&mut tx, "T-1").await.unwrap(), [open, close]);
        assert_eq!(audit::of(&mut tx, "T-9").await.unwrap(), []);
    });
}
