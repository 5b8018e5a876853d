//! The core of Guildhall: vocabulary, store, intake, features, courier and clockwork.
