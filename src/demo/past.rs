//! The days before the demo opens, lived through by the program itself: what it did is what it would do.

use std::collections::HashMap;

use bot_core::chat::{ChatKey, Lang, MessageKey, ThreadKey};
use bot_core::clock::{Clock as _, SystemClock};
use bot_core::store::answer::{self, Article, ArticleState, ArticleText};
use guildhall_sandbox::Post;

use super::data::{self, Articles, History, Incident, Said, TicketLine, TicketStory};
use super::people::move_in;
use super::pushed;
use super::stage::Stage;
use crate::config::Config;

const MINUTE_MS: i64 = 60_000;
/// How long before the first thing that is told the community came together.
const BEFORE_MINUTES: i64 = 30;

/// One thing that happens.
enum Step<'h> {
    Say(&'h Said),
    Solved(&'h Said),
    Offend(&'h Incident),
    Undo(&'h Incident),
    Open(usize),
    Write(usize, &'h TicketLine),
    End(usize),
    Ask(&'h data::Unanswered),
    Hold(&'h data::Held),
}

/// What has to be remembered while it happens.
#[derive(Default)]
struct Memory {
    said: HashMap<String, (ChatKey, MessageKey)>,
    threads: HashMap<usize, ThreadKey>,
    /// Whose case was opened last, by number.
    cases: HashMap<String, i64>,
}

/// Lives through the past on the config's database and sandbox, up to now.
pub(crate) async fn live(config: &Config) -> Result<(), String> {
    let (community, history, articles) = (data::community()?, data::history()?, data::articles()?);
    let now_ms = SystemClock::new(1).now_ms();
    let steps = timeline(&history);
    let first = steps.first().map_or(0, |(minutes_ago, _)| *minutes_ago);
    let mut stage = Stage::open(config, now_ms - (first + BEFORE_MINUTES) * MINUTE_MS).await?;
    write_articles(&stage, articles).await?;
    move_in(&mut stage, &community, config.hall.language).await?;
    pushed::name_staff(&stage, &community).await?;
    let mut memory = Memory::default();
    for (minutes_ago, step) in steps {
        stage.pass_to(now_ms - minutes_ago * MINUTE_MS).await?;
        happen(&mut stage, &history, &mut memory, step).await?;
    }
    stage.pass_to(now_ms).await?;
    for one in &history.announcement {
        pushed::schedule(&mut stage, one, now_ms).await?;
    }
    stage.settle().await?;
    stage.close().await;
    Ok(())
}

/// Everything that happens, oldest first.
fn timeline(history: &History) -> Vec<(i64, Step<'_>)> {
    let mut steps: Vec<(i64, Step<'_>)> = Vec::new();
    for said in &history.message {
        steps.push((said.minutes_ago, Step::Say(said)));
        if said.solved == Some(true) {
            steps.push((said.minutes_ago - 1, Step::Solved(said)));
        }
    }
    for incident in &history.incident {
        steps.push((incident.minutes_ago, Step::Offend(incident)));
        steps.extend(incident.undone_minutes_ago.map(|minutes_ago| (minutes_ago, Step::Undo(incident))));
    }
    for (at, ticket) in history.ticket.iter().enumerate() {
        steps.push((ticket.opened_minutes_ago, Step::Open(at)));
        steps.extend(ticket.message.iter().map(|line| (line.minutes_ago, Step::Write(at, line))));
        let last =
            ticket.message.iter().map(|line| line.minutes_ago).min().unwrap_or(ticket.opened_minutes_ago);
        steps.push((ticket.closed_minutes_ago.unwrap_or(last), Step::End(at)));
    }
    steps.extend(history.gap.iter().map(|gap| (gap.minutes_ago, Step::Ask(gap))));
    steps.extend(history.activity.iter().map(|held| (held.opened_minutes_ago, Step::Hold(held))));
    // Stable: things of the same minute stay in the order in which they were written.
    steps.sort_by_key(|(minutes_ago, _)| std::cmp::Reverse(*minutes_ago));
    steps
}

async fn happen(
    stage: &mut Stage,
    history: &History,
    memory: &mut Memory,
    step: Step<'_>,
) -> Result<(), String> {
    match step {
        Step::Say(said) => say(stage, memory, said).await,
        Step::Solved(said) => {
            let labels = stage.labels("answer-button-solved");
            let group = stage.group(&said.group)?;
            stage.tap(&said.who, &group, &labels).await.map(|_| ())
        }
        Step::Offend(incident) => offend(stage, memory, incident).await,
        Step::Undo(incident) => {
            let (Some(by), Some(case)) = (&incident.undone_by, memory.cases.get(&incident.who)) else {
                return Ok(());
            };
            let staff_chat = stage.group("staff")?;
            stage.say(by, &staff_chat, format!("/undo C-{case}")).await.map(|_| ())
        }
        Step::Open(at) => open_ticket(stage, memory, at, &history.ticket[at]).await,
        Step::Write(at, line) => write(stage, memory, at, &history.ticket[at], line).await,
        Step::End(at) => end_ticket(stage, memory, at, &history.ticket[at]).await,
        Step::Ask(gap) => {
            let group = stage.group(&gap.group)?;
            stage.say(&gap.who, &group, gap.text.as_str()).await.map(|_| ())
        }
        Step::Hold(held) => pushed::hold(stage, held).await,
    }
}

async fn say(stage: &mut Stage, memory: &mut Memory, said: &Said) -> Result<(), String> {
    let group = stage.group(&said.group)?;
    let mut post = Post::text(said.text.as_str());
    if let Some((_, key)) = said.reply_to.as_ref().and_then(|id| memory.said.get(id)) {
        post = post.replying_to(key);
    }
    let key = stage.say(&said.who, &group, post).await?;
    memory.said.insert(said.id.clone(), (group, key));
    Ok(())
}

async fn offend(stage: &mut Stage, memory: &mut Memory, incident: &Incident) -> Result<(), String> {
    let group = stage.group(&incident.group)?;
    let message = stage.say(&incident.who, &group, incident.text.as_str()).await?;
    if incident.by != "automatic" {
        let order = match (incident.kind.as_str(), incident.duration_minutes) {
            ("mute", Some(minutes)) => format!("/mute {minutes}m"),
            _ => "/warn".to_owned(),
        };
        let post = Post::text(format!("{order} del {}", incident.reason)).replying_to(&message);
        stage.say(&incident.by, &group, post).await?;
    }
    let case = pushed::newest_case(stage).await.map_err(|why| format!("{}: {why}", incident.text))?;
    memory.cases.insert(incident.who.clone(), case);
    Ok(())
}

async fn open_ticket(
    stage: &mut Stage,
    memory: &mut Memory,
    at: usize,
    ticket: &TicketStory,
) -> Result<(), String> {
    let before = stage.newest_thread();
    match (&ticket.assignee, memory.said.get(&ticket.origin)) {
        // Support saw the question in the group and took it out of there.
        (Some(agent), Some((group, message))) => {
            let (group, post) = (group.clone(), Post::text("/ticket").replying_to(message));
            stage.say(agent, &group, post).await?;
        }
        _ => {
            let direct = stage.direct(&ticket.opened_by).await?;
            stage.say(&ticket.opened_by, &direct, format!("/ticket {}", ticket.subject)).await?;
        }
    }
    let thread = stage.newest_thread().filter(|newest| before.as_ref() != Some(newest));
    let thread = thread.ok_or_else(|| format!("“{}” opened no topic", ticket.subject))?;
    if let Some(agent) = &ticket.assignee {
        let staff_chat = stage.group("staff")?;
        stage.say(agent, &staff_chat, Post::text("/claim").in_thread(&thread)).await?;
    }
    memory.threads.insert(at, thread);
    Ok(())
}

async fn write(
    stage: &mut Stage,
    memory: &Memory,
    at: usize,
    ticket: &TicketStory,
    line: &TicketLine,
) -> Result<(), String> {
    if line.who == ticket.opened_by {
        let direct = stage.direct(&line.who).await?;
        return stage.say(&line.who, &direct, line.text.as_str()).await.map(|_| ());
    }
    let text = if line.kind == "note" { format!("/note {}", line.text) } else { line.text.clone() };
    in_topic(stage, memory, at, &line.who, &text).await
}

async fn end_ticket(
    stage: &mut Stage,
    memory: &Memory,
    at: usize,
    ticket: &TicketStory,
) -> Result<(), String> {
    let Some(agent) = &ticket.assignee else { return Ok(()) };
    match ticket.state.as_str() {
        "waiting" => in_topic(stage, memory, at, agent, "/waiting").await,
        "closed" => {
            in_topic(
                stage,
                memory,
                at,
                agent,
                &format!("/close {}", ticket.solution.as_deref().unwrap_or_default()),
            )
            .await
        }
        _ => Ok(()),
    }
}

async fn in_topic(
    stage: &mut Stage,
    memory: &Memory,
    at: usize,
    who: &str,
    text: &str,
) -> Result<(), String> {
    let Some(thread) = memory.threads.get(&at) else { return Err("the ticket has no topic".to_owned()) };
    let (staff_chat, post) = (stage.group("staff")?, Post::text(text).in_thread(thread));
    stage.say(who, &staff_chat, post).await.map(|_| ())
}

async fn write_articles(stage: &Stage, articles: Articles) -> Result<(), String> {
    let hall = stage.hall();
    let mut work = hall.begin().await.map_err(|error| error.to_string())?;
    for article in articles.article {
        let texts = article.texts.into_iter().filter_map(|(lang, words)| {
            let text = ArticleText { title: words.title, questions: words.questions, body: words.body };
            Some((Lang::from_tag(&lang)?.word(), text))
        });
        let article = Article {
            slug: article.slug,
            tags: article.tags,
            state: ArticleState::Live,
            texts: texts.collect(),
        };
        let now_ms = work.now_ms;
        let tx = work.tx().await.map_err(|error| error.to_string())?;
        answer::put(tx, &article, now_ms).await.map_err(|error| error.to_string())?;
    }
    work.commit().await.map_err(|error| error.to_string())
}
