//! Any text whatever: folding is idempotent and leads back to whole characters, and every span of a verdict of the shipped
//! policy, the learner's included, lies on character boundaries of the original.
#![no_main]

use std::sync::LazyLock;

use libfuzzer_sys::fuzz_target;
use moderation::fold::View;
use moderation::{Engine, Learner, Message, Policy};

static ENGINES: LazyLock<[Engine; 2]> = LazyLock::new(|| {
    let unsure = "version = 1\n[[rule]]\nid = \"r\"\ntitle = { en = \"R\", zh-CN = \"规\" }\nviews = \"unsure\"\n\
                  words = [\"大麻\", \"超级返利\", \"代开发票网\", \"casino\", \"加v信\"]\nallow = [\"大麻烦\"]";
    let merchant = Policy::parse(Policy::default_merchant_toml()).expect("it is shipped");
    [
        Engine::new(merchant).with_learner(Learner::starter().clone()),
        Engine::new(Policy::parse(unsure).expect("it is written here")),
    ]
});

// Loading counts for no text.
fuzz_target!(init: { LazyLock::force(&ENGINES); }, |text: &str| {
    let view = View::folded(text);
    assert_eq!(View::folded(view.text()).text(), view.text(), "folding is idempotent");
    for (at, c) in view.text().char_indices() {
        let place = view.original(at..at + c.len_utf8());
        assert!(text.get(place).is_some_and(|original| !original.is_empty()), "whole characters");
    }
    for engine in ENGINES.iter() {
        let verdict = engine.check(&Message::new(text).by("u", Some(text)));
        for hit in &verdict.hits {
            for span in &hit.spans {
                assert!(text.get(span.start..span.end).is_some_and(|found| found.starts_with(&span.text)));
            }
        }
    }
});
