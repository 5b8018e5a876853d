//! What staff do with gaps and articles by command.

use super::give::{find_article, state_text};
use super::say;
use super::write::set_article_state;
use crate::chat::{Content, RichText};
use crate::error::{FeatureError, Result};
use crate::feature::{Invocation, Offer, Typed};
use crate::store::answer;
use crate::store::answer::{Article, ArticleState};
use crate::text;
use crate::texts::Text;
use crate::work::Work;

/// How many gaps are shown.
const GAPS_SHOWN: i64 = 10;
/// What is shown of a gap, in characters.
const GAP_MAX_CHARS: usize = 80;

/// `/gaps`, `/gaps drop 2`.
pub(super) async fn gaps(work: &mut Work, call: &Invocation) -> Result<()> {
    let gaps = answer::top_gaps(work.tx().await?, GAPS_SHOWN).await?;
    match call.args.words("action") {
        None => {}
        Some("drop") => {
            let number = call.args.words("number").and_then(|word| word.parse::<usize>().ok());
            let gap = number.and_then(|number| gaps.get(number.checked_sub(1)?));
            let Some(gap) = gap else { return Err(text!("answer-gap-which", max = gaps.len()).into()) };
            answer::dismiss(work.tx().await?, &gap.id).await?;
            work.audit(&call.at, "answer.gap.drop", gap.id.as_str(), Some(gap.sample.clone())).await?;
            reply(work, call, &text!("answer-gap-dropped", question = cut(&gap.sample)));
            return Ok(());
        }
        Some(other) => return Err(text!("answer-gap-action", found = other).into()),
    }
    if gaps.is_empty() {
        reply(work, call, &Text::new("answer-gaps-none"));
        return Ok(());
    }
    let mut lines = RichText::plain("").then_bold(&spoken(work, call, &Text::new("answer-gaps-title")));
    for (at, gap) in gaps.iter().enumerate() {
        let line = match &gap.best {
            Some(best) => text!(
                "answer-gap-near",
                number = at + 1,
                question = cut(&gap.sample),
                asked = gap.asked,
                slug = best,
                percent = gap.confidence / 10
            ),
            None => {
                text!("answer-gap", number = at + 1, question = cut(&gap.sample), asked = gap.asked)
            }
        };
        lines = lines.then("\n").then(&spoken(work, call, &line));
    }
    work.say(call.at.place(), Content::text(lines).replying_to(call.message.clone()));
    Ok(())
}

/// `/article list`, `/article show SLUG`, `/article live SLUG`, `/article retire SLUG`.
pub(super) async fn article(work: &mut Work, call: &Invocation) -> Result<()> {
    let action = call.args.words("action").unwrap_or_default().to_lowercase();
    let slug = call.args.words("slug");
    match (action.as_str(), slug) {
        ("list", _) => list(work, call).await,
        ("show", Some(slug)) => {
            let article = find_article(work, slug).await?;
            if let Some((_, text)) = article.text(call.at.lang) {
                let (shown, _) = say::article(text, usize::MAX);
                work.say(call.at.place(), Content::text(shown).replying_to(call.message.clone()));
            }
            Ok(())
        }
        ("live", Some(slug)) => set_state(work, call, slug, ArticleState::Live).await,
        ("retire", Some(slug)) => set_state(work, call, slug, ArticleState::Retired).await,
        ("show" | "live" | "retire", None) => Err(Text::new("answer-article-which").into()),
        _ => Err(text!("answer-article-action", found = action).into()),
    }
}

/// Articles by their titles: those that are live to answer with, all of them behind what is done to them.
pub(super) async fn offer(work: &mut Work, typed: &Typed) -> Result<Vec<Offer>> {
    let answers = typed.spec.name == "answer";
    let verb = (!answers).then(|| typed.verb(&["show", "live", "retire"]).unwrap_or("show"));
    let all = answer::all(work.tx().await?).await?;
    let fits = |article: &&Article| !answers || article.state == ArticleState::Live;
    let label = |article: &Article| {
        let title = article.text(typed.at.lang).map_or("", |(_, text)| text.title.as_str());
        format!("{} · {title}", article.slug)
    };
    let offer = |article: &Article| Offer::new(&article.slug, label(article)).behind(verb);
    Ok(all.iter().filter(fits).map(offer).collect())
}

async fn list(work: &mut Work, call: &Invocation) -> Result<()> {
    let articles = answer::all(work.tx().await?).await?;
    if articles.is_empty() {
        reply(work, call, &Text::new("answer-articles-none"));
        return Ok(());
    }
    let title = spoken(work, call, &text!("answer-articles-title", count = articles.len()));
    let mut lines = RichText::plain("").then_bold(&title);
    for article in &articles {
        let title = article.text(call.at.lang).map_or("", |(_, text)| text.title.as_str());
        lines = lines.then(&format!("\n{} · {title}", article.slug));
        if article.state != ArticleState::Live {
            lines = lines.then(" · ").then(&spoken(work, call, &state_text(article.state)));
        }
    }
    work.say(call.at.place(), Content::text(lines).replying_to(call.message.clone()));
    Ok(())
}

async fn set_state(work: &mut Work, call: &Invocation, slug: &str, state: ArticleState) -> Result<()> {
    let article = find_article(work, slug).await?;
    let Some(staff) = &call.at.staff else {
        return Err(FeatureError::Internal("a command for staff came from nobody of them".to_owned()));
    };
    set_article_state(work, &staff.id, &article.slug, state).await?;
    reply(work, call, &text!("answer-article-state", slug = article.slug, state = state_text(state)));
    Ok(())
}

fn spoken(work: &Work, call: &Invocation, text: &Text) -> String {
    work.hall.texts.say(call.at.lang, text)
}

fn reply(work: &mut Work, call: &Invocation, text: &Text) {
    let said = spoken(work, call, text);
    work.say(call.at.place(), Content::text(said).replying_to(call.message.clone()));
}

/// A question in one short line.
fn cut(question: &str) -> String {
    let line = question.split_whitespace().collect::<Vec<_>>().join(" ");
    match line.char_indices().nth(GAP_MAX_CHARS) {
        Some((at, _)) => format!("{}…", &line[..at]),
        None => line,
    }
}
