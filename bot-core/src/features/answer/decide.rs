//! What is done with a message: answered, pointed to an earlier answer, kept as a gap, or left alone.

use super::config::AnswerConfig;
use super::matcher::Match;
use super::question::Ask;

/// All that bears on it.
#[derive(Clone, Debug)]
pub(super) struct Input<'i> {
    /// Whether it was said in the private chat with the bot.
    pub direct: bool,
    /// What its words are to us.
    pub ask: Ask,
    /// The article that comes nearest.
    pub best: Option<&'i Match>,
    /// When that article was given in this chat last, unless long ago.
    pub last: Option<Last>,
    /// How many answers the bot gave in this chat in the last minute.
    pub lately: i64,
    /// When the bot said in this private chat what it can do, unix milliseconds.
    pub hello_at_ms: Option<i64>,
}

/// When an article was given last.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Last {
    /// Unix milliseconds.
    pub at_ms: i64,
    /// Whether it was given to the one who asks now.
    pub same_asker: bool,
    /// Whether it only pointed at a still earlier answer.
    pub pointed: bool,
}

/// What is done.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Decision {
    /// The article is shown.
    Answer,
    /// The asker is pointed to the answer above.
    Point,
    /// Nothing is said; the question is kept as a gap.
    Gap,
    /// In private: says that it does not know, offers a ticket, and keeps the question as a gap.
    NotSure,
    /// In private: says what the bot can do.
    Hello,
    /// Nothing is said, though an article matched.
    Held(Why),
    /// Nothing.
    Silence,
}

/// Why a match is not shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Why {
    /// The same was said a moment ago.
    SaidLately,
    /// The bot spoke much in this group in the last minute.
    TooMuch,
}

/// How sure a match must be; `None` where such words are not answered at all.
pub(super) fn needed(config: &AnswerConfig, direct: bool, ask: Ask) -> Option<f64> {
    match (direct, ask) {
        (false, _) if !config.groups => None,
        (false, Ask::Question) => Some(config.question_confidence),
        (false, Ask::Trouble) => Some(config.trouble_confidence),
        (false, Ask::Words | Ask::No) | (true, Ask::No) => None,
        (true, Ask::Question | Ask::Trouble) => Some(config.direct_confidence),
        (true, Ask::Words) => Some(config.question_confidence),
    }
}

/// What is done with a message.
pub(super) fn decide(config: &AnswerConfig, now_ms: i64, input: &Input<'_>) -> Decision {
    let Some(needed) = needed(config, input.direct, input.ask) else {
        return if input.direct { hello(config, now_ms, input) } else { Decision::Silence };
    };
    if input.best.is_none_or(|best| best.confidence < needed) {
        return match (input.direct, input.ask) {
            (true, Ask::Question | Ask::Trouble) => Decision::NotSure,
            (true, _) => hello(config, now_ms, input),
            (false, Ask::Question) => Decision::Gap,
            (false, _) => Decision::Silence,
        };
    }
    if input.direct {
        return Decision::Answer;
    }
    if input.lately >= config.per_minute_max {
        return Decision::Held(Why::TooMuch);
    }
    match input.last.filter(|last| now_ms - last.at_ms < config.same_article_quiet_ms) {
        None => Decision::Answer,
        // Whoever has it above already, or a chat that was pointed there once, is not told again.
        Some(last) if last.same_asker || last.pointed => Decision::Held(Why::SaidLately),
        Some(_) => Decision::Point,
    }
}

fn hello(config: &AnswerConfig, now_ms: i64, input: &Input<'_>) -> Decision {
    let lately = input.hello_at_ms.is_some_and(|at_ms| now_ms - at_ms < config.hello_every_ms);
    if lately { Decision::Silence } else { Decision::Hello }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: i64 = 1_000_000_000;

    fn asked(direct: bool, ask: Ask, confidence: f64, change: impl FnOnce(&mut Input<'_>)) -> Decision {
        let best = Match { slug: "fees".into(), confidence };
        let mut input = Input { direct, ask, best: Some(&best), last: None, lately: 0, hello_at_ms: None };
        change(&mut input);
        decide(&AnswerConfig::default(), NOW, &input)
    }

    #[test]
    fn a_group_hears_only_what_is_sure() {
        let group = |ask, confidence| asked(false, ask, confidence, |_| ());
        assert_eq!(group(Ask::Question, 0.7), Decision::Answer);
        assert_eq!(group(Ask::Question, 0.69), Decision::Gap);
        assert_eq!(group(Ask::Trouble, 0.84), Decision::Silence, "trouble is no question: no gap");
        assert_eq!(group(Ask::Trouble, 0.85), Decision::Answer);
        assert_eq!(group(Ask::Words, 1.0), Decision::Silence);
        assert_eq!(group(Ask::No, 1.0), Decision::Silence);
        assert_eq!(asked(false, Ask::Question, 1.0, |input| input.best = None), Decision::Gap);
    }

    #[test]
    fn a_private_chat_is_never_met_with_silence_when_it_asks() {
        let direct = |ask, confidence| asked(true, ask, confidence, |_| ());
        assert_eq!(direct(Ask::Question, 0.6), Decision::Answer);
        assert_eq!(direct(Ask::Trouble, 0.59), Decision::NotSure);
        assert_eq!(direct(Ask::Words, 0.8), Decision::Answer, "a search word");
        assert_eq!(direct(Ask::Words, 0.69), Decision::Hello);
        assert_eq!(direct(Ask::No, 1.0), Decision::Hello);
        let greeted = |ago_ms| asked(true, Ask::No, 1.0, |input| input.hello_at_ms = Some(NOW - ago_ms));
        assert_eq!(greeted(60 * 60 * 1000 - 1), Decision::Silence);
        assert_eq!(greeted(60 * 60 * 1000), Decision::Hello);
    }

    #[test]
    fn the_same_article_is_pointed_at_once_and_then_held_for_ten_minutes() {
        let again = |ago_ms, same_asker, pointed| {
            asked(false, Ask::Question, 0.9, |input| {
                input.last = Some(Last { at_ms: NOW - ago_ms, same_asker, pointed });
            })
        };
        assert_eq!(again(599_999, false, false), Decision::Point);
        assert_eq!(again(599_999, true, false), Decision::Held(Why::SaidLately));
        assert_eq!(again(599_999, false, true), Decision::Held(Why::SaidLately));
        assert_eq!(again(600_000, true, true), Decision::Answer);
    }

    #[test]
    fn a_busy_group_is_not_flooded_and_a_private_chat_is_always_answered() {
        assert_eq!(asked(false, Ask::Question, 0.9, |input| input.lately = 6), Decision::Held(Why::TooMuch));
        assert_eq!(asked(false, Ask::Question, 0.9, |input| input.lately = 5), Decision::Answer);
        assert_eq!(asked(true, Ask::Question, 0.9, |input| input.lately = 60), Decision::Answer);
    }

    #[test]
    fn groups_can_be_switched_off() {
        let config = AnswerConfig { groups: false, ..AnswerConfig::default() };
        let best = Match { slug: "fees".into(), confidence: 1.0 };
        let mut input = Input {
            direct: false,
            ask: Ask::Question,
            best: Some(&best),
            last: None,
            lately: 0,
            hello_at_ms: None,
        };
        assert_eq!(decide(&config, NOW, &input), Decision::Silence);
        input.direct = true;
        assert_eq!(decide(&config, NOW, &input), Decision::Answer);
    }
}
