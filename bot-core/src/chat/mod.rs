//! The vocabulary that every platform and every feature speaks: events in, actions out, and what is possible.

mod action;
mod capability;
mod choice;
mod content;
mod event;
mod health;
mod ids;
mod lane;
mod lang;
mod lossy_json;
mod name;
mod plan;
mod platform;
mod post_box;
mod rate;
mod reaction;
mod rich_text;
mod split;
mod troubles;
mod typing;

pub use action::{Action, MessageRef, Standing, ThreadRef};
pub use capability::{Capabilities, Feature, Limits, Right, Support};
pub use choice::{chosen, number_buttons, numbered, without_buttons};
pub use content::{
    Attachment, AttachmentKind, Button, ButtonDo, Content, Field, FieldKind, FileRef, Form, StoredFile,
    UploadedFile,
};
pub use event::{
    ChatInfo, ChatKind, Event, EventBody, ForwardOrigin, MemberRole, MessageEvent, Sender, ThreadChange,
    UserInfo, Wish,
};
pub use health::{Trouble, TroubleKind};
pub use ids::{
    AccountId, ChatKey, EventKey, FileDigest, MessageKey, PressKey, RequestKey, ThreadKey, UserKey,
};
pub use lane::Lane;
pub use lang::Lang;
pub use lossy_json::read_json;
pub use name::clean_display_name;
pub use plan::{Call, Loss, LossKind, RenderPlan, cut_rich_text, sends};
pub use platform::{
    Address, Delivered, EventSink, Gap, Heard, IntakeClosed, Outcome, Pace, Platform, Platforms, Rejection,
    RejectionKind, RetryScope,
};
pub use post_box::{PostBox, Posted};
pub use rate::Rate;
pub use reaction::{CUSTOM_EMOJI, ReactionChange};
pub use rich_text::{Mark, MarkKind, RichText};
pub use split::{split_rich_text, utf16_len};
pub use troubles::Troubles;
pub use typing::{SUGGESTIONS_MAX, Suggestion, Typing};
