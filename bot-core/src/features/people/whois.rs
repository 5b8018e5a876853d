//! `/whois`: what staff may know of a person.

use super::me::lang_text;
use crate::chat::{Content, RichText};
use crate::error::Result;
use crate::feature::Invocation;
use crate::store::{chat, people};
use crate::text;
use crate::texts::Text;
use crate::work::Work;

/// `/whois WHO`: identities, shops, work here, and what was joined.
pub(super) async fn show(work: &mut Work, call: &Invocation) -> Result<()> {
    let at = &call.at;
    let Some(user) = work.find_user_anywhere(call, "who").await? else {
        let what = Text::new("command-needs-who");
        return Err(text!("command-missing", what = what, usage = call.spec.usage()).into());
    };
    let tx = work.tx().await?;
    let users = chat::users_of(tx, &user.person).await?;
    let shops = people::merchants_of(tx, &user.person).await?;
    let joins = people::standing_joins(tx, &user.person).await?;
    let staff = work.hall.roster.load().of_person(&user.person).cloned();
    let say = |text: &Text| work.hall.texts.say(at.lang, text);
    let mut said = RichText::plain("").then_bold(&user.name);
    let mut line = |parts: &[String]| {
        said.text.push('\n');
        said.text.push_str(&parts.join(" · "));
    };
    for one in &users {
        let handle = one.username.as_ref().map(|username| format!("@{username}"));
        let mut parts = vec![one.name.clone()];
        parts.extend(handle);
        parts.extend([one.account.to_string(), say(&lang_text(one.lang)), one.id.to_string()]);
        line(&parts);
    }
    if let Some(staff) = staff {
        let roles: Vec<String> = staff.roles.iter().map(|role| say(&role.text())).collect();
        line(&[say(&text!("people-whois-staff", name = &staff.name, roles = roles.join(", ")))]);
    }
    for (merchant, role) in &shops {
        let mut parts = vec![
            merchant.name.clone(),
            merchant.category.clone(),
            say(&merchant.tier.text()),
            say(&role.text()),
        ];
        parts.extend(merchant.tags.iter().map(|tag| format!("#{tag}")));
        line(&parts);
    }
    if shops.is_empty() {
        line(&[say(&Text::new("people-whois-no-shop"))]);
    }
    if !joins.is_empty() {
        line(&[say(&text!("people-whois-joined", count = joins.len()))]);
    }
    work.say(at.place(), Content::text(said).replying_to(call.message.clone()));
    Ok(())
}
