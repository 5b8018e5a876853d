//! For how long what is kept, as it is configured.

use super::config::{RetentionConfig, before_ms};

#[test]
fn nothing_is_too_old_without_a_number_of_days() {
    assert_eq!(before_ms(0, 1_000), None);
    assert_eq!(before_ms(2, 200_000_000), Some(200_000_000 - 172_800_000));
}

#[test]
fn a_time_in_which_the_program_still_needs_it_is_refused() {
    assert_eq!(RetentionConfig::default().check(), Ok(()));
    for (config, name) in [
        (RetentionConfig { webhooks_days: 4, ..RetentionConfig::default() }, "webhooks_days"),
        (RetentionConfig { messages_days: 6, ..RetentionConfig::default() }, "messages_days"),
        (RetentionConfig { outbox_days: 1, ..RetentionConfig::default() }, "outbox_days"),
    ] {
        let why = config.check().unwrap_err();
        assert!(why.contains(name), "{why}");
    }
}
