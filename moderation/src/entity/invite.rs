//! Invites and contacts that are written as addresses.

use super::kind::EntityKind;

/// What an address leads to, where that is a group or a person on a messenger. `host` in small letters.
pub(super) fn of(host: &str, path: &str) -> Option<EntityKind> {
    let host = host.strip_prefix("www.").unwrap_or(host);
    let path = path.trim_start_matches('/');
    let some = !path.is_empty();
    match host {
        "t.me" | "telegram.me" | "telegram.dog" if path.starts_with('+') || path.starts_with("joinchat") => {
            Some(EntityKind::InviteTelegram)
        }
        "t.me" | "telegram.me" | "telegram.dog" if some => Some(EntityKind::ContactTelegram),
        "discord.gg" | "dsc.gg" | "discord.io" | "discord.me" if some => Some(EntityKind::InviteDiscord),
        "discord.com" | "discordapp.com" if path.starts_with("invite/") => Some(EntityKind::InviteDiscord),
        "chat.whatsapp.com" if some => Some(EntityKind::InviteWhatsapp),
        "wa.me" | "api.whatsapp.com" | "wa.link" if some => Some(EntityKind::ContactWhatsapp),
        "qm.qq.com" | "jq.qq.com" | "qun.qq.com" => Some(EntityKind::InviteQq),
        "u.wechat.com" => Some(EntityKind::ContactWechat),
        "weixin.qq.com" if path.starts_with("g/") || path.starts_with("r/") => Some(EntityKind::InviteWechat),
        "work.weixin.qq.com" if path.starts_with("gm/") || path.starts_with("ca/") => {
            Some(EntityKind::InviteWechat)
        }
        "line.me" | "lin.ee" | "m.me" | "signal.me" | "signal.group" if some => Some(EntityKind::Contact),
        _ => None,
    }
}
