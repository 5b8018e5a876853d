//! The web console and the JSON API: pages for staff, the sandbox page, health and metrics.
//!
//! [`Console::new`] takes the running hall, [`serve`] answers on a listener until it is told to stop.
//! [`sign_in_link`] makes the one-time link with which a staff member comes in, [`new_api_token`] a token for
//! the JSON API.

mod api;
mod asked;
mod assets;
mod click;
mod cookie;
mod fault;
mod frame;
mod guard;
mod headers;
mod health;
mod notes;
mod once;
mod pages;
mod reader;
mod secret;
mod serve;
mod session;
mod sheet;
mod state;
mod table;
#[cfg(test)]
mod tests;
mod via;
mod view;
mod waiting;
mod workbook;

pub use api::{ApiLimits, ApiShow, new_api_token};
pub use health::Running;
pub use pages::setting::{Shown, ShownFrom, ShownValue};
pub use serve::{router, serve};
pub use session::password::PasswordCost;
pub use session::{reset_second_factor, sign_in_link};
pub use state::{Console, Parts, Settings};
pub use via::{Proxies, ProxyHeader};
