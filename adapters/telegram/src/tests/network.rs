//! What becomes of calls when the network fails, and that no failure tells the token.

use bot_core::chat::{Action, Content, Outcome};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpListener;

use super::{GROUP, Server, TOKEN, platform};
use crate::Mode;

/// A server that reads a request and then does this.
async fn one_that(answers: &'static [u8]) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    tokio::spawn(async move {
        while let Ok((mut stream, _)) = listener.accept().await {
            let mut buffer = [0_u8; 4_096];
            let _ = stream.read(&mut buffer).await;
            let _ = stream.write_all(answers).await;
        }
    });
    url
}

async fn sends(url: &str, token: &str) -> Outcome {
    let platform = platform(url, token, Mode::Polling);
    let server = Server::start().await;
    server.does(&platform, GROUP, Action::Send(Content::text("x"))).await
}

#[tokio::test]
async fn a_connection_that_is_refused_has_done_nothing() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    drop(listener);
    let Outcome::NotDone { why } = sends(&url, TOKEN).await else { panic!() };
    assert!(!why.contains("AAtoken"), "{why}");
}

#[tokio::test]
async fn a_connection_that_breaks_after_the_request_may_have_done_it() {
    for answers in
        [&b""[..], b"HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\n{\"ok\":tr", b"nonsense\r\n\r\n"]
    {
        let outcome = sends(&one_that(answers).await, TOKEN).await;
        let Outcome::Unknown { why } = outcome else { panic!("{answers:?}: {outcome:?}") };
        assert!(!why.contains("AAtoken"), "{why}");
    }
}

#[tokio::test]
async fn pages_and_5xx_are_told_apart() {
    let gone = one_that(b"HTTP/1.1 503 Service Unavailable\r\ncontent-length: 4\r\n\r\n<hr>").await;
    assert!(matches!(sends(&gone, TOKEN).await, Outcome::NotDone { .. }));
    let gateway = one_that(b"HTTP/1.1 504 Gateway Time-out\r\ncontent-length: 4\r\n\r\n<hr>").await;
    assert!(matches!(sends(&gateway, TOKEN).await, Outcome::Unknown { .. }));
}

#[tokio::test]
async fn what_waits_while_the_token_is_no_good_is_not_lost() {
    let server = Server::start().await;
    let Outcome::NotDone { why } = sends(&server.url, "4242:AAanother_token_entirely").await else {
        panic!()
    };
    assert!(why.contains("token") && !why.contains("AAanother"), "{why}");
}
