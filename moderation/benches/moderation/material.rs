//! What is measured with: messages, policies, hostile texts, and the fold that figures are compared to.

use moderation::Policy;

/// A text to repeat, and what it is called.
pub(super) const HOSTILE: &[(&str, &str)] = &[
    ("plain Han", "请问今天的订单什么时候可以发货谢谢"),
    ("odd Han", "乂仨卅囱夬尢巿弋戊攴"),
    ("emoji", "🐔👴🌶🐔📝🐱🚬"),
    ("combining marks", "a\u{301}\u{336}\u{20DD}"),
    ("spelled letters", "z h o n g g u o "),
    ("syllables", "zhongguorenminyinhang"),
];

/// A fold by one look-up a character.
pub(super) struct Fold {
    table: Vec<u32>,
}

impl Fold {
    pub(super) fn new() -> Self {
        let lower = |code: u32| {
            char::from_u32(code).map_or(code, |c| c.to_lowercase().next().map_or(code, u32::from))
        };
        Self { table: (0..0x11_0000).map(lower).collect() }
    }

    pub(super) fn read(&self, text: &str) -> String {
        let mut out = String::with_capacity(text.len());
        out.extend(text.chars().filter_map(|c| char::from_u32(self.table[c as usize])));
        out
    }
}

/// Chance that is the same in every run.
struct Chance(u64);

impl Chance {
    fn below(&mut self, n: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) as usize % n
    }
}

/// The project's own labelled messages of which `label` is true.
fn labelled(label: impl Fn(&str) -> bool) -> Vec<String> {
    let dev = include_str!("../../../tests/data/moderation/dev.jsonl");
    dev.lines()
        .filter_map(|line| serde_json::from_str::<serde_json::Value>(line).ok())
        .filter(|row| row["label"].as_str().is_some_and(&label))
        .filter_map(|row| row["text"].as_str().map(str::to_owned))
        .collect()
}

/// What merchants write on an ordinary day.
pub(super) fn harmless() -> Vec<String> {
    labelled(|label| label == "ham")
}

/// The project's own labelled messages, cut and joined to 10 to 200 characters, hits and misses; some 117 bytes at the
/// median.
pub(super) fn messages() -> Vec<String> {
    joined(&labelled(|_| true))
}

/// What merchants write on an ordinary day, cut and joined in the same way.
pub(super) fn ordinary() -> Vec<String> {
    joined(&harmless())
}

fn joined(texts: &[String]) -> Vec<String> {
    let mut chance = Chance(7);
    (0..1_000)
        .map(|_| {
            let wanted = 10 + chance.below(191) * (64 + chance.below(193)) / 256;
            let mut text = String::new();
            while text.chars().count() < wanted {
                text.push_str(&texts[chance.below(texts.len())]);
                text.push(' ');
            }
            text.chars().take(wanted.clamp(10, 200)).collect()
        })
        .collect()
}

/// A policy of so many words, most of them Han, and so many expressions.
pub(super) fn policy(words: usize, expressions: usize, views: &str) -> String {
    format!("version = 1\n{}", rule(words, expressions, views))
}

/// The merchant preset with so many words and expressions more.
pub(super) fn grown(words: usize, expressions: usize) -> String {
    format!("{}\n{}", Policy::default_merchant_toml(), rule(words, expressions, "unsure"))
}

/// So many words, four of five of them Han.
pub(super) fn words(words: usize) -> Vec<String> {
    list(words, &mut Chance(11))
}

fn list(words: usize, chance: &mut Chance) -> Vec<String> {
    (0..words)
        .map(|_| {
            let len = 3 + chance.below(4);
            let han = chance.below(5) > 0;
            let letter = |chance: &mut Chance| {
                let code =
                    if han { 0x4E00 + chance.below(3_000) as u32 } else { 97 + chance.below(26) as u32 };
                char::from_u32(code).unwrap_or('x')
            };
            (0..if han { len } else { len + 4 }).map(|_| letter(chance)).collect()
        })
        .collect()
}

fn rule(words: usize, expressions: usize, views: &str) -> String {
    let mut chance = Chance(11);
    let list: Vec<String> = list(words, &mut chance).iter().map(|word| format!("\"{word}\"")).collect();
    let regexes: Vec<String> = (0..expressions)
        .map(|n| {
            let c = |chance: &mut Chance| char::from_u32(0x4E00 + chance.below(3_000) as u32).unwrap_or('x');
            let (a, b, d) = (c(&mut chance), c(&mut chance), c(&mut chance));
            format!("'{a}{b}\\s*(?:{d}|x{n})[a-z0-9]{{4,}}'")
        })
        .collect();
    format!(
        "[[rule]]\nid = \"bench\"\ntitle = {{ en = \"Bench\", zh-CN = \"量\" }}\nviews = \"{views}\"\nwords = [{}]\nregex = [{}]\n",
        list.join(","),
        regexes.join(",")
    )
}
