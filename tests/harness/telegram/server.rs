//! The server's end of HTTP: connections taken, refused while down, and closed without a word on demand.

use std::net::SocketAddr;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Weak};

use http_body_util::{BodyExt as _, Full};
use hyper::body::{Bytes, Incoming};
use hyper::{Request, Response, header};
use hyper_util::rt::TokioIo;
use tokio::net::{TcpListener, TcpSocket, TcpStream};
use tokio::task::{AbortHandle, JoinSet};

use super::answer::{Answer, refused};
use super::asked::Asked;
use super::{FakeTelegram, Shared, TOKEN, call, files};

/// Holds a free port for as long as the socket lives, so that nobody else gets it during an outage.
pub(super) fn reserve() -> TcpSocket {
    bound("127.0.0.1:0".parse().expect("an address"))
}

fn bound(address: SocketAddr) -> TcpSocket {
    let socket = TcpSocket::new_v4().expect("a socket");
    socket.set_reuseaddr(true).expect("an option of sockets");
    socket.bind(address).expect("a port of this machine");
    socket
}

pub(super) fn listen(address: SocketAddr) -> TcpListener {
    bound(address).listen(1_024).expect("a bound socket listens")
}

/// A connection that is open: how to end it, and whether it holds a poll, which an outage leaves hanging.
type Open = (AbortHandle, Arc<AtomicBool>);

/// Takes connections for as long as the server lives. `_reserved` keeps the port.
pub(super) async fn accept(fake: Weak<Shared>, listening: TcpListener, _reserved: TcpSocket) {
    let Some(mut up) = fake.upgrade().map(|fake| fake.up.subscribe()) else { return };
    let address = listening.local_addr().expect("the port is bound");
    let mut listening = Some(listening);
    let (mut connections, mut open) = (JoinSet::new(), Vec::<Open>::new());
    loop {
        tokio::select! {
            changed = up.changed() => {
                if changed.is_err() {
                    return;
                }
                if *up.borrow_and_update() {
                    listening = Some(listen(address));
                } else {
                    listening = None;
                    open.iter().filter(|(_, polls)| !polls.load(Ordering::Relaxed)).for_each(|(end, _)| end.abort());
                }
            }
            stream = next(listening.as_ref()) => {
                let polls = Arc::new(AtomicBool::new(false));
                open.retain(|(end, _)| !end.is_finished());
                open.push((connections.spawn(serve(fake.clone(), stream, Arc::clone(&polls))), polls));
            }
            Some(_) = connections.join_next() => {}
        }
    }
}

async fn next(listening: Option<&TcpListener>) -> TcpStream {
    match listening {
        Some(listening) => match listening.accept().await {
            Ok((stream, _)) => stream,
            Err(_) => std::future::pending().await,
        },
        None => std::future::pending().await,
    }
}

async fn serve(fake: Weak<Shared>, stream: TcpStream, polls: Arc<AtomicBool>) {
    let _ = stream.set_nodelay(true);
    let service = hyper::service::service_fn(move |request| {
        let (fake, polls) = (fake.clone(), Arc::clone(&polls));
        async move {
            let is_poll = request.uri().path().to_ascii_lowercase().ends_with("/getupdates");
            polls.store(is_poll, Ordering::Relaxed);
            let answer = match fake.upgrade().map(FakeTelegram) {
                Some(fake) => meet(&fake, request).await,
                None => Answer::Close,
            };
            polls.store(false, Ordering::Relaxed);
            respond(answer).await
        }
    });
    // An error is a client that went, or a connection that is closed on purpose.
    let _ = hyper::server::conn::http1::Builder::new().serve_connection(TokioIo::new(stream), service).await;
}

async fn meet(fake: &FakeTelegram, request: Request<Incoming>) -> Answer {
    let (head, body) = request.into_parts();
    let Ok(body) = body.collect().await else { return Answer::Close };
    let path = head.uri.path();
    let (path, of_file) = match path.strip_prefix("/file") {
        Some(rest) => (rest, true),
        None => (path, false),
    };
    let Some((token, method)) = path.strip_prefix("/bot").and_then(|rest| rest.split_once('/')) else {
        return Err(refused(404, "Not Found")).into();
    };
    if token != TOKEN {
        return Err(refused(401, "Unauthorized")).into();
    }
    if of_file {
        return files::download(fake, method);
    }
    let content_type = head.headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok());
    let body = body.to_bytes().to_vec();
    match Asked::read(method, head.uri.query(), content_type.unwrap_or_default(), body).await {
        Ok(asked) => call::answer(fake, asked).await,
        Err(refused) => Err(refused).into(),
    }
}

/// The connection is closed without an answer.
#[derive(Debug, thiserror::Error)]
#[error("closed on purpose")]
struct Closed;

async fn respond(answer: Answer) -> Result<Response<Full<Bytes>>, Closed> {
    let (status, content_type, body) = match answer {
        Answer::Json(status, body) => (status, "application/json", body.to_string().into_bytes()),
        Answer::Html(status) => {
            let page = format!(
                "<html><head><title>{status}</title></head><body><center><h1>{status}</h1></center><hr><center>nginx/1.18.0</center></body></html>"
            );
            (status, "text/html", page.into_bytes())
        }
        Answer::Bytes(bytes) => (200, "application/octet-stream", bytes),
        Answer::Close => return Err(Closed),
        Answer::Hang => std::future::pending().await,
    };
    let response = Response::builder().status(status).header(header::CONTENT_TYPE, content_type);
    response.body(Full::new(Bytes::from(body))).map_err(|_| Closed)
}
