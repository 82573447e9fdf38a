//! Requests whose bodies do not come: they hold up nobody, are answered in time, and are bounded for each address.

use std::io::{Read as _, Write as _};
use std::net::{SocketAddr, TcpStream};
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use serde_json::json;

use crate::frames::Frames;
use crate::support::{Home, Running};

/// Every operation that reads a body, of every document: method and path, with something in the place of its parameters.
fn operations() -> Vec<(&'static str, String)> {
    let mut operations = Vec::new();
    for (_, document) in cloakroom_server::router::documents() {
        for (path, item) in &document.paths.paths {
            let of = [("POST", &item.post), ("PUT", &item.put), ("PATCH", &item.patch), ("DELETE", &item.delete)];
            let reading = of.into_iter().filter(|(_, operation)| operation.as_ref().is_some_and(|found| found.request_body.is_some()));
            operations.extend(reading.map(|(method, _)| (method, path.replace(['{', '}'], ""))));
        }
    }
    assert!(operations.len() > 40, "{operations:?}");
    operations
}

const EMAIL: &str = "ada@example.com";
const PASSWORD: &str = "Correct-horse-7";

/// Fewer places than there are operations.
fn few_places(home: Home) -> (Home, Running) {
    let home = home.setting("SERVER__MAX_IN_FLIGHT", "8");
    let users = json!({ "users": [{ "username": "ada", "email": EMAIL, "password": PASSWORD, "session_cap": 64 }] });
    let server = home.serve(&["--apply", &home.document("users.json", &users)]);
    (home, server)
}

/// The head of a request and the first byte of its body.
fn begun(address: SocketAddr, method: &str, path: &str) -> TcpStream {
    let mut stream = TcpStream::connect(address).unwrap();
    stream.set_read_timeout(Some(Duration::from_secs(60))).unwrap();
    let head = format!("{method} {path} HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\ncontent-length: 60000\r\n\r\n{{");
    stream.write_all(head.as_bytes()).unwrap();
    stream
}

/// The same on the streams of one connection.
fn begun_in_frames(address: SocketAddr, operations: &[(&str, String)]) -> Frames {
    let mut frames = Frames::to(address, 65_535).unwrap();
    for (method, path) in operations {
        let stream = frames.begin(method, path, true).unwrap();
        frames.data(stream, b"{", false).unwrap();
    }
    frames
}

/// Waits until so many requests are under way, this question included.
fn under_way(server: &Running, requests: usize) {
    while server.metric("cloakroom_in_flight") < (requests + 1) as f64 {}
}

fn nobody_is_held_up(server: &Running) {
    let mut client = server.client();
    assert_eq!(client.get("/readyz").status, 200);
    let guid = client.sign_in(EMAIL, PASSWORD).guid();
    assert_eq!(client.with_guid("session/validate", &guid).status, 200);
    assert_eq!(client.with_guid("session/close", &guid).status, 200);
    assert_eq!(client.with_guid("session/validate", &guid).status, 401);
}

#[test]
fn bodies_that_do_not_come_hold_up_nobody_and_are_answered_in_time() {
    let (_home, server) = few_places(Home::new().setting("SERVER__BODY_TIMEOUT_SECONDS", "3"));
    let operations = operations();
    let plain: Vec<_> = operations.iter().map(|(method, path)| begun(server.address, method, path)).collect();
    let framed: Vec<_> = operations.chunks(16).map(|some| begun_in_frames(server.address, some)).collect();
    under_way(&server, 2 * operations.len());
    nobody_is_held_up(&server);
    for (mut stream, (method, path)) in plain.into_iter().zip(&operations) {
        let mut answer = String::new();
        stream.read_to_string(&mut answer).unwrap();
        // Who must prove to be somebody before a body is judged is told that instead, or led to it, and all at once they get no place.
        let status = answer.split(' ').nth(1).unwrap_or_default();
        assert!(["303", "401", "404", "408", "429", "503"].contains(&status), "{method} {path}: {answer}");
    }
    for (mut frames, some) in framed.into_iter().zip(operations.chunks(16)) {
        let mut answered = 0;
        while answered < some.len() {
            let frame = frames.next(Duration::from_secs(60)).unwrap().expect("an answer to every stream");
            answered += usize::from(frame.is_head());
        }
    }
    under_way(&server, 0);
}

/// A request over TLS as it is written, and what comes back until the server closes; openssl(1) is the client.
fn over_tls(address: SocketAddr, request: &str) -> Child {
    let mut client = Command::new("openssl");
    client.args(["s_client", "-quiet", "-connect", &address.to_string()]);
    let mut client = client.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::null()).spawn().unwrap();
    client.stdin.as_mut().unwrap().write_all(request.as_bytes()).unwrap();
    client
}

fn answered_over_tls(mut client: Child) -> String {
    let mut answer = String::new();
    client.stdout.as_mut().unwrap().read_to_string(&mut answer).unwrap();
    client.kill().unwrap();
    client.wait().unwrap();
    answer
}

#[test]
fn over_tls_it_is_the_same() {
    let home = Home::new().setting("SERVER__BODY_TIMEOUT_SECONDS", "5");
    let (certificate, key) = (home.file("tls.pem", ""), home.file("tls.key", ""));
    let made = Command::new("openssl")
        .args(["req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "2", "-subj", "/CN=localhost"])
        .args(["-keyout", &key, "-out", &certificate])
        .output();
    assert!(made.unwrap().status.success());
    std::fs::set_permissions(&key, std::os::unix::fs::PermissionsExt::from_mode(0o600)).unwrap();
    let home = home.setting("SERVER__TLS_CERTIFICATE_FILE", &certificate).setting("SERVER__TLS_KEY_FILE", &key);
    let (_home, server) = few_places(home);
    let begun = "POST /user/login HTTP/1.1\r\nhost: x\r\ncontent-length: 60000\r\n\r\n{";
    let held: Vec<_> = (0..10).map(|_| over_tls(server.address, begun)).collect();
    let get =
        |path: &str| answered_over_tls(over_tls(server.address, &format!("GET {path} HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n")));
    while !get("/metrics").contains(&format!("cloakroom_in_flight {}\n", held.len() + 1)) {}
    assert!(get("/readyz").starts_with("HTTP/1.1 200"));
    assert!(get("/api/v1/me").starts_with("HTTP/1.1 401"), "it got a place");
    assert!(held.into_iter().map(answered_over_tls).all(|answer| answer.starts_with("HTTP/1.1 408")));
}

#[test]
fn a_body_that_trickles_is_cut_and_one_that_comes_slowly_is_not() {
    let settings = Home::new().setting("SERVER__BODY_TIMEOUT_SECONDS", "1").setting("SERVER__BODY_BYTES_PER_SECOND", "100");
    let (_home, server) = few_places(settings);
    let body = json!({ "email": EMAIL, "passcode": PASSWORD, "reason": "x".repeat(200) }).to_string();
    let mut trickling = begun(server.address, "POST", "/usm/session/create");
    let mut slow = TcpStream::connect(server.address).unwrap();
    let head = format!("POST /usm/session/create HTTP/1.1\r\nhost: x\r\nconnection: close\r\ncontent-length: {}\r\n\r\n", body.len());
    slow.set_read_timeout(Some(Duration::from_millis(100))).unwrap();
    slow.write_all(head.as_bytes()).unwrap();
    // Two seconds for the slow one, at more than the least rate.
    let pieces: Vec<_> = body.as_bytes().chunks(body.len() / 20).collect();
    for piece in &pieces[..pieces.len() - 1] {
        slow.write_all(piece).unwrap();
        let _ = trickling.write_all(b" ");
        // Nothing comes before the body is whole.
        assert!(slow.peek(&mut [0]).is_err());
    }
    slow.write_all(pieces[pieces.len() - 1]).unwrap();
    slow.set_read_timeout(None).unwrap();
    let (mut cut, mut answered) = (String::new(), String::new());
    trickling.read_to_string(&mut cut).unwrap();
    slow.read_to_string(&mut answered).unwrap();
    assert!(cut.starts_with("HTTP/1.1 408"), "{cut}");
    assert!(answered.starts_with("HTTP/1.1 200"), "{answered}");
}

#[test]
fn one_address_has_no_more_than_its_part_of_them() {
    let home = Home::new().setting("RATE_LIMITS__UNFINISHED_REQUESTS_PER_ADDRESS", "2");
    let (_home, server) = few_places(home);
    // One more than an address may have: which of them is refused, after a moment, is the scheduler's choice.
    let mut begun = [(); 3].map(|()| begun(server.address, "POST", "/user/login"));
    under_way(&server, begun.len() - 1);
    let answered = |stream: &&mut TcpStream| {
        stream.set_read_timeout(Some(Duration::from_millis(10))).unwrap();
        stream.peek(&mut [0]).is_ok()
    };
    let refused = loop {
        if let Some(refused) = begun.iter_mut().find(answered) {
            break refused;
        }
    };
    refused.set_read_timeout(Some(Duration::from_secs(60))).unwrap();
    let mut answer = String::new();
    refused.read_to_string(&mut answer).unwrap();
    assert!(answer.starts_with("HTTP/1.1 429") && answer.to_lowercase().contains("retry-after: 1"), "{answer}");
    // Whoever sends a request as a whole is not.
    nobody_is_held_up(&server);
}

#[test]
fn descriptors_that_are_used_up_are_logged_and_counted() {
    let (_home, server) = few_places(Home::new());
    let mut client = server.client();
    assert_eq!(client.get("/healthz").status, 200);
    server.limit_descriptors_to_those_in_use();
    let failures = |client: &mut crate::support::Client| {
        let page = client.get("/metrics").text;
        let line = page.lines().find_map(|line| line.strip_prefix("cloakroom_accept_failures_total "));
        line.unwrap().parse::<f64>().unwrap()
    };
    // Some numbers below the highest may be free.
    let mut waiting = Vec::new();
    while failures(&mut client) == 0.0 {
        waiting.push(TcpStream::connect(server.address).unwrap());
    }
    drop((waiting, client));
    assert_eq!(server.client().get("/healthz").status, 200);
    let finished = server.stop();
    assert_eq!(finished.stderr.matches("no connection can be taken").count(), 1, "{}", finished.stderr);
}
