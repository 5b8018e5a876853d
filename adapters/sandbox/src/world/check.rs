//! What the platform takes as content, from people and from the bot.

use std::collections::BTreeSet;

use bot_core::chat::{
    Button, ButtonDo, Content, FieldKind, FileRef, Form, Mark, MarkKind, RichText, utf16_len,
};

use crate::{Misfit, Profile, Refusal};

/// Most buttons in a row, as on Telegram (Bot API 9.2, read 2026-11-21).
const ROW_BUTTONS: usize = 8;
/// Longest label of a button in UTF-16 code units.
const LABEL_UTF16: usize = 64;
/// Longest handle of a press in bytes, and longest payload of a private chat.
const HANDLE_UTF8: usize = 64;
/// Longest title of a form or thread in UTF-16 code units, as Telegram's topics.
pub(super) const TITLE_UTF16: usize = 128;

/// Checks what a person sends.
pub(super) fn people_send(
    profile: &Profile,
    content: &Content,
    has_file: impl Fn(&str) -> bool,
) -> Result<(), Refusal> {
    if !content.buttons.is_empty() {
        return Err(Refusal::BotOnly("buttons"));
    }
    if content.text.text.trim().is_empty() && content.attachments.is_empty() {
        return Err(Refusal::Empty);
    }
    let max = if content.attachments.is_empty() { profile.text_utf16 } else { profile.caption_utf16 };
    let len = utf16_len(&content.text.text);
    if len > max {
        return Err(Refusal::TooLong { len, max });
    }
    if marks_fault(&content.text).is_some() {
        return Err(Refusal::BadMarks);
    }
    if profile.attachments == 0 && !content.attachments.is_empty() {
        return Err(Refusal::Absent("files"));
    }
    if content.attachments.len() > profile.attachments {
        return Err(Refusal::TooManyFiles(profile.attachments));
    }
    for attachment in &content.attachments {
        match &attachment.file {
            FileRef::Platform(key) if has_file(key) => {}
            FileRef::Platform(key) => return Err(Refusal::NoFile(key.clone())),
            FileRef::Stored(digest) => return Err(Refusal::NoFile(digest.to_string())),
            FileRef::Outbox(fetch) => return Err(Refusal::NoFile(fetch.to_string())),
        }
    }
    Ok(())
}

/// Says what is wrong with what the bot sends.
pub(super) fn bot_send(profile: &Profile, content: &Content) -> Result<(), String> {
    let max = if content.attachments.is_empty() { profile.text_utf16 } else { profile.caption_utf16 };
    let len = utf16_len(&content.text.text);
    if content.text.text.trim().is_empty() && content.attachments.is_empty() {
        return Err("message text is empty".to_owned());
    }
    if len > max {
        return Err(format!("message is too long: {len} of {max}"));
    }
    if !profile.marks && !content.text.marks.is_empty() {
        return Err("text can't carry marks".to_owned());
    }
    if !profile.mention_all && content.text.marks.iter().any(|mark| mark.kind == MarkKind::MentionAll) {
        return Err("everybody can't be mentioned".to_owned());
    }
    if let Some(fault) = marks_fault(&content.text) {
        return Err(fault.to_owned());
    }
    if content.attachments.len() > profile.attachments {
        return Err(format!("too many attachments: at most {}", profile.attachments));
    }
    for attachment in &content.attachments {
        if attachment.size_bytes > profile.file_bytes {
            return Err(format!(
                "file {:?} is too big: at most {} bytes",
                attachment.name, profile.file_bytes
            ));
        }
    }
    buttons(profile, &content.buttons)
}

fn buttons(profile: &Profile, rows: &[Vec<Button>]) -> Result<(), String> {
    if rows.len() > profile.button_rows {
        return Err(format!("too many rows of buttons: at most {}", profile.button_rows));
    }
    if rows.iter().any(|row| row.is_empty() || row.len() > ROW_BUTTONS) {
        return Err(format!("a row of buttons holds 1 to {ROW_BUTTONS}"));
    }
    rows.iter().flatten().try_for_each(button)
}

fn button(button: &Button) -> Result<(), String> {
    if button.label.trim().is_empty() || utf16_len(&button.label) > LABEL_UTF16 {
        return Err(format!("a button's label has 1 to {LABEL_UTF16} characters"));
    }
    match &button.does {
        ButtonDo::Press(handle) if handle.is_empty() || handle.len() > HANDLE_UTF8 || !handle.is_ascii() => {
            Err(format!("a button's handle has 1 to {HANDLE_UTF8} bytes of ASCII"))
        }
        ButtonDo::OpenDirect(payload) if !is_payload(payload) => {
            Err(format!("a payload has at most {HANDLE_UTF8} characters of A-Z a-z 0-9 _ -"))
        }
        ButtonDo::Url(url) if !is_link(url) => Err(format!("wrong link {url:?}")),
        _ => Ok(()),
    }
}

pub(super) fn is_payload(payload: &str) -> bool {
    payload.len() <= HANDLE_UTF8
        && payload.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_' || b == b'-')
}

fn is_link(url: &str) -> bool {
    let rest = url.strip_prefix("https://").or_else(|| url.strip_prefix("http://"));
    rest.is_some_and(|rest| !rest.is_empty()) && !url.contains(char::is_whitespace)
}

/// What is wrong with the marks: out of the text, within a character, empty, or crossing.
fn marks_fault(text: &RichText) -> Option<&'static str> {
    let whole = |mark: &Mark| {
        mark.start_utf8 < mark.end_utf8
            && text.text.is_char_boundary(mark.start_utf8)
            && text.text.is_char_boundary(mark.end_utf8)
    };
    if !text.marks.iter().all(whole) {
        return Some("a mark does not fit the text");
    }
    let mut open: Vec<usize> = Vec::new();
    let mut marks: Vec<&Mark> = text.marks.iter().collect();
    marks.sort_by_key(|mark| (mark.start_utf8, std::cmp::Reverse(mark.end_utf8)));
    for mark in marks {
        while open.last().is_some_and(|end| *end <= mark.start_utf8) {
            open.pop();
        }
        if open.last().is_some_and(|end| *end < mark.end_utf8) {
            return Some("marks cross");
        }
        open.push(mark.end_utf8);
    }
    None
}

/// Says what is wrong with a form.
pub(super) fn form(profile: &Profile, form: &Form) -> Result<(), String> {
    if form.handle.is_empty() || form.handle.len() > HANDLE_UTF8 || !form.handle.is_ascii() {
        return Err(format!("a form's handle has 1 to {HANDLE_UTF8} bytes of ASCII"));
    }
    title(&form.title)?;
    if form.fields.is_empty() || form.fields.len() > profile.form_fields {
        return Err(format!("a form has 1 to {} fields", profile.form_fields));
    }
    let names: BTreeSet<&str> = form.fields.iter().map(|field| field.name.as_str()).collect();
    if names.len() < form.fields.len() || names.contains("") {
        return Err("the fields of a form have different names".to_owned());
    }
    for field in &form.fields {
        if field.label.trim().is_empty() {
            return Err("a field has a label".to_owned());
        }
        if matches!(&field.kind, FieldKind::Choice(choices) if choices.is_empty()) {
            return Err(format!("field {:?} has no choices", field.name));
        }
    }
    Ok(())
}

/// Says what is wrong with the title of a form or thread.
pub(super) fn title(title: &str) -> Result<(), String> {
    if title.trim().is_empty() || utf16_len(title) > TITLE_UTF16 {
        return Err(format!("a title has 1 to {TITLE_UTF16} characters"));
    }
    Ok(())
}

/// Checks a title that people give.
pub(super) fn peoples_title(of: &str) -> Result<(), Refusal> {
    let why = Misfit::Title { max: TITLE_UTF16 };
    title(of).map_err(|_| Refusal::BadAnswer { field: "title".to_owned(), why })
}
