//! The samples that come with the program: lines written one by one, and templates of which each stands for many.
//!
//! A line begins with `+ ` (a violation) or `- ` (harmless). In a template `[a|b]` is one of several, `[a|b]?` may be
//! left out, and `{name}` is one entry of a list of `slots.txt`. What a template becomes hangs on nothing but its text,
//! so the same files give the same samples on every machine.

use std::collections::BTreeMap;

use super::train::Labelled;

/// Written one by one.
const SINGLE: [&str; 2] =
    [include_str!("../../samples/starter.txt"), include_str!("../../samples/starter/seen.txt")];
const SLOTS: &str = include_str!("../../samples/starter/slots.txt");
const TEMPLATES: [&str; 4] = [
    include_str!("../../samples/starter/bad_zh.txt"),
    include_str!("../../samples/starter/bad_en.txt"),
    include_str!("../../samples/starter/fine_zh.txt"),
    include_str!("../../samples/starter/fine_en.txt"),
];
/// How many samples a template becomes.
const OF_ONE: usize = 40;
/// A line written by itself says as much as so many of a template.
const SINGLE_WEIGHT: f32 = 3.0;
/// Lists may name lists.
const DEPTH_MAX: usize = 6;

/// All of them. Samples of one template are one family.
pub(super) fn samples() -> Vec<Labelled> {
    let slots = slots();
    let lines = SINGLE.iter().flat_map(|file| file.lines()).filter_map(labelled);
    let single = lines.enumerate().map(|(nth, (violation, text))| Labelled {
        text: text.to_owned(),
        violation,
        family: nth,
        weight: SINGLE_WEIGHT,
    });
    let mut samples: Vec<Labelled> = single.collect();
    let templates = TEMPLATES.iter().flat_map(|file| file.lines()).filter_map(labelled);
    for (family, (violation, template)) in (samples.len()..).zip(templates) {
        let mut chance = Chance::of(template);
        let mut texts: Vec<String> = Vec::new();
        for _ in 0..OF_ONE {
            let mut text = String::new();
            fill(template, &slots, &mut chance, DEPTH_MAX, &mut text);
            let text = tidied(&text);
            if !texts.contains(&text) {
                texts.push(text);
            }
        }
        samples.extend(texts.into_iter().map(|text| Labelled { text, violation, family, weight: 1.0 }));
    }
    samples
}

fn labelled(line: &str) -> Option<(bool, &str)> {
    let text = line.strip_prefix("+ ").or_else(|| line.strip_prefix("- "))?;
    Some((line.starts_with('+'), text))
}

fn slots() -> BTreeMap<&'static str, Vec<&'static str>> {
    let lists = SLOTS.lines().filter_map(|line| line.strip_prefix("= ")?.split_once(" : "));
    lists.map(|(name, list)| (name.trim(), list.split(" | ").map(str::trim).collect())).collect()
}

/// Chance that begins with a text and is the same in every run (splitmix64).
struct Chance(u64);

impl Chance {
    fn of(text: &str) -> Self {
        let mix = |hash: u64, byte| (hash ^ u64::from(byte)).wrapping_mul(0x100_0000_01B3);
        Self(text.bytes().fold(0xCBF2_9CE4_8422_2325, mix))
    }

    fn below(&mut self, n: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        (z ^ (z >> 31)) as usize % n.max(1)
    }
}

/// Writes one of the many texts that `template` stands for behind `out`.
fn fill(
    template: &str,
    slots: &BTreeMap<&'static str, Vec<&'static str>>,
    chance: &mut Chance,
    depth: usize,
    out: &mut String,
) {
    let mut rest = template;
    while let Some(at) = rest.find(['[', '{']) {
        out.push_str(&rest[..at]);
        let close = if rest[at..].starts_with('[') { ']' } else { '}' };
        let Some(len) = rest[at..].find(close) else { break };
        let inner = &rest[at + 1..at + len];
        rest = &rest[at + len + 1..];
        if close == '}' {
            let list = slots.get(inner).map_or(&[][..], Vec::as_slice);
            if let (true, Some(entry)) = (depth > 0, list.get(chance.below(list.len()))) {
                fill(entry, slots, chance, depth - 1, out);
            }
            continue;
        }
        let optional = rest.strip_prefix('?');
        rest = optional.unwrap_or(rest);
        if optional.is_some() && chance.below(2) == 0 {
            continue;
        }
        let entries = inner.split('|').count();
        if let Some(entry) = inner.split('|').nth(chance.below(entries)) {
            fill(entry, slots, chance, depth, out);
        }
    }
    out.push_str(rest);
}

/// Without the gaps that parts leave which were left out.
fn tidied(text: &str) -> String {
    let words = text.split(' ').filter(|word| !word.is_empty()).collect::<Vec<_>>().join(" ");
    let closed = words.replace(" ,", ",").replace(" ?", "?").replace(",,", ",").replace("，，", "，");
    closed.trim_matches([' ', ',', '，']).to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_list_that_is_named_is_there_and_every_list_is_named() {
        let slots = slots();
        let files = TEMPLATES.concat() + SLOTS;
        for (at, _) in files.match_indices('{') {
            let name = files[at + 1..].split('}').next().unwrap();
            assert!(slots.contains_key(name), "{name}");
        }
        for name in slots.keys() {
            assert!(files.contains(&format!("{{{name}}}")), "{name} is named nowhere");
        }
    }

    #[test]
    fn templates_are_well_formed_and_leave_nothing_unfilled() {
        for line in TEMPLATES.iter().flat_map(|file| file.lines()) {
            assert!(line.starts_with(['+', '-', '#']), "{line}");
            let mut open = false;
            for c in line.chars().filter(|c| "[]".contains(*c)) {
                assert_ne!(open, c == '[', "{line}");
                open = c == '[';
            }
            assert!(!open, "{line}");
        }
        let samples = samples();
        for sample in &samples {
            assert!(!sample.text.contains(['[', ']', '{', '}', '|']), "{}", sample.text);
        }
        let violations = samples.iter().filter(|sample| sample.violation).count();
        assert!(
            violations > 10_000 && samples.len() - violations > 8_000,
            "{violations} of {}",
            samples.len()
        );
    }
}
