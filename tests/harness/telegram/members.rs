//! Members: who they are, what they may do, and how the bot restricts, removes and bans them.

use bot_core::chat::{Action, Address, ChatKey, MemberRole, Right, UserKey};
use guildhall_sandbox::ChatView;
use serde_json::{Map, Value, json};

use super::FakeTelegram;
use super::answer::{Judged, bad};
use super::asked::Asked;
use super::call::Reading;
use super::chats;
use super::state::State;

/// All that an ordinary member can be allowed.
const PERMISSIONS: [&str; 14] = [
    "can_send_messages",
    "can_send_audios",
    "can_send_documents",
    "can_send_photos",
    "can_send_videos",
    "can_send_video_notes",
    "can_send_voice_notes",
    "can_send_polls",
    "can_send_other_messages",
    "can_add_web_page_previews",
    "can_change_info",
    "can_invite_users",
    "can_pin_messages",
    "can_manage_topics",
];

/// Shorter and longer restrictions are for ever, in seconds.
const RESTRICTED_S: std::ops::RangeInclusive<i64> = 30..=366 * 86_400;

/// What all members may do where nobody changed it: everything that is not the admins'.
pub(super) fn usual() -> Value {
    let of_admins = ["can_change_info", "can_pin_messages", "can_manage_topics"];
    Value::Object(
        PERMISSIONS.iter().map(|name| ((*name).to_owned(), json!(!of_admins.contains(name)))).collect(),
    )
}

fn user_id(asked: &Asked) -> Judged<UserKey> {
    match asked.number("user_id") {
        0 => Err(bad("invalid user_id specified")),
        id => Ok(UserKey(id.to_string())),
    }
}

/// A member as the Bot API shows them.
pub(super) fn member(fake: &FakeTelegram, state: &State, view: &ChatView, user: &UserKey) -> Value {
    let world = fake.world();
    let (status, more) = if *user == world.bot().key {
        bot_status(view.bot_rights.as_deref())
    } else {
        person_status(state, view, user)
    };
    let mut member = json!({ "user": chats::user(world, user), "status": status });
    if let (Some(member), Value::Object(more)) = (member.as_object_mut(), more) {
        member.extend(more);
    }
    member
}

/// The bot's own status by its rights, with what is shown beside it.
pub(super) fn bot_status(rights: Option<&[Right]>) -> (&'static str, Value) {
    match rights {
        None => ("kicked", json!({ "until_date": 0 })),
        Some(rights) if chats::is_admin(Some(rights)) => {
            ("administrator", admin(|right| rights.contains(&right)))
        }
        Some(rights) if rights.contains(&Right::Write) => ("member", json!({})),
        Some(_) => ("restricted", restricted(&nothing_allowed(), 0, true)),
    }
}

fn admin(has: impl Fn(Right) -> bool) -> Value {
    json!({
        "can_be_edited": false, "can_manage_chat": true, "can_change_info": has(Right::ManageChat),
        "can_delete_messages": has(Right::DeleteMessages), "can_invite_users": has(Right::InviteMembers),
        "can_restrict_members": has(Right::RestrictMembers), "can_pin_messages": has(Right::PinMessages),
        "can_manage_topics": has(Right::ManageThreads), "can_manage_tags": has(Right::ManageBadges), "can_promote_members": false,
        "can_manage_video_chats": false, "can_post_stories": false, "can_edit_stories": false,
        "can_delete_stories": false, "is_anonymous": false, "can_manage_voice_chats": false,
    })
}

fn nothing_allowed() -> Value {
    Value::Object(PERMISSIONS.iter().map(|name| ((*name).to_owned(), json!(false))).collect())
}

fn restricted(permissions: &Value, until_s: i64, is_member: bool) -> Value {
    let mut more = permissions.clone();
    more["until_date"] = json!(until_s);
    more["is_member"] = json!(is_member);
    more
}

fn person_status(state: &State, view: &ChatView, user: &UserKey) -> (&'static str, Value) {
    let key = (view.summary.key.clone(), user.clone());
    let own = state.permissions.get(&key);
    let Some(member) = view.members.iter().find(|member| member.user == *user) else {
        let banned = view.banned.contains(user);
        return if banned { ("kicked", json!({ "until_date": 0 })) } else { ("left", json!({})) };
    };
    match member.role {
        MemberRole::Owner => ("creator", json!({ "is_anonymous": false })),
        MemberRole::Admin => ("administrator", admin(|_| true)),
        MemberRole::Member if member.muted => {
            let until_s = member.muted_until_ms.map_or(0, |until_ms| until_ms / 1_000);
            ("restricted", restricted(own.unwrap_or(&nothing_allowed()), until_s, true))
        }
        MemberRole::Member => match own.filter(|own| own["can_send_messages"] == json!(true)) {
            Some(own) => ("restricted", restricted(own, 0, true)),
            None => ("member", json!({})),
        },
    }
}

pub(super) fn get(fake: &FakeTelegram, asked: &Asked) -> Judged {
    let view = chats::group(fake, asked)?;
    let user = user_id(asked)?;
    if user != fake.world().bot().key && fake.world().user(&user).is_none() {
        return Err(bad("invalid user_id specified"));
    }
    Ok(member(fake, &fake.state(), &view, &user))
}

pub(super) fn admins(fake: &FakeTelegram, asked: &Asked) -> Judged {
    let view = chats::group(fake, asked)?;
    let bot = fake.world().bot().key.clone();
    let mut users: Vec<UserKey> = view
        .members
        .iter()
        .filter(|member| member.role != MemberRole::Member)
        .map(|member| member.user.clone())
        .collect();
    if chats::is_admin(view.bot_rights.as_deref()) {
        users.push(bot);
    }
    let state = fake.state();
    Ok(users.iter().map(|user| member(fake, &state, &view, user)).collect())
}

pub(super) fn count(fake: &FakeTelegram, asked: &Asked) -> Judged {
    let view = chats::group(fake, asked)?;
    Ok(json!(view.members.len() + usize::from(view.bot_rights.is_some())))
}

/// The permissions that a request gives: what it does not name is not allowed.
fn permissions(asked: &Asked) -> Judged<Value> {
    let given = match asked.json("permissions")? {
        Some(Value::Object(given)) => given,
        Some(_) => return Err(bad("object expected as permissions")),
        None => Map::new(),
    };
    let mut all = nothing_allowed();
    for name in PERMISSIONS {
        all[name] = json!(given.get(name).and_then(Value::as_bool).unwrap_or(false));
    }
    if !asked.flag("use_independent_chat_permissions") {
        // Media and previews imply messages, as documented.
        let implies = |name: &&&str| name.starts_with("can_send_") || **name == "can_add_web_page_previews";
        if PERMISSIONS.iter().filter(implies).any(|name| all[*name] == json!(true)) {
            all["can_send_messages"] = json!(true);
        }
    }
    Ok(all)
}

/// These permissions, with what is not named not allowed.
pub(super) fn exactly(given: &Value) -> Value {
    let mut all = nothing_allowed();
    for name in PERMISSIONS {
        all[name] = json!(given[name].as_bool().unwrap_or(false));
    }
    all
}

fn supergroup(fake: &FakeTelegram, asked: &Asked, why: &str) -> Judged<(ChatView, Address)> {
    let view = chats::group(fake, asked)?;
    if !chats::is_supergroup(&view.summary.key) {
        return Err(bad(why));
    }
    let to = chats::address(fake, asked)?;
    Ok((view, to))
}

/// A member's tag: up to 16 characters, no emoji.
pub(super) fn tag(fake: &FakeTelegram, asked: &Asked) -> Judged<Reading> {
    let (view, to) = supergroup(fake, asked, "method is available only for supergroups")?;
    let (user, tag) = (user_id(asked)?, asked.text("tag").unwrap_or_default());
    if tag.chars().count() > 16 || tag.chars().any(|c| u32::from(c) > 0xffff) {
        return Err(bad("TAG_INVALID"));
    }
    // Telegram has one tag for each member, whoever gave it.
    let held = view.members.iter().find(|member| member.user == user).and_then(|member| member.badge.clone());
    let badge = (!tag.is_empty()).then_some(tag);
    let action = Action::Badge { user, badge, of: held.into_iter().collect() };
    Ok(Reading::act(to, action, |_, _| Value::Bool(true)))
}

pub(super) fn restrict(fake: &FakeTelegram, asked: &Asked) -> Judged<Reading> {
    let (view, to) = supergroup(fake, asked, "method is available only for supergroups")?;
    let (user, permissions) = (user_id(asked)?, permissions(asked)?);
    let now_s = fake.world().now_ms() / 1_000;
    let until_s = asked.number("until_date");
    let until_ms = RESTRICTED_S.contains(&(until_s - now_s)).then_some(until_s * 1_000);
    let may_write = permissions["can_send_messages"] == json!(true);
    let key: (ChatKey, UserKey) = (view.summary.key, user.clone());
    let action =
        if may_write { Action::Unmute { user, before: None } } else { Action::Mute { user, until_ms } };
    // Noted before the world is asked: an unmute of somebody who is not muted sets permissions all the same.
    let noted = (key.clone(), permissions.clone());
    if may_write {
        set_own(fake, noted);
    }
    Ok(Reading::act(to, action, move |fake, _| {
        set_own(fake, (key, permissions));
        Value::Bool(true)
    }))
}

fn set_own(fake: &FakeTelegram, (key, permissions): ((ChatKey, UserKey), Value)) {
    let mut state = fake.state();
    let usual = state.chat_permissions.get(&key.0).cloned().unwrap_or_else(usual);
    let adds_nothing = |name: &&str| permissions[*name] == json!(true) || usual[*name] == json!(false);
    if PERMISSIONS.iter().all(adds_nothing) {
        // Nobody is given more than all may: with that much they are members like the others.
        state.permissions.remove(&key);
    } else {
        state.permissions.insert(key, permissions);
    }
}

pub(super) fn ban(fake: &FakeTelegram, asked: &Asked) -> Judged<Reading> {
    let view = chats::group(fake, asked)?;
    let user = user_id(asked)?;
    let _ = view;
    Ok(Reading::plainly(chats::address(fake, asked)?, Action::Ban { user, purge_ms: 0 }))
}

/// Lets somebody come back. A member is removed by it, unless it is for the banned only.
pub(super) fn unban(fake: &FakeTelegram, asked: &Asked) -> Judged<Reading> {
    let (view, to) = supergroup(fake, asked, "method is available for supergroup and channel chats only")?;
    let user = user_id(asked)?;
    if !asked.flag("only_if_banned") && view.members.iter().any(|member| member.user == user) {
        return Ok(Reading::plainly(to, Action::Kick { user }));
    }
    Ok(Reading::plainly(to, Action::Unban { user }))
}

/// What all members may do in a group.
pub(super) fn of_all(state: &State, view: &ChatView) -> Value {
    let set = state.chat_permissions.get(&view.summary.key).cloned();
    let writes = |permissions: &Value| permissions["can_send_messages"] == json!(true);
    match set {
        Some(set) if writes(&set) != view.locked => set,
        // Somebody locked or opened it by hand meanwhile.
        _ if view.locked => nothing_allowed(),
        _ => usual(),
    }
}

pub(super) fn set_all(fake: &FakeTelegram, asked: &Asked) -> Judged<Reading> {
    let view = chats::group(fake, asked)?;
    if !view.bot_rights.as_ref().is_some_and(|rights| rights.contains(&Right::RestrictMembers)) {
        return Err(bad("not enough rights to change chat permissions"));
    }
    let permissions = permissions(asked)?;
    if of_all(&fake.state(), &view) == permissions {
        return Err(bad("CHAT_NOT_MODIFIED"));
    }
    let key = view.summary.key.clone();
    let locks = permissions["can_send_messages"] == json!(false);
    let keep = move |fake: &FakeTelegram| {
        fake.state().chat_permissions.insert(key, permissions);
        Value::Bool(true)
    };
    if locks == view.locked {
        return Ok(Reading::Done(keep(fake)));
    }
    let action = if locks { Action::Lock } else { Action::Unlock { before: None } };
    Ok(Reading::act(chats::address(fake, asked)?, action, move |fake, _| keep(fake)))
}

/// Lets somebody in who asked, or turns them away. The request is known by the user alone.
pub(super) fn answer_join(fake: &FakeTelegram, asked: &Asked, let_in: bool) -> Judged<Reading> {
    let view = chats::group(fake, asked)?;
    let user = user_id(asked)?;
    let request = fake.world().request(&view.summary.key, &user).unwrap_or_else(|| "none".into());
    let action = Action::AnswerJoin { user, request, let_in };
    Ok(Reading::plainly(chats::address(fake, asked)?, action))
}
