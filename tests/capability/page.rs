//! The table of docs/platforms.md, made from what the adapters say.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::sync::Mutex;

use bot_core::chat::{Feature as Can, Limits, Support};

use super::{ALL, claims};
use crate::harness::{Kind, story};

/// Where the table stands.
const PAGE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/docs/platforms.md");
const BEGIN: &str = "<!-- made by `WRITE_DOCS=1 cargo test --test stories capability::page` -->\n";
const END: &str = "<!-- end of what is made -->";

#[test]
fn the_page_says_of_each_platform_what_its_adapter_says() {
    let said: Mutex<BTreeMap<&str, BTreeMap<Can, Support>>> = Mutex::default();
    story(async |h| {
        h.merchant("Eve").await;
        let mut all = BTreeMap::new();
        for can in ALL {
            all.insert(can, claims(h, can).await.of(can).clone());
        }
        said.lock().unwrap().insert(title(h.kind()), all);
    });
    let said = said.into_inner().unwrap();
    if std::env::var_os("STORIES_ON").is_some() {
        // Not all platforms were asked.
        return;
    }
    let page = std::fs::read_to_string(PAGE).unwrap();
    let (before, rest) = page.split_once(BEGIN).expect("the page has a place for the table");
    let (found, after) = rest.split_once(END).expect("the place for the table ends");
    let made = table(&said);
    if std::env::var_os("WRITE_DOCS").is_some() {
        std::fs::write(PAGE, format!("{before}{BEGIN}{made}{END}{after}")).unwrap();
    } else {
        assert_eq!(found, made, "docs/platforms.md is stale; run the command that stands in it");
    }
}

fn title(kind: Kind) -> &'static str {
    match kind {
        Kind::Sandbox => "Sandbox",
        Kind::Telegram(_) => "Telegram",
        Kind::Qq(_) => "QQ",
        Kind::Discord => "Discord",
    }
}

fn table(said: &BTreeMap<&str, BTreeMap<Can, Support>>) -> String {
    let mut table = String::from("\n| |");
    for platform in said.keys() {
        let _ = write!(table, " {platform} |");
    }
    let _ = writeln!(table, " where it is missing |\n| --- |{} --- |", " --- |".repeat(said.len()));
    for can in ALL {
        let _ = write!(table, "| {} |", words(can));
        for of_platform in said.values() {
            let _ = write!(table, " {} |", cell(can, &of_platform[&can]));
        }
        let _ = writeln!(table, " {} |", instead(can));
    }
    table.push('\n');
    table
}

fn cell(can: Can, support: &Support) -> String {
    match support {
        Support::Native(limits) => {
            let limits = limits_in_words(can, limits);
            if limits.is_empty() { "yes".to_owned() } else { format!("yes: {}", limits.join(", ")) }
        }
        Support::Emulated { via, loss } => format!("by {via}; {loss}"),
        Support::Denied { .. } | Support::Absent => "no".to_owned(),
    }
}

fn limits_in_words(can: Can, limits: &Limits) -> Vec<String> {
    let mut words = Vec::new();
    let mut say = |text: Option<String>| words.extend(text);
    say(limits.text_utf16.map(|units| format!("{units} characters")));
    say(limits.caption_utf16.map(|units| format!("{units} under files")));
    let many = match can {
        Can::Buttons => "rows",
        Can::Forms => "questions",
        _ => "in a message",
    };
    say(limits.count.map(|count| format!("{count} {many}")));
    say(limits.size_bytes.map(|bytes| format!("{} MB a file", bytes / 1024 / 1024)));
    say(limits.duration_ms.map(|ms| format!("{} days at once", (ms + 43_200_000) / 86_400_000)));
    say(limits.age_ms.map(|ms| match ms / 60_000 {
        minutes if minutes < 60 => format!("within {minutes} minutes"),
        minutes => format!("within {} hours", minutes / 60),
    }));
    say(limits.on_press.then(|| "in answer to a press".to_owned()));
    words
}

fn words(can: Can) -> &'static str {
    match can {
        Can::Text => "Text",
        Can::Marks => "Bold, links and other marks",
        Can::Attachments => "Pictures and files, sent",
        Can::Fetch => "Pictures and files, fetched",
        Can::Buttons => "Buttons",
        Can::Forms => "Forms",
        Can::Reply => "Replies",
        Can::MentionAll => "Mentioning everybody",
        Can::Edit => "Editing what the bot said",
        Can::DeleteOwn => "Deleting what the bot said",
        Can::DeleteOthers => "Deleting what others said",
        Can::Pin => "Pinning",
        Can::Board => "A board beside the talk",
        Can::Mute => "Muting until a time",
        Can::Kick => "Removing",
        Can::Ban => "Banning",
        Can::BanPurge => "Deleting with a ban what the person wrote",
        Can::Lock => "Locking a group",
        Can::SlowMode => "Slow mode",
        Can::Nick => "A name of the group's own for a member",
        Can::Badge => "A badge beside a member's name",
        Can::JoinRequests => "Requests to join",
        Can::Threads => "Threads",
        Can::DirectFirst => "Writing to a person first",
        Can::SendNonce => "A repeated send known as one",
    }
}

/// What becomes of a feature's wish where the platform has nothing for it.
fn instead(can: Can) -> &'static str {
    match can {
        Can::Text => "",
        Can::Marks => "the words without them; a link's address stands behind its words",
        Can::Attachments => "the text alone, and the preview says so",
        Can::Fetch => "proof and tickets name the file without its bytes",
        Can::Buttons => "numbered choices",
        Can::Forms => "question by question, where the person is",
        Can::Reply => "the answer alone",
        Can::MentionAll => "nobody is mentioned, and the preview says so",
        Can::Edit => {
            "the new words are sent once more, in reply to the old; an announcement's ledger says where it could not be corrected"
        }
        Can::DeleteOwn | Can::DeleteOthers => "the ledger or the case says that it still stands",
        Can::Pin => "left out, and said before sending",
        Can::Board => "what would stand there is pinned",
        Can::Mute => "refused; the case and the staff chat say so",
        Can::Kick | Can::Ban => "refused; the case and the staff chat say so",
        Can::BanPurge => "what the hall saw of it is deleted message by message",
        Can::Lock => "refused with the reason when it is asked for",
        Can::SlowMode => "what comes too soon is deleted, and the person is told how long to wait",
        Can::Nick | Can::Badge => "refused with the reason when a group is to show it",
        Can::JoinRequests => "the platform decides who comes in",
        Can::Threads => {
            "tickets stand in the staff chat one after the other, each line under its number, answered by quoting"
        }
        Can::DirectFirst => "a button or a line in the group asks the person to write first",
        Can::SendNonce => {
            "a send without an answer is *unknown* until the platform shows it, and never repeated blindly"
        }
    }
}
