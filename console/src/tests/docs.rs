//! The manual names every page and every route of the API, and none that is not there.

use std::collections::BTreeSet;

use crate::guard::Need;
use crate::{api, pages};

const MANUAL: &str = include_str!("../../../docs/console.md");

/// Addresses between backquotes, with or without a method before them.
fn named() -> BTreeSet<&'static str> {
    let words = MANUAL.split('`').skip(1).step_by(2);
    let bare = words.map(|word| {
        ["GET ", "POST ", "PUT "].iter().fold(word, |word, method| word.trim_start_matches(method))
    });
    bare.filter(|word| word.starts_with('/')).collect()
}

#[test]
fn the_manual_names_every_page_and_route_and_no_other() {
    let described = api::described().get_openapi().paths.paths.keys().cloned().collect::<Vec<_>>();
    let there: BTreeSet<&str> =
        pages::all().iter().map(|page| page.path).chain(described.iter().map(String::as_str)).collect();
    let named = named();
    let missing: Vec<_> = there.difference(&named).collect();
    assert!(missing.is_empty(), "docs/console.md lacks {missing:?}");
    // Commands in chat, and the description itself.
    let known = ["/announce", "/activity", "/api/openapi.json"];
    let gone: Vec<_> = named.difference(&there).filter(|word| !known.contains(word)).collect();
    assert!(gone.is_empty(), "docs/console.md names {gone:?}, which is not there");
}

#[test]
fn the_manual_names_the_right_that_each_page_asks_for() {
    for page in pages::all() {
        let named = match page.needs {
            // How one comes in and goes stands in words of its own.
            Need::Nobody => continue,
            Need::Staff if page.path == "/sign-out" => continue,
            Need::Staff if page.path == "/files/{key}" => "the one of what it is kept for".to_owned(),
            Need::Staff => "none but being staff".to_owned(),
            Need::May(permission) => {
                format!("`{}`", serde_json::to_value(permission).unwrap().as_str().unwrap())
            }
        };
        let row =
            MANUAL.lines().find(|line| line.starts_with('|') && line.contains(&format!("`{}`", page.path)));
        let row = row.unwrap_or_else(|| panic!("{} stands in no row", page.path));
        assert!(row.contains(&named), "{} asks for {named}: {row}", page.path);
    }
}
