//! What is logged, and that no secret leaves (P8).

use serde_json::{Value, json};

use crate::support::Home;

const PASSCODE: &str = "Correct-horse-7";
const WRONG: &str = "Wrong-horse-9";
const CLIENT_SECRET: &str = "a-secret-of-the-shop";

/// A secret in every form in which it might slip out.
fn forms(name: &'static str, bytes: &[u8]) -> Vec<(&'static str, Vec<u8>)> {
    use base64::Engine as _;
    use base64::engine::general_purpose::{STANDARD_NO_PAD, URL_SAFE_NO_PAD};
    let hex: String = bytes.iter().map(|byte| format!("{byte:02x}")).collect();
    let list = format!("{bytes:?}");
    let texts = [hex.to_uppercase(), hex, STANDARD_NO_PAD.encode(bytes), URL_SAFE_NO_PAD.encode(bytes), list];
    texts.into_iter().map(String::into_bytes).chain([bytes.to_vec()]).map(|form| (name, form)).collect()
}

fn guid_forms(guid: &str) -> Vec<(&'static str, Vec<u8>)> {
    let bytes = u128::from_str_radix(&guid.replace('-', ""), 16).unwrap().to_be_bytes();
    let mut all = forms("bearer guid", &bytes);
    all.extend([("bearer guid", guid.as_bytes().to_vec()), ("bearer guid", guid.to_uppercase().into_bytes())]);
    all
}

fn assert_absent(secrets: &[(&str, Vec<u8>)], place: &str, content: &[u8]) {
    for (name, secret) in secrets {
        assert!(!content.windows(secret.len()).any(|window| window == secret), "a {name} stands in {place}");
    }
}

/// Signs in and out in every way; the bearer guids, and how many requests it took.
fn exercise(home: &Home, server: &crate::support::Running) -> (Vec<String>, usize) {
    let mut client = server.client();
    let mut guids = Vec::new();
    for _ in 0..4 {
        guids.push(client.sign_in("ada@example.com", PASSCODE).guid());
    }
    let mut requests = 4;
    for route in ["session/validate", "session/get", "session/list", "session/close", "session/close"] {
        client.with_guid(route, &guids[0]);
        requests += 1;
    }
    client.with_guid("session/logout_other_devices", &guids[1]);
    client.usm("session/validate", &json!({ "session_guid": guids[2], "actor": 5 }));
    client.usm("session/validate", &json!([guids[3]]));
    client.sign_in("ada@example.com", WRONG);
    // A passcode in the wrong field, a guid in the path.
    client.usm("session/create", &json!({ "email": PASSCODE, "passcode": "ada@example.com" }));
    client.get(&format!("/usm/session/{}", guids[1]));
    client.get(&format!("/{}?session_guid={}", guids[1], guids[1]));
    client.usm("session/create", &json!({ "email": "admin@localhost", "passcode": administrator(home) }));
    (guids, requests + 8)
}

/// Makes an account and keys as an owner, shows them in every way, and ends them; the texts of the keys.
fn exercise_api_keys(server: &crate::support::Running) -> Vec<String> {
    let mut client = server.client();
    let guid = client.sign_in("ada@example.com", PASSCODE).guid();
    let owned = |more: Value| {
        let mut body = json!({ "session_guid": guid, "orgcode": "ACME" });
        body.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        body
    };
    let made = client.usm("service_account/create", &owned(json!({ "caption": "till", "roles": ["pvv"] })));
    let account = made.json()["data"]["service_account_id"].clone();
    let mut keys = Vec::new();
    for _ in 0..2 {
        let made = client.usm("api_key/create", &owned(json!({ "service_account_id": account })));
        keys.push(made.json()["data"]["api_key"].as_str().unwrap().to_owned());
        let id = made.json()["data"]["api_key_id"].clone();
        client.usm("api_key/validate", &json!({ "api_key": keys.last() }));
        client.usm("api_key/list", &owned(json!({ "service_account_id": account })));
        // A key in the wrong field.
        client.usm("api_key/revoke", &owned(json!({ "api_key_id": keys.last() })));
        client.usm("api_key/revoke", &owned(json!({ "api_key_id": id })));
        client.usm("api_key/validate", &json!({ "api_key": keys.last(), "orgcode": 5 }));
    }
    client.usm("api_key/revoke_all", &owned(json!({ "service_account_id": account })));
    keys
}

/// Every form in which the secret part of a key might stand somewhere; its id may stand anywhere.
fn key_forms(key: &str) -> Vec<(&'static str, Vec<u8>)> {
    forms("API key", key.split('_').nth(2).unwrap().as_bytes())
}

fn administrator(home: &Home) -> String {
    std::fs::read_to_string(home.data().join("admin-password")).unwrap().trim_end().to_owned()
}

#[test]
fn no_secret_stands_in_logs_output_or_database() {
    let home = Home::new().setting("LOG__LEVEL", "trace");
    home.serve(&[]).stop();
    let document = json!({
        "tenants": [{ "code": "ACME" }],
        "users": [{ "username": "ada", "email": "ada@example.com", "password": PASSCODE, "memberships": { "ACME": "owner" } }],
        "applications": [{ "client_id": "web-shop", "client_secret": CLIENT_SECRET, "kind": "service" }],
    });
    let applied = home.run(&["apply", &home.document("users.json", &document)]);
    assert!(applied.status.success(), "{applied:?}");
    let server = home.serve(&[]);
    let keys = exercise_api_keys(&server);
    let (guids, _) = exercise(&home, &server);
    let master = std::fs::read_to_string(home.data().join("master.key")).unwrap();
    let master = (0..32).map(|at| u8::from_str_radix(&master[2 * at..2 * at + 2], 16).unwrap()).collect::<Vec<_>>();
    let mut secrets: Vec<_> = guids.iter().flat_map(|guid| guid_forms(guid)).collect();
    secrets.extend(keys.iter().flat_map(|key| key_forms(key)));
    for (name, secret) in
        [("passcode", PASSCODE), ("passcode", WRONG), ("one-time password", &administrator(&home)), ("client secret", CLIENT_SECRET)]
    {
        secrets.extend(forms(name, secret.as_bytes()));
    }
    secrets.extend(forms("master key", &master));
    let metrics = server.client().get("/metrics").text;
    let look = |when: &str| {
        let files = home.database_files();
        assert!(!files.is_empty());
        files.iter().for_each(|(path, content)| assert_absent(&secrets, &format!("{} {when}", path.display()), content));
    };
    look("while it serves");
    let finished = server.stop();
    look("after it stopped");
    assert!(finished.stderr.contains("/usm/session/create"), "there is something to look through");
    assert_absent(&secrets, "standard error", finished.stderr.as_bytes());
    assert_absent(&secrets, "standard output", finished.stdout.as_bytes());
    assert_absent(&secrets, "metrics", metrics.as_bytes());
    assert_absent(&secrets, "what apply said", format!("{}{}", applied.stdout, applied.stderr).as_bytes());
}

#[test]
fn one_line_per_request_says_what_happened() {
    let home = Home::new();
    let first = home.serve(&[]).stop();
    assert_eq!(first.status.code(), Some(0));
    let users = json!({ "users": [{ "username": "ada", "email": "ada@example.com", "password": PASSCODE }] });
    home.run(&["apply", &home.document("users.json", &users)]);
    let server = home.serve(&[]);
    let (_, requests) = exercise(&home, &server);
    let finished = server.stop();
    let parsed: Vec<Value> = finished.stderr.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let lines: Vec<&Value> = parsed.iter().filter(|line| line["message"] == "request").collect();
    assert_eq!(lines.len(), requests, "{}", finished.stderr);
    for line in &lines {
        assert!(matches!(line["method"].as_str(), Some("GET" | "POST")), "{line}");
        let route = line["route"].as_str().unwrap();
        assert!(route.starts_with("/usm/session/") || ["/usm/{*rest}", "unmatched"].contains(&route), "{line}");
        assert!(line["status"].as_u64().is_some_and(|status| (200..500).contains(&status)), "{line}");
        assert!(line["latency_us"].is_u64() && line["client"] == "127.0.0.1", "{line}");
    }
    let mut ids: Vec<_> = lines.iter().map(|line| line["request_id"].as_str().unwrap()).collect();
    ids.sort_unstable();
    ids.dedup();
    assert_eq!(ids.len(), requests, "each has an id of its own");
}
