//! Takes typed values out of a TOML document and collects every fault on the way, instead of stopping at the first.

use std::ops::Range;

use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::fault::{FaultKind, PolicyFault, nearest};
use super::rule::Place;

/// A value and where it stands.
pub(super) type Value<'i> = Spanned<DeValue<'i>>;

/// A text and the byte where it stands.
#[derive(Debug, Clone, Copy)]
pub(super) struct Text<'d> {
    pub(super) value: &'d str,
    pub(super) at: usize,
}

/// A table, where it stands, and what it is called in a fault.
#[derive(Clone, Copy)]
pub(super) struct Section<'d, 'i> {
    pub(super) table: &'d DeTable<'i>,
    pub(super) at: usize,
    pub(super) place: &'static str,
}

impl<'d, 'i> Section<'d, 'i> {
    pub(super) fn get(&self, key: &str) -> Option<&'d Value<'i>> {
        self.table.get(key)
    }
}

/// The faults of one document, as they are found.
pub(super) struct Reader<'s> {
    source: &'s str,
    /// The name of the imported policy that this is.
    file: Option<String>,
    faults: Vec<PolicyFault>,
}

impl<'s> Reader<'s> {
    /// More faults than this are not told: nobody reads them.
    const FAULTS_MAX: usize = 50;

    pub(super) fn new(source: &'s str, file: Option<&str>) -> Self {
        Self { source, file: file.map(str::to_owned), faults: Vec::new() }
    }

    /// The document, if nothing was wrong with it; its faults in the order of the text otherwise.
    pub(super) fn finish<T>(mut self, read: Option<T>) -> Result<T, Vec<PolicyFault>> {
        match read {
            Some(read) if self.faults.is_empty() => Ok(read),
            _ => {
                self.faults.sort_by_key(|fault| (fault.line, fault.column));
                Err(self.faults)
            }
        }
    }

    pub(super) fn has_faults(&self) -> bool {
        !self.faults.is_empty()
    }

    pub(super) fn line(&self, at: usize) -> usize {
        self.before(at).bytes().filter(|&b| b == b'\n').count() + 1
    }

    pub(super) fn fault(&mut self, at: usize, kind: FaultKind) {
        if self.faults.len() < Self::FAULTS_MAX {
            self.faults.push(PolicyFault::at(&self.place_of(at), kind));
        }
    }

    /// The line and the column of a byte.
    pub(super) fn place(&self, at: usize) -> (usize, usize) {
        let before = self.before(at);
        let column = before.rsplit('\n').next().unwrap_or(before).chars().count() + 1;
        (self.line(at), column)
    }

    /// Where a byte stands.
    pub(super) fn place_of(&self, at: usize) -> Place {
        let (line, column) = self.place(at);
        Place { file: self.file.clone(), line, column }
    }

    fn before(&self, at: usize) -> &'s str {
        &self.source[..self.source.floor_char_boundary(at)]
    }

    /// Reads the document, or says where it is not TOML.
    pub(super) fn document(&mut self) -> Option<DeTable<'s>> {
        let (table, errors) = DeTable::parse_recoverable(self.source);
        for error in &errors {
            let at = error.span().map_or(self.source.len(), |span| span.start);
            let reason = error.message().lines().collect::<Vec<_>>().join(", ");
            self.fault(at, FaultKind::Syntax { reason });
        }
        errors.is_empty().then(|| table.into_inner())
    }

    pub(super) fn known_keys(&mut self, section: Section<'_, '_>, known: &'static [&'static str]) {
        for key in section.table.keys() {
            let name: &str = key.get_ref();
            if !known.contains(&name) {
                let nearest = nearest(name, known);
                let kind = FaultKind::UnknownKey { place: section.place, key: clip(name), nearest, known };
                self.fault(key.span().start, kind);
            }
        }
    }

    /// The value of a key that must be there.
    pub(super) fn needed<'d, 'i>(
        &mut self,
        section: Section<'d, 'i>,
        key: &'static str,
    ) -> Option<&'d Value<'i>> {
        let value = section.get(key);
        if value.is_none() {
            self.fault(section.at, FaultKind::MissingKey { place: section.place, key });
        }
        value
    }

    pub(super) fn wrong_type(&mut self, key: &'static str, expected: &'static str, value: &Value<'_>) {
        let found = type_name(value);
        self.fault(value.span().start, FaultKind::WrongType { key, expected, found });
    }

    pub(super) fn text<'d>(&mut self, key: &'static str, value: &'d Value<'_>) -> Option<Text<'d>> {
        match value.get_ref().as_str() {
            Some(text) => Some(Text { value: text, at: value.span().start }),
            None => {
                self.wrong_type(key, "a text in quotes", value);
                None
            }
        }
    }

    /// A list of texts; an absent one is empty.
    pub(super) fn texts<'d>(&mut self, section: Section<'d, '_>, key: &'static str) -> Vec<Text<'d>> {
        let Some(value) = section.get(key) else { return Vec::new() };
        match value.get_ref().as_array() {
            Some(items) => items.iter().filter_map(|item| self.entry(key, item)).collect(),
            None => {
                self.wrong_type(key, "a list of texts", value);
                Vec::new()
            }
        }
    }

    fn entry<'d>(&mut self, key: &'static str, value: &'d Value<'_>) -> Option<Text<'d>> {
        let at = value.span().start;
        let text = value.get_ref().as_str().map(|value| Text { value, at });
        if text.is_none() {
            self.fault(at, FaultKind::WrongEntry { key, found: type_name(value) });
        }
        text
    }

    pub(super) fn yes_or_no(&mut self, section: Section<'_, '_>, key: &'static str) -> Option<bool> {
        let value = section.get(key)?;
        let read = value.get_ref().as_bool();
        if read.is_none() {
            self.wrong_type(key, "true or false", value);
        }
        read
    }

    /// A whole number within `range`, which is not negative.
    pub(super) fn number(&mut self, key: &'static str, value: &Value<'_>, range: Range<i64>) -> Option<u32> {
        self.integer(key, value, range).and_then(|n| u32::try_from(n).ok())
    }

    /// A whole number within `range`.
    pub(super) fn integer(&mut self, key: &'static str, value: &Value<'_>, range: Range<i64>) -> Option<i64> {
        let Some(written) = value.get_ref().as_integer() else {
            self.wrong_type(key, "a whole number", value);
            return None;
        };
        let number =
            i64::from_str_radix(written.as_str(), written.radix()).ok().filter(|n| range.contains(n));
        if number.is_none() {
            let kind = FaultKind::OutOfRange { key, low: range.start, high: range.end - 1 };
            self.fault(value.span().start, kind);
        }
        number
    }

    /// A table under `key`, or a fault.
    pub(super) fn table<'d, 'i>(
        &mut self,
        key: &'static str,
        place: &'static str,
        value: &'d Value<'i>,
    ) -> Option<Section<'d, 'i>> {
        match value.get_ref().as_table() {
            Some(table) => Some(Section { table, at: value.span().start, place }),
            None => {
                self.wrong_type(key, "a table", value);
                None
            }
        }
    }
}

fn type_name(value: &Value<'_>) -> &'static str {
    match value.get_ref() {
        DeValue::String(_) => "a text",
        DeValue::Integer(_) => "a whole number",
        DeValue::Float(_) => "a number with a point",
        DeValue::Boolean(_) => "true or false",
        DeValue::Datetime(_) => "a date",
        DeValue::Array(_) => "a list",
        DeValue::Table(_) => "a table",
    }
}

/// At most 40 characters, so that a fault stays one line.
pub(super) fn clip(text: &str) -> String {
    match text.char_indices().nth(40) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text.to_owned(),
    }
}
