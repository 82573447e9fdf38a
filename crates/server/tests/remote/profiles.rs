//! Profiles by commands, and what is said where no server is named.

use crate::scene::Scene;

#[test]
fn from_the_first_error_to_a_default() {
    let scene = Scene::new();
    let file = scene.path("mine/profiles.toml");
    let environment = [("CLOAKROOM_PROFILES", file.to_str().unwrap())];
    let run = |words: &[&str]| scene.run_with(&environment, words);
    let first = run(&["whoami"]);
    assert!(first.code == 2 && first.stderr.contains("cloakroom profile add NAME https://"), "{first:?}");
    // As it is copied out of a manual.
    let address = scene.server.address.to_string();
    let added = run(&["profile", "add", "acme", &format!("{address}/usm/session/create"), "--orgcode", "ACME", "--json"]);
    assert_eq!((added.json()["base_url"].as_str(), &added.json()["default"]), (Some(format!("http://{address}").as_str()), &true.into()));
    assert_eq!((added.stderr.as_str(), crate::support::mode(&file)), ("", 0o600));
    let away = run(&["profile", "add", "away", "http://127.0.0.1:0"]);
    assert!(away.code == 0 && away.stderr.contains("warning: ") && away.stderr.contains("hint: "), "{away:?}");
    let nobody = run(&["whoami"]);
    assert!(nobody.code == 3 && nobody.stderr.contains("cloakroom login --profile acme"), "{nobody:?}");
    assert_eq!(run(&["login", "bob", "--passcode-file", &scene.secret_file("passcode", crate::scene::PASSCODE)]).code, 0);
    assert!(run(&["whoami"]).stdout.contains("bob"));
    assert!(run(&["session", "ls"]).stdout.contains("bob@example.com"));
    assert_eq!(run(&["profile", "use", "away"]).code, 0);
    assert_eq!(run(&["whoami"]).code, 3);
    let named = scene.run_with(&[environment[0], ("CLOAKROOM_PROFILE", "acme")], &["whoami"]);
    assert!(named.code == 0 && named.stdout.contains("bob"), "{named:?}");
    let listed = run(&["profile", "list", "--json"]).lines();
    let shown: Vec<_> = listed.iter().map(|record| (record["name"].as_str().unwrap(), record["default"].as_bool().unwrap())).collect();
    assert_eq!((shown, &listed[0]["asks_as"]), (vec![("acme", false), ("away", true)], &"who logged in".into()));
    let kept = run(&["profile", "remove", "acme"]);
    assert!(kept.code == 2 && kept.stderr.contains("add --yes"), "{kept:?}");
    assert_eq!(run(&["profile", "remove", "acme", "--yes"]).stdout, "removed\n");
    assert!(!scene.path("mine/logins/acme.json").exists());
    assert_eq!(run(&["profile", "list", "--json"]).lines().len(), 1);
}

#[test]
fn a_name_that_is_none_tells_the_nearest() {
    let scene = Scene::new();
    let near = scene.run_with(&[], &["whoami", "--profile", "acne"]);
    assert!(near.code == 2 && near.stderr.contains("did you mean `acme`?"), "{near:?}");
    let unnamed = scene.run_with(&[], &["whoami"]);
    assert!(unnamed.code == 2 && unnamed.stderr.contains("acme") && unnamed.stderr.contains("cloakroom profile use"), "{unnamed:?}");
    for words in [&["use", "acne"][..], &["remove", "acne", "--yes"]] {
        let missing = scene.run_with(&[], &[&["profile"], words].concat());
        assert!(missing.code == 2 && missing.stderr.contains("did you mean `acme`?"), "{missing:?}");
    }
}

#[test]
fn secrets_are_named_by_their_files() {
    let scene = Scene::new();
    let secret = scene.secret_file("shop", crate::scene::CLIENT_SECRET);
    let url = format!("http://{}", scene.server.address);
    let add = ["profile", "add", "shop", &url, "--client-id", "shop", "--client-secret-file", &secret, "--use"];
    assert_eq!(scene.run_with(&[], &add).code, 0);
    let text = std::fs::read_to_string(scene.profiles()).unwrap();
    assert!(text.contains("client_secret_file") && !text.contains(crate::scene::CLIENT_SECRET) && text.contains("[acme]"), "{text}");
    assert!(scene.run_with(&[], &["whoami"]).stdout.contains("shop"));
    let again = scene.run_with(&[], &add);
    assert!(again.code == 2 && again.stderr.contains("cloakroom profile remove shop"), "{again:?}");
}
