//! `POST /oauth/revoke`

use serde_json::json;

use super::{INACTIVE, introspect, log_in, peopled, revoke};

#[tokio::test]
async fn a_client_with_the_scope_ends_the_whole_session_by_either_token() {
    for by_refresh in [false, true] {
        let server = peopled().await;
        let (access, refresh) = log_in(&server, "ada").await;
        revoke(&server, "writer", if by_refresh { &refresh } else { &access }).await;
        assert_eq!(introspect(&server, "shop", &access).await.text, INACTIVE);
        assert_eq!(introspect(&server, "shop", &refresh).await.text, INACTIVE);
        revoke(&server, "writer", &access).await;
    }
}

#[tokio::test]
async fn without_scope_or_reach_nothing_ends_and_nothing_is_told() {
    let server = peopled().await;
    let (access, refresh) = log_in(&server, "ada").await;
    let (foreign, _) = log_in(&server, "zoe").await;
    for (client_id, token) in [("shop", &access), ("zeta-shop", &access), ("zeta-shop", &refresh), ("writer", &foreign)] {
        revoke(&server, client_id, token).await;
    }
    revoke(&server, "writer", "nonsense").await;
    assert_eq!(introspect(&server, "platform", &access).await.body["active"], json!(true));
    assert_eq!(introspect(&server, "platform", &foreign).await.body["active"], json!(true));
    revoke(&server, "platform", &foreign).await;
    assert_eq!(introspect(&server, "platform", &foreign).await.text, INACTIVE);
}

#[tokio::test]
async fn an_expired_access_token_still_ends_its_session() {
    let server = peopled().await;
    let (access, refresh) = log_in(&server, "ada").await;
    server.pass(1300);
    revoke(&server, "writer", &access).await;
    assert_eq!(introspect(&server, "shop", &refresh).await.text, INACTIVE);
}
