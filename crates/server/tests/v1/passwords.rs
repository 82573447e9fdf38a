//! What a password must be: one rule, whichever route sets it, and what one route sets every other one takes.

use cloakroom_engine::account::MailPurpose;
use serde_json::{Value, json};

use crate::server::{PASSWORD, Server};

const MESSAGE: &str = "must have at least 8 characters and at most 1024 bytes, and be neither a name or address of its owner nor one of the \
                       most common passwords";

/// Too short in characters, too long, too common, and `end_user`'s own names and address.
fn refused() -> Vec<String> {
    let fixed = ["", "1", "1234567", "e\u{301}e\u{301}e\u{301}e\u{301}", "Password1", "end_USER", "The End_User", "End_User@example.com"];
    fixed.into_iter().map(str::to_owned).chain(["x".repeat(1025), "é".repeat(513)]).collect()
}

/// Every route that sets a password of `end_user`: what it answers, and where it names the fault.
async fn set(server: &Server, password: &str) -> Vec<(&'static str, u16, Option<Value>)> {
    let (root, own) = (server.login("super_admin").await, server.login("end_user").await);
    let id = server.get("/api/v1/me", &own).await.expect(200).text_at("/data/id");
    server.tell("/api/v1/auth/forgot-password", json!({ "username": "end_user" })).await.expect(202);
    let token = server.mails().await[0].token.expose(MailPurpose::PasswordReset).to_string();
    let change = json!({ "current_password": PASSWORD, "new_password": password });
    let reset = json!({ "token": token, "new_password": password });
    let create = json!({ "username": "end_user", "display_name": "The End_User", "email": "end_user@example.com", "password": password });
    let mut answers = Vec::new();
    for (route, answer) in [
        ("password", server.post(&format!("/api/v1/admin/users/{id}/password"), &root, json!({ "password": password })).await),
        ("password", server.post("/api/v1/admin/users/", &root, create).await),
        ("new_password", server.post("/api/v1/me/password", &own, change).await),
        ("new_password", server.tell("/api/v1/auth/reset-password", reset).await),
    ] {
        let told = (answer.status == 422).then(|| answer.at("/detail"));
        answers.push((route, answer.status.as_u16(), told));
    }
    // A refused mail's token can still be redeemed: nothing was used up.
    let fresh = json!({ "token": token, "new_password": PASSWORD });
    assert_eq!(server.tell("/api/v1/auth/reset-password", fresh).await.status.as_u16(), if answers[3].1 == 422 { 204 } else { 422 });
    answers
}

#[tokio::test]
async fn a_weak_password_is_refused_alike_on_every_route() {
    let server = Server::start().await;
    for password in refused() {
        for (field, status, told) in set(&server, &password).await {
            assert_eq!(status, 422, "{field} {password:?}");
            assert_eq!(told.unwrap(), json!([{ "loc": ["body", field], "msg": MESSAGE, "type": "value_error" }]), "{password:?}");
        }
        let users = json!({ "users": [{ "username": "end_user", "password": password }] });
        let read = cloakroom_server::directory_file::read(&users.to_string()).unwrap();
        let wrong = server.engine.apply_directory(read, true, "test").await.unwrap().unwrap_err();
        // An empty one, too: `password: ""` is no wish for none.
        assert_eq!(wrong.problem, format!("password {MESSAGE}"), "{password:?}");
    }
    server.tell("/user/login", json!({ "username": "end_user", "password": PASSWORD })).await.expect(200);
}

/// A name that the caller does not reach is compared with nothing, or the answer would tell that it is somebody's.
#[tokio::test]
async fn nobody_learns_a_name_by_trying_it_as_a_password() {
    let server = Server::start().await;
    let admin = server.login("tenant_admin_b").await;
    let own = server.login("end_user").await;
    let id = server.get("/api/v1/me", &own).await.expect(200).text_at("/data/id");
    let missing = format!("{}1", &id[..id.len() - 1]);
    for password in ["end_user@example.com", "Battery-staple-8", "1234567"] {
        let reset = async |id: &str| {
            let answer = server.post(&format!("/api/v1/admin/users/{id}/password"), &admin, json!({ "password": password })).await;
            (answer.status, answer.text)
        };
        assert_eq!(reset(&id).await, reset(&missing).await, "{password}");
    }
}

#[tokio::test]
async fn what_one_route_sets_every_sign_in_takes_however_it_is_typed() {
    let server = Server::start().await;
    let mut current = PASSWORD.to_owned();
    let longest = "é".repeat(512);
    let decomposed = "Cre\u{300}me-bru\u{302}le\u{301}e".to_owned();
    let shown = |typed: &[&str]| typed.iter().map(ToString::to_string).collect::<Vec<_>>();
    for (new, typed) in [
        ("x".repeat(1024), shown(&["x".repeat(1024).as_str()])),
        (longest.clone(), shown(&[longest.as_str()])),
        ("Cc1-\u{0}\n\u{7f}\u{1b}".to_owned(), shown(&["Cc1-\u{0}\n\u{7f}\u{1b}"])),
        (decomposed.clone(), shown(&["Crème-brûlée", decomposed.as_str()])),
        ("Crème-brûlée 2".to_owned(), shown(&["Crème-brûlée 2", "Cre\u{300}me-bru\u{302}le\u{301}e\u{a0}2"])),
    ] {
        let own =
            server.tell("/user/login", json!({ "username": "end_user", "password": current })).await.expect(200).text_at("/accessToken");
        let change = json!({ "current_password": current, "new_password": new });
        server.post("/api/v1/me/password", &own, change).await.expect(200);
        for typed in typed {
            server.tell("/user/login", json!({ "username": "end_user", "password": typed })).await.expect(200);
            let usm = json!({ "email": "end_user@example.com", "passcode": typed });
            server.tell("/usm/session/create", usm).await.expect(200);
        }
        current = new;
    }
}
