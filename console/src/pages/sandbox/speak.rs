//! What people do on the sandbox page: write, press, fill in, come and go.

use std::collections::BTreeMap;

use axum::extract::{Form, Multipart, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse as _, Redirect, Response};
use bot_core::chat::MessageKey;
use bot_core::text;
use bot_core::texts::Text;
use guildhall_sandbox::{Post, Refusal, Tapped, World};

use super::file::picture_kind;
use super::panel::Failed;
use super::refusal::in_words;
use super::view::{Draft, Spec, View};
use super::{full_page, world_of};
use crate::asked::Upload;
use crate::fault::Fault;
use crate::frame::Frame;
use crate::guard::UPLOAD_MAX_BYTES;
use crate::reader::Reader;
use crate::state::Console;

/// Fields of a form of the bot carry this before their names, so that they cannot be taken for ours.
const ANSWER_PREFIX: &str = "a.";

/// Why something was not done.
enum No {
    Refused(Refusal),
    Said(Text),
}

impl From<Refusal> for No {
    fn from(refusal: Refusal) -> Self {
        Self::Refused(refusal)
    }
}

/// A panel of a page, as its forms name it.
struct At {
    view: View,
    n: usize,
    spec: Spec,
}

impl At {
    fn read(view: &str, n: &str) -> Result<Self, Fault> {
        let view = View::read(view);
        let n = n.parse().map_err(|_| Fault::Unreadable)?;
        let spec = view.panels.get(n).cloned().ok_or(Fault::Unreadable)?;
        Ok(Self { view, n, spec })
    }
}

/// A message that somebody is about to send.
#[derive(Default)]
struct Said {
    view: String,
    n: String,
    text: String,
    reply: Option<MessageKey>,
    edit: Option<MessageKey>,
    /// The name and bytes of a picture.
    picture: Option<(String, axum::body::Bytes)>,
}

/// `POST /sandbox/say`: writes, answers, or changes what was written; with or without a picture.
pub(super) async fn say(
    State(console): State<Console>,
    reader: Reader,
    Upload(form): Upload,
) -> Result<Response, Fault> {
    let said = read_said(form).await?;
    let at = At::read(&said.view, &said.n)?;
    match write(world_of(&console)?, &at.spec, &said) {
        Ok(()) => Ok(done(&reader, &at.view, &at.view.without_drafts())),
        Err(no) => {
            let draft = Draft { text: said.text, reply: said.reply, edit: said.edit };
            let view = at.view.with(at.n, |spec| spec.draft = draft);
            refused(&console, &reader, &view, at.n, no, None).await
        }
    }
}

async fn read_said(mut form: Multipart) -> Result<Said, Fault> {
    let mut said = Said::default();
    while let Some(field) = form.next_field().await.map_err(|_| Fault::Unreadable)? {
        let name = field.name().unwrap_or_default().to_owned();
        if name == "picture" {
            let file = field.file_name().unwrap_or("picture").to_owned();
            let bytes = field.bytes().await.map_err(|_| Fault::TooLarge { max_bytes: UPLOAD_MAX_BYTES })?;
            // A browser sends an empty file when none was chosen.
            said.picture = (!bytes.is_empty()).then_some((file, bytes));
            continue;
        }
        let value = field.text().await.map_err(|_| Fault::Unreadable)?;
        let key = || Some(value.clone()).filter(|key| !key.is_empty()).map(MessageKey);
        match name.as_str() {
            "view" => said.view = value,
            "n" => said.n = value,
            // Browsers send lines ended by CR LF.
            "text" => said.text = value.replace("\r\n", "\n"),
            "reply" => said.reply = key(),
            "edit" => said.edit = key(),
            _ => {}
        }
    }
    Ok(said)
}

fn write(world: &World, spec: &Spec, said: &Said) -> Result<(), No> {
    let text = said.text.trim_end();
    if let Some(message) = &said.edit {
        world.edit(&spec.speaker, &spec.chat(), message, text)?;
        return Ok(());
    }
    let mut post = Post { thread: spec.thread.clone(), reply_to: said.reply.clone(), ..Post::text(text) };
    if let Some((name, bytes)) = &said.picture {
        if picture_kind(bytes).is_none() {
            return Err(No::Said(text!("sandbox-refused-not-a-picture")));
        }
        post = post.with_file(world.upload(name, bytes)?);
    }
    world.say(&spec.speaker, &spec.chat(), post)?;
    Ok(())
}

/// `POST /sandbox/touch`: what is done with one click. `do` says what, to which message, and how.
pub(super) async fn touch(
    State(console): State<Console>,
    reader: Reader,
    Form(form): Form<BTreeMap<String, String>>,
) -> Result<Response, Fault> {
    let get = |name: &str| form.get(name).map(String::as_str).unwrap_or_default();
    let at = At::read(get("view"), get("n"))?;
    match act(world_of(&console)?, &at, get("do"))? {
        Ok(view) => Ok(done(&reader, &at.view, &view)),
        Err(no) => refused(&console, &reader, &at.view, at.n, no, None).await,
    }
}

/// Does it; gives the view to go on with.
fn act(world: &World, at: &At, what: &str) -> Result<Result<View, No>, Fault> {
    let (speaker, chat) = (&at.spec.speaker, &at.spec.chat());
    let mut words = what.splitn(3, ' ');
    let (verb, message, rest) = (words.next(), words.next(), words.next());
    let message = || message.filter(|key| !key.is_empty()).map(MessageKey::from).ok_or(Fault::Unreadable);
    let same = || at.view.without_drafts();
    let done: Result<View, Refusal> = match (verb, rest) {
        (Some("press"), Some(handle)) => world.press(speaker, chat, &message()?, handle).map(|_| same()),
        (Some("direct"), Some(label)) => {
            world.tap(speaker, chat, &message()?, label).map(|tapped| match tapped {
                Tapped::Direct(_) => same().showing_direct(at.n),
                Tapped::Pressed(_) | Tapped::Url(_) => same(),
            })
        }
        (Some("react"), Some(emoji)) => {
            let message = message()?;
            match world.react(speaker, chat, &message, &[emoji]) {
                // A second click takes it back.
                Err(Refusal::Unchanged) => world.react(speaker, chat, &message, &[]).map(|()| same()),
                done => done.map(|()| same()),
            }
        }
        (Some("delete"), None) => world.delete(speaker, chat, &[message()?]).map(|()| same()),
        (Some("join"), None) => world.join(speaker, chat).map(|()| same()),
        (Some("leave"), None) => world.leave(speaker, chat).map(|()| same()),
        (Some("start"), None) => world.open_direct(speaker, None).map(|_| same().showing_direct(at.n)),
        (Some("block"), None) => world.close_direct(speaker).map(|()| same()),
        _ => return Err(Fault::Unreadable),
    };
    Ok(done.map_err(No::from))
}

/// `POST /sandbox/form`: a form of the bot is filled in or put away.
pub(super) async fn form(
    State(console): State<Console>,
    reader: Reader,
    Form(fields): Form<Vec<(String, String)>>,
) -> Result<Response, Fault> {
    let get = |name: &str| {
        fields.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_str()).unwrap_or_default()
    };
    let at = At::read(get("view"), get("n"))?;
    let world = world_of(&console)?;
    let handle = get("handle").to_owned();
    let answers: Vec<(String, String)> = fields
        .iter()
        .filter_map(|(key, value)| {
            Some((key.strip_prefix(ANSWER_PREFIX)?.to_owned(), value.replace("\r\n", "\n")))
        })
        .collect();
    let done = if get("put_away").is_empty() {
        world.fill_form(&at.spec.speaker, &handle, answers.iter().cloned().collect())
    } else {
        world.dismiss_form(&at.spec.speaker, &handle)
    };
    match done {
        Ok(()) => Ok(self::done(&reader, &at.view, &at.view.without_drafts())),
        Err(refusal) => {
            refused(&console, &reader, &at.view, at.n, refusal.into(), Some((handle, answers))).await
        }
    }
}

/// It is done: scripts look for themselves unless other chats are to be shown; plain forms get the page anew.
fn done(reader: &Reader, before: &View, after: &View) -> Response {
    if !reader.live {
        return Redirect::to(&after.path()).into_response();
    }
    if before.without_drafts() == after.without_drafts() {
        return StatusCode::NO_CONTENT.into_response();
    }
    axum::Json(serde_json::json!({ "go": after.path() })).into_response()
}

async fn refused(
    console: &Console,
    reader: &Reader,
    view: &View,
    n: usize,
    no: No,
    form: Option<(String, Vec<(String, String)>)>,
) -> Result<Response, Fault> {
    let f = Frame::new(console, reader, "sandbox", String::new());
    let words = match no {
        No::Refused(refusal) => f.say(&in_words(&f, &refusal)),
        No::Said(text) => f.say(&text),
    };
    if reader.live {
        return Ok((StatusCode::CONFLICT, words).into_response());
    }
    let mut response = full_page(console, reader, view, Some(Failed { n, words, form })).await?;
    *response.status_mut() = StatusCode::CONFLICT;
    Ok(response)
}
