//! `/news`: whether somebody wants what is pushed to people in private.

use crate::chat::Content;
use crate::error::Result;
use crate::feature::Invocation;
use crate::store::opt_out;
use crate::text;
use crate::texts::{Moment, Text};
use crate::work::Work;

/// Longest wrong word that is quoted back, in characters.
const QUOTED_CHARS: usize = 24;

/// `/news` says how it is; `/news off` and `/news on` change it for the person, in all their private chats.
pub(super) async fn command(work: &mut Work, call: &Invocation) -> Result<()> {
    let (person, now_ms) = (call.at.user.person.clone(), work.now_ms);
    let usage = call.spec.usage();
    let said = match call.args.words("what").map(str::to_lowercase).as_deref() {
        None => match opt_out::since(work.tx().await?, &person).await? {
            Some(at_ms) => text!("announcement-news-is-off", since = Moment { at_ms }, usage = usage),
            None => text!("announcement-news-is-on", usage = usage),
        },
        Some("off" | "关" | "关闭" | "退订") => {
            opt_out::add(work.tx().await?, &person, now_ms).await?;
            Text::new("announcement-news-off")
        }
        Some("on" | "开" | "开启" | "订阅") => {
            opt_out::lift(work.tx().await?, &person).await?;
            Text::new("announcement-news-on")
        }
        Some(word) => {
            let found = word.chars().take(QUOTED_CHARS).collect::<String>();
            let what = Text::new("announcement-news-words");
            return Err(text!("command-wrong", what = what, found = found, usage = usage).into());
        }
    };
    let said = work.hall.texts.say(call.at.lang, &said);
    work.say(call.at.place(), Content::text(said).replying_to(call.message.clone()));
    Ok(())
}
