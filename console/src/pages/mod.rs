//! The pages: which there are, under which right, and where they stand in the rail.

mod account;
mod activity;
pub(crate) mod announcement;
pub(crate) mod answer;
mod audience;
mod audit;
pub(crate) mod calendar;
pub(crate) mod failed;
pub(crate) mod file;
pub(crate) mod group;
mod list;
mod r#macro;
pub(crate) mod moderation;
mod node;
pub(crate) mod outbox;
pub(crate) mod overview;
mod people;
mod privacy;
pub(crate) mod report;
mod sandbox;
pub(crate) mod search;
pub(crate) mod setting;
mod sight;
mod spans;
pub(crate) mod staff;
mod ticket;
mod webhook;

use axum::routing::{MethodRouter, get, post};
use bot_core::roster::Permission;

use crate::guard::Need;
use crate::session::sign_in;
use crate::state::Console;

/// A page, or the address of one of its parts.
pub(crate) struct Page {
    pub(crate) path: &'static str,
    pub(crate) needs: Need,
    pub(crate) does: MethodRouter<Console>,
}

impl Page {
    pub(crate) fn new(path: &'static str, needs: Need, does: MethodRouter<Console>) -> Self {
        Self { path, needs, does }
    }
}

/// A place in the rail.
pub(crate) struct Place {
    /// Its name in the code; the words are the key `console-place-NAME`.
    pub(crate) name: &'static str,
    /// Its first page.
    pub(crate) path: &'static str,
    /// The right that it needs, if any.
    pub(crate) needs: Option<Permission>,
    /// The key of its words.
    pub(crate) key: &'static str,
}

/// The rail, in order.
pub(crate) const PLACES: &[Place] = &[
    Place { name: "overview", path: "/", needs: None, key: "console-place-overview" },
    Place {
        name: "tickets",
        path: "/tickets",
        needs: Some(Permission::Tickets),
        key: "console-place-tickets",
    },
    Place {
        name: "announcements",
        path: "/announcements",
        needs: Some(Permission::Announce),
        key: "console-place-announcements",
    },
    Place {
        name: "activities",
        path: "/activities",
        needs: Some(Permission::Activities),
        key: "console-place-activities",
    },
    Place {
        name: "calendar",
        path: "/calendar",
        needs: Some(Permission::Announce),
        key: "console-place-calendar",
    },
    Place {
        name: "moderation",
        path: "/moderation",
        needs: Some(Permission::ReadCases),
        key: "console-place-moderation",
    },
    Place {
        name: "merchants",
        path: "/merchants",
        needs: Some(Permission::ReadPeople),
        key: "console-place-merchants",
    },
    Place {
        name: "knowledge",
        path: "/knowledge",
        needs: Some(Permission::Articles),
        key: "console-place-knowledge",
    },
    Place { name: "reports", path: "/reports", needs: None, key: "console-place-reports" },
    Place {
        name: "groups",
        path: "/groups",
        needs: Some(Permission::ReadCases),
        key: "console-place-groups",
    },
    Place { name: "staff", path: "/staff", needs: Some(Permission::Administer), key: "console-place-staff" },
    Place {
        name: "webhooks",
        path: "/webhooks",
        needs: Some(Permission::Administer),
        key: "console-place-webhooks",
    },
    Place {
        name: "settings",
        path: "/settings",
        needs: Some(Permission::Administer),
        key: "console-place-settings",
    },
    Place { name: "audit", path: "/audit", needs: Some(Permission::ReadAudit), key: "console-place-audit" },
    Place {
        name: "sandbox",
        path: "/sandbox",
        needs: Some(Permission::Sandbox),
        key: "console-place-sandbox",
    },
];

/// All pages.
pub(crate) fn all() -> Vec<Page> {
    let mut pages = vec![
        Page::new("/sign-in", Need::Nobody, get(sign_in::sign_in).post(sign_in::sign_in_by_password)),
        Page::new("/sign-in/code", Need::Nobody, get(sign_in::code).post(sign_in::sign_in_by_code)),
        Page::new("/enter", Need::Nobody, get(sign_in::enter).post(sign_in::enter_by_button)),
        Page::new("/taste", Need::Nobody, post(sign_in::taste)),
        Page::new("/sign-out", Need::Staff, post(sign_in::sign_out)),
    ];
    pages.extend(account::pages());
    pages.extend(staff::pages());
    pages.extend(overview::pages());
    pages.extend(outbox::pages());
    pages.extend(failed::pages());
    pages.extend(file::pages());
    pages.extend(ticket::pages());
    pages.extend(r#macro::pages());
    pages.extend(announcement::pages());
    pages.extend(activity::pages());
    pages.extend(calendar::pages());
    pages.extend(moderation::pages());
    pages.extend(people::pages());
    pages.extend(privacy::pages());
    pages.extend(answer::pages());
    pages.extend(report::pages());
    pages.extend(search::pages());
    pages.extend(group::pages());
    pages.extend(node::pages());
    pages.extend(audit::pages());
    pages.extend(webhook::pages());
    pages.extend(setting::pages());
    pages.extend(sandbox::pages());
    pages
}
