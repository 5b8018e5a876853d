//! The files of a ticket: fetched into our store as evidence, and carried to wherever the other side reads.

use crate::chat::{AccountId, Attachment, Content, Feature as Can, FileRef};
use crate::courier::End;
use crate::directory::Chat;
use crate::error::Result;
use crate::feature::Receipt;
use crate::ids::{RowId, TicketNo};
use crate::store::{file, ticket};
use crate::text;
use crate::work::{Origin, Work};

use super::NAME;
use super::matter::Matter;

/// Has the files of a message fetched that was written in `from`, as far as its platform gives them. `message`: the
/// one of the ticket; without it they are of the ticket's first words.
pub(super) fn fetch(
    matter: &mut Matter,
    work: &mut Work,
    from: &Chat,
    message: Option<&RowId>,
    files: &[Attachment],
) {
    let can = work.capabilities(from);
    let most = can.limits(Can::Fetch).size_bytes.unwrap_or(u64::MAX);
    for file in files {
        if let FileRef::Platform(key) = &file.file
            && can.is_native(Can::Fetch)
            && file.size_bytes <= most
        {
            let fetch = work.fetch(&from.id, file, origin(matter, message));
            matter.fetches.push((from.account.clone(), key.clone(), fetch));
        }
    }
}

fn origin(matter: &Matter, message: Option<&RowId>) -> Origin {
    match message {
        Some(id) => Origin::new(NAME, "file", id),
        None => Origin::new(NAME, "first_file", matter.ticket.no.0),
    }
}

/// A content that was written in `from` as an account can send it: what another account has only under a key of its own
/// goes by way of our store.
pub(super) fn portable(
    matter: &Matter,
    work: &mut Work,
    mut content: Content,
    from: &Chat,
    message: Option<&RowId>,
    to: &AccountId,
) -> Content {
    if from.account == *to {
        return content;
    }
    for attachment in &mut content.attachments {
        let FileRef::Platform(key) = &attachment.file else { continue };
        let under_way = matter.fetches.iter().find(|(account, of, _)| *account == from.account && of == key);
        let fetch = match under_way {
            Some((_, _, fetch)) => fetch.clone(),
            None => work.fetch(&from.id, attachment, origin(matter, message)),
        };
        attachment.file = FileRef::Outbox(fetch);
    }
    content
}

/// What became of a file of a ticket: from now on it is the ticket's, and sent from our store.
pub(super) async fn fetched(work: &mut Work, receipt: &Receipt) -> Result<()> {
    let crate::chat::Action::Fetch { file: asked } = &receipt.action else { return Ok(()) };
    let message = match receipt.origin.kind.as_str() {
        "file" => ticket::message(work.tx().await?, &RowId::from(receipt.origin.key.as_str())).await?,
        _ => None,
    };
    let no = match &message {
        Some(message) => message.ticket,
        None => TicketNo(receipt.origin.key.parse().unwrap_or_default()),
    };
    let stored = match &receipt.end {
        End::Sent(made) => made.iter().find_map(|made| made.fetched.clone()),
        End::Rejected(_) | End::Unknown { .. } => None,
    };
    let Some(stored) = stored else {
        let text = text!("ticket-noted-no-file", no = no.to_string(), file = &asked.name);
        work.note(NAME, Some(&receipt.chat), text);
        return Ok(());
    };
    let tx = work.tx().await?;
    if ticket::get(tx, no).await?.is_none() {
        return Ok(());
    }
    file::add_use(tx, &stored.digest, NAME, no.0).await?;
    let Some(mut message) = message else { return Ok(()) };
    for attachment in message.content.attachments.iter_mut().filter(|file| file.file == asked.file) {
        attachment.file = FileRef::Stored(stored.digest.clone());
        attachment.media_type.clone_from(&stored.media_type);
        attachment.size_bytes = stored.size_bytes;
    }
    Ok(ticket::put_message(tx, &message).await?)
}

/// What a message says after an edit, with the files of before where they are the same: a platform says again which
/// they are by its own keys.
pub(super) fn edited(before: &Content, now: &Content) -> Content {
    let mut content = Content { buttons: Vec::new(), reply_to: None, ..now.clone() };
    let same = |old: &Attachment, new: &Attachment| {
        old.kind == new.kind && old.name == new.name && old.size_bytes == new.size_bytes
    };
    for (old, new) in before.attachments.iter().zip(&mut content.attachments) {
        if matches!(old.file, FileRef::Stored(_)) && same(old, new) {
            new.clone_from(old);
        }
    }
    content
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::chat::AttachmentKind;

    fn file(name: &str, file: FileRef) -> Attachment {
        Attachment {
            kind: AttachmentKind::File,
            name: name.into(),
            media_type: "application/pdf".into(),
            size_bytes: 1,
            file,
        }
    }

    #[test]
    fn an_edit_of_the_words_leaves_the_files_as_they_are() {
        let stored = file("bill.pdf", FileRef::Stored("d".into()));
        let before = Content { attachments: vec![stored.clone()], ..Content::text("see") };
        let named = |name: &str| file(name, FileRef::Platform("x".into()));
        let now = Content { attachments: vec![named("bill.pdf"), named("two.pdf")], ..Content::text("look") };
        assert_eq!(edited(&before, &now).attachments, [stored, named("two.pdf")]);
        let other = Content { attachments: vec![named("other.pdf")], ..Content::text("look") };
        assert_eq!(edited(&before, &other).attachments, [named("other.pdf")]);
    }
}
