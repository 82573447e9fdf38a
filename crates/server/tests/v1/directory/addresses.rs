//! Two spellings of one address are one, on every way in; an address that nobody can tell from another is none.

use cloakroom_store::driver::sqlite::Location;
use serde_json::{Value, json};

use super::created;
use crate::server::{PASSWORD, Server};

/// As it is kept.
const KEPT: &str = "jos\u{e9}@xn--mnchen-3ya.example";

/// As it is typed.
const TYPED: [&str; 5] = [
    KEPT,
    " JOS\u{c9}@M\u{dc}NCHEN.example ",
    "jose\u{301}@mu\u{308}nchen.example",
    "jos\u{e9}@XN--MNCHEN-3YA.EXAMPLE",
    "jos\u{e9}@m\u{fc}nchen\u{3002}example",
];

async fn sign_in(server: &Server, email: &str) -> crate::server::Answer {
    server.tell("/usm/session/create", json!({ "email": email, "passcode": PASSWORD })).await
}

fn in_a_path(address: &str) -> String {
    address.trim().bytes().map(|byte| format!("%{byte:02X}")).collect()
}

fn of_jose(email: &str) -> Value {
    json!({ "username": "jose", "email": email, "password": PASSWORD })
}

#[tokio::test]
async fn every_spelling_finds_its_user_and_none_is_free() {
    let server = Server::start().await;
    let mut root = server.login("super_admin").await;
    let jose = created(&server, &root, "users", of_jose(TYPED[2])).await;
    let user = format!("/api/v1/admin/users/{jose}");
    assert_eq!(server.get(&user, &root).await.text_at("/data/emails/0/email"), KEPT);
    for typed in TYPED {
        sign_in(&server, typed).await.expect(200);
        server.tell("/api/v1/auth/forgot-password", json!({ "email": typed })).await.expect(202);
        let mails: Vec<_> = server.mails().await.into_iter().map(|mail| mail.address).collect();
        assert_eq!(mails, [KEPT], "{typed:?}");
        let listed = server.get(&format!("/api/v1/admin/users/?search={}", in_a_path(typed)), &root).await.expect(200);
        assert_eq!(listed.ids(), [jose.as_str()], "{typed:?}");
        server.post(&format!("{user}/emails/{}/primary", in_a_path(typed)), &root, json!({})).await.expect(200);
        let other = json!({ "username": "other", "email": typed });
        server.post("/api/v1/admin/users/", &root, other).await.expect(409);
        server.post(&format!("{user}/emails"), &root, json!({ "email": typed })).await.expect(409);
        server.apply(&json!({ "users": [of_jose(typed)] })).await;
        // An account is sent so many mails an hour.
        server.advance(3_600);
        root = server.login("super_admin").await;
    }
    assert_eq!(server.get(&user, &root).await.at("/data/emails").as_array().unwrap().len(), 1);
}

#[tokio::test]
async fn what_is_no_address_is_refused_in_each_shape() {
    let server = Server::start().await;
    let root = server.login("super_admin").await;
    let gina = super::id_of(&server, &root, "users", "gina").await;
    let unseen = [
        "a\u{200b}da@example.com",
        "ada@exam\u{200d}ple.com",
        "\u{202e}ada@example.com",
        "ada\u{feff}@example.com",
        "a\u{3164}@example.com",
    ];
    for wrong in unseen.into_iter().chain(["a@b@example.com", "\"a@b\"@example.com", "ada@exam ple.com", "ada@example..com"]) {
        let problem = "must be an email address with one @ and a domain name, without spaces or characters that nobody sees";
        for (path, body) in [
            ("/api/v1/admin/users/".to_owned(), json!({ "username": "ada", "email": wrong })),
            (format!("/api/v1/admin/users/{gina}/emails"), json!({ "email": wrong })),
        ] {
            let answer = server.post(&path, &root, body).await.expect(422);
            assert!(answer.text.contains(problem) && !answer.text.contains(wrong), "{wrong:?}: {answer:?}");
        }
        let document = json!({ "users": [{ "username": "ada", "email": wrong }] });
        let read = cloakroom_server::directory_file::read(&document.to_string()).unwrap();
        let refused = server.engine.apply_directory(read, false, "test").await.unwrap().unwrap_err();
        assert!(refused.to_string().starts_with("users[0] \"ada\": email "), "{refused}");
        sign_in(&server, wrong).await.expect(401);
    }
}

/// Addresses were once kept as they were typed, and some of them would be refused today.
#[tokio::test]
async fn what_was_kept_before_still_signs_in() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("cloakroom.db");
    let server = Server::at(&Location::File(path.clone())).await;
    let root = server.login("super_admin").await;
    let jose = created(&server, &root, "users", of_jose("jose@example.com")).await;
    let past = rusqlite::Connection::open(&path).unwrap();
    let rows = ["jose\u{301}@m\u{fc}nchen.example", "jos\u{e9}@mu\u{308}nchen.example"];
    for (at, kept) in rows.into_iter().enumerate() {
        past.execute("UPDATE emails SET address = ?1 WHERE user_number = (SELECT number FROM users WHERE username = 'jose')", [kept])
            .unwrap();
        for typed in TYPED {
            sign_in(&server, typed).await.expect(200);
            let user = format!("/api/v1/admin/users/{jose}");
            server.post(&format!("{user}/emails/{}/primary", in_a_path(typed)), &root, json!({})).await.expect(200);
            server.post("/api/v1/admin/users/", &root, json!({ "username": "other", "email": typed })).await.expect(409);
            server.apply(&json!({ "users": [of_jose(typed)] })).await;
        }
        server.tell("/api/v1/auth/forgot-password", json!({ "email": TYPED[at] })).await.expect(202);
        let mails: Vec<_> = server.mails().await.into_iter().map(|mail| mail.address).collect();
        assert_eq!(mails, [KEPT], "mail servers are told the domain in A-labels");
        let count = "SELECT count(*) FROM emails e JOIN users u ON u.number = e.user_number WHERE u.username = 'jose' AND e.address = ?1";
        assert_eq!(past.query_row(count, [kept], |row| row.get::<_, i64>(0)), Ok(1), "nothing rewrote it, and nothing was added");
    }
    for kept in ["jo\u{200b}se@example.com", "jose@work@example.com", "jose@exa_mple.com"] {
        past.execute("UPDATE emails SET address = ?1 WHERE user_number = (SELECT number FROM users WHERE username = 'jose')", [kept])
            .unwrap();
        sign_in(&server, kept).await.expect(200);
        let doom = format!("/api/v1/admin/users/{jose}/emails/{}/primary", in_a_path(kept));
        server.post(&doom, &root, json!({})).await.expect(200);
    }
}
