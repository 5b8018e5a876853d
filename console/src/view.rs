//! Who looks at what the hall knows: a reader of a page, or a program.

use std::collections::BTreeMap;
use std::sync::Arc;

use bot_core::chat::Lang;
use bot_core::hall::Hall;
use bot_core::roster::{Permission, Role};
use bot_core::texts::{Arg, Text};

/// In which language somebody reads, and what they may see.
pub(crate) struct View {
    hall: Arc<Hall>,
    /// The language.
    pub(crate) lang: Lang,
    rights: Vec<Permission>,
}

impl View {
    /// Somebody who may do what `may` says.
    pub(crate) fn new(hall: &Arc<Hall>, lang: Lang, may: impl Fn(Permission) -> bool) -> Self {
        // An admin has every right that there is.
        let rights = Role::Admin.permissions().iter().copied().filter(|right| may(*right)).collect();
        Self { hall: Arc::clone(hall), lang, rights }
    }

    /// Whether they have a right.
    pub(crate) fn may(&self, permission: Permission) -> bool {
        self.rights.contains(&permission)
    }

    /// A sentence that takes nothing.
    pub(crate) fn t(&self, key: &str) -> String {
        self.say(&Text { key: key.to_owned().into(), args: BTreeMap::new() })
    }

    /// A sentence that takes one thing.
    pub(crate) fn t1(&self, key: &str, name: &'static str, value: impl IntoArg) -> String {
        let args = [(name.into(), value.into_arg())].into();
        self.say(&Text { key: key.to_owned().into(), args })
    }

    /// Any sentence.
    pub(crate) fn say(&self, text: &Text) -> String {
        self.hall.texts.say(self.lang, text)
    }
}

/// What may be put into a sentence from a template.
pub(crate) trait IntoArg {
    fn into_arg(self) -> Arg;
}

impl IntoArg for &str {
    fn into_arg(self) -> Arg {
        self.into()
    }
}

impl IntoArg for &String {
    fn into_arg(self) -> Arg {
        self.into()
    }
}

impl IntoArg for &usize {
    fn into_arg(self) -> Arg {
        (*self).into()
    }
}

impl IntoArg for usize {
    fn into_arg(self) -> Arg {
        self.into()
    }
}

impl IntoArg for &i64 {
    fn into_arg(self) -> Arg {
        (*self).into()
    }
}
