//! Schemathesis (PyPI) holds every OpenAPI document against a running server: no 5xx, no answer that its document does not
//! describe. `cargo test -p cloakroom-server --test process conformance`.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::Command;

use cloakroom_server::router::documents;
use serde_json::{Value, json};

use crate::registries;
use crate::support::{Home, Running};

const HERE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/process/conformance");
const PACKAGE: &str = "schemathesis>=4.32,<5";
/// Requests made up for each operation and phase, about: enough to meet each field's edges, few enough for every run.
const CASES: &str = "12";
/// Documents whose every operation is refused to a user without a role.
const FOR_ADMINISTRATORS: &[&str] = &["/openapi/audit.yaml", "/api/admin/openapi.json", "/api/v1/directory/openapi.json"];
/// Who has none.
const USER: &str = "alice";
const CHECKS: &str =
    "not_a_server_error,status_code_conformance,content_type_conformance,response_headers_conformance,response_schema_conformance";

/// The program; `None` where it cannot be had.
fn need_schemathesis() -> Option<PathBuf> {
    registries::need_python("schemathesis", &[PACKAGE], "schemathesis", &["--version"])
}

fn persona(username: &str) -> Value {
    json!({ "username": username, "email": format!("{username}@example.com"), "password": "Correct-horse-7", "orgcode": "ACME",
        "client": "shop", "secret": "a-secret-of-the-shop" })
}

/// Each on a server of its own, since what is made up may end, change and delete whatever the persona reaches.
fn serve(home: &Home) -> Running {
    let serving = home.serve(&["--apply", &format!("{HERE}/directory.yaml")]);
    assert_eq!(serving.client().get("/healthz").status, 200);
    serving
}

/// Everything wrong that schemathesis found in one document as one persona.
fn findings(program: &Path, home: &Home, serving: &Running, document: &str, persona: &Value) -> Result<(), String> {
    let url = format!("http://{}", serving.address);
    let answered = home.file("answered.json", "{}");
    let output = Command::new(program)
        .args(["run", &format!("{url}{document}"), "--url", &url, "--max-examples", CASES, "--checks", CHECKS, "--seed", "1"])
        .args(["--phases", "examples,coverage,fuzzing", "--continue-on-failure", "--no-color", "--warnings", "off"])
        .current_dir(Path::new(&answered).parent().unwrap())
        .env("SCHEMATHESIS_HOOKS", format!("{HERE}/hooks.py"))
        .env("CONFORMANCE_URL", &url)
        .env("CONFORMANCE_PERSONA", persona.to_string())
        .env("CONFORMANCE_ANSWERED", &answered)
        .output()
        .unwrap();
    let told = format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    if !output.status.success() {
        return Err(format!("{document} as {}:\n{told}", persona["username"]));
    }
    let answered: BTreeMap<String, u64> = serde_json::from_str(&std::fs::read_to_string(&answered).unwrap()).unwrap();
    // Where every request is refused, nothing was shown about the answers that matter, unless refusing is what matters.
    let succeeded = answered.keys().any(|status| status.starts_with('2'));
    if FOR_ADMINISTRATORS.contains(&document) && persona["username"] == USER {
        let refused = !succeeded && answered.contains_key("403");
        return if refused { Ok(()) } else { Err(format!("{document} is not for users: {answered:?}")) };
    }
    if !succeeded {
        return Err(format!("{document} as {}: nothing succeeded: {answered:?}", persona["username"]));
    }
    Ok(())
}

/// Runs all documents as one persona.
fn conforms(username: &str) {
    let Some(program) = need_schemathesis() else {
        eprintln!("SKIPPED: schemathesis could not be installed");
        return;
    };
    let home = Home::new().setting("SESSIONS__CAP", "8000");
    // Made-up passwords would lock the persona out.
    let home = home.setting("LOCKOUT__FAILURES", "0").setting("LOCKOUT__FAILURES_EVERYWHERE", "0");
    let serving = serve(&home);
    let persona = persona(username);
    let wrong: Vec<String> =
        documents().iter().filter_map(|(document, _)| findings(&program, &home, &serving, document, &persona).err()).collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n\n"));
}

#[test]
fn every_document_holds_for_a_user() {
    conforms(USER);
}

#[test]
fn every_document_holds_for_an_administrator_of_a_tenant() {
    conforms("warden");
}

#[test]
fn every_document_holds_for_an_administrator_of_everything() {
    conforms("root");
}
