//! Buttons that people press and forms that they fill in.

use std::collections::BTreeMap;

use bot_core::chat::{
    ButtonDo, ChatKey, EventBody, Field, FieldKind, MessageKey, PressKey, UserKey, utf16_len,
};

use super::talk::visible;
use super::{acting, direct, inside};
use crate::world::World;
use crate::world::fact::Fact;
use crate::world::notice::Notice;
use crate::world::state::{OpenForm, Press};
use crate::world::step::Step;
use crate::{Misfit, Refusal};

/// What came of touching a button.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Tapped {
    /// The bot was told.
    Pressed(PressKey),
    /// The private chat with the bot is open now.
    Direct(ChatKey),
    /// The browser opens an address.
    Url(String),
}

impl World {
    /// A user presses the button with this handle.
    ///
    /// # Errors
    /// When the user is not there, or the message or the button.
    pub fn press(
        &self,
        user: &UserKey,
        chat: &ChatKey,
        message: &MessageKey,
        handle: &str,
    ) -> Result<PressKey, Refusal> {
        self.person(|step| {
            let wanted = ButtonDo::Press(handle.to_owned());
            let does = button(step, user, chat, message, |_, does| *does == wanted)?;
            match tap(step, user, chat, message, does)? {
                Tapped::Pressed(press) => Ok(press),
                Tapped::Direct(_) | Tapped::Url(_) => Err(Refusal::NoButton),
            }
        })
    }

    /// A user touches the button with this label, whatever it does.
    ///
    /// # Errors
    /// When the user is not there, or the message or the button.
    pub fn tap(
        &self,
        user: &UserKey,
        chat: &ChatKey,
        message: &MessageKey,
        label: &str,
    ) -> Result<Tapped, Refusal> {
        self.person(|step| {
            let does = button(step, user, chat, message, |own, _| own == label)?;
            tap(step, user, chat, message, does)
        })
    }

    /// A user sends a form that was shown to them. Answers go by field name; blank ones count as none.
    ///
    /// # Errors
    /// When the form is not open for them, or an answer does not fit; the form stays open then.
    pub fn fill_form(
        &self,
        user: &UserKey,
        handle: &str,
        answers: BTreeMap<String, String>,
    ) -> Result<(), Refusal> {
        self.person(|step| {
            let by = acting(step.state, user)?.info.clone();
            let open = step.state.form(user, handle).ok_or(Refusal::NoForm)?;
            let (chat, _) = inside(step.state, user, &open.chat)?;
            let answers = fitting(step.profile.text_utf16, &open.form.fields, answers)?;
            close_form(step, open, "filled")?;
            let (info, thread, handle) = (chat.info(), open.thread.clone(), handle.to_owned());
            step.tell(chat, EventBody::Submitted { chat: info, thread, by, handle, answers });
            Ok(())
        })
    }

    /// A user puts a form away. The bot is not told, as on real platforms.
    ///
    /// # Errors
    /// When the form is not open for them.
    pub fn dismiss_form(&self, user: &UserKey, handle: &str) -> Result<(), Refusal> {
        self.person(|step| {
            let open = step.state.form(user, handle).ok_or(Refusal::NoForm)?;
            close_form(step, open, "dismissed")
        })
    }
}

fn close_form(step: &mut Step<'_>, open: &OpenForm, change: &str) -> Result<(), Refusal> {
    let chat = step.state.chat(&open.chat)?;
    step.push(Fact::FormGone { user: open.user.clone(), handle: open.form.handle.clone() });
    let notice = Notice::Form { title: open.form.title.clone(), change: change.to_owned() };
    step.whisper(chat, open.thread.as_ref(), Some(&open.user), notice);
    Ok(())
}

fn button(
    step: &Step<'_>,
    user: &UserKey,
    chat: &ChatKey,
    message: &MessageKey,
    wanted: impl Fn(&str, &ButtonDo) -> bool,
) -> Result<ButtonDo, Refusal> {
    let (chat, _) = inside(step.state, user, chat)?;
    let message = visible(chat, user, message)?;
    let found = message.content.buttons.iter().flatten().find(|button| wanted(&button.label, &button.does));
    found.map(|button| button.does.clone()).ok_or(Refusal::NoButton)
}

fn tap(
    step: &mut Step<'_>,
    user: &UserKey,
    chat: &ChatKey,
    message: &MessageKey,
    does: ButtonDo,
) -> Result<Tapped, Refusal> {
    let handle = match does {
        ButtonDo::Url(url) => return Ok(Tapped::Url(url)),
        ButtonDo::OpenDirect(payload) => return direct::open(step, user, Some(&payload)).map(Tapped::Direct),
        ButtonDo::Press(handle) => handle,
    };
    let chat = step.state.chat(chat)?;
    let by = step.state.user(user)?.info.clone();
    let press = step.press_key();
    step.push(Fact::Pressed(Press {
        key: press.clone(),
        chat: chat.key.clone(),
        user: user.clone(),
        at_ms: step.now_ms,
        answered: false,
        form_shown: false,
    }));
    let thread = visible(chat, user, message)?.thread.clone();
    let (info, message) = (chat.info(), Some(message.clone()));
    step.tell(chat, EventBody::Pressed { chat: info, thread, by, message, press: press.clone(), handle });
    Ok(Tapped::Pressed(press))
}

/// The answers that were given, if they fit the fields.
fn fitting(
    max: usize,
    fields: &[Field],
    mut given: BTreeMap<String, String>,
) -> Result<BTreeMap<String, String>, Refusal> {
    let mut answers = BTreeMap::new();
    for field in fields {
        let bad = |why: Misfit| Err(Refusal::BadAnswer { field: field.label.clone(), why });
        let answer = given.remove(&field.name).unwrap_or_default();
        if answer.trim().is_empty() {
            if field.required {
                return bad(Misfit::Missing);
            }
            continue;
        }
        if utf16_len(&answer) > max {
            return bad(Misfit::TooLong { max });
        }
        match &field.kind {
            FieldKind::Line if answer.contains('\n') => return bad(Misfit::OneLine),
            FieldKind::Choice(choices) if choices.iter().all(|(value, _)| *value != answer) => {
                return bad(Misfit::NotAChoice);
            }
            FieldKind::Line | FieldKind::Text | FieldKind::Choice(_) => {}
        }
        answers.insert(field.name.clone(), answer);
    }
    match given.into_keys().next() {
        Some(field) => Err(Refusal::BadAnswer { field, why: Misfit::NoSuchField }),
        None => Ok(answers),
    }
}
