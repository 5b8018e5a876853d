//! Finds the user that somebody named in a command.

use crate::chat::MessageKey;
use crate::directory::{Chat, User};
use crate::error::Result;
use crate::feature::{Invocation, Who};
use crate::store::{Tx, chat, message};
use crate::text;
use crate::texts::Text;
use crate::work::Work;

impl Work {
    /// The user that argument `name` of a command names, on the account that serves the chat. `None` when the
    /// argument was left out.
    ///
    /// # Errors
    /// One sentence when nobody is known under it.
    pub async fn find_user(&mut self, call: &Invocation, name: &str) -> Result<Option<User>> {
        let Some(who) = call.args.who(name) else { return Ok(None) };
        let tx = self.tx().await?;
        here(tx, &call.at.chat, who, call.reply_to.as_ref()).await?.map(Some).ok_or_else(|| unknown(who))
    }

    /// Like [`Work::find_user`], but who is not known on the chat's account is looked for on all others: staff
    /// of one platform speak of people of another.
    ///
    /// # Errors
    /// One sentence when nobody is known under it, or several are.
    pub async fn find_user_anywhere(&mut self, call: &Invocation, name: &str) -> Result<Option<User>> {
        let Some(who) = call.args.who(name) else { return Ok(None) };
        let tx = self.tx().await?;
        if let Some(user) = here(tx, &call.at.chat, who, call.reply_to.as_ref()).await? {
            return Ok(Some(user));
        }
        let mut found = match who {
            Who::Username(username) => chat::users_by_username(tx, username).await?,
            Who::Id(id) => match chat::users_of(tx, &id.as_str().into()).await? {
                users if users.is_empty() => chat::users_by_key(tx, &id.as_str().into()).await?,
                users => users.into_iter().take(1).collect(),
            },
            Who::Mention(_) | Who::Replied => Vec::new(),
        };
        if found.len() > 1 {
            let ids: Vec<String> =
                found.iter().map(|user| format!("{} ({})", user.id, user.account)).collect();
            return Err(text!("who-several", who = typed(who), ids = ids.join(", ")).into());
        }
        found.pop().map(Some).ok_or_else(|| unknown(who))
    }
}

/// The user on the account of a chat. `None` when nobody is known under it.
async fn here(tx: &mut Tx, at: &Chat, who: &Who, reply_to: Option<&MessageKey>) -> Result<Option<User>> {
    Ok(match who {
        Who::Mention(key) => chat::user_by_key(tx, &at.account, key).await?,
        Who::Username(username) => chat::user_by_username(tx, &at.account, username).await?,
        Who::Id(id) => match chat::user(tx, &id.as_str().into()).await? {
            Some(user) => Some(user),
            None => chat::user_by_key(tx, &at.account, &id.as_str().into()).await?,
        },
        Who::Replied => {
            let Some(key) = reply_to else { return Ok(None) };
            let Some(message) = message::by_key(tx, &at.id, key).await? else { return Ok(None) };
            let Some(author) = message.author else { return Err(Text::new("who-nobody").into()) };
            chat::user(tx, &author).await?
        }
    })
}

fn unknown(who: &Who) -> crate::error::FeatureError {
    match who {
        Who::Replied => Text::new("who-unseen").into(),
        who => text!("who-unknown", who = typed(who)).into(),
    }
}

fn typed(who: &Who) -> String {
    match who {
        Who::Mention(key) => key.to_string(),
        Who::Username(username) => format!("@{username}"),
        Who::Id(id) => id.clone(),
        Who::Replied => String::new(),
    }
}
