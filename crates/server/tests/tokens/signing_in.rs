//! Applications that others wrote sign somebody in: the certified openid-client and oauth4webapi from npm, Authlib from PyPI; and a resource
//! server by express-oauth2-jwt-bearer takes what they got.

use std::process::Command;

use serde_json::{Value, json};

use super::clients::{SCRIPTS, need_npm, need_python, run};
use super::registries::installed;
use super::scene::PASSWORD;
use super::serving::Serving;

const SECRET: &str = "a-secret-of-the-shop";

fn serving() -> (Serving, Value) {
    let directory = json!({
        "tenants": [{ "code": "ACME" }],
        "users": [
            { "username": "alice", "email": "alice@example.com", "password": PASSWORD, "tenant": "ACME", "display_name": "Alice" },
            { "username": "root", "password": PASSWORD, "role": "super_admin" },
        ],
        "applications": [
            { "client_id": "shop", "name": "Shop", "tenant": "ACME", "client_secret": SECRET, "kind": "web", "scopes": ["orders"],
              "resources": ["https://orders.test", "https://files.test"],
              "redirect_uris": ["https://shop.test/callback"] },
            { "client_id": "native", "name": "Desk", "tenant": "ACME", "kind": "native", "redirect_uris": ["http://127.0.0.1/callback"] },
            { "client_id": "pages", "tenant": "ACME", "kind": "spa", "redirect_uris": ["https://pages.test/callback"], "is_first_party": true },
        ],
    });
    let serving = Serving::with(&directory, &[]);
    let case = json!({ "issuer": serving.url, "secret": SECRET, "username": "alice", "password": PASSWORD });
    (serving, case)
}

/// Runs a script of a package of npm; how much of ours it found to be right.
fn by_npm(packages: &[&str], script: &str) -> Option<usize> {
    let Some(folder) = need_npm(packages) else {
        eprintln!("SKIPPED: {packages:?} could not be installed");
        return None;
    };
    let (_serving, case) = serving();
    Some(run(Command::new("node").arg(format!("{SCRIPTS}/{script}")).arg(folder), &case))
}

#[test]
fn openid_client_signs_somebody_in_with_every_authentication() {
    let verified = by_npm(&["openid-client@^6"], "openid-client.mjs");
    assert!(verified.is_none_or(|verified| verified == 3));
}

#[test]
fn oauth4webapi_signs_somebody_in() {
    let verified = by_npm(&["oauth4webapi@^3"], "oauth4webapi-code.mjs");
    assert!(verified.is_none_or(|verified| verified == 2));
}

#[test]
fn a_resource_server_takes_what_an_application_got() {
    let verified = by_npm(&["express-oauth2-jwt-bearer@^1", "express@^5"], "express-bearer.mjs");
    assert!(verified.is_none_or(|verified| verified == 2));
}

/// Where Debian and others have it.
const CHROMIUM: [&str; 3] = ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"];

/// A browser, where there is one.
pub fn chromium() -> Option<&'static str> {
    CHROMIUM.into_iter().find(|path| std::path::Path::new(path).exists())
}

/// Drives Chromium with a script; how much of ours it found to be right.
fn by_chromium(script: &str) -> Option<usize> {
    driven(script, &["puppeteer-core@^24"], serving)
}

/// Drives Chromium with a script that wants these packages, on what `serves`. Pictures are left behind.
pub fn driven(script: &str, packages: &[&str], serves: fn() -> (Serving, Value)) -> Option<usize> {
    let (Some(browser), Some(folder)) = (chromium(), need_npm(packages)) else {
        eprintln!("SKIPPED: Chromium or one of {packages:?} is not here");
        return None;
    };
    let (_serving, mut case) = serves();
    let pictures = installed("pictures");
    std::fs::create_dir_all(&pictures).unwrap();
    case["email"] = "alice@example.com".into();
    case["browser"] = browser.into();
    case["pictures"] = pictures.to_str().unwrap().into();
    Some(run(Command::new("node").arg(format!("{SCRIPTS}/{script}")).arg(folder), &case))
}

#[test]
fn chromium_signs_in_says_no_and_yes_and_signs_out() {
    let verified = by_chromium("chromium.mjs");
    assert!(verified.is_none_or(|verified| verified == 2));
}

#[test]
fn chromium_looks_at_devices_names_and_ends_them_and_takes_consent_back() {
    let verified = by_chromium("account.mjs");
    assert!(verified.is_none_or(|verified| verified == 4));
}

/// The same, for the administrator of the platform.
fn for_administrators() -> (Serving, Value) {
    let (serving, mut case) = serving();
    case["username"] = "root".into();
    (serving, case)
}

/// axe-core finds nothing serious on any of its pages.
#[test]
fn chromium_sees_charts_drawn_and_makes_a_user_and_an_application_at_the_console() {
    let verified = driven("screens.mjs", &["axe-core@^4", "puppeteer-core@^24"], for_administrators);
    assert!(verified.is_none_or(|verified| verified == 4));
}

#[test]
fn authlib_signs_somebody_in_and_checks_the_id_token() {
    let Some(python) = need_python() else {
        eprintln!("SKIPPED: Authlib could not be installed");
        return;
    };
    let (_serving, case) = serving();
    assert_eq!(run(Command::new(python).arg(format!("{SCRIPTS}/openid.py")), &case), 1);
}
