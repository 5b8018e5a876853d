//! The REST server's end of HTTP: connections taken, refused while down, and closed without a word on demand.

use std::sync::Weak;

use http_body_util::{BodyExt as _, Full};
use hyper::body::{Bytes, Incoming};
use hyper::{Request, Response, header};
use serde_json::Value;
use tokio::net::TcpStream;

use super::super::frame::{self, Closed, Port};
use super::{FakeDiscord, Shared, TOKEN, file, rest};

/// What the server answers.
pub(super) enum Answer {
    Json(u16, Vec<(String, String)>, Value),
    Page(u16),
    Bytes(Vec<u8>),
    Close,
    Hang,
}

/// A call of the bot, read.
pub(super) struct Asked {
    pub(super) method: String,
    pub(super) path: String,
    pub(super) query: Vec<(String, String)>,
    pub(super) body: Value,
    pub(super) files: Vec<(String, Vec<u8>)>,
}

impl Asked {
    pub(super) fn query(&self, name: &str) -> Option<&str> {
        value_of(&self.query, name)
    }
}

/// A value of a query by its name.
pub(super) fn value_of<'q>(query: &'q [(String, String)], name: &str) -> Option<&'q str> {
    query.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_str())
}

/// Takes connections for as long as the server lives.
pub(super) async fn accept(fake: Weak<Shared>, port: Port) {
    let Some(up) = fake.upgrade().map(|fake| fake.frame.up()) else { return };
    frame::accept(up, port, |stream, _| serve(fake.clone(), stream)).await;
}

async fn serve(fake: Weak<Shared>, stream: TcpStream) {
    frame::serve_http(stream, move |request| {
        let fake = fake.clone();
        async move {
            let answer = match fake.upgrade().map(FakeDiscord) {
                Some(fake) => meet(&fake, request).await,
                None => Answer::Close,
            };
            respond(answer).await
        }
    })
    .await;
}

async fn meet(fake: &FakeDiscord, request: Request<Incoming>) -> Answer {
    let (head, body) = request.into_parts();
    let Ok(body) = body.collect().await else { return Answer::Close };
    let path = head.uri.path().to_owned();
    let query: Vec<(String, String)> =
        form_urlencoded::parse(head.uri.query().unwrap_or_default().as_bytes()).into_owned().collect();
    if let Some(key) = path.strip_prefix("/cdn/") {
        return file::serve(fake, key, &query);
    }
    let Some(path) = path.strip_prefix("/api/v10") else {
        return Answer::Json(404, Vec::new(), serde_json::json!({ "message": "404: Not Found", "code": 0 }));
    };
    let authorized =
        head.headers.get(header::AUTHORIZATION).is_some_and(|value| value == format!("Bot {TOKEN}").as_str());
    if !authorized && !path.starts_with("/interactions/") {
        return Answer::Json(
            401,
            Vec::new(),
            serde_json::json!({ "message": "401: Unauthorized", "code": 0 }),
        );
    }
    let content_type = head.headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok());
    let (body, files) = read(content_type.unwrap_or_default(), body.to_bytes()).await;
    let asked = Asked { method: head.method.to_string(), path: path.to_owned(), query, body, files };
    rest::answer(fake, asked).await
}

/// The JSON of a body, and the files that came along.
async fn read(content_type: &str, body: Bytes) -> (Value, Vec<(String, Vec<u8>)>) {
    let Ok(boundary) = multer::parse_boundary(content_type) else {
        return (serde_json::from_slice(&body).unwrap_or(Value::Null), Vec::new());
    };
    let stream = futures::stream::once(async move { Ok::<_, std::convert::Infallible>(body) });
    let mut parts = multer::Multipart::new(stream, boundary);
    let (mut json, mut files) = (Value::Null, Vec::new());
    while let Ok(Some(part)) = parts.next_field().await {
        let (name, file) = (part.name().unwrap_or_default().to_owned(), part.file_name().map(str::to_owned));
        let Ok(bytes) = part.bytes().await else { break };
        if name == "payload_json" {
            json = serde_json::from_slice(&bytes).unwrap_or(Value::Null);
        } else {
            files.push((file.unwrap_or(name), bytes.to_vec()));
        }
    }
    (json, files)
}

async fn respond(answer: Answer) -> Result<Response<Full<Bytes>>, Closed> {
    let json = "application/json";
    let (status, headers, content_type, body) = match answer {
        Answer::Json(204, headers, _) => (204, headers, json, Vec::new()),
        Answer::Json(status, headers, body) => (status, headers, json, body.to_string().into_bytes()),
        Answer::Page(status) => {
            (status, Vec::new(), "text/html", format!("<html><title>{status}</title></html>").into_bytes())
        }
        Answer::Bytes(bytes) => (200, Vec::new(), "application/octet-stream", bytes),
        Answer::Close => return Err(Closed),
        Answer::Hang => std::future::pending().await,
    };
    let mut response = Response::builder().status(status).header(header::CONTENT_TYPE, content_type);
    for (name, value) in headers {
        response = response.header(name, value);
    }
    response.body(Full::new(Bytes::from(body))).map_err(|_| Closed)
}
