//! Gives an answer: the article with its buttons, or a pointer to where it was given before.

use super::lately::gave;
use super::matcher::Match;
use super::respond::{asker_lang, thousandths};
use super::{AnswerFeature, OPEN_WITH, say};
use crate::chat::{
    Action, Button, ButtonDo, Content, Lane, Lang, MessageKey, MessageRef, RichText, ThreadKey,
};
use crate::directory::User;
use crate::error::{FeatureError, Result};
use crate::feature::{Actor, Invocation};
use crate::features::form::NewButton;
use crate::ids::{RowId, StaffId};
use crate::store::answer::{Article, ArticleState, Given, GivenState, Lately};
use crate::store::{StoreError, answer, chat, message};
use crate::text;
use crate::texts::Text;
use crate::work::{Origin, Outgoing, Place, Work};

/// The kind of an answer that goes out.
pub(super) const GIVEN: &str = "given";
/// How sure an answer given by hand is, in thousandths.
const SURE: i64 = 1_000;

/// Whom an answer is for, and where.
pub(super) struct Answering {
    place: Place,
    direct: bool,
    asker: Option<User>,
    question: MessageKey,
    lang: Lang,
    slug: String,
    confidence: i64,
    by_staff: Option<StaffId>,
}

impl Answering {
    /// For somebody who asked.
    pub(super) fn asker(at: &Actor, question: MessageKey, lang: Lang, best: &Match) -> Self {
        Self {
            place: at.place(),
            direct: at.chat.is_direct(),
            asker: Some(User::clone(&at.user)),
            question,
            lang,
            slug: best.slug.clone(),
            confidence: thousandths(best.confidence),
            by_staff: None,
        }
    }
}

impl AnswerFeature {
    /// Shows an article. False when it is gone.
    pub(super) async fn give(&self, work: &mut Work, to: &Answering) -> Result<bool> {
        let Some(article) = answer::get(work.tx().await?, &to.slug).await? else { return Ok(false) };
        let Some((lang, text)) = article.text(to.lang) else { return Ok(false) };
        let columns = if to.direct { usize::MAX } else { self.config.body_max_columns };
        let (mut shown, cut) = say::article(text, columns);
        if cut {
            shown = shown.then(" …");
        }
        let more = cut.then(|| {
            let label = work.hall.texts.say(to.lang, &Text::new("answer-button-more"));
            Button { label, does: ButtonDo::OpenDirect(format!("{OPEN_WITH}{}", to.slug)) }
        });
        self.send(work, to, lang, shown, more, None).await?;
        let note = text!("answer-note-given", slug = &to.slug, percent = to.confidence / 10);
        work.note("answer", Some(&to.place.chat), note);
        Ok(true)
    }

    /// Points to where an article was given a moment ago. False when it was not.
    pub(super) async fn point(&self, work: &mut Work, to: &Answering) -> Result<bool> {
        let last = self.last(work, &to.place.chat, &to.slug).await?;
        let article = answer::get(work.tx().await?, &to.slug).await?;
        let (Some(last), Some(article)) = (last, article) else { return Ok(false) };
        let Some((_, text)) = article.text(to.lang) else { return Ok(false) };
        let sentence = work.hall.texts.say(to.lang, &text!("answer-above", title = text.title.trim()));
        let shown = match &to.asker {
            Some(asker) => say::to_user(&asker.name, &asker.key, &sentence),
            None => RichText::plain(sentence),
        };
        self.send(work, to, to.lang, shown, None, Some(&last)).await?;
        let note = text!("answer-note-pointed", slug = &to.slug, percent = to.confidence / 10);
        work.note("answer", Some(&to.place.chat), note);
        Ok(true)
    }

    async fn send(
        &self,
        work: &mut Work,
        to: &Answering,
        lang: Lang,
        shown: RichText,
        more: Option<Button>,
        points_at: Option<&Lately>,
    ) -> Result<()> {
        let id: RowId = work.hall.ids.next();
        let reply_to = match points_at {
            Some(earlier) => MessageRef::Outbox(earlier.outbox.clone()),
            None => to.question.clone().into(),
        };
        let bare = Content::text(shown).replying_to(reply_to);
        let mut content = bare.clone();
        if let Some(asker) = &to.asker {
            content = content.with_row(self.buttons(work, to.lang, asker, &id).await?);
        }
        if let Some(more) = more {
            content = content.with_row(vec![more]);
        }
        let out = Outgoing::new(to.place.clone(), Lane::Talk, Action::Send(content))
            .heard_by(Origin::new("answer", GIVEN, &id));
        let outbox = work.send(out);
        let given = Given {
            id,
            article: to.slug.clone(),
            lang: lang.word().to_owned(),
            chat: to.place.chat.clone(),
            asker: to.asker.as_ref().map(|asker| asker.id.clone()),
            question: to.question.clone(),
            by_staff: to.by_staff.clone(),
            points_at: points_at.map(|earlier| earlier.id.clone()),
            confidence: to.confidence,
            content: serde_json::to_string(&bare).map_err(|error| StoreError::unreadable("answer", error))?,
            outbox,
            state: GivenState::Queued.word().to_owned(),
            given_at_ms: work.now_ms,
        };
        answer::add_given(work.tx_unflushed(), &given).await?;
        gave(work, &given);
        Ok(())
    }

    async fn buttons(&self, work: &mut Work, lang: Lang, asker: &User, id: &RowId) -> Result<Vec<Button>> {
        let expires_at_ms = Some(work.now_ms + self.config.buttons_live_ms);
        let mut row = Vec::new();
        for (verb, label) in
            [("solved", Text::new("answer-button-solved")), ("unsolved", Text::new("answer-button-unsolved"))]
        {
            let label = work.hall.texts.say(lang, &label);
            let button = NewButton {
                feature: "answer",
                verb,
                payload: serde_json::json!({ "given": id }),
                for_user: Some(asker.id.clone()),
                expires_at_ms,
            };
            row.push(work.button(button, label).await?);
        }
        Ok(row)
    }

    /// `/answer SLUG` by staff, in reply to the message that asked.
    pub(super) async fn by_hand(&self, work: &mut Work, call: &Invocation) -> Result<()> {
        let Some(question) = &call.reply_to else { return Err(Text::new("answer-needs-reply").into()) };
        let article = find_article(work, call.args.words("slug").unwrap_or_default()).await?;
        if article.state != ArticleState::Live {
            return Err(
                text!("answer-not-live", slug = article.slug, state = state_text(article.state)).into()
            );
        }
        let asked = message::by_key(work.tx().await?, &call.at.chat.id, question).await?;
        let author = asked.as_ref().and_then(|asked| asked.author.clone());
        let asker = match &author {
            Some(author) => chat::user(work.tx().await?, author).await?,
            None => None,
        };
        let text = asked.as_ref().map_or("", |asked| asked.text.text.as_str());
        let lang = asker.as_ref().map_or(call.at.lang, |asker| asker_lang(asker, &call.at.chat, text));
        let thread: Option<ThreadKey> = asked.and_then(|asked| asked.thread).or(call.at.thread.clone());
        let to = Answering {
            place: Place { chat: call.at.chat.id.clone(), thread: thread.map(Into::into) },
            direct: call.at.chat.is_direct(),
            asker,
            question: question.clone(),
            lang,
            slug: article.slug.clone(),
            confidence: SURE,
            by_staff: call.at.staff.as_ref().map(|staff| staff.id.clone()),
        };
        if !self.give(work, &to).await? {
            return Err(FeatureError::Internal(format!("article {} has no text", article.slug)));
        }
        work.audit(&call.at, "answer.give", &article.slug, Some(call.at.chat.title.clone())).await?;
        Ok(())
    }

    /// An article as a whole, to somebody who opened the private chat for it.
    pub(super) async fn show_whole(&self, work: &mut Work, at: &Actor, slug: &str) -> Result<()> {
        let found = answer::get(work.tx().await?, slug).await?;
        let live = found.filter(|article| article.state == ArticleState::Live);
        let shown = match live.as_ref().and_then(|article| article.text(at.lang)) {
            Some((_, text)) => say::article(text, usize::MAX).0,
            None => work.hall.texts.say(at.lang, &Text::new("answer-gone")).into(),
        };
        work.say(at.place(), shown);
        Ok(())
    }
}

/// An article by what was typed.
///
/// # Errors
/// A sentence with the nearest slug when there is none.
pub(super) async fn find_article(work: &mut Work, typed: &str) -> Result<Article> {
    let slug = typed.to_lowercase();
    if let Some(article) = answer::get(work.tx().await?, &slug).await? {
        return Ok(article);
    }
    let all = answer::all(work.tx().await?).await?;
    let near = all
        .iter()
        .map(|article| (strsim::damerau_levenshtein(&article.slug, &slug), &article.slug))
        .min()
        .filter(|(distance, near)| *distance <= 3 || near.contains(slug.as_str()));
    Err(match near {
        Some((_, near)) => text!("answer-none-near", slug = typed, near = near).into(),
        None => text!("answer-none", slug = typed).into(),
    })
}

/// A state in words.
pub(super) fn state_text(state: ArticleState) -> Text {
    match state {
        ArticleState::Draft => Text::new("answer-state-draft"),
        ArticleState::Live => Text::new("answer-state-live"),
        ArticleState::Retired => Text::new("answer-state-retired"),
    }
}
