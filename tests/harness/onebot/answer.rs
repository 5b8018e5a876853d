//! What a call is answered with.

use serde_json::{Value, json};

/// A refusal: the code and the words.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Refused {
    pub(super) retcode: i64,
    pub(super) why: String,
}

/// What a call gives.
pub(super) type Judged<T = Value> = Result<T, Refused>;

/// NapCat's one code for what went wrong, with words.
pub(super) fn failed(why: impl Into<String>) -> Refused {
    Refused { retcode: 1_200, why: why.into() }
}

/// What NapCat says when QQ did not answer it, whether or not the thing was done.
pub(super) fn timed_out() -> Refused {
    failed(
        "Error: Timeout: NTEvent serviceAndMethod:NodeIKernelMsgService/sendMsg ListenerName:NodeIKernelMsgListener/onMsgInfoListUpdate EventRet: {}",
    )
}

/// The answer as a frame.
pub(super) fn frame(judged: Judged, echo: Value) -> Value {
    match judged {
        Ok(data) => {
            json!({ "status": "ok", "retcode": 0, "data": data, "message": "", "wording": "", "echo": echo, "stream": "normal-action" })
        }
        Err(refused) => json!({ "status": "failed", "retcode": refused.retcode, "data": null,
            "message": refused.why, "wording": refused.why, "echo": echo, "stream": "normal-action" }),
    }
}
