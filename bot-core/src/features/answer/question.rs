//! Whether a message in a group asks something of whoever can help, judged by its words alone.

use super::words::is_han;

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

/// Laughter: what is asked with it is not meant.
const JOKES: &[&str] = &["哈哈", "呵呵", "笑死", "嘿嘿", "开玩笑", "[捂脸]", "😂", "🤣"];
const JOKE_WORDS: &[&str] = &["lol", "haha", "hahaha", "lmao", "rofl", "233", "2333"];

/// Someone offers something, or asks to be written to.
const SALES: &[&str] = &[
    "私聊我",
    "私我",
    "要的私",
    "需要的私",
    "有意者加",
    "有意者",
    "有需要的",
    "加我",
    "联系我",
    "找我",
    "加v",
    "+v",
    "加微",
    "微信同号",
    "全网最低",
    "低价出",
    "出售",
    "转让",
    "招代理",
    "招商",
    "急收",
    "高价收",
    "扫码",
    "进群",
    "推广合作",
    "承接",
    "代运营",
    "欢迎",
    "需要的老板",
    "需要的联系",
    "拼单",
    "包邮",
    "http://",
    "https://",
    "www.",
    "dm me",
    "pm me",
    "message me",
    "contact me",
    "contact us",
    "inbox me",
    "for sale",
    "best price",
    "cheap price",
    "cheapest",
    "join my",
    "join our",
    "check out my",
    "check out our",
    "click here",
    "visit our",
    "telegram:",
    "whatsapp",
];

/// Said to another person: small talk and matters between two.
const PERSONAL: &[&str] = &[
    "你好吗",
    "您好吗",
    "吃了吗",
    "吃饭",
    "睡了吗",
    "在吗",
    "在不在",
    "你在哪",
    "你那",
    "你家",
    "你的货",
    "你们生意",
    "大家双十一",
    "大家生意",
    "卖得怎么样",
    "卖的怎么样",
    "生意怎么样",
    "生意怎样",
    "生意如何",
    "你发了",
    "有空吗",
    "忙吗",
    "约吗",
    "你是机器人",
    "你是谁",
    "你多大",
    "哪里人",
    "真的假的",
    "是不是真的",
    "how are you",
    "are you there",
    "you there",
    "did you",
    "are you coming",
    "what's up",
    "whats up",
    "how's business",
    "hows business",
    "how is business",
    "where are you from",
    "who are you",
    "are you a bot",
    "do you remember",
    "have you eaten",
    "your parcel",
    "your order",
    "see you",
    "you guys coming",
    "生意太难",
];

/// Asks, wherever it stands.
const ASKS_ZH: &[&str] = &[
    "怎么",
    "怎样",
    "怎麽",
    "咋",
    "如何",
    "什么",
    "啥",
    "多少",
    "多久",
    "多长时间",
    "多大",
    "哪里",
    "哪儿",
    "哪个",
    "哪些",
    "哪种",
    "在哪",
    "到哪",
    "从哪",
    "去哪",
    "谁",
    "为什么",
    "为何",
    "为啥",
    "凭什么",
    "是否",
    "能否",
    "可否",
    "有无",
    "能不能",
    "可不可以",
    "可以不",
    "有没有",
    "要不要",
    "会不会",
    "是不是",
    "行不行",
    "需不需要",
    "算不算",
    "该不该",
    "请问",
    "求助",
    "求教",
    "求解",
    "请教",
    "想问",
    "问一下",
    "问下",
    "问个",
    "何时",
    "求大神",
    "求指导",
    "求告知",
    "帮我看",
    "帮忙看",
    "救命",
    "帮帮",
];
/// Looks like a question word and is none.
const NOT_ASKS_ZH: &[&str] = &[
    "没什么",
    "什么都",
    "怎么都",
    "怎么这么",
    "怎么那么",
    "不怎么",
    "没多少",
    "多少有",
    "多少会",
    "谁都",
    "谁知道呢",
    "不管怎么",
    "不管怎样",
    "无论如何",
    "怎么样都",
    "不知怎么",
    "多大点",
];
/// Asks when it stands at the end of a sentence.
const ENDS_ZH: &[char] = &['吗', '嘛', '么', '呢', '不', '没', '否'];
/// What is counted by 几 when 几 asks.
const COUNTED_ZH: &[char] = &[
    '个', '天', '点', '号', '次', '张', '家', '分', '级', '小', '块', '折', '种', '件', '月', '年', '成',
    '毛', '万', '条', '款',
];

const TROUBLE_ZH: &[&str] = &[
    "还没到",
    "没到账",
    "没收到",
    "收不到",
    "不了",
    "不上",
    "不出",
    "不到",
    "不动",
    "失败",
    "报错",
    "出错",
    "被拒",
    "驳回",
    "打回",
    "被封",
    "被锁",
    "锁了",
    "被扣",
    "冻结",
    "禁言",
    "错了",
    "过不去",
    "没过",
    "不过",
    "不通过",
    "丢了",
    "丢件",
    "忘了",
    "忘记",
    "卡住",
    "卡在",
    "不见了",
    "看不",
    "登不",
    "打不",
    "用不",
    "不清",
    "下架了",
    "被判",
    "威胁",
    "敲诈",
    "恶意",
    "不更新",
    "没反应",
    "不显示",
    "异常",
    "返回4",
    "报4",
    "报5",
    "还没",
    "还在",
    "一直",
    "提示",
    "显示",
    "没法",
    "突然",
    "老是",
    "总是",
    "让补",
    "要我",
    "我想",
    "想要",
    "想换",
    "想给",
    "想让",
    "不服",
    "没用",
    "不对",
    "丢失",
    "老说",
    "非说",
    "非要",
    "说没",
    "不给",
    "冤枉",
    "想把",
    "想再",
    "想卖",
    "想开",
    "想退",
    "不想",
    "不会弄",
    "想不起",
    "拦下",
    "退回",
    "糊",
    "走了",
    "坏了",
    "没了",
    "没收",
    "要退",
    "弄没",
    "被拦",
    "被停",
    "被断",
    "被删",
    "被处",
    "被投诉",
    "告到",
    "差评",
    "违规",
    "死活",
    "明明",
    "取不",
    "发不",
    "收到你们",
    "怎么还",
    "没人",
    "模糊",
    "申请",
    "报销",
    "要个",
];

const STARTS_EN: &[&str] = &[
    "how", "what", "whats", "why", "where", "wheres", "when", "who", "whos", "which", "whose", "can",
    "could", "do", "does", "is", "are", "am", "will", "would", "should", "may", "has", "any", "anyone",
    "anybody", "did",
];
const ASKS_EN: &[&str] = &[
    "how do i",
    "how to",
    "how can",
    "how much",
    "how many",
    "how long",
    "how often",
    "how does",
    "how is",
    "where do",
    "where can",
    "where is",
    "where to",
    "what do",
    "what does",
    "what is",
    "what are",
    "what should",
    "what happens",
    "when do",
    "when will",
    "when can",
    "when is",
    "why is",
    "why was",
    "why did",
    "why do",
    "why are",
    "why can't",
    "why cant",
    "who pays",
    "who do",
    "can i",
    "can we",
    "can someone",
    "can anyone",
    "can somebody",
    "could someone",
    "could i",
    "do i",
    "do we",
    "am i",
    "is there",
    "is it",
    "are there",
    "does anyone",
    "does it",
    "does the",
    "anyone know",
    "anybody know",
    "any idea",
    "any way",
    "should i",
    "will i",
    "may i",
    "would it",
    "need help",
    "please help",
    "pls help",
    "help me",
    "help please",
    "help pls",
    "what now",
    "which one",
    "wondering",
    "looking for",
    "want to know",
    "like to know",
    "tell me",
];
const TROUBLE_EN: &[&str] = &[
    "can't",
    "cannot",
    "cant ",
    "won't",
    "wont ",
    "doesn't work",
    "not working",
    "doesnt work",
    "does not work",
    "keeps",
    "keep getting",
    "stuck",
    "failed",
    "failing",
    "fails",
    "rejected",
    "refused",
    "declined",
    "error",
    "lost my",
    "locked",
    "forgot",
    "not received",
    "haven't",
    "havent",
    "hasn't",
    "hasnt",
    "not arrived",
    "missing",
    "wrong",
    "blocked",
    "frozen",
    "suspended",
    "taken down",
    "disappeared",
    "expired",
    "help",
    "says ",
    "blackmail",
    "threaten",
    "not showing",
    "need ",
    "want to",
    "i'd like",
    "by mistake",
    "got fined",
    "returns 4",
    "getting 4",
    "got cut",
    "still",
    "asked for",
    "asks for",
    "was stopped",
    "got marked",
    "blurry",
    "opened a dispute",
    "pending",
    "hold",
    "wants",
    "asks me",
    "asking me",
    "told me",
    "kicked me",
    "been sitting",
    "sent back",
    "don't want",
    "dont want",
    "new phone",
    "new number",
    "trying to",
    "i closed",
    "i made a mistake",
    "it says",
    "too long",
    "too high",
    "no longer",
    "never ",
    "nothing happens",
    "complain",
    "lies ",
    "not fair",
    "unfair",
];

/// Whether a text asks something that an article could answer.
pub fn is_question(text: &str) -> Ask {
    let text = text.trim().to_lowercase();
    if text.is_empty() || text.chars().count() > ASK_MAX_CHARS || not_for_us(&text) {
        return Ask::No;
    }
    let asks = text.ends_with(['?', '？']) || text.contains(['?', '？']) || asks_zh(&text) || asks_en(&text);
    if asks {
        return Ask::Question;
    }
    if is_thanks(&text) {
        return Ask::No;
    }
    let trouble = if text.contains(is_han) { TROUBLE_ZH } else { TROUBLE_EN };
    let padded = format!("{text} ");
    if text.trim_end_matches('.').ends_with(" why") {
        return Ask::Question;
    }
    if trouble.iter().any(|words| padded.contains(words)) { Ask::Trouble } else { Ask::Words }
}

fn not_for_us(text: &str) -> bool {
    let has = |list: &[&str]| list.iter().any(|words| text.contains(words));
    let joke =
        has(JOKES) || text.split(|c: char| !c.is_alphanumeric()).any(|word| JOKE_WORDS.contains(&word));
    joke || has(SALES) || has(PERSONAL) || names_somebody(text)
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
            && !matches!(
                head,
                "hi" | "hello"
                    | "hey"
                    | "help"
                    | "please"
                    | "sorry"
                    | "sir"
                    | "guys"
                    | "all"
                    | "team"
                    | "admin"
                    | "admins"
            )
            && rest.split_whitespace().take(4).any(|word| word == "you" || word == "your")
    });
    handle || called
}

fn is_thanks(text: &str) -> bool {
    ["谢谢", "感谢", "多谢", "搞定了", "解决了", "已解决", "好了", "终于", "恭喜", "开心", "学习了"]
        .iter()
        .any(|words| text.contains(words))
        || text.split(|c: char| !c.is_alphanumeric()).any(|word| {
            matches!(word, "thanks" | "thank" | "thx" | "finally" | "congrats" | "solved" | "yay")
        })
}

fn asks_zh(text: &str) -> bool {
    if !text.contains(is_han) {
        return false;
    }
    let mut rest = text.to_owned();
    for none in NOT_ASKS_ZH {
        rest = rest.replace(none, "");
    }
    if ASKS_ZH.iter().any(|words| rest.contains(words)) {
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

fn asks_en(text: &str) -> bool {
    let plain = text.replace('’', "'");
    let has = |part: &str| {
        let part = part.trim_start();
        let first = part
            .split(|c: char| !c.is_alphanumeric() && c != '\'')
            .next()
            .unwrap_or_default()
            .replace('\'', "");
        STARTS_EN.contains(&first.as_str()) && part.split_whitespace().count() >= 3
    };
    let spaced = format!(" {plain} ");
    plain.split([',', '.', '!', ';', '\n']).any(has)
        || ASKS_EN
            .iter()
            .any(|words| spaced.contains(&format!(" {words} ")) || spaced.contains(&format!(" {words},")))
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
