//! Exactly three endpoints of this surface are anonymous, whatever is added to it (docs/contracts/user_tokens.md).

use axum::http::{Method, StatusCode};
use cloakroom_server::router::documents;

use super::over_http::Client;
use super::scene::{PASSWORD, Scene};

/// Every operation below `/user/` and `/common/` that the surface's own document describes.
fn operations() -> Vec<(Method, String)> {
    let documents = documents();
    let (_, document) = documents.iter().find(|(path, _)| *path == "/openapi/user-tokens.yaml").unwrap();
    let document = serde_json::to_value(document).unwrap();
    let mut operations = Vec::new();
    for (path, item) in document["paths"].as_object().unwrap() {
        let ours = path.starts_with("/user/") || path.starts_with("/common/");
        let methods = item.as_object().unwrap().keys().filter_map(|name| Method::from_bytes(name.to_uppercase().as_bytes()).ok());
        let known = [Method::GET, Method::POST, Method::PUT, Method::PATCH, Method::DELETE];
        operations.extend(methods.filter(|method| ours && known.contains(method)).map(|method| (method, path.clone())));
    }
    operations
}

#[tokio::test]
async fn three_endpoints_are_anonymous_and_no_other() {
    let scene = Scene::new().await;
    let client = Client::of(&scene);
    let mut anonymous = Vec::new();
    for (method, path) in operations() {
        let answer = client.call(method.clone(), &path, &[("content-type", "text/plain")], "{ malformed").await;
        if answer.status == StatusCode::UNAUTHORIZED {
            assert_eq!(answer.headers["www-authenticate"], "Bearer", "{path}");
        } else {
            anonymous.push(path);
        }
    }
    anonymous.sort();
    assert_eq!(anonymous, ["/common/healthcheck", "/common/lookup", "/user/login"]);
}

#[tokio::test]
async fn a_bad_token_is_refused_before_the_body_is_judged() {
    let scene = Scene::new().await;
    let client = Client::of(&scene);
    let (access, _) = client.logged_in("alice").await;
    let altered = format!("{}A", &access[..access.len() - 1]);
    let altered = if altered == access { format!("{}B", &access[..access.len() - 1]) } else { altered };
    for (method, path) in operations() {
        if ["/common/healthcheck", "/common/lookup", "/user/login"].contains(&path.as_str()) {
            continue;
        }
        for credential in ["", "Bearer", "Bearer ", "Basic YWxpY2U6eA==", "nonsense", &format!("Bearer {altered}"), &altered] {
            for body in ["{ malformed", "[]", "", r#"{"refreshToken":7}"#] {
                let answer = client.call(method.clone(), &path, &[("authorization", credential)], body).await;
                assert_eq!(answer.status, StatusCode::UNAUTHORIZED, "{method} {path} {credential:?} {body}");
            }
        }
        let twice = [("authorization", access.as_str()), ("authorization", access.as_str())];
        assert_eq!(client.call(method, &path, &twice, "{}").await.status, StatusCode::UNAUTHORIZED, "two are none");
    }
    let good = client.call(Method::POST, "/user/refreshToken", &[("authorization", &access)], "{ malformed").await;
    assert_eq!(good.status, StatusCode::BAD_REQUEST, "with a good one the body is judged");
}

#[tokio::test]
async fn the_anonymous_ones_need_no_token_and_mind_none() {
    let scene = Scene::new().await;
    let client = Client::of(&scene);
    for credential in [None, Some("Bearer nonsense")] {
        let headers: Vec<(&str, &str)> = credential.map(|credential| ("authorization", credential)).into_iter().collect();
        let headers = headers.as_slice();
        assert_eq!(client.call(Method::GET, "/common/healthcheck", headers, "").await.status, StatusCode::OK);
        assert_eq!(client.call(Method::GET, "/common/lookup?Name=info", headers, "").await.status, StatusCode::OK);
        let body = format!(r#"{{"username":"alice","password":"{PASSWORD}"}}"#);
        assert_eq!(client.call(Method::POST, "/user/login", headers, body).await.status, StatusCode::OK);
    }
}
