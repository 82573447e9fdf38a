//! `GET /session-storage/sessions/{session_id}`

use serde_json::json;

use super::{SESSIONS, ask, created, one, peopled};

#[tokio::test]
async fn any_of_the_owners_under_its_tenant_in_either_case() {
    let server = peopled().await;
    let data = created(&server, "second", &json!({ "ttl_seconds": 5 })).await;
    let path = one(&data["id"]);
    for path in [path.clone(), path.replace("ada.", "ADA.")] {
        assert_eq!(ask(&server, "keeper", "GET", &path).await.body["data"]["id"], data["id"]);
    }
    server.pass(5);
    assert_eq!(ask(&server, "keeper", "GET", &path).await.status, 404, "over at the very second");
}

#[tokio::test]
async fn unknown_ended_and_foreign_look_alike() {
    let server = peopled().await;
    let ended = created(&server, "keeper", &json!({})).await["id"].clone();
    ask(&server, "keeper", "DELETE", &one(&ended)).await;
    let foreign = created(&server, "bobs", &json!({})).await["id"].clone();
    let of_another_tenant = created(&server, "far", &json!({})).await["id"].clone();
    // The number is bob's, the name is not: no name opens what is another's.
    let renamed = json!(foreign.as_str().unwrap().replace("bob.", "ada."));
    let ids =
        [ended, foreign, renamed, of_another_tenant, json!("ada.00000000.00000001"), json!("nonsense"), json!("%ff"), json!("ada.1.2")];
    for (method, query) in [("GET", ""), ("DELETE", ""), ("POST", "?ttl_seconds=5")] {
        let mut answers = Vec::new();
        for id in &ids {
            let path = one(id);
            let answer = ask(&server, "keeper", method, &format!("{path}{query}")).await;
            assert_eq!(answer.status, 404, "{method} {path}: {}", answer.text);
            let mut headers = answer.headers;
            headers.remove("content-length");
            answers.push((answer.text.replace(&path, ""), headers));
        }
        assert!(answers.windows(2).all(|pair| pair[0] == pair[1]), "{answers:?}");
    }
    assert_eq!(ask(&server, "bobs", "GET", SESSIONS).await.body["data"].as_array().unwrap().len(), 1, "bob's is untouched");
}
