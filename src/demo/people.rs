//! Puts the made-up people into their groups, and tells the program who they are.

use std::collections::BTreeSet;

use bot_core::chat::{ChatKey, Lang, MemberRole, UserInfo};
use bot_core::directory::Purpose;
use bot_core::ids::PersonId;
use bot_core::roster::{Role, Staff};
use bot_core::store::people::{Contact, ContactRole, Merchant, Tier};
use bot_core::store::{StoreError, chat, people};
use bot_core::work::Work;

use super::data::{Community, Shop, StaffGroup, StaffMember};
use super::stage::{Stage, user};

/// Lets everybody come to be; staff speak `language`.
pub(crate) async fn move_in(stage: &mut Stage, community: &Community, language: Lang) -> Result<(), String> {
    let staff = community.staff.iter().map(|one| (&one.username, &one.display_name, language.tag()));
    let shops = community.merchant.iter().flat_map(|shop| {
        shop.people.iter().map(move |one| (&one.username, &one.display_name, shop.language.as_str()))
    });
    for (username, name, language) in staff.chain(shops) {
        let info = UserInfo {
            key: user(username),
            name: name.clone(),
            username: Some(username.clone()),
            language: Some(language.to_owned()),
            is_bot: false,
        };
        stage.world.add_user(info).map_err(|refusal| format!("{username}: {refusal}"))?;
    }
    for group in &community.group {
        let lang = Lang::from_tag(&group.language).unwrap_or(language);
        open_group(stage, &group.key, &group.name, Purpose::Community, lang).await?;
    }
    let StaffGroup { key, name } = &community.staff_group;
    let name = name.get(language.tag()).ok_or("the staff chat has no name in that language")?;
    open_group(stage, key, name, Purpose::Staff, language).await?;
    join_all(stage, community).await?;
    let hall = stage.hall();
    let mut work = hall.begin().await.map_err(in_words)?;
    for one in &community.staff {
        hire(&mut work, stage, one).await.map_err(in_words)?;
    }
    for shop in &community.merchant {
        know(&mut work, stage, shop).await.map_err(in_words)?;
    }
    work.roster_changed();
    work.commit().await.map_err(in_words)
}

fn in_words(error: impl std::fmt::Display) -> String {
    error.to_string()
}

async fn open_group(
    stage: &mut Stage,
    group: &str,
    name: &str,
    purpose: Purpose,
    lang: Lang,
) -> Result<(), String> {
    let key = stage.world.create_group(group, name, &[]).map_err(in_words)?;
    stage.settle().await?;
    let hall = stage.hall();
    let mut work = hall.begin().await.map_err(in_words)?;
    let tx = work.tx().await.map_err(in_words)?;
    let met = chat::by_key(tx, stage.world.account(), &key)
        .await
        .map_err(in_words)?
        .ok_or("a group was not met")?;
    chat::set_purpose(tx, &met.id, purpose, Some(lang)).await.map_err(in_words)?;
    work.after_commit(|hall| hall.directory.forget_all());
    work.commit().await.map_err(in_words)?;
    stage.groups.insert(group.to_owned(), key);
    Ok(())
}

/// Everybody joins their groups, staff all of them, and most open the private chat.
async fn join_all(stage: &mut Stage, community: &Community) -> Result<(), String> {
    let groups: Vec<ChatKey> = stage.groups.values().cloned().collect();
    for one in &community.staff {
        for group in &groups {
            stage.world.join(&user(&one.username), group).map_err(in_words)?;
            if one.role == "admin" {
                stage.world.set_role(group, &user(&one.username), MemberRole::Owner).map_err(in_words)?;
            }
        }
    }
    for (at, shop) in community.merchant.iter().enumerate() {
        for one in &shop.people {
            for group in &one.groups {
                let group = stage.group(group)?;
                stage.world.join(&user(&one.username), &group).map_err(in_words)?;
            }
        }
        // Every fifth shop has never written to the bot, so that one sees what that means.
        if at % 5 != 4 {
            for one in &shop.people {
                stage.world.open_direct(&user(&one.username), None).map_err(in_words)?;
            }
        }
    }
    stage.settle().await
}

async fn person_of(work: &mut Work, stage: &Stage, username: &str) -> Result<Option<PersonId>, StoreError> {
    let account = stage.world.account().clone();
    let met = chat::user_by_key(work.tx().await?, &account, &user(username)).await?;
    Ok(met.map(|user| user.person))
}

async fn hire(work: &mut Work, stage: &Stage, one: &StaffMember) -> Result<(), StoreError> {
    let person = person_of(work, stage, &one.username).await?;
    let roles = BTreeSet::from_iter(Role::from_word(&one.role));
    let staff = Staff { id: work.hall.ids.next(), name: one.display_name.clone(), person, roles };
    let now_ms = work.now_ms;
    people::add_staff(work.tx().await?, &staff, now_ms).await
}

async fn know(work: &mut Work, stage: &Stage, shop: &Shop) -> Result<(), StoreError> {
    let merchant = Merchant {
        id: work.hall.ids.next(),
        name: shop.name.clone(),
        category: shop.category.clone(),
        tier: Tier::from_word(&shop.tier).unwrap_or_default(),
        tags: shop.tags.iter().cloned().collect(),
        created_at_ms: work.now_ms,
    };
    people::add_merchant(work.tx().await?, &merchant).await?;
    for one in &shop.people {
        let Some(person) = person_of(work, stage, &one.username).await? else { continue };
        let role = ContactRole::from_word(&one.role).unwrap_or(ContactRole::Operator);
        let contact = Contact { id: work.hall.ids.next(), merchant: merchant.id.clone(), person, role };
        people::put_contact(work.tx().await?, &contact).await?;
    }
    Ok(())
}
