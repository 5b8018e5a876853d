//! Telegram posts its updates to a node that stands by, and they are answered by the one that holds the account.

use std::io::{Read as _, Write as _};
use std::net::TcpStream;

use bot_core::chat::{UserInfo, UserKey};
use bot_core::store::posted;

use super::Ground;
use crate::harness::telegram::TOKEN;
use crate::program::Place;

const SECRET: &str = "s3cret";
const LIN: &str = "5000000101";

/// Has a program posted to at the address of another one, as by a proxy that sends everything there.
fn posted_at(place: &Place, api_port: u16, name: &str, door: u16) {
    place.write(&format!(
        "[node]\nname = \"{name}\"\n[files]\ndir = \"{}\"\n[telegram]\ntoken = \"{TOKEN}\"\napi_url = \"http://127.0.0.1:{api_port}\"\n\
         mode = \"webhook\"\nwebhook_secret = \"{SECRET}\"\n",
        place.path("files").display(),
    ));
    let path = place.path("guildhall.toml");
    let config = std::fs::read_to_string(&path).unwrap();
    let public = format!("[server]\npublic_url = \"http://127.0.0.1:{door}\"");
    std::fs::write(path, config.replacen("[server]", &public, 1)).unwrap();
}

/// Posts an update as Telegram does, and gives the status.
fn post(port: u16, secret: &str, body: &str) -> String {
    let mut stream = TcpStream::connect(("127.0.0.1", port)).unwrap();
    let length = body.len();
    write!(
        stream,
        "POST /telegram/telegram HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\nX-Telegram-Bot-Api-Secret-Token: {secret}\r\n\
         Content-Type: application/json\r\nContent-Length: {length}\r\n\r\n{body}"
    )
    .unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    answer.split(' ').nth(1).unwrap_or_default().to_owned()
}

#[test]
fn what_is_posted_to_the_node_that_stands_by_is_answered_once_by_the_holder() {
    let Some(cluster) = throwaway_postgres::cluster() else { return };
    let database = cluster.fresh_database(None);
    let ground = Ground::new(database.url());
    let door = ground.places[1].port;
    for (at, name) in ["a", "b"].into_iter().enumerate() {
        posted_at(&ground.places[at], ground.lines[at].port, name, door);
    }
    let mut holder = ground.start(0);
    let standing_by = ground.places[1].start_and_wait();
    let lin = UserKey::from(LIN);
    let language = Some("en".to_owned());
    let info = UserInfo { key: lin.clone(), name: "Lin".into(), username: None, language, is_bot: false };
    ground.world.add_user(info).unwrap();
    let chat = ground.world.open_direct(&lin, None).unwrap();
    let answers =
        |at: usize| ground.world.transcript(&chat).matches(&format!("no command /nonsense{at}.")).count();
    let say = |from: usize, to: usize| {
        for at in from..to {
            ground.world.say(&lin, &chat, format!("/nonsense{at}")).unwrap();
        }
    };
    let mine = ground.lines[1].said().len();
    say(0, 20);
    ground.until("each is answered", || (0..20).all(|at| answers(at) >= 1));
    assert_eq!(ground.lines[1].said().len(), mine, "the one that stands by has called nobody");

    // The holder dies, and Telegram posts on: what is kept is answered after the take-over.
    holder.process.0.kill().unwrap();
    holder.process.0.wait().unwrap();
    say(20, 30);
    ground.until("it is kept", || kept(&ground) > 0 || answers(20) > 0);
    ground.until("each is answered", || (0..30).all(|at| answers(at) >= 1));
    assert!((0..30).all(|at| answers(at) == 1), "{}", ground.world.transcript(&chat));
    ground.until("nothing is left", || kept(&ground) == 0);

    // What was taken is posted again to one that stands by, and changes nothing; who knows no secret is refused.
    let again = ground.places[0].start_and_wait();
    let update = r#"{"update_id":990001,"message":{"message_id":990001,"date":1795248000,"text":"/nonsense77","chat":{"id":5000000101,"type":"private","first_name":"Lin"},"from":{"id":5000000101,"is_bot":false,"first_name":"Lin","language_code":"en"}}}"#;
    for port in [ground.places[0].port, ground.places[1].port, ground.places[0].port] {
        assert_eq!(post(port, SECRET, update), "200");
        ground.until("it is taken", || kept(&ground) == 0);
    }
    assert_eq!(post(ground.places[0].port, "wrong", update), "401");
    assert_eq!(post(ground.places[0].port, SECRET, "no update"), "200", "it would be none the next time");
    ground.until("it is answered", || answers(77) > 0);
    // Later ones are taken after it, so whatever it did a second time would have been done.
    say(78, 79);
    ground.until("the next one is answered", || answers(78) > 0);
    assert_eq!(answers(77), 1);
    assert!(again.stop().0.success());
    assert!(standing_by.stop().0.success());
}

/// How much waits for a holder.
fn kept(ground: &Ground) -> usize {
    ground.runtime.block_on(async {
        let mut tx = ground.db.read().await.unwrap();
        posted::waiting(&mut tx, &"telegram".into(), 1_000).await.unwrap().len()
    })
}
