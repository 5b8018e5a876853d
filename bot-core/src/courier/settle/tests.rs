//! Features hear of many actions at once, and what one of them spoils is only its own.

use std::sync::Arc;

use async_trait::async_trait;

use super::tell_all;
use crate::chat::{Action, Content};
use crate::courier::End;
use crate::error::{FeatureError, Result};
use crate::feature::{Feature, Manifest, Receipt, Registry};
use crate::store::chat;
use crate::store::testing::on_both_with;
use crate::work::{Origin, Work};

/// A feature that writes down what it hears, and fails at whatever is `bad` after it wrote.
struct Listener(&'static Manifest);

static ONE: Manifest = named("one");
static OTHER: Manifest = named("other");

const fn named(name: &'static str) -> Manifest {
    Manifest { name, commands: &[], timers: &[], buttons: &[], forms: &[], pages: &[] }
}

#[async_trait]
impl Feature for Listener {
    fn manifest(&self) -> &'static Manifest {
        self.0
    }

    async fn on_receipts(&self, work: &mut Work, receipts: &[Receipt]) -> Result<()> {
        chat::next_number(work.tx().await?, &format!("calls {}", self.0.name)).await?;
        for receipt in receipts {
            chat::next_number(work.tx().await?, &format!("heard {}", receipt.origin.key)).await?;
            match receipt.origin.key.as_str() {
                "bad" => return Err(FeatureError::Internal("it cannot take that in".into())),
                "worse" => panic!("it cannot take that in at all"),
                _ => {}
            }
        }
        Ok(())
    }
}

fn receipt(feature: &str, key: &str) -> Receipt {
    Receipt {
        origin: Origin::new(feature, "copy", key),
        outbox: "o".into(),
        chat: "c".into(),
        action: Action::Send(Content::text("hello")),
        end: End::Sent(Vec::new()),
    }
}

/// How often something was written down, when it is the last that is asked of it.
async fn times(work: &mut Work, name: &str) -> i64 {
    chat::next_number(work.tx().await.unwrap(), name).await.unwrap() - 1
}

#[test]
fn what_one_receipt_spoils_is_only_its_own() {
    let features = || Registry::new(vec![Arc::new(Listener(&ONE)), Arc::new(Listener(&OTHER))]);
    on_both_with(features, async |hall, _clock| {
        let mut work = hall.begin().await.unwrap();
        let all = [("one", "a"), ("other", "b"), ("one", "bad"), ("one", "c"), ("other", "d"), ("gone", "e")];
        tell_all(&mut work, all.map(|(feature, key)| receipt(feature, key)).into()).await.unwrap();
        for (key, heard) in [("a", 1), ("b", 1), ("bad", 0), ("c", 1), ("d", 1), ("e", 0)] {
            assert_eq!(times(&mut work, &format!("heard {key}")).await, heard, "{key}");
        }
        assert_eq!(times(&mut work, "calls other").await, 1, "it takes them in at once");
        assert_eq!(
            times(&mut work, "calls one").await,
            2,
            "it is told one by one, and what failed is undone"
        );

        let all = [("one", "f"), ("one", "worse")];
        tell_all(&mut work, all.map(|(feature, key)| receipt(feature, key)).into()).await.unwrap();
        assert_eq!(times(&mut work, "heard f").await, 1);
        assert_eq!(times(&mut work, "heard worse").await, 0);
    });
}
