//! `POST /usm/session/list`: walking, and what a cursor is bound to.

use std::collections::HashSet;

use proptest::prelude::*;
use serde_json::{Value, json};

use crate::support::{ADA, Answer, BOB, Server};

async fn list(server: &Server, guid: &str, more: &Value) -> Answer {
    let mut body = json!({ "session_guid": guid });
    body.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    server.usm("session/list", &body).await
}

fn guids(answer: &Answer) -> Vec<String> {
    answer.data()["sessions"].as_array().unwrap().iter().map(|session| session["session_guid"].as_str().unwrap().to_owned()).collect()
}

/// Follows one cursor to the end; what each page showed.
async fn walk(server: &Server, guid: &str, query: &Value, cursor: &str) -> Vec<Vec<String>> {
    let (mut pages, mut query) = (Vec::new(), query.clone());
    loop {
        let answer = list(server, guid, &query).await;
        pages.push(guids(&answer));
        match &answer.data()[cursor] {
            Value::String(next) => query[cursor] = json!(next),
            _ => return pages,
        }
    }
}

/// Five live and four doomed sessions of Ada, as references, newest first; and the bearer of the newest.
async fn nine(server: &Server) -> (Vec<String>, Vec<String>, String) {
    let (mut live, mut doomed, mut bearer) = (Vec::new(), Vec::new(), String::new());
    for number in 0..9 {
        let guids = server.open(ADA).await;
        if number % 2 == 0 {
            (live, bearer) = ([vec![guids.reference], live].concat(), guids.bearer);
        } else {
            server.with_guid("session/close", &guids.bearer).await.data();
            doomed.insert(0, guids.reference);
        }
        server.pass(u32::from(number % 3 == 0));
    }
    (live, doomed, bearer)
}

#[tokio::test]
async fn one_side_is_walked_in_order_to_its_end() {
    let server = Server::start().await;
    let (live, doomed, bearer) = nine(&server).await;
    let pages = walk(&server, &bearer, &json!({ "limit": 2 }), "next_token").await;
    assert_eq!((pages.len(), pages.concat()), (3, live));
    let pages = walk(&server, &bearer, &json!({ "limit": 2, "status": "doomed" }), "next_token").await;
    assert_eq!((pages.len(), pages.concat()), (2, doomed), "a page that ends exactly at the end has no cursor");
}

#[tokio::test]
async fn with_all_the_limit_counts_for_each_side() {
    let server = Server::start().await;
    let (live, doomed, bearer) = nine(&server).await;
    let first = list(&server, &bearer, &json!({ "status": "all", "limit": 2 })).await;
    let shown: HashSet<_> = guids(&first).into_iter().collect();
    assert_eq!(shown, [&live[..2], &doomed[..2]].concat().into_iter().collect());
    let (active, ended) = (&first.data()["active_next_token"], &first.data()["doomed_next_token"]);
    let both =
        list(&server, &bearer, &json!({ "status": "all", "limit": 2, "active_next_token": active, "doomed_next_token": ended })).await;
    let shown: HashSet<_> = guids(&both).into_iter().collect();
    assert_eq!(shown, [&live[2..4], &doomed[2..4]].concat().into_iter().collect());
    assert!(both.data()["active_next_token"].is_string() && both.data()["doomed_next_token"].is_null());
}

#[tokio::test]
async fn a_walk_that_sends_one_cursor_gets_that_side_only() {
    let server = Server::start().await;
    let (live, doomed, bearer) = nine(&server).await;
    let query = json!({ "status": "all", "limit": 2 });
    for (cursor, other, side) in [("active_next_token", "doomed_next_token", &live), ("doomed_next_token", "active_next_token", &doomed)] {
        let first = list(&server, &bearer, &query).await;
        let mut next = query.clone();
        next[cursor] = first.data()[cursor].clone();
        let answer = list(&server, &bearer, &next).await;
        assert_eq!(guids(&answer), side[2..4]);
        assert!(answer.data().as_object().unwrap().contains_key(other) && answer.data()[other].is_null(), "{}", answer.text);
        let pages = walk(&server, &bearer, &next, cursor).await;
        assert_eq!(pages.concat(), side[2..]);
    }
}

/// A query, the field its cursor stands in, and the cursor.
async fn cursor(server: &Server, guid: &str, query: Value, field: &'static str) -> (Value, &'static str, Value) {
    let token = list(server, guid, &query).await.data()[field].clone();
    assert!(token.is_string(), "{query}");
    (query, field, token)
}

async fn refused(server: &Server, guid: &str, query: &Value, field: &str, token: &Value) {
    let mut query = query.clone();
    query[field] = token.clone();
    let answer = list(server, guid, &query).await;
    assert_eq!((answer.refusal(), answer.bad_fields()), ((400, "validation-error"), vec![field]), "{query}");
    assert!(token.as_str().is_none_or(|token| token.len() < 20 || !answer.text.contains(token)), "{}", answer.text);
}

#[tokio::test]
async fn a_cursor_is_good_for_its_caller_and_filters_alone() {
    let server = Server::start().await;
    let (.., ada) = nine(&server).await;
    for _ in 0..4 {
        let guids = server.open_as(ADA, Some("c"), Some("l")).await;
        server.with_guid("session/close", &guids.bearer).await.data();
        server.open_as(ADA, Some("c"), Some("l")).await;
    }
    let bob = server.open(BOB).await.bearer;
    let (query, field, token) = cursor(&server, &ada, json!({ "limit": 1 }), "next_token").await;
    refused(&server, &bob, &query, field, &token).await;
    let other_filters =
        [json!({ "caption": "c" }), json!({ "session_label": "l" }), json!({ "status": "doomed" }), json!({ "include_archived": true })];
    for other in &other_filters {
        refused(&server, &ada, other, field, &token).await;
        let (_, _, foreign) = cursor(
            &server,
            &ada,
            {
                let mut one = other.clone();
                one["limit"] = json!(1);
                one
            },
            field,
        )
        .await;
        refused(&server, &ada, &query, field, &foreign).await;
    }
    let (query, field, token) = cursor(&server, &ada, json!({ "limit": 1, "status": "all" }), "active_next_token").await;
    refused(&server, &ada, &query, "doomed_next_token", &token).await;
    let bounded = json!({ "status": "all", "include_archived": true, "archived_from_utc": "2020-01-01T00:00:00Z" });
    refused(&server, &ada, &bounded, field, &token).await;
    let mut changed = query.clone();
    changed["limit"] = json!(200);
    changed[field] = token;
    list(&server, &ada, &changed).await.data();
}

#[tokio::test]
async fn a_cursor_goes_where_it_came_from() {
    let server = Server::start().await;
    let (.., ada) = nine(&server).await;
    let (_, _, token) = cursor(&server, &ada, json!({ "limit": 1 }), "next_token").await;
    for (query, field) in [(json!({}), "active_next_token"), (json!({}), "doomed_next_token"), (json!({ "status": "all" }), "next_token")] {
        refused(&server, &ada, &query, field, &token).await;
    }
}

#[tokio::test]
async fn an_altered_cursor_is_refused() {
    let server = Server::start().await;
    let (.., ada) = nine(&server).await;
    let (query, field, token) = cursor(&server, &ada, json!({ "limit": 1 }), "next_token").await;
    let text = token.as_str().unwrap();
    for at in 0..text.len() - 1 {
        let other = if text.as_bytes()[at] == b'A' { "B" } else { "A" };
        let altered = format!("{}{other}{}", &text[..at], &text[at + 1..]);
        refused(&server, &ada, &query, field, &json!(altered)).await;
    }
    for odd in ["", "A", "not a cursor", &text[1..], &format!("{text}A"), &format!("{text}="), &"A".repeat(500), "\u{e9}"] {
        refused(&server, &ada, &query, field, &json!(odd)).await;
    }
}

#[tokio::test]
async fn another_session_of_the_same_user_may_go_on() {
    let server = Server::start().await;
    let (live, _, ada) = nine(&server).await;
    let (mut query, field, token) = cursor(&server, &ada, json!({ "limit": 1 }), "next_token").await;
    query[field] = token;
    let other = server.ada().await;
    assert_eq!(guids(&list(&server, &other, &query).await), live[1..2]);
}

/// What happens between two pages.
#[derive(Clone, Copy, Debug)]
enum Churn {
    Open,
    CloseNewest,
    CloseOldest,
    Nothing,
}

fn churn() -> impl Strategy<Value = Vec<Churn>> {
    prop::collection::vec(prop_oneof![Just(Churn::Open), Just(Churn::CloseNewest), Just(Churn::CloseOldest), Just(Churn::Nothing)], 30)
}

async fn walk_under(churn: Vec<Churn>, limit: u32) {
    let server = Server::start().await;
    let mut live = Vec::new();
    for number in 0..12 {
        live.push(server.open(ADA).await);
        server.pass(u32::from(number % 2 == 0));
    }
    let before: Vec<String> = live.iter().map(|guids| guids.reference.clone()).collect();
    let ada = live.remove(6).bearer;
    let (mut seen, mut query) = (Vec::new(), json!({ "limit": limit }));
    for step in churn.into_iter().chain(std::iter::repeat(Churn::Nothing)) {
        let answer = list(&server, &ada, &query).await;
        seen.extend(guids(&answer));
        let Value::String(next) = &answer.data()["next_token"] else { break };
        query["next_token"] = json!(next);
        let closed = match step {
            Churn::Open => {
                live.push(server.open(ADA).await);
                None
            }
            Churn::CloseNewest => live.pop(),
            Churn::CloseOldest => (!live.is_empty()).then(|| live.remove(0)),
            Churn::Nothing => None,
        };
        if let Some(closed) = closed {
            server.with_guid("session/close", &closed.reference).await.data();
        }
    }
    let once: HashSet<_> = seen.iter().collect();
    assert_eq!(once.len(), seen.len(), "something was shown twice");
    let stayed = before.iter().filter(|guid| live.iter().any(|guids| guids.reference == **guid));
    assert!(stayed.clone().all(|guid| once.contains(guid)), "something that was there throughout was not shown");
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 12, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn a_walk_under_churn_shows_what_stays_exactly_once(churn in churn(), limit in 1_u32..5) {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(walk_under(churn, limit));
    }
}
