//! The five stories that a newcomer can live through, each one click from its beginning.

use bot_core::chat::Lang;
use bot_core::roster::{Permission, Role};

use super::cast::{Cast, name_of};
use super::view::{Draft, Spec, Spot, View};
use crate::frame::Frame;

/// One story.
pub(super) struct Story {
    pub(super) step: u8,
    pub(super) title: String,
    /// What to do and what to see.
    pub(super) words: String,
    pub(super) href: String,
    pub(super) here: bool,
}

/// What the page shows when nobody says: a community as one of its merchants, the merchant's private chat, and
/// the staff chat as support.
pub(super) fn first_view(cast: &Cast, lang: Lang) -> View {
    let mut panels = Vec::new();
    if let Some(group) = cast.community_for(lang)
        && let Some(merchant) = cast.merchants_in(group, lang).first()
    {
        panels.push(Spec::new(Spot::Group(group.clone()), &merchant.info.key));
        panels.push(Spec::new(Spot::Direct, &merchant.info.key));
    }
    if let Some(staff_chat) = cast.staff_chats.first()
        && let Some(support) = cast.staff_for(Role::Support, Permission::Tickets, lang)
    {
        panels.push(Spec::new(Spot::Group(staff_chat.clone()), &support.info.key));
    }
    View { panels, story: None }
}

/// The stories, if the people for them are there.
pub(super) fn stories(f: &Frame, cast: &Cast, here: Option<u8>) -> Vec<Story> {
    all(f, cast, here).unwrap_or_default()
}

fn all(f: &Frame, cast: &Cast, here: Option<u8>) -> Option<Vec<Story>> {
    let lang = f.reader.lang;
    let base = first_view(cast, lang);
    if base.panels.len() < 3 {
        return None;
    }
    let group = cast.community_for(lang)?;
    let merchants = cast.merchants_in(group, lang);
    let (asker, offender) = (merchants.first()?, merchants.get(1)?);
    let ops = cast.staff_for(Role::Ops, Permission::Announce, lang)?;
    let story = |step: u8, key: (&str, &str), name: String, view: View| Story {
        step,
        title: f.t(key.0),
        words: f.t1(key.1, "name", &name),
        href: View { story: Some(step), ..view }.path(),
        here: here == Some(step),
    };
    let draft = |n: usize, speaker: &bot_core::chat::UserKey, text: String| {
        base.with(n, |spec| {
            spec.speaker = speaker.clone();
            spec.draft = Draft { text, ..Draft::default() };
        })
    };
    let ask = draft(0, &asker.info.key, f.t("sandbox-story-ask-text"));
    let mut spam = draft(0, &offender.info.key, f.t("sandbox-story-spam-text"));
    spam.panels[1].speaker = offender.info.key.clone();
    let ticket = draft(1, &asker.info.key, f.t("sandbox-story-ticket-text"));
    let announce = draft(2, &ops.info.key, "/announce".to_owned());
    let activity = draft(2, &ops.info.key, "/activity".to_owned());
    Some(vec![
        story(1, ("sandbox-story-ask", "sandbox-story-ask-words"), name_of(asker), ask),
        story(2, ("sandbox-story-spam", "sandbox-story-spam-words"), name_of(offender), spam),
        story(3, ("sandbox-story-ticket", "sandbox-story-ticket-words"), name_of(asker), ticket),
        story(4, ("sandbox-story-announce", "sandbox-story-announce-words"), name_of(ops), announce),
        story(5, ("sandbox-story-activity", "sandbox-story-activity-words"), name_of(ops), activity),
    ])
}
