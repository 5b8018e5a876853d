//! What people call tiers and languages.

use crate::chat::Lang;
use crate::store::people::Tier;

/// Words for languages that are suggested to who mistypes one.
pub(super) const LANGS: [&str; 4] = ["Chinese", "English", "中文", "英文"];

/// The tier that people call by this word.
pub fn tier_named(word: &str) -> Option<Tier> {
    Some(match word.to_lowercase().as_str() {
        "none" | "newcomer" | "newcomers" | "新手" | "新商家" => Tier::None,
        "heart" | "hearts" | "红心" => Tier::Heart,
        "diamond" | "diamonds" | "钻石" => Tier::Diamond,
        "crown" | "crowns" | "皇冠" => Tier::Crown,
        _ => return None,
    })
}

/// The language that people call by this word.
pub(super) fn lang_named(word: &str) -> Option<Lang> {
    Some(match word.to_lowercase().as_str() {
        "zh" | "zh-cn" | "chinese" | "中文" | "汉语" | "简体中文" => Lang::Zh,
        "en" | "english" | "英文" | "英语" => Lang::En,
        _ => return None,
    })
}
