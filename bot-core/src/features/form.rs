//! Forms: shown at once where the platform has them, asked question by question where it has not.

use std::collections::BTreeMap;
use std::sync::{Arc, PoisonError};

use async_trait::async_trait;
use serde_json::Value;

use crate::chat::{
    Action, Button, ButtonDo, Content, EventBody, Feature as Can, Field, FieldKind, Form, Lane, PressKey,
    Support,
};
use crate::error::{FeatureError, Result};
use crate::feature::{
    Actor, ArgSpec, CommandSpec, Feature, Flow, Incoming, Invocation, Manifest, Places, Submission,
};
use crate::hall::Hall;
use crate::ids::{ChatId, UserId};
use crate::store::form::{StoredButton, StoredForm};
use crate::store::{StoreError, form};
use crate::text;
use crate::texts::Text;
use crate::work::{Outgoing, Work};

/// How long a form waits for its next answer, milliseconds.
const FORM_LIVES_MS: i64 = 60 * 60 * 1000;
/// Characters of a handle: 12 of 31 letters are 59 bits, far too many to guess.
const HANDLE_CHARS: usize = 12;
/// Longest answer in characters.
const ANSWER_MAX_CHARS: usize = 4_000;

/// Asks people through forms.
pub struct FormFeature;

/// The presses that a form is the answer to.
#[derive(Default)]
struct AnsweredByForm(Vec<PressKey>);

static MANIFEST: Manifest = Manifest {
    name: "form",
    commands: &[
        CommandSpec { name: "cancel", needs: None, places: Places::Anywhere, args: &[] as &[ArgSpec] },
        CommandSpec { name: "skip", needs: None, places: Places::Anywhere, args: &[] as &[ArgSpec] },
    ],
    timers: &[],
    buttons: &[],
    forms: &[],
    pages: &[],
};

/// A button to be shown.
pub struct NewButton {
    /// The feature that hears of the press.
    pub feature: &'static str,
    /// What it does.
    pub verb: &'static str,
    /// What to do it with.
    pub payload: Value,
    /// The only one who may press it; `None` for everybody.
    pub for_user: Option<UserId>,
    /// No longer good after this, unix milliseconds.
    pub expires_at_ms: Option<i64>,
}

/// A form to be shown.
pub struct NewForm {
    /// The feature that hears of the answers.
    pub feature: &'static str,
    /// The form's name.
    pub name: &'static str,
    /// What it is for.
    pub title: Text,
    /// What to do with the answers.
    pub payload: Value,
    /// The questions.
    pub fields: Vec<NewField>,
}

/// A question to be asked.
pub struct NewField {
    /// The answer comes back under this name.
    pub name: &'static str,
    /// The question.
    pub label: Text,
    /// A hint on how to answer.
    pub hint: Option<Text>,
    /// What may be answered.
    pub kind: NewFieldKind,
    /// Whether it must be answered.
    pub required: bool,
}

/// What may be answered to a question.
pub enum NewFieldKind {
    /// One line.
    Line,
    /// Several lines.
    Text,
    /// One of these: value and label.
    Choice(Vec<(String, Text)>),
}

impl Work {
    /// Whether a form that is shown answers this press, so that nothing else may.
    pub(crate) fn is_answered_by_form(&mut self, press: &PressKey) -> bool {
        self.memo::<AnsweredByForm>().0.contains(press)
    }

    /// A button that comes back to a feature. Its label is in `lang`, the language of the reader.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn button(&mut self, new: NewButton, label: String) -> Result<Button, StoreError> {
        let handle = self.hall.ids.code(HANDLE_CHARS);
        let stored = StoredButton {
            handle: handle.clone(),
            feature: new.feature.to_owned(),
            verb: new.verb.to_owned(),
            payload: new.payload,
            for_user: new.for_user,
            expires_at_ms: new.expires_at_ms,
        };
        form::add_button(self.tx().await?, &stored).await?;
        Ok(Button { label, does: ButtonDo::Press(handle) })
    }

    /// Asks somebody through a form, where they are. A form that they were being asked through there is dropped.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn open_form(&mut self, at: &Actor, new: NewForm) -> Result<(), StoreError> {
        self.drop_guided(&at.chat.id, &at.user.id).await?;
        let guided = match self.capabilities(&at.chat).of(Can::Forms) {
            // Discord's forms hold five questions: what asks more is asked one by one.
            Support::Native(limits) => {
                limits.count.is_some_and(|most| new.fields.len() > most)
                    || limits.on_press && at.press.is_none()
            }
            _ => true,
        };
        let questions = new.fields.into_iter().map(|field| self.field_in(at, field)).collect();
        let stored = StoredForm {
            handle: self.hall.ids.code(HANDLE_CHARS),
            feature: new.feature.to_owned(),
            name: new.name.to_owned(),
            payload: new.payload,
            chat: at.chat.id.clone(),
            thread: at.thread.clone(),
            user: at.user.id.clone(),
            questions,
            answers: BTreeMap::new(),
            guided,
            step: 0,
            expires_at_ms: self.now_ms + FORM_LIVES_MS,
        };
        form::put(self.tx().await?, &stored).await?;
        let title = self.hall.texts.say(at.lang, &new.title);
        if guided {
            let key = (at.chat.id.clone(), at.user.id.clone());
            self.after_commit(move |hall| {
                hall.guided.lock().unwrap_or_else(PoisonError::into_inner).insert(key);
            });
            let intro = self.hall.texts.say(at.lang, &text!("form-intro", title = title));
            self.say(at.place(), intro);
            self.ask(at, &stored);
        } else {
            let shown = Form { handle: stored.handle, title, fields: stored.questions };
            // Where a form answers a press it has seconds to do so, and the press can be answered once.
            self.memo::<AnsweredByForm>().0.extend(at.press.clone());
            let action = Action::ShowForm { user: at.user.key.clone(), press: at.press.clone(), form: shown };
            self.send(Outgoing::new(at.place(), Lane::Urgent, action));
        }
        Ok(())
    }

    fn field_in(&self, at: &Actor, field: NewField) -> Field {
        let say = |text: &Text| self.hall.texts.say(at.lang, text);
        Field {
            name: field.name.to_owned(),
            label: say(&field.label),
            hint: field.hint.as_ref().map(say).unwrap_or_default(),
            kind: match field.kind {
                NewFieldKind::Line => FieldKind::Line,
                NewFieldKind::Text => FieldKind::Text,
                NewFieldKind::Choice(choices) => FieldKind::Choice(
                    choices.into_iter().map(|(value, label)| (value, say(&label))).collect(),
                ),
            },
            required: field.required,
        }
    }

    /// Asks the question at which a guided form stands.
    fn ask(&mut self, at: &Actor, stored: &StoredForm) {
        let Some(field) = stored.questions.get(stored.step) else { return };
        let mut lines = vec![format!("{}/{}  {}", stored.step + 1, stored.questions.len(), field.label)];
        if !field.hint.is_empty() {
            lines.push(field.hint.clone());
        }
        if let FieldKind::Choice(choices) = &field.kind {
            lines.extend(choices.iter().enumerate().map(|(at, (_, label))| format!("{}. {label}", at + 1)));
        }
        if !field.required {
            lines.push(self.hall.texts.say(at.lang, &Text::new("form-may-skip")));
        }
        self.say(at.place(), lines.join("\n"));
    }

    async fn drop_guided(&mut self, chat: &ChatId, user: &UserId) -> Result<bool, StoreError> {
        let Some(stored) = form::guided(self.tx().await?, chat, user).await? else { return Ok(false) };
        form::remove(self.tx().await?, &stored.handle).await?;
        let key = (chat.clone(), user.clone());
        self.after_commit(move |hall| {
            hall.guided.lock().unwrap_or_else(PoisonError::into_inner).remove(&key);
        });
        Ok(true)
    }
}

/// The answers as a feature may rely on them: only what was asked, trimmed, required ones present, choices valid.
///
/// # Errors
/// One sentence that names the first question that was not answered well.
pub fn checked(questions: &[Field], mut given: BTreeMap<String, String>) -> Result<BTreeMap<String, String>> {
    let mut answers = BTreeMap::new();
    for field in questions {
        let answer = given.remove(&field.name).unwrap_or_default().trim().to_owned();
        if let Some(answer) = check_one(field, &answer)? {
            answers.insert(field.name.clone(), answer);
        }
    }
    Ok(answers)
}

/// One answer as a feature may rely on it; `None` when it was left out and may be.
fn check_one(field: &Field, answer: &str) -> Result<Option<String>> {
    if answer.is_empty() {
        return if field.required {
            Err(text!("form-required", label = &field.label).into())
        } else {
            Ok(None)
        };
    }
    if answer.chars().count() > ANSWER_MAX_CHARS {
        return Err(text!("form-too-long", label = &field.label, max = ANSWER_MAX_CHARS).into());
    }
    match &field.kind {
        FieldKind::Line => Ok(Some(answer.split(['\r', '\n']).map(str::trim).collect::<Vec<_>>().join(" "))),
        FieldKind::Text => Ok(Some(answer.to_owned())),
        FieldKind::Choice(choices) => {
            let by_number =
                answer.parse::<usize>().ok().and_then(|number| choices.get(number.wrapping_sub(1)));
            let by_word = || {
                choices.iter().find(|(value, label)| value == answer || label.eq_ignore_ascii_case(answer))
            };
            match by_number.or_else(by_word) {
                Some((value, _)) => Ok(Some(value.clone())),
                None => Err(text!(
                    "form-not-a-choice",
                    label = &field.label,
                    found = answer.chars().take(24).collect::<String>()
                )
                .into()),
            }
        }
    }
}

#[async_trait]
impl Feature for FormFeature {
    fn manifest(&self) -> &'static Manifest {
        &MANIFEST
    }

    async fn on_start(&self, hall: &Arc<Hall>) -> Result<(), StoreError> {
        let mut tx = hall.db.read().await?;
        let waiting = form::all_guided(&mut tx).await?;
        hall.guided.lock().unwrap_or_else(PoisonError::into_inner).extend(waiting);
        Ok(())
    }

    async fn on_message(&self, work: &mut Work, incoming: &Incoming) -> Result<Flow> {
        let (EventBody::Message(message), Some(user)) = (&incoming.event.body, &incoming.user) else {
            return Ok(Flow::Pass);
        };
        let key = (incoming.chat.id.clone(), user.id.clone());
        if !work.hall.guided.lock().unwrap_or_else(PoisonError::into_inner).contains(&key) {
            return Ok(Flow::Pass);
        }
        let Some(at) = incoming.actor(&work.hall, message.thread.clone(), None) else {
            return Ok(Flow::Pass);
        };
        let now_ms = work.now_ms;
        match form::guided(work.tx().await?, &key.0, &key.1).await? {
            Some(stored) if stored.expires_at_ms > now_ms && stored.thread == message.thread => {
                answer(work, &at, stored, message.content.text.text.trim()).await?;
                Ok(Flow::Done)
            }
            Some(stored) if stored.expires_at_ms > now_ms => Ok(Flow::Pass),
            _ => {
                work.drop_guided(&key.0, &key.1).await?;
                Ok(Flow::Pass)
            }
        }
    }

    async fn on_command(&self, work: &mut Work, call: &Invocation) -> Result<()> {
        let at = &call.at;
        if call.spec.name == "skip" {
            let Some(stored) = form::guided(work.tx().await?, &at.chat.id, &at.user.id).await? else {
                return Err(Text::new("form-none").into());
            };
            return answer(work, at, stored, "").await;
        }
        if !work.drop_guided(&at.chat.id, &at.user.id).await? {
            return Err(Text::new("form-none").into());
        }
        let said = work.hall.texts.say(at.lang, &Text::new("form-cancelled"));
        work.say(at.place(), Content::text(said).replying_to(call.message.clone()));
        Ok(())
    }
}

/// Takes one answer of a guided form: asks the next question, or hands all answers over.
async fn answer(work: &mut Work, at: &Actor, mut stored: StoredForm, given: &str) -> Result<()> {
    let Some(field) = stored.questions.get(stored.step) else { return Ok(()) };
    match check_one(field, given) {
        Ok(answer) => {
            if let Some(answer) = answer {
                stored.answers.insert(field.name.clone(), answer);
            }
            stored.step += 1;
        }
        Err(FeatureError::User(error)) => {
            let said = error.say(&work.hall.texts, at.lang);
            work.say(at.place(), said);
            return Ok(());
        }
        Err(error) => return Err(error),
    }
    stored.expires_at_ms = work.now_ms + FORM_LIVES_MS;
    if stored.step < stored.questions.len() {
        form::put(work.tx().await?, &stored).await?;
        work.ask(at, &stored);
        return Ok(());
    }
    work.drop_guided(&stored.chat, &stored.user).await?;
    let Some(feature) = work.hall.features.get(&stored.feature) else {
        return Err(Text::new("form-expired").into());
    };
    let submission =
        Submission { form: stored.name, payload: stored.payload, answers: stored.answers, at: at.clone() };
    match work.step(async |work: &mut Work| feature.on_form(work, &submission).await).await {
        Err(FeatureError::User(error)) => {
            let said = error.say(&work.hall.texts, at.lang);
            work.say(at.place(), said);
            Ok(())
        }
        other => other,
    }
}
