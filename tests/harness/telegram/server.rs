//! The server's end of HTTP: connections taken, refused while down, and closed without a word on demand.

use std::sync::atomic::Ordering;
use std::sync::{Arc, Weak};

use http_body_util::{BodyExt as _, Full};
use hyper::body::{Bytes, Incoming};
use hyper::{Request, Response, header};
use tokio::net::TcpStream;

use super::super::frame::{self, Closed, Port, Spared};
use super::answer::{Answer, refused};
use super::asked::Asked;
use super::{FakeTelegram, Shared, TOKEN, call, files};

/// Takes connections for as long as the server lives.
pub(super) async fn accept(fake: Weak<Shared>, port: Port) {
    let Some(up) = fake.upgrade().map(|fake| fake.frame.up()) else { return };
    // An outage leaves a poll hanging.
    frame::accept(up, port, |stream, spared| serve(fake.clone(), stream, spared)).await;
}

async fn serve(fake: Weak<Shared>, stream: TcpStream, polls: Spared) {
    frame::serve_http(stream, move |request| {
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
    })
    .await;
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
