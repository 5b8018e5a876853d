//! Badges are roles: found by their names, made where there is none, and given and taken one by one, so that no other
//! role of a member is touched.

use std::collections::BTreeMap;

use bot_core::chat::{Delivered, UserKey};
use reqwest_012::Method;
use serde_json::json;

use crate::api::Fault;
use crate::perform::need_user;
use crate::platform::DiscordPlatform;
use crate::wire::{Id, Member, Role};

impl DiscordPlatform {
    /// Gives a member the role `badge`, and takes those others of `of` that they have.
    pub(crate) async fn badge(
        &self,
        chat: Id,
        user: &UserKey,
        badge: Option<&str>,
        of: &[String],
    ) -> Result<Delivered, Fault> {
        let (guild, user) = (self.guild_of(chat).await?, need_user(user)?);
        let path = format!("/guilds/{guild}/members/{user}");
        let member: Member = self.api.get(&path, self.now_ms()).await?;
        let names: Vec<String> = of.iter().cloned().chain(badge.map(str::to_owned)).collect();
        let roles = self.known.roles_called(guild, &names);
        let wanted = match badge {
            Some(name) => Some(self.role_of(guild, &roles, name).await?),
            None => None,
        };
        for role in roles.values().filter(|role| member.roles.contains(role) && Some(**role) != wanted) {
            self.done(Method::DELETE, &format!("{path}/roles/{role}"), None).await?;
        }
        match wanted.filter(|role| !member.roles.contains(role)) {
            Some(role) => self.done(Method::PUT, &format!("{path}/roles/{role}"), None).await,
            None => Ok(Delivered::default()),
        }
    }

    /// The role of this name. A new one allows nothing, and cannot be mentioned.
    async fn role_of(&self, guild: Id, roles: &BTreeMap<String, Id>, name: &str) -> Result<Id, Fault> {
        if let Some(role) = roles.get(name) {
            return Ok(*role);
        }
        let body = json!({ "name": name, "permissions": "0", "mentionable": false, "hoist": false });
        let path = format!("/guilds/{guild}/roles");
        let made: Role = self.api.call(Method::POST, &path, Some(&body), Vec::new(), self.now_ms()).await?;
        self.known.saw_role(guild, &made, true);
        Ok(made.id)
    }
}
