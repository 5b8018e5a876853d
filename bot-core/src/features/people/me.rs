//! `/me`: who somebody is to us, and `/language`: in which language they read.

use std::sync::Arc;

use crate::chat::{Content, Lang, RichText};
use crate::directory::User;
use crate::error::Result;
use crate::feature::Invocation;
use crate::store::people::{ContactRole, Merchant};
use crate::store::{chat, people};
use crate::text;
use crate::texts::{Text, Texts};
use crate::work::Work;

/// `/me`: shops with tier, work here, identities and language.
pub(super) async fn show(work: &mut Work, call: &Invocation) -> Result<()> {
    let at = &call.at;
    let tx = work.tx().await?;
    let shops = people::merchants_of(tx, &at.user.person).await?;
    let users = chat::users_of(tx, &at.user.person).await?;
    let texts = &work.hall.texts;
    let mut said = RichText::plain("").then_bold(&at.user.name);
    let mut line = |text: String| {
        said.text.push('\n');
        said.text.push_str(&text);
    };
    if let Some(staff) = &at.staff {
        let roles: Vec<String> = staff.roles.iter().map(|role| texts.say(at.lang, &role.text())).collect();
        line(texts.say(at.lang, &text!("people-me-staff", name = &staff.name, roles = roles.join(", "))));
    } else if shops.is_empty() {
        line(texts.say(at.lang, &Text::new("people-me-nobody")));
    }
    for (merchant, role) in &shops {
        line(shop(texts, at.lang, merchant, *role));
    }
    if users.len() > 1 {
        let names: Vec<String> = users.iter().map(super::link::label).collect();
        line(texts.say(at.lang, &text!("people-me-users", names = names.join(", "))));
    }
    line(texts.say(at.lang, &text!("people-me-language", language = lang_text(Some(at.lang)))));
    line(texts.say(at.lang, &Text::new("people-me-hint")));
    work.say(at.place(), Content::text(said));
    Ok(())
}

/// One shop in one line, for the person who speaks for it.
fn shop(texts: &Texts, lang: Lang, merchant: &Merchant, role: ContactRole) -> String {
    texts.say(
        lang,
        &text!(
            "people-me-shop",
            shop = &merchant.name,
            tier = merchant.tier.text(),
            category = &merchant.category,
            role = role.text()
        ),
    )
}

/// `/language` says the language; `/language zh` changes it for all identities of the person.
pub(super) async fn language(work: &mut Work, call: &Invocation) -> Result<()> {
    let at = &call.at;
    let Some(word) = call.args.words("language") else {
        let text =
            text!("people-language-is", language = lang_text(Some(at.lang)), usage = call.spec.usage());
        return answer(work, call, at.lang, &text);
    };
    let Some(lang) = lang_of(word) else {
        let found = word.chars().take(24).collect::<String>();
        let what = Text::new("people-languages");
        return Err(text!("command-wrong", what = what, found = found, usage = call.spec.usage()).into());
    };
    let users = chat::users_of(work.tx().await?, &at.user.person).await?;
    for user in users {
        chat::set_user_lang(work.tx().await?, &user.id, lang).await?;
        let now = Arc::new(User { lang: Some(lang), ..user });
        work.after_commit(move |hall| hall.directory.put_user(now));
    }
    answer(work, call, lang, &text!("people-language-set", language = lang_text(Some(lang))))
}

fn answer(work: &mut Work, call: &Invocation, lang: Lang, text: &Text) -> Result<()> {
    let said = work.hall.texts.say(lang, text);
    work.say(call.at.place(), Content::text(said).replying_to(call.message.clone()));
    Ok(())
}

/// The language that somebody wrote, in one of the ways that people write it.
pub fn lang_of(word: &str) -> Option<Lang> {
    match word.to_lowercase().as_str() {
        "中文" | "汉语" | "简体" | "简体中文" | "chinese" => Some(Lang::Zh),
        "英文" | "英语" | "english" => Some(Lang::En),
        tag => Lang::from_tag(tag),
    }
}

/// A language by its name in the reader's language.
pub fn lang_text(lang: Option<Lang>) -> Text {
    match lang {
        Some(Lang::En) => Text::new("people-language-en"),
        Some(Lang::Zh) => Text::new("people-language-zh"),
        None => Text::new("people-language-none"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn languages_are_read_as_people_write_them() {
        for word in ["zh", "ZH-cn", "中文", "Chinese"] {
            assert_eq!(lang_of(word), Some(Lang::Zh), "{word}");
        }
        for word in ["en", "EN_us", "英语", "english"] {
            assert_eq!(lang_of(word), Some(Lang::En), "{word}");
        }
        for word in ["", "fr", "china", "e", "日本語"] {
            assert_eq!(lang_of(word), None, "{word}");
        }
    }
}
