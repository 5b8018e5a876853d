//! Offers what may stand behind a command to who is typing it. Nothing is changed and nothing kept.

use std::sync::Arc;

use crate::chat::{Lang, SUGGESTIONS_MAX, Suggestion, Typing};
use crate::error::{FeatureError, Result};
use crate::feature::{Actor, Offer, Typed};
use crate::hall::Hall;
use crate::store::chat;

/// What may stand behind the command, the nearest first; nothing for who may not use it, or whom the hall has not met.
pub(crate) async fn offers(hall: &Arc<Hall>, typing: &Typing) -> Result<Vec<Suggestion>> {
    let Some((feature, spec)) = hall.features.command(&typing.command) else { return Ok(Vec::new()) };
    if !feature.offers().contains(&spec.name) {
        return Ok(Vec::new());
    }
    let mut work = hall.look().await?;
    let tx = work.tx().await?;
    let found = chat::by_key(tx, &typing.account, &typing.chat).await?;
    let user = chat::user_by_key(tx, &typing.account, &typing.by.key).await?;
    let Some((chat, user)) = found.zip(user) else { return Ok(Vec::new()) };
    let staff = hall.roster.load().of_person(&user.person).cloned();
    let told = typing.by.language.as_deref().and_then(Lang::from_tag);
    let lang = user.lang.or(told).or(chat.lang).unwrap_or(hall.default_lang);
    let (user, chat) = (Arc::new(user), Arc::new(chat));
    let at = Actor { user, staff, chat, thread: typing.thread.clone(), lang, press: None };
    if !spec.usable_by(&at) {
        return Ok(Vec::new());
    }
    let typed = Typed { spec, at, text: typing.text.clone() };
    let all = match feature.offer(&mut work, &typed).await {
        // Nobody is told off while they type.
        Err(FeatureError::User(_)) => Vec::new(),
        all => all?,
    };
    let fitting = all.into_iter().filter(|offer| typed.fits(offer)).take(SUGGESTIONS_MAX);
    Ok(fitting.map(|Offer { value, label }| Suggestion { value, label }).collect())
}
