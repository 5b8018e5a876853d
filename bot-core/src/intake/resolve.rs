//! Finds the chat and the user that an event speaks of, and keeps what it says of them.

use std::sync::Arc;

use crate::chat::{AccountId, ChatInfo, ChatKind, Event, EventBody, MemberRole, Sender, UserInfo};
use crate::directory::{Chat, Purpose, Reach, User, clean_user};
use crate::feature::Incoming;
use crate::ids::{ChatId, PersonId, UserId};
use crate::store::StoreError;
use crate::store::chat::{self, NewMember};
use crate::work::Work;

/// The event with its chat and user. `None` for events of no chat.
pub(super) async fn incoming(work: &mut Work, event: &Event) -> Result<Option<Incoming>, StoreError> {
    let Some(info) = event.body.chat() else { return Ok(None) };
    let user = match event.body.user() {
        Some(user) => Some(user_of(work, &event.account, user).await?),
        None => None,
    };
    let mut chat = chat_of(work, &event.account, info, user.as_deref()).await?;
    if reopens(&event.body) && chat.reach != Reach::Open {
        chat::set_reach(work.tx().await?, &chat.id, Reach::Open).await?;
        let open = Arc::new(Chat { reach: Reach::Open, ..Chat::clone(&chat) });
        remember_chat(work, &open);
        chat = open;
    }
    if let Some(user) = &user {
        keep_member(work, &event.body, &chat, user).await?;
    }
    Ok(Some(Incoming { event: Arc::new(event.clone()), chat, user }))
}

/// Whether the event shows that the bot can write to the chat again.
fn reopens(body: &EventBody) -> bool {
    match body {
        EventBody::ChatChanged { bot_present, .. } => *bot_present,
        EventBody::DirectClosed { .. } | EventBody::Unknown { .. } => false,
        _ => true,
    }
}

async fn chat_of(
    work: &mut Work,
    account: &AccountId,
    info: &ChatInfo,
    peer: Option<&User>,
) -> Result<Arc<Chat>, StoreError> {
    if let Some(known) = work
        .hall
        .directory
        .chat(account, &info.key)
        .filter(|known| known.title == info.title || info.title.is_empty())
    {
        return Ok(known);
    }
    let new_id: ChatId = work.hall.ids.next();
    let now_ms = work.now_ms;
    let met = Arc::new(chat::meet(work.tx().await?, account, info, peer, &new_id, now_ms).await?);
    remember_chat(work, &met);
    Ok(met)
}

fn remember_chat(work: &mut Work, chat: &Arc<Chat>) {
    let chat = Arc::clone(chat);
    work.after_commit(move |hall| hall.directory.put_chat(chat));
}

async fn user_of(work: &mut Work, account: &AccountId, info: &UserInfo) -> Result<Arc<User>, StoreError> {
    if info.name.is_empty()
        && let Some(known) = known_user(work, account, info).await?
    {
        return Ok(known);
    }
    let (name, username) = clean_user(info);
    if let Some(known) = work
        .hall
        .directory
        .user(account, &info.key)
        .filter(|known| known.name == name && known.username == username)
    {
        return Ok(known);
    }
    if name != info.name.trim() {
        // Not what it says: that could deceive whoever reads the log.
        metrics::counter!("guildhall_names_cleaned_total").increment(1);
        tracing::info!(%account, user = ?info.key.as_str(), shown_as = name, "a name held what no name should, or was too long; it is shown without it");
    }
    let new_ids: (UserId, PersonId) = (work.hall.ids.next(), work.hall.ids.next());
    let now_ms = work.now_ms;
    let met =
        Arc::new(chat::meet_user(work.tx().await?, account, info, (&new_ids.0, &new_ids.1), now_ms).await?);
    let kept = Arc::clone(&met);
    work.after_commit(move |hall| hall.directory.put_user(kept));
    Ok(met)
}

/// Who it is of whom a platform gives nothing but the key.
async fn known_user(
    work: &mut Work,
    account: &AccountId,
    info: &UserInfo,
) -> Result<Option<Arc<User>>, StoreError> {
    if let Some(known) = work.hall.directory.user(account, &info.key) {
        return Ok(Some(known));
    }
    Ok(chat::user_by_key(work.tx().await?, account, &info.key).await?.map(Arc::new))
}

/// Keeps who is a member of a group, as far as events show it.
async fn keep_member(
    work: &mut Work,
    body: &EventBody,
    chat: &Arc<Chat>,
    user: &Arc<User>,
) -> Result<(), StoreError> {
    if chat.kind == ChatKind::Direct || chat.purpose == Purpose::Idle {
        return Ok(());
    }
    let role = match body {
        EventBody::Left { .. } => {
            work.hall.directory.forget_member(&chat.id, &user.id);
            return chat::remove_member(work.tx().await?, &chat.id, &user.id).await;
        }
        EventBody::Joined { .. } => MemberRole::Member,
        EventBody::RoleChanged { role, .. } => *role,
        EventBody::Message(message) => match &message.from {
            Sender::User { role, .. } => *role,
            Sender::Chat { .. } | Sender::Myself => return Ok(()),
        },
        _ => return Ok(()),
    };
    if work.hall.directory.is_member(&chat.id, &user.id, role) {
        return Ok(());
    }
    let at_ms = work.now_ms;
    work.keep(NewMember { chat: chat.id.clone(), user: user.id.clone(), role, at_ms });
    let (chat, user) = (chat.id.clone(), user.id.clone());
    work.after_commit(move |hall| hall.directory.put_member(chat, user, role));
    Ok(())
}
