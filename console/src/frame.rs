//! What stands around every page: the rail, the top line, the language.

use std::sync::Arc;

use askama::Template;
use axum::response::{Html, IntoResponse as _, Response};
use bot_core::chat::Lang;
use bot_core::hall::Hall;
use bot_core::ids::RowId;
use bot_core::roster::Permission;
use bot_core::text;
use bot_core::texts::Text;

use crate::fault::Fault;
use crate::pages::{PLACES, Place};
use crate::reader::{Reader, Theme};
use crate::state::Console;
use crate::view::{IntoArg, View};

/// What a page's template needs besides its own content.
pub(crate) struct Frame {
    hall: Arc<Hall>,
    /// What the reader may see, and in which language.
    pub(crate) view: View,
    zone: jiff::tz::TimeZone,
    has_sandbox: bool,
    /// Who reads.
    pub(crate) reader: Reader,
    /// The page's title.
    pub(crate) title: String,
    /// The place of the rail that it belongs to.
    pub(crate) here: &'static str,
}

/// A moment as a page shows it.
pub(crate) struct Moment {
    /// For machines, and for the browser to show in its own zone.
    pub(crate) iso: String,
    /// Hours and minutes.
    pub(crate) clock: String,
    /// Date and time, exact.
    pub(crate) exact: String,
}

impl Frame {
    pub(crate) fn new(console: &Console, reader: &Reader, here: &'static str, title: String) -> Self {
        Self {
            hall: Arc::clone(&console.hall),
            view: View::new(&console.hall, reader.lang, |permission| reader.may(permission)),
            zone: console.settings.zone.clone(),
            has_sandbox: console.world.is_some(),
            reader: reader.clone(),
            title,
            here,
        }
    }

    /// A sentence that takes nothing.
    pub(crate) fn t(&self, key: &str) -> String {
        self.view.t(key)
    }

    /// A sentence that takes one thing.
    pub(crate) fn t1(&self, key: &str, name: &'static str, value: impl IntoArg) -> String {
        self.view.t1(key, name, value)
    }

    /// Any sentence.
    pub(crate) fn say(&self, text: &Text) -> String {
        self.view.say(text)
    }

    /// The address of an embedded file.
    #[expect(clippy::unused_self, reason = "templates reach functions through the frame")]
    pub(crate) fn asset(&self, name: &str) -> &'static str {
        crate::assets::address(name)
    }

    pub(crate) fn lang_tag(&self) -> &'static str {
        self.reader.lang.tag()
    }

    pub(crate) fn theme(&self) -> &'static str {
        self.reader.theme.word()
    }

    /// The other language, as a word to be sent.
    pub(crate) fn other_lang(&self) -> &'static str {
        if self.reader.lang == Lang::En { "zh" } else { "en" }
    }

    /// The theme after this one.
    pub(crate) fn next_theme(&self) -> &'static str {
        match self.reader.theme {
            Theme::Auto => "light",
            Theme::Light => "dark",
            Theme::Dark => "auto",
        }
    }

    /// What every form carries.
    pub(crate) fn csrf(&self) -> &str {
        self.reader.signed.as_ref().map_or("", |signed| &signed.csrf)
    }

    /// A key for a form that is to be done once, however often it is posted. Each form has its own.
    pub(crate) fn once(&self) -> String {
        self.hall.ids.next::<RowId>().to_string()
    }

    pub(crate) fn staff_name(&self) -> Option<&str> {
        self.reader.staff().map(|staff| staff.name.as_str())
    }

    pub(crate) fn may(&self, permission: Permission) -> bool {
        self.view.may(permission)
    }

    /// The places of the rail that the reader may use.
    pub(crate) fn places(&self) -> Vec<&'static Place> {
        let open = |place: &&Place| {
            (place.name != "sandbox" || self.has_sandbox)
                && place.needs.is_none_or(|permission| self.reader.may(permission))
        };
        if self.reader.signed.is_none() { Vec::new() } else { PLACES.iter().filter(open).collect() }
    }

    /// How much waits in a place, if something does.
    pub(crate) fn waiting(&self, place: &str) -> Option<i64> {
        let n = match place {
            "tickets" => self.reader.waiting.tickets,
            "moderation" => self.reader.waiting.cases,
            _ => 0,
        };
        Some(n).filter(|n| *n > 0)
    }

    /// A moment, unix milliseconds.
    pub(crate) fn moment(&self, at_ms: i64) -> Moment {
        let Ok(at) = jiff::Timestamp::from_millisecond(at_ms) else {
            return Moment { iso: String::new(), clock: "?".to_owned(), exact: at_ms.to_string() };
        };
        let there = at.to_zoned(self.zone.clone());
        Moment {
            iso: at.strftime("%Y-%m-%dT%H:%M:%SZ").to_string(),
            clock: there.strftime("%H:%M").to_string(),
            exact: format!("{} ({})", there.strftime("%Y-%m-%d %H:%M:%S"), offset_words(there.offset())),
        }
    }

    /// How long ago something was, in the coarsest words that still say it.
    pub(crate) fn ago(&self, at_ms: i64) -> String {
        let minutes = (self.hall.now_ms() - at_ms).max(0) / 60_000;
        self.say(&match minutes {
            0 => text!("console-ago-now"),
            1..60 => text!("console-ago-minutes", n = minutes),
            60..2880 => text!("console-ago-hours", n = minutes / 60),
            _ => text!("console-ago-days", n = minutes / 1440),
        })
    }

    /// How long something takes or lasts, in the coarsest words that still say it.
    pub(crate) fn span(&self, span_ms: i64) -> String {
        let minutes = (span_ms.max(0) + 59_999) / 60_000;
        self.say(&match minutes {
            1440.. if minutes % 1440 == 0 || minutes >= 4320 => {
                text!("console-span-days", n = minutes / 1440)
            }
            60.. if minutes % 60 == 0 || minutes >= 180 => text!("console-span-hours", n = minutes / 60),
            _ => text!("console-span-minutes", n = minutes),
        })
    }
}

/// An offset in words that mean the same everywhere, such as `UTC+8` or `UTC-3:30`.
fn offset_words(offset: jiff::tz::Offset) -> String {
    let minutes = offset.seconds() / 60;
    let sign = if minutes < 0 { '-' } else { '+' };
    match (minutes.abs() / 60, minutes.abs() % 60) {
        (0, 0) => "UTC".to_owned(),
        (hours, 0) => format!("UTC{sign}{hours}"),
        (hours, rest) => format!("UTC{sign}{hours}:{rest:02}"),
    }
}

/// A template as an answer.
pub(crate) fn page(template: &impl Template) -> Result<Response, Fault> {
    Ok(Html(template.render()?).into_response())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn offsets_are_told_without_the_names_of_zones() {
        let words = |seconds| offset_words(jiff::tz::Offset::from_seconds(seconds).unwrap());
        assert_eq!([0, 8 * 3600, -12_600].map(words), ["UTC", "UTC+8", "UTC-3:30"]);
    }
}
