//! The directory and the trail from the command line.

use serde_json::{Value, json};

use crate::scene::{PASSCODE, Scene};

/// With the super administrator logged in.
fn administered() -> Scene {
    let scene = Scene::new();
    let login = scene.run_with(&[("CLOAKROOM_PASSCODE", PASSCODE)], &["login", "--profile", "acme", "root"]);
    assert_eq!(login.code, 0, "{login:?}");
    scene
}

fn made(scene: &Scene, words: &[&str]) -> Value {
    scene.run(&[words, &["--json"]].concat()).json()
}

fn id(record: &Value) -> String {
    record["id"].as_str().unwrap().to_owned()
}

#[test]
fn partners_and_tenants() {
    let scene = administered();
    let partner = id(&made(&scene, &["partner", "create", "north", "--name", "North"]));
    assert_eq!(made(&scene, &["partner", "rename", &partner, "Northern"])["name"], "Northern");
    let tenant = made(&scene, &["tenant", "create", "beta", "--partner", &partner, "--session-cap", "64", "--sliding", "false"]);
    assert_eq!((&tenant["code"], &tenant["session_cap"], &tenant["sliding"]), (&json!("BETA"), &json!(64), &json!(false)));
    let tenant = id(&tenant);
    let changed = made(&scene, &["tenant", "change", &tenant, "--partner", "", "--session-cap", "0", "--status", "suspended", "--yes"]);
    assert_eq!((&changed["partner_id"], &changed["session_cap"], &changed["status"]), (&Value::Null, &Value::Null, &json!("suspended")));
    assert_eq!(made(&scene, &["tenant", "show", &tenant]), changed);
    let listed = scene.run(&["tenant", "list", "--status", "suspended", "--json"]).lines();
    assert_eq!(listed, [changed]);
    let all = scene.run(&["tenant", "list", "--per-page", "1", "--json"]);
    assert_eq!((all.lines().len(), all.stderr.as_str()), (1, "more: --page 2 (2 in all)\n"));
    assert_eq!(scene.run(&["tenant", "remove", &tenant, "--yes"]).stdout, "removed\n");
    assert_eq!(scene.run(&["partner", "remove", &partner, "--yes"]).code, 0);
    assert_eq!(made(&scene, &["partner", "show", &partner])["status"], "doomed");
    assert!(scene.run(&["partner", "list"]).stderr.contains("nothing found"));
}

#[test]
fn users_and_their_addresses() {
    let scene = administered();
    let password = scene.secret_file("new", "Battery-staple-8");
    let words = ["user", "create", "carol", "--email", "carol@example.com", "--with-password", "--new-password-file", &password];
    let user = made(&scene, &words);
    assert_eq!(user["has_password"], true);
    let user = id(&user);
    let tenant = id(&scene.run(&["tenant", "list", "--json"]).lines()[0]);
    let change = ["user", "change", &user, "--display-name", "Carol", "--home", &tenant, "--membership", &format!("{tenant}=member")];
    assert_eq!(made(&scene, &change)["memberships"][&tenant], "member");
    assert_eq!(made(&scene, &["user", "change", &user, "--display-name", ""])["display_name"], Value::Null);
    made(&scene, &["user", "email", "add", &user, "c@example.org", "--status", "unverified"]);
    made(&scene, &["user", "email", "set-status", &user, "c@example.org", "verified"]);
    assert_eq!(made(&scene, &["user", "email", "make-primary", &user, "c@example.org"])["emails"][0]["email"], "c@example.org");
    assert_eq!(scene.run(&["user", "email", "remove", &user, "carol@example.com", "--yes"]).code, 0);
    let other = scene.secret_file("other", "Another-pony-9");
    let login =
        |file: &str| scene.run(&["login", "carol", "--passcode-file", file, "--profiles", scene.path("mine.toml").to_str().unwrap()]);
    std::fs::copy(scene.profiles(), scene.path("mine.toml")).unwrap();
    assert_eq!(login(&password).code, 0);
    // Its login would take the place of the administrator's, which stands beside the same profiles.
    let root = scene.run_with(&[("CLOAKROOM_PASSCODE", PASSCODE)], &["login", "--profile", "acme", "root"]);
    assert_eq!(root.code, 0);
    made(&scene, &["user", "set-password", &user, "--new-password-file", &other]);
    assert_eq!(made(&scene, &["user", "set-status", &user, "suspended", "--yes"])["status"], "suspended");
    assert_eq!(scene.run(&["user", "list", "--search", "carol", "--json"]).lines().len(), 1);
    assert_eq!(scene.run(&["user", "remove", &user, "--yes"]).code, 0);
    assert_eq!(made(&scene, &["user", "show", &user])["status"], "doomed");
    assert_eq!(scene.run(&["user", "show", "usr_0"]).code, 4);
}

#[test]
fn applications_and_their_secrets() {
    let scene = administered();
    let created = made(&scene, &["app", "create", "kiosk", "--scope", "profile", "--kind", "service"]);
    assert!(created["secret"]["client_secret"].as_str().unwrap().starts_with("clc_"), "{created}");
    let app = id(&created);
    let file = scene.path("second.secret");
    let minted = made(&scene, &["app", "add-secret", &app, "--secret-file", file.to_str().unwrap()]);
    assert_eq!(minted["client_secret"], "[redacted]");
    assert!(std::fs::read_to_string(&file).unwrap().starts_with("clc_"));
    let secrets = scene.run(&["app", "list-secrets", &app, "--json"]).lines();
    assert_eq!(secrets.len(), 2);
    assert_eq!(scene.run(&["app", "remove-secret", &app, &id(&minted), "--yes"]).code, 0);
    let changed = made(&scene, &["app", "change", &app, "--name", "Kiosk", "--scope", "profile", "--status", "disabled", "--yes"]);
    assert_eq!((&changed["name"], &changed["status"]), (&json!("Kiosk"), &json!("disabled")));
    assert_eq!(made(&scene, &["app", "show", &app])["client_id"], "kiosk");
    assert_eq!(scene.run(&["app", "list", "--json"]).lines().len(), 2);
    assert_eq!(scene.run(&["app", "ls", "--json"]).lines().len(), 2);
    assert_eq!(scene.run(&["app", "remove", &app, "--yes"]).code, 0);
}

#[test]
fn identity_providers_and_their_domains() {
    let scene = administered();
    let tenant = id(&scene.run(&["tenant", "list", "--json"]).lines()[0]);
    let secret = scene.secret_file("provider.secret", "a-secret-of-ours");
    let group = format!("a=b={tenant}=member");
    let words = ["staff", "https://id.example", "us", "--home", &tenant, "--client-secret-file", &secret, "--domain", "acme.example"];
    let groups = ["--groups-claim", "groups", "--group", &group, "--create-users", "true", "--scope", "openid"];
    let created = made(&scene, &[&["identity-provider", "create"][..], &words, &groups].concat());
    assert_eq!((&created["tenant_id"], &created["has_client_secret"]), (&json!(tenant), &json!(true)));
    assert_eq!(created["group_memberships"], json!([{ "group": "a=b", "tenant_id": tenant, "role": "member" }]));
    let provider = id(&created);
    assert_eq!(made(&scene, &["identity-provider", "show", &provider]), created);
    assert_eq!(made(&scene, &["identity-provider", "approve-domains", &provider])["approved_domains"], json!([]));
    let approved = made(&scene, &["identity-provider", "approve-domains", &provider, "acme.example"]);
    assert_eq!(approved["approved_domains"], json!(["acme.example"]));
    let moved = ["identity-provider", "change", &provider, "--issuer", "https://id.other.example"];
    assert_eq!(scene.run(&moved).code, 1, "its secret is for another issuer");
    assert_eq!(made(&scene, &[&moved[..], &["--client-secret-file", &secret]].concat())["issuer"], "https://id.other.example");
    let bare = made(&scene, &["identity-provider", "change", &provider, "--without-client-secret", "--status", "disabled"]);
    assert_eq!((&bare["has_client_secret"], &bare["status"]), (&json!(false), &json!("disabled")));
    assert_eq!(scene.run(&["identity-provider", "ls", "--status", "disabled", "--json"]).lines(), [bare]);
    assert_eq!(scene.run(&["identity-provider", "remove", &provider, "--yes"]).stdout, "removed\n");
    assert_eq!(scene.run(&["identity-provider", "create", "staff", "https://id.example", "us"]).code, 1, "its code stays taken");
    assert_eq!(scene.run(&["identity-provider", "create", "b", "https://id.example", "us", "--group", "staff"]).code, 2);
}

#[test]
fn the_trail_is_read_and_exported_and_gone_on_with() {
    let scene = administered();
    let created = scene.run(&["audit", "list", "--action", "session.created", "--json"]).lines();
    assert_eq!(created.len(), 1);
    assert!(scene.run(&["audit", "actions", "--json"]).lines().contains(&json!({ "action": "session.ended" })));
    assert_eq!(scene.run(&["audit", "list", "--action", "nonsense"]).code, 1);
    let file = scene.path("trail.ndjson");
    let export = |more: &[&str]| scene.run(&[&["audit", "export", "--to", file.to_str().unwrap()], more].concat());
    // It seals what was committed before it.
    assert_eq!(export(&[]).code, 0);
    let text = || std::fs::read_to_string(&file).unwrap();
    let positions = || {
        let position = |line: &str| serde_json::from_str::<Value>(line).unwrap()["position"].as_i64().unwrap();
        text().lines().map(position).collect::<Vec<_>>()
    };
    let first = positions();
    assert!(first.len() > 5 && first[0] == 1, "{first:?}");
    assert_eq!(crate::support::mode(&file), 0o600);
    let again = export(&[]);
    assert!(again.code == 1 && again.stderr.contains("--resume"), "{again:?}");
    // As if it had been interrupted within its last line.
    let whole = text();
    std::fs::write(&file, &whole[..whole.len() - 20]).unwrap();
    assert_eq!(export(&["--resume"]).code, 0);
    let resumed = positions();
    assert!(text().starts_with(&whole) && resumed.len() > first.len(), "{resumed:?}");
    assert!(resumed.windows(2).all(|pair| pair[1] == pair[0] + 1), "{resumed:?}");
    let printed = scene.run(&["audit", "export", "--after", "3"]);
    assert!(printed.stdout.starts_with("{\"position\":4,"), "{printed:?}");
    let head = scene.run(&["audit", "head", "--json"]).json();
    assert_eq!(head["hash"].as_str().unwrap().len(), 64);
}
