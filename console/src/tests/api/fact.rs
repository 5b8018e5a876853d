//! What the platform's own systems say of merchants.

use bot_core::chat::Platform;
use bot_core::store::people;
use guildhall_sandbox::SandboxPlatform;

use super::write::{json, post, problem, send};
use super::*;

#[test]
fn a_merchant_is_put_by_its_id_elsewhere_and_found_again() {
    on_both(async |web: &Web| {
        let rights = [Permission::EditPeople, Permission::ReadPeople];
        let token = token(web, Role::Ops, &rights).await;
        let (user, _) = web.people().await;
        let path = "/api/v1/merchants/shop-4711";
        let hall = &web.console.hall;
        let sandbox = SandboxPlatform::new(web.world.clone(), Arc::clone(&hall.files));
        hall.connect([("sandbox".into(), Arc::new(sandbox) as Arc<dyn Platform>)].into());
        let contact =
            |key: &str| format!(r#"{{"contacts":[{{"account":"sandbox","user":"{key}","role":"admin"}}]}}"#);
        let body = r#"{"name":"Silk House","category":"apparel","tier":"heart","tags":["live"]}"#;
        let new = send(web, Method::PUT, path, &token, "2", body).await;
        assert_eq!(new.status, StatusCode::CREATED, "{}", new.body);
        let id = json(&new)["merchant"]["id"].as_str().unwrap().to_owned();
        let same = send(web, Method::PUT, path, &token, "3", body).await;
        assert_eq!(
            (same.status, json(&same)["merchant"]["id"].as_str()),
            (StatusCode::OK, Some(id.as_str()))
        );
        let grown = send(web, Method::PUT, path, &token, "4", r#"{"tier":"crown"}"#).await;
        assert_eq!(json(&grown)["merchant"]["tier"], "crown", "{}", grown.body);
        assert_eq!(json(&grown)["merchant"]["tags"], serde_json::json!(["live"]), "what is left out stays");
        for known in ["shop-4711", &id] {
            let (status, read) = api(web, Method::GET, &format!("/api/v1/merchants/{known}"), &token).await;
            assert_eq!(
                (status, read["merchant"]["id"].as_str()),
                (StatusCode::OK, Some(id.as_str())),
                "{known}"
            );
        }
        let known = send(web, Method::PUT, path, &token, "7", &contact(user.key.as_str())).await;
        assert_eq!(json(&known)["contacts"][0]["person"], user.person.as_str(), "{}", known.body);
        let unmet = send(web, Method::PUT, path, &token, "8", &contact("never-met")).await;
        assert_eq!(json(&unmet)["contacts"].as_array().unwrap().len(), 2, "{}", unmet.body);
        let wrong = send(web, Method::PUT, path, &token, "5", r#"{"tier":"king"}"#).await;
        assert_eq!((wrong.status, problem(&wrong)), (StatusCode::UNPROCESSABLE_ENTITY, "wrong-value".into()));
        let bare = send(web, Method::PUT, "/api/v1/merchants/other", &token, "6", "{}").await;
        assert_eq!(bare.status, StatusCode::UNPROCESSABLE_ENTITY, "a new one needs a name");
        assert_eq!(web.count_of(&id, "merchant.facts").await, 5);
    });
}

#[test]
fn one_that_came_by_a_table_is_taken_for_the_same_by_its_name() {
    on_both(async |web: &Web| {
        let token = token(web, Role::Ops, &[Permission::EditPeople]).await;
        let (user, _) = web.people().await;
        pages::people::trade(web, &user, 2).await;
        let mut tx = web.console.hall.db.read().await.unwrap();
        let known = people::merchants_like(&mut tx, &Default::default(), None, 2).await.unwrap().remove(1);
        drop(tx);
        let body = serde_json::json!({ "name": known.name, "category": known.category }).to_string();
        let put = send(web, Method::PUT, "/api/v1/merchants/x1", &token, "1", &body).await;
        assert_eq!(put.status, StatusCode::OK, "{}", put.body);
        assert_eq!(json(&put)["merchant"]["id"], known.id.as_str());
        let second = send(web, Method::PUT, "/api/v1/merchants/x2", &token, "2", &body).await;
        assert_eq!(second.status, StatusCode::CREATED, "the first has an id elsewhere by now");
    });
}

#[test]
fn of_many_rows_each_has_its_fate() {
    on_both(async |web: &Web| {
        let token = token(web, Role::Ops, &[Permission::EditPeople]).await;
        let rows = r#"{"rows":[
            {"id":"a","merchant":{"name":"A","category":"home"}},
            {"id":"b","merchant":{"name":"B"}},
            {"id":"a","merchant":{"name":"A","category":"home"}},
            {"id":" ","merchant":{"name":"C","category":"home"}},
            {"id":"d","merchant":{"name":"D","category":"home","contacts":[{"account":"nowhere","user":"1","role":"admin"}]}}
        ]}"#;
        let put = post(web, "/api/v1/merchants/batch", &token, "1", rows).await;
        assert_eq!(put.status, StatusCode::OK, "{}", put.body);
        let told = json(&put);
        let fates: Vec<&str> =
            told["rows"].as_array().unwrap().iter().map(|row| row["fate"].as_str().unwrap()).collect();
        assert_eq!(fates, ["new", "refused", "refused", "refused", "refused"], "{}", put.body);
        assert!(told["rows"][4]["why"].as_str().unwrap().contains("nowhere"));
        let again = post(web, "/api/v1/merchants/batch", &token, "2", rows).await;
        assert_eq!(json(&again)["rows"][0]["fate"], "unchanged");
        let many = serde_json::json!({ "rows": (0..1_001).map(|n| serde_json::json!({ "id": n.to_string(), "merchant": {} })).collect::<Vec<_>>() });
        let many = post(web, "/api/v1/merchants/batch", &token, "3", &many.to_string()).await;
        assert_eq!(many.status, StatusCode::UNPROCESSABLE_ENTITY, "{}", many.body);
    });
}

#[test]
fn an_event_is_kept_once() {
    on_both(async |web: &Web| {
        let token = token(web, Role::Ops, &[Permission::EditPeople, Permission::ReadPeople]).await;
        let body = r#"{"name":"Silk House","category":"apparel"}"#;
        send(web, Method::PUT, "/api/v1/merchants/s1", &token, "1", body).await;
        let path = "/api/v1/merchants/s1/events";
        let told = r#"{"events":[
            {"id":"e1","kind":"first_listing_done","at_ms":1795000000000,"detail":{"listing":"L-1"}},
            {"id":"e1","kind":"first_listing_done"},
            {"id":"e2","kind":"Not a kind"},
            {"id":"e3","kind":"order_paid","at_ms":-1}
        ]}"#;
        let put = post(web, path, &token, "2", told).await;
        let fates = json(&put);
        let fates: Vec<&str> =
            fates["events"].as_array().unwrap().iter().map(|one| one["fate"].as_str().unwrap()).collect();
        assert_eq!(fates, ["kept", "known", "refused", "refused"], "{}", put.body);
        let again = post(web, path, &token, "3", told).await;
        assert_eq!(json(&again)["events"][0]["fate"], "known");
        let (_, read) = api(web, Method::GET, path, &token).await;
        assert_eq!(read["items"].as_array().unwrap().len(), 1);
        assert_eq!(read["items"][0]["detail"]["listing"], "L-1");
        assert_eq!(read["items"][0]["at_ms"], 1_795_000_000_000_i64);
        let none = post(web, "/api/v1/merchants/none/events", &token, "4", r#"{"events":[]}"#).await;
        assert_eq!(none.status, StatusCode::NOT_FOUND);
    });
}
