//! `cloakroom doctor`: what it finds wrong, and that it finds nothing wrong where nothing is.

use std::os::unix::fs::PermissionsExt as _;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::{Duration, SystemTime};

use serde_json::Value;

use crate::pretender::Pretender;
use crate::scene::{CLIENT_SECRET, PASSCODE, Scene};
use crate::support::{Finished, Home};

/// Each check with its health.
fn findings(finished: &Finished) -> Vec<(String, String)> {
    let text = |finding: &Value, name: &str| finding[name].as_str().unwrap().to_owned();
    let lines = finished.stdout.lines().map(|line| serde_json::from_str::<Value>(line).unwrap());
    lines.map(|finding| (text(&finding, "check"), text(&finding, "health"))).collect()
}

fn unwell(finished: &Finished) -> Vec<(String, String)> {
    // How much is free is the machine's business.
    findings(finished).into_iter().filter(|(check, health)| health != "ok" && check != "disk").collect()
}

fn failed(check: &str) -> Vec<(String, String)> {
    vec![(check.to_owned(), "failed".to_owned())]
}

#[test]
fn a_healthy_server_is_called_so() {
    let scene = Scene::new();
    scene.sign_in("ada", "ada.guid");
    let well = scene.home.run(&["doctor", "--json"]);
    assert!(well.status.success() && unwell(&well).is_empty(), "{well:?}");
    let checks: Vec<_> = findings(&well).into_iter().map(|(check, _)| check).collect();
    let opened_first = ["certificate", "places", "token key", "mail", "database URL"];
    let expected = [
        &["configuration", "data directory", "disk", "passwords"][..],
        &opened_first,
        &["database", "clock", "master key", "database", "server"],
    ];
    assert_eq!(checks, expected.concat());
    assert!(well.stdout.contains("one runs"), "{well:?}");
    let told = scene.home.run(&["doctor"]);
    assert!(told.stdout.lines().all(|line| line.starts_with("ok ") || line.contains("disk") || line.contains('→')), "{told:?}");
    let key = std::fs::read_to_string(scene.home.data().join("master.key")).unwrap();
    assert!(!told.stdout.contains(key.trim()) && !told.stderr.contains(key.trim()));
}

#[test]
fn what_is_wrong_is_found() {
    let scene = Scene::new();
    scene.sign_in("ada", "ada.guid");
    // Seals the trail, so that the key has something to prove itself by.
    let passcode = [("CLOAKROOM_PASSCODE", PASSCODE)];
    scene.run_with(&passcode, &["login", "--profile", "acme", "root"]);
    assert_eq!(scene.run(&["audit", "export"]).code, 0);
    let Scene { home, server, folder: _folder } = scene;
    assert!(server.stop().status.success());
    let key = home.data().join("master.key");
    let mode = |mode| std::fs::set_permissions(&key, std::fs::Permissions::from_mode(mode)).unwrap();
    mode(0o644);
    let open = home.run(&["doctor", "--json"]);
    assert!(open.status.code() == Some(1) && open.stdout.contains("chmod 600"), "{open:?}");
    assert_eq!(unwell(&open), failed("master key"));
    mode(0o600);
    let right = std::fs::read(&key).unwrap();
    std::fs::write(&key, format!("{}\n", "0123456789abcdef".repeat(4))).unwrap();
    let other = home.run(&["doctor", "--json"]);
    assert_eq!(unwell(&other), failed("database"), "{other:?}");
    assert!(other.stdout.contains("put back the file"), "{other:?}");
    std::fs::write(&key, right).unwrap();
    assert_eq!(unwell(&home.run(&["doctor", "--json"])), []);
    let future = std::time::SystemTime::now() + std::time::Duration::from_secs(3600);
    std::fs::File::options().write(true).open(home.data().join("cloakroom.db")).unwrap().set_modified(future).unwrap();
    assert_eq!(unwell(&home.run(&["doctor", "--json"])), failed("clock"));
    let wrong = home.run_with("SESSIONS__CAP", "none", &["doctor", "--json"]);
    assert_eq!(unwell(&wrong), failed("configuration"));
}

#[test]
fn nothing_there_yet_is_no_failure() {
    let home = Home::new();
    let new = home.run(&["doctor", "--json"]);
    let warning = |check: &str| (check.to_owned(), "warning".to_owned());
    assert!(new.status.success() && !home.data().exists(), "{new:?}");
    assert_eq!(unwell(&new), [warning("data directory"), warning("database")]);
}

#[test]
fn the_way_to_a_server_is_looked_at() {
    let scene = Scene::new();
    let doctor = || scene.run_with(&[], &["doctor", "--profile", "acme"]);
    let well = doctor();
    assert!(well.code == 0 && well.stdout.contains("the server answers") && well.stdout.contains("cloakroom login"), "{well:?}");
    let base_url = format!("base_url = \"http://{}\"", scene.server.address);
    scene.write_profiles(&format!("[acme]\n{base_url}\nclient_id = \"shop\"\nclient_secret = \"{CLIENT_SECRET}\"\n"));
    assert!(doctor().stdout.contains("they are accepted"), "{:?}", doctor());
    scene.write_profiles("[acme]\nbase_url = \"http://127.0.0.1:0\"\n");
    let unreachable = doctor();
    assert!(unreachable.code == 1 && unreachable.stdout.contains("FAILED") && unreachable.stdout.contains("base_url"), "{unreachable:?}");
    assert_eq!(scene.run_with(&[], &["doctor", "--profile", "beta"]).code, 1);
}

#[test]
fn clocks_that_differ_are_told() {
    let scene = Scene::new();
    let off = Arc::new(AtomicI64::new(0));
    let seconds = off.clone();
    let pretender = Pretender::start(move |_| {
        let (now, seconds) = (SystemTime::now(), seconds.load(Ordering::SeqCst));
        let span = Duration::from_secs(seconds.unsigned_abs());
        Some((200, if seconds < 0 { now - span } else { now + span }, "ok"))
    });
    scene.write_profiles(&format!("[acme]\nbase_url = \"{}\"\n", pretender.base_url()));
    for (seconds, health, words) in [
        (0, "ok", "agrees"),
        (90, "warning", " s ahead of "),
        (-90, "warning", " s behind "),
        (3600, "failed", " s ahead of "),
        (-3600, "failed", " s behind "),
    ] {
        off.store(seconds, Ordering::SeqCst);
        let left = scene.run_with(&[], &["doctor", "--profile", "acme", "--json"]);
        let mut found = left.stdout.lines().map(|line| serde_json::from_str::<Value>(line).unwrap());
        let clock = found.find(|finding| finding["check"] == "clock").unwrap();
        assert!(clock["health"] == health && clock["seen"].as_str().unwrap().contains(words), "{seconds}: {clock}");
        assert_eq!((clock["hint"].is_null(), left.code), (health == "ok", i32::from(health == "failed")), "{left:?}");
        if seconds != 0 {
            let told: i64 = clock["seen"].as_str().unwrap().split(' ').find_map(|word| word.parse().ok()).unwrap();
            // A busy machine makes the way longer, and the comparison more careful.
            assert!((seconds.abs() - 60..=seconds.abs()).contains(&told), "{clock}");
        }
    }
}
