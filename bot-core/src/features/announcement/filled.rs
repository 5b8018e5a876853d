//! An announcement as each of its recipients reads it.

use std::sync::Arc;

use super::address;
use super::button::{self, LinkButton};
use super::template::{Part, QUOTED_CHARS, Template, Variable};
use super::{Announcement, ack, click, variant};
use crate::chat::{Attachment, Content, Lang};
use crate::error::Result;
use crate::features::delivery::{self, Letter, Values, values};
use crate::features::segment::{Audience, Target};
use crate::features::wording::Wording;
use crate::hall::Hall;
use crate::store::StoreError;
use crate::text;
use crate::texts::{Text, Texts};
use crate::work::Work;

/// How many recipients are looked through at once for a name.
const PAGE: i64 = 5_000;

/// A wording with its variables, read.
#[derive(Clone, Debug, Default)]
pub(super) struct Script {
    title_en: Option<Template>,
    title_zh: Option<Template>,
    body_en: Option<Template>,
    body_zh: Option<Template>,
    buttons_en: Vec<LinkButton>,
    buttons_zh: Vec<LinkButton>,
}

impl Script {
    /// What cannot be read stands as it is: it was written before there were variables, or it is a draft that cannot be sent.
    pub(super) fn of(wording: &Wording) -> Self {
        let read = |text: &str| {
            Template::parse(text).unwrap_or_else(|_| Template(vec![Part::Plain(text.to_owned())]))
        };
        let body = |text: &Option<String>| text.as_ref().map(|text| read(&button::split(text).0));
        let buttons = |text: &Option<String>| text.as_deref().map(button::of).unwrap_or_default();
        Self {
            title_en: wording.title_en.as_deref().map(read),
            title_zh: wording.title_zh.as_deref().map(read),
            body_en: body(&wording.body_en),
            body_zh: body(&wording.body_zh),
            buttons_en: buttons(&wording.body_en),
            buttons_zh: buttons(&wording.body_zh),
        }
    }

    fn buttons(&self) -> impl Iterator<Item = &LinkButton> {
        self.buttons_zh.iter().chain(&self.buttons_en)
    }

    fn parts(&self) -> impl Iterator<Item = &Part> {
        let all = [&self.title_zh, &self.title_en, &self.body_zh, &self.body_en];
        all.into_iter()
            .flatten()
            .chain(self.buttons().map(LinkButton::label))
            .flat_map(|template| &template.0)
    }

    /// The variables in it, each once.
    fn variables(&self) -> Vec<Variable> {
        let mut found: Vec<Variable> = self
            .parts()
            .filter_map(|part| match part {
                Part::Value { variable, .. } => Some(*variable),
                Part::Plain(_) | Part::Link { .. } => None,
            })
            .collect();
        found.sort_unstable();
        found.dedup();
        found
    }

    /// The addresses that can be counted, each once, in the order of the text.
    pub(super) fn addresses(&self) -> Vec<String> {
        let mut all: Vec<String> = Vec::new();
        for template in [&self.title_zh, &self.title_en, &self.body_zh, &self.body_en].into_iter().flatten() {
            for (text, is_closed) in plain(template) {
                for one in address::found(text).into_iter().filter(|one| is_closed || !one.is_open) {
                    let url = text[one.at].to_owned();
                    if !all.contains(&url) {
                        all.push(url);
                    }
                }
            }
        }
        for button in self.buttons() {
            if !all.iter().any(|url| url == button.url()) {
                all.push(button.url().to_owned());
            }
        }
        all
    }

    /// Whether an address has a variable in it, so that it is another for each recipient and not counted.
    pub(super) fn has_uncounted(&self) -> bool {
        let all = [&self.title_zh, &self.title_en, &self.body_zh, &self.body_en];
        all.into_iter()
            .flatten()
            .flat_map(plain)
            .any(|(text, is_closed)| !is_closed && address::found(text).iter().any(|one| one.is_open))
    }

    /// The same with links in the place of these addresses.
    fn counted(self, targets: &[(i64, String)]) -> Self {
        let of = |template: Option<Template>| template.map(|template| linked(&template, targets));
        let buttons = |all: Vec<LinkButton>| all.into_iter().map(|one| one.counted(targets)).collect();
        Self {
            title_en: of(self.title_en),
            title_zh: of(self.title_zh),
            body_en: of(self.body_en),
            body_zh: of(self.body_zh),
            buttons_en: buttons(self.buttons_en),
            buttons_zh: buttons(self.buttons_zh),
        }
    }

    fn fill(&self, values: &Values, texts: &Texts) -> Wording {
        let fill = |text: &Option<Template>, lang| text.as_ref().map(|text| text.fill(values, (texts, lang)));
        Wording {
            title_en: fill(&self.title_en, Lang::En),
            title_zh: fill(&self.title_zh, Lang::Zh),
            body_en: fill(&self.body_en, Lang::En),
            body_zh: fill(&self.body_zh, Lang::Zh),
        }
    }
}

/// The plain parts of a text, each with whether nothing is filled in right behind it.
fn plain(template: &Template) -> impl Iterator<Item = (&str, bool)> {
    let last = template.0.len().saturating_sub(1);
    template.0.iter().enumerate().filter_map(move |(at, part)| match part {
        Part::Plain(text) => Some((text.as_str(), at == last)),
        Part::Value { .. } | Part::Link { .. } => None,
    })
}

/// A text with links in the place of these addresses. What is filled in later is not looked at: it stands in no approved text.
fn linked(template: &Template, targets: &[(i64, String)]) -> Template {
    let mut parts = Vec::new();
    let last = template.0.len().saturating_sub(1);
    for (at, part) in template.0.iter().enumerate() {
        let Part::Plain(text) = part else {
            parts.push(part.clone());
            continue;
        };
        let mut after = 0;
        for one in address::found(text).into_iter().filter(|one| at == last || !one.is_open) {
            let Some((n, url)) = targets.iter().find(|(_, url)| *url == text[one.at.clone()]) else {
                continue;
            };
            parts.push(Part::Plain(text[after..one.at.start].to_owned()));
            parts.push(Part::Link { n: *n, url: url.clone() });
            after = one.at.end;
        }
        parts.push(Part::Plain(text[after..].to_owned()));
    }
    Template(parts)
}

/// What is wrong with the variables and the buttons of a wording, each once.
pub(super) fn problems(wording: &Wording) -> Vec<Text> {
    let all = [&wording.title_zh, &wording.title_en, &wording.body_zh, &wording.body_en];
    let bodies = [&wording.body_zh, &wording.body_en].into_iter().flatten();
    let variables = all.into_iter().flatten().filter_map(|text| Template::parse(text).err());
    let mut wrong = Vec::new();
    for why in variables.chain(bodies.flat_map(|text| button::problems(text))) {
        if !wrong.contains(&why) {
            wrong.push(why);
        }
    }
    wrong
}

/// What is to be known of the variables in an announcement: that it is filled for each recipient, and which of them nobody of
/// its audience has.
pub fn variables(one: &Announcement) -> Vec<Text> {
    let used = used(one);
    if used.is_empty() {
        return Vec::new();
    }
    let named = |all: &[Variable]| {
        let names = all.iter().map(|one| format!("{{{}}}", one.names()[0]));
        names.collect::<Vec<_>>().join(", ")
    };
    let mut lines = vec![text!("announcement-variables", names = named(&used))];
    if let Some(audience) = &one.audience {
        let empty: Vec<Variable> =
            used.into_iter().filter(|variable| !variable.is_known(audience.to)).collect();
        if !empty.is_empty() {
            lines.push(text!("announcement-variables-none", names = named(&empty)));
        }
    }
    lines
}

/// The variables in its texts, each once.
fn used(one: &Announcement) -> Vec<Variable> {
    let mut found: Vec<Variable> =
        variant::texts(one).flat_map(|text| Script::of(text).variables()).collect();
    found.sort_unstable();
    found.dedup();
    found
}

/// What recipients of an announcement get.
pub(super) struct Filled {
    hall: Arc<Hall>,
    script: Script,
    /// The texts that are tested against it.
    others: Vec<Script>,
    /// Which of all who is in no test reads, 0 for the announcement's own.
    standing: usize,
    files: Vec<Attachment>,
    /// Whose values are filled in; `None` when everybody gets the same.
    audience: Option<Audience>,
    /// Whether a button for a receipt stands under it, and its handle.
    ack: bool,
    ack_handle: Option<String>,
    /// Whether addresses in it are counted.
    counts: bool,
}

impl Filled {
    /// `targets` are the addresses that are counted.
    pub(super) fn of(
        hall: &Arc<Hall>,
        one: &Announcement,
        files: Vec<Attachment>,
        targets: &[(i64, String)],
    ) -> Self {
        let counted = |text| Script::of(text).counted(targets);
        let (script, standing) = (counted(&one.wording), variant::standing(one));
        let others = variant::texts(one).skip(1).map(counted).collect();
        let differs = !used(one).is_empty();
        let audience = differs.then(|| one.audience.clone().unwrap_or_default());
        let (ack, ack_handle) = (one.ack, one.ack_handle.clone());
        let counts = !targets.is_empty();
        Self { hall: Arc::clone(hall), script, others, standing, files, audience, ack, ack_handle, counts }
    }

    /// The same with another button for a receipt.
    pub(super) fn with_handle(self, handle: Option<String>) -> Self {
        Self { ack_handle: handle, ..self }
    }

    /// What somebody with these values reads.
    fn script(&self, values: &Values) -> &Script {
        let n = values.variant.and_then(|n| usize::try_from(n).ok()).unwrap_or(self.standing);
        n.checked_sub(1).and_then(|n| self.others.get(n)).unwrap_or(&self.script)
    }
}

impl Letter for Filled {
    fn content(&self, lang: Lang, values: &Values) -> Content {
        let script = self.script(values);
        let wording = script.fill(values, &self.hall.texts);
        let mut content = Content { attachments: self.files.clone(), ..Content::text(wording.rich(lang)) };
        let own = wording.lang_for(lang);
        let buttons = match own {
            Lang::En => &script.buttons_en,
            Lang::Zh => &script.buttons_zh,
        };
        for button in buttons {
            content = content.with_row(vec![button.fill(values, (&self.hall.texts, own))]);
        }
        if self.ack {
            let label = self.hall.texts.say(own, &Text::new("announcement-do-ack"));
            content = content.with_row(vec![ack::button(self.ack_handle.as_deref(), label)]);
        }
        content
    }

    fn differs_for(&self) -> Option<&Audience> {
        self.audience.as_ref()
    }

    fn links(&self, token: Option<&str>) -> Option<String> {
        self.counts.then(|| {
            token.map_or_else(|| click::sample(&self.hall), |token| click::prefix(&self.hall, token))
        })
    }
}

/// The values of one recipient.
///
/// # Errors
/// When the database fails.
pub(super) async fn values_of(
    work: &mut Work,
    one: &Announcement,
    target: &Target,
) -> std::result::Result<Values, StoreError> {
    let Some(audience) = &one.audience else { return Ok(Values::default()) };
    let whose = [(target.recipient.as_str(), target.name.as_str())];
    let mut found = values(work.tx().await?, audience, &whose).await?;
    Ok(found.remove(&target.recipient).unwrap_or_default())
}

/// The recipient as whom a test is read: the one who is named, by their name or a part of it, else the first who can be
/// reached. `None` when nobody is named and everybody gets the same, or nobody is there.
///
/// # Errors
/// A sentence when nobody of the audience is called so.
pub(super) async fn reader(work: &mut Work, one: &Announcement, named: &str) -> Result<Option<Target>> {
    let differs = !used(one).is_empty();
    let Some(audience) = one.audience.as_ref().filter(|_| differs) else { return Ok(None) };
    let wanted = named.trim().to_lowercase();
    let (mut after, mut like) = (String::new(), None);
    loop {
        let page = delivery::recipients(work, audience, false, &after, PAGE).await?;
        let Some((last, _)) = page.last() else { break };
        after.clone_from(&last.recipient);
        for (target, why) in page {
            let name = target.name.to_lowercase();
            if wanted.is_empty() && why.is_none() || !wanted.is_empty() && name == wanted {
                return Ok(Some(target));
            }
            if like.is_none() && !wanted.is_empty() && name.contains(&wanted) {
                like = Some(target);
            }
        }
    }
    if like.is_none() && !wanted.is_empty() {
        let named: String = named.trim().chars().take(QUOTED_CHARS).collect();
        return Err(text!("announcement-no-reader", name = named).into());
    }
    Ok(like)
}
