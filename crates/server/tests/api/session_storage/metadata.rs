//! What an application keeps with a session: at its creation, `GET …/{session_id}` and `POST …/{session_id}/metadata`.

use serde_json::{Value, json};

use super::{created, listed, one, peopled, request};
use crate::support::{Answer, Server};

async fn set(server: &Server, client: &str, id: &Value, metadata: Value, edition: i64) -> Answer {
    let body = json!({ "data": { "metadata": metadata, "metadata_edition": edition } });
    server.send(request(client, "POST", &format!("{}/metadata", one(id)), body.to_string())).await
}

async fn kept(server: &Server, client: &str, id: &Value) -> (Value, Value) {
    let answer = server.send(request(client, "GET", &one(id), "")).await;
    assert_eq!(answer.status, 200, "{}", answer.text);
    (answer.body["data"]["metadata"].clone(), answer.body["data"]["metadata_edition"].clone())
}

#[tokio::test]
async fn it_is_kept_from_the_beginning_and_replaced_by_who_read_it() {
    let server = peopled().await;
    let data = created(&server, "keeper", &json!({ "metadata": { "game": "chess", "moves": [1, {}] } })).await;
    let first = (json!({ "game": "chess", "moves": [1, {}] }), json!(1));
    assert_eq!((&data["metadata"], &data["metadata_edition"]), (&first.0, &first.1));
    assert_eq!(kept(&server, "keeper", &data["id"]).await, first);
    assert!(listed(&server, "keeper").await[0].get("metadata").is_none(), "lists stay small");
    for edition in [0, 2] {
        let refused = set(&server, "keeper", &data["id"], json!({}), edition).await;
        assert_eq!((refused.status, &refused.body["errors"][0]["error_code"]), (409, &json!("metadata_conflict")), "{}", refused.text);
    }
    assert_eq!(kept(&server, "keeper", &data["id"]).await, first, "a conflict changes nothing");
    // Any application of the owner's may, that sees the session.
    let set_by_second = set(&server, "second", &data["id"], json!({ "game": "go" }), 1).await;
    let next = json!({ "data": { "metadata": { "game": "go" }, "metadata_edition": 2 } });
    assert_eq!((set_by_second.status, &set_by_second.body), (200, &next));
    assert_eq!(kept(&server, "keeper", &data["id"]).await, (json!({ "game": "go" }), json!(2)));
    for client in ["far", "bobs"] {
        assert_eq!(set(&server, client, &data["id"], json!({}), 2).await.status, 404, "{client}");
    }
    let bare = created(&server, "keeper", &json!({})).await;
    assert_eq!((&bare["metadata"], &bare["metadata_edition"]), (&json!({}), &json!(0)));
    assert_eq!(set(&server, "keeper", &bare["id"], json!({ "a": 1 }), 0).await.body["data"]["metadata_edition"], 1);
}

#[tokio::test]
async fn it_belongs_to_the_session_whichever_surface_shows_that() {
    let server = peopled().await;
    let guid = server.open("ada@example.com").await.bearer;
    let id = listed(&server, "keeper").await[0]["id"].clone();
    assert_eq!(set(&server, "keeper", &id, json!({ "by": "keeper" }), 0).await.status, 200);
    let seen = server.with_guid("session/get", &guid).await;
    assert_eq!((&seen.data()["metadata"], &seen.data()["metadata_edition"]), (&json!({ "by": "keeper" }), &json!(1)));
    let body = json!({ "session_guid": guid, "metadata": { "by": "usm" }, "metadata_edition": 1 });
    server.usm("session/update", &body).await.data();
    assert_eq!(kept(&server, "keeper", &id).await, (json!({ "by": "usm" }), json!(2)));
    assert_eq!(set(&server, "keeper", &id, json!({}), 1).await.status, 409);
}

#[tokio::test]
async fn bad_values_are_refused_and_named() {
    let server = peopled().await;
    let id = created(&server, "keeper", &json!({})).await["id"].clone();
    for (metadata, problem) in [
        (json!([]), "metadata must be an object"),
        (json!({ "a": "x".repeat(4096) }), "metadata must have at most 4096 bytes as compact JSON"),
        (json!({ "a b": 1 }), "metadata must have members named by"),
    ] {
        let refused = set(&server, "keeper", &id, metadata.clone(), 0).await;
        assert!(refused.status == 400 && refused.body["error"].as_str().unwrap().starts_with(problem), "{}", refused.text);
        let body = json!({ "data": { "metadata": metadata } }).to_string();
        assert_eq!(server.send(request("keeper", "POST", super::SESSIONS, body)).await.status, 400);
    }
    let path = format!("{}/metadata", one(&id));
    for body in ["", "{}", r#"{"data":{"metadata":{}}}"#, r#"{"data":{"metadata":{},"metadata_edition":0,"more":1}}"#] {
        assert_eq!(server.send(request("keeper", "POST", &path, body)).await.status, 400, "{body}");
    }
    assert_eq!(kept(&server, "keeper", &id).await, (json!({}), json!(0)));
}
