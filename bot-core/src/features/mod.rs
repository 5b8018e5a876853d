//! The features, one file or folder each.

use std::sync::Arc;

use crate::feature::Registry;

pub mod activity;
pub mod album;
pub mod announcement;
pub mod answer;
pub mod delivery;
pub mod form;
pub mod group;
pub mod help;
pub mod housekeeping;
pub mod join_request;
pub mod learner;
pub mod lockdown;
pub mod r#macro;
pub mod moderation;
pub mod people;
pub mod privacy;
pub mod segment;
pub mod slow_mode;
#[cfg(test)]
pub(crate) mod testing;
pub mod ticket;
pub mod tier;
pub mod webhook;
pub mod when;
pub mod wording;

/// The settings of all features, with defaults that work.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct FeatureConfig {
    /// Of announcements.
    pub announcements: announcement::AnnouncementConfig,
    /// Of answers.
    pub answer: answer::AnswerConfig,
    /// Of files.
    pub files: crate::files::FilesConfig,
    /// Of how long what is kept.
    pub retention: privacy::RetentionConfig,
    /// Of webhooks.
    pub webhooks: webhook::WebhookConfig,
}

/// All features, in the order in which they hear of messages.
pub fn all(config: FeatureConfig) -> Registry {
    let settings = config.clone();
    let registry = Registry::new(vec![
        // Before everybody who may have the last word on an event: it only listens.
        Arc::new(webhook::WebhookFeature),
        Arc::new(album::Album),
        Arc::new(form::FormFeature),
        Arc::new(people::People),
        Arc::new(tier::TierFeature),
        Arc::new(group::Group),
        Arc::new(ticket::TicketFeature),
        Arc::new(housekeeping::Housekeeping::new(&config.files, &config.retention)),
        Arc::new(privacy::PrivacyFeature),
        Arc::new(moderation::Moderation),
        Arc::new(learner::LearnerFeature::default()),
        Arc::new(join_request::JoinRequestFeature),
        Arc::new(lockdown::LockdownFeature),
        // After moderation: what breaks a rule is a case, however soon it came.
        Arc::new(slow_mode::SlowModeFeature),
        Arc::new(announcement::AnnouncementFeature),
        Arc::new(activity::ActivityFeature),
        // After all that: it answers only what nobody else had a use for.
        Arc::new(answer::AnswerFeature::new(config.answer)),
        // Last: its list is what people look for at the end, and a private chat that was opened for something is
        // answered by whom it was opened for.
        Arc::new(help::Help),
    ]);
    registry.with_config(settings)
}
