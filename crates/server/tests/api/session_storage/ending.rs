//! What ends a session that an application keeps, wherever that happens: it is gone here at once, and its tokens with it.

use serde_json::json;

use super::{ask, created, listed, one, peopled};
use crate::oauth::{INACTIVE, introspect, log_in};
use crate::support::call;

#[tokio::test]
async fn gone_at_once_whatever_ended_it() {
    for ending in ["delete", "usm", "v1", "application", "tenant", "owner", "time", "ttl"] {
        let server = peopled().await;
        let data = created(&server, "keeper", &json!({ "subscriber_count": 1 })).await;
        let tokens = [&data["publisher"], &data["subscriber"][0]].map(|token| token.as_str().unwrap().to_owned());
        for token in &tokens {
            assert_eq!(introspect(&server, "keeper", token).await.body["active"], json!(true), "{ending}");
        }
        let path = one(&data["id"]);
        match ending {
            "delete" => assert_eq!(ask(&server, "second", "DELETE", &path).await.status, 204),
            "usm" => {
                let guids = server.open("ada@example.com").await;
                let answer = server.with_guid("session/logout_other_devices", &guids.bearer).await;
                assert_eq!(answer.data()["doomed_count"], json!(1));
            }
            "v1" => {
                let (access, _) = log_in(&server, "ada").await;
                let authorized = |method: &str, path: &str| {
                    let mut request = call(method, path, "{}");
                    request.headers_mut().insert("authorization", format!("Bearer {access}").parse().unwrap());
                    request
                };
                let seen = server.send(authorized("GET", "/api/v1/me/sessions")).await;
                let kept = seen.body["data"].as_array().unwrap().iter().find(|item| item["is_current"] == false).unwrap();
                let ended = authorized("DELETE", &format!("/api/v1/me/sessions/{}", kept["id"].as_str().unwrap()));
                assert_eq!(server.send(ended).await.status, 200);
            }
            "application" => server.apply(&json!({ "applications": [{ "client_id": "keeper", "status": "disabled" }] })).await,
            "tenant" => server.apply(&json!({ "tenants": [{ "code": "ACME", "status": "frozen" }] })).await,
            "owner" => server.apply(&json!({ "users": [{ "username": "ada", "status": "suspended" }] })).await,
            "time" => server.pass(30 * 86_400),
            _ => {
                assert_eq!(ask(&server, "keeper", "POST", &format!("{path}?ttl_seconds=1")).await.status, 204);
                server.pass(1);
            }
        }
        // Of a closed tenant no application may ask.
        let gone = if ending == "tenant" { 403 } else { 404 };
        assert_eq!(ask(&server, "second", "GET", &path).await.status, gone, "{ending}");
        if ending != "tenant" {
            assert!(listed(&server, "second").await.iter().all(|item| item["id"] != data["id"]), "{ending}");
        }
        let asking = if ending == "application" { "orphan" } else { "keeper" };
        for token in &tokens {
            assert_eq!(introspect(&server, asking, token).await.text, INACTIVE, "{ending}");
        }
    }
}

#[tokio::test]
async fn administrators_count_what_applications_keep() {
    let server = peopled().await;
    let root = json!({ "username": "root", "email": "root@example.com", "password": "Correct-horse-7", "role": "super_admin" });
    server.apply(&json!({ "users": [root] })).await;
    let (access, _) = log_in(&server, "root").await;
    let total = async || {
        let mut request = call("GET", "/api/v1/admin/sessions", "");
        request.headers_mut().insert("authorization", format!("Bearer {access}").parse().unwrap());
        let answer = server.send(request).await;
        let shown = answer.body["data"].as_array().unwrap().len() as u64;
        assert_eq!(answer.body["pagination"]["total_items"], json!(shown), "{}", answer.text);
        shown
    };
    let ended = created(&server, "keeper", &json!({})).await;
    created(&server, "keeper", &json!({ "ttl_seconds": 9 })).await;
    let short = created(&server, "far", &json!({})).await;
    created(&server, "far", &json!({})).await;
    assert_eq!(total().await, 5);
    assert_eq!(ask(&server, "keeper", "DELETE", &one(&ended["id"])).await.status, 204);
    assert_eq!(total().await, 4);
    assert_eq!(ask(&server, "far", "POST", &format!("{}?ttl_seconds=8", one(&short["id"]))).await.status, 204);
    server.pass(8);
    assert_eq!(total().await, 3, "set to expire, and not swept");
    server.apply(&json!({ "applications": [{ "client_id": "keeper", "status": "disabled" }] })).await;
    assert_eq!(total().await, 2);
}
