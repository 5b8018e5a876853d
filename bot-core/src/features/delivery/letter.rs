//! What is pushed: the same for everybody, or filled for each recipient.

use std::collections::BTreeMap;

use crate::chat::{Content, Lang};
use crate::features::segment::{Audience, To};
use crate::store::{StoreError, Tx, click, delivery};
use crate::work::Work;

/// Characters of what stands for a copy in its links: 13 of 31 letters are 64 bits, so that nobody comes upon one by trying.
pub const TOKEN_CHARS: usize = 13;

/// What is known of one recipient; `None` where there is none.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Values {
    /// The name of their shop: of several that which the audience means, first by name.
    pub merchant: Option<String>,
    /// What they are called.
    pub contact: Option<String>,
    /// The tier of that shop, as it is stored.
    pub tier: Option<String>,
    /// The title of the group; of a person, of the first group they are in, among those that the audience names.
    pub group: Option<String>,
    /// Where the links of their copy begin, if those are counted.
    pub link: Option<String>,
    /// Which text of a test they read, 0 for the first; `None` where they are in no test.
    pub variant: Option<i64>,
}

/// What recipients get.
pub trait Letter: Sync {
    /// What somebody who reads `lang` and has these values gets.
    fn content(&self, lang: Lang, values: &Values) -> Content;

    /// Whose values it takes, where it is another for each recipient; `None` when all of one language get the same.
    fn differs_for(&self) -> Option<&Audience> {
        None
    }

    /// Where the links of the copy with this token begin, or of a preview; `None` where no links are counted.
    fn links(&self, token: Option<&str>) -> Option<String> {
        let _ = token;
        None
    }
}

impl<F: Fn(Lang) -> Content + Sync> Letter for F {
    fn content(&self, lang: Lang, _: &Values) -> Content {
        self(lang)
    }
}

/// The values of recipients of an audience, by recipient; each is given with their name.
///
/// # Errors
/// When the database fails.
pub async fn values(
    tx: &mut Tx,
    audience: &Audience,
    recipients: &[(&str, &str)],
) -> Result<BTreeMap<String, Values>, StoreError> {
    if audience.to == To::Groups {
        let of = |(recipient, title): &(&str, &str)| ((*recipient).to_owned(), Values::in_group(title));
        return Ok(recipients.iter().map(of).collect());
    }
    let people: Vec<&str> = recipients.iter().map(|(recipient, _)| *recipient).collect();
    let mut all = delivery::values(tx, audience, &people).await?;
    for (recipient, name) in recipients {
        all.entry((*recipient).to_owned()).or_default().contact = Some((*name).to_owned());
    }
    Ok(all)
}

/// The longest values there are for recipients of this sort, so that what is reckoned with them is too much rather than too
/// little; none where everybody gets the same.
///
/// # Errors
/// When the database fails.
pub async fn longest(tx: &mut Tx, letter: &dyn Letter) -> Result<Values, StoreError> {
    let link = letter.links(None);
    match letter.differs_for() {
        None => Ok(Values { link, ..Values::default() }),
        Some(audience) => {
            let longest = delivery::longest_values(tx).await?;
            Ok(if audience.to == To::Groups {
                Values { group: longest.group, link, ..Values::default() }
            } else {
                Values { link, ..longest }
            })
        }
    }
}

/// What stands for the copies of these recipients in their links. Who has a copy keeps theirs, through edits and when it is sent
/// again.
///
/// # Errors
/// When the database fails.
pub async fn tokens(
    work: &mut Work,
    push: &str,
    recipients: &[&str],
) -> Result<BTreeMap<String, String>, StoreError> {
    let hall = std::sync::Arc::clone(&work.hall);
    click::links(work.tx().await?, push, recipients, || hall.ids.code(TOKEN_CHARS)).await
}

/// Where the links in the copy of each of these recipients begin; nothing where no links are counted.
///
/// # Errors
/// When the database fails.
pub async fn links<'r>(
    work: &mut Work,
    push: &str,
    letter: &dyn Letter,
    recipients: impl Iterator<Item = &'r str>,
) -> Result<BTreeMap<String, String>, StoreError> {
    if letter.links(None).is_none() {
        return Ok(BTreeMap::new());
    }
    let recipients: Vec<&str> = recipients.collect();
    let tokens = tokens(work, push, &recipients).await?;
    let link = |(recipient, token): (String, String)| Some((recipient, letter.links(Some(&token))?));
    Ok(tokens.into_iter().filter_map(link).collect())
}

impl Values {
    /// What is known of a group.
    pub fn in_group(title: &str) -> Self {
        Self { group: Some(title.to_owned()).filter(|title| !title.is_empty()), ..Self::default() }
    }
}
