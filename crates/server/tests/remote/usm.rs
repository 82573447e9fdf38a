//! Every route of USM by a command and by HTTP, with the same answer.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use crate::scene::{PASSCODE, Scene};

/// What differs between two things that were made after each other.
const OF_EACH_ITS_OWN: &[&str] = &[
    "session_guid",
    "reference_guid",
    "api_key",
    "api_key_id",
    "service_account_id",
    "created_at_utc",
    "expires_at_utc",
    "last_validated_at_utc",
    "doomed_at_utc",
    "revoked_before_utc",
    "last_used_at_utc",
];

/// The same with what is of each its own told only as being there.
fn outline(value: &Value) -> Value {
    match value {
        Value::Object(fields) => {
            let outlined = |(name, value): (&String, &Value)| {
                let own = OF_EACH_ITS_OWN.contains(&name.as_str()) && !value.is_null();
                (name.clone(), if own { json!("of its own") } else { outline(value) })
            };
            Value::Object(fields.iter().map(outlined).collect())
        }
        Value::Array(items) => Value::Array(items.iter().map(outline).collect()),
        other => other.clone(),
    }
}

/// What stands ready for one command and one call.
struct Prepared {
    guid: String,
    guid_file: String,
    other: String,
    other_file: String,
    account: String,
    api_key: String,
    api_key_file: String,
    api_key_id: String,
}

fn prepare(scene: &Scene, name: &str) -> Prepared {
    let (guid, guid_file) = scene.sign_in("ada", &format!("{name}.guid"));
    let mut client = scene.server.client();
    // Of the other user, too, there are as many sessions each time: this one and one beside it.
    let before = client.sign_in("bob@example.com", PASSCODE).guid();
    client.with_guid("session/logout_everywhere", &before);
    client.sign_in("bob@example.com", PASSCODE).guid();
    let (other, other_file) = scene.sign_in("bob", &format!("{name}.other"));
    let owned = json!({ "session_guid": guid, "orgcode": "ACME", "caption": "till", "roles": ["pvv"] });
    let account = client.usm("service_account/create", &owned).json()["data"]["service_account_id"].as_str().unwrap().to_owned();
    let wish = json!({ "session_guid": guid, "orgcode": "ACME", "service_account_id": account });
    let made = client.usm("api_key/create", &wish).json();
    let text = |name: &str| made["data"][name].as_str().unwrap().to_owned();
    let api_key_file = scene.secret_file(&format!("{name}.key"), &text("api_key"));
    Prepared { guid, guid_file, other, other_file, account, api_key: text("api_key"), api_key_file, api_key_id: text("api_key_id") }
}

/// Route, arguments of the command, body of the call. `true`: it may be made twice of the same, and answers the same.
type Twin = (&'static str, bool, fn(&Prepared, &Scene) -> Vec<String>, fn(&Prepared) -> Value);

fn words(words: &[&str]) -> Vec<String> {
    words.iter().map(ToString::to_string).collect()
}

const TWINS: &[Twin] = &[
    (
        "session/create",
        false,
        |_, scene| {
            let passcode = scene.path("passcode");
            words(&[
                "session",
                "create",
                "--email",
                "ada@example.com",
                "--passcode-file",
                passcode.to_str().unwrap(),
                "--caption",
                "c",
                "--session-label",
                "l",
                "--ttl-seconds",
                "90",
                "--ttl-refresh-enabled",
                "false",
                "--reason",
                "r",
                "--metadata",
                r#"{"seat":7}"#,
                "--actor",
                "a",
            ])
        },
        |_| {
            json!({ "email": "ada@example.com", "passcode": PASSCODE, "caption": "c", "session_label": "l", "ttl_seconds": 90,
            "ttl_refresh_enabled": false, "reason": "r", "metadata": { "seat": 7 }, "actor": "a" })
        },
    ),
    (
        "session/validate",
        false,
        |made, _| words(&["session", "validate", "--session-guid-file", &made.guid_file]),
        |made| json!({ "session_guid": made.guid }),
    ),
    (
        "session/get",
        true,
        |made, _| words(&["session", "get", "--session-guid-file", &made.guid_file, "--include-archived"]),
        |made| json!({ "session_guid": made.guid, "include_archived": true }),
    ),
    (
        "session/update",
        false,
        |made, _| {
            let metadata = r#"{"tier":"gold"}"#;
            words(&["session", "update", "--session-guid-file", &made.guid_file, "--metadata", metadata, "--metadata-edition", "0"])
        },
        |made| json!({ "session_guid": made.guid, "metadata": { "tier": "gold" }, "metadata_edition": 0 }),
    ),
    (
        "session/list",
        true,
        |made, _| words(&["session", "list", "--session-guid-file", &made.guid_file, "--status", "all", "--limit", "3"]),
        |made| json!({ "session_guid": made.guid, "status": "all", "limit": 3 }),
    ),
    (
        "session/close",
        false,
        |made, _| words(&["session", "close", "--session-guid-file", &made.other_file, "--reason", "r"]),
        |made| json!({ "session_guid": made.other, "reason": "r" }),
    ),
    (
        "session/logout_other_devices",
        false,
        |made, _| words(&["session", "logout-other-devices", "--yes", "--session-guid-file", &made.other_file]),
        |made| json!({ "session_guid": made.other }),
    ),
    (
        "session/logout_everywhere",
        false,
        |made, _| words(&["session", "logout-everywhere", "--yes", "--session-guid-file", &made.other_file]),
        |made| json!({ "session_guid": made.other }),
    ),
    (
        "service_account/create",
        false,
        |made, _| {
            words(&[
                "service-account",
                "create",
                "--session-guid-file",
                &made.guid_file,
                "--caption",
                "c",
                "--role",
                "owner",
                "--role",
                "pma",
            ])
        },
        |made| json!({ "session_guid": made.guid, "orgcode": "ACME", "caption": "c", "roles": ["owner", "pma"] }),
    ),
    (
        "service_account/list",
        true,
        |made, _| words(&["service-account", "list", "--session-guid-file", &made.guid_file, "--limit", "2", "--orgcode", "acme"]),
        |made| json!({ "session_guid": made.guid, "orgcode": "acme", "limit": 2 }),
    ),
    (
        "service_account/status",
        false,
        |made, _| words(&["service-account", "status", "--session-guid-file", &made.guid_file, &made.account, "doomed", "--yes"]),
        |made| json!({ "session_guid": made.guid, "orgcode": "ACME", "service_account_id": made.account, "status": "doomed" }),
    ),
    (
        "api_key/create",
        false,
        |made, _| {
            words(&[
                "api-key",
                "create",
                "--session-guid-file",
                &made.guid_file,
                &made.account,
                "--caption",
                "c",
                "--expires-at-utc",
                "2100-01-01T00:00:00Z",
            ])
        },
        |made| {
            json!({ "session_guid": made.guid, "orgcode": "ACME", "service_account_id": made.account, "caption": "c",
            "expires_at_utc": "2100-01-01T00:00:00Z" })
        },
    ),
    (
        "api_key/list",
        true,
        |made, _| words(&["api-key", "list", "--session-guid-file", &made.guid_file, &made.account, "--status", "all", "--limit", "5"]),
        |made| json!({ "session_guid": made.guid, "orgcode": "ACME", "service_account_id": made.account, "status": "all", "limit": 5 }),
    ),
    (
        "api_key/revoke",
        false,
        |made, _| words(&["api-key", "revoke", "--session-guid-file", &made.guid_file, &made.api_key_id, "--reason", "r"]),
        |made| json!({ "session_guid": made.guid, "orgcode": "ACME", "api_key_id": made.api_key_id, "reason": "r" }),
    ),
    (
        "api_key/revoke_all",
        false,
        |made, _| words(&["api-key", "revoke-all", "--yes", "--session-guid-file", &made.guid_file, &made.account]),
        |made| json!({ "session_guid": made.guid, "orgcode": "ACME", "service_account_id": made.account }),
    ),
    (
        "api_key/revoke_all_org",
        false,
        |made, _| words(&["api-key", "revoke-all-org", "--yes", "--session-guid-file", &made.guid_file]),
        |made| json!({ "session_guid": made.guid, "orgcode": "ACME" }),
    ),
    (
        "api_key/policy_set",
        true,
        |made, _| words(&["api-key", "policy-set", "--session-guid-file", &made.guid_file, "--max-age-days", "9000"]),
        |made| json!({ "session_guid": made.guid, "orgcode": "ACME", "max_age_days": 9000 }),
    ),
    (
        "api_key/validate",
        true,
        |made, _| words(&["api-key", "validate", "--api-key-file", &made.api_key_file, "--orgcode", "ACME"]),
        |made| json!({ "api_key": made.api_key, "orgcode": "ACME" }),
    ),
];

#[test]
fn every_route_answers_the_command_line_what_it_answers_http() {
    let scene = Scene::new();
    for (number, (route, again, arguments, body)) in TWINS.iter().enumerate() {
        let first = prepare(&scene, &format!("{number}a"));
        let arguments = arguments(&first, &scene);
        let arguments: Vec<_> = ["usm"].into_iter().chain(arguments.iter().map(String::as_str)).chain(["--json"]).collect();
        let printed = scene.run(&arguments);
        assert_eq!((printed.code, printed.stderr.lines().find(|line| !line.starts_with("more: "))), (0, None), "{route}: {printed:?}");
        let second = if *again { first } else { prepare(&scene, &format!("{number}b")) };
        let answered = scene.server.client().usm(route, &body(&second));
        assert_eq!(answered.status, 200, "{route}: {answered:?}");
        let data = answered.json()["data"].clone();
        let list = ["sessions", "service_accounts", "api_keys"].into_iter().find_map(|name| data.get(name));
        let (printed, answered) = match list {
            Some(records) => (Value::Array(printed.lines()), records.clone()),
            None => (printed.json(), data),
        };
        if *again {
            assert_eq!(printed, answered, "{route}");
        } else {
            assert_eq!(outline(&printed), outline(&answered), "{route}");
        }
    }
}

#[test]
fn every_documented_route_has_a_command() {
    let documents = cloakroom_server::router::documents();
    let usm = documents.iter().find(|(path, _)| *path == "/usm/openapi.yaml").unwrap();
    let document = serde_json::to_value(&usm.1).unwrap();
    let posts = document["paths"].as_object().unwrap().iter().filter(|(_, item)| item.get("post").is_some());
    let documented: BTreeSet<_> = posts.map(|(path, _)| path.trim_start_matches("/usm/").to_owned()).collect();
    let twins: BTreeSet<_> = TWINS.iter().map(|(route, ..)| (*route).to_owned()).collect();
    assert_eq!(documented, twins);
}

#[test]
fn lists_are_walked_and_read_by_people() {
    let scene = Scene::new();
    let (_, guid) = scene.sign_in("ada", "first.guid");
    for name in ["second.guid", "third.guid"] {
        scene.sign_in("ada", name);
    }
    let list = |more: &[&str]| scene.run(&[&["usm", "session", "list", "--session-guid-file", &guid, "--limit", "2"], more].concat());
    let page = list(&["--json"]);
    let cursor = page.stderr.trim().strip_prefix("more: --next-token ").unwrap().to_owned();
    let rest = list(&["--json", "--next-token", &cursor]);
    assert_eq!((page.lines().len(), rest.lines().len(), rest.stderr.as_str()), (2, 1, ""));
    let table = list(&[]);
    let lines: Vec<_> = table.stdout.lines().collect();
    assert!(lines[0].starts_with("session guid ") && lines[0].contains("  status  ") && lines.len() == 3, "{table:?}");
    let column = lines[0].find("status").unwrap();
    assert!(lines[1..].iter().all(|line| line[column..].starts_with("active")), "{table:?}");
    let is_relative = |line: &str| line.contains("  in ") && (line.contains("  now  ") || line.contains(" ago  "));
    assert!(lines[1..].iter().all(|line| is_relative(line)) && !table.stdout.contains('\u{1b}'), "{table:?}");
    // The reference guid that a list shows closes the session.
    let reference = page.lines()[0]["session_guid"].as_str().unwrap().to_owned();
    let closed = scene.run(&["usm", "session", "close", &reference, "--session-guid-file", &guid]);
    assert!(closed.code == 0 && closed.stdout.contains("doom reason") && closed.stdout.contains("closed"), "{closed:?}");
}
