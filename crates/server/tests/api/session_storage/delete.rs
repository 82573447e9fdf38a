//! `DELETE /session-storage/sessions/{session_id}`

use serde_json::json;

use super::{ask, created, listed, one, peopled};

#[tokio::test]
async fn it_is_gone_at_once_and_for_good() {
    let server = peopled().await;
    let (data, other) = (created(&server, "keeper", &json!({})).await, created(&server, "keeper", &json!({})).await);
    let path = one(&data["id"]);
    let deleted = ask(&server, "keeper", "DELETE", &path).await;
    assert_eq!((deleted.status, deleted.text.as_str()), (204, ""));
    for method in ["GET", "DELETE"] {
        assert_eq!(ask(&server, "keeper", method, &path).await.status, 404);
    }
    assert_eq!(ask(&server, "keeper", "POST", &format!("{path}?ttl_seconds=9")).await.status, 404, "none comes back");
    let left = listed(&server, "keeper").await;
    assert_eq!((left.len(), &left[0]["id"]), (1, &other["id"]));
}

#[tokio::test]
async fn one_that_was_born_elsewhere_is_dead_there() {
    let server = peopled().await;
    let guids = server.open("ada@example.com").await;
    let id = listed(&server, "second").await[0]["id"].clone();
    assert_eq!(ask(&server, "second", "DELETE", &one(&id)).await.status, 204);
    let refused = server.with_guid("session/validate", &guids.bearer).await;
    assert_eq!((refused.tag(), refused.minor()), ("session-doomed", "closed"));
}
