//! Cuts a text into the words that carry its meaning: Chinese by dictionary, English by stem, synonyms as one.

use std::collections::{HashMap, HashSet};
use std::sync::LazyLock;

use jieba_rs::Jieba;
use rust_stemmers::{Algorithm, Stemmer};
use unicode_normalization::UnicodeNormalization as _;

/// Longest text that is cut, in characters; what stands behind it is not looked at.
const TEXT_MAX_CHARS: usize = 4_000;
/// Longest synonym of several English words.
const PHRASE_MAX_WORDS: usize = 4;
/// How often a synonym is said to occur when it is taught to the Chinese dictionary: often enough that it is
/// never cut in two.
const TAUGHT_FREQUENCY: usize = 200_000;

/// English words that say nothing of what a question is about.
const STOP_EN: &str = "a about actually after again all already also am an and any anybody anyone anything are as at \
    back be because been before being but by can cannot cant could couldnt did didnt do does doesnt doing done dont \
    else ever every everyone everything find for from get gets getting go goes going gonna got guys had has hasnt have havent \
    having he hello help her here hey hi him his how however i id if ill im in into is isnt it its ive just keep keeps \
    kind know let like long look lot made many may maybe me might more most much must my need needed needs no not now \
    of off ok okay on one only or other our out over own plz please put rather really right same say says see she should \
    so some somebody someone something still such take takes tell than thank thanks that thats the their them then there \
    these they thing things this those though to too try trying under until up upon us use used using very want wanted \
    wants was wasnt way we well went were what whats when where which while who why will with without wont would yet you \
    your yours harbour market platform seller sellers merchant merchants centre center anyone's today yesterday";

/// Chinese words that say nothing of what a question is about.
const STOP_ZH: &str = "的 了 吗 呢 啊 吧 呀 嘛 哦 噢 哈 哇 哎 唉 嗯 么 着 过 地 得 之 是 在 有 和 与 及 或 就 都 也 还 又 再 才 \
    很 太 更 最 被 把 给 让 叫 向 往 从 到 对 对于 关于 跟 比 按 为 为了 因为 所以 如果 但是 但 不过 而 而且 并 并且 然后 那 那么 那个 \
    那些 这 这个 这些 这么 这样 这边 那边 这里 那里 哪 哪个 哪些 哪里 哪儿 在哪 在哪里 什么 啥 怎么 怎么办 怎样 怎么样 咋 咋办 咋样 如何 \
    为什么 为啥 为何 请问 请教 问 问下 问一下 想问 想 要 会 能 能不能 可以 可不可以 可否 能否 是否 是不是 有没有 有无 需要 需 应该 该 \
    我 我们 咱 咱们 你 你们 您 他 她 它 他们 大家 各位 老板 老师 亲 自己 人 别人 一个 一下 一 个 次 种 些 点 上 下 里 中 内 外 前 后 \
    时 时候 现在 今天 昨天 明天 刚 刚刚 刚才 已经 一直 老是 总是 还是 只 只能 就是 不 没 没有 别 不是 不能 不会 不了 不到 吧 请 谢谢 \
    谢 麻烦 求助 帮 帮忙 帮我 看 看看 说 知道 觉得 感觉 弄 搞 办 做 用 去 来 进 出 拿 找 填 平台 商家 商家后台 后台 港湾 集市 港湾集市 \
    系统 东西 事 情况 问题 意思 的话 之后 之前 以后 以前 多 少 几 好 真 挺 啦 咧 哪位 块 元 天 有人 谁知道 呗 嘞 滴 哈哈 吗";

/// Both stop lists.
static STOP: LazyLock<HashSet<&'static str>> =
    LazyLock::new(|| STOP_EN.split_whitespace().chain(STOP_ZH.split_whitespace()).collect());

/// Synonyms: what is written (words joined by one space) to the name of its meaning.
static SYNONYMS: LazyLock<HashMap<String, &'static str>> = LazyLock::new(|| {
    let mut all = HashMap::new();
    for line in include_str!("synonyms.txt").lines().filter(|line| !line.starts_with('#')) {
        let Some((name, rest)) = line.split_once(':') else { continue };
        for written in std::iter::once(name).chain(rest.split(',')).map(str::trim) {
            let key =
                if written.chars().any(is_han) { written.to_owned() } else { latin_words(written).join(" ") };
            all.entry(key).or_insert(name);
        }
    }
    all
});

/// The Chinese dictionary, read when the first Chinese text comes: it takes 3 MB. The one that jieba brings along
/// has seven times the words and leaves a server 32 MB bigger.
static JIEBA: LazyLock<Jieba> = LazyLock::new(|| {
    // A test holds the file to being readable; without it every character would be a word.
    let mut jieba =
        Jieba::with_dict(&mut include_bytes!("dict.txt").as_slice()).unwrap_or_else(|_| Jieba::empty());
    for written in SYNONYMS.keys().filter(|written| written.chars().all(is_han)) {
        jieba.add_word(written, Some(TAUGHT_FREQUENCY), None);
    }
    jieba
});

/// Whether a character is Chinese.
pub fn is_han(c: char) -> bool {
    matches!(c, '\u{3400}'..='\u{4DBF}' | '\u{4E00}'..='\u{9FFF}' | '\u{F900}'..='\u{FAFF}' | '\u{20000}'..='\u{3134F}')
}

/// The words of a text that carry meaning, in order, each once: lower case, stemmed, synonyms by the name of
/// their meaning, stop words left out.
pub fn words(text: &str) -> Vec<String> {
    let folded: String = text.nfkc().take(TEXT_MAX_CHARS).collect::<String>().to_lowercase();
    let mut seen = HashSet::new();
    runs(&folded)
        .into_iter()
        .flat_map(|run| if run.starts_with(is_han) { chinese(run) } else { english(run) })
        .filter(|word| seen.insert(word.clone()))
        .collect()
}

/// Stretches that are Chinese and stretches that are not.
fn runs(text: &str) -> Vec<&str> {
    let mut runs = Vec::new();
    let mut start = 0;
    let mut last: Option<bool> = None;
    for (at, c) in text.char_indices() {
        let han = is_han(c);
        if last.is_some_and(|last| last != han) {
            runs.push(&text[start..at]);
            start = at;
        }
        last = Some(han);
    }
    runs.push(&text[start..]);
    runs
}

fn chinese(run: &str) -> Vec<String> {
    let mut found = Vec::new();
    for token in JIEBA.cut(run, false) {
        let word = token.word;
        if let Some(name) = SYNONYMS.get(word).or_else(|| SYNONYMS.get(without_ending(word)?)) {
            found.push((*name).to_owned());
        } else if !STOP.contains(word) && !is_count(word) {
            found.push(word.to_owned());
        }
    }
    found
}

/// A verb without the ending that says how it went: 换成 is 换.
fn without_ending(word: &str) -> Option<&str> {
    let verb = word.strip_suffix(['成', '完', '好', '掉', '过', '了', '到', '下', '上', '起', '去', '来'])?;
    (!verb.is_empty()).then_some(verb)
}

/// A number, or a count of days and the like: 三天, 12.
fn is_count(word: &str) -> bool {
    let numeral = |c: char| c.is_ascii_digit() || "零一二两三四五六七八九十百千万几半每整".contains(c);
    let unit = |c: char| "天日周月年号点时分秒次遍张块元毛位小星期礼拜个".contains(c);
    word.starts_with(numeral) && word.chars().all(|c| numeral(c) || unit(c))
}

/// English words as they stand: letters and digits, with the apostrophes and hyphens inside words dropped.
fn latin_words(text: &str) -> Vec<String> {
    text.split(|c: char| !c.is_alphanumeric() && !matches!(c, '\'' | '’' | '-'))
        .map(|word| {
            let word = word.trim_matches(['\'', '’', '-']);
            let word = word.strip_suffix("'s").or_else(|| word.strip_suffix("’s")).unwrap_or(word);
            word.chars().filter(|c| c.is_alphanumeric()).collect::<String>()
        })
        .filter(|word| !word.is_empty())
        .collect()
}

fn english(run: &str) -> Vec<String> {
    let stemmer = Stemmer::create(Algorithm::English);
    let plain = latin_words(run);
    let mut found = Vec::new();
    let mut at = 0;
    while at < plain.len() {
        let phrase = (1..=PHRASE_MAX_WORDS.min(plain.len() - at))
            .rev()
            .filter(|len| *len > 1 || !STOP.contains(plain[at].as_str()))
            .find_map(|len| Some((len, *SYNONYMS.get(&plain[at..at + len].join(" "))?)));
        match phrase {
            Some((len, name)) => {
                found.push(name.to_owned());
                at += len;
            }
            None => {
                // A bare number is an amount, a size, a date: those that mean something are synonyms.
                if !STOP.contains(plain[at].as_str()) && !plain[at].bytes().all(|b| b.is_ascii_digit()) {
                    found.push(stemmer.stem(&plain[at]).into_owned());
                }
                at += 1;
            }
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cut(text: &str) -> String {
        words(text).join(" ")
    }

    #[test]
    fn chinese_is_cut_into_words_and_loses_its_small_ones() {
        assert_eq!(cut("请问提现多久到账啊？"), "payout howlong arrive");
        assert_eq!(cut("图片上能放二维码吗"), "picture 放 二维码");
        assert_eq!(cut("银行卡想换成公司的"), "bankcard change company");
        assert_eq!(cut("三天了，120块"), "", "counts say nothing");
    }

    #[test]
    fn the_dictionary_can_be_read() {
        let jieba = Jieba::with_dict(&mut include_bytes!("dict.txt").as_slice()).unwrap();
        let cut: Vec<&str> = jieba.cut("签收了买家说二维码", false).iter().map(|token| token.word).collect();
        assert_eq!(cut, ["签收", "了", "买家", "说", "二维码"]);
    }

    #[test]
    fn english_is_stemmed_and_phrases_become_one_word() {
        assert_eq!(cut("How do I change my bank accounts?"), "change bankcard");
        assert_eq!(cut("Printing shipping labels"), "print ship label");
        assert_eq!(cut("the buyer's parcels weren't scanned"), "buyer parcel werent scan");
        assert_eq!(cut("W-8BEN or w8ben"), "w8ben");
    }

    #[test]
    fn both_languages_meet_in_one_text() {
        assert_eq!(cut("ERP怎么对接API"), "erp connect api");
        assert_eq!(cut("ＡＰＩ　ＫＥＹ"), "apikey", "full-width letters are letters");
    }

    #[test]
    fn hostile_text_is_cut_without_harm() {
        let (much, long) = ("提现".repeat(100_000), "a".repeat(100_000));
        for text in ["", "\u{0}", "🤷🏽‍♀️", "''''", "----", "\u{202E}abc", &much, &long] {
            assert!(words(text).len() <= 4, "{text:.20}");
        }
    }

    #[test]
    fn no_synonym_means_two_things() {
        let mut seen: HashMap<String, &str> = HashMap::new();
        let mut twice = Vec::new();
        let lines = include_str!("synonyms.txt").lines();
        for line in lines.filter(|line| !line.starts_with('#') && !line.is_empty()) {
            let (name, rest) = line.split_once(':').unwrap();
            for written in rest.split(',').map(|written| written.trim().to_lowercase()) {
                assert!(!written.is_empty(), "an empty synonym of {name}");
                if let Some(other) = seen.insert(written.clone(), name) {
                    twice.push(format!("{written}: {other}, {name}"));
                }
            }
        }
        assert!(twice.is_empty(), "{twice:#?}");
    }
}
