//! Names in the place of ids.

use serde_json::Value;

use crate::scene::Scene;

fn administered() -> Scene {
    let scene = Scene::new();
    scene.log_in("root");
    scene
}

fn id(record: &Value) -> String {
    record["id"].as_str().unwrap().to_owned()
}

#[test]
fn whatever_has_a_name_is_found_by_it() {
    let scene = administered();
    let json = |words: &[&str]| scene.run(&[words, &["--json"]].concat()).json();
    json(&["partner", "create", "north"]);
    json(&[
        "identity-provider",
        "create",
        "staff",
        "https://id.example",
        "us",
        "--home",
        "acme",
        "--groups-claim",
        "g",
        "--group",
        "g=ACME=member",
    ]);
    let bob = id(&json(&["user", "show", "bob"]));
    for name in ["Bob", "bob@example.com", "BOB@example.com", &bob] {
        assert_eq!(id(&json(&["user", "show", name])), bob, "{name}");
    }
    let tenant = id(&json(&["tenant", "show", "acme"]));
    assert_eq!(id(&json(&["tenant", "change", "ACME", "--partner", "north"])), tenant);
    assert_eq!(json(&["app", "change", "shop", "--owner", "ada@example.com", "--home", "Acme"])["tenant_id"], tenant.as_str());
    assert_eq!(json(&["identity-provider", "show", "staff"])["group_memberships"][0]["tenant_id"], tenant.as_str());
    assert_eq!(json(&["user", "change", "bob", "--membership", "ACME=admin"])["memberships"][&tenant], "admin");
    assert_eq!(json(&["user", "change", "bob", "--home", ""])["tenant_id"], Value::Null);
    assert_eq!(scene.run(&["user", "list", "--tenant", "acme", "--json"]).lines().len(), 2, "ada and root");
    assert_eq!(scene.run(&["tenant", "list", "--partner", "NORTH", "--json"]).lines().len(), 1);
    assert!(scene.run(&["audit", "list", "--actor", "root", "--tenant", "acme", "--json"]).lines().len() >= 2);
    assert!(scene.run(&["audit", "list", "--resource", "north", "--json"]).lines().iter().all(|entry| entry["resource_type"] == "partner"));
    assert_eq!(json(&["user", "change", "bob", "--home", "acme"])["tenant_id"], tenant.as_str());
    scene.sign_in("bob", "bob.guid");
    assert_eq!(scene.run(&["session", "ls", "--user", "bob@example.com", "--json"]).lines().len(), 1);
    assert_eq!(json(&["session", "end", "--user", "bob", "--tenant", "acme", "--yes"])["revoked_count"], 1);
    // What is out of use keeps its name.
    assert_eq!(scene.run(&["user", "remove", "bob", "--yes"]).code, 0);
    assert_eq!(json(&["user", "show", "bob"])["status"], "doomed");
}

#[test]
fn one_among_many_that_begin_alike_is_found() {
    let scene = Scene::new();
    let users: Vec<_> = (0..230).map(|number| serde_json::json!({ "username": format!("bob{number}"), "tenant": "ACME" })).collect();
    let document = serde_json::json!({ "users": users });
    assert!(scene.home.run(&["apply", &scene.home.document("more.json", &document)]).status.success());
    scene.log_in("root");
    assert_eq!(scene.run(&["user", "show", "bob", "--json"]).json()["username"], "bob");
}

#[test]
fn what_may_mean_several_is_told_with_all_of_them() {
    let scene = administered();
    let other = id(&scene.run(&["user", "create", "bob@example.com", "--json"]).json());
    let bob = id(&scene.run(&["user", "show", "bob", "--json"]).json());
    let told = scene.run(&["user", "show", "bob@example.com"]);
    assert!(told.code == 1 && told.stderr.contains(&bob) && told.stderr.contains(&other) && told.stderr.contains("by its id"), "{told:?}");
    let ended = scene.run(&["session", "end", "--user", "bob@example.com", "--yes"]);
    assert_eq!((ended.code, ended.stdout.as_str()), (1, ""), "{ended:?}");
}

#[test]
fn what_is_missing_or_mistaken_is_told() {
    let scene = administered();
    let bob = id(&scene.run(&["user", "show", "bob", "--json"]).json());
    for (words, code, told) in [
        (&["user", "show", "boob"][..], 4, "did you mean `bob`?"),
        (&["session", "ls", "--tenant", "ACNE"], 4, "did you mean `ACME`?"),
        (&["app", "show", "nothing-like-it"], 4, "there is no application `nothing-like-it`"),
        (&["tenant", "show", &bob], 2, "is the id of a user, where a tenant is meant"),
        (&["user", "set-status", "bob", "suspendet"], 2, "suspended"),
        (&["audit", "list", "--action", "session.endet"], 1, "did you mean --action session.ended?"),
    ] {
        let left = scene.run(words);
        assert!(left.code == code && left.stderr.contains(told) && left.stdout.is_empty(), "{words:?} {left:?}");
    }
}

#[test]
fn service_accounts_and_keys_are_found_by_what_they_are_called() {
    let scene = Scene::new();
    let (_, guid) = scene.sign_in("ada", "ada.guid");
    let key = |words: &[&str]| scene.run(&[&["key"], words, &["--session-guid-file", &guid, "--json"]].concat());
    let first = key(&["account", "create", "--caption", "till", "--role", "pvv"]).json();
    let made = key(&["create", "till", "--caption", "production"]).json();
    assert_eq!(made["service_account_id"], first["service_account_id"]);
    assert_eq!(key(&["list", "--account", "till"]).lines().len(), 1);
    assert_eq!(key(&["show", "production"]).json()["api_key_id"], made["api_key_id"]);
    let second = key(&["account", "create", "--caption", "till", "--role", "pvv"]).json();
    let told = key(&["revoke-all", "till", "--yes"]);
    let both = [&first, &second].map(|account| account["service_account_id"].as_str().unwrap().to_owned());
    assert!(told.code == 1 && both.iter().all(|id| told.stderr.contains(id)), "{told:?}");
    assert_eq!(key(&["account", "remove", &both[1], "--yes"]).code, 0);
    assert_eq!(key(&["revoke", "production"]).json()["status"], "doomed");
    assert_eq!(key(&["revoke", "production"]).code, 4, "of keys that are over there may be many of one name");
    let secret = made["api_key"].as_str().unwrap();
    let pasted = key(&["revoke", secret]);
    assert!(pasted.code == 2 && !pasted.stderr.contains(secret), "{pasted:?}");
}

#[test]
fn nothing_ends_without_a_yes_where_nobody_can_be_asked() {
    let scene = administered();
    let (_, guid) = scene.sign_in("ada", "ada.guid");
    let with_guid = ["--session-guid-file", guid.as_str()];
    scene.run(&[&["usm", "service-account", "create", "--caption", "till", "--role", "pvv"][..], &with_guid].concat());
    let list = scene.secret_file("list", "ses_1\n");
    let before = scene.run(&["session", "ls", "--everyone", "--json"]).lines().len();
    for words in [
        &["session", "end", "--tenant", "ACME"][..],
        &["session", "end", "--user", "ada"],
        &["session", "end", "--others"],
        &["session", "end", "--from", &list],
        &["tenant", "remove", "ACME"],
        &["tenant", "change", "ACME", "--status", "doomed"],
        &["tenant", "change", "ACME", "--status", "suspended"],
        &["user", "remove", "ada"],
        &["user", "set-status", "ada", "doomed"],
        &["user", "email", "remove", "ada", "ada@example.com"],
        &["user", "email", "set-status", "ada", "ada@example.com", "doomed"],
        &["app", "remove", "shop"],
        &["app", "change", "shop", "--status", "disabled"],
        &["key", "revoke-all", "till"],
        &["key", "revoke-all-org"],
        &["key", "account", "remove", "till"],
        &["usm", "service-account", "status", "till", "doomed"],
        &["usm", "session", "logout-everywhere"],
        &["usm", "session", "logout-other-devices"],
    ] {
        let more = if matches!(words[0], "key" | "usm") { &with_guid[..] } else { &[] };
        let left = scene.run(&[words, more].concat());
        assert!(left.code == 2 && left.stdout.is_empty() && left.stderr.contains("add --yes"), "{words:?} {left:?}");
    }
    assert_eq!(scene.run(&["session", "ls", "--everyone", "--json"]).lines().len(), before);
    assert_eq!(scene.run(&["user", "show", "ada", "--json"]).json()["status"], "verified");
}
