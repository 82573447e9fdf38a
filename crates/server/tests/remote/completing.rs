//! What shells ask while somebody types.

use crate::scene::{Left, Scene};

/// What is offered for the last of these words.
fn offered(scene: &Scene, shell: &str, words: &[&str]) -> Left {
    let index = words.len().to_string();
    let environment = [("CLOAKROOM_COMPLETE", shell), ("_CLAP_COMPLETE_INDEX", index.as_str()), ("_CLAP_IFS", "\n")];
    scene.run_with(&environment, &[&["--", "cloakroom"], words].concat())
}

fn lines(left: &Left) -> Vec<&str> {
    assert_eq!((left.code, left.stderr.as_str()), (0, ""), "{left:?}");
    left.stdout.lines().collect()
}

#[test]
fn every_shell_completes_every_command() {
    let scene = Scene::new();
    for shell in ["bash", "zsh", "fish", "elvish", "powershell"] {
        let script = scene.run_with(&[], &["completions", shell]);
        assert!(script.code == 0 && script.stdout.contains("CLOAKROOM_COMPLETE"), "{shell} {script:?}");
        for (words, expected) in [
            (&["who"][..], "whoami"),
            (&["usm", "service-acc"], "service-account"),
            (&["usm", "session", "create", "--gui"], "--guid-file"),
        ] {
            let left = offered(&scene, shell, words);
            assert!(lines(&left).iter().any(|line| line.starts_with(expected)), "{shell} {words:?} {left:?}");
        }
    }
}

#[test]
fn names_come_from_the_server_of_the_profile() {
    let scene = Scene::new();
    scene.log_in("root");
    let offer = |words: &[&str]| offered(&scene, "bash", words);
    assert_eq!(lines(&offer(&["whoami", "--profile", "ac"])), ["acme"]);
    for (words, expected) in [
        (&["session", "ls", "--profile", "acme", "--user", "b"][..], "bob"),
        (&["user", "show", "--profile=acme", "bob@"], "bob@example.com"),
        (&["tenant", "remove", "--profile", "acme", "ac"], "ACME"),
        (&["app", "show", "--profile", "acme", "s"], "shop"),
        (&["audit", "list", "--profile", "acme", "--action", "session.end"], "session.ended"),
        (&["user", "set-status", "--profile", "acme", "bob", "dooo"], ""),
        (&["user", "set-status", "--profile", "acme", "bob", "doo"], "doomed"),
    ] {
        assert_eq!(lines(&offer(words)).join(" "), expected, "{words:?}");
    }
}

#[test]
fn what_cannot_be_asked_offers_nothing_and_says_nothing() {
    let scene = Scene::new();
    let users = ["session", "ls", "--profile", "acme", "--user", "b"];
    // Nobody is logged in; there is no server; there is no such profile.
    assert_eq!(lines(&offered(&scene, "bash", &users)), [""; 0]);
    scene.log_in("bob");
    assert_eq!(lines(&offered(&scene, "bash", &users)), [""; 0], "who may not list users is offered none");
    scene.write_profiles("[acme]\nbase_url = \"http://127.0.0.1:0\"\n");
    assert_eq!(lines(&offered(&scene, "bash", &users)), [""; 0]);
    scene.write_profiles("no TOML");
    assert_eq!(lines(&offered(&scene, "bash", &users)), [""; 0]);
    assert_eq!(lines(&offered(&scene, "bash", &["whoami", "--profile", ""])), [""; 0]);
}
