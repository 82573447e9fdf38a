//! Commands to a server that runs, and the same where none does.

use std::io::{Read as _, Write as _};
use std::os::unix::net::{UnixListener, UnixStream};

use serde_json::json;

use crate::support::{Home, Running, mode};

/// The lines of `signing-keys`: kid, algorithm, state.
fn keys(printed: &str) -> Vec<[String; 3]> {
    let words = |line: &str| {
        let mut words = line.split_whitespace().map(str::to_owned);
        [words.next().unwrap(), words.next().unwrap(), words.next().unwrap()]
    };
    printed.lines().map(words).collect()
}

fn kids(keys: &[[String; 3]], state: &str) -> Vec<String> {
    keys.iter().filter(|key| key[2] == state).map(|key| key[0].clone()).collect()
}

fn list(home: &Home) -> Vec<[String; 3]> {
    let listed = home.run(&["signing-keys", "list"]);
    assert!(listed.status.success(), "{listed:?}");
    keys(&listed.stdout)
}

fn published(server: &Running) -> Vec<String> {
    let set = server.client().get("/.well-known/jwks.json").json();
    set["keys"].as_array().unwrap().iter().map(|key| key["kid"].as_str().unwrap().to_owned()).collect()
}

fn ada() -> serde_json::Value {
    json!({ "users": [{ "username": "ada", "email": "ada@example.com", "password": "Correct-horse-7" }] })
}

fn log_in(server: &Running) -> String {
    let body = json!({ "username": "ada", "password": "Correct-horse-7" }).to_string();
    let answer = server.client().try_send("POST", "/user/login", &body).unwrap();
    assert_eq!(answer.status, 200, "{}", answer.text);
    answer.json()["accessToken"].as_str().unwrap().to_owned()
}

fn signed_by(token: &str) -> String {
    use base64::Engine as _;
    let head = base64::engine::general_purpose::URL_SAFE_NO_PAD.decode(token.split('.').next().unwrap()).unwrap();
    serde_json::from_slice::<serde_json::Value>(&head).unwrap()["kid"].as_str().unwrap().to_owned()
}

#[test]
fn keys_rotate_in_a_running_server_and_old_tokens_stay_good() {
    let home = Home::new();
    let file = home.document("users.json", &ada());
    let server = home.serve(&["--apply", &file]);
    let before = list(&home);
    let (active, next) = (kids(&before, "active"), kids(&before, "next"));
    assert_eq!((active.len(), next.len(), before.len()), (1, 1, 2), "{before:?}");
    let old = log_in(&server);
    assert_eq!(signed_by(&old), active[0]);

    let rotated = home.run(&["signing-keys", "rotate"]);
    assert!(rotated.status.success(), "{rotated:?}");
    assert!(rotated.stderr.contains("warning: ") && rotated.stderr.contains(&next[0]), "published a moment ago: {}", rotated.stderr);
    let after = keys(&rotated.stdout);
    assert_eq!((kids(&after, "active"), kids(&after, "retired"), kids(&after, "next").len()), (next.clone(), active, 1), "{after:?}");
    assert_eq!(list(&home), after);
    assert_eq!(published(&server).len(), 3);
    assert_eq!(signed_by(&log_in(&server)), next[0], "without a restart");
    let sessions = server.client().with_bearer("/api/v1/me/sessions", &old);
    assert_eq!(sessions.status, 200, "{}", sessions.text);
    server.stop();
    assert_eq!(list(&home), after, "and the same where no server runs");
}

#[test]
fn keys_rotate_where_no_server_runs() {
    let home = Home::new();
    let missing = home.run(&["signing-keys", "list"]);
    assert!(missing.status.code() == Some(1) && missing.stderr.contains("no database"), "{missing:?}");
    assert!(!home.data().exists(), "looking makes nothing");
    home.serve(&[]).stop();
    let before = list(&home);
    let rotated = home.run(&["signing-keys", "rotate"]);
    assert!(rotated.status.success(), "{rotated:?}");
    assert_eq!(kids(&keys(&rotated.stdout), "active"), kids(&before, "next"));
    let server = home.serve(&[]);
    assert_eq!(list(&home), keys(&rotated.stdout));
    assert_eq!(published(&server).len(), 3);
}

#[test]
fn a_document_is_applied_to_a_running_server() {
    let home = Home::new();
    let server = home.serve(&[]);
    let file = home.document("users.json", &ada());
    let applied = home.run(&["apply", &file]);
    assert!(applied.status.success(), "{applied:?}");
    assert_eq!(applied.stdout.trim(), "applied: 1 created, 0 changed, 0 unchanged, 0 sessions ended");
    let guid = server.client().sign_in("ada@example.com", "Correct-horse-7").guid();
    let mut changed = ada();
    changed["users"][0]["status"] = json!("suspended");
    let file = home.document("suspended.json", &changed);
    let ended = home.run(&["apply", &file, "--overwrite"]);
    assert_eq!(ended.stdout.trim(), "applied: 0 created, 1 changed, 0 unchanged, 1 sessions ended");
    assert_eq!(server.client().with_guid("session/validate", &guid).status, 401, "at once");
    server.stop();
    let offline = home.run(&["apply", &file, "--overwrite"]);
    assert_eq!(offline.stdout.trim(), "applied: 0 created, 0 changed, 1 unchanged, 0 sessions ended");
}

#[test]
fn what_is_wrong_is_told_alike_with_and_without_a_server() {
    let home = Home::new();
    let wrong = json!({ "users": [{ "username": "bob", "email": "bob@example.com", "password": "s3cret-marker", "tenant": "NOWHERE" }] });
    let (wrong, nonsense) = (home.document("wrong.json", &wrong), home.file("nonsense.yaml", "users: [s3cret-marker"));
    let server = home.serve(&[]);
    for file in [&wrong, &nonsense] {
        let while_running = home.run(&["apply", file]);
        assert_eq!((while_running.status.code(), while_running.stdout.as_str()), (Some(1), ""));
        assert!(!while_running.stderr.contains("s3cret-marker"), "{}", while_running.stderr);
        let other = Home::new();
        other.serve(&[]).stop();
        let offline = other.run(&["apply", file]);
        assert_eq!(while_running.stderr, offline.stderr);
    }
    let finished = server.stop();
    assert!(!finished.stderr.contains("s3cret-marker"), "{}", finished.stderr);
}

#[test]
fn the_socket_is_its_owners_and_goes_with_the_server() {
    let home = Home::new();
    let socket = home.data().join("control.sock");
    let server = home.serve(&[]);
    assert_eq!(mode(&socket), 0o600);
    let finished = server.stop();
    assert!(!socket.exists(), "{}", finished.stderr);
    home.serve(&[]).kill();
    assert!(socket.exists(), "nobody could remove it");
    assert_eq!(list(&home).len(), 2, "a socket that nobody answers stands in no command's way");
    let server = home.serve(&[]);
    assert!(UnixStream::connect(&socket).is_ok(), "and is replaced");
    // Where a command goes on the socket, there is a page on the network, which takes none.
    assert_eq!(server.client().try_send("POST", "/", "{\"database\":\"\",\"command\":\"list_signing_keys\"}").unwrap().status, 405);
}

#[test]
fn a_path_that_is_too_long_for_a_socket_is_reached_all_the_same() {
    let home = Home::within(&"long-".repeat(30));
    assert!(home.data().as_os_str().len() > 108);
    let server = home.serve(&[]);
    let file = home.document("users.json", &ada());
    assert!(home.run(&["apply", &file]).stdout.contains("1 created"));
    server.client().sign_in("ada@example.com", "Correct-horse-7").guid();
    server.stop();
    assert!(!home.data().join("control.sock").exists());
}

#[test]
fn another_database_is_not_changed_by_a_server_that_has_its_own() {
    let home = Home::new();
    let server = home.serve(&[]);
    let file = home.document("users.json", &ada());
    let other = format!("sqlite:{}", home.data().join("other.db").display());
    let key = home.file("key", &"0a1b".repeat(16));
    let elsewhere = home.run_with("KEYS__MASTER_FILE", &key, &["apply", &file, "--database-url", &other]);
    assert!(elsewhere.stdout.contains("1 created"), "{elsewhere:?}");
    let again = home.run_with("KEYS__MASTER_FILE", &key, &["apply", &file, "--database-url", &other]);
    assert!(again.stdout.contains("1 unchanged"), "the database is there now, and still nobody's: {again:?}");
    assert_eq!(server.client().sign_in("ada@example.com", "Correct-horse-7").status, 401);
}

#[test]
fn a_server_that_does_not_answer_is_told() {
    let home = Home::new();
    home.serve(&[]).stop();
    let socket = UnixListener::bind(home.data().join("control.sock")).unwrap();
    for answer in ["", "HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\n{}", "HTTP/1.1 422 Unprocessable Entity\r\ncontent-length: 0\r\n\r\n"] {
        let refused = std::thread::scope(|scope| {
            scope.spawn(|| {
                let (mut stream, _) = socket.accept().unwrap();
                let _ = stream.read(&mut [0; 65_536]).unwrap();
                stream.write_all(answer.as_bytes()).unwrap();
            });
            home.run(&["signing-keys", "list"])
        });
        assert_eq!((refused.status.code(), refused.stdout.as_str()), (Some(1), ""));
        assert!(refused.stderr.contains("running server") && refused.stderr.contains("hint: "), "{}", refused.stderr);
    }
}

#[test]
fn a_command_has_its_bounds() {
    let home = Home::new();
    let server = home.serve(&[]);
    let file = home.file("huge.yaml", &"#".repeat(17 * 1024 * 1024));
    let refused = home.run(&["apply", &file]);
    assert!(refused.status.code() == Some(1) && refused.stderr.contains("16777216"), "{}", refused.stderr);
    let mut stream = UnixStream::connect(home.data().join("control.sock")).unwrap();
    let head = "POST / HTTP/1.1\r\nhost: control\r\ncontent-type: application/json\r\ncontent-length: 99999999\r\n\r\n";
    stream.write_all(head.as_bytes()).unwrap();
    let mut answer = [0; 12];
    stream.read_exact(&mut answer).unwrap();
    assert_eq!(&answer, b"HTTP/1.1 413");
    server.stop();
}
