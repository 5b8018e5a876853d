//! People ask what they can do.

use crate::chat::{EventBody, Lang};
use crate::directory::Purpose;
use crate::feature::Places;
use crate::features::testing::{Said, Stage, direct, info, on_stage};
use crate::roster::Role;
use crate::store::chat;
use crate::texts::Texts;

/// The commands that a help text lists.
fn listed<'t>(said: &'t str) -> Vec<&'t str> {
    let line = |line: &'t str| {
        let command = line.split_once(" — ")?.0.strip_prefix('/')?;
        command.split(|c: char| !c.is_ascii_alphanumeric()).next()
    };
    said.lines().filter_map(line).collect()
}

async fn opens(stage: &Stage, name: &str, payload: Option<&str>) -> Vec<Said> {
    let payload = payload.map(str::to_owned);
    stage.happens("sandbox", EventBody::DirectOpened { chat: direct(name), by: info(name), payload }).await
}

#[test]
fn everybody_is_shown_exactly_what_they_may_do_here() {
    on_stage(|stage| async move {
        for role in Role::ALL {
            stage.staff(role.word(), role).await;
        }
        stage.writes(&direct("Lin"), "Lin", "hello").await;
        let room = stage.group_for("staff room", Purpose::Staff).await;
        let group = stage.group_for("shops", Purpose::Community).await;
        let everybody = Role::ALL.map(Role::word).into_iter().chain(["Lin"]);
        for name in everybody {
            let role = Role::from_word(name);
            for chat in [&room, &group, &direct(name)] {
                let help = stage.hears(chat, name, "/help").await.concat();
                let here = |places: Places| match places {
                    Places::Anywhere => true,
                    Places::Groups => chat == &room || chat == &group,
                    Places::Staff => chat == &room,
                    Places::Direct => chat == &direct(name),
                    Places::StaffOrDirect => chat != &group,
                };
                let may = |spec: &&crate::feature::CommandSpec| {
                    let entitled = spec
                        .needs
                        .is_none_or(|right| role.is_some_and(|role| role.permissions().contains(&right)));
                    let listed = spec.name != "start" && (spec.name != "link" || chat == &direct(name));
                    entitled && here(spec.places) && listed
                };
                let expected: Vec<&str> =
                    stage.hall.features.commands().filter(may).map(|spec| spec.name).collect();
                assert_eq!(listed(&help), expected, "{name} in {}", chat.title);
            }
        }
    });
}

#[test]
fn one_command_is_explained_to_whoever_may_use_it() {
    on_stage(|stage| async move {
        stage.staff("Gu", Role::Admin).await;
        stage.staff("Mu", Role::Auditor).await;
        let said = stage.hears(&direct("Gu"), "Gu", "/help /Group").await.concat();
        let texts = Texts::new(jiff::tz::TimeZone::UTC);
        let (_, spec) = stage.hall.features.command("group").unwrap();
        assert!(said.starts_with(&texts.say(Lang::En, &spec.usage())), "{said}");
        assert!(said.contains("/group works in groups."), "{said}");
        let refused = stage.hears(&direct("Mu"), "Mu", "/help group").await;
        assert_eq!(refused, ["Your role does not allow /group."]);
        let hidden = stage.hears(&direct("Lin"), "Lin", "/help group").await;
        assert_eq!(hidden, ["There is no command /group. /help lists what you can do."]);
        let none = stage.hears(&direct("Lin"), "Lin", "/help dance").await;
        assert_eq!(none, ["There is no command /dance. /help lists what you can do."]);
    });
}

#[test]
fn a_person_is_greeted_once_when_they_open_the_private_chat() {
    on_stage(|stage| async move {
        assert!(
            opens(&stage, "Lin", Some("ticket-1")).await.iter().all(|said| !said.text().contains("Hello"))
        );
        let said = opens(&stage, "Lin", None).await;
        assert!(said[0].text().starts_with("Hello Lin."), "{said:?}");
        assert!(listed(&said[0].text()).contains(&"me"), "{said:?}");
        let back = opens(&stage, "Lin", None).await;
        assert!(back.len() == 1 && back[0].text().starts_with("Here you can use:"), "{back:?}");
        let said = stage.hears(&direct("Lin"), "Lin", "/start").await;
        assert!(said[0].starts_with("Hello Lin."), "whoever asks is greeted: {said:?}");

        let said = stage.hears(&direct("Bo"), "Bo", "/start abc").await;
        assert!(said[0].starts_with("Hello Bo."), "{said:?}");
        let back = opens(&stage, "Bo", None).await;
        assert!(
            back.len() == 1 && back[0].text().starts_with("Here you can use:"),
            "greeted already: {back:?}"
        );
    });
}

#[test]
fn help_speaks_the_language_of_who_asks() {
    on_stage(|stage| async move {
        stage.writes(&direct("Lin"), "Lin", "hello").await;
        let user = stage.user("Lin").await;
        let mut tx = stage.hall.db.write().await.unwrap();
        chat::set_user_lang(&mut tx, &user.id, Lang::Zh).await.unwrap();
        tx.commit().await.unwrap();
        stage.hall.directory.forget_all();
        let said = stage.hears(&direct("Lin"), "Lin", "/help").await;
        assert!(said[0].starts_with("您在这里可以使用："), "{said:?}");
    });
}
