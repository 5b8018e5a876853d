//! Beats, burials and fences, on both databases.

use std::time::Duration;

use super::*;
use crate::store::testing::on_both;

fn named(name: &str) -> About {
    About { name: name.into(), ..About::default() }
}

/// Long enough for a statement that waits for nobody.
const WHILE: Duration = Duration::from_millis(300);

#[test]
fn an_account_is_held_by_one_node_until_that_lets_go_or_is_buried() {
    on_both(async |hall| {
        let (one, other, account) = (NodeId::from("N1"), NodeId::from("N2"), AccountId::from("telegram"));
        let mut tx = hall.db.write().await.unwrap();
        enter(&mut tx, &one, &named("a"), 10).await.unwrap();
        enter(&mut tx, &other, &named("b"), 20).await.unwrap();
        assert_eq!(take(&mut tx, &account, &one, 30).await.unwrap(), Some(1));
        assert_eq!(take(&mut tx, &account, &other, 40).await.unwrap(), None, "a node holds it");
        held(&mut tx, &account, &one, 1).await.unwrap();
        assert!(beat(&mut tx, &one, 50).await.unwrap());
        assert!(!bury(&mut tx, &one, 1).await.unwrap(), "it has beaten since");
        assert!(bury(&mut tx, &one, 2).await.unwrap());
        assert!(!beat(&mut tx, &one, 60).await.unwrap(), "who is taken for gone stays so");
        assert_eq!(take(&mut tx, &account, &other, 70).await.unwrap(), Some(2));
        for (node, fence) in [(&one, 1), (&one, 2), (&other, 1)] {
            let refused = held(&mut tx, &account, node, fence).await;
            assert!(matches!(refused, Err(StoreError::Fenced(_))), "{node} {fence}: {refused:?}");
        }
        held(&mut tx, &account, &other, 2).await.unwrap();
        leave(&mut tx, &other).await.unwrap();
        assert!(all(&mut tx).await.unwrap().is_empty());
        let free = StoredLease { account: account.clone(), node: None, fence: 2, since_ms: 70 };
        assert_eq!(leases(&mut tx).await.unwrap(), [free]);
        enter(&mut tx, &"N3".into(), &named("c"), 80).await.unwrap();
        assert_eq!(take(&mut tx, &account, &"N3".into(), 90).await.unwrap(), Some(3), "it never falls");
        forget_all(&mut tx).await.unwrap();
        assert!(all(&mut tx).await.unwrap().is_empty());
        assert_eq!(leases(&mut tx).await.unwrap()[0].fence, 3);
    });
}

#[test]
fn nobody_takes_over_while_a_transaction_of_the_holder_is_open() {
    on_both(async |hall| {
        let (one, other, account) = (NodeId::from("N1"), NodeId::from("N2"), AccountId::from("telegram"));
        let mut tx = hall.db.write().await.unwrap();
        enter(&mut tx, &one, &named("a"), 10).await.unwrap();
        enter(&mut tx, &other, &named("b"), 20).await.unwrap();
        take(&mut tx, &account, &one, 30).await.unwrap();
        tx.commit().await.unwrap();
        let mut claim = hall.db.write().await.unwrap();
        held(&mut claim, &account, &one, 1).await.unwrap();
        let over = tokio::spawn({
            let (db, one, other, account) = (hall.db.clone(), one.clone(), other.clone(), account.clone());
            async move {
                let mut tx = db.write().await.unwrap();
                assert!(bury(&mut tx, &one, 1).await.unwrap());
                let fence = take(&mut tx, &account, &other, 40).await.unwrap();
                tx.commit().await.unwrap();
                fence
            }
        });
        tokio::task::spawn_blocking(|| std::thread::sleep(WHILE)).await.unwrap();
        assert!(!over.is_finished(), "it waits for the claim");
        claim.commit().await.unwrap();
        assert_eq!(over.await.unwrap(), Some(2));
        let mut late = hall.db.write().await.unwrap();
        assert!(matches!(held(&mut late, &account, &one, 1).await, Err(StoreError::Fenced(_))));
    });
}
