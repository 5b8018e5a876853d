//! The bot answers presses and shows forms.

use bot_core::chat::{Address, Delivered, Form, PressKey, RejectionKind, Right, UserKey, utf16_len};

use super::messages::open_thread;
use super::{Judged, need, need_ability, no};
use crate::profile::FormsWhen;
use crate::world::check;
use crate::world::fact::Fact;
use crate::world::notice::Notice;
use crate::world::state::{Chat, OpenForm, Press};
use crate::world::step::Step;

pub(super) fn answer_press(step: &mut Step<'_>, chat: &Chat, press: &PressKey, text: &str) -> Judged {
    let pressed = live(step, chat, press)?;
    if pressed.answered {
        return no(RejectionKind::AlreadySo, "the press was answered already");
    }
    if utf16_len(text) > step.profile.toast_utf16 {
        return no(
            RejectionKind::BadContent,
            format!("an answer has at most {} characters", step.profile.toast_utf16),
        );
    }
    step.push(Fact::PressAnswered { press: press.clone(), by_form: false });
    if !text.is_empty() {
        step.whisper(chat, None, Some(&pressed.user), Notice::Toast { text: text.to_owned() });
    }
    Ok(Delivered::default())
}

pub(super) fn show_form(
    step: &mut Step<'_>,
    chat: &Chat,
    to: &Address,
    user: &UserKey,
    press: Option<&PressKey>,
    form: &Form,
) -> Judged {
    need_ability(step.profile.forms != FormsWhen::Never, "forms")?;
    need(chat, Right::Write)?;
    if chat.role(user).is_none() {
        return no(RejectionKind::NotFound, "user is not a member of the chat");
    }
    open_thread(chat, to)?;
    check::form(step.profile, form).or_else(|why| no(RejectionKind::BadContent, why))?;
    if step.profile.forms == FormsWhen::OnPress {
        let Some(press) = press else {
            return no(RejectionKind::Other, "a form is shown in answer to a press");
        };
        let pressed = live(step, chat, press)?;
        if pressed.answered || pressed.form_shown || pressed.user != *user {
            return no(RejectionKind::Other, "the press was answered already, or is somebody else's");
        }
        step.push(Fact::PressAnswered { press: press.clone(), by_form: true });
    }
    let open = OpenForm {
        chat: chat.key.clone(),
        thread: to.thread.clone(),
        user: user.clone(),
        form: form.clone(),
        at_ms: step.now_ms,
    };
    step.push(Fact::FormShown(Box::new(open)));
    let notice = Notice::Form { title: form.title.clone(), change: "shown".to_owned() };
    step.whisper(chat, to.thread.as_ref(), Some(user), notice);
    Ok(Delivered::default())
}

pub(super) fn drop_form(step: &mut Step<'_>, chat: &Chat, handle: &str) -> Judged {
    let open: Vec<&OpenForm> =
        step.state.forms.iter().filter(|open| open.chat == chat.key && open.form.handle == handle).collect();
    if open.is_empty() {
        return no(RejectionKind::AlreadySo, "no such form is open");
    }
    for open in open {
        step.push(Fact::FormGone { user: open.user.clone(), handle: handle.to_owned() });
        let notice = Notice::Form { title: open.form.title.clone(), change: "dropped".to_owned() };
        step.whisper(chat, open.thread.as_ref(), Some(&open.user), notice);
    }
    Ok(Delivered::default())
}

fn live<'a>(step: &Step<'a>, chat: &Chat, press: &PressKey) -> Judged<&'a Press> {
    match step.state.presses.get(press) {
        Some(press) if press.chat != chat.key => {
            no(RejectionKind::NotFound, "the press was made in another chat")
        }
        Some(press) if step.now_ms - press.at_ms <= step.profile.press_lives_ms => Ok(press),
        _ => no(RejectionKind::NotFound, "the press is too old or unknown"),
    }
}
