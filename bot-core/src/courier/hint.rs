//! Tells people how to choose where buttons are numbered lines.

use std::borrow::Cow;

use super::{Courier, files};
use crate::chat::{Action, numbered};
use crate::directory::Chat;
use crate::store::StoreError;
use crate::texts::Text;
use crate::work::Work;

impl Courier {
    /// The action with a hint in the chat's language, if it shows choices that are answered by number.
    pub(super) async fn with_hint<'a>(
        &self,
        work: &mut Work,
        action: Cow<'a, Action>,
        chat: &Chat,
    ) -> Result<Cow<'a, Action>, StoreError> {
        let chooses = action.content().is_some_and(|content| numbered(content).next().is_some());
        if !chooses || !self.platform.numbers_buttons() {
            return Ok(action);
        }
        let lang = files::lang_of(work, chat).await?;
        let said = work.hall.texts.say(lang, &Text::new("choice-hint"));
        let mut action = action.into_owned();
        if let Some(content) = action.content_mut() {
            content.hint = Some(said);
        }
        Ok(Cow::Owned(action))
    }
}
