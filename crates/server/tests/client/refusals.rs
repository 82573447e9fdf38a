//! What refusals become, and what is asked again.

use axum::Router;
use axum::http::StatusCode;
use axum::http::header::{LOCATION, RETRY_AFTER};
use axum::routing::any;
use cloakroom_client::usm::{SessionCreate, SessionListQuery};
use cloakroom_client::{Client, Credentials, Error, Refused, Secret};
use parking_lot::Mutex;
use std::sync::Arc;
use tokio::net::TcpListener;

use crate::server::PASSWORD;
use crate::serving::Serving;

fn refused<T: std::fmt::Debug>(outcome: cloakroom_client::Result<T>) -> Refused {
    match outcome.unwrap_err() {
        Error::Refused(refused) => *refused,
        other => panic!("no refusal: {other:?}"),
    }
}

#[tokio::test]
async fn every_surface_says_why() {
    let serving = Serving::start().await;
    let (client, auth) = (serving.client(), serving.log_in("end_user").await);
    let wrong = Secret::new("wrong");
    let told = |refused: Refused| (refused.status, refused.code, refused.message.is_empty(), refused.request_id.is_some());
    let usm = refused(client.usm().session_create(&SessionCreate::new("end_user@example.com", wrong.clone())).await);
    assert_eq!(told(usm), (401, "invalid-passcode".into(), false, true));
    let fields = refused(client.usm().session_create(&SessionCreate::new("", Secret::new(PASSWORD))).await);
    assert_eq!((fields.status, fields.code.as_str()), (400, "validation-error"));
    assert!(fields.details.unwrap()["fields"][0]["field"] == "email");
    assert_eq!(told(refused(client.user_tokens().login("end_user", &wrong).await)), (401, "http-401".into(), false, true));
    assert_eq!(told(refused(auth.client().sessions().list(&Default::default()).await)), (403, "http-403".into(), false, true));
    let bad = refused(auth.client().account().rename(&"x".repeat(300)).await);
    assert_eq!(told(bad), (422, "validation-error".into(), false, true));
    let operator = refused(auth.client().authenticated_sessions().revoke(1).await);
    assert_eq!(told(operator), (403, "err_Forbidden".into(), false, true));
    let application = cloakroom_client::ClientCredentials::new(&client, "machine_reader", wrong.clone()).client();
    assert_eq!(told(refused(application.oauth().introspect(&wrong).await)), (401, "invalid_client".into(), false, true));
    assert_eq!(told(refused(application.session_storage().list(None, None).await)), (401, "invalid_client".into(), false, true));
    assert_eq!(told(refused(client.operations().docs_file("nowhere.js").await)), (404, "not_found".into(), false, true));
}

#[tokio::test]
async fn a_lock_says_for_how_long() {
    let serving = Serving::start().await;
    let guess = async || serving.client().user_tokens().login("end_user", &Secret::new("guess")).await;
    for _ in 0..3 {
        assert_eq!(guess().await.unwrap_err().status(), Some(401));
    }
    let locked = refused(guess().await);
    assert_eq!(locked.status, 429);
    assert!(locked.retry_after.is_some_and(|wait| wait.as_secs() > 500), "{locked:?}");
    // Longer than anybody waits: asked once.
    assert_eq!(serving.count("/user/login"), 4);
}

#[tokio::test]
async fn dead_sessions_of_usm_are_no_refusals() {
    let serving = Serving::start().await;
    let usm = serving.client();
    let usm = usm.usm();
    let guid = usm.session_create(&SessionCreate::new("end_user@example.com", Secret::new(PASSWORD))).await.unwrap().session_guid;
    serving.server.advance(3601);
    for reason in ["ttl-expired", "ttl-expired"] {
        assert_eq!(usm.session_validate(&guid).await, Err(Error::SessionDead { reason: reason.into() }));
    }
    let guid = usm.session_create(&SessionCreate::new("end_user@example.com", Secret::new(PASSWORD))).await.unwrap().session_guid;
    usm.session_close(&guid, None).await.unwrap();
    let closed = Err(Error::SessionDead { reason: "closed".into() });
    assert_eq!(usm.session_list(&SessionListQuery::new(guid)).await, closed);
    let unknown = usm.session_validate(&Secret::new("00000000-0000-0000-0000-000000000000")).await;
    assert_eq!(refused(unknown).code, "session-not-found");
}

#[tokio::test]
async fn what_cannot_be_meant_is_not_sent() {
    let serving = Serving::start().await;
    let admin = serving.log_in("super_admin").await.client();
    let before = serving.asked().len();
    for id in ["", ".", ".."] {
        assert!(matches!(admin.directory().users().remove(id).await, Err(Error::Setup(_))), "{id:?}");
    }
    let nobody = serving.client();
    assert!(matches!(nobody.account().get().await, Err(Error::Setup(_))));
    assert!(matches!(nobody.session_storage().list(None, None).await, Err(Error::Setup(_))));
    assert!(matches!(nobody.usm().api_key_validate(None, None).await, Err(Error::Setup(_))));
    assert!(matches!(nobody.with(Credentials::access_token("a\nb")).account().get().await, Err(Error::Setup(_))));
    assert_eq!(serving.asked().len(), before);
    // An id that would be another path stays an id.
    assert_eq!(refused(admin.directory().users().get("../partners").await).status, 404);
    assert_eq!(serving.asked().last().unwrap().1, "/api/v1/admin/users/..%2Fpartners");
}

/// Answers each request with the next of these, and the last of them for ever; counts the requests.
async fn scripted(answers: Vec<(StatusCode, &'static str, &'static str)>) -> (String, Arc<Mutex<usize>>) {
    let count = Arc::new(Mutex::new(0));
    let asked = count.clone();
    let answer = move || async move {
        let mut count = asked.lock();
        let (status, retry_after, body) = answers[(*count).min(answers.len() - 1)];
        *count += 1;
        (status, [(RETRY_AFTER, retry_after), (LOCATION, "http://elsewhere.invalid/")], body)
    };
    let listener = TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    tokio::spawn(async move { axum::serve(listener, Router::new().fallback(any(answer))).await });
    (url, count)
}

#[tokio::test]
async fn reading_is_repeated_and_changing_is_not() {
    let serving = Serving::start().await;
    let unavailable = (StatusCode::SERVICE_UNAVAILABLE, "1", r#"{"error":"temporarily_unavailable"}"#);
    let limited = (StatusCode::TOO_MANY_REQUESTS, "1", "{}");
    let page = (StatusCode::OK, "", r#"{"data":[],"meta":{}}"#);
    let of = |url: &str| {
        let client = Client::builder(url).clock(serving.clock()).build().unwrap();
        client.with(Credentials::access_token("a"))
    };
    let (url, count) = scripted(vec![unavailable, limited, page]).await;
    assert_eq!(of(&url).sessions().own().await, Ok(vec![]));
    assert_eq!(*count.lock(), 3);
    let (url, count) = scripted(vec![unavailable]).await;
    assert_eq!(of(&url).sessions().own().await.unwrap_err().status(), Some(503));
    assert_eq!(*count.lock(), 3);
    let (url, count) = scripted(vec![unavailable]).await;
    assert_eq!(of(&url).sessions().revoke("ses_1").await.unwrap_err().status(), Some(503));
    assert_eq!(*count.lock(), 1);
    let (url, count) = scripted(vec![limited, page]).await;
    of(&url).sessions().revoke("ses_1").await.unwrap();
    assert_eq!(*count.lock(), 2);
}

#[tokio::test]
async fn no_redirect_is_followed_and_nobody_is_taken_for_the_server() {
    let (url, _) = scripted(vec![(StatusCode::TEMPORARY_REDIRECT, "", "")]).await;
    let client = Client::new(&url).unwrap().with(Credentials::access_token("a"));
    assert_eq!(refused(client.sessions().own().await).status, 307);
    let (url, _) = scripted(vec![(StatusCode::OK, "", r#"{"data":"secret-in-the-wrong-place"}"#)]).await;
    let client = Client::new(&url).unwrap().with(Credentials::access_token("a"));
    let unreadable = client.sessions().own().await.unwrap_err();
    assert!(matches!(unreadable, Error::Unreadable { status: 200, .. }), "{unreadable:?}");
    assert!(!format!("{unreadable} {unreadable:?}").contains("secret-in"), "{unreadable:?}");
    let listener = TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
    let nobody = format!("http://{}", listener.local_addr().unwrap());
    drop(listener);
    let serving = Serving::start().await;
    let client = Client::builder(&nobody).clock(serving.clock()).build().unwrap();
    assert!(matches!(client.operations().is_alive().await, Err(Error::Unreachable(_))));
}
