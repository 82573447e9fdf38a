//! Born on one surface, seen on this one, ended here, dead everywhere.

use serde_json::json;

use crate::server::Server;

#[tokio::test]
async fn what_is_born_on_usm_is_seen_and_ended_here() {
    let server = Server::start().await;
    let root = server.login("super_admin").await;
    let own = server.login("end_user").await;
    let newest = async |guid: &str| {
        server.validate(guid).await.expect(200);
        server.newest(&own).await
    };
    server.advance(1);
    let closed = server.open("end_user").await;
    let closed_id = newest(&closed).await;
    server.advance(1);
    let revoked = server.open("end_user").await;
    let revoked_id = newest(&revoked).await;
    let listed = server.get("/api/v1/me/sessions", &own).await.expect(200);
    assert_eq!(listed.ids().len(), 3);
    assert_eq!(listed.at("/data").as_array().unwrap().iter().filter(|item| item["is_current"] == true).count(), 1);

    server.delete(&format!("/api/v1/me/sessions/{closed_id}"), &own).await.expect(200);
    server.delete(&format!("/api/v1/admin/sessions/{revoked_id}"), &root).await.expect(204);
    for (guid, reason) in [(&closed, "closed"), (&revoked, "manual")] {
        let answer = server.validate(guid).await.expect(401);
        assert_eq!((answer.text_at("/error/major/tag"), answer.text_at("/error/minor/tag")), ("session-doomed".into(), reason.into()));
    }
    // Ended, it is still shown to administrators: its expiry is when it ended.
    let shown = server.get(&format!("/api/v1/admin/sessions/{closed_id}"), &root).await.expect(200);
    assert_eq!(shown.at("/data/expires_at"), shown.at("/meta/timestamp"));
    server.delete(&format!("/api/v1/admin/sessions/{closed_id}"), &root).await.expect(404);
}

#[tokio::test]
async fn what_is_ended_on_usm_is_gone_here() {
    let server = Server::start().await;
    let own = server.login("end_user").await;
    let guid = server.open("end_user").await;
    assert_eq!(server.get("/api/v1/me/sessions", &own).await.ids().len(), 2);
    let everywhere = json!({ "session_guid": guid });
    server.call("POST", "/usm/session/logout_everywhere", None, Some(everywhere)).await.expect(200);
    server.get("/api/v1/me/sessions", &own).await.expect(401);
}

#[tokio::test]
async fn one_may_end_the_session_that_asks() {
    let server = Server::start().await;
    let own = server.login("end_user").await;
    let current = server.current(&own).await;
    server.delete(&format!("/api/v1/me/sessions/{current}"), &own).await.expect(200);
    server.get("/api/v1/me/sessions", &own).await.expect(401);
}
