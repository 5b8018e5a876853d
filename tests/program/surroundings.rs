//! Starting where something is wrong: one clear sentence that says what to do.

use std::fs::Permissions;
use std::net::TcpListener;
use std::os::unix::fs::PermissionsExt as _;
use std::os::unix::process::CommandExt as _;
use std::process::Output;

use super::{Place, guildhall, is_root, run, said};

/// The user and group without rights, by Debian's numbers.
const NOBODY: u32 = 65_534;

/// Holds that the program ended with one sentence that contains these words.
fn ends_with_a_sentence(output: &Output, words: &[&str]) {
    let said = said(output);
    assert!(!output.status.success(), "{said}");
    let sentences: Vec<&str> = said.lines().filter(|line| line.starts_with("guildhall: ")).collect();
    assert_eq!(sentences.len(), 1, "{said}");
    for word in words {
        assert!(sentences[0].contains(word), "“{word}” is missing in: {said}");
    }
}

#[test]
fn a_taken_port() {
    let place = Place::new();
    let _taken = TcpListener::bind(("127.0.0.1", place.port)).unwrap();
    ends_with_a_sentence(&place.serve_to_the_end(), &["is taken by another program", "[server] listen"]);
}

#[test]
fn a_database_that_another_guildhall_serves() {
    let place = Place::new();
    let _first = place.start_and_wait();
    let second = Place::new();
    second.write("");
    let text = std::fs::read_to_string(place.path("guildhall.toml")).unwrap();
    let text = text.replace(&place.port.to_string(), &second.port.to_string());
    std::fs::write(second.path("guildhall.toml"), text).unwrap();
    ends_with_a_sentence(
        &second.serve_to_the_end(),
        &["another Guildhall serves this database", "stop it first"],
    );
}

#[test]
fn a_corrupt_database() {
    let place = Place::new();
    std::fs::write(place.database(), "this is a shopping list and not a database at all, ".repeat(100))
        .unwrap();
    ends_with_a_sentence(
        &place.serve_to_the_end(),
        &["damaged or not a SQLite database", "restore a backup"],
    );
}

#[test]
fn a_folder_that_is_not_there() {
    let place = Place::new();
    let text = std::fs::read_to_string(place.path("guildhall.toml")).unwrap();
    std::fs::write(place.path("guildhall.toml"), text.replace("hall.sqlite", "no/such/folder/hall.sqlite"))
        .unwrap();
    ends_with_a_sentence(&place.serve_to_the_end(), &["cannot be opened", "check that its folder exists"]);
}

#[test]
fn a_database_that_may_not_be_written() {
    let place = Place::new();
    assert!(run(&["migrate", "--config", &place.config()]).status.success());
    for name in ["guildhall.toml", "hall.sqlite"] {
        std::fs::set_permissions(place.path(name), Permissions::from_mode(0o444)).unwrap();
    }
    std::fs::set_permissions(place.folder.path(), Permissions::from_mode(0o555)).unwrap();
    let mut command = guildhall(&["serve", "--config", &place.config()]);
    if is_root() {
        // Nothing is denied to root: the program runs as nobody.
        command.uid(NOBODY).gid(NOBODY);
    }
    let output = command.output().unwrap();
    std::fs::set_permissions(place.folder.path(), Permissions::from_mode(0o755)).unwrap();
    ends_with_a_sentence(&output, &["this user"]);
}

#[test]
fn a_database_from_a_newer_program() {
    let place = Place::new();
    assert!(run(&["migrate", "--config", &place.config()]).status.success());
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(async {
        let db = bot_core::store::Db::open(&format!("sqlite:{}", place.database().display())).await.unwrap();
        let bot_core::store::Db::Sqlite { writer, .. } = &db else { return };
        sqlx::query(
            "INSERT INTO _sqlx_migrations (version, description, success, checksum, execution_time) VALUES (9999, 'later', true, x'00', 1)",
        )
        .execute(writer)
        .await
        .unwrap();
        db.close().await;
    });
    ends_with_a_sentence(&place.serve_to_the_end(), &["newer Guildhall", "restore a backup"]);
}

#[test]
fn an_account_that_cannot_reach_telegram_stops_nobody() {
    let place = Place::new();
    place.write(
        "[telegram]\ntoken = \"123456:AAH-abc_DEF0123456789\"\napi_url = \"http://127.0.0.1:9\"\nmode = \"webhook\"\nwebhook_secret = \"s3cret\"\n",
    );
    let _program = place.start_and_wait();
    let posted = place.post("/telegram/telegram", "{}").unwrap();
    assert!(posted.starts_with("HTTP/1.1 401"), "{posted}");
    let elsewhere = place.post("/telegram/nobody", "{}").unwrap();
    assert!(!elsewhere.starts_with("HTTP/1.1 2"), "{elsewhere}");
}

#[test]
fn a_token_that_is_none_is_told_without_being_shown() {
    let place = Place::new();
    place.write("[telegram]\ntoken = \"AAH-secret-half\"\n");
    let output = place.serve_to_the_end();
    ends_with_a_sentence(&output, &["[telegram] token is not what @BotFather gives"]);
    assert!(!said(&output).contains("secret-half"));
}
