//! The pictures and files of a message that a case is about: fetched into our store before they are gone, as its proof.

use super::NAME;
use crate::chat::{Attachment, Feature as Can, FileRef};
use crate::courier::End;
use crate::directory::Chat;
use crate::error::Result;
use crate::feature::Receipt;
use crate::ids::CaseNo;
use crate::store::{file, moderation as store};
use crate::work::{Origin, Work};

/// Has the files of a message fetched that a case is about, as far as their platform gives them.
pub(super) fn fetch(work: &mut Work, chat: &Chat, case: CaseNo, files: &[Attachment]) {
    if files.is_empty() {
        return;
    }
    let can = work.capabilities(chat);
    let most = can.limits(Can::Fetch).size_bytes.unwrap_or(u64::MAX);
    for file in files {
        let is_there = matches!(file.file, FileRef::Platform(_));
        if is_there && can.is_native(Can::Fetch) && file.size_bytes <= most {
            work.fetch(&chat.id, file, Origin::new(NAME, "proof", case));
        }
    }
}

/// What became of a file: from now on it is the case's.
pub(super) async fn fetched(work: &mut Work, case: CaseNo, receipt: &Receipt) -> Result<()> {
    let End::Sent(made) = &receipt.end else { return Ok(()) };
    let Some(stored) = made.iter().find_map(|made| made.fetched.as_ref()) else { return Ok(()) };
    let tx = work.tx().await?;
    if store::get(tx, case).await?.is_some() {
        file::add_use(tx, &stored.digest, NAME, case.0).await?;
    }
    Ok(())
}
