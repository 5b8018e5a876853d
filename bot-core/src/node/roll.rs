//! Who serves a database, and what each holds, for people.

use crate::store::node::{self, StoredLease, StoredNode};
use crate::store::{StoreError, Tx};

/// All nodes of a database.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Roll {
    /// Each with the accounts that it holds, the oldest first. Nobody on a database that one program serves alone.
    pub nodes: Vec<(StoredNode, Vec<StoredLease>)>,
    /// Accounts that nobody holds just now.
    pub free: Vec<StoredLease>,
}

impl Roll {
    /// Reads it.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn read(tx: &mut Tx) -> Result<Self, StoreError> {
        let (nodes, leases) = (node::all(tx).await?, node::leases(tx).await?);
        let holds = |node: &StoredNode, lease: &&StoredLease| lease.node.as_ref() == Some(&node.id);
        let is_free = |lease: &&StoredLease| !nodes.iter().any(|node| holds(node, lease));
        let free = leases.iter().filter(is_free).cloned().collect();
        let with_leases = |node: &StoredNode| {
            (node.clone(), leases.iter().filter(|lease| holds(node, lease)).cloned().collect())
        };
        Ok(Self { nodes: nodes.iter().map(with_leases).collect(), free })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::chat::AccountId;
    use crate::ids::NodeId;
    use crate::store::node::About;
    use crate::store::testing::on_both;

    #[test]
    fn it_tells_who_holds_what_and_what_nobody_holds() {
        on_both(async |hall| {
            let mut tx = hall.db.write().await.unwrap();
            assert_eq!(Roll::read(&mut tx).await.unwrap(), Roll::default());
            for (id, at_ms) in [("N1", 1), ("N2", 2), ("N3", 3)] {
                let about = About { name: id.to_lowercase(), ..About::default() };
                node::enter(&mut tx, &id.into(), &about, at_ms).await.unwrap();
            }
            for (account, id) in [("discord", "N1"), ("qq", "N3"), ("telegram", "N1")] {
                node::take(&mut tx, &account.into(), &id.into(), 9).await.unwrap();
            }
            assert!(node::bury(&mut tx, &NodeId::from("N3"), 1).await.unwrap());
            let roll = Roll::read(&mut tx).await.unwrap();
            let held = |leases: &[StoredLease]| -> Vec<AccountId> {
                leases.iter().map(|lease| lease.account.clone()).collect()
            };
            let told: Vec<_> =
                roll.nodes.iter().map(|(node, leases)| (node.about.name.as_str(), held(leases))).collect();
            assert_eq!(told, [("n1", vec!["discord".into(), "telegram".into()]), ("n2", vec![])]);
            assert_eq!(held(&roll.free), ["qq".into()]);
        });
    }
}
