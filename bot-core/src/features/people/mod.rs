//! People: who somebody is to us, which identities are one human, and who works here.

mod decide;
pub mod facts;
pub mod import;
mod join;
mod link;
mod me;
mod staff;
#[cfg(test)]
mod tests;
mod whois;

use async_trait::async_trait;

use crate::error::Result;
use crate::feature::{
    ArgKind, ArgSpec, CommandSpec, Feature, Invocation, Manifest, Offer, Places, Press, Typed,
};
use crate::roster::Permission;
use crate::texts::Text;
use crate::work::Work;

pub use link::make_link_code;
pub use me::{lang_of, lang_text};
pub use staff::{change_roles, dismiss, hire, unlink};

/// People.
pub struct People;

static MANIFEST: Manifest = Manifest {
    name: "people",
    commands: &[
        CommandSpec { name: "me", needs: None, places: Places::Direct, args: &[] },
        CommandSpec {
            name: "language",
            needs: None,
            places: Places::Anywhere,
            args: &[ArgSpec { name: "language", kind: ArgKind::Word, required: false }],
        },
        CommandSpec {
            name: "link",
            needs: None,
            // Everywhere, so that a code that was sent into a group by mistake can be voided.
            places: Places::Anywhere,
            args: &[ArgSpec { name: "code", kind: ArgKind::Word, required: false }],
        },
        CommandSpec {
            name: "whois",
            needs: Some(Permission::ReadPeople),
            places: Places::Staff,
            args: &[ArgSpec { name: "who", kind: ArgKind::Who, required: true }],
        },
        CommandSpec {
            name: "person",
            needs: Some(Permission::EditPeople),
            places: Places::Staff,
            args: &[
                ArgSpec { name: "act", kind: ArgKind::Word, required: true },
                ArgSpec { name: "who", kind: ArgKind::Who, required: true },
                ArgSpec { name: "other", kind: ArgKind::Who, required: false },
            ],
        },
    ],
    timers: &[],
    buttons: &["link-yes", "link-no"],
    forms: &[],
    pages: &[],
};

#[async_trait]
impl Feature for People {
    fn manifest(&self) -> &'static Manifest {
        &MANIFEST
    }

    async fn on_command(&self, work: &mut Work, call: &Invocation) -> Result<()> {
        match call.spec.name {
            "me" => me::show(work, call).await,
            "language" => me::language(work, call).await,
            "link" => link::command(work, call).await,
            "whois" => whois::show(work, call).await,
            _ => join::command(work, call).await,
        }
    }

    fn offers(&self) -> &'static [&'static str] {
        &["language"]
    }

    async fn offer(&self, _work: &mut Work, _typed: &Typed) -> Result<Vec<Offer>> {
        // Languages go by their own names.
        Ok([("zh", "中文"), ("en", "English")].map(|(word, name)| Offer::new(word, name.to_owned())).into())
    }

    async fn on_press(&self, work: &mut Work, press: &Press) -> Result<Option<Text>> {
        link::pressed(work, press).await.map(|()| None)
    }
}
