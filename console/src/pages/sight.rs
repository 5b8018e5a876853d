//! How a text looks on each platform, before it is sent.

use std::collections::BTreeSet;

use bot_core::chat::{AccountId, Attachment, AttachmentKind, Content, FileRef};
use bot_core::features::delivery::{AccountPreview, PinAs, Preview, Shown, loss};
use bot_core::work::Work;

use super::file;
use super::list::lang_name;
use super::spans::{Span, spans};
use crate::frame::Frame;

/// One account's part.
pub(in crate::pages) struct AccountLook {
    pub(in crate::pages) name: String,
    pub(in crate::pages) count: String,
    pub(in crate::pages) looks: Vec<OneLook>,
    pub(in crate::pages) losses: Vec<String>,
}

/// What some of its readers see.
pub(in crate::pages) struct OneLook {
    pub(in crate::pages) label: String,
    pub(in crate::pages) bubbles: Vec<Bubble>,
    pub(in crate::pages) pin: Option<String>,
}

/// One message.
pub(in crate::pages) struct Bubble {
    pub(in crate::pages) spans: Vec<Span>,
    pub(in crate::pages) files: Vec<FileBox>,
    /// What stands on the buttons under it, row by row.
    pub(in crate::pages) buttons: Vec<Vec<String>>,
    /// `2/3` where there are several.
    pub(in crate::pages) part: Option<String>,
}

/// A picture or file.
pub(in crate::pages) struct FileBox {
    pub(in crate::pages) name: String,
    pub(in crate::pages) href: Option<String>,
    pub(in crate::pages) is_picture: bool,
    pub(in crate::pages) digest: String,
}

/// What an account is called: its platform, and its own id where the platform has several.
pub(in crate::pages) fn account_name(work: &Work, account: &AccountId) -> String {
    let Some(platform) = work.hall.platform(account) else { return account.to_string() };
    let same = work.hall.platforms().values().filter(|other| other.name() == platform.name()).count();
    if same > 1 { format!("{} ({account})", platform.name()) } else { platform.name().to_owned() }
}

/// How it looks on an account, and what its readers will not get; `counted` says with how many they are.
pub(in crate::pages) fn account_look(
    f: &Frame,
    work: &Work,
    account: &AccountPreview,
    counted: bool,
) -> AccountLook {
    let several = account.shown.len() > 1;
    let mut losses: Vec<String> = account.losses.iter().map(|lost| f.say(&loss(lost))).collect();
    if account.platform.is_none() {
        losses.push(f.t("console-compose-not-connected"));
    }
    AccountLook {
        name: account_name(work, &account.account),
        count: if counted { f.t1("console-compose-chats", "n", &account.recipients) } else { String::new() },
        looks: account.shown.iter().map(|shown| one_look(f, shown, several)).collect(),
        losses,
    }
}

/// How it looks to some readers; `named` says for whom.
pub(in crate::pages) fn one_look(f: &Frame, shown: &Shown, named: bool) -> OneLook {
    let langs: Vec<String> = shown.langs.iter().map(|lang| f.say(&lang_name(*lang))).collect();
    let place = if shown.direct { f.t("console-compose-direct") } else { f.t("console-compose-groups") };
    let of = shown.messages.len();
    let bubble = |(at, content): (usize, &Content)| Bubble {
        spans: spans(&content.text),
        files: content.attachments.iter().map(file_box).collect(),
        buttons: content
            .buttons
            .iter()
            .map(|row| row.iter().map(|one| one.label.clone()).collect())
            .collect(),
        part: (of > 1).then(|| format!("{}/{of}", at + 1)),
    };
    let pin = match shown.pin {
        PinAs::Not => None,
        PinAs::Head => Some(f.t("console-compose-pinned")),
        PinAs::Board => Some(f.t("console-compose-board")),
        PinAs::Refused => Some(f.t("console-compose-no-pin")),
    };
    OneLook {
        label: if named { format!("{place} · {}", langs.join(" / ")) } else { String::new() },
        bubbles: shown.messages.iter().enumerate().map(bubble).collect(),
        pin,
    }
}

pub(in crate::pages) fn file_box(attachment: &Attachment) -> FileBox {
    let digest = match &attachment.file {
        FileRef::Stored(digest) => Some(digest),
        _ => None,
    };
    FileBox {
        name: attachment.name.clone(),
        href: digest.map(file::href),
        is_picture: attachment.kind == AttachmentKind::Picture,
        digest: digest.map(ToString::to_string).unwrap_or_default(),
    }
}

/// Connected accounts that nobody of the audience is reached through, by name.
pub(in crate::pages) fn idle(f: &Frame, work: &Work, preview: &Preview) -> Option<String> {
    let used: BTreeSet<&AccountId> = preview.accounts.iter().map(|account| &account.account).collect();
    let names: Vec<String> = work
        .hall
        .platforms()
        .keys()
        .filter(|account| !used.contains(account))
        .map(|account| account_name(work, account))
        .collect();
    (!names.is_empty()).then(|| {
        let between = f.t("console-compose-between");
        f.t1("console-compose-idle", "names", &names.join(between.trim_matches('|')))
    })
}
