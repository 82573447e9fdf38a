//! A browser at the console.

use serde_json::{Value, json};

use super::scene::PASSWORD;
use super::serving::Serving;
use super::signing_in::driven;

/// Somebody for each width and colour scheme that is looked at.
const PEOPLE: [&str; 4] = ["ann", "ben", "cleo", "dora"];

fn serving() -> (Serving, Value) {
    let person = |name: &str| json!({ "username": name, "email": format!("{name}@example.com"), "password": PASSWORD, "tenant": "ACME" });
    let root = json!({ "username": "root", "email": "root@example.com", "password": PASSWORD, "role": "super_admin" });
    let users: Vec<_> = PEOPLE.into_iter().map(person).chain([root]).collect();
    let directory = json!({ "tenants": [{ "code": "ACME", "name": "Acme" }], "users": users });
    let serving = Serving::with(&directory, &[]);
    let case = json!({ "issuer": serving.url, "username": "root", "password": PASSWORD, "people": PEOPLE });
    (serving, case)
}

#[test]
fn chromium_searches_sessions_ends_one_and_all_that_match() {
    let verified = driven("console.mjs", &["puppeteer-core@^24", "axe-core@^4"], serving);
    assert!(verified.is_none_or(|verified| verified == 4));
}
