//! Inline keyboards, to and from rows of buttons.

use bot_core::chat::{Button, ButtonDo};
use serde_json::{Value, json};

use super::answer::{Judged, bad};
use super::asked::Asked;

/// Longest callback data in bytes.
const DATA_UTF8: usize = 64;
/// Most buttons under a message.
const BUTTONS: usize = 100;

/// The buttons that a request asks for.
pub(super) fn read(asked: &Asked, bot: &str) -> Judged<Vec<Vec<Button>>> {
    let Some(markup) = asked.json("reply_markup")? else { return Ok(Vec::new()) };
    if !markup.is_object() {
        return Err(bad("object expected as reply markup"));
    }
    let Some(rows) = markup.get("inline_keyboard") else { return Ok(Vec::new()) };
    let Some(rows) = rows.as_array() else {
        return Err(bad("field \"inline_keyboard\" must be an Array of Arrays"));
    };
    let mut buttons = Vec::new();
    for row in rows {
        let Some(row) = row.as_array() else {
            return Err(bad("field \"inline_keyboard\" must be an Array of Arrays"));
        };
        // A row without buttons is left out, as the server does.
        if !row.is_empty() {
            buttons.push(row.iter().map(|one| button(one, bot)).collect::<Judged<Vec<Button>>>()?);
        }
    }
    let count: usize = buttons.iter().map(Vec::len).sum();
    if count > BUTTONS || buttons.iter().any(|row| row.len() > 8) {
        return Err(bad("reply markup is too long"));
    }
    Ok(buttons)
}

fn button(one: &Value, bot: &str) -> Judged<Button> {
    let label = one["text"].as_str().unwrap_or_default();
    if label.is_empty() {
        return Err(bad("can't parse inline keyboard button: Field \"text\" must be of type String"));
    }
    let does = if let Some(data) = one["callback_data"].as_str() {
        if data.is_empty() || data.len() > DATA_UTF8 {
            return Err(bad("BUTTON_DATA_INVALID"));
        }
        ButtonDo::Press(data.to_owned())
    } else if let Some(url) = one["url"].as_str() {
        link(url, bot)?
    } else {
        return Err(bad(
            "can't parse inline keyboard button: Text buttons are unallowed in the inline keyboard",
        ));
    };
    Ok(Button { label: label.to_owned(), does })
}

fn link(url: &str, bot: &str) -> Judged<ButtonDo> {
    let wrong = || bad(format_args!("inline keyboard button URL '{url}' is invalid: Wrong HTTP URL"));
    if !(url.starts_with("https://") || url.starts_with("http://") || url.starts_with("tg://")) {
        return Err(wrong());
    }
    if url.contains(char::is_whitespace) {
        return Err(wrong());
    }
    let ours = url.strip_prefix("https://t.me/").and_then(|rest| rest.strip_prefix(bot));
    Ok(match ours.and_then(|rest| rest.strip_prefix("?start=").or_else(|| rest.is_empty().then_some(""))) {
        Some(payload) => ButtonDo::OpenDirect(payload.to_owned()),
        None => ButtonDo::Url(url.to_owned()),
    })
}

/// The keyboard of some buttons; `None` without any.
pub(super) fn of(rows: &[Vec<Button>], bot: &str) -> Option<Value> {
    let button = |button: &Button| match &button.does {
        ButtonDo::Press(data) => json!({ "text": button.label, "callback_data": data }),
        ButtonDo::Url(url) => json!({ "text": button.label, "url": url }),
        ButtonDo::OpenDirect(payload) => {
            json!({ "text": button.label, "url": format!("https://t.me/{bot}?start={payload}") })
        }
    };
    let rows: Vec<Vec<Value>> = rows.iter().map(|row| row.iter().map(button).collect()).collect();
    (!rows.is_empty()).then(|| json!({ "inline_keyboard": rows }))
}
