//! Who is in a story, and what they do.

use bot_core::chat::{ChatKey, MemberRole, MessageKey, UserInfo, UserKey};
use bot_core::directory::Purpose;
use bot_core::ids::StaffId;
use bot_core::roster::{Role, Staff};
use bot_core::store::people::{Contact, ContactRole, Merchant, Tier};
use bot_core::store::{chat, people};
use guildhall_sandbox::{Author, MessageView, Post};

use super::{About, GROUP, Kind, STAFF, Stage};

impl Stage {
    /// A group, and what it is to the program.
    pub async fn group(&mut self, title: &str, purpose: Purpose) -> ChatKey {
        let key = self.ground.new_group(title, self.chats.len());
        self.world.create_group(key.as_str(), title, &[]).unwrap();
        if purpose == Purpose::Staff {
            self.ground.make_forum(&key);
        }
        self.chats.insert(title.to_owned(), key.clone());
        self.settle_who_came().await;
        let hall = self.hall();
        let mut work = hall.begin().await.unwrap();
        let tx = work.tx().await.unwrap();
        let stored = chat::by_key(tx, self.world.account(), &key).await.unwrap().expect("the group was met");
        chat::set_purpose(tx, &stored.id, purpose, None).await.unwrap();
        work.commit().await.unwrap();
        hall.directory.forget_all();
        key
    }

    /// A group goes on under another key.
    pub async fn migrates(&mut self, title: &str) -> ChatKey {
        let to = self.ground.new_group("supergroup", 900);
        let to = self.world.migrate(&self.chat(title), to.as_str()).unwrap();
        self.chats.insert(title.to_owned(), to.clone());
        self.settle().await;
        to
    }

    /// A merchant who is a member of the group.
    pub async fn merchant(&mut self, name: &str) -> UserKey {
        let user = self.stranger(name);
        self.world.join(&user, &self.chat(GROUP)).unwrap();
        self.settle_who_came().await;
        user
    }

    /// Somebody on the platform who is in no group.
    pub fn stranger(&mut self, name: &str) -> UserKey {
        let handle: String =
            name.chars().filter(char::is_ascii_alphanumeric).collect::<String>().to_lowercase();
        let user = self.ground.new_user(self.users.len());
        let username = (!handle.is_empty()).then_some(handle);
        let info =
            UserInfo { key: user.clone(), name: name.to_owned(), username, language: None, is_bot: false };
        self.world.add_user(info).unwrap();
        self.users.insert(name.to_owned(), user.clone());
        user
    }

    /// A staff member in the group and in the staff chat, whose chat identity is linked.
    pub async fn staff(&mut self, name: &str, role: Role) -> StaffId {
        let user = self.merchant(name).await;
        self.world.join(&user, &self.chat(STAFF)).unwrap();
        self.settle_who_came().await;
        let hall = self.hall();
        let mut work = hall.begin().await.unwrap();
        let account = self.world.account().clone();
        let tx = work.tx().await.unwrap();
        let met = chat::user_by_key(tx, &account, &user).await.unwrap().expect("joining made them known");
        let id = StaffId::from(format!("staff-{name}"));
        let staff =
            Staff { id: id.clone(), name: name.to_owned(), person: Some(met.person), roles: [role].into() };
        people::add_staff(tx, &staff, super::START_MS).await.unwrap();
        work.roster_changed();
        work.commit().await.unwrap();
        id
    }

    /// Makes somebody the decision maker of a shop that sells apparel live.
    pub async fn shop_of(&self, name: &str, shop: &str, tier: Tier) {
        let hall = self.hall();
        let mut work = hall.begin().await.unwrap();
        let tx = work.tx().await.unwrap();
        let met = chat::user_by_key(tx, self.world.account(), &self.user(name)).await.unwrap();
        let merchant = Merchant {
            id: hall.ids.next(),
            name: shop.into(),
            category: "apparel".into(),
            tier,
            tags: ["live".to_owned()].into(),
            created_at_ms: super::START_MS,
        };
        let contact = Contact {
            id: hall.ids.next(),
            merchant: merchant.id.clone(),
            person: met.unwrap_or_else(|| panic!("{name} was not met")).person,
            role: ContactRole::DecisionMaker,
        };
        people::add_merchant(tx, &merchant).await.unwrap();
        people::put_contact(tx, &contact).await.unwrap();
        work.commit().await.unwrap();
    }

    /// Makes a member an admin of the group on the platform itself.
    pub async fn platform_admin(&mut self, name: &str) {
        self.world.set_role(&self.chat(GROUP), &self.user(name), MemberRole::Admin).unwrap();
        self.settle().await;
    }

    /// The key of a user by name.
    pub fn user(&self, name: &str) -> UserKey {
        self.users.get(name).unwrap_or_else(|| panic!("nobody is called {name}")).clone()
    }

    /// The key of a chat by title; of the private chat with the bot by `@Name`.
    pub fn chat(&self, title: &str) -> ChatKey {
        if let Some(name) = title.strip_prefix('@') {
            let user = self.user(name);
            let chats = self.world.chats(Some(&user));
            let direct = chats.into_iter().find(|chat| chat.kind == bot_core::chat::ChatKind::Direct);
            return direct.unwrap_or_else(|| panic!("{name} has no private chat")).key;
        }
        self.chats.get(title).unwrap_or_else(|| panic!("no chat is called {title}")).clone()
    }

    /// The key by which the program knows a chat of this title (`@Name` for a private chat).
    pub fn key_of(&self, title: &str) -> ChatKey {
        self.ground.key_of(&self.chat(title))
    }

    /// The key by which the program knows a message of a chat outside its threads.
    pub fn key_of_message(&self, title: &str, message: &MessageKey) -> MessageKey {
        match self.kind() {
            Kind::Discord => MessageKey(self.discord().message_of(&self.chat(title), message)),
            Kind::Sandbox | Kind::Telegram(_) | Kind::Qq(_) => message.clone(),
        }
    }

    /// Whether there is a chat of this title (`@Name` for a private chat).
    pub fn has_chat(&self, title: &str) -> bool {
        let Some(name) = title.strip_prefix('@') else { return self.chats.contains_key(title) };
        let direct = self.users.get(name).and_then(|user| self.world.user(user)).and_then(|user| user.direct);
        direct.is_some()
    }

    /// Opens the private chat with the bot.
    pub async fn opens_direct(&mut self, name: &str) {
        self.world.open_direct(&self.user(name), None).unwrap();
        self.settle_who_came().await;
    }

    /// Blocks the bot.
    pub async fn blocks_bot(&mut self, name: &str) {
        self.world.close_direct(&self.user(name)).unwrap();
        self.settle().await;
    }

    /// Somebody says something in the group, and the program does what it does.
    pub async fn says(&mut self, name: &str, text: &str) -> MessageKey {
        self.says_in(GROUP, name, text).await
    }

    /// Somebody says something in a chat (`@Name` for their own private chat).
    pub async fn says_in(&mut self, chat: &str, name: &str, post: impl Into<Post>) -> MessageKey {
        let key = self.world.say(&self.user(name), &self.chat(chat), post);
        let key = key.unwrap_or_else(|refusal| panic!("{name} cannot say it in {chat}: {refusal}"));
        self.settle().await;
        key
    }

    /// Somebody says something in the thread of a chat whose title contains `thread`.
    pub async fn says_in_thread(&mut self, chat: &str, thread: &str, name: &str, text: &str) -> MessageKey {
        self.posts_in_thread(chat, thread, name, Post::text(text)).await
    }

    /// Somebody posts something in the thread of a chat whose title contains `thread`.
    ///
    /// Where there are no threads, they quote the bot's first message about it.
    pub async fn posts_in_thread(&mut self, chat: &str, thread: &str, name: &str, post: Post) -> MessageKey {
        let view = self.world.chat(&self.chat(chat), None, 10_000).unwrap();
        if !self.kind().has(About::Topics) {
            let is_it = |message: &&MessageView| {
                message.author == Author::Bot && message.content.text.text.contains(thread)
            };
            let first = view.messages.iter().find(is_it);
            let first = first
                .unwrap_or_else(|| panic!("nothing in {chat} is about {thread}:\n{}", self.transcript(chat)));
            return self.says_in(chat, name, post.replying_to(&first.key)).await;
        }
        let found = view.threads.iter().find(|one| one.title.contains(thread));
        let found =
            found.unwrap_or_else(|| panic!("no thread of {chat} is called {thread}: {:?}", view.threads));
        self.says_in(chat, name, post.in_thread(&found.key)).await
    }

    /// Somebody answers a message of a chat, in the thread that it stands in.
    pub async fn replies(&mut self, chat: &str, name: &str, to: &MessageKey, text: &str) -> MessageKey {
        let thread = self.message(chat, to).thread;
        let mut post = Post::text(text).replying_to(to);
        post.thread = thread;
        self.says_in(chat, name, post).await
    }

    /// Somebody changes what they said.
    pub async fn edits(&mut self, chat: &str, name: &str, message: &MessageKey, text: &str) {
        self.world.edit(&self.user(name), &self.chat(chat), message, text).unwrap();
        self.settle().await;
    }

    /// Somebody deletes what they said.
    pub async fn deletes(&mut self, chat: &str, name: &str, message: &MessageKey) {
        self.world.delete(&self.user(name), &self.chat(chat), std::slice::from_ref(message)).unwrap();
        self.settle().await;
    }

    /// Somebody's reactions to a message of a chat are now these.
    pub async fn reacts(&mut self, chat: &str, name: &str, message: &MessageKey, emoji: &[&str]) {
        self.world.react(&self.user(name), &self.chat(chat), message, emoji).unwrap();
        self.settle().await;
    }

    /// Somebody touches the latest button of a chat whose label contains `label`.
    ///
    /// Where there are no buttons, they quote the latest message with such a choice and write its number.
    pub async fn taps(&mut self, chat: &str, name: &str, label: &str) {
        if let Kind::Qq(_) = self.kind() {
            return self.chooses(chat, name, label).await;
        }
        let (message, label) = self.button(chat, name, label).unwrap_or_else(|| {
            panic!("{name} sees no button “{label}” in {chat}:\n{}", self.transcript(chat))
        });
        self.world.tap(&self.user(name), &self.chat(chat), &message, &label).unwrap();
        self.settle().await;
    }

    /// Somebody quotes the latest message of a chat with a numbered choice whose words contain `label`, and writes
    /// its number.
    pub async fn chooses(&mut self, chat: &str, name: &str, label: &str) {
        let view = self.world.chat(&self.chat(chat), Some(&self.user(name)), 200).unwrap();
        let found = view
            .messages
            .iter()
            .rev()
            .filter(|message| !message.deleted && message.author == Author::Bot)
            .find_map(|message| Some((message.key.clone(), numbered(&message.content.text.text, label)?)));
        let (message, number) = found.unwrap_or_else(|| {
            panic!("{name} sees no choice “{label}” in {chat}:\n{}", self.transcript(chat))
        });
        self.says_in(chat, name, Post::text(number).replying_to(&message)).await;
    }

    /// Somebody touches a button as [`Stage::button`] gave it, and the program does not yet do what it does.
    pub fn touches(&self, chat: &str, name: &str, (message, label): &(MessageKey, String)) {
        let (user, chat) = (self.user(name), self.chat(chat));
        if let Kind::Qq(_) = self.kind() {
            self.world.say(&user, &chat, Post::text(label.as_str()).replying_to(message)).unwrap();
        } else {
            self.world.tap(&user, &chat, message, label).unwrap();
        }
    }

    /// The latest message with a button whose label contains `label`, and the whole label.
    pub fn button(&self, chat: &str, name: &str, label: &str) -> Option<(MessageKey, String)> {
        let view = self.world.chat(&self.chat(chat), Some(&self.user(name)), 200).unwrap();
        if let Kind::Qq(_) = self.kind() {
            let bots = |message: &&MessageView| !message.deleted && message.author == Author::Bot;
            return view.messages.iter().rev().filter(bots).find_map(|message| {
                numbered(&message.content.text.text, label).map(|number| (message.key.clone(), number))
            });
        }
        view.messages.iter().rev().filter(|message| !message.deleted).find_map(|message| {
            let button =
                message.content.buttons.iter().flatten().find(|button| button.label.contains(label))?;
            Some((message.key.clone(), button.label.clone()))
        })
    }

    /// A message as the platform has it.
    pub fn message(&self, chat: &str, key: &MessageKey) -> MessageView {
        let view = self.world.chat(&self.chat(chat), None, 10_000).unwrap();
        view.messages.into_iter().find(|message| message.key == *key).expect("the message is there")
    }

    /// The latest message of a chat whose text contains `text`.
    pub fn latest(&self, chat: &str, text: &str) -> MessageView {
        let view = self.world.chat(&self.chat(chat), None, 10_000).unwrap();
        let found = view.messages.into_iter().rev().find(|message| message.content.text.text.contains(text));
        found.unwrap_or_else(|| panic!("nothing in {chat} says “{text}”:\n{}", self.transcript(chat)))
    }
}

/// The number of the choice whose words contain `label`.
fn numbered(text: &str, label: &str) -> Option<String> {
    text.lines().rev().find_map(|line| {
        let (number, words) = line.split_once(". ")?;
        let is_number = !number.is_empty() && number.bytes().all(|b| b.is_ascii_digit());
        (is_number && words.contains(label)).then(|| number.to_owned())
    })
}
