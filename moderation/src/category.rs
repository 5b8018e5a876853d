//! What sort of harm a rule is about.

use std::fmt;

use serde::{Deserialize, Serialize};

/// What sort of harm a rule is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Category {
    /// Adverts that nobody asked for.
    AdSpam,
    /// Drawing people away into private contacts and other groups.
    ContactDiversion,
    /// Gambling.
    Gambling,
    /// Sexual content and services.
    Porn,
    /// Fraud and phishing, impersonation of the platform included.
    FraudPhishing,
    /// Insults and threats.
    Abuse,
    /// Rumours that spread panic.
    RumorPanic,
    /// Drugs, weapons, papers, accounts, money laundering and other trade against the law.
    OtherIllegal,
}

impl Category {
    /// Every category.
    pub const ALL: [Self; 8] = [
        Self::AdSpam,
        Self::ContactDiversion,
        Self::Gambling,
        Self::Porn,
        Self::FraudPhishing,
        Self::Abuse,
        Self::RumorPanic,
        Self::OtherIllegal,
    ];

    /// Its name, as policies and labelled samples write it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::AdSpam => "ad_spam",
            Self::ContactDiversion => "contact_diversion",
            Self::Gambling => "gambling",
            Self::Porn => "porn",
            Self::FraudPhishing => "fraud_phishing",
            Self::Abuse => "abuse",
            Self::RumorPanic => "rumor_panic",
            Self::OtherIllegal => "other_illegal",
        }
    }

    /// The category of that name.
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|category| category.as_str() == name)
    }
}

impl fmt::Display for Category {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}
