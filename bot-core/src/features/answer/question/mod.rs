//! Whether a message in a group asks something of whoever can help, judged by its words alone.

mod phrases;

use super::words::is_han;
use phrases::{Sign, Signs};

/// Longest text that is taken for a question, in characters; what is longer is a story or an advertisement.
const ASK_MAX_CHARS: usize = 240;

/// What a message is to us.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ask {
    /// It asks.
    Question,
    /// It tells of trouble without asking: worth an answer only when the answer is very sure, and never a gap.
    Trouble,
    /// It shows no sign of either: a search word in private, a statement in a group.
    Words,
    /// Small talk, thanks, an advertisement, or words for somebody else.
    No,
}

/// Asks when it stands at the end of a sentence.
const ENDS_ZH: &[char] = &['吗', '嘛', '么', '呢', '不', '没', '否'];
/// What is counted by 几 when 几 asks.
const COUNTED_ZH: &[char] = &[
    '个', '天', '点', '号', '次', '张', '家', '分', '级', '小', '块', '折', '种', '件', '月', '年', '成',
    '毛', '万', '条', '款',
];
/// Words before a comma that greet everybody, and call nobody.
const GREETINGS: &[&str] =
    &["hi", "hello", "hey", "help", "please", "sorry", "sir", "guys", "all", "team", "admin", "admins"];
const THANKS_ZH: &[&str] =
    &["谢谢", "感谢", "多谢", "搞定了", "解决了", "已解决", "好了", "终于", "恭喜", "开心", "学习了"];
const THANKS_EN: &[&str] = &["thanks", "thank", "thx", "finally", "congrats", "solved", "yay"];

/// Whether a text asks something that an article could answer.
pub fn is_question(text: &str) -> Ask {
    let text = text.trim();
    if text.is_empty() || text.chars().nth(ASK_MAX_CHARS).is_some() {
        return Ask::No;
    }
    // Blanks at both ends, so that a phrase can ask for a whole word.
    let padded = format!(" {} ", text.to_lowercase().replace('’', "'"));
    let text = padded.trim();
    let signs = Signs::of(&padded);
    if signs.has(Sign::Joke) || signs.has(Sign::Sales) || signs.has(Sign::Personal) || names_somebody(text) {
        return Ask::No;
    }
    let han = text.contains(is_han);
    if text.contains(['?', '？']) || (han && asks_zh(text)) || signs.has(Sign::AsksEn) || starts_en(text) {
        return Ask::Question;
    }
    if is_thanks(text) {
        return Ask::No;
    }
    if text.trim_end_matches('.').ends_with(" why") {
        return Ask::Question;
    }
    if signs.has(if han { Sign::TroubleZh } else { Sign::TroubleEn }) { Ask::Trouble } else { Ask::Words }
}

/// `@somebody` that the platform did not resolve, or `Lin, …you…`.
fn names_somebody(text: &str) -> bool {
    let handle = text.match_indices('@').any(|(at, _)| {
        let before = text[..at].chars().next_back();
        let after = text[at + 1..].chars().next();
        before.is_none_or(|c| !c.is_ascii_alphanumeric()) && after.is_some_and(|c| c.is_alphanumeric())
    });
    let called = text.split_once([',', '，']).is_some_and(|(head, rest)| {
        let one_word =
            head.chars().all(char::is_alphabetic) && head.chars().count() <= 12 && !head.contains(is_han);
        one_word
            && !GREETINGS.contains(&head)
            && rest.split_whitespace().take(4).any(|word| word == "you" || word == "your")
    });
    handle || called
}

fn is_thanks(text: &str) -> bool {
    THANKS_ZH.iter().any(|words| text.contains(words))
        || text.split(|c: char| !c.is_alphanumeric()).any(|word| THANKS_EN.contains(&word))
}

fn asks_zh(text: &str) -> bool {
    let rest = phrases::without_false_asks(text);
    if Signs::of(&rest).has(Sign::AsksZh) {
        return true;
    }
    let ends = rest
        .split(['。', '，', ',', '！', '!', '；', '~', '～', ' ', '\n', '.', '…'])
        .map(|part| part.trim_end_matches(['啊', '呀', '哈', '哦', '啦', '了']))
        .any(|part| part.chars().count() > 2 && part.ends_with(ENDS_ZH));
    ends || counts(&rest) || either_or(&rest)
}

/// 几 that asks: 几天, but not 好几天.
fn counts(text: &str) -> bool {
    let chars: Vec<char> = text.chars().collect();
    chars.windows(2).enumerate().any(|(at, pair)| {
        let before = at.checked_sub(1).map(|at| chars[at]);
        pair[0] == '几'
            && COUNTED_ZH.contains(&pair[1])
            && !before.is_some_and(|c| {
                matches!(c, '好' | '这' | '那' | '前' | '过' | '十' | '等' | '了' | '有' | '传' | '试')
            })
    })
}

/// A verb, 不 or 没, and the same verb again: 退不退, 到没到.
fn either_or(text: &str) -> bool {
    let chars: Vec<char> = text.chars().collect();
    chars.windows(3).any(|three| matches!(three[1], '不' | '没') && three[0] == three[2] && is_han(three[0]))
}

/// Whether a part of a sentence begins as English questions do, and goes on.
fn starts_en(text: &str) -> bool {
    text.split([',', '.', '!', ';', '\n']).any(|part| {
        let part = part.trim_start();
        let first = part.split(|c: char| !c.is_alphanumeric() && c != '\'').next().unwrap_or_default();
        part.split_whitespace().nth(2).is_some() && phrases::starts_question(&first.replace('\'', ""))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn all(ask: Ask, texts: &[&str]) {
        for text in texts {
            assert_eq!(is_question(text), ask, "{text}");
        }
    }

    #[test]
    fn questions_are_heard_with_and_without_a_question_mark() {
        all(
            Ask::Question,
            &["提现多久到账", "保证金能退吗", "退款的订单佣金退不退", "主图有什么要求", "能开专票不"],
        );
        all(
            Ask::Question,
            &["发票几天能收到", "求助，面单打不出来", "how do I open a store", "W-8BEN or W-8BEN-E?"],
        );
        all(Ask::Question, &["Can overseas stores accept wechat pay", "anyone know the rate limit"]);
        all(Ask::Question, &["my payout failed, what now", "need help with my listing"]);
    }

    #[test]
    fn trouble_is_told_from_talk() {
        all(Ask::Trouble, &["提现失败了", "认证一直显示审核中", "账号被锁了"]);
        all(Ask::Trouble, &["my account is locked", "parcel hasn't moved for days"]);
        all(Ask::Words, &["我们今天发了一百单", "shipped everything today", "ok"]);
    }

    #[test]
    fn small_talk_thanks_sales_and_talk_between_two_are_left_alone() {
        all(
            Ask::No,
            &["谢谢，提现到账了", "哈哈哈真的假的？", "你们生意最近怎么样？", "面单打印机要吗？私聊我"],
        );
        all(Ask::No, &["@小林 你那批货发了没？", "Lin, did you get my message?", "how are you?"]);
        all(
            Ask::No,
            &["how can there be so many coupons lol", "thanks, my payout arrived", "need labels? dm me"],
        );
        all(Ask::No, &["", "   ", &"怎么办".repeat(200)]);
    }

    #[test]
    fn a_question_word_that_asks_nothing_is_not_heard() {
        all(Ask::Words, &["没什么", "等了好几天", "怎么都行"]);
    }
}
