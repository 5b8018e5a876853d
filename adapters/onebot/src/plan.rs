//! The calls that an action becomes on QQ, and what is lost on the way.
//!
//! QQ publishes few limits; those here are what its clients and implementations hold to (NapCat 4.8, read 2026-11-21).

use bot_core::chat::{
    Action, Attachment, AttachmentKind, Call, Capabilities, Content, Feature, FileRef, Loss, LossKind,
    MarkKind, RenderPlan, RichText, Standing, cut_rich_text, number_buttons, sends, split_rich_text,
};

use crate::capability::NUMBERED;

/// Longest text of one message, UTF-16 units. Clients send about 4,500; above 3,000 QQ begins to fold and refuse.
pub(crate) const TEXT_MAX: usize = 3_000;
/// Most pictures in one message.
pub(crate) const PICTURES_MAX: usize = 9;
/// Longest group notice, UTF-16 units.
const NOTICE_MAX: usize = 600;
/// The largest file that is sent, bytes: written out in text it is a third longer, and NapCat takes frames of 50 MB.
pub(crate) const FILE_MAX: u64 = 30 * 1024 * 1024;
/// The largest picture, film or sound that is shown in a message, bytes; larger ones go as files.
const SHOWN_MAX: u64 = 10 * 1024 * 1024;
/// Most bytes of pictures in one message.
const PAGE_MAX: u64 = 20 * 1024 * 1024;
/// The longest mute, milliseconds: a minute below QQ's 30 days, since its clock need not be ours.
pub(crate) const MUTE_MAX_MS: i64 = 30 * 86_400_000 - 60_000;
/// The shortest mute, milliseconds: QQ counts in minutes in its clients, and takes less for none.
const MUTE_MIN_MS: i64 = 60_000;

/// The longest card of a member, characters: 60 bytes of three each.
pub(crate) const CARD_MAX: usize = 20;
/// The longest title of a member, bytes in UTF-8: six Chinese characters.
pub(crate) const TITLE_BYTES: usize = 18;

/// What is done about longer titles.
const CUT: &str = "its first 18 bytes";

/// What is done about mutes without an end.
const RENEWED: &str = "a mute of 30 days, renewed by the bot";

/// What an action becomes.
pub(crate) fn plan(caps: &Capabilities, action: &Action, now_ms: i64) -> RenderPlan {
    let mut losses = Vec::new();
    if !caps.allow(action.needs(), &mut losses) {
        return RenderPlan { calls: Vec::new(), losses };
    }
    let actions = match action {
        Action::Send(content) => send(caps, content, &mut losses),
        Action::Delete { messages } => {
            messages.iter().map(|message| Action::Delete { messages: vec![message.clone()] }).collect()
        }
        Action::Mute { user, until_ms } => {
            let until_ms = Some(mute_end(*until_ms, now_ms, &mut losses));
            let look = Action::Look { at: Standing::Member(user.clone()) };
            vec![look, Action::Mute { user: user.clone(), until_ms }]
        }
        Action::Lock => vec![Action::Look { at: Standing::Chat }, Action::Lock],
        Action::Nick { user, nick } => {
            let nick =
                nick.as_deref().map(|nick| cut_rich_text(&RichText::plain(nick), CARD_MAX, &mut losses).text);
            vec![Action::Nick { user: user.clone(), nick }]
        }
        Action::Badge { user, badge, of } => {
            let badge = badge.as_deref().map(|badge| title(badge, &mut losses));
            vec![Action::Badge { user: user.clone(), badge, of: of.clone() }]
        }
        Action::Post(content) => {
            // A board takes words alone; what came with them stands in the message.
            let mut text = content.text.clone();
            crate::write::spell_links(&mut text);
            let text = cut_rich_text(&RichText::plain(text.text), NOTICE_MAX, &mut losses);
            vec![Action::Post(Content::text(text))]
        }
        // QQ has no call that takes somebody off a group's block list.
        Action::Unban { .. } => {
            losses.push(Loss { feature: Feature::Ban, kind: LossKind::Dropped });
            Vec::new()
        }
        Action::Ban { user, purge_ms } => {
            vec![Action::Ban { user: user.clone(), purge_ms: caps.fit_purge(*purge_ms, &mut losses) }]
        }
        other => vec![other.clone()],
    };
    let calls = actions.into_iter().map(|action| Call { method: method(&action).to_owned(), action });
    RenderPlan { calls: calls.collect(), losses }
}

/// OneBot's name of the call that does an action.
fn method(action: &Action) -> &'static str {
    match action {
        Action::Send(_) => "send_msg",
        Action::Delete { .. } => "delete_msg",
        Action::Pin { .. } => "set_essence_msg",
        Action::Unpin { .. } => "delete_essence_msg",
        Action::Post(_) => "_send_group_notice",
        Action::TakeDown { .. } => "_del_group_notice",
        Action::Mute { .. } | Action::Unmute { .. } => "set_group_ban",
        Action::Kick { .. } | Action::Ban { .. } => "set_group_kick",
        Action::Look { at: Standing::Member(_) } => "get_group_member_info",
        Action::Look { at: Standing::Chat } => "get_group_info",
        Action::Lock | Action::Unlock { .. } => "set_group_whole_ban",
        Action::Nick { .. } => "set_group_card",
        Action::Badge { .. } => "set_group_special_title",
        Action::AnswerJoin { .. } => "set_group_add_request",
        Action::Fetch { .. } => "get_file",
        _ => "",
    }
}

/// A title with as many characters as QQ keeps.
fn title(badge: &str, losses: &mut Vec<Loss>) -> String {
    if badge.len() > TITLE_BYTES {
        losses.push(Loss { feature: Feature::Badge, kind: LossKind::Emulated { via: CUT.to_owned() } });
    }
    badge[..badge.floor_char_boundary(TITLE_BYTES)].to_owned()
}

/// Whether a file goes by a call for files instead of standing in a message.
pub(crate) fn is_uploaded(file: &Attachment) -> bool {
    file.kind == AttachmentKind::File
        || (matches!(file.file, FileRef::Stored(_)) && file.size_bytes > SHOWN_MAX)
}

/// Pictures by messages: so many in each, and so many bytes of ours.
fn pages(pictures: Vec<Attachment>) -> Vec<Vec<Attachment>> {
    let bytes = |file: &Attachment| match file.file {
        FileRef::Stored(_) => file.size_bytes,
        FileRef::Platform(_) | FileRef::Outbox(_) => 0,
    };
    let mut pages: Vec<Vec<Attachment>> = Vec::new();
    for picture in pictures {
        match pages.last_mut() {
            Some(page)
                if page.len() < PICTURES_MAX
                    && page.iter().map(bytes).sum::<u64>() + bytes(&picture) <= PAGE_MAX =>
            {
                page.push(picture);
            }
            _ => pages.push(vec![picture]),
        }
    }
    pages
}

/// Pictures ride with the text; every other file is a message of its own.
fn send(caps: &Capabilities, content: &Content, losses: &mut Vec<Loss>) -> Vec<Action> {
    let mut content = fitted(caps, content, losses);
    let (pictures, files): (Vec<_>, Vec<_>) = std::mem::take(&mut content.attachments)
        .into_iter()
        .partition(|file: &Attachment| file.kind == AttachmentKind::Picture && !is_uploaded(file));
    let mut parts: Vec<Content> =
        split_rich_text(&content.text, TEXT_MAX).into_iter().map(Content::text).collect();
    let mut pages = pages(pictures).into_iter();
    if let Some(first) = parts.first_mut() {
        first.attachments = pages.next().unwrap_or_default();
    }
    let alone = |attachments| Content { attachments, ..Content::default() };
    let mut more: Vec<Content> = pages.map(alone).collect();
    more.extend(files.into_iter().map(|file| alone(vec![file])));
    if parts.len() + more.len() > 1 {
        let feature = if more.is_empty() { Feature::Text } else { Feature::Attachments };
        losses.push(Loss { feature, kind: LossKind::Split { parts: parts.len() + more.len() } });
    }
    parts.extend(more);
    // Buttons stand as numbers in the text.
    sends(parts, content.reply_to, Vec::new())
}

/// The content without what QQ can't carry.
fn fitted(caps: &Capabilities, content: &Content, losses: &mut Vec<Loss>) -> Content {
    let mut content = content.clone();
    if number_buttons(&mut content) {
        losses
            .push(Loss { feature: Feature::Buttons, kind: LossKind::Emulated { via: NUMBERED.to_owned() } });
    }
    caps.fit_mention_all(&mut content.text, losses);
    let shows = |kind: &MarkKind| {
        !matches!(kind, MarkKind::Mention { .. } | MarkKind::MentionAll | MarkKind::Link { .. })
    };
    if content.text.marks.iter().any(|mark| shows(&mark.kind)) {
        losses.push(Loss { feature: Feature::Marks, kind: LossKind::Dropped });
        content.text.marks.retain(|mark| !shows(&mark.kind));
    }
    crate::write::spell_links(&mut content.text);
    let sendable = |file: &Attachment| {
        let there = match &file.file {
            FileRef::Platform(key) => !key.is_empty(),
            FileRef::Stored(_) => true,
            FileRef::Outbox(_) => false,
        };
        there && file.size_bytes <= FILE_MAX
    };
    if content.attachments.iter().any(|file| !sendable(file)) {
        content.attachments.retain(sendable);
        losses.push(Loss { feature: Feature::Attachments, kind: LossKind::Dropped });
    }
    content
}

/// The end of a mute as QQ takes it; the clockwork renews what lasts longer.
fn mute_end(until_ms: Option<i64>, now_ms: i64, losses: &mut Vec<Loss>) -> i64 {
    let latest_ms = now_ms + MUTE_MAX_MS;
    if until_ms.is_none_or(|until_ms| until_ms > latest_ms) {
        losses.push(Loss { feature: Feature::Mute, kind: LossKind::Emulated { via: RENEWED.to_owned() } });
    }
    until_ms.unwrap_or(latest_ms).clamp(now_ms + MUTE_MIN_MS, latest_ms)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::capability::{RECALL_MS, capabilities};
    use crate::chats::Known;
    use bot_core::chat::{Button, ButtonDo, Feature, MemberRole, Right, Support};

    fn known(role: Option<MemberRole>) -> Known {
        Known { own: Some(role), ..Known::default() }
    }

    fn texts(plan: &RenderPlan) -> Vec<String> {
        let text = |call: &Call| match &call.action {
            Action::Send(content) => content.text.text.clone(),
            other => other.word().to_owned(),
        };
        plan.calls.iter().map(text).collect()
    }

    #[test]
    fn a_member_may_speak_and_an_admin_may_act() {
        let member = capabilities(Some(&known(Some(MemberRole::Member))));
        assert!(member.is_native(Feature::Text));
        assert_eq!(*member.of(Feature::Mute), Support::Denied { missing: Right::RestrictMembers });
        assert_eq!(member.limits(Feature::DeleteOwn).age_ms, Some(RECALL_MS));
        let admin = capabilities(Some(&known(Some(MemberRole::Admin))));
        assert!(admin.is_native(Feature::Mute) && admin.limits(Feature::DeleteOwn).age_ms.is_none());
        assert!(!capabilities(Some(&known(None))).is_native(Feature::Text), "it is not in the group");
        let private = capabilities(None);
        assert!(private.is_native(Feature::DirectFirst) && *private.of(Feature::Mute) == Support::Absent);
        assert_eq!(*admin.of(Feature::Edit), Support::Absent);
    }

    #[test]
    fn buttons_become_numbers_and_links_are_spelt_out() {
        let caps = capabilities(None);
        let text =
            RichText::plain("See ").then_marked("here", MarkKind::Link { url: "https://a.example".into() });
        let content = Content::text(text.then_bold("!")).with_row(vec![
            Button { label: "Solved".into(), does: ButtonDo::Press("a".into()) },
            Button { label: "Site".into(), does: ButtonDo::Url("https://b.example".into()) },
            Button { label: "Not solved".into(), does: ButtonDo::Press("b".into()) },
        ]);
        let plan = plan(&caps, &Action::Send(content), 0);
        assert_eq!(
            texts(&plan),
            ["See here (https://a.example)!\nSite: https://b.example\n1. Solved\n2. Not solved"]
        );
        let lost: Vec<Feature> = plan.losses.iter().map(|loss| loss.feature).collect();
        assert_eq!(lost, [Feature::Buttons, Feature::Marks]);
    }

    #[test]
    fn mutes_have_an_end_that_qq_takes() {
        let caps = capabilities(Some(&known(Some(MemberRole::Owner))));
        let end = |until_ms| match &plan(&caps, &Action::Mute { user: "7".into(), until_ms }, 1_000).calls[1]
            .action
        {
            Action::Mute { until_ms, .. } => until_ms.unwrap() - 1_000,
            other => panic!("{other:?}"),
        };
        assert_eq!(end(Some(601_000)), 600_000);
        assert_eq!(end(Some(2_000)), MUTE_MIN_MS);
        assert_eq!((end(None), end(Some(i64::MAX))), (MUTE_MAX_MS, MUTE_MAX_MS));
    }

    #[test]
    fn what_qq_has_not_is_said_before() {
        let caps = capabilities(Some(&known(Some(MemberRole::Owner))));
        for action in [
            Action::Unban { user: "7".into() },
            Action::OpenThread { title: "T".into() },
            Action::Edit {
                message: bot_core::chat::MessageKey::from("1").into(),
                content: Content::text("x"),
            },
        ] {
            let plan = plan(&caps, &action, 0);
            assert!(plan.calls.is_empty() && plan.losses.len() == 1, "{action:?}");
        }
        let delete = Action::Delete { messages: vec![bot_core::chat::MessageKey::from("1").into(); 3] };
        assert_eq!(plan(&caps, &delete, 0).calls.len(), 3, "one call recalls one message");
    }

    #[test]
    fn pictures_ride_with_the_text_and_files_go_alone() {
        let file = |kind| Attachment {
            kind,
            name: "x".into(),
            media_type: String::new(),
            size_bytes: 1,
            file: FileRef::Platform("image|http://x".into()),
        };
        let mut attachments = vec![file(AttachmentKind::Picture); 10];
        attachments.push(file(AttachmentKind::File));
        let content = Content { text: "look".into(), attachments, ..Content::default() };
        let plan = plan(&capabilities(None), &Action::Send(content), 0);
        let counts: Vec<usize> = plan
            .calls
            .iter()
            .map(|call| match &call.action {
                Action::Send(content) => content.attachments.len(),
                _ => 0,
            })
            .collect();
        assert_eq!(counts, [9, 1, 1]);
    }
}
