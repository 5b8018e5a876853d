//! Webhooks by the real program, over real sockets, to a place that checks signatures by its own means.

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::sync::mpsc::{Receiver, channel};
use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use bot_core::digest::sha256;
use serde_json::{Value, json};

use super::{PATIENCE, Place, run};

/// A message as it came in.
struct Came {
    id: String,
    timestamp: String,
    signatures: String,
    body: String,
}

/// A place that answers with these statuses, one after the other, and 200 then.
fn receiver(statuses: &'static [u16]) -> (u16, Receiver<Came>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    let (sender, came) = channel();
    std::thread::spawn(move || {
        for (n, stream) in listener.incoming().enumerate() {
            let status = statuses.get(n).copied().unwrap_or(200);
            let Ok(one) = take(stream.unwrap(), status) else { continue };
            if sender.send(one).is_err() {
                return;
            }
        }
    });
    (port, came)
}

fn take(stream: TcpStream, status: u16) -> std::io::Result<Came> {
    let mut reader = BufReader::new(stream);
    let mut came =
        Came { id: String::new(), timestamp: String::new(), signatures: String::new(), body: String::new() };
    let mut length = 0;
    loop {
        let mut line = String::new();
        reader.read_line(&mut line)?;
        let Some((name, value)) = line.trim().split_once(": ") else {
            if line.trim().is_empty() {
                break;
            }
            continue;
        };
        match name.to_ascii_lowercase().as_str() {
            "webhook-id" => came.id = value.to_owned(),
            "webhook-timestamp" => came.timestamp = value.to_owned(),
            "webhook-signature" => came.signatures = value.to_owned(),
            "content-length" => length = value.parse().unwrap(),
            _ => {}
        }
    }
    let mut body = vec![0; length];
    reader.read_exact(&mut body)?;
    came.body = String::from_utf8(body).unwrap();
    write!(reader.get_mut(), "HTTP/1.1 {status} So\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")?;
    Ok(came)
}

fn unhex(hex: &str) -> Vec<u8> {
    (0..hex.len()).step_by(2).map(|at| u8::from_str_radix(&hex[at..at + 2], 16).unwrap()).collect()
}

/// HMAC-SHA256 as RFC 2104 writes it, with nothing of what the program signs by.
fn hmac(key: &[u8], message: &[u8]) -> Vec<u8> {
    assert!(key.len() <= 64);
    let pad = |with: u8| -> Vec<u8> { (0..64).map(|at| key.get(at).copied().unwrap_or(0) ^ with).collect() };
    let inner = unhex(&sha256([pad(0x36), message.to_vec()].concat()));
    unhex(&sha256([pad(0x5c), inner].concat()))
}

fn is_signed(came: &Came, secret: &str) -> bool {
    let key = STANDARD.decode(secret.strip_prefix("whsec_").unwrap()).unwrap();
    let signed = format!("{}.{}.{}", came.id, came.timestamp, came.body);
    let wanted = format!("v1,{}", STANDARD.encode(hmac(&key, signed.as_bytes())));
    came.signatures.split(' ').any(|one| one == wanted)
}

/// Writes to the API, and gives what it answers.
fn write(place: &Place, token: &str, path: &str, key: &str, body: &Value) -> Value {
    let body = body.to_string();
    let mut stream = TcpStream::connect(("127.0.0.1", place.port)).unwrap();
    write!(
        stream,
        "POST {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\nAuthorization: Bearer {token}\r\nIdempotency-Key: {key}\r\n\
         Content-Type: application/json\r\nContent-Length: {}\r\n\r\n{body}",
        body.len()
    )
    .unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    let (head, body) = answer.split_once("\r\n\r\n").unwrap();
    assert!(head.starts_with("HTTP/1.1 20"), "{answer}");
    serde_json::from_str(body).unwrap()
}

/// A program with an admin's token that may call this machine.
fn place() -> (Place, String) {
    let place = Place::new();
    place.write("[webhooks]\nallow = [\"127.0.0.1\"]\n");
    let config = place.config();
    let admin = run(&["sign-in", "--staff", "Ada", "--config", &config]);
    assert!(admin.status.success(), "{}", super::said(&admin));
    let token = run(&["token", "--staff", "Ada", "--label", "test", "--config", &config]);
    assert!(token.status.success(), "{}", super::said(&token));
    let token = String::from_utf8(token.stdout).unwrap();
    let token = token.split_whitespace().find(|word| word.starts_with("guildhall_")).unwrap().to_owned();
    (place, token)
}

#[test]
fn a_message_is_signed_and_comes_again_with_the_same_words_though_the_program_was_killed() {
    let (place, token) = place();
    let (port, came) = receiver(&[500]);
    let mut program = place.start_and_wait();
    let url = format!("http://127.0.0.1:{port}/in?of=guildhall");
    let made =
        write(&place, &token, "/api/v1/webhooks", "a", &json!({ "url": url, "types": ["ticket.opened"] }));
    let secret = made["secret"].as_str().unwrap();
    let acts = format!("/api/v1/webhooks/{}/acts", made["webhook"]["id"].as_str().unwrap());
    write(&place, &token, &acts, "b", &json!({ "do": "test" }));
    let first = came.recv_timeout(PATIENCE).unwrap();
    assert!(is_signed(&first, secret));
    // Killed before its next try, which comes five seconds later, by the program that follows.
    std::thread::sleep(Duration::from_millis(1_000));
    program.process.0.kill().unwrap();
    program.process.0.wait().unwrap();
    let program = place.start_and_wait();
    let second = came.recv_timeout(PATIENCE).unwrap();
    assert!(is_signed(&second, secret));
    assert_eq!((&second.id, &second.body), (&first.id, &first.body));
    assert!(second.timestamp >= first.timestamp);
    let body: Value = serde_json::from_str(&second.body).unwrap();
    assert_eq!(
        (body["type"].as_str(), body["id"].as_str()),
        (Some("webhook.test"), Some(second.id.as_str()))
    );
    let fresh = write(&place, &token, &acts, "c", &json!({ "do": "rotate" }));
    write(&place, &token, &acts, "d", &json!({ "do": "test" }));
    let third = came.recv_timeout(PATIENCE).unwrap();
    assert!(
        is_signed(&third, secret) && is_signed(&third, fresh["secret"].as_str().unwrap()),
        "both sign for a day"
    );
    assert_ne!(third.id, second.id);
    assert!(program.stop().0.success());
}
