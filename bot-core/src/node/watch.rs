//! How long the beats of other nodes have stood still, by our own clock.

use std::collections::BTreeMap;

use super::GONE_AFTER_MS;
use crate::ids::NodeId;
use crate::store::node::StoredNode;

/// A look counts on from the one before it only when no more time lies between them, milliseconds: who was away itself has
/// seen nothing stand still.
const LOOKS_APART_MS: i64 = 6_000;

/// What was seen of the others.
#[derive(Default)]
pub(super) struct Watch {
    looked_at_ms: i64,
    /// The last beat of each, and when it was first seen.
    seen: BTreeMap<NodeId, (i64, i64)>,
}

impl Watch {
    /// Takes in how the nodes stand, and gives those that are gone, each with the beat at which it stands.
    pub(super) fn gone(&mut self, own: &NodeId, nodes: &[StoredNode], now_ms: i64) -> Vec<(NodeId, i64)> {
        if now_ms - self.looked_at_ms > LOOKS_APART_MS {
            self.seen.clear();
        }
        self.looked_at_ms = now_ms;
        self.seen.retain(|id, _| nodes.iter().any(|node| node.id == *id));
        let mut gone = Vec::new();
        for node in nodes.iter().filter(|node| node.id != *own) {
            let (beat, since_ms) = self.seen.entry(node.id.clone()).or_insert((node.beat, now_ms));
            if *beat != node.beat {
                (*beat, *since_ms) = (node.beat, now_ms);
            } else if now_ms - *since_ms >= GONE_AFTER_MS {
                gone.push((node.id.clone(), node.beat));
            }
        }
        gone
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at_beat(beat: i64) -> [StoredNode; 2] {
        ["N1", "N2"].map(|id| StoredNode {
            id: id.into(),
            started_at_ms: 0,
            beat,
            beat_at_ms: 0,
            about: Default::default(),
        })
    }

    #[test]
    fn a_node_is_gone_when_its_beat_has_stood_still_for_long_enough_while_it_was_looked_at() {
        let (mut watch, own) = (Watch::default(), NodeId::from("N1"));
        let mut look = |beat, at_s: i64| watch.gone(&own, &at_beat(beat), 1_000_000 + at_s * 1_000);
        for (beat, at_s) in [(1, 0), (1, 4), (1, 8), (2, 11), (2, 16), (2, 22)] {
            assert_eq!(look(beat, at_s), [], "{beat} at {at_s}");
        }
        assert_eq!(look(2, 23), [("N2".into(), 2)], "itself it never buries");
        // Whoever was stopped itself has seen nothing of it.
        assert_eq!(look(2, 60), []);
        assert_eq!(look(2, 66), []);
        assert_eq!(look(2, 71), []);
        assert_eq!(look(2, 72), [("N2".into(), 2)]);
    }
}
