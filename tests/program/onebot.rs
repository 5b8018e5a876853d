//! The program against an implementation of OneBot that was not written here: what it takes for QQ's dialect is one.

use std::io::{BufRead as _, BufReader};
use std::net::TcpListener;
use std::process::{Command, Stdio};
use std::sync::mpsc;

use serde_json::Value;

use super::{PATIENCE, Place, Process, now};
use crate::onebot::peer;

/// The calls that the program makes, as the other side reads them.
struct Calls(mpsc::Receiver<Value>);

impl Calls {
    /// Waits for a private message that says this.
    fn until_said(&self, wanted: &str) {
        let began = now();
        while began.elapsed() < PATIENCE {
            let Ok(call) = self.0.recv_timeout(PATIENCE) else { break };
            if call["action"] == "send_private_msg" {
                assert_eq!(call["params"]["user_id"], 5_000_000_101_i64, "{call}");
                let pieces = call["params"]["message"].as_array().unwrap();
                let words = pieces.iter().filter(|piece| piece["type"] == "text");
                let said: String = words.map(|piece| piece["data"]["text"].as_str().unwrap()).collect();
                if said.contains(wanted) {
                    return;
                }
            }
        }
        panic!("the program has not said “{wanted}” in private");
    }
}

#[test]
fn an_implementation_that_was_not_written_here_is_understood_and_understands() {
    let Some(python) = peer::python() else { return };
    let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    let mut command = Command::new(python);
    command.arg(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/onebot/peers/euler_bot.py"));
    command.env("PORT", port.to_string()).stdin(Stdio::null()).stdout(Stdio::piped());
    let mut other = Process(command.spawn().unwrap());
    let lines = BufReader::new(other.0.stdout.take().unwrap()).lines();
    let (told, calls) = mpsc::channel();
    std::thread::spawn(move || {
        for line in lines.map_while(Result::ok) {
            // Fails when the test is over.
            let _ = told.send(serde_json::from_str(&line).unwrap_or_default());
        }
    });
    let place = Place::new();
    place.write(&format!(
        "[onebot]\nself_id = 10001\nconnect = [\"ws://127.0.0.1:{port}/\"]\nsend_gap_ms = [0, 1]\ncatch_up_minutes = 0\n"
    ));
    let _program = place.start_and_wait();
    let calls = Calls(calls);
    calls.until_said("no command /nonsense");
    calls.until_said("no command /gibberish");
}
