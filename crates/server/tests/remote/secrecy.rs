//! Nothing that a command prints holds a secret, however much it is asked to say, but the one that it exists to show.

use crate::scene::{CLIENT_SECRET, PASSCODE, Scene};

#[test]
fn no_command_tells_a_secret() {
    let scene = Scene::new();
    let (guid, guid_file) = scene.sign_in("ada", "ada.guid");
    let key_file = scene.path("shop.key");
    let key_file = key_file.to_str().unwrap();
    let with_guid = ["--session-guid-file", guid_file.as_str()];
    let account = scene.run(&[&["usm", "service-account", "create", "--caption", "c", "--role", "pvv", "--json"][..], &with_guid].concat());
    let account = account.json()["service_account_id"].as_str().unwrap().to_owned();
    let made = scene.run(&[&["usm", "api-key", "create", &account, "--key-file", key_file, "-vv"][..], &with_guid].concat());
    let api_key = std::fs::read_to_string(key_file).unwrap().trim().to_owned();
    let login = scene.run_with(&[("CLOAKROOM_PASSCODE", PASSCODE)], &["login", "--profile", "acme", "ada", "-vv"]);
    let kept: serde_json::Value = serde_json::from_str(&std::fs::read_to_string(scene.path("logins/acme.json")).unwrap()).unwrap();
    let token = |name: &str| kept[name].as_str().unwrap().to_owned();
    let secrets = [PASSCODE.to_owned(), CLIENT_SECRET.to_owned(), guid.clone(), api_key, token("access_token"), token("refresh_token")];
    let commands: &[&[&str]] = &[
        &["usm", "session", "validate"],
        &["usm", "session", "get"],
        &["usm", "session", "list", "--status", "all"],
        &["usm", "service-account", "list"],
        &["usm", "api-key", "list", &account],
        &["usm", "api-key", "policy-set", "--max-age-days", "90"],
        &["key", "list", "--status", "all"],
        &["key", "set-policy"],
        &["usm", "api-key", "revoke-all", &account, "--yes"],
        &["usm", "api-key", "revoke-all-org", "--yes"],
        &["usm", "service-account", "status", &account, "doomed", "--yes"],
        &["usm", "session", "logout-other-devices", "--yes"],
        &["usm", "session", "close"],
        &["usm", "session", "validate"],
        &["usm", "session", "logout-everywhere", "--yes"],
    ];
    let mut told = vec![made, login];
    for json in [&["--json"][..], &[]] {
        for command in commands {
            told.push(scene.run(&[command, &with_guid[..], &["-vv"], json].concat()));
        }
        told.push(scene.run(&[&["usm", "api-key", "validate", "--api-key-file", key_file, "-vv"][..], json].concat()));
        told.push(scene.run(&[&["whoami", "-vv"][..], json].concat()));
    }
    let wrong = scene.secret_file("wrong", &format!("{PASSCODE}-not"));
    told.push(scene.run(&["usm", "session", "create", "--email", "ada@example.com", "--passcode-file", &wrong, "-vv"]));
    told.push(scene.run(&["logout", "-vv"]));
    for left in &told {
        for secret in &secrets {
            assert!(!left.stdout.contains(secret.as_str()) && !left.stderr.contains(secret.as_str()), "{left:?}");
        }
    }
    // They were asked to say more, and did.
    assert!(told.iter().filter(|left| left.stderr.contains("/usm/session/validate")).count() >= 3, "{told:?}");
}

/// What an identity provider knows the server by.
const PROVIDER_SECRET: &str = "Unmistakable-provider-secret-54";

#[test]
fn administration_tells_none_either() {
    let scene = Scene::new();
    let mut told = vec![scene.run_with(&[("CLOAKROOM_PASSCODE", PASSCODE)], &["login", "--profile", "acme", "root", "-vv"])];
    let password = scene.secret_file("new", "Battery-staple-8");
    let secret_file = |name: &str| scene.path(name).to_str().unwrap().to_owned();
    let (first, second) = (secret_file("1.secret"), secret_file("2.secret"));
    let app = scene.run(&["app", "create", "kiosk", "--secret-file", &first, "-vv", "--json"]);
    let app_id = app.json()["id"].as_str().unwrap().to_owned();
    let user = scene.run(&["user", "create", "carol", "--with-password", "--new-password-file", &password, "-vv", "--json"]);
    let user_id = user.json()["id"].as_str().unwrap().to_owned();
    told.extend([app, user]);
    let provider_file = scene.secret_file("provider.secret", PROVIDER_SECRET);
    let provider = ["identity-provider", "create", "staff", "https://id.example", "us", "--client-secret-file", &provider_file];
    let commands: &[&[&str]] = &[
        &provider,
        &["identity-provider", "list"],
        &["app", "add-secret", &app_id, "--secret-file", &second],
        &["app", "list-secrets", &app_id],
        &["app", "show", &app_id],
        &["user", "set-password", &user_id, "--new-password-file", &password],
        &["user", "list"],
        &["tenant", "list"],
        &["session", "ls", "--everyone"],
        &["audit", "list", "--per-page", "100"],
        &["audit", "export"],
        &["session", "end", "--user", &user_id, "--yes"],
        &["whoami"],
    ];
    told.extend(commands.iter().map(|command| scene.run(&[command, &["-vv"][..]].concat())));
    assert!(told.iter().all(|left| left.code == 0), "{told:?}");
    let kept = std::fs::read_to_string(scene.path("logins/acme.json")).unwrap();
    let kept: serde_json::Value = serde_json::from_str(&kept).unwrap();
    let minted = [&first, &second].map(|file| std::fs::read_to_string(file).unwrap().trim().to_owned());
    let tokens = ["access_token", "refresh_token"].map(|name| kept[name].as_str().unwrap().to_owned());
    for secret in [PASSCODE, "Battery-staple-8", PROVIDER_SECRET].map(str::to_owned).into_iter().chain(minted).chain(tokens) {
        let is_silent = |left: &crate::scene::Left| !left.stdout.contains(&secret) && !left.stderr.contains(&secret);
        assert!(told.iter().all(is_silent), "{secret}");
    }
}

#[test]
fn a_create_command_shows_its_own_secret_and_no_other() {
    let scene = Scene::new();
    let passcode = [("CLOAKROOM_PASSCODE", PASSCODE)];
    let created =
        scene.run_with(&passcode, &["usm", "session", "create", "--profile", "acme", "--email", "ada@example.com", "--json", "-vv"]);
    let guid = created.json()["session_guid"].as_str().unwrap().to_owned();
    assert!(!created.stdout.contains(PASSCODE) && !created.stderr.contains(PASSCODE) && !created.stderr.contains(&guid), "{created:?}");
    let environment = [("CLOAKROOM_SESSION_GUID", guid.as_str())];
    let validated = scene.run_with(&environment, &["usm", "session", "validate", "--profile", "acme"]);
    assert_eq!(validated.code, 0, "{validated:?}");
}
