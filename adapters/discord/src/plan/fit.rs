//! Content, titles and words cut to what Discord carries.

use bot_core::chat::{
    Attachment, Button, ButtonDo, Capabilities, Content, Feature, FileRef, Loss, LossKind, RichText,
    cut_rich_text, utf16_len,
};

use crate::api::FILE_MAX;
use crate::read::FileKey;
use crate::write::components::{ROWS_MAX, rows_taken};
use crate::write::text::{TEXT_MAX, markdown};

/// Longest handle of a button, characters.
const HANDLE_MAX: usize = 100;
/// What is done about long titles and answers.
const CUT: &str = "cut with an ellipsis";

/// The content without what Discord can't carry.
pub(super) fn fitted(caps: &Capabilities, content: &Content, losses: &mut Vec<Loss>) -> Content {
    let mut content = content.clone();
    caps.fit_mention_all(&mut content.text, losses);
    let sendable = |file: &Attachment| {
        let known = match &file.file {
            FileRef::Platform(key) => FileKey::read(key).is_some(),
            FileRef::Stored(_) | FileRef::Outbox(_) => true,
        };
        known && file.size_bytes <= FILE_MAX
    };
    if content.attachments.iter().any(|file| !sendable(file)) {
        content.attachments.retain(sendable);
        losses.push(Loss { feature: Feature::Attachments, kind: LossKind::Dropped });
    }
    let good = |button: &Button| match &button.does {
        ButtonDo::Press(handle) => (1..=HANDLE_MAX).contains(&handle.len()),
        ButtonDo::Url(address) => is_address(address),
        ButtonDo::OpenDirect(payload) => payload.len() <= 64,
    };
    let all = content.buttons.iter().map(Vec::len).sum::<usize>();
    for row in &mut content.buttons {
        row.retain(|button| good(button) && !button.label.trim().is_empty());
    }
    content.buttons.retain(|row| !row.is_empty());
    while rows_taken(&content.buttons) > ROWS_MAX {
        content.buttons.pop();
    }
    if content.buttons.iter().map(Vec::len).sum::<usize>() < all {
        losses.push(Loss { feature: Feature::Buttons, kind: LossKind::Dropped });
    }
    content
}

/// Whether Discord takes it as a link's address.
fn is_address(address: &str) -> bool {
    address.len() <= 512
        && url::Url::parse(address).is_ok_and(|url| matches!(url.scheme(), "http" | "https" | "discord"))
}

/// The first characters of a title, with a word on what was cut.
pub(super) fn cut(text: &str, max: usize, losses: &mut Vec<Loss>) -> String {
    let cut = crate::write::components::cut(text, max);
    if cut != text.trim() {
        losses.push(Loss { feature: Feature::Text, kind: LossKind::Emulated { via: CUT.to_owned() } });
    }
    cut
}

/// Words that fit into one message with all that keeps them from being formatting.
pub(super) fn fitted_words(words: &str, losses: &mut Vec<Loss>) -> String {
    let mut max = TEXT_MAX;
    loop {
        let mut cut_losses = Vec::new();
        let text = cut_rich_text(&RichText::plain(words), max, &mut cut_losses);
        if utf16_len(&markdown(&text)) <= TEXT_MAX || max < 64 {
            losses.append(&mut cut_losses);
            return text.text;
        }
        max = max * 3 / 4;
    }
}
