//! Any text whatever as a policy: it is read or refused with places that lie in it, and what is read can judge.
#![no_main]

use libfuzzer_sys::fuzz_target;
use moderation::{Engine, Message, Parameters, Policy};

fuzz_target!(|text: &str| {
    let find = |name: &str| match name {
        "self" => Ok(text.to_owned()),
        other => Err(format!("{other} is not there")),
    };
    match Policy::load(text, &Parameters::default(), &find) {
        Ok(policy) => {
            let _ = policy.findings();
            let _ = Engine::new(policy).check(&Message::new("出大麻 加微信 lin_88 https://a.example f.u.c.k"));
        }
        Err(faults) => {
            assert!(!faults.is_empty() && faults.len() <= 50);
            for fault in faults {
                assert!(fault.line >= 1 && fault.column >= 1);
                assert!(fault.line as usize <= text.lines().count().max(1) + 1, "{fault}");
            }
        }
    }
});
