//! The moderation engine: policy and message in, verdict out; no I/O, no clock.
//!
//! ```
//! use moderation::{Engine, History, Message, Outcome, Policy, Sanction, ladder};
//!
//! # fn main() -> Result<(), Vec<moderation::PolicyFault>> {
//! let policy = Policy::parse(
//!     r#"
//!     version = 1
//!
//!     [[rule]]
//!     id = "drugs"
//!     title = { en = "Drugs", zh-CN = "毒品" }
//!     action = "act"
//!     words = ["大麻"]
//!     allow = ["大麻烦"]
//!     "#,
//! )?;
//! let engine = Engine::new(policy);
//! assert_eq!(engine.check(&Message::new("我有大麻烦了")).outcome, Outcome::Pass);
//!
//! let verdict = engine.check(&Message::new("出大麻"));
//! assert_eq!(verdict.hits[0].spans[0].text, "大麻");
//! let rung = ladder::decide(engine.policy().ladder(), &History::default(), 0, verdict.points());
//! assert_eq!(rung.sanction, Sanction::Warn);
//! # Ok(())
//! # }
//! ```

pub mod behaviour;
mod category;
mod detect;
pub mod duration;
mod engine;
mod entity;
mod explain;
pub mod fold;
mod judge;
pub mod ladder;
pub mod learner;
pub mod policy;
mod verdict;

pub use behaviour::Activity;
pub use category::Category;
pub use engine::{Engine, Message, TextLink};
#[cfg(feature = "qr")]
pub use entity::qr;
pub use entity::{Entity, EntityKind, is_domain};
pub use explain::{Evidence, Explanation, RuleNote};
pub use fold::{Tier, ViewKind};
pub use ladder::{History, Ladder, LadderStep, Offence, Rung, Sanction};
pub use learner::{Learner, Sample};
pub use policy::{Bilingual, FaultKind, Parameters, Policy, PolicyFault, Rule};
pub use verdict::{Certainty, Hit, HitKind, Outcome, RuleId, Span, Verdict};
