//! `POST /user/login`: who gets in, and that nobody else learns anything (P5).

use axum::http::{Method, StatusCode};
use cloakroom_engine::directory::UserStatus;
use cloakroom_engine::directory::document::UserEntry;
use serde_json::{Value, json};

use super::over_http::{Answer, Client};
use super::scene::{PASSWORD, Scene, user};

/// An answer without what differs from request to request by design.
fn comparable(answer: &Answer) -> (StatusCode, Vec<(String, String)>, Vec<u8>) {
    let ids = ["x-request-id", "date"];
    let headers = answer.headers.iter().filter(|(name, _)| !ids.contains(&name.as_str()));
    let mut headers: Vec<_> = headers.map(|(name, value)| (name.to_string(), value.to_str().unwrap().to_owned())).collect();
    headers.sort();
    (answer.status, headers, answer.body.clone())
}

#[tokio::test]
async fn every_failure_is_one_and_the_same_401() {
    let scene = Scene::new().await;
    let client = Client::of(&scene);
    let tries = [
        ("alice", "wrong"),
        ("nobody", PASSWORD),
        ("sue", PASSWORD),
        ("sue", "wrong"),
        ("una", PASSWORD),
        ("eve", PASSWORD),
        ("no such name, and no name at all", PASSWORD),
        ("Ünicode", PASSWORD),
        ("alice@example.com", PASSWORD),
        ("alice", ""),
        ("alice", " Correct-horse-7"),
    ];
    let mut answers = Vec::new();
    for (username, password) in tries {
        answers.push((username, client.log_in(username, password).await));
    }
    // An empty password is no password; everything else is judged.
    let judged: Vec<_> = answers.iter().filter(|(_, answer)| answer.status != StatusCode::BAD_REQUEST).collect();
    assert!(judged.len() >= tries.len() - 1);
    for (username, answer) in &judged {
        assert_eq!(answer.status, StatusCode::UNAUTHORIZED, "{username}");
        assert_eq!(comparable(answer), comparable(&judged[0].1), "{username}");
    }
    let body: Value = judged[0].1.json();
    assert_eq!((&body["result"], &body["recordCount"], &body["data"]), (&json!(false), &json!(0), &json!({})));
    assert!(body["message"].is_string() && body.as_object().unwrap().len() == 4);
}

#[tokio::test]
async fn a_login_gives_a_bare_pair() {
    let scene = Scene::new().await;
    let client = Client::of(&scene);
    let answer = client.log_in("alice", PASSWORD).await;
    let (access, refresh) = answer.pair();
    assert_eq!(answer.json().as_object().unwrap().len(), 2);
    assert!(access.split('.').count() == 3 && refresh.starts_with("clr_"));
    let (renewed, next) = client.refresh(&access, &refresh).await.pair();
    assert!(renewed != access && next != refresh);
    let body = json!({ "refreshToken": next }).to_string();
    let raw = client.call(Method::POST, "/user/refreshToken", &[("authorization", &renewed)], body).await;
    let (last, _) = raw.pair();
    let answer = client.log_out(&last).await;
    assert_eq!(answer.status, StatusCode::OK);
    assert_eq!(answer.json(), json!({ "result": true, "message": null, "recordCount": 1, "data": {} }));
    assert_eq!(client.log_out(&last).await.status, StatusCode::UNAUTHORIZED);
}

#[tokio::test]
async fn usernames_match_in_any_case() {
    let scene = Scene::new().await;
    let client = Client::of(&scene);
    for name in ["alice", "ALICE", "aLiCe"] {
        client.logged_in(name).await;
    }
}

#[tokio::test]
async fn paths_and_names_match_in_any_case() {
    let scene = Scene::new().await;
    let client = Client::of(&scene);
    let bodies = [r#"{"USERNAME":"alice","Password":"Correct-horse-7"}"#, r#"{"userName":"alice","passWORD":"Correct-horse-7","x":1}"#];
    for path in ["/user/login", "/User/Login", "/USER/LOGIN"] {
        for body in bodies {
            let (access, refresh) = client.call(Method::POST, path, &[], body).await.pair();
            let body = json!({ "RefreshTOKEN": refresh }).to_string();
            client.call(Method::POST, "/User/RefreshToken", &[("authorization", &access)], body).await.pair();
        }
    }
    for path in ["/common/HealthCheck", "/COMMON/healthcheck", "/Common/Lookup?NAME=INFO", "/common/lookup?name=info"] {
        assert_eq!(client.call(Method::GET, path, &[], "").await.status, StatusCode::OK, "{path}");
    }
}

#[tokio::test]
async fn a_body_that_is_not_what_it_should_be_is_400() {
    let scene = Scene::new().await;
    let client = Client::of(&scene);
    let long = "a".repeat(256);
    let bodies = [
        r#"{"username":"alice","userName":"bob","password":"Correct-horse-7"}"#.to_owned(),
        r#"{"username":"alice","username":"bob","password":"Correct-horse-7"}"#.to_owned(),
        r#"{"username":"alice","password":"Correct-horse-7","PASSWORD":"x"}"#.to_owned(),
        json!({ "username": long, "password": PASSWORD }).to_string(),
        json!({ "username": "alice", "password": "a".repeat(1025) }).to_string(),
        json!({ "username": "alice", "password": "é".repeat(513) }).to_string(),
        json!({ "username": "alice" }).to_string(),
        json!({ "password": PASSWORD }).to_string(),
        json!({ "username": 7, "password": PASSWORD }).to_string(),
        json!({ "username": "alice", "password": ["x"] }).to_string(),
        "[]".to_owned(),
        "{".to_owned(),
        String::new(),
    ];
    for body in bodies {
        let answer = client.call(Method::POST, "/user/login", &[], body.clone()).await;
        assert_eq!(answer.status, StatusCode::BAD_REQUEST, "{body}");
        assert_eq!(answer.json()["result"], false);
        assert!(!String::from_utf8_lossy(&answer.body).contains("Correct-horse"), "no secret comes back");
    }
    let longest = "é".repeat(512);
    for (username, password) in [("a".repeat(255), PASSWORD.to_owned()), ("alice".to_owned(), longest)] {
        assert_eq!(client.log_in(&username, &password).await.status, StatusCode::UNAUTHORIZED, "255 characters are judged");
    }
    client.logged_in("alice").await;
}

#[tokio::test]
async fn only_version_2_0_is_served() {
    let scene = Scene::new().await;
    let client = Client::of(&scene);
    let body = json!({ "username": "alice", "password": PASSWORD }).to_string();
    let with = async |version: &str| client.call(Method::POST, "/user/login", &[("Version", version)], body.clone()).await;
    assert_eq!(with("2.0").await.status, StatusCode::OK);
    for version in ["1.0", "2", "2.1", "", "v2.0", "2.0, 1.0"] {
        assert_eq!(with(version).await.status, StatusCode::BAD_REQUEST, "{version:?}");
    }
}

#[tokio::test]
async fn three_failures_lock_a_name_for_ten_minutes() {
    for (name, password) in [("alice", "wrong"), ("nobody", "wrong"), ("sue", PASSWORD), ("eve", PASSWORD)] {
        let scene = Scene::new().await;
        let client = Client::of(&scene);
        for spelling in [name.to_owned(), name.to_uppercase(), name.to_owned()] {
            assert_eq!(client.log_in(&spelling, password).await.status, StatusCode::UNAUTHORIZED, "{name}");
        }
        let locked = client.log_in(name, PASSWORD).await;
        assert_eq!(locked.status, StatusCode::TOO_MANY_REQUESTS, "{name}, whatever the password");
        let wait: u32 = locked.headers["retry-after"].to_str().unwrap().parse().unwrap();
        assert!((599..=600).contains(&wait), "{wait}");
        assert_eq!(client.log_in("bob", PASSWORD).await.status, StatusCode::OK, "another name is free");
        scene.later(wait - 1);
        assert_eq!(client.log_in(name, PASSWORD).await.status, StatusCode::TOO_MANY_REQUESTS);
        scene.later(2);
        let expected = if name == "alice" { StatusCode::OK } else { StatusCode::UNAUTHORIZED };
        assert_eq!(client.log_in(name, PASSWORD).await.status, expected, "{name}, once it is over");
    }
}

#[tokio::test]
async fn another_network_is_not_locked_and_a_success_forgets_the_failures() {
    let scene = Scene::new().await;
    let (near, far) = (Client::of(&scene), Client { address: [198, 51, 100, 9].into(), ..Client::of(&scene) });
    for _ in 0..3 {
        near.log_in("alice", "wrong").await;
    }
    assert_eq!(near.log_in("alice", PASSWORD).await.status, StatusCode::TOO_MANY_REQUESTS);
    far.logged_in("alice").await;
    for _ in 0..3 {
        far.log_in("bob", "wrong").await;
        far.log_in("bob", "wrong").await;
        far.logged_in("bob").await;
    }
}

#[tokio::test]
async fn what_happens_to_the_user_shows_at_the_next_login() {
    let scene = Scene::new().await;
    let client = Client::of(&scene);
    let (access, refresh) = client.logged_in("alice").await;
    scene.change_user(UserEntry { status: Some(UserStatus::Suspended), ..user("alice") }).await;
    assert_eq!(client.refresh(&access, &refresh).await.status, StatusCode::UNAUTHORIZED);
    assert_eq!(client.log_out(&access).await.status, StatusCode::UNAUTHORIZED);
    assert_eq!(client.log_in("alice", PASSWORD).await.status, StatusCode::UNAUTHORIZED);
}
