//! Help: what somebody can do where they are, made from what the features own; and a greeting.

#[cfg(test)]
mod tests;

use async_trait::async_trait;

use crate::chat::{Content, EventBody, RichText};
use crate::error::Result;
use crate::feature::{
    Actor, ArgKind, ArgSpec, CommandSpec, Feature, Flow, Incoming, Invocation, Manifest, Offer, Places, Typed,
};
use crate::store::help;
use crate::text;
use crate::texts::Text;
use crate::work::Work;

/// Help.
pub struct Help;

static MANIFEST: Manifest = Manifest {
    name: "help",
    commands: &[
        CommandSpec {
            name: "help",
            needs: None,
            places: Places::Anywhere,
            args: &[ArgSpec { name: "command", kind: ArgKind::Word, required: false }],
        },
        CommandSpec {
            name: "start",
            needs: None,
            places: Places::Direct,
            // Platforms put a payload behind it that was meant for a button.
            args: &[ArgSpec { name: "payload", kind: ArgKind::Rest, required: false }],
        },
    ],
    timers: &[],
    buttons: &[],
    forms: &[],
    pages: &[],
};

#[async_trait]
impl Feature for Help {
    fn manifest(&self) -> &'static Manifest {
        &MANIFEST
    }

    async fn on_command(&self, work: &mut Work, call: &Invocation) -> Result<()> {
        let at = &call.at;
        if call.spec.name == "start" {
            let (user, now_ms) = (&at.user.id, work.now_ms);
            help::greet(work.tx().await?, user, now_ms).await?;
            greet(work, at);
            return Ok(());
        }
        let said = match call.args.words("command") {
            Some(name) => one(work, at, name)?,
            None => list(work, at),
        };
        work.say(at.place(), Content::text(said).replying_to(call.message.clone()));
        Ok(())
    }

    fn offers(&self) -> &'static [&'static str] {
        &["help"]
    }

    async fn offer(&self, work: &mut Work, typed: &Typed) -> Result<Vec<Offer>> {
        let at = &typed.at;
        let usable = work.hall.features.commands().filter(|spec| shown(spec, at));
        let label =
            |spec: &CommandSpec| format!("/{} — {}", spec.name, work.hall.texts.say(at.lang, &spec.help()));
        Ok(usable.map(|spec| Offer::new(spec.name, label(spec))).collect())
    }

    async fn on_event(&self, work: &mut Work, incoming: &Incoming) -> Result<Flow> {
        // With a payload they came for something, and whoever they came for answers.
        if !matches!(&incoming.event.body, EventBody::DirectOpened { payload: None, .. }) {
            return Ok(Flow::Pass);
        }
        let Some(at) = incoming.actor(&work.hall, None, None) else { return Ok(Flow::Pass) };
        let now_ms = work.now_ms;
        if help::greet(work.tx().await?, &at.user.id, now_ms).await? {
            greet(work, &at);
        } else {
            // Whoever comes back is no stranger, but not left without an answer.
            let said = list(work, &at);
            work.say(at.place(), Content::text(said));
        }
        Ok(Flow::Pass)
    }
}

/// Greets somebody and says what the bot can do for them.
fn greet(work: &mut Work, at: &Actor) {
    let hello = work.hall.texts.say(at.lang, &text!("help-hello", name = &at.user.name));
    let said = RichText::plain(hello).then("\n\n").then_rich(&list(work, at));
    work.say(at.place(), Content::text(said));
}

/// What somebody can do where they are: a heading for each feature, a line for each command.
fn list(work: &Work, at: &Actor) -> RichText {
    let say = |text: &Text| work.hall.texts.say(at.lang, text);
    let mut said = RichText::plain(say(&Text::new("help-here")));
    for feature in work.hall.features.all() {
        let manifest = feature.manifest();
        let mut usable = manifest.commands.iter().filter(|spec| shown(spec, at)).peekable();
        if usable.peek().is_none() {
            continue;
        }
        said = said.then("\n\n").then_bold(&say(&manifest.title()));
        for spec in usable {
            said = said.then(&format!("\n{} — {}", say(&spec.usage()), say(&spec.help())));
        }
    }
    said.then("\n\n").then(&say(&Text::new("help-more")))
}

/// Whether a command is in the list. `/start` is what platforms send, not what people look for; `/link` is heard in
/// groups only to void a code that was sent there by mistake, which nobody should be led to.
fn shown(spec: &CommandSpec, at: &Actor) -> bool {
    let listed = match spec.name {
        "start" => false,
        "link" => at.chat.is_direct(),
        _ => true,
    };
    listed && spec.usable_by(at)
}

/// How one command is used and what it does. Of what a role does not allow, only staff are told that it exists.
fn one(work: &Work, at: &Actor, name: &str) -> Result<RichText> {
    let name = name.trim_start_matches('/').to_lowercase();
    let short: String = name.chars().take(24).collect();
    let Some((_, spec)) = work.hall.features.command(&name) else {
        return Err(text!("command-unknown", name = short).into());
    };
    if spec.needs.is_some_and(|permission| at.staff_who_may(permission).is_none()) {
        return Err(match at.staff {
            Some(_) => text!("command-not-allowed", name = short).into(),
            None => text!("command-unknown", name = short).into(),
        });
    }
    let say = |text: &Text| work.hall.texts.say(at.lang, text);
    let mut said = RichText::plain("").then_bold(&say(&spec.usage())).then("\n").then(&say(&spec.help()));
    if let Some(place) = spec.places.text() {
        said = said.then("\n").then(&say(&text!("command-not-here", name = spec.name, place = place)));
    }
    Ok(said)
}
