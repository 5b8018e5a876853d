//! What people call tiers, and languages where one is mistyped.

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
