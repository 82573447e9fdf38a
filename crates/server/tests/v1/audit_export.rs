//! Exports: everything in the order of commits, resumable, verifiable by what shares no code with us.

use std::io::Write as _;
use std::process::{Command, Stdio};

use axum::body::Body;
use axum::http::Request;
use futures_util::StreamExt as _;
use serde_json::{Value, json};
use tower::ServiceExt as _;

use crate::server::Server;

const SCRIPT: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../examples/verify_audit_export.py");

async fn export(server: &Server, token: &str, query: &str) -> (String, Vec<Value>) {
    let answer = server.get(&format!("/api/v1/admin/audit/export{query}"), token).await.expect(200);
    assert_eq!(answer.headers["content-type"], "application/x-ndjson");
    let lines = answer.text.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    (answer.text, lines)
}

/// What the script says of these lines; `None` where there is no Python.
pub fn judged(lines: &str, arguments: &[&str]) -> Option<String> {
    let mut command = Command::new("python3");
    command.arg(SCRIPT).args(arguments).stdin(Stdio::piped()).stdout(Stdio::piped());
    let Ok(mut python) = command.spawn() else {
        eprintln!("SKIPPED: there is no python3 to verify an export with");
        return None;
    };
    python.stdin.take().unwrap().write_all(lines.as_bytes()).unwrap();
    let output = python.wait_with_output().unwrap();
    let said = String::from_utf8(output.stdout).unwrap().trim_end().to_owned();
    assert_eq!(output.status.success(), said == "whole", "{said}");
    Some(said)
}

async fn eventful() -> (Server, String) {
    let server = Server::start().await;
    let root = server.login("super_admin").await;
    for (address, user) in [("203.0.113.9", "end_user"), ("2001:db8:1:2::3", "bob"), ("::ffff:198.51.100.7", "gina")] {
        server.login_at(address, user).await;
        server.advance(1);
    }
    (server, root)
}

#[tokio::test]
async fn an_export_has_everything_and_tells_of_itself() {
    let (server, root) = eventful().await;
    let listed = server.trail(&root, "").await;
    let (_, lines) = export(&server, &root, "").await;
    let mut exported: Vec<Value> = lines.iter().map(|line| line["entry"].clone()).collect();
    let itself = exported.pop().unwrap();
    assert_eq!((itself["action"].as_str(), itself["actor"]["kind"].as_str()), (Some("audit.exported"), Some("user")));
    exported.reverse();
    assert_eq!(exported, listed, "the order of commits is that of the list, the other way round");
    assert!(lines.iter().zip(1..).all(|(line, position)| line["position"] == position));
    assert_eq!(server.trail(&root, "&action=audit.exported").await.len(), 1);
    let head = server.get("/api/v1/admin/audit/head", &root).await.at("/data");
    assert_eq!((&head["hash"], &head["id"]), (&lines.last().unwrap()["hash"], &itself["id"]));
}

#[tokio::test]
async fn an_export_goes_on_where_the_last_one_came_to() {
    let (server, root) = eventful().await;
    let (_, first) = export(&server, &root, "").await;
    server.login("bob").await;
    let (_, rest) = export(&server, &root, &format!("?after={}", first.len())).await;
    let actions: Vec<_> = rest.iter().map(|line| line["entry"]["action"].as_str().unwrap()).collect();
    assert_eq!(actions, ["session.created", "audit.exported"]);
    assert_eq!(rest[0]["position"].as_u64(), Some(first.len() as u64 + 1));
    assert_eq!(export(&server, &root, "?after=9000000").await.1.len(), 0);
}

#[tokio::test]
async fn who_reaches_less_exports_less() {
    let (server, root) = eventful().await;
    let admin = server.login("tenant_admin_a").await;
    let tenant = server.whereabouts("end_user", &root).await.1;
    let mut listed = server.trail(&admin, "").await;
    listed.reverse();
    let (_, lines) = export(&server, &admin, "").await;
    let mut exported: Vec<Value> = lines.iter().map(|line| line["entry"].clone()).collect();
    assert_eq!(exported.pop().unwrap()["tenant_id"], tenant.as_str());
    assert_eq!(exported, listed);
    let (_, filtered) = export(&server, &root, "?action=session.created&ip_address=203.0.113.0/24").await;
    assert_eq!(filtered.len(), 1);
}

#[tokio::test]
async fn others_verify_it_by_the_published_encoding() {
    let (server, root) = eventful().await;
    let (text, lines) = export(&server, &root, "").await;
    let Some(said) = judged(&text, &[]) else { return };
    assert_eq!(said, "whole");
    let noted = lines[3]["hash"].as_str().unwrap();
    assert_eq!(judged(&text, &["/dev/stdin", noted]).unwrap(), "whole");
    assert!(judged(&text, &["/dev/stdin", &"0".repeat(64)]).unwrap().contains("not in the chain"));
    for (from, to) in [("session.created", "session.xreated"), ("203.0.113.9", "203.0.113.8"), ("\"end_user@", "\"fnd_user@")] {
        assert!(text.contains(from), "{from}");
        assert!(judged(&text.replacen(from, to, 1), &[]).unwrap().contains("altered"), "{from}");
    }
    let without_one: String = text.lines().enumerate().filter(|(index, _)| *index != 5).map(|(_, line)| format!("{line}\n")).collect();
    assert_eq!(judged(&without_one, &[]).unwrap(), "link 6 is missing");
}

/// The windows of an export, one by one; how many lines came before it broke off, and whether it did.
async fn lines_until(mut body: axum::body::BodyDataStream) -> (usize, bool) {
    let mut lines = 0;
    while let Some(window) = body.next().await {
        match window {
            Ok(window) => lines += window.iter().filter(|byte| **byte == b'\n').count(),
            Err(_) => return (lines, true),
        }
    }
    (lines, false)
}

#[tokio::test]
async fn an_export_breaks_off_when_its_reader_may_read_no_longer() {
    let (server, root) = eventful().await;
    let own = server.login("end_user").await;
    for number in 0..2100 {
        server.call("PATCH", "/api/v1/me", Some(&own), Some(json!({ "display_name": number.to_string() }))).await.expect(200);
    }
    let (admin, _) = server.whereabouts("partner_admin", &root).await;
    let fates = [
        ("POST", format!("/api/v1/admin/users/{admin}/status"), json!({ "status": "suspended" })),
        ("POST", format!("/api/v1/admin/users/{admin}/status"), json!({ "status": "verified" })),
        ("PATCH", format!("/api/v1/admin/users/{admin}"), json!({ "role": "tenant_admin" })),
    ];
    let mut read = Vec::new();
    for (method, path, fate) in fates {
        let begin =
            Request::get("/api/v1/admin/audit/export").header("authorization", format!("Bearer {}", server.login("partner_admin").await));
        let response = server.router.clone().oneshot(begin.body(Body::empty()).unwrap()).await.unwrap();
        let mut body = response.into_body().into_data_stream();
        let first = body.next().await.unwrap().unwrap().iter().filter(|byte| **byte == b'\n').count();
        server.call(method, &path, Some(&root), Some(fate)).await.expect(200);
        let (rest, broke_off) = lines_until(body).await;
        // What was read before, in whatever pieces it is sent, is one window.
        read.push((first + rest <= 2048, broke_off));
        if method == "POST" && broke_off {
            server.call("POST", &path, Some(&root), Some(json!({ "status": "verified" }))).await.expect(200);
        }
    }
    assert_eq!(read, [(true, true), (false, false), (true, true)]);
}

#[tokio::test]
async fn exports_have_places_of_their_own_and_few() {
    let (server, root) = eventful().await;
    let begin = || {
        let request = Request::get("/api/v1/admin/audit/export").header("authorization", format!("Bearer {root}"));
        server.router.clone().oneshot(request.body(Body::empty()).unwrap())
    };
    let held = [begin().await.unwrap(), begin().await.unwrap()];
    assert!(held.iter().all(|export| export.status() == 200));
    let refused = server.get("/api/v1/admin/audit/export", &root).await.expect(503);
    assert_eq!(refused.headers["retry-after"], "1");
    server.get("/api/v1/admin/audit", &root).await.expect(200);
    drop(held);
    export(&server, &root, "").await;
}
