//! `/api/v1/auth/forgot-password` and `/api/v1/auth/reset-password`.

use cloakroom_engine::account::MailPurpose;
use cloakroom_engine::directory::UserStatus;
use cloakroom_engine::directory::document::{DirectoryDocument, UserEntry};
use cloakroom_engine::error::Undelivered;
use cloakroom_store::driver::query_all;
use cloakroom_store::driver::sqlite::{Location, Options, Sqlite};
use serde_json::{Value, json};

use crate::server::{Answer, PASSWORD, Server};

const NEW: &str = "Battery-staple-8";

async fn forgot(server: &Server, body: Value) -> Answer {
    server.tell("/api/v1/auth/forgot-password", body).await
}

async fn reset(server: &Server, token: &str) -> Answer {
    server.tell("/api/v1/auth/reset-password", json!({ "token": token, "new_password": NEW })).await
}

/// The token of a mail to `end_user`.
async fn token(server: &Server) -> String {
    forgot(server, json!({ "email": "end_user@example.com" })).await.expect(202);
    let mails = server.mails().await;
    assert_eq!((mails.len(), mails[0].address.as_str(), mails[0].purpose), (1, "end_user@example.com", MailPurpose::PasswordReset));
    mails[0].token.expose(MailPurpose::PasswordReset).to_string()
}

#[tokio::test]
async fn a_reset_ends_every_session_on_every_surface() {
    let server = Server::start().await;
    let (own, guid) = (server.login("end_user").await, server.open("end_user").await);
    let pair = server.tell("/user/login", json!({ "username": "end_user", "password": PASSWORD })).await.expect(200);
    let token = token(&server).await;
    server.get("/api/v1/me", &own).await.expect(200);
    reset(&server, &token).await.expect(204);
    server.get("/api/v1/me", &own).await.expect(401);
    assert_eq!(server.validate(&guid).await.expect(401).text_at("/error/minor/tag"), "manual");
    server.tell("/user/refreshToken", json!({ "refreshToken": pair.text_at("/refreshToken") })).await.expect(401);
    server.tell("/user/login", json!({ "username": "end_user", "password": PASSWORD })).await.expect(401);
    server.tell("/user/login", json!({ "username": "end_user", "password": NEW })).await.expect(200);
}

#[tokio::test]
async fn every_token_that_redeems_nothing_is_refused_alike() {
    let server = Server::start().await;
    let (first, second) = (token(&server).await, token(&server).await);
    reset(&server, &second).await.expect(204);
    server.advance(3601);
    let expired = token(&server).await;
    server.advance(1800);
    let unknown = first.replace("clp_", "clv_");
    let mut answers = Vec::new();
    for token in [second.as_str(), first.as_str(), expired.as_str(), unknown.as_str(), "clp_nonsense"] {
        answers.push(reset(&server, token).await.expect(422).at("/detail"));
    }
    answers.dedup();
    assert_eq!(answers, [json!([{ "loc": ["body", "token"], "msg": "is not valid, or no longer", "type": "value_error" }])]);
    let fresh = token(&server).await;
    server.advance(1799);
    reset(&server, &fresh).await.expect(204);
}

#[tokio::test]
async fn of_many_that_use_a_token_at_once_one_succeeds() {
    let server = Server::start().await;
    let token = token(&server).await;
    // Each has found the token good before the first of them redeems it.
    server.hashing.of(4);
    let (a, b, c, d) = tokio::join!(reset(&server, &token), reset(&server, &token), reset(&server, &token), reset(&server, &token));
    let mut statuses = [a, b, c, d].map(|answer| answer.status.as_u16());
    statuses.sort_unstable();
    assert_eq!(statuses, [204, 422, 422, 422]);
}

#[tokio::test]
async fn strangers_learn_nothing_and_nobody_is_flooded() {
    let server = Server::start().await;
    let asked = forgot(&server, json!({ "username": "end_user" })).await.expect(202).at("/data");
    for nobody in [json!({ "username": "nobody" }), json!({ "email": "nobody@example.com" }), json!({ "email": "no address" })] {
        assert_eq!(forgot(&server, nobody).await.expect(202).at("/data"), asked);
    }
    assert_eq!(server.mails().await.len(), 1);
    for _ in 0..4 {
        forgot(&server, json!({ "username": "End_User" })).await.expect(202);
    }
    assert_eq!(server.mails().await.len(), 2, "three within the hour, by whatever name");
    for _ in 0..20 {
        forgot(&server, json!({ "username": "nobody" })).await.expect(202);
    }
    forgot(&server, json!({ "username": "bob" })).await.expect(202);
    assert!(server.mails().await.is_empty(), "the network has asked for too many");
    server.advance(3601);
    while server.engine.settle_sign_in_failures(100).await.unwrap() > 0 {}
    for _ in 0..19 {
        forgot(&server, json!({ "username": "nobody" })).await.expect(202);
    }
    server.advance(1200);
    while server.engine.settle_sign_in_failures(100).await.unwrap() > 0 {}
    forgot(&server, json!({ "username": "nobody" })).await.expect(202);
    forgot(&server, json!({ "username": "bob" })).await.expect(202);
    assert!(server.mails().await.is_empty(), "what was asked for twenty minutes ago still counts");
    server.advance(3601);
    forgot(&server, json!({ "username": "bob" })).await.expect(202);
    assert_eq!(server.mails().await.len(), 1);
    for bad in [json!({}), json!({ "email": "a@b.c", "username": "a" }), json!({ "email": 5 })] {
        forgot(&server, bad).await.expect(422);
    }
}

#[tokio::test]
async fn a_token_dies_with_its_ground() {
    let server = Server::start().await;
    let apply = async |status: UserStatus| {
        let user = UserEntry { username: "end_user".into(), status: Some(status), ..UserEntry::default() };
        let document = DirectoryDocument { users: vec![user], ..DirectoryDocument::default() };
        server.engine.apply_directory(document, true, "test").await.unwrap().unwrap();
    };
    let token = token(&server).await;
    forgot(&server, json!({ "username": "end_user" })).await.expect(202);
    apply(UserStatus::Suspended).await;
    assert!(server.mails().await.is_empty(), "asked for before, not sent after");
    reset(&server, &token).await.expect(422);
    forgot(&server, json!({ "username": "end_user" })).await.expect(202);
    assert!(server.mails().await.is_empty());
}

#[tokio::test]
async fn a_mail_that_is_not_taken_over_is_tried_again_with_another_token() {
    let server = Server::start().await;
    let refusal = |is_final| Some(Undelivered { problem: "as the test wishes".into(), is_final });
    server.mailbox.refuses(refusal(false));
    forgot(&server, json!({ "username": "end_user" })).await.expect(202);
    assert!(server.engine.deliver_mails(10).await.is_err());
    server.mailbox.refuses(None);
    assert!(server.mails().await.is_empty(), "not at once");
    server.advance(30);
    let mails = server.mails().await;
    reset(&server, &mails[0].token.expose(MailPurpose::PasswordReset)).await.expect(204);
    server.mailbox.refuses(refusal(true));
    forgot(&server, json!({ "username": "end_user" })).await.expect(202);
    assert!(server.engine.deliver_mails(10).await.is_err());
    server.mailbox.refuses(None);
    server.advance(100_000);
    assert!(server.mails().await.is_empty(), "given up");
}

#[tokio::test]
async fn what_is_over_is_forgotten_and_the_trail_tells_all_but_the_token() {
    let dir = tempfile::tempdir().unwrap();
    let file = dir.path().join("cloakroom.db");
    let server = Server::at(&Location::File(file.clone())).await;
    let used = token(&server).await;
    reset(&server, &used).await.expect(204);
    reset(&server, &used).await.expect(422);
    forgot(&server, json!({ "username": "nobody" })).await.expect(202);
    let unused = token(&server).await;
    server.advance(3601);
    assert_eq!(server.engine.forget_expired_mails(10).await.unwrap(), 1);
    server.database.shutdown();
    let trail = Sqlite::open(&Location::File(file), &Options::default()).unwrap();
    let (left, lines) = trail
        .read(|conn| {
            Box::pin(async move {
                let left = query_all(conn, "SELECT number FROM account_mails", &[], |row| row.int(0)).await?;
                let sql = "SELECT action, result, actor_kind, resource_id IS NOT NULL, tenant_number IS NOT NULL, detail FROM audit_log
                           WHERE action LIKE 'user.pass%' OR action LIKE 'mail%' OR action LIKE 'sign_in%' ORDER BY sequence";
                let lines = query_all(conn, sql, &[], |row| {
                    let known = (row.bool(3)?, row.bool(4)?);
                    Ok(((row.text(0)?.to_owned(), row.text(1)?.to_owned(), row.text(2)?.to_owned(), known), row.text(5)?.to_owned()))
                });
                Ok::<_, cloakroom_store::driver::DriverError>((left, lines.await?))
            })
        })
        .await
        .unwrap();
    assert!(left.is_empty());
    assert!(
        lines.iter().all(|(_, detail)| !detail.contains(&used[..20]) && !detail.contains(&unused[..20]) && !detail.contains("nobody\""))
    );
    let line =
        |action: &str, result: &str, actor: &str, known: bool| (action.to_owned(), result.to_owned(), actor.to_owned(), (known, known));
    let told: Vec<_> = lines.into_iter().map(|(line, _)| line).collect();
    assert_eq!(
        told,
        [
            line("user.password_reset_asked", "success", "stranger", true),
            line("mail.delivered", "success", "system", true),
            line("user.password_reset", "success", "user", true),
            line("sign_in.refused", "refused", "stranger", false),
            line("user.password_reset_asked", "refused", "stranger", false),
            line("user.password_reset_asked", "success", "stranger", true),
            line("mail.delivered", "success", "system", true),
        ]
    );
}
