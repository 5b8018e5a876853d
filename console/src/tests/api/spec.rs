//! The API does what its description says, whatever it is asked.

use bot_core::ids::{ChatId, UserId};
use bot_core::store::join_request::{self, JoinRequest, RequestState};
use bot_core::store::r#macro::{self as macros, Macro};
use bot_core::store::privacy::{self, Whom};
use bot_core::store::{acknowledge, click, delivery, message, reaction};

use super::*;

/// Holds a value to its schema: the fields that are described, of the types that are described, and no others.
fn hold(description: &Value, schema: &Value, value: &Value, at: &str) {
    if let Some(name) = schema["$ref"].as_str() {
        let name = name.rsplit('/').next().unwrap();
        return hold(description, &description["components"]["schemas"][name], value, at);
    }
    if let Some(some) = schema["oneOf"].as_array() {
        // An object that may be missing.
        let of = some.iter().find(|one| (one["type"] == "null") == value.is_null());
        let of = of.unwrap_or_else(|| panic!("{at} is described as {some:?} and is {value}"));
        return hold(description, of, value, at);
    }
    if schema.as_object().is_some_and(serde_json::Map::is_empty) {
        return; // Anything goes.
    }
    let types: Vec<&str> = match &schema["type"] {
        Value::String(one) => vec![one.as_str()],
        Value::Array(some) => some.iter().filter_map(Value::as_str).collect(),
        _ => panic!("{at} has no type: {schema}"),
    };
    let is = match value {
        Value::Null => "null",
        Value::Bool(_) => "boolean",
        Value::Number(_) => "integer",
        Value::String(_) => "string",
        Value::Array(_) => "array",
        Value::Object(_) => "object",
    };
    assert!(types.contains(&is), "{at} is described as {types:?} and is {value}");
    for (n, item) in value.as_array().into_iter().flatten().enumerate() {
        let of = if schema["prefixItems"].is_array() { &schema["prefixItems"][n] } else { &schema["items"] };
        hold(description, of, item, &format!("{at}[{n}]"));
    }
    let Some(fields) = value.as_object() else { return };
    for (name, field) in fields {
        let known = &schema["properties"][name];
        let of = if known.is_null() { &schema["additionalProperties"] } else { known };
        assert!(of.is_object(), "{at}.{name} is not described");
        hold(description, of, field, &format!("{at}.{name}"));
    }
    for name in schema["required"].as_array().into_iter().flatten().filter_map(Value::as_str) {
        assert!(fields.contains_key(name), "{at}.{name} is promised and missing");
    }
}

/// The description, as a program reads it.
async fn description(web: &Web) -> Value {
    let answer = web.get(&Browser::default(), "/api/openapi.json").await;
    serde_json::from_str(&answer.body).unwrap()
}

/// Holds an answer to what the description says of an operation.
fn hold_answer(description: &Value, operation: &Value, answer: &Answer, at: &str) {
    let declared = &operation["responses"][answer.status.as_str()];
    assert!(declared.is_object(), "{at}: {} is not declared", answer.status);
    let Some(content) = declared["content"].as_object() else {
        assert_eq!(answer.body, "", "{at}: {} is declared without a body", answer.status);
        return;
    };
    let kind = answer.headers[header::CONTENT_TYPE].to_str().unwrap();
    let schema =
        content.get(kind).unwrap_or_else(|| panic!("{at}: {} as {kind} is not declared", answer.status));
    let value = serde_json::from_str(&answer.body).unwrap();
    hold(description, &schema["schema"], &value, at);
}

/// A small past, of which each thing has the number 1.
async fn past(web: &Web) {
    let (user, group) = web.people().await;
    let by = "staff-admin".into();
    web.ticket(&user).await;
    web.case(&user, &group).await;
    pages::announcement::announce(web, &by, true).await;
    pages::activity::organise(web, &user, &by).await;
    pages::people::trade(web, &user, 1).await;
    pages::knowledge::write(web).await;
    web.doing(async |work| {
        let tx = work.tx().await.unwrap();
        let who = acknowledge::Acknowledged {
            person: user.person.clone(),
            chat_user: user.id.clone(),
            name: "Ann".into(),
            chat: group.id.clone(),
            title: String::new(),
            at_ms: START_MS,
        };
        assert!(acknowledge::add(tx, "A-1", &who).await.unwrap());
        let copy = delivery::page(tx, "A-1", None, "", 1).await.unwrap().remove(0);
        let copy = reaction::OfCopy { push: "A-1".into(), recipient: copy.recipient, message: "7".into() };
        let held = reaction::Held { emoji: "👍".into(), stands: true, at_ms: START_MS };
        reaction::put(tx, &copy, &user.id, &held).await.unwrap();
        click::put_targets(tx, "A-1", &[(1, "https://shop.example/".into())]).await.unwrap();
        join_request::put(tx, &asks(&user.id, &group.id)).await.unwrap();
        let words = Macro {
            id: "M1".into(),
            name: "bye".into(),
            body_en: "Bye".into(),
            body_zh: String::new(),
            version: 1,
        };
        macros::put(tx, &words).await.unwrap();
        let key = (&"sandbox".into(), &"e1".into());
        privacy::begin(tx, &"X1".into(), &Whom::Person("nobody".into()), &by, START_MS).await.unwrap();
        message::add_failed(tx, &"F1".into(), key, "{}", "broken", START_MS).await.unwrap();
    })
    .await;
}

/// Somebody who asks to be let into a group.
pub(super) fn asks(user: &UserId, chat: &ChatId) -> JoinRequest {
    JoinRequest {
        id: "J1".into(),
        chat: chat.clone(),
        user: user.clone(),
        request: "r1".into(),
        words: "tea".into(),
        state: RequestState::Open,
        by: None,
        card: None,
        at_ms: START_MS,
        decided_at_ms: None,
    }
}

#[test]
fn every_read_gives_what_the_description_says() {
    on_both(async |web: &Web| {
        let token = token(web, Role::Admin, Role::Admin.permissions()).await;
        past(web).await;
        let first = async |list: &str, id: &str| {
            let (_, page) = api(web, Method::GET, &format!("/api/v1/{list}"), &token).await;
            page["items"][0][id].as_str().unwrap().to_owned()
        };
        let (merchant, slug) = (first("merchants", "id").await, first("articles", "slug").await);
        let (chat, staff) = (first("chats", "id").await, first("staff", "id").await);
        let told = r#"{"events":[{"id":"e1","kind":"first_listing_done","detail":{"listing":"L-1"}}]}"#;
        let put = write::post(web, &format!("/api/v1/merchants/{merchant}/events"), &token, "e", told).await;
        assert_eq!(put.status, StatusCode::OK, "{}", put.body);
        let webhook = pages::webhook::made(web, &token).await;
        let (_, full) = api(web, Method::GET, &format!("/api/v1/merchants/{merchant}"), &token).await;
        let person = full["contacts"][0]["person"].as_str().unwrap().to_owned();
        let description = description(web).await;
        for (path, does) in description["paths"].as_object().unwrap() {
            // Nothing is of unknown end here, and no file is kept: `file.rs` looks at these.
            let apart = path == "/api/v1/outbox/unknown" || path.contains("/files");
            let Some(get) = does.get("get").filter(|_| !apart) else { continue };
            let id = match path.split('/').nth(3) {
                Some("webhooks") => &webhook,
                Some("people") => &person,
                Some("chats") => &chat,
                Some("staff") => &staff,
                _ => &merchant,
            };
            let filled = path.replace("{no}", "1").replace("{id}", id).replace("{slug}", &slug);
            let filled = match path.rsplit('/').next() {
                Some("search") => format!("{filled}?q=1"),
                Some("attempt") => format!("{filled}?q=When%20are%20payouts%3F"),
                Some("reports") => format!("{filled}?by=group&week=2026-11-16"),
                _ => filled,
            };
            let answer = ask(web, Method::GET, &filled, Some(&token), &[], "").await;
            assert_eq!(answer.status, StatusCode::OK, "{filled}: {}", answer.body);
            hold_answer(&description, get, &answer, &filled);
            let page: Value = serde_json::from_str(&answer.body).unwrap();
            let items = page["items"].as_array().or_else(|| page.as_array()).map(Vec::len);
            assert_ne!(items, Some(0), "{filled} gives nothing to look at");
        }
    });
}

/// Bodies that no route takes, and some that many would.
const BODIES: [&str; 32] = [
    "",
    "{",
    "[]",
    "null",
    "{}",
    "{\"do\":\"nonsense\"}",
    "{\"do\":\"reply\",\"text\":\"a\\u0000b\"}",
    "{\"do\":\"reply\",\"text\":\"   \"}",
    "{\"do\":7,\"text\":{}}",
    "{\"user\":\"nobody\",\"chat\":\"nowhere\",\"measure\":{\"kind\":\"mute\",\"ms\":-9223372036854775808}}",
    "{\"user\":\"nobody\",\"question\":\"?\"}",
    "{\"do\":\"schedule\",\"version\":1,\"at_ms\":9223372036854775807}",
    "{\"version\":9223372036854775807,\"text\":{\"audience\":\"tier nonsense\"}}",
    "{\"rows\":[{\"id\":\"\",\"merchant\":{\"tags\":[\"a b\"]}}]}",
    "{\"events\":[{\"id\":\"e\",\"kind\":\"k\",\"at_ms\":9223372036854775807}]}",
    "{\"name\":\"N\",\"category\":\"home\"}",
    "{\"url\":\"http://127.0.0.1/\",\"types\":[\"ticket.opened\"]}",
    "{\"do\":\"test\"}",
    "{\"do\":\"send_again\",\"delivery\":\"x\"}",
    "{\"user\":\"nobody\",\"chat\":\"nowhere\",\"measure\":{\"kind\":\"ban\",\"purge_ms\":-1}}",
    "{\"do\":\"slow\",\"every_ms\":-9223372036854775808}",
    "{\"do\":\"set_roles\",\"roles\":[]}",
    "{\"do\":\"dismiss\"}",
    "{\"do\":\"set_zone\",\"zone\":\"Nowhere/None\"}",
    "{\"do\":\"move\",\"was_ms\":0,\"at_ms\":9223372036854775807}",
    "{\"name\":\"two words\",\"version\":9223372036854775807}",
    "{\"name\":\"\",\"roles\":[\"admin\"]}",
    "{\"texts\":{\"en\":{\"title\":\"\",\"questions\":[],\"body\":\"\"}}}",
    "{\"text\":\"version = \"}",
    "{\"text\":\"version = 99\",\"seen\":\"none\"}",
    "{\"files\":[{\"name\":\"a.png\",\"data\":\"=\"}]}",
    "{\"version\":1,\"files\":[{\"name\":\"\",\"data\":\"YQ==\"}]}",
];

/// Holds a write to what it says of its headers and its length.
async fn hold_to_headers(
    web: &Web,
    description: &Value,
    operation: &Value,
    (method, path): (Method, &str),
    token: &str,
) {
    let (key, json) = (("idempotency-key", "a"), ("content-type", "application/json"));
    let most = if path.ends_with("/files") { 12 } else { 2 };
    let long = format!("{{\"text\":\"{}\"}}", "x".repeat(most * 1024 * 1024));
    for (headers, body, status) in [
        (vec![key], "{}", StatusCode::UNSUPPORTED_MEDIA_TYPE),
        (vec![json], "{}", StatusCode::BAD_REQUEST),
        (vec![key, ("idempotency-key", "b")], "", StatusCode::BAD_REQUEST),
        (vec![("idempotency-key", "a b")], "", StatusCode::BAD_REQUEST),
        (vec![key, json], long.as_str(), StatusCode::PAYLOAD_TOO_LARGE),
    ] {
        let answer = ask(web, method.clone(), path, Some(token), &headers, body).await;
        assert_eq!(answer.status, status, "{method} {path} {headers:?}");
        hold_answer(description, operation, &answer, path);
    }
}

#[test]
fn whatever_is_sent_is_answered_as_the_description_says() {
    on_both(async |web: &Web| {
        let by = web.staff(Role::Admin).await;
        past(web).await;
        let token = crate::new_api_token(&web.console.hall, &by, "t", Role::Admin.permissions(), None).await;
        let token = token.unwrap();
        let description = description(web).await;
        let (mut now_ms, mut key) = (START_MS, 0);
        for (path, does) in description["paths"].as_object().unwrap() {
            for (method, operation) in does.as_object().unwrap() {
                let method: Method = method.to_uppercase().parse().unwrap();
                for place in ["1", "x", "%00", "%ff", "-1", "99999999999999999999", "%F0%9F%98%80"] {
                    now_ms += 60_000;
                    web.clock.move_to(now_ms);
                    let filled = ["{no}", "{id}", "{slug}"]
                        .iter()
                        .fold(path.clone(), |path, name| path.replace(name, place));
                    let at = format!("{method} {filled}");
                    let known = ask(web, method.clone(), &filled, None, &[], "").await;
                    hold_answer(&description, operation, &known, &at);
                    for query in [
                        "limit=0",
                        "limit=x",
                        "after=%00",
                        "after=%ff",
                        "state=x",
                        "none=1",
                        "q=%ff",
                        "q=",
                        "week=2026-13-01",
                        "week=-9999-01-01",
                        "by=nobody",
                        "limit=9999999999999999999999",
                    ] {
                        let asked = format!("{filled}?{query}");
                        let answer = ask(web, method.clone(), &asked, Some(&token), &[], "").await;
                        hold_answer(&description, operation, &answer, &format!("{method} {asked}"));
                    }
                    for body in BODIES.iter().filter(|_| method != Method::GET) {
                        key += 1;
                        let key = key.to_string();
                        let headers =
                            [("idempotency-key", key.as_str()), ("content-type", "application/json")];
                        let answer = ask(web, method.clone(), &filled, Some(&token), &headers, body).await;
                        hold_answer(&description, operation, &answer, &format!("{at} {body}"));
                    }
                }
                if method != Method::GET {
                    let path = path.replace("{no}", "1").replace("{id}", "x").replace("{slug}", "x");
                    hold_to_headers(web, &description, operation, (method, &path), &token).await;
                }
            }
        }
        for (method, path) in [(Method::DELETE, "/api/v1/tickets"), (Method::PATCH, "/api/v1/articles/x")] {
            let answer = ask(web, method, path, Some(&token), &[], "").await;
            assert_eq!(answer.status, StatusCode::METHOD_NOT_ALLOWED, "{path}");
            assert!(answer.headers.contains_key(header::ALLOW));
            assert!(answer.body.contains("urn:guildhall:problem:method-not-allowed"), "{}", answer.body);
        }
    });
}
