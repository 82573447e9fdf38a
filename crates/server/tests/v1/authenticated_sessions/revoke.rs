//! Ending a session by its number.

use cloakroom_store::driver::DriverError;
use cloakroom_store::driver::query_all;
use cloakroom_store::driver::sqlite::{Location, Options, Sqlite};
use serde_json::{Value, json};

use super::{REVOKE, refusal, revoke, sessions};
use crate::server::Server;

const NONE: (bool, &str) = (false, "err_NoActiveSession");

#[tokio::test]
async fn what_is_ended_here_is_dead_on_every_surface() {
    let server = Server::start().await;
    let operator = server.login("operator").await;
    let secret = server.open("end_user").await;
    server.advance(1);
    let pair = json!({ "username": "end_user", "password": "Correct-horse-7" });
    let pair = server.call("POST", "/user/login", None, Some(pair)).await.expect(200);
    let (access, refresh) = (pair.text_at("/accessToken"), pair.text_at("/refreshToken"));
    server.get("/api/v1/me/sessions", &access).await.expect(200);
    let [by_login, by_usm] = sessions(&server, &operator, "end_user").await.try_into().unwrap();

    let done = revoke(&server, &operator, &by_usm["ID"]).await.expect(200);
    assert_eq!(done.json(), json!({ "Success": true }));
    assert_eq!(server.validate(&secret).await.expect(401).text_at("/error/minor/tag"), "manual");
    assert_eq!(sessions(&server, &operator, "end_user").await.len(), 1);
    assert_eq!(server.get("/api/v1/me/sessions", &access).await.ids().len(), 1);

    revoke(&server, &operator, &by_login["ID"]).await.expect(200);
    server.get("/api/v1/me/sessions", &access).await.expect(401);
    server.post("/user/refreshToken", &access, json!({ "refreshToken": refresh })).await.expect(401);
    for ended in [&by_usm, &by_login] {
        assert_eq!(refusal(&revoke(&server, &operator, &ended["ID"]).await.expect(400)), (NONE.0, NONE.1.to_owned()));
    }
    // One's own session is a session like the others.
    let own = sessions(&server, &operator, "operator").await[0]["ID"].clone();
    revoke(&server, &operator, &own).await.expect(200);
    revoke(&server, &operator, &own).await.expect(401);
}

#[tokio::test]
async fn unknown_ended_expired_and_foreign_are_one() {
    let server = Server::start().await;
    let number = async |user: &str| {
        let root = server.login("super_admin").await;
        let secret = server.open(user).await;
        (sessions(&server, &root, user).await[0]["ID"].clone(), secret)
    };
    let (ended, secret) = number("end_user").await;
    server.call("POST", "/usm/session/close", None, Some(json!({ "session_guid": secret }))).await.expect(200);
    let (expired, _) = number("end_user").await;
    server.advance(4000);
    let (foreign, living) = number("bob").await;
    let operator = server.login("operator").await;
    let unknown = revoke(&server, &operator, &json!(4_000_000)).await.expect(400);
    assert_eq!(refusal(&unknown), (NONE.0, NONE.1.to_owned()));
    for number in [ended, expired, foreign, json!(0), json!(-1), json!(i64::MAX), json!(i64::MIN)] {
        let answer = revoke(&server, &operator, &number).await;
        assert_eq!((answer.status, &answer.text), (unknown.status, &unknown.text), "{number}");
    }
    server.validate(&living).await.expect(200);
}

#[tokio::test]
async fn bad_bodies_are_refused() {
    let server = Server::start().await;
    let root = server.login("super_admin").await;
    let id = sessions(&server, &root, "super_admin").await[0]["ID"].clone();
    let huge: Value = serde_json::from_str("1e300").unwrap();
    let values = [json!(null), json!("1"), json!(id.to_string()), json!(1.5), json!(true), json!([id]), json!({}), json!(u64::MAX), huge];
    let bodies = values.into_iter().map(|value| json!({ "Session": value }));
    for body in bodies.chain([json!({}), json!({ "session": id }), json!([id]), id.clone(), json!(null)]) {
        let answer = server.post(REVOKE, &root, body.clone()).await.expect(400);
        assert_eq!(refusal(&answer), (false, "err_InvalidRequest".to_owned()), "{body}");
    }
    let big = json!({ "Session": 1, "x": "y".repeat(1_100_000) });
    assert_eq!(refusal(&server.post(REVOKE, &root, big).await.expect(413)).1, "err_InvalidRequest");
    revoke(&server, &root, &id).await.expect(200);
}

#[tokio::test]
async fn the_trail_names_the_operator() {
    let folder = tempfile::tempdir().unwrap();
    let file = Location::File(folder.path().join("cloakroom.db"));
    let server = Server::at(&file).await;
    let operator = server.login("operator").await;
    let token = server.login("end_user").await;
    let uid = server.current(&token).await;
    let session = sessions(&server, &operator, "end_user").await[0]["ID"].clone();
    revoke(&server, &operator, &session).await.expect(200);
    revoke(&server, &operator, &session).await.expect(400);
    server.database.shutdown();
    let trail = Sqlite::open(&file, &Options::default()).unwrap();
    let lines = trail.read(|conn| {
        Box::pin(async move {
            let sql = "SELECT l.resource_id, coalesce(l.detail ->> '$.end_reason', ''), w.username, l.request_id,
                           l.tenant_number IS NOT NULL
                       FROM audit_log l JOIN sessions s ON s.ended_by IS NOT NULL JOIN users w ON w.number = s.ended_by
                       WHERE l.action = 'session.ended' AND l.actor_kind = 'user'";
            query_all(conn, sql, &[], |row| {
                let text = |column| Ok::<_, DriverError>(row.text(column)?.to_owned());
                Ok(([text(0)?, text(1)?, text(2)?, text(3)?], row.bool(4)?))
            })
            .await
        })
    });
    let lines: Result<Vec<_>, DriverError> = lines.await;
    assert_eq!(lines.unwrap(), [([uid, "revoked".into(), "operator".into(), "minted".into()], true)]);
}
