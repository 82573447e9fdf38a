//! What is no route, and what is no method of one.

use crate::support::{Server, call, usm_operations};

const METHODS: &[&str] = &["GET", "PUT", "PATCH", "DELETE", "OPTIONS", "BREW"];

#[tokio::test]
async fn an_unknown_path_is_404_in_the_envelope_whatever_the_method() {
    let server = Server::start().await;
    let paths = [
        "/usm",
        "/usm/",
        "/usm/session",
        "/usm/session/",
        "/usm/session/nowhere",
        "/usm/session/create/",
        "/usm/session/create/more",
        "/usm//session/create",
        "/usm/SESSION/CREATE",
        "/usm/session/create%2f",
        "/usm/%ff%00",
        "/usm/..",
        "/usm/s3cret-marker?session_guid=s3cret-marker",
    ];
    for path in paths {
        for method in METHODS.iter().chain(&["POST"]) {
            let answer = server.send(call(method, path, "{}")).await;
            assert_eq!(answer.refusal(), (404, "not-found"), "{method} {path}");
            assert!(!answer.text.contains("s3cret-marker"), "{}", answer.text);
        }
    }
}

#[tokio::test]
async fn another_method_is_405_in_the_envelope_and_says_which_is_right() {
    let server = Server::start().await;
    for operation in usm_operations() {
        for method in METHODS {
            let answer = server.send(call(method, &operation.path, "{}")).await;
            assert_eq!((answer.status, answer.header("allow")), (405, Some("POST")), "{method} {}", operation.path);
        }
    }
    for path in ["/usm/openapi.yaml", "/usm/PROTOCOL.md"] {
        for method in ["POST", "PUT", "DELETE"] {
            let answer = server.send(call(method, path, "{}")).await;
            assert_eq!(answer.status, 405, "{method} {path}");
            let allowed: Vec<_> = answer.header("allow").unwrap().split(',').map(str::trim).collect();
            assert!(allowed.contains(&"GET") && !allowed.contains(&"POST"), "{method} {path}: {allowed:?}");
        }
    }
}

#[tokio::test]
async fn outside_of_usm_the_answer_is_not_its_envelope() {
    let server = Server::start().await;
    for path in ["/usmx", "/nowhere"] {
        let answer = server.send(call("POST", path, "{}")).await;
        assert!(answer.status == 404 && answer.body.get("stats").is_none(), "{path}: {}", answer.text);
    }
}
