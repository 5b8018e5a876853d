//! Hears a message and does with it what was decided.

use super::decide::{Decision, Input, Why, decide};
use super::give::Answering;
use super::lately::as_last;
use super::matcher::{Match, form_of};
use super::question::{Ask, is_question};
use super::say::script;
use super::{AnswerFeature, Asks};
use crate::chat::{Content, Event, EventBody, Lang, MarkKind, MessageEvent, RichText, Sender};
use crate::directory::{Chat, User};
use crate::error::Result;
use crate::feature::{Actor, Flow, Incoming};
use crate::features::form::NewButton;
use crate::store::answer::{GapAsk, NewGap};
use crate::store::message;
use crate::text;
use crate::texts::Text;
use crate::work::Work;

/// What is kept of a question that nobody could answer, bytes.
const SAMPLE_MAX_UTF8: usize = 600;
/// Longest form of a gap, bytes: it is a key of the table.
const FORM_MAX_UTF8: usize = 400;

impl AnswerFeature {
    /// Hears a message that is no command.
    pub(super) async fn hear(&self, work: &mut Work, incoming: &Incoming) -> Result<Flow> {
        let EventBody::Message(message) = &incoming.event.body else { return Ok(Flow::Pass) };
        let Some(at) = incoming.actor(&work.hall, message.thread.clone(), None) else {
            return Ok(Flow::Pass);
        };
        let direct = at.chat.is_direct();
        let Some(text) = meant_for_all(work, message, &at.chat) else { return Ok(Flow::Pass) };
        // Staff ask each other and rhetorically; in a group the bot does not teach them.
        if at.user.is_bot || (at.staff.is_some() && !direct) || message.forwarded.is_some() {
            return Ok(Flow::Pass);
        }
        let ask = asked(work, &incoming.event, &text);
        if !direct && (matches!(ask, Ask::Words | Ask::No) || answers_another(work, message, &at).await?) {
            return Ok(Flow::Pass);
        }
        let best = self.nearest(work, &text).await?;
        let input = self.input(work, &at, ask, best.as_ref()).await?;
        let decision = decide(&self.config, work.now_ms, &input);
        self.carry_out(work, at, message, &text, decision, best).await
    }

    /// What bears on the decision besides the words.
    async fn input<'i>(
        &self,
        work: &mut Work,
        at: &Actor,
        ask: Ask,
        best: Option<&'i Match>,
    ) -> Result<Input<'i>> {
        let chat = &at.chat.id;
        let mut input = Input {
            direct: at.chat.is_direct(),
            ask,
            best,
            last: None,
            lately: 0,
            hello_at_ms: self.greeted_at_ms(chat),
        };
        let sure = |best: &&Match| {
            best.confidence >= self.config.question_confidence.min(self.config.trouble_confidence)
        };
        if let Some(best) = best.filter(sure).filter(|_| !input.direct) {
            let last = self.last(work, chat, &best.slug).await?;
            input.last = last.map(|last| as_last(&last, &at.user.id));
            if !input.last.is_some_and(|last| last.same_asker || last.pointed) {
                input.lately = self.in_last_minute(work, chat).await?;
            }
        }
        Ok(input)
    }

    async fn carry_out(
        &self,
        work: &mut Work,
        at: Actor,
        message: &MessageEvent,
        text: &str,
        decision: Decision,
        best: Option<Match>,
    ) -> Result<Flow> {
        let chat = at.chat.id.clone();
        let lang = asker_lang(&at.user, &at.chat, text);
        match (decision, best) {
            (Decision::Answer | Decision::Point, Some(best)) => {
                let to = Answering::asker(&at, message.message.clone(), lang, &best);
                let given = if decision == Decision::Point {
                    self.point(work, &to).await?
                } else {
                    self.give(work, &to).await?
                };
                return Ok(if given { Flow::Done } else { Flow::Pass });
            }
            (Decision::Held(why), Some(best)) => {
                let text = match why {
                    Why::SaidLately => text!("answer-note-said-lately", slug = best.slug),
                    Why::TooMuch => text!("answer-note-too-much", slug = best.slug),
                };
                work.note("answer", Some(&chat), text);
            }
            (Decision::Gap, best) => keep_gap(work, &at, message, text, best),
            (Decision::NotSure, best) => {
                keep_gap(work, &at, message, text, best);
                say_with_ticket(work, &at, message, lang, Text::new("answer-not-sure")).await?;
                return Ok(Flow::Done);
            }
            (Decision::Hello, _) => {
                self.greets(&chat, work.now_ms);
                say_with_ticket(work, &at, message, lang, Text::new("answer-hello")).await?;
                return Ok(Flow::Done);
            }
            _ => {}
        }
        Ok(Flow::Pass)
    }
}

/// What a message is to us, as it was judged with its batch or by its words now.
fn asked(work: &mut Work, event: &Event, text: &str) -> Ask {
    let known = work.memo::<Asks>().0.remove(&(event.account.clone(), event.key.clone()));
    known.unwrap_or_else(|| is_question(text))
}

/// The language to answer in: the person's, then the group's, then that of the question itself.
pub(super) fn asker_lang(user: &User, chat: &Chat, text: &str) -> Lang {
    user.lang.or(chat.lang).unwrap_or_else(|| script(text))
}

/// The text of a message without mentions of bots; `None` when it mentions somebody else, everybody, or was
/// not written by a user.
fn meant_for_all(work: &Work, message: &MessageEvent, chat: &Chat) -> Option<String> {
    let Sender::User { .. } = message.from else { return None };
    let RichText { text, marks } = &message.content.text;
    let mut meant = text.clone();
    for mark in marks.iter().rev() {
        match &mark.kind {
            MarkKind::MentionAll => return None,
            MarkKind::Mention { user } => {
                if !work.hall.directory.user(&chat.account, user).is_some_and(|user| user.is_bot) {
                    return None;
                }
                if let Some(range) = meant.get_mut(mark.start_utf8..mark.end_utf8) {
                    let blank = " ".repeat(range.len());
                    meant.replace_range(mark.start_utf8..mark.end_utf8, &blank);
                }
            }
            _ => {}
        }
    }
    Some(meant)
}

/// Whether a message replies to somebody other than its author or the bot: then they talk with each other.
async fn answers_another(work: &mut Work, message: &MessageEvent, at: &Actor) -> Result<bool> {
    let Some(key) = &message.reply_to else { return Ok(false) };
    let replied = message::by_key(work.tx().await?, &at.chat.id, key).await?;
    Ok(replied.is_none_or(|replied| replied.author.is_some_and(|author| author != at.user.id)))
}

fn keep_gap(work: &mut Work, at: &Actor, message: &MessageEvent, text: &str, best: Option<Match>) {
    let form = RichText::plain(form_of(text)).cut_to(FORM_MAX_UTF8).text;
    if form.is_empty() {
        return;
    }
    let ask = GapAsk {
        chat: at.chat.id.clone(),
        message: message.message.clone(),
        author: Some(at.user.id.clone()),
        asked_at_ms: work.now_ms,
    };
    let (id, ask_id) = (work.hall.ids.next(), work.hall.ids.next());
    work.keep(NewGap {
        id,
        ask_id,
        form,
        sample: RichText::plain(text.trim()).cut_to(SAMPLE_MAX_UTF8).text,
        best: best.as_ref().map(|best| (best.slug.clone(), thousandths(best.confidence))),
        ask,
    });
    let note = match &best {
        Some(best) => {
            text!("answer-note-gap-near", slug = &best.slug, percent = thousandths(best.confidence) / 10)
        }
        None => Text::new("answer-note-gap"),
    };
    work.note("answer", Some(&at.chat.id), note);
}

/// A confidence of 0 to 1 in thousandths.
#[expect(clippy::cast_possible_truncation, reason = "it lies between 0 and 1000")]
pub(super) fn thousandths(confidence: f64) -> i64 {
    (confidence.clamp(0.0, 1.0) * 1000.0).round() as i64
}

/// A sentence with a button that opens a ticket, in a private chat.
async fn say_with_ticket(
    work: &mut Work,
    at: &Actor,
    message: &MessageEvent,
    lang: Lang,
    text: Text,
) -> Result<()> {
    let said = work.hall.texts.say(lang, &text);
    let mut content = Content::text(said).replying_to(message.message.clone());
    if work.hall.features.get("ticket").is_some() {
        let label = work.hall.texts.say(lang, &Text::new("answer-button-ticket"));
        let button = NewButton {
            feature: "ticket",
            verb: "open",
            payload: serde_json::json!({ "chat": at.chat.id, "message": message.message, "subject": null }),
            for_user: Some(at.user.id.clone()),
            expires_at_ms: None,
        };
        content = content.with_row(vec![work.button(button, label).await?]);
    }
    work.say(at.place(), content);
    Ok(())
}
