//! Signing in through identity providers that others wrote, and through a second Cloakroom.

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::process::{Command, Stdio};

use serde_json::json;

use super::clients::{SCRIPTS, need_npm, run};
use super::registries::installed;
use super::scene::PASSWORD;
use super::serving::Serving;
use super::signing_in::chromium;

const SECRET: &str = "a-secret-of-cloakroom at the provider";

/// This machine may be asked: the providers are on it.
const ALLOWED: (&str, &str) = ("CLOAKROOM__OUTBOUND__ALLOWED_NETWORKS", "127.0.0.0/8");

#[test]
fn chromium_signs_in_through_oidc_provider_and_its_logout_ends_that() {
    let folders = (chromium(), need_npm(&["oidc-provider@^9"]), need_npm(&["puppeteer-core@^24"]));
    let (Some(browser), Some(provider), Some(puppeteer)) = folders else {
        eprintln!("SKIPPED: Chromium, oidc-provider or puppeteer-core is not here");
        return;
    };
    let mut command = Command::new("node");
    command.arg(format!("{SCRIPTS}/oidc-provider.mjs")).arg(provider).arg(puppeteer);
    let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    let mut said = BufReader::new(child.stdout.take().unwrap());
    let mut issuer = String::new();
    said.read_line(&mut issuer).unwrap();
    let directory = json!({
        "tenants": [{ "code": "ACME" }],
        "identity_providers": [{ "code": "op", "name": "Acme", "issuer": issuer.trim(), "client_id": "cloakroom", "client_secret": SECRET,
            "domains": ["acme.example"], "create_users": true, "groups_claim": "groups",
            "group_memberships": [{ "group": "staff", "tenant": "ACME", "role": "member" }] },
            { "code": "else", "name": "Somebody else with a name that is quite long", "issuer": issuer.trim(), "client_id": "else" }],
    });
    let serving = Serving::with(&directory, &[ALLOWED]);
    let pictures = installed("pictures");
    std::fs::create_dir_all(&pictures).unwrap();
    let case = json!({ "cloakroom": serving.url, "secret": SECRET, "browser": browser, "pictures": pictures.to_str().unwrap() });
    writeln!(child.stdin.as_mut().unwrap(), "{case}").unwrap();
    let mut out = String::new();
    said.read_to_string(&mut out).unwrap();
    let output = child.wait_with_output().unwrap();
    assert!(output.status.success(), "{out}\n{}", String::from_utf8_lossy(&output.stderr));
    assert_eq!(out.lines().filter(|line| line.starts_with("verified ")).count(), 5, "{out}");
}

#[test]
fn somebody_signs_in_through_a_second_cloakroom() {
    // Of a native application the port is free: nobody knows yet at which the other one listens.
    let provider = Serving::with(
        &json!({
            "users": [{ "username": "alice", "email": "alice@example.com", "password": PASSWORD, "display_name": "Alice" }],
            "applications": [{ "client_id": "relying", "kind": "native", "is_first_party": true, "platform": true,
                "redirect_uris": ["http://127.0.0.1/login/idp/other/callback"] }],
        }),
        &[],
    );
    let relying = Serving::with(
        &json!({
            "users": [{ "username": "root", "role": "super_admin", "password": PASSWORD }],
            "identity_providers": [{ "code": "other", "issuer": provider.url, "client_id": "relying", "create_users": true,
                "domains": ["example.com"] }],
        }),
        &[ALLOWED],
    );
    let case = json!({ "relying": relying.url, "provider": provider.url, "username": "alice", "password": PASSWORD });
    assert_eq!(run(Command::new("node").arg(format!("{SCRIPTS}/cloakroom-provider.mjs")), &case), 2);
}
