//! The calls that an action becomes, and what is lost on the way.

use bot_core::chat::{
    Action, Button, ButtonDo, Call, Capabilities, Content, Feature, Loss, LossKind, MarkKind, RenderPlan,
    RichText, Standing, Support, cut_rich_text, number_buttons, sends, split_rich_text, utf16_len,
};

use crate::Profile;
use crate::world::DELETE_AT_ONCE;

pub(crate) fn plan(profile: &Profile, caps: &Capabilities, action: &Action, now_ms: i64) -> RenderPlan {
    let mut plan = RenderPlan::default();
    if !caps.allow(action.needs(), &mut plan.losses) {
        return plan;
    }
    let actions = match action {
        Action::Send(content) => send(profile, caps, content, &mut plan.losses),
        Action::Edit { message, content } => edit(profile, caps, content, &mut plan.losses)
            .map(|content| Action::Edit { message: message.clone(), content })
            .into_iter()
            .collect(),
        Action::Delete { messages } => messages
            .chunks(DELETE_AT_ONCE)
            .map(|messages| Action::Delete { messages: messages.to_vec() })
            .collect(),
        Action::Mute { user, until_ms } => {
            vec![Action::Mute { user: user.clone(), until_ms: mute_end(caps, *until_ms, now_ms) }]
        }
        // What a group let its members do is found out first, so that it can be brought back.
        Action::Lock => vec![Action::Look { at: Standing::Chat }, Action::Lock],
        Action::AnswerPress { press, text } => {
            let cut = cut_rich_text(&RichText::plain(text.as_str()), profile.toast_utf16, &mut plan.losses);
            vec![Action::AnswerPress { press: press.clone(), text: cut.text }]
        }
        Action::Fetch { file } => {
            let max_bytes = caps.limits(Feature::Fetch).size_bytes.unwrap_or(u64::MAX);
            if file.size_bytes > max_bytes {
                plan.losses.push(Loss { feature: Feature::Fetch, kind: LossKind::Dropped });
                return plan;
            }
            vec![action.clone()]
        }
        Action::Ban { user, purge_ms } => {
            vec![Action::Ban { user: user.clone(), purge_ms: caps.fit_purge(*purge_ms, &mut plan.losses) }]
        }
        other => vec![other.clone()],
    };
    plan.calls =
        actions.into_iter().map(|action| Call { method: action.word().to_owned(), action }).collect();
    plan
}

fn send(profile: &Profile, caps: &Capabilities, content: &Content, losses: &mut Vec<Loss>) -> Vec<Action> {
    let mut content = fitted(caps, content, losses);
    let files = std::mem::take(&mut content.attachments);
    let mut parts: Vec<Content> = files
        .chunks(profile.attachments.max(1))
        .map(|files| Content { attachments: files.to_vec(), ..Content::default() })
        .collect();
    let text = std::mem::take(&mut content.text);
    match parts.last_mut() {
        Some(last) if utf16_len(&text.text) <= profile.caption_utf16 => last.text = text,
        _ => parts.extend(split_rich_text(&text, profile.text_utf16).into_iter().map(Content::text)),
    }
    if parts.len() > 1 {
        let feature = if files.len() > profile.attachments { Feature::Attachments } else { Feature::Text };
        losses.push(Loss { feature, kind: LossKind::Split { parts: parts.len() } });
    }
    sends(parts, content.reply_to, content.buttons)
}

/// An edit stays one message, since it may be repeated.
fn edit(
    profile: &Profile,
    caps: &Capabilities,
    content: &Content,
    losses: &mut Vec<Loss>,
) -> Option<Content> {
    let mut content = fitted(caps, content, losses);
    if content.attachments.len() > profile.attachments {
        content.attachments.truncate(profile.attachments);
        losses.push(Loss { feature: Feature::Attachments, kind: LossKind::Dropped });
    }
    let max = if content.attachments.is_empty() { profile.text_utf16 } else { profile.caption_utf16 };
    content.text = cut_rich_text(&content.text, max, losses);
    content.reply_to = None;
    (!content.attachments.is_empty() || !content.text.text.trim().is_empty()).then_some(content)
}

/// The content without what the chat can't carry.
fn fitted(caps: &Capabilities, content: &Content, losses: &mut Vec<Loss>) -> Content {
    let mut content = content.clone();
    caps.fit_mention_all(&mut content.text, losses);
    if !content.text.marks.is_empty() && !caps.allow(Feature::Marks, losses) {
        content.text = without_marks(&content.text);
    }
    if !content.attachments.is_empty() && !caps.allow(Feature::Attachments, losses) {
        content.attachments.clear();
    }
    let max_bytes = caps.limits(Feature::Attachments).size_bytes.unwrap_or(u64::MAX);
    if content.attachments.iter().any(|file| file.size_bytes > max_bytes) {
        content.attachments.retain(|file| file.size_bytes <= max_bytes);
        losses.push(Loss { feature: Feature::Attachments, kind: LossKind::Dropped });
    }
    if content.reply_to.is_some() && !caps.allow(Feature::Reply, losses) {
        content.reply_to = None;
    }
    if !content.buttons.is_empty() {
        fit_buttons(caps, &mut content, losses);
    }
    content
}

/// Plain text, with the address of each link behind its words.
fn without_marks(text: &RichText) -> RichText {
    let mut plain = text.text.clone();
    for mark in text.marks.iter().rev() {
        if let MarkKind::Link { url } = &mark.kind
            && text.text.get(mark.start_utf8..mark.end_utf8) != Some(url)
            && plain.is_char_boundary(mark.end_utf8)
        {
            plain.insert_str(mark.end_utf8, &format!(" ({url})"));
        }
    }
    plain.into()
}

fn fit_buttons(caps: &Capabilities, content: &mut Content, losses: &mut Vec<Loss>) {
    let feature = Feature::Buttons;
    match caps.of(feature) {
        Support::Native(limits) => {
            if content.buttons.len() > limits.count.unwrap_or(usize::MAX) {
                content.buttons.truncate(limits.count.unwrap_or_default());
                losses.push(Loss { feature, kind: LossKind::Dropped });
            }
        }
        Support::Emulated { via, .. } => {
            number_buttons(content);
            losses.push(Loss { feature, kind: LossKind::Emulated { via: via.clone() } });
        }
        Support::Absent => spell_links(content, losses),
        Support::Denied { .. } => {
            caps.allow(feature, losses);
            content.buttons.clear();
        }
    }
}

/// Links can be written into the text; buttons that are none are left out.
fn spell_links(content: &mut Content, losses: &mut Vec<Loss>) {
    let feature = Feature::Buttons;
    let buttons: Vec<Button> = std::mem::take(&mut content.buttons).into_iter().flatten().collect();
    let links = buttons.iter().filter(|button| matches!(button.does, ButtonDo::Url(_))).count();
    for button in &buttons {
        if let ButtonDo::Url(url) = &button.does {
            content.text.text.push_str(&format!("\n{}: {url}", button.label));
        }
    }
    if links > 0 {
        let via = "links written into the text".to_owned();
        losses.push(Loss { feature, kind: LossKind::Emulated { via } });
    }
    if links < buttons.len() {
        losses.push(Loss { feature, kind: LossKind::Dropped });
    }
}

/// The end of a mute, no later than the platform allows; the clockwork renews it.
fn mute_end(caps: &Capabilities, until_ms: Option<i64>, now_ms: i64) -> Option<i64> {
    let latest_ms = caps.limits(Feature::Mute).duration_ms.map(|max_ms| now_ms.saturating_add(max_ms));
    match (until_ms, latest_ms) {
        (Some(until_ms), Some(latest_ms)) => Some(until_ms.min(latest_ms)),
        (until_ms, latest_ms) => until_ms.or(latest_ms),
    }
}
