//! Sessions by the commands of those who log in.

use std::io::{BufRead as _, BufReader};
use std::process::{Child, Command, Stdio};

use serde_json::json;

use crate::scene::Scene;

/// A command that would go on; it ends with the test, however that ends.
struct GoingOn(Child);

impl Drop for GoingOn {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

fn ids(scene: &Scene, words: &[&str]) -> Vec<String> {
    let lines = scene.run(&[&["session", "ls", "--json"], words].concat()).lines();
    lines.iter().map(|session| session["id"].as_str().unwrap().to_owned()).collect()
}

#[test]
fn ones_own() {
    let scene = Scene::new();
    scene.sign_in("bob", "first.guid");
    scene.sign_in("bob", "second.guid");
    scene.sign_in("ada", "ada.guid");
    scene.log_in("bob");
    let own = ids(&scene, &[]);
    assert_eq!(own.len(), 3);
    let table = scene.run(&["session", "ls"]);
    assert!(table.stdout.starts_with("id ") && table.stdout.lines().count() == 4, "{table:?}");
    assert_eq!(scene.run(&["session", "ls", "--everyone"]).code, 3);
    assert_eq!(scene.run(&["session", "show", &own[1], "--json"]).json()["id"], own[1].as_str());
    assert_eq!(scene.run(&["session", "end", &own[1]]).stdout, "ended\n");
    let gone = scene.run(&["session", "end", &own[1]]);
    assert_eq!(gone.code, 4, "{gone:?}");
    assert_eq!(scene.run(&["session", "end", "--others", "--yes", "--json"]).json()["revoked_count"], 1);
    assert_eq!(ids(&scene, &[]).len(), 1);
    assert_eq!(scene.run(&["session", "end"]).code, 2);
}

#[test]
fn those_of_others() {
    let scene = Scene::new();
    for file in ["1.guid", "2.guid", "3.guid"] {
        scene.sign_in("bob", file);
    }
    scene.log_in("root");
    let all = ids(&scene, &["--everyone"]);
    assert_eq!(all.len(), 4);
    let bob = scene.run(&["user", "list", "--search", "bob", "--json"]).lines()[0]["id"].as_str().unwrap().to_owned();
    let of_bob = ids(&scene, &["--user", &bob]);
    assert_eq!(of_bob.len(), 3);
    let page = scene.run(&["session", "ls", "--user", &bob, "--per-page", "2", "--json"]);
    assert_eq!((page.lines().len(), page.stderr.as_str()), (2, "more: --page 2 (3 in all)\n"));
    assert_eq!(scene.run(&["session", "show", &of_bob[0], "--json"]).json()["user_id"], bob.as_str());
    assert_eq!(scene.run(&["session", "end", &of_bob[0]]).code, 0);
    assert_eq!(scene.run(&["session", "end", "--user", &bob, "--yes", "--json"]).json()["revoked_count"], 2);
    assert_eq!(ids(&scene, &["--user", &bob]), [""; 0]);
}

#[test]
fn a_watch_tells_what_begins_and_ends() {
    let scene = Scene::new();
    scene.log_in("root");
    let mut command = Command::new(env!("CARGO_BIN_EXE_cloakroom"));
    command.env_clear().env("CLOAKROOM_PROFILES", scene.profiles()).stdout(Stdio::piped()).stdin(Stdio::null());
    command.args(["session", "watch", "--profile", "acme", "--everyone", "--interval", "1", "--json"]);
    let mut watch = GoingOn(command.spawn().unwrap());
    let mut lines = BufReader::new(watch.0.stdout.take().unwrap()).lines();
    let mut next = || {
        let line: serde_json::Value = serde_json::from_str(&lines.next().unwrap().unwrap()).unwrap();
        assert!(line["at"].as_str().unwrap().ends_with('Z'), "{line}");
        let text = |value: &serde_json::Value| value.as_str().unwrap_or("-").to_owned();
        [text(&line["change"]), text(&line["session"]["user_email"]), text(&line["reason"])]
    };
    assert_eq!(next(), ["begun", "root@example.com", "-"]);
    let (_, guid) = scene.sign_in("bob", "bob.guid");
    assert_eq!(next(), ["begun", "bob@example.com", "-"]);
    assert_eq!(scene.run(&["usm", "session", "close", "--session-guid-file", &guid]).code, 0);
    assert_eq!(next(), ["ended", "bob@example.com", "closed"]);
}

#[test]
fn all_of_a_list_is_more_than_a_page() {
    let scene = Scene::new();
    scene.log_in("root");
    let partners: Vec<_> = (0..205).map(|number| json!({ "code": format!("p{number:03}") })).collect();
    let applied = scene.home.run(&["apply", &scene.home.document("more.json", &json!({ "partners": partners }))]);
    assert_eq!(applied.status.code(), Some(0), "{}", applied.stderr);
    let all = scene.run(&["partner", "ls", "--all", "--json"]);
    let mut codes: Vec<_> = all.lines().iter().map(|partner| partner["code"].as_str().unwrap().to_owned()).collect();
    assert!(codes.is_sorted_by(|newer, older| newer > older), "newest first");
    codes.dedup();
    assert_eq!((codes.len(), all.stderr.as_str()), (205, ""));
    assert_eq!(scene.run(&["partner", "ls", "--json"]).lines().len(), 20);
    assert_eq!(scene.run(&["partner", "ls", "--all", "--page", "2"]).code, 2);
    assert!(scene.run(&["audit", "ls", "--all", "--json"]).lines().len() > 205);
}
