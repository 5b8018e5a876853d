//! What the sandbox page shows, as its address says it: which chats, and who speaks in each.

use bot_core::chat::{ChatKey, MessageKey, ThreadKey, UserKey};

/// Most chats side by side.
pub(super) const PANELS_MAX: usize = 3;

/// The page as its address says it.
///
/// For each panel `n`: `cn` is `g:KEY` for a group or `direct`, `tn` a thread, `sn` who speaks; and what stands
/// in its composer: `dn` a draft, `rn` the message that it answers, `en` the one that it changes. `story` is the
/// step of the hints at which the reader is.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct View {
    pub(super) panels: Vec<Spec>,
    pub(super) story: Option<u8>,
}

/// One panel.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Spec {
    pub(super) spot: Spot,
    pub(super) thread: Option<ThreadKey>,
    pub(super) speaker: UserKey,
    pub(super) draft: Draft,
}

/// Where a panel is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Spot {
    Group(ChatKey),
    /// The private chat of whoever speaks in the panel.
    Direct,
}

/// What stands in a composer.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Draft {
    pub(super) text: String,
    pub(super) reply: Option<MessageKey>,
    pub(super) edit: Option<MessageKey>,
}

impl Spec {
    pub(super) fn new(spot: Spot, speaker: &UserKey) -> Self {
        Self { spot, thread: None, speaker: speaker.clone(), draft: Draft::default() }
    }

    /// The key of the chat on the platform.
    pub(super) fn chat(&self) -> ChatKey {
        match &self.spot {
            Spot::Group(key) => key.clone(),
            Spot::Direct => ChatKey(format!("d.{}", self.speaker)),
        }
    }
}

impl View {
    /// Reads an address' query. What is not understood is left out; a panel needs its chat and its speaker.
    pub(super) fn read(query: &str) -> Self {
        let pairs: Vec<(String, String)> = form_urlencoded::parse(query.as_bytes()).into_owned().collect();
        let get = |name: &str| {
            pairs
                .iter()
                .rev()
                .find(|(key, value)| key == name && !value.is_empty())
                .map(|(_, value)| value.clone())
        };
        let panel = |n: usize| {
            let spot = match get(&format!("c{n}"))?.as_str() {
                "direct" => Spot::Direct,
                group => Spot::Group(group.strip_prefix("g:")?.into()),
            };
            let draft = Draft {
                text: get(&format!("d{n}")).unwrap_or_default(),
                reply: get(&format!("r{n}")).map(MessageKey),
                edit: get(&format!("e{n}")).map(MessageKey),
            };
            let thread = get(&format!("t{n}")).map(ThreadKey).filter(|_| spot != Spot::Direct);
            Some(Spec { spot, thread, speaker: get(&format!("s{n}"))?.into(), draft })
        };
        Self {
            panels: (0..PANELS_MAX).filter_map(panel).collect(),
            story: get("story").and_then(|step| step.parse().ok()),
        }
    }

    /// The query that reads as this view.
    pub(super) fn query(&self) -> String {
        let mut query = form_urlencoded::Serializer::new(String::new());
        for (n, panel) in self.panels.iter().enumerate() {
            for (name, value) in panel.pairs() {
                query.append_pair(&format!("{name}{n}"), &value);
            }
        }
        if let Some(step) = self.story {
            query.append_pair("story", &step.to_string());
        }
        query.finish()
    }

    /// The address of the page.
    pub(super) fn path(&self) -> String {
        format!("/sandbox?{}", self.query())
    }

    /// The same with empty composers, as it is remembered.
    pub(super) fn without_drafts(&self) -> Self {
        let empty = |panel: &Spec| Spec { draft: Draft::default(), ..panel.clone() };
        Self { panels: self.panels.iter().map(empty).collect(), story: None }
    }

    /// The same with one panel changed.
    pub(super) fn with(&self, n: usize, change: impl FnOnce(&mut Spec)) -> Self {
        let mut view = self.clone();
        if let Some(panel) = view.panels.get_mut(n) {
            change(panel);
        }
        view
    }

    /// The same without one panel.
    pub(super) fn without(&self, n: usize) -> Self {
        let mut view = self.clone();
        if n < view.panels.len() {
            view.panels.remove(n);
        }
        view
    }

    /// The same with the private chat of the one who speaks in panel `n` in sight: beside it where there is
    /// room, else in place of another private chat, else in its own place.
    pub(super) fn showing_direct(&self, n: usize) -> Self {
        let Some(speaker) = self.panels.get(n).map(|panel| panel.speaker.clone()) else {
            return self.clone();
        };
        let is_direct = |panel: &Spec| panel.spot == Spot::Direct;
        if self.panels.iter().any(|panel| is_direct(panel) && panel.speaker == speaker) {
            return self.clone();
        }
        let mut view = self.clone();
        let direct = Spec::new(Spot::Direct, &speaker);
        if view.panels.len() < PANELS_MAX {
            view.panels.insert(n + 1, direct);
        } else if let Some(other) =
            view.panels.iter_mut().enumerate().find(|(at, panel)| *at != n && is_direct(panel))
        {
            *other.1 = direct;
        } else if let Some(own) = view.panels.get_mut(n) {
            *own = direct;
        }
        view
    }
}

impl Spec {
    fn pairs(&self) -> Vec<(&'static str, String)> {
        let spot = match &self.spot {
            Spot::Group(key) => format!("g:{key}"),
            Spot::Direct => "direct".to_owned(),
        };
        let mut pairs = vec![("c", spot), ("s", self.speaker.to_string())];
        let optional = [
            ("t", self.thread.as_ref().map(ToString::to_string)),
            ("d", Some(self.draft.text.clone()).filter(|text| !text.is_empty())),
            ("r", self.draft.reply.as_ref().map(ToString::to_string)),
            ("e", self.draft.edit.as_ref().map(ToString::to_string)),
        ];
        pairs.extend(optional.into_iter().filter_map(|(name, value)| Some((name, value?))));
        pairs
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn view() -> View {
        let (lin, wen) = (UserKey::from("lin"), UserKey::from("wen & co"));
        let mut staff = Spec::new(Spot::Group("g=1".into()), &wen);
        staff.thread = Some("t1".into());
        staff.draft = Draft { text: "好的 &d=1".into(), reply: Some("7".into()), edit: None };
        View { panels: vec![Spec::new(Spot::Direct, &lin), staff], story: Some(2) }
    }

    #[test]
    fn an_address_reads_as_what_it_was_made_from() {
        assert_eq!(View::read(&view().query()), view());
        let empty = view().without_drafts();
        assert_eq!(View::read(&empty.query()), empty);
    }

    #[test]
    fn what_makes_no_sense_is_left_out() {
        let read =
            View::read("c0=g:one&s0=lin&c1=direct&c2=nonsense&s2=lin&x=%FF&story=many&c9=direct&s9=lin");
        assert_eq!(read.panels, vec![Spec::new(Spot::Group("one".into()), &"lin".into())]);
        assert_eq!(read.story, None);
    }

    #[test]
    fn a_private_chat_comes_into_sight_beside_the_group() {
        let lin = UserKey::from("lin");
        let group = |key: &str| Spec::new(Spot::Group(key.into()), &lin);
        let one = View { panels: vec![group("a")], story: None };
        let two = one.showing_direct(0);
        assert_eq!(two.panels, vec![group("a"), Spec::new(Spot::Direct, &lin)]);
        assert_eq!(two.showing_direct(0), two);
        let full = View { panels: vec![group("a"), group("b"), group("c")], story: None };
        assert_eq!(full.showing_direct(1).panels[1].spot, Spot::Direct);
    }
}
