//! Real sockets: what is called, and what is not.

use std::io;
use std::sync::atomic::{AtomicUsize, Ordering};

use axum::Router;
use axum::http::{HeaderMap, StatusCode, header};
use axum::routing::post;
use tokio::net::TcpListener;

use super::*;

/// A name that leads somewhere else each time it is looked up.
struct Turns(Vec<Vec<IpAddr>>, AtomicUsize);

#[async_trait]
impl Lookup for Turns {
    async fn addresses(&self, _: &str) -> io::Result<Vec<IpAddr>> {
        let turn = self.1.fetch_add(1, Ordering::Relaxed);
        Ok(self.0[turn.min(self.0.len() - 1)].clone())
    }
}

fn turns(all: &[&str]) -> Arc<Turns> {
    let all = all.iter().map(|ip| vec![ip.parse().unwrap()]).collect();
    Arc::new(Turns(all, AtomicUsize::new(0)))
}

/// A place that counts who calls.
async fn place(heard: Arc<AtomicUsize>) -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    let count = move || {
        heard.fetch_add(1, Ordering::Relaxed);
    };
    let long = || async { "x".repeat(1_000_000) };
    let moved = || async { (StatusCode::TEMPORARY_REDIRECT, [(header::LOCATION, "/in")]) };
    let slow = || async {
        std::future::pending::<()>().await;
    };
    let echo = |headers: HeaderMap, body: String| async move {
        let mut names: Vec<&str> = headers.keys().map(header::HeaderName::as_str).collect();
        names.sort_unstable();
        format!("{} {body}", names.join(","))
    };
    let router = Router::new()
        .route("/in", post(async move || count()))
        .route("/long", post(long))
        .route("/moved", post(moved))
        .route("/slow", post(slow))
        .route("/echo", post(echo));
    tokio::spawn(async move { axum::serve(listener, router).await.unwrap() });
    port
}

fn call(url: String) -> Call {
    Call { url, headers: vec![("webhook-id", "m1".into())], body: "{}".into() }
}

fn loopback() -> Reach {
    Reach::new(&["127.0.0.1".to_owned()]).unwrap()
}

#[tokio::test]
async fn what_is_inside_is_not_called_by_address_or_by_name() {
    let heard = Arc::new(AtomicUsize::new(0));
    let port = place(Arc::clone(&heard)).await;
    let outward = Outward::with_lookup(Reach::default(), turns(&["127.0.0.1"]), LIMIT);
    for url in [
        format!("http://127.0.0.1:{port}/in"),
        format!("https://127.0.0.1:{port}/in"),
        format!("https://[::1]:{port}/in"),
        format!("https://[::ffff:127.0.0.1]:{port}/in"),
        format!("http://hooks.example:{port}/in"),
        format!("https://hooks.example:{port}/in"),
    ] {
        let answered = outward.call(&call(url.clone())).await;
        assert_eq!(answered.status, None, "{url}");
        let error = answered.error.unwrap();
        assert!(error.contains("may not be called") || error.contains("private network"), "{url}: {error}");
    }
    assert_eq!(heard.load(Ordering::Relaxed), 0);
}

#[tokio::test]
async fn a_name_that_is_turned_inward_later_is_not_called_any_more() {
    let heard = Arc::new(AtomicUsize::new(0));
    let port = place(Arc::clone(&heard)).await;
    // Looked up first it leads where it may, later to another address of this machine.
    let outward = Outward::with_lookup(loopback(), turns(&["127.0.0.1", "127.0.0.2"]), LIMIT);
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let closing = listener.local_addr().unwrap().port();
    drop(listener);
    let url = |port: u16| format!("http://hooks.example:{port}/in");
    assert_eq!(outward.call(&call(url(port))).await.status, Some(200));
    // Another port makes a connection of its own, for which the name is looked up anew.
    for port in [closing, port + 1] {
        let error = outward.call(&call(url(port))).await.error.unwrap();
        assert!(error.contains("private network"), "{error}");
    }
    assert_eq!(heard.load(Ordering::Relaxed), 1);
}

#[tokio::test]
async fn redirects_are_not_followed_answers_are_cut_and_time_is_bounded() {
    let heard = Arc::new(AtomicUsize::new(0));
    let port = place(Arc::clone(&heard)).await;
    let outward = Outward::with_lookup(loopback(), Arc::new(SystemLookup), Duration::from_millis(500));
    let url = |path: &str| format!("http://127.0.0.1:{port}{path}");
    assert_eq!(outward.call(&call(url("/moved"))).await.status, Some(307));
    assert_eq!(heard.load(Ordering::Relaxed), 0);
    assert_eq!(outward.call(&call(url("/long"))).await.answer.unwrap().len(), ANSWER_MAX);
    let slow = outward.call(&call(url("/slow"))).await;
    assert_eq!((slow.status, slow.error.as_deref()), (None, Some("no answer came in time")));
    let echo = outward.call(&call(url("/echo"))).await;
    // Nothing goes along that was not put in: no cookie, no authorization.
    assert_eq!(
        echo.answer.as_deref(),
        Some("accept,content-length,content-type,host,user-agent,webhook-id {}")
    );
}

#[tokio::test]
async fn nobody_there_is_said_without_the_address() {
    let outward = Outward::with_lookup(loopback(), Arc::new(SystemLookup), LIMIT);
    let answered = outward.call(&call("http://127.0.0.1:1/in?key=s3cret".into())).await;
    let error = answered.error.unwrap();
    assert!(answered.status.is_none() && !error.contains("s3cret"), "{error}");
}
