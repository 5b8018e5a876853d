//! Forms in stories: filled in at once where the platform has them, else answered question by question.

use std::collections::BTreeMap;

use bot_core::store::form::StoredForm;
use bot_core::store::{chat, form};
use guildhall_sandbox::Post;

use super::Stage;

impl Stage {
    /// Somebody answers the form that they were asked to fill in in a chat.
    pub async fn fills(&mut self, chat: &str, name: &str, answers: &[(&str, &str)]) {
        let view = self.world.chat(&self.chat(chat), Some(&self.user(name)), 1).unwrap();
        let Some(form) = view.forms.last() else { return self.answers(chat, name, answers).await };
        let answers: BTreeMap<String, String> =
            answers.iter().map(|(field, answer)| ((*field).to_owned(), (*answer).to_owned())).collect();
        self.world.fill_form(&self.user(name), &form.form.handle, answers).unwrap();
        self.settle().await;
    }

    /// Somebody answers one question after the other, and skips those that the story has no answer to.
    async fn answers(&mut self, chat: &str, name: &str, answers: &[(&str, &str)]) {
        let mut form = self.asked(chat, name).await;
        assert!(form.is_some(), "{name} is asked nothing in {chat}:\n{}", self.transcript(chat));
        let mut left: BTreeMap<&str, &str> = answers.iter().copied().collect();
        while let Some(asked) = form {
            let question = &asked.questions[asked.step];
            let mut post = Post::text(left.remove(question.name.as_str()).unwrap_or("/skip"));
            post.thread = asked.thread.clone();
            self.says_in(chat, name, post).await;
            form = self.asked(chat, name).await.filter(|next| next.handle == asked.handle);
            let moved = form.as_ref().is_none_or(|next| next.step > asked.step);
            assert!(moved, "{name}'s answer was not taken:\n{}", self.transcript(chat));
        }
        assert!(left.is_empty(), "{name} was not asked {left:?}:\n{}", self.transcript(chat));
    }

    /// The form through which somebody is asked question by question.
    async fn asked(&self, chat: &str, name: &str) -> Option<StoredForm> {
        let hall = self.hall();
        let mut tx = hall.db.read().await.unwrap();
        let account = self.world.account();
        let chat = chat::by_key(&mut tx, account, &self.key_of(chat)).await.unwrap()?;
        let user = chat::user_by_key(&mut tx, account, &self.user(name)).await.unwrap()?;
        form::guided(&mut tx, &chat.id, &user.id).await.unwrap()
    }
}
