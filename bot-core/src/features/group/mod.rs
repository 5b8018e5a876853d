//! Groups: what a chat is for and in which language, and what happens when the bot comes or goes.

mod decide;
#[cfg(test)]
mod tests;

use std::sync::Arc;

use async_trait::async_trait;

use crate::chat::{
    AccountId, Content, Event, EventBody, Feature as Can, Lang, Right, Support, Wish, clean_display_name,
};
use crate::directory::{Chat, Purpose, Reach};
use crate::error::{FeatureError, Result, UserError};
use crate::feature::{
    ArgKind, ArgSpec, CommandSpec, Feature, Flow, Incoming, Invocation, Manifest, Offer, Places, Typed,
};
use crate::features::people::lang_text;
use crate::ids::StaffId;
use crate::roster::Permission;
use crate::store::{StoreError, chat};
use crate::text;
use crate::texts::Text;
use crate::work::{Place, Work};

/// Groups.
pub struct Group;

static MANIFEST: Manifest = Manifest {
    name: "group",
    commands: &[CommandSpec {
        name: "group",
        needs: Some(Permission::Administer),
        places: Places::Groups,
        args: &[
            ArgSpec { name: "purpose", kind: ArgKind::Word, required: false },
            ArgSpec { name: "language", kind: ArgKind::Word, required: false },
        ],
    }],
    timers: &[],
    buttons: &[],
    forms: &[],
    pages: &["/groups"],
};

/// The staff chat of an account: where its tickets and forms come, and where its staff are told things.
///
/// # Errors
/// When the database fails.
pub async fn staff_chat(work: &mut Work, account: &AccountId) -> Result<Option<Chat>, StoreError> {
    let all = chat::by_purpose(work.tx().await?, Purpose::Staff).await?;
    Ok(all.into_iter().find(|chat| chat.account == *account && chat.reach != Reach::Kicked))
}

/// Says one sentence in the staff chat of an account, if it has one.
///
/// # Errors
/// When the database fails.
pub async fn tell_staff(work: &mut Work, account: &AccountId, text: &Text) -> Result<(), StoreError> {
    let Some(chat) = staff_chat(work, account).await? else { return Ok(()) };
    let said = work.hall.texts.say(chat.lang.unwrap_or(work.hall.default_lang), text);
    work.say(Place::chat(&chat.id), said);
    Ok(())
}

/// Says one sentence of a feature in a group, in the group's language, and notes it for onlookers.
pub fn tell_group(work: &mut Work, feature: &'static str, group: &Chat, text: &Text) {
    let said = work.hall.texts.say(group.lang.unwrap_or(work.hall.default_lang), text);
    work.say(Place::chat(&group.id), said);
    work.note(feature, Some(&group.id), text.clone());
}

/// Says what a chat is for and in which language (`None` for each reader's own). `by` is `None` from the
/// command line.
///
/// # Errors
/// One sentence when the account has another staff chat, or the chat is no group; or the database fails.
pub async fn set(
    work: &mut Work,
    by: Option<&StaffId>,
    chat: &Chat,
    purpose: Purpose,
    lang: Option<Lang>,
) -> Result<Chat> {
    let staff_chat = staff_chat(work, &chat.account).await?;
    decide::may_be(chat, purpose, staff_chat.as_ref()).map_err(refused)?;
    chat::set_purpose(work.tx().await?, &chat.id, purpose, lang).await?;
    let now = Chat { purpose, lang, ..chat.clone() };
    let kept = Arc::new(now.clone());
    work.after_commit(move |hall| hall.directory.put_chat(kept));
    let detail = format!("{} {} ({})", purpose.word(), lang.map_or("-", Lang::word), chat.title);
    work.audit_by(by, "group.set", &chat.id, Some(detail)).await?;
    work.note("group", Some(&chat.id), text!("group-note-set", purpose = purpose_text(purpose)));
    Ok(now)
}

fn refused(text: Text) -> FeatureError {
    FeatureError::User(UserError(text))
}

#[async_trait]
impl Feature for Group {
    fn manifest(&self) -> &'static Manifest {
        &MANIFEST
    }

    fn keeps_nothing(&self) -> bool {
        // What a chat is for stands with the chat.
        true
    }

    async fn on_command(&self, work: &mut Work, call: &Invocation) -> Result<()> {
        let at = &call.at;
        let now = match decide::wish(call.args.words("purpose"), call.args.words("language"), at.chat.lang) {
            Ok(None) => Chat::clone(&at.chat),
            Ok(Some((purpose, lang))) => {
                let by = at.staff.as_ref().map(|staff| staff.id.clone());
                set(work, by.as_ref(), &at.chat, purpose, lang).await?
            }
            Err((what, found)) => {
                let usage = call.spec.usage();
                return Err(text!("command-wrong", what = what, found = found, usage = usage).into());
            }
        };
        let mut lines = vec![
            text!("group-is", purpose = purpose_text(now.purpose), language = lang_text(now.lang)),
            about(now.purpose),
        ];
        lines.extend(missing(work, &now));
        let said: Vec<String> = lines.iter().map(|line| work.hall.texts.say(at.lang, line)).collect();
        work.say(at.place(), Content::text(said.join("\n")).replying_to(call.message.clone()));
        Ok(())
    }

    fn offers(&self) -> &'static [&'static str] {
        &["group"]
    }

    async fn offer(&self, work: &mut Work, typed: &Typed) -> Result<Vec<Offer>> {
        let say = |purpose| work.hall.texts.say(typed.at.lang, &purpose_text(purpose));
        let all = [Purpose::Community, Purpose::Staff, Purpose::Idle];
        Ok(all.into_iter().map(|purpose| Offer::new(purpose.word(), say(purpose))).collect())
    }

    async fn on_event(&self, work: &mut Work, incoming: &Incoming) -> Result<Flow> {
        if let EventBody::ChatChanged { bot_present, .. } = &incoming.event.body {
            if *bot_present {
                came(work, incoming).await?;
            } else {
                went(work, incoming).await?;
            }
        }
        Ok(Flow::Pass)
    }

    async fn on_asked(&self, work: &mut Work, event: &Event) -> Result<()> {
        let EventBody::Asked { by, wish, words } = &event.body else { return Ok(()) };
        let name = clean_display_name(&by.name, by.key.as_str());
        let words = clean_display_name(words, "—");
        let asked = match wish {
            Wish::Friendship => text!("group-asked-friendship", name = name, words = words),
            Wish::Visit(group) => {
                text!("group-asked-visit", name = name, group = group.as_str(), words = words)
            }
        };
        tell_staff(work, &event.account, &asked).await?;
        Ok(())
    }
}

/// Tells the staff member who added the bot to a chat how to switch it on: in their private chat when the bot can
/// write there, in the chat otherwise. Nobody else is told anything.
async fn came(work: &mut Work, incoming: &Incoming) -> Result<()> {
    let Some(at) = incoming.actor(&work.hall, None, None) else { return Ok(()) };
    if at.staff.is_none() || at.chat.purpose != Purpose::Idle {
        return Ok(());
    }
    let private = work.direct_chat(&at.user).await?;
    let place = if private.reach == Reach::Open { Place::chat(&private.id) } else { at.place() };
    let said = work.hall.texts.say(at.lang, &text!("group-added", title = &at.chat.title));
    work.say(place, said);
    Ok(())
}

/// Tells the staff chat that a chat which is served lost the bot.
async fn went(work: &mut Work, incoming: &Incoming) -> Result<()> {
    let chat = &incoming.chat;
    work.note("group", Some(&chat.id), text!("group-note-removed", title = &chat.title));
    if chat.purpose == Purpose::Idle {
        return Ok(());
    }
    let Some(staff) = staff_chat(work, &chat.account).await?.filter(|staff| staff.id != chat.id) else {
        return Ok(());
    };
    let lang = staff.lang.unwrap_or(work.hall.default_lang);
    let said = work.hall.texts.say(lang, &text!("group-removed", title = &chat.title));
    work.say(Place::chat(&staff.id), said);
    Ok(())
}

/// The rights that the bot lacks for what it does in such a chat, each as a sentence.
fn missing(work: &Work, chat: &Chat) -> Vec<Text> {
    let wanted: &[Can] = match chat.purpose {
        Purpose::Community => &[Can::Text, Can::DeleteOthers, Can::Mute, Can::Kick, Can::Ban, Can::Pin],
        Purpose::Staff => &[Can::Text, Can::Threads],
        Purpose::Idle => &[],
    };
    let can = work.capabilities(chat);
    let mut lacks: Vec<Text> = wanted
        .iter()
        .filter_map(|feature| match can.of(*feature) {
            Support::Denied { missing } => Some(right_text(*missing)),
            _ => None,
        })
        .collect();
    // Mute, kick and ban need one and the same right.
    lacks.dedup();
    lacks
}

/// What the bot lacks, and what for.
pub fn right_text(right: Right) -> Text {
    match right {
        Right::Write => Text::new("group-lacks-write"),
        Right::DeleteMessages => Text::new("group-lacks-delete"),
        Right::RestrictMembers => Text::new("group-lacks-restrict"),
        Right::PinMessages => Text::new("group-lacks-pin"),
        Right::ManageThreads => Text::new("group-lacks-threads"),
        Right::InviteMembers => Text::new("group-lacks-invite"),
        Right::ManageChat => Text::new("group-lacks-manage"),
        Right::ManageNicks => Text::new("group-lacks-nicks"),
        Right::ManageBadges => Text::new("group-lacks-badges"),
    }
}

/// What a purpose is called.
pub fn purpose_text(purpose: Purpose) -> Text {
    match purpose {
        Purpose::Community => Text::new("group-purpose-community"),
        Purpose::Staff => Text::new("group-purpose-staff"),
        Purpose::Idle => Text::new("group-purpose-idle"),
    }
}

/// What a purpose means.
fn about(purpose: Purpose) -> Text {
    match purpose {
        Purpose::Community => Text::new("group-about-community"),
        Purpose::Staff => Text::new("group-about-staff"),
        Purpose::Idle => Text::new("group-about-idle"),
    }
}
