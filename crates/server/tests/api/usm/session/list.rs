//! `POST /usm/session/list`: what is shown, in which order, and how much of it. Cursors have a file of their own.

use serde_json::{Value, json};

use crate::support::{ADA, Answer, BOB, Guids, Server};

const WEEK: u32 = 7 * 86_400;

async fn list(server: &Server, guid: &str, more: Value) -> Answer {
    let mut body = json!({ "session_guid": guid });
    body.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    server.usm("session/list", &body).await
}

fn guids(answer: &Answer) -> Vec<&str> {
    answer.data()["sessions"].as_array().unwrap().iter().map(|session| session["session_guid"].as_str().unwrap()).collect()
}

async fn several(server: &Server, number: usize) -> Vec<Guids> {
    let mut opened = Vec::new();
    for _ in 0..number {
        opened.push(server.open(ADA).await);
    }
    opened
}

#[tokio::test]
async fn newest_first_with_the_id_as_tie_break_and_only_ones_own() {
    let server = Server::start().await;
    let mut opened = several(&server, 3).await;
    server.pass(1);
    opened.extend(several(&server, 2).await);
    server.open(BOB).await;
    let expected: Vec<&str> = opened.iter().rev().map(|guids| guids.reference.as_str()).collect();
    let answer = list(&server, &opened[0].bearer, json!({})).await;
    assert_eq!(guids(&answer), expected);
    assert_eq!(answer.data().as_object().unwrap().keys().collect::<Vec<_>>(), ["next_token", "sessions"]);
    let sessions = answer.data()["sessions"].as_array().unwrap();
    let current: Vec<bool> = sessions.iter().map(|session| session["is_current"].as_bool().unwrap()).collect();
    assert_eq!(current, [false, false, false, false, true]);
    assert!(opened.iter().all(|guids| !answer.text.contains(&guids.bearer)));
    assert!(sessions.iter().all(|session| session.get("reference_guid").is_none()));
}

#[tokio::test]
async fn a_page_has_eight_and_a_limit_is_clamped_never_refused() {
    let server = Server::start().await;
    let opened = several(&server, 300).await;
    let guid = &opened[0].bearer;
    assert_eq!(guids(&list(&server, guid, json!({})).await).len(), 8);
    assert_eq!(guids(&list(&server, guid, json!({ "limit": null })).await).len(), 8);
    let huge: Value = serde_json::from_str("1000000000000000000000000000000").unwrap();
    let least = [json!(1), json!(0), json!(-5), json!(-1e300), json!(i64::MIN), json!(-0.0), json!(0.2)];
    let most = [json!(256), json!(257), json!(1e300), json!(i64::MAX), json!(u64::MAX), huge, json!(256.4)];
    for (limits, expected) in [(&least[..], 1), (&most, 256), (&[json!(255)], 255), (&[json!(2.0)], 2)] {
        for limit in limits {
            assert_eq!(guids(&list(&server, guid, json!({ "limit": limit })).await).len(), expected, "{limit}");
        }
    }
}

#[tokio::test]
async fn each_status_shows_its_side() {
    let server = Server::start().await;
    let opened = several(&server, 4).await;
    let mine = &opened[3].bearer;
    server.with_guid("session/close", &opened[1].reference).await.data();
    server.with_guid("session/close", &opened[0].reference).await.data();
    let reference = |index: usize| opened[index].reference.as_str();
    assert_eq!(guids(&list(&server, mine, json!({})).await), [reference(3), reference(2)]);
    assert_eq!(guids(&list(&server, mine, json!({ "status": "active" })).await), [reference(3), reference(2)]);
    assert_eq!(guids(&list(&server, mine, json!({ "status": "doomed" })).await), [reference(1), reference(0)]);
    let all = list(&server, mine, json!({ "status": "all" })).await;
    assert_eq!(guids(&all), [reference(3), reference(2), reference(1), reference(0)]);
    let keys: Vec<_> = all.data().as_object().unwrap().keys().collect();
    assert_eq!(keys, ["active_next_token", "doomed_next_token", "sessions"], "both cursors, always, null at the end");
    assert!(all.data()["active_next_token"].is_null() && all.data()["doomed_next_token"].is_null());
}

#[tokio::test]
async fn another_status_is_invalid() {
    let server = Server::start().await;
    let guid = server.ada().await;
    for status in ["", "Active", "ALL", "live", "active ", "archived"] {
        assert_eq!(list(&server, &guid, json!({ "status": status })).await.refusal(), (400, "invalid-status"), "{status}");
    }
    assert_eq!(list(&server, &guid, json!({ "status": 1 })).await.refusal(), (400, "validation-error"));
}

#[tokio::test]
async fn caption_and_label_filter_exactly() {
    let server = Server::start().await;
    let phone = server.open_as(ADA, Some("Phone"), Some("work")).await;
    let car = server.open_as(ADA, Some("phone"), Some("home")).await;
    let both = server.open_as(ADA, Some("Phone"), Some("home")).await;
    let plain = server.open(ADA).await;
    let shown = async |more| list(&server, &plain.bearer, more).await;
    assert_eq!(guids(&shown(json!({ "caption": "Phone" })).await), [&both.reference, &phone.reference]);
    assert_eq!(guids(&shown(json!({ "session_label": "home" })).await), [&both.reference, &car.reference]);
    assert_eq!(guids(&shown(json!({ "caption": "Phone", "session_label": "home" })).await), [&both.reference]);
    for none in ["Pho", "Phone ", "%", "Ph_ne", "*"] {
        assert!(guids(&shown(json!({ "caption": none })).await).is_empty(), "{none}");
    }
    server.with_guid("session/close", &phone.reference).await.data();
    assert_eq!(guids(&shown(json!({ "caption": "Phone", "status": "all" })).await), [&both.reference, &phone.reference]);
}

#[tokio::test]
async fn an_expired_session_is_doomed_before_anything_swept_it() {
    let server = Server::start().await;
    let old = server.open(ADA).await;
    server.pass(3600);
    let mine = server.ada().await;
    assert_eq!(guids(&list(&server, &mine, json!({})).await).len(), 1);
    let doomed = list(&server, &mine, json!({ "status": "doomed" })).await;
    let record = &doomed.data()["sessions"][0];
    assert_eq!(
        (&record["session_guid"], &record["status"], &record["doom_reason"]),
        (&json!(old.reference), &json!("doomed"), &json!("ttl-expired"))
    );
    assert_eq!(record["doomed_at_utc"], record["expires_at_utc"]);
}

/// Three sessions that are archived a day apart, and the bearer of a live one.
async fn archived(server: &Server) -> (Vec<String>, Vec<String>, String) {
    let (mut references, mut times) = (Vec::new(), Vec::new());
    for _ in 0..3 {
        let guids = server.open(ADA).await;
        server.with_guid("session/close", &guids.bearer).await.data();
        server.pass(WEEK + 1);
        server.upkeep().await;
        let shown = server.usm("session/get", &json!({ "session_guid": guids.reference, "include_archived": true })).await;
        times.push(shown.data()["archived_at_utc"].as_str().unwrap().to_owned());
        references.push(guids.reference);
    }
    (references, times, server.ada().await)
}

#[tokio::test]
async fn archived_sessions_are_listed_when_asked_for_within_bounds() {
    let server = Server::start().await;
    let (references, times, mine) = archived(&server).await;
    let doomed = async |more: Value| {
        let mut body = json!({ "status": "doomed" });
        body.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        let answer = list(&server, &mine, body).await;
        guids(&answer).into_iter().rev().map(|guid| references.iter().position(|known| known == guid).unwrap()).collect::<Vec<_>>()
    };
    assert_eq!(doomed(json!({})).await, [0; 0]);
    assert_eq!(doomed(json!({ "include_archived": true })).await, [0, 1, 2]);
    assert_eq!(doomed(json!({ "include_archived": true, "archived_from_utc": times[1] })).await, [1, 2], "from is inclusive");
    assert_eq!(doomed(json!({ "include_archived": true, "archived_to_utc": times[1] })).await, [0], "to is exclusive");
    let between = json!({ "include_archived": true, "archived_from_utc": times[0], "archived_to_utc": times[2] });
    assert_eq!(doomed(between).await, [0, 1]);
    let later = json!({ "include_archived": true, "archived_from_utc": "2999-01-01T00:00:00Z" });
    assert_eq!(doomed(later).await, [0; 0]);
}

#[tokio::test]
async fn bounds_must_be_times() {
    let server = Server::start().await;
    let guid = server.ada().await;
    for bound in ["archived_from_utc", "archived_to_utc"] {
        for wrong in ["", "yesterday", "2026-01-02", "2026-01-02T03:04:05", "2026-02-30T00:00:00Z", "1767323045"] {
            let answer = list(&server, &guid, json!({ "include_archived": true, bound: wrong })).await;
            assert_eq!((answer.refusal(), answer.bad_fields()), ((400, "validation-error"), vec![bound]), "{wrong}");
        }
        list(&server, &guid, json!({ "include_archived": true, bound: "2026-01-02T04:04:05+01:00" })).await.data();
    }
}

#[tokio::test]
async fn only_a_live_bearer_lists() {
    let server = Server::start().await;
    let guids = server.open(ADA).await;
    assert_eq!(list(&server, &guids.reference, json!({})).await.refusal(), (404, "session-not-found"));
    server.with_guid("session/close", &guids.bearer).await.data();
    let answer = list(&server, &guids.bearer, json!({})).await;
    assert_eq!((answer.refusal(), answer.minor()), ((401, "session-doomed"), "closed"));
}
