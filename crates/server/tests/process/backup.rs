//! Backing up a running server and restoring elsewhere: what was acknowledged is in it, and what it holds as live is over.

use std::collections::HashSet;
use std::net::SocketAddr;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::atomic::{AtomicBool, Ordering::SeqCst};
use std::sync::mpsc::{Sender, channel};

use serde_json::{Value, json};

use crate::support::{Client, Finished, Home, Running, mode};

const PASSCODE: &str = "Correct-horse-7";

fn users(names: &[&str]) -> Value {
    let user = |name: &&str| json!({ "username": name, "email": format!("{name}@example.com"), "password": PASSCODE });
    json!({ "users": names.iter().map(user).collect::<Vec<_>>() })
}

fn inhabited(names: &[&str]) -> (Home, Running) {
    // A name for tokens to carry: the port is another at each start.
    let home = Home::new().setting("SERVER__PUBLIC_URL", "http://cloakroom.test");
    let file = home.document("users.json", &users(names));
    let server = home.serve(&["--apply", &file]);
    (home, server)
}

fn sign_in(server: &Running, name: &str) -> String {
    server.client().sign_in(&format!("{name}@example.com"), PASSCODE).guid()
}

/// A place for backups, beside the data directory.
fn beside(home: &Home, name: &str) -> (PathBuf, String) {
    let path = home.data().parent().unwrap().join(name);
    let text = path.to_str().unwrap().to_owned();
    (path, text)
}

/// Another machine to restore on, with the master key put back.
fn elsewhere(home: &Home) -> Home {
    let other = Home::new();
    std::fs::create_dir(other.data()).unwrap();
    std::fs::copy(home.data().join("master.key"), other.data().join("master.key")).unwrap();
    other
}

fn done(finished: Finished) -> Finished {
    assert!(finished.status.success(), "{finished:?}");
    finished
}

fn refused(finished: &Finished, why: &str) {
    assert_eq!(finished.status.code(), Some(1), "{finished:?}");
    assert!(finished.stderr.contains("error: ") && finished.stderr.contains(why), "{finished:?}");
}

fn validity(client: &mut Client, guid: &str) -> (u16, String) {
    let answer = client.with_guid("session/validate", guid);
    (answer.status, answer.tag())
}

fn doomed() -> (u16, String) {
    (401, "session-doomed".to_owned())
}

/// What a client was told, in order, until it was asked to stop.
fn live_it_up(address: SocketAddr, over: &AtomicBool, progress: &Sender<()>) -> (Vec<String>, HashSet<String>) {
    let mut client = Client::to(address);
    let (mut all, mut closed) = (Vec::new(), HashSet::new());
    while !over.load(SeqCst) {
        let guid = client.sign_in("ada@example.com", PASSCODE).guid();
        if all.len() % 3 == 2 {
            assert_eq!(client.with_guid("session/close", &guid).status, 200);
            closed.insert(guid.clone());
        }
        all.push(guid);
        let _ = progress.send(());
    }
    (all, closed)
}

#[test]
fn a_backup_under_load_restores_elsewhere_and_nothing_in_it_lives() {
    let (home, server) = inhabited(&["ada"]);
    let over = AtomicBool::new(false);
    let (copy, to) = beside(&home, "backup.db");
    let (before, (all, closed)) = std::thread::scope(|threads| {
        let (progress, steps) = channel();
        let (address, over) = (server.address, &over);
        let load = threads.spawn(move || live_it_up(address, over, &progress));
        let acknowledged = (0..6).map(|_| steps.recv().unwrap()).count();
        let backed_up = done(home.run(&["backup", "--to", &to]));
        assert!(backed_up.stdout.contains("1 users") && backed_up.stdout.contains("not in it: the master key"), "{backed_up:?}");
        assert!(backed_up.stderr.contains("copied 100 %") && backed_up.stderr.contains("checking"), "{backed_up:?}");
        // It went on.
        steps.recv().unwrap();
        over.store(true, SeqCst);
        (acknowledged, load.join().unwrap())
    });
    assert_eq!((mode(&copy), Path::new(&format!("{to}.partial")).exists()), (0o600, false));
    let mut client = server.client();
    let alive = all.iter().filter(|guid| validity(&mut client, guid).0 == 200).count();
    assert_eq!(alive, all.len() - closed.len(), "the original was not touched");

    let other = elsewhere(&home);
    let restored = done(other.run(&["restore", "--from", &to]));
    assert!(restored.stdout.contains("all have ended") && !restored.stdout.contains("moved aside"), "{restored:?}");
    let server = other.serve(&[]);
    let mut client = server.client();
    for guid in &all[..before] {
        assert_eq!(validity(&mut client, guid), doomed(), "acknowledged before the backup, so it is there and over");
    }
    for guid in &all {
        assert_ne!(validity(&mut client, guid).0, 200);
    }
    let new = sign_in(&server, "ada");
    assert_eq!(validity(&mut client, &new).0, 200);
    assert_eq!(client.get("/readyz").status, 200);
}

#[test]
fn tokens_die_with_the_sessions_and_what_ended_stays_ended() {
    let (home, server) = inhabited(&["ada"]);
    let login = json!({ "username": "ada", "password": PASSCODE }).to_string();
    let pair = |client: &mut Client| client.try_send("POST", "/user/login", &login).unwrap().json();
    let access = |pair: &Value| pair["accessToken"].as_str().unwrap().to_owned();
    let refresh = |client: &mut Client, pair: &Value| {
        let body = json!({ "refreshToken": pair["refreshToken"] }).to_string();
        client.send_as(&access(pair), "POST", "/user/refreshToken", &body).status
    };
    let listed = |client: &mut Client, pair: &Value| client.send_as(&access(pair), "GET", "/api/v1/me/sessions", "").status;
    let mut client = server.client();
    let (held, guid, later) = (pair(&mut client), sign_in(&server, "ada"), sign_in(&server, "ada"));
    assert_eq!(listed(&mut client, &held), 200);
    let metadata = json!({ "tier": "gold" });
    let keeping = json!({ "session_guid": guid, "metadata": metadata, "metadata_edition": 0 });
    assert_eq!(client.usm("session/update", &keeping).status, 200);
    let (_, to) = beside(&home, "backup.db");
    done(home.run(&["backup", "--to", &to]));
    // Ended after the backup: nothing in the backup knows of it.
    assert_eq!(client.with_guid("session/close", &later).status, 200);
    server.stop();

    done(home.run(&["restore", "--from", &to, "--force"]));
    let server = home.serve(&[]);
    let mut client = server.client();
    assert_eq!((listed(&mut client, &held), refresh(&mut client, &held)), (401, 401));
    assert_eq!((validity(&mut client, &guid), validity(&mut client, &later)), (doomed(), doomed()));
    assert_eq!(client.with_guid("session/get", &guid).json()["data"]["metadata"], metadata, "what was kept with it is still told");
    let fresh = pair(&mut client);
    assert_eq!((listed(&mut client, &fresh), refresh(&mut client, &fresh)), (200, 200));
    server.stop();

    let kept = done(home.run(&["restore", "--from", &to, "--force", "--keep-sessions"]));
    assert!(kept.stdout.contains("live again"), "{kept:?}");
    let server = home.serve(&[]);
    let mut client = server.client();
    assert_eq!((listed(&mut client, &held), refresh(&mut client, &held)), (200, 200));
    assert_eq!(validity(&mut client, &later).0, 200, "the operator asked for it");
}

#[test]
fn a_restore_never_happens_by_accident() {
    let (home, server) = inhabited(&["ada"]);
    let (copy, to) = beside(&home, "backup.db");
    done(home.run(&["backup", "--to", &to]));
    refused(&home.run(&["backup", "--to", &to]), "--force");
    done(home.run(&["backup", "--to", &to, "--force"]));
    refused(&home.run(&["restore", "--from", &to, "--force"]), "in use by another process");
    let guid = sign_in(&server, "ada");
    server.stop();
    refused(&home.run(&["restore", "--from", &to]), "--force");

    let key = home.data().join("master.key");
    let kept = std::fs::read(&key).unwrap();
    std::fs::write(&key, "0123456789abcdef".repeat(4)).unwrap();
    refused(&home.run(&["restore", "--from", &to, "--force"]), "master key does not belong");
    std::fs::remove_file(&key).unwrap();
    refused(&home.run(&["restore", "--from", &to, "--force"]), "master.key");
    assert!(!key.exists());
    std::fs::write(&key, kept).unwrap();
    std::fs::set_permissions(&key, std::fs::Permissions::from_mode(0o600)).unwrap();
    let torn = std::fs::read(&copy).unwrap();
    std::fs::write(&copy, &torn[..torn.len() / 2]).unwrap();
    refused(&home.run(&["restore", "--from", &to, "--force"]), "damaged");
    refused(&home.run(&["restore", "--from", "/nowhere/backup.db", "--force"]), "/nowhere/backup.db");
    refused(&home.run(&["backup", "--to", "/nowhere/backup.db"]), "/nowhere");

    let names = files(&home);
    assert!(!names.iter().any(|name| name.contains("restoring") || name.contains("replaced")), "{names:?}");
    let server = home.serve(&[]);
    assert_eq!(validity(&mut server.client(), &guid).0, 200, "none of them touched what was there");
}

fn files(home: &Home) -> Vec<String> {
    names_in(&home.data())
}

fn names_in(directory: &Path) -> Vec<String> {
    std::fs::read_dir(directory).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect()
}

/// A file may only grow to so many blocks of 512 bytes, as on a disk that is full then.
fn cramped(home: &Home, arguments: &[&str], blocks: u32) -> Finished {
    let command = home.prepared(arguments);
    let mut shell = Command::new("sh");
    shell.args(["-c", &format!("ulimit -f {blocks}; trap '' XFSZ; exec \"$@\""), "sh"]);
    shell.arg(command.get_program()).args(command.get_args());
    let output = shell.output().unwrap();
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
    Finished { status: output.status, stdout: text(output.stdout), stderr: text(output.stderr) }
}

#[test]
fn a_full_disk_leaves_what_was_there() {
    let (home, server) = inhabited(&["ada"]);
    let guid = sign_in(&server, "ada");
    let (copy, to) = beside(&home, "backup.db");
    refused(&cramped(&home, &["backup", "--to", &to], 64), &to);
    assert!(!copy.exists() && !Path::new(&format!("{to}.partial")).exists());
    done(home.run(&["backup", "--to", &to]));
    server.stop();
    let finished = cramped(&home, &["restore", "--from", &to, "--force"], 64);
    refused(&finished, "cannot be copied");
    let links = std::os::unix::fs::MetadataExt::nlink(&std::fs::metadata(home.data().join("cloakroom.db")).unwrap());
    assert!(links == 1 && !files(&home).iter().any(|name| name.contains("restoring")), "{links}, {:?}", files(&home));
    assert_eq!(validity(&mut home.serve(&[]).client(), &guid).0, 200);
}

/// Kills the command as soon as a file whose name holds `mark` is in the directory, or lets it finish; answers whether it finished.
fn killed_at(home: &Home, arguments: &[&str], directory: &Path, mark: &str) -> bool {
    let mut child = home.prepared(arguments).spawn().unwrap();
    loop {
        if let Some(status) = child.try_wait().unwrap() {
            return status.success();
        }
        if names_in(directory).iter().any(|name| name.contains(mark)) {
            child.kill().unwrap();
            return child.wait().unwrap().success();
        }
        std::thread::yield_now();
    }
}

#[test]
fn a_backup_that_is_killed_leaves_no_half_file() {
    let (home, _server) = inhabited(&["ada"]);
    let (copy, to) = beside(&home, "backup.db");
    let directory = copy.parent().unwrap();
    for mark in ["backup.db.partial.lock", "backup.db.partial", "backup.db.partial-"] {
        if killed_at(&home, &["backup", "--to", &to], directory, mark) || copy.exists() {
            done(elsewhere(&home).run(&["restore", "--from", &to]));
            std::fs::remove_file(&copy).unwrap();
        }
    }
    done(home.run(&["backup", "--to", &to]));
    assert!(!names_in(directory).iter().any(|name| name.contains("partial")), "{:?}", names_in(directory));
}

#[test]
fn a_restore_that_is_killed_leaves_the_old_or_the_new() {
    let (home, server) = inhabited(&["ada"]);
    let (_, to) = beside(&home, "backup.db");
    let guid = sign_in(&server, "ada");
    done(home.run(&["backup", "--to", &to]));
    let old = sign_in(&server, "ada");
    // Its last changes stand in the log alone.
    server.kill();
    let marks = ["cloakroom.db.restoring", ".restoring-", ".restoring.lock", ".restoring-wal", ".replaced-"];
    let killed = marks.iter().filter(|mark| {
        let finished = killed_at(&home, &["restore", "--from", &to, "--force"], &home.data(), mark);
        let server = home.serve(&[]);
        let mut client = server.client();
        let (in_both, in_old) = (validity(&mut client, &guid), validity(&mut client, &old));
        let is_old = in_old.0 == 200;
        if is_old {
            assert!(in_both.0 == 200 && !finished, "{mark}: {in_both:?}, finished: {finished}");
        } else {
            let gone = (404, "session-not-found".to_owned());
            assert_eq!((in_both, in_old), (doomed(), gone), "{mark}: neither the old nor the new");
        }
        server.kill();
        is_old
    });
    assert!(killed.count() > 0, "it was never killed before its end");
    done(home.run(&["restore", "--from", &to, "--force"]));
    assert!(!files(&home).iter().any(|name| name.contains("restoring")), "{:?}", files(&home));
    assert_eq!(validity(&mut home.serve(&[]).client(), &guid), doomed());
}
