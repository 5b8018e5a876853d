//! `guildhall audit`: what it says of a log that is whole, and of one that is not.

use std::process::Output;

use sqlx::Connection as _;

use super::{Place, run, said};

fn verify(place: &Place, more: &[&str]) -> Output {
    run(&[&["audit", "verify", "--config", &place.config()], more].concat())
}

fn printed(output: &Output) -> String {
    String::from_utf8_lossy(&output.stdout).into_owned()
}

/// Changes the database behind the program's back.
fn tamper(place: &Place, sql: &'static str) {
    let url = format!("sqlite:{}", place.database().display());
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(async {
        let mut connection = sqlx::SqliteConnection::connect(&url).await.unwrap();
        assert!(sqlx::query(sql).execute(&mut connection).await.unwrap().rows_affected() > 0);
    });
}

#[test]
fn a_whole_log_ends_well_and_a_changed_one_names_the_row() {
    let place = Place::new();
    let missing = verify(&place, &[]);
    assert!(!missing.status.success() && said(&missing).contains("is not there"), "{}", said(&missing));
    for command in ["sign-in", "link-code"] {
        assert!(run(&[command, "--config", &place.config(), "--staff", "Gu Hai"]).status.success());
    }
    let whole = verify(&place, &[]);
    let words = printed(&whole);
    assert!(whole.status.success() && words.starts_with("The audit log is whole: 3 rows."), "{words}");
    assert_eq!(words.lines().count(), 1, "{words}");
    let head = words.split_whitespace().last().unwrap();
    assert!(verify(&place, &["--head", head]).status.success());
    let lines = printed(&run(&["audit", "export", "--config", &place.config()]));
    let rows: Vec<serde_json::Value> =
        lines.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!(rows.len(), 3, "{lines}");
    assert_eq!((&rows[0]["seq"], &rows[0]["act"]), (&1.into(), &"staff.first_admin".into()));
    assert_eq!(format!("3:{}", rows[2]["hash"].as_str().unwrap()), head);

    tamper(&place, "DELETE FROM audit WHERE seq = 3");
    let cut = verify(&place, &[]);
    assert!(!cut.status.success() && said(&cut).contains("the last rows were removed"), "{}", said(&cut));
    tamper(&place, "UPDATE audit_head SET seq = 2, hash = (SELECT hash FROM audit WHERE seq = 2)");
    assert!(verify(&place, &[]).status.success(), "nothing in the database tells");
    let noted = verify(&place, &["--head", head]);
    assert!(!noted.status.success() && said(&noted).contains("row 3 is not the one"), "{}", said(&noted));
    tamper(&place, "UPDATE audit SET detail = 'somebody else' WHERE seq = 1");
    let changed = verify(&place, &[]);
    assert!(
        !changed.status.success() && said(&changed).contains("row 1 (staff.first_admin"),
        "{}",
        said(&changed)
    );
    assert_eq!(said(&changed).lines().count(), 1, "{}", said(&changed));
    assert!(!run(&["audit", "export", "--config", &place.config()]).status.success());
    let wrong = verify(&place, &["--head", "last week's"]);
    assert!(!wrong.status.success() && said(&wrong).contains("64 hex digits"), "{}", said(&wrong));
}
