//! What moderation says of rules, lengths of time, sanctions and messages.

use moderation::{Bilingual, Category, Rung, Sanction as Measure};

use crate::chat::{Mark, MarkKind, RichText};
pub(super) use crate::features::when::length;
use crate::store::moderation::{Case, CaseState, Notice, Removal, Sanction, SanctionKind, SanctionState};
use crate::text;
use crate::texts::Text;

/// What is shown before the first hit, when a message is too long to be shown whole.
const BEFORE_HIT_UTF8: usize = 120;

/// A text that the policy gives in both languages.
pub(super) fn both(words: &Bilingual) -> Text {
    text!("moderation-both", en = &words.en, zh = &words.zh_cn)
}

/// What is done to somebody, as staff say it.
pub(super) fn measure(measure: Measure) -> Text {
    match measure {
        Measure::Warn => Text::new("moderation-did-warn"),
        Measure::Mute { ms } => text!("moderation-did-mute", length = length(ms)),
        Measure::Kick => Text::new("moderation-did-kick"),
        Measure::Ban => Text::new("moderation-did-ban"),
    }
}

/// The measure that a sanction was given as.
pub(super) fn measure_of(sanction: &Sanction) -> Measure {
    match sanction.kind {
        SanctionKind::Warn => Measure::Warn,
        SanctionKind::Mute => {
            Measure::Mute { ms: sanction.until_ms.unwrap_or_default() - sanction.requested_at_ms }
        }
        SanctionKind::Kick => Measure::Kick,
        SanctionKind::Ban => Measure::Ban,
    }
}

/// A kind of sanction.
pub(super) fn kind(kind: SanctionKind) -> Text {
    Text::new(match kind {
        SanctionKind::Warn => "moderation-kind-warn",
        SanctionKind::Mute => "moderation-kind-mute",
        SanctionKind::Kick => "moderation-kind-kick",
        SanctionKind::Ban => "moderation-kind-ban",
    })
}

/// How far a sanction has come.
pub(super) fn state(state: SanctionState) -> Text {
    Text::new(match state {
        SanctionState::Requested => "moderation-state-requested",
        SanctionState::Active => "moderation-state-active",
        SanctionState::Lifting => "moderation-state-lifting",
        SanctionState::Undoing => "moderation-state-undoing",
        SanctionState::Lifted => "moderation-state-lifted",
        SanctionState::Undone => "moderation-state-undone",
        SanctionState::Rejected => "moderation-state-rejected",
        SanctionState::Unknown => "moderation-state-unknown",
    })
}

/// How a case stands.
pub(super) fn case_state(state: CaseState) -> Text {
    Text::new(match state {
        CaseState::Flagged => "moderation-case-flagged",
        CaseState::Stands => "moderation-case-stands",
        CaseState::Dismissed => "moderation-case-dismissed",
        CaseState::Undone => "moderation-case-undone",
    })
}

/// What became of the message.
pub(super) fn removal(removal: Removal) -> Text {
    Text::new(match removal {
        Removal::None => "moderation-removal-none",
        Removal::Requested => "moderation-removal-requested",
        Removal::Removed => "moderation-removal-removed",
        Removal::Refused => "moderation-removal-refused",
    })
}

/// Whether the person was told.
pub(super) fn notice(notice: Notice) -> Text {
    Text::new(match notice {
        Notice::None => "moderation-notice-none",
        Notice::Due => "moderation-notice-due",
        Notice::Private => "moderation-notice-private",
        Notice::Told => "moderation-notice-told",
        Notice::Group => "moderation-notice-group",
        Notice::Lost => "moderation-notice-lost",
    })
}

/// What the rule of a case is called; `None` for a case without one.
pub(super) fn rule_title(case: &Case) -> Option<Text> {
    let rule = case.explanation.as_ref()?.rules.first()?;
    Some(both(&rule.title))
}

/// What sort of harm a message is about.
pub(super) fn category(category: Category) -> Text {
    Text::new(match category {
        Category::AdSpam => "moderation-category-ad-spam",
        Category::ContactDiversion => "moderation-category-contact-diversion",
        Category::Gambling => "moderation-category-gambling",
        Category::Porn => "moderation-category-porn",
        Category::FraudPhishing => "moderation-category-fraud-phishing",
        Category::Abuse => "moderation-category-abuse",
        Category::RumorPanic => "moderation-category-rumor-panic",
        Category::OtherIllegal => "moderation-category-other-illegal",
    })
}

/// The step of the ladder that a case led to.
pub(super) fn rung(rung: &Rung) -> Text {
    text!(
        "moderation-rung",
        step = i64::from(rung.step),
        steps = i64::from(rung.steps),
        points = i64::from(rung.points),
        earlier = i64::from(rung.earlier_points),
        offences = i64::from(rung.earlier_offences)
    )
}

/// The text of a case's message as a quotation with the exact characters marked, at most `max_utf8` bytes of it.
pub(super) fn quotation(case: &Case, max_utf8: usize) -> RichText {
    let text = case.message_text.as_deref().unwrap_or_default();
    quoted(text, &case.spans_utf8(), max_utf8)
}

/// A text as a quotation with some of its characters marked, at most `max_utf8` bytes of it.
pub(super) fn quoted(text: &str, spans: &[(usize, usize)], max_utf8: usize) -> RichText {
    // The proof must be in sight, however much was written before it.
    let from = match spans.first() {
        Some(&(start, end)) if end > max_utf8 => {
            text.floor_char_boundary(start.saturating_sub(BEFORE_HIT_UTF8))
        }
        _ => 0,
    };
    let to = text.floor_char_boundary(from.saturating_add(max_utf8).min(text.len()));
    let (before, after) = (if from > 0 { "…" } else { "" }, if to < text.len() { "…" } else { "" });
    let shown = format!("{before}{}{after}", text.get(from..to).unwrap_or_default());
    let mut marks = vec![Mark { start_utf8: 0, end_utf8: shown.len(), kind: MarkKind::Quote }];
    marks.extend(spans.iter().filter(|(start, end)| *end > from && *start < to).map(|(start, end)| Mark {
        start_utf8: start.max(&from) - from + before.len(),
        end_utf8: end.min(&to) - from + before.len(),
        kind: MarkKind::Bold,
    }));
    RichText { text: shown, marks }.checked()
}

#[cfg(test)]
mod tests {
    use super::quoted;

    fn marked(text: &str, spans: &[(usize, usize)], max_utf8: usize) -> (String, Vec<String>) {
        let quoted = quoted(text, spans, max_utf8);
        let bold = quoted.marks.iter().skip(1);
        let bold = bold.map(|mark| quoted.text[mark.start_utf8..mark.end_utf8].to_owned()).collect();
        (quoted.text, bold)
    }

    #[test]
    fn the_exact_characters_are_marked() {
        assert_eq!(
            marked("首存送彩金 now", &[(6, 15)], 600),
            ("首存送彩金 now".into(), vec!["送彩金".into()])
        );
    }

    #[test]
    fn the_proof_is_shown_however_late_it_comes() {
        let text = format!("{}送彩金{}", "啊".repeat(1_000), "哦".repeat(1_000));
        let (shown, bold) = marked(&text, &[(3_000, 3_009)], 300);
        assert!(shown.starts_with("…啊") && shown.ends_with("哦…"), "{shown}");
        assert_eq!(bold, ["送彩金"]);
    }

    #[test]
    fn a_mark_is_cut_with_its_text() {
        assert_eq!(marked("abcdef", &[(0, 2), (3, 6)], 4).1, ["ab", "d"]);
        assert_eq!(marked("", &[(0, 2)], 4).1, [] as [&str; 0]);
    }
}
