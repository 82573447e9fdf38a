//! `cloakroom dev`: what somebody finds who looks at it for the first time.

use std::fs::File;
use std::io::{BufRead as _, BufReader};
use std::path::Path;
use std::process::{Child, Command};

use rustix::fs::{Mode, OFlags};
use rustix::pty::OpenptFlags;
use serde_json::json;
use tempfile::TempDir;

use crate::support::{Home, Running, dev};

const ANYWHERE: &[&str] = &["--listen", "127.0.0.1:0"];

fn folders(temporary: &Path) -> usize {
    std::fs::read_dir(temporary).unwrap().count()
}

/// What it prints before it has served anybody: to its last line.
fn printed(server: &mut Running) -> Vec<String> {
    let mut lines = Vec::new();
    while !lines.last().is_some_and(|line: &String| line.contains("Ctrl-C")) {
        lines.push(server.line());
    }
    lines
}

/// The lines of a group, without its label.
fn group<'l>(lines: &'l [String], label: &str) -> Vec<&'l str> {
    let from = lines.iter().position(|line| line.trim_start().starts_with(label)).unwrap_or_else(|| panic!("{label}: {lines:?}"));
    let group = lines[from..].iter().take_while(|line| !line.is_empty());
    group.map(|line| line.trim_start().trim_start_matches(label).trim()).collect()
}

#[test]
fn whoever_is_printed_may_sign_in_and_finds_something() {
    let temporary = TempDir::new().unwrap();
    let mut server = dev(temporary.path(), ANYWHERE, &[]).unwrap();
    let lines = printed(&mut server);
    let password = group(&lines, "password")[0].split_whitespace().next().unwrap();
    let people = group(&lines, "sign in");
    let mut client = server.client();
    for person in &people {
        let username = person.split_whitespace().next().unwrap();
        let wished = json!({ "username": username, "password": password }).to_string();
        let answer = client.try_send("POST", "/user/login", &wished).unwrap();
        assert_eq!(answer.status, 200, "{person}: {}", answer.text);
    }
    for kind in ["platform administrator", "operator", "administrator of ACME", "owner of ACME", "member of GLOBEX"] {
        assert!(people.iter().any(|person| person.ends_with(kind)), "{kind}: {people:?}");
    }
    let wished = json!({ "username": "oscar", "password": password }).to_string();
    let access = client.try_send("POST", "/user/login", &wished).unwrap().json()["accessToken"].as_str().unwrap().to_owned();
    let listed = client.send_as(&access, "GET", "/api/admin/v1/authenticated-sessions/list", "").json();
    let seen: Vec<_> = listed.as_array().unwrap().iter().map(|user| user["UserName"].as_str().unwrap()).collect();
    for username in ["alice", "bob", "carol", "dave", "erin", "tina"] {
        assert!(seen.contains(&username), "{username}: {seen:?}");
    }
    let addresses = group(&lines, "open");
    let paths: Vec<_> = addresses.iter().map(|line| line.split_whitespace().next().unwrap()).collect();
    let at = |path: &str| format!("http://{}{path}", server.address);
    assert_eq!(paths, [at("/console"), at("/account"), at("/docs")]);
    for (path, status) in [("/console", 303), ("/account", 303), ("/docs", 200)] {
        assert_eq!(client.get(path).status, status, "{path}");
    }
}

#[test]
fn the_first_call_works_as_printed() {
    let temporary = TempDir::new().unwrap();
    let mut server = dev(temporary.path(), ANYWHERE, &[]).unwrap();
    let lines = printed(&mut server);
    let shell = group(&lines, "try")[0];
    assert!(shell.starts_with("curl ") && shell.contains(&server.address.to_string()), "{shell}");
    let output = Command::new("sh").args(["-c", shell]).output().unwrap();
    if output.status.code() == Some(127) {
        eprintln!("SKIPPED: there is no curl to try the printed command with");
        return;
    }
    let answer: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(answer["success"], true, "{answer}");
}

#[test]
fn nothing_is_left_of_it() {
    let temporary = TempDir::new().unwrap();
    let mut server = dev(temporary.path(), ANYWHERE, &[]).unwrap();
    let last = printed(&mut server).pop().unwrap();
    assert_eq!(folders(temporary.path()), 1);
    let folder = last.split_whitespace().last().unwrap();
    assert!(Path::new(folder).starts_with(temporary.path()) && Path::new(folder).join("master.key").exists(), "{folder}");
    assert_eq!(server.client().get("/docs").status, 200);
    let finished = server.stop();
    assert!(finished.status.success() && folders(temporary.path()) == 0, "{finished:?}");
    // Requests as people read them, and nothing about the start.
    let lines: Vec<_> = finished.stderr.lines().collect();
    assert!(lines.len() == 1 && lines[0].contains("  INFO GET /docs 200 in "), "{lines:?}");
}

/// The environment may name the database of others: people with a public password must not come into that.
#[test]
fn what_is_set_for_other_servers_does_not_reach_it() {
    let (temporary, home) = (TempDir::new().unwrap(), Home::new());
    let database = format!("sqlite:{}", home.data().join("others.db").display());
    let others = [("CLOAKROOM__STORE__DATABASE_URL", database.as_str()), ("CLOAKROOM__SESSIONS__TTL_SECOND", "1")];
    let server = dev(temporary.path(), ANYWHERE, &others).unwrap();
    assert_eq!((server.client().get("/readyz").status, home.data().exists()), (200, false));
}

#[test]
fn others_do_not_reach_it() {
    let temporary = TempDir::new().unwrap();
    let refused = dev(temporary.path(), &["--listen", "0.0.0.0:0"], &[]).err().unwrap();
    assert_eq!((refused.status.code(), folders(temporary.path())), (Some(1), 0), "{}", refused.stderr);
    assert!(refused.stderr.contains("not on loopback") && refused.stderr.contains("hint: "), "{}", refused.stderr);
    let holder = Home::new().serve(&[]);
    let refused = dev(temporary.path(), &["--listen", &holder.address.to_string()], &[]).err().unwrap();
    assert!(refused.stderr.contains("cannot listen") && folders(temporary.path()) == 0, "{}", refused.stderr);
}

/// At a terminal, a server says what to open; that its first line is the same, programs rely on.
#[test]
fn at_a_terminal_a_server_says_what_to_open() {
    let home = Home::new();
    let said = at_a_terminal(&home, &["serve", "--listen", "127.0.0.1:0"]);
    let url = said.iter().find_map(|line| line.strip_prefix("listening on ")).unwrap();
    for path in ["/console", "/account", "/docs"] {
        assert!(group(&said, "open").iter().any(|line| line.starts_with(&format!("{url}{path} "))), "{path}: {said:?}");
    }
    assert!(group(&said, "sign in")[0].starts_with("admin@localhost, with the password for one use in "), "{said:?}");
    assert!(said.iter().any(|line| line.contains("  INFO made a new database")) && !said.iter().any(|line| line.starts_with('{')));
}

/// What a server prints at a terminal of its own until it has said how to try it; then it is stopped.
fn at_a_terminal(home: &Home, arguments: &[&str]) -> Vec<String> {
    let (ours, theirs) = Terminal::open();
    let mut command = home.prepared(arguments);
    command.stdout(theirs.try_clone().unwrap()).stderr(theirs).env("NO_COLOR", "1");
    let mut server = Stopped(command.spawn().unwrap());
    // What is left of the terminal's other end goes with this, so that reading ends when the server does.
    drop(command);
    let mut lines = Vec::new();
    for line in BufReader::new(ours.0).lines().map_while(Result::ok) {
        lines.push(line);
        if lines.last().is_some_and(|line| line.trim_start().starts_with("try")) {
            break;
        }
    }
    let pid = rustix::process::Pid::from_child(&server.0);
    rustix::process::kill_process(pid, rustix::process::Signal::TERM).unwrap();
    assert!(server.0.wait().unwrap().success(), "{lines:?}");
    lines
}

/// The end of a terminal where somebody would sit.
struct Terminal(File);

impl Terminal {
    fn open() -> (Self, File) {
        let ours = rustix::pty::openpt(OpenptFlags::RDWR | OpenptFlags::NOCTTY).unwrap();
        rustix::pty::grantpt(&ours).unwrap();
        rustix::pty::unlockpt(&ours).unwrap();
        let name = rustix::pty::ptsname(&ours, Vec::new()).unwrap();
        let theirs = rustix::fs::open(&name, OFlags::RDWR | OFlags::NOCTTY, Mode::empty()).unwrap();
        (Self(ours.into()), theirs.into())
    }
}

/// Nobody is left behind, also when a test fails.
struct Stopped(Child);

impl Drop for Stopped {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}
