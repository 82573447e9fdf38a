//! `/api/v1/auth/verify-email` and `/api/v1/auth/resend-verification`.

use cloakroom_engine::account::MailPurpose;
use cloakroom_engine::directory::EmailStatus;
use cloakroom_engine::directory::document::{DirectoryDocument, UserEntry};
use cloakroom_engine::secret::Passcode;
use serde_json::json;

use crate::server::{PASSWORD, Server};

const UNA: &str = "una@example.com";

/// A server where Una's address is not verified.
async fn start() -> Server {
    let server = Server::start().await;
    let user = UserEntry {
        username: "una".into(),
        email: Some(UNA.into()),
        email_status: Some(EmailStatus::Unverified),
        password: Some(Passcode::new(PASSWORD.into())),
        ..UserEntry::default()
    };
    let document = DirectoryDocument { users: vec![user], ..DirectoryDocument::default() };
    server.engine.apply_directory(document, false, "test").await.unwrap().unwrap();
    server
}

#[tokio::test]
async fn an_address_is_verified_once_and_lets_its_user_in() {
    let server = start().await;
    let log_in = json!({ "username": "una", "password": PASSWORD });
    server.tell("/user/login", log_in.clone()).await.expect(401);
    for address in [" Una@Example.com", UNA, "bob@example.com", "nobody@example.com"] {
        server.tell("/api/v1/auth/resend-verification", json!({ "email": address })).await.expect(202);
    }
    let mails = server.mails().await;
    assert_eq!(
        mails.iter().map(|mail| (mail.address.as_str(), mail.purpose)).collect::<Vec<_>>(),
        [(UNA, MailPurpose::EmailVerification); 2]
    );
    let tokens: Vec<_> = mails.iter().map(|mail| mail.token.expose(MailPurpose::EmailVerification)).collect();
    let verify = async |token: &str| server.tell("/api/v1/auth/verify-email", json!({ "token": token })).await;
    let refused = verify("nonsense").await.expect(422).at("/detail");
    // A token of one kind is none of another.
    let as_reset = json!({ "token": tokens[0].replace("clv_", "clp_"), "new_password": "Battery-staple-8" });
    server.tell("/api/v1/auth/reset-password", as_reset).await.expect(422);
    verify(&tokens[0]).await.expect(204);
    for token in &tokens {
        assert_eq!(verify(token).await.expect(422).at("/detail"), refused);
    }
    server.tell("/user/login", log_in).await.expect(200);
    server.tell("/api/v1/auth/resend-verification", json!({ "email": UNA })).await.expect(202);
    assert!(server.mails().await.is_empty(), "nothing is left to verify");
}

#[tokio::test]
async fn a_token_works_for_its_time() {
    let server = start().await;
    let mut tokens = Vec::new();
    for _ in 0..2 {
        server.tell("/api/v1/auth/resend-verification", json!({ "email": UNA })).await.expect(202);
        tokens.push(server.mails().await[0].token.expose(MailPurpose::EmailVerification));
        server.advance(1);
    }
    server.advance(86_398);
    server.tell("/api/v1/auth/verify-email", json!({ "token": *tokens[0] })).await.expect(422);
    server.tell("/api/v1/auth/verify-email", json!({ "token": *tokens[1] })).await.expect(204);
}

#[tokio::test]
async fn an_address_that_an_administrator_adds_unverified_is_mailed_at_once() {
    let server = start().await;
    let root = server.login("super_admin").await;
    let new = json!({ "username": "nora", "email": "nora@example.com", "email_status": "unverified" });
    let nora = server.post("/api/v1/admin/users/", &root, new).await.expect(201).text_at("/data/id");
    let emails = format!("/api/v1/admin/users/{nora}/emails");
    server.post(&emails, &root, json!({ "email": "second@example.com", "status": "unverified" })).await.expect(200);
    server.post(&emails, &root, json!({ "email": "third@example.com", "status": "verified" })).await.expect(200);
    let mails = server.mails().await;
    let sent: Vec<_> = mails.iter().map(|mail| (mail.address.as_str(), mail.purpose)).collect();
    let expected = ["nora@example.com", "second@example.com"].map(|address| (address, MailPurpose::EmailVerification));
    assert_eq!(sent, expected);
    let token = mails[1].token.expose(MailPurpose::EmailVerification);
    server.tell("/api/v1/auth/verify-email", json!({ "token": *token })).await.expect(204);
    let shown = server.get(&format!("/api/v1/admin/users/{nora}"), &root).await.expect(200);
    assert!(
        shown
            .at("/data/emails")
            .as_array()
            .unwrap()
            .iter()
            .any(|email| email["email"] == "second@example.com" && email["status"] == "verified"),
        "{shown:?}"
    );
    let trail = server.trail(&root, "").await;
    let asked = trail.iter().filter(|entry| entry["action"] == "email.verification_asked").count();
    assert_eq!(asked, 2, "each told as the administrator's");
}

#[tokio::test]
async fn no_password_is_reset_through_an_unverified_address() {
    let server = start().await;
    server.tell("/api/v1/auth/forgot-password", json!({ "username": "una" })).await.expect(202);
    assert!(server.mails().await.is_empty());
}
