//! Buttons and forms as Discord's components.

use bot_core::chat::{Button, ButtonDo, Field, FieldKind, Form, utf16_len};
use serde_json::{Value, json};
use serenity::builder::{CreateActionRow, CreateButton};
use serenity::model::application::ButtonStyle;

/// What the id of a button begins with that opens the private chat.
pub(crate) const OPEN_DIRECT: &str = "open:";
/// Most rows of buttons (docs.discord.com, "Component Reference", read 2026-11-21).
pub(crate) const ROWS_MAX: usize = 5;
/// Most buttons of a row.
const ROW_MAX: usize = 5;
/// Longest label of a button, of a form and of its fields, characters.
const BUTTON_MAX: usize = 80;
const TITLE_MAX: usize = 45;
const LABEL_MAX: usize = 45;
const HINT_MAX: usize = 100;
/// Most fields of a form, and most choices of a field.
pub(crate) const FIELDS_MAX: usize = 5;
pub(crate) const CHOICES_MAX: usize = 25;
/// Longest answer, characters.
const ANSWER_MAX: usize = 4_000;
const LINE_MAX: usize = 300;

/// Rows of buttons. A row that is too long goes on in the next one.
pub(crate) fn rows(buttons: &[Vec<Button>]) -> Vec<CreateActionRow> {
    let row = |row: &[Button]| CreateActionRow::Buttons(row.iter().map(button).collect());
    buttons.iter().flat_map(|all| all.chunks(ROW_MAX)).take(ROWS_MAX).map(row).collect()
}

/// How many rows buttons take.
pub(crate) fn rows_taken(buttons: &[Vec<Button>]) -> usize {
    buttons.iter().map(|row| row.len().div_ceil(ROW_MAX)).sum()
}

fn button(button: &Button) -> CreateButton {
    let made = match &button.does {
        ButtonDo::Press(handle) => CreateButton::new(handle).style(ButtonStyle::Secondary),
        ButtonDo::OpenDirect(payload) => {
            CreateButton::new(format!("{OPEN_DIRECT}{payload}")).style(ButtonStyle::Primary)
        }
        ButtonDo::Url(url) => CreateButton::new_link(url),
    };
    made.label(cut(&button.label, BUTTON_MAX))
}

/// A form as what answers a press with it. Written by hand: serenity 0.12 knows neither labels nor choices in forms.
pub(crate) fn form(form: &Form) -> Value {
    let fields: Vec<Value> = form.fields.iter().take(FIELDS_MAX).map(field).collect();
    json!({ "custom_id": form.handle, "title": cut(&form.title, TITLE_MAX), "components": fields })
}

fn field(field: &Field) -> Value {
    let input = match &field.kind {
        FieldKind::Line => json!({ "type": 4, "style": 1, "max_length": LINE_MAX }),
        FieldKind::Text => json!({ "type": 4, "style": 2, "max_length": ANSWER_MAX }),
        FieldKind::Choice(choices) => {
            let option =
                |(value, label): &(String, String)| json!({ "value": value, "label": cut(label, 100) });
            json!({ "type": 3, "options": choices.iter().take(CHOICES_MAX).map(option).collect::<Vec<_>>() })
        }
    };
    let mut input = input;
    input["custom_id"] = json!(field.name);
    input["required"] = json!(field.required);
    let mut label = json!({ "type": 18, "label": cut(&field.label, LABEL_MAX), "component": input });
    // What does not fit over the field is said under it.
    let whole = if utf16_len(&field.label) > LABEL_MAX { field.label.as_str() } else { "" };
    let hint =
        [whole, field.hint.as_str()].iter().filter(|part| !part.is_empty()).copied().collect::<Vec<_>>();
    if !hint.is_empty() {
        label["description"] = json!(cut(&hint.join(" "), HINT_MAX));
    }
    label
}

/// The first characters of a text, with an ellipsis when there are more.
pub(crate) fn cut(text: &str, max: usize) -> String {
    let text = text.trim();
    if text.chars().count() <= max {
        return text.to_owned();
    }
    text.chars().take(max.saturating_sub(1)).chain(['…']).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn press(label: &str) -> Button {
        Button { label: label.into(), does: ButtonDo::Press("abc".into()) }
    }

    #[test]
    fn a_long_row_goes_on_in_the_next_one() {
        let buttons = vec![vec![press("1"); 7], vec![press("x")]];
        let rows = serde_json::to_value(rows(&buttons)).unwrap();
        let lengths: Vec<usize> =
            rows.as_array().unwrap().iter().map(|row| row["components"].as_array().unwrap().len()).collect();
        assert_eq!((lengths, rows_taken(&buttons)), (vec![5, 2, 1], 3));
        assert_eq!(rows[0]["components"][0]["custom_id"], "abc");
    }

    #[test]
    fn every_button_does_what_it_says() {
        let open = Button { label: "Private".into(), does: ButtonDo::OpenDirect("t7".into()) };
        let url = Button { label: "Site".into(), does: ButtonDo::Url("https://x.example/".into()) };
        let rows = serde_json::to_value(rows(&[vec![open, url]])).unwrap();
        assert_eq!(rows[0]["components"][0]["custom_id"], "open:t7");
        assert_eq!(rows[0]["components"][1]["url"], "https://x.example/");
        assert_eq!(rows[0]["components"][1]["style"], 5);
    }

    #[test]
    fn a_form_keeps_every_question_within_discords_limits() {
        let line = Field {
            name: "order".into(),
            label: "问".repeat(60),
            hint: "12 digits".into(),
            kind: FieldKind::Line,
            required: true,
        };
        let choices = (0..30).map(|at| (at.to_string(), format!("No. {at}"))).collect();
        let choice = Field {
            name: "queue".into(),
            label: "Queue".into(),
            hint: String::new(),
            kind: FieldKind::Choice(choices),
            required: false,
        };
        let made = form(&Form { handle: "h".into(), title: "T".repeat(80), fields: vec![line, choice] });
        assert_eq!(made["title"].as_str().unwrap().chars().count(), 45);
        let first = &made["components"][0];
        assert_eq!(first["label"].as_str().unwrap().chars().count(), 45);
        assert!(first["description"].as_str().unwrap().ends_with("12 digits"));
        assert_eq!(
            (&first["component"]["custom_id"], &first["component"]["required"]),
            (&json!("order"), &json!(true))
        );
        let second = &made["components"][1];
        assert_eq!(second["component"]["options"].as_array().unwrap().len(), 25);
        assert_eq!(second.get("description"), None);
    }
}
