//! `POST /usm/session/create`: who is let in, and that nobody else learns anything (P5).

use cloakroom_engine::policy::{LockoutPolicy, Policy};
use serde_json::{Value, json};
use tokio::task::JoinSet;

use crate::support::{ADA, ADA_PASSCODE, Answer, BOB, MoodyHashing, Server, Setup};

/// What is left of an answer without ids and times.
fn told(answer: &Answer) -> (u16, Value, Vec<String>) {
    let mut body = answer.body.clone();
    for volatile in ["request_id", "timestamp_utc", "latency_ms", "metrics"] {
        body["stats"].as_object_mut().unwrap().remove(volatile);
    }
    let headers = answer.headers.iter().filter(|(name, _)| *name != "x-request-id" && *name != "content-length");
    (answer.status, body, headers.map(|(name, value)| format!("{name}: {}", value.to_str().unwrap())).collect())
}

async fn sign_in(server: &Server, email: &str, passcode: &str) -> Answer {
    server.usm("session/create", &json!({ "email": email, "passcode": passcode })).await
}

/// Users in every state in which a passcode is not to be confirmed to strangers.
async fn peopled(hashing: std::sync::Arc<MoodyHashing>) -> Server {
    let server = Server::with(Setup { hashing, ..Setup::default() }).await;
    let user = |name: &str, more: Value| {
        let mut user = json!({ "username": name, "email": format!("{name}@example.com"), "password": ADA_PASSCODE });
        user.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        user
    };
    let document = json!({
        "tenants": [{ "code": "SHUT", "status": "suspended" }],
        "users": [
            user("unverified", json!({ "status": "unverified" })),
            user("suspended", json!({ "status": "suspended" })),
            user("doomed", json!({ "status": "doomed" })),
            user("mail-unverified", json!({ "email_status": "unverified" })),
            user("mail-doomed", json!({ "email_status": "doomed" })),
            user("capped", json!({ "session_cap": 3 })),
            user("shut", json!({ "tenant": "SHUT" })),
            { "username": "passwordless", "email": "passwordless@example.com" },
        ],
    });
    server.apply(&document).await;
    server
}

#[tokio::test]
async fn unknown_and_wrong_are_one_answer_at_one_price() {
    let hashing = MoodyHashing::new();
    let server = peopled(hashing.clone()).await;
    hashing.take_count();
    let wrong = told(&sign_in(&server, ADA, "wrong").await);
    assert_eq!(hashing.take_count(), 1);
    assert_eq!((wrong.0, &wrong.1["error"]["major"]["tag"]), (401, &json!("invalid-passcode")));
    let names = ["unverified", "suspended", "doomed", "mail-unverified", "mail-doomed", "capped", "shut", "passwordless", "nobody"];
    for name in names {
        let answer = sign_in(&server, &format!("{name}@example.com"), "wrong").await;
        assert_eq!(told(&answer), wrong, "{name}");
        assert_eq!(hashing.take_count(), 1, "{name}: every refusal costs one hash");
    }
    for email in ["no address at all", "@", "a@b@c", "ada@example.com.", "ada\u{2028}@example.com"] {
        assert_eq!(told(&sign_in(&server, email, "wrong").await), wrong, "{email}");
        assert_eq!(hashing.take_count(), 1, "{email}: every refusal costs one hash");
    }
}

#[tokio::test]
async fn a_status_is_told_only_to_who_knows_the_passcode() {
    let server = peopled(MoodyHashing::new()).await;
    let expected = [
        ("unverified", (403, "user-not-verified")),
        ("suspended", (403, "user-not-verified")),
        ("doomed", (403, "user-not-verified")),
        ("mail-unverified", (403, "email-not-verified")),
        ("mail-doomed", (403, "email-not-verified")),
        ("capped", (500, "session-cap-invalid")),
    ];
    for (name, refusal) in expected {
        assert_eq!(sign_in(&server, &format!("{name}@example.com"), ADA_PASSCODE).await.refusal(), refusal, "{name}");
    }
    assert_eq!(sign_in(&server, "shut@example.com", ADA_PASSCODE).await.status, 403);
    assert_eq!(sign_in(&server, "passwordless@example.com", ADA_PASSCODE).await.refusal(), (401, "invalid-passcode"));
}

#[tokio::test]
async fn a_cap_of_ones_own_has_bounds() {
    let server = Server::start().await;
    for (cap, status) in [(31, 500), (32, 200), (8192, 200), (8193, 500), (0, 500), (-1, 500), (i64::MAX, 500)] {
        server.apply(&json!({ "users": [{ "username": "ada", "session_cap": cap }] })).await;
        let answer = sign_in(&server, ADA, ADA_PASSCODE).await;
        assert_eq!(answer.status, status, "{cap}: {}", answer.text);
        assert!(status == 200 || answer.tag() == "session-cap-invalid", "{cap}: {}", answer.text);
    }
}

#[tokio::test]
async fn a_passcode_is_bytes_compared_exactly() {
    let lockout = LockoutPolicy { failures: 0, failures_everywhere: 0, ..LockoutPolicy::default() };
    let server = Server::with(Setup { policy: Policy { lockout, ..Policy::default() }, ..Setup::default() }).await;
    for near in [" Correct-horse-7", "Correct-horse-7 ", "correct-horse-7", "Correct-horse-7\u{0}", "Correct-horse-7\n", "Correct-horse-"] {
        assert_eq!(sign_in(&server, ADA, near).await.refusal(), (401, "invalid-passcode"), "{near:?}");
    }
    assert_eq!(sign_in(&server, ADA, ADA_PASSCODE).await.status, 200);
    assert_eq!(sign_in(&server, ADA, &"x".repeat(1024)).await.status, 401);
    let answer = sign_in(&server, ADA, &"x".repeat(1025)).await;
    assert_eq!((answer.refusal(), answer.bad_fields()), ((400, "validation-error"), vec!["passcode"]));
}

#[tokio::test]
async fn a_changed_password_ends_the_sessions_and_the_old_passcode() {
    let server = Server::start().await;
    let guid = server.ada().await;
    server.apply(&json!({ "users": [{ "username": "ada", "password": "New-horse-8" }] })).await;
    let answer = server.with_guid("session/validate", &guid).await;
    assert_eq!((answer.refusal(), answer.minor()), ((401, "session-doomed"), "manual"));
    assert_eq!(sign_in(&server, ADA, ADA_PASSCODE).await.refusal(), (401, "invalid-passcode"));
    assert_eq!(sign_in(&server, ADA, "New-horse-8").await.status, 200);
}

/// argon2id of `imported` at lower costs than ours, as an import brings it.
const IMPORTED: &str = "$argon2id$v=19$m=64,t=1,p=1$YSBzYWx0IG9mIGEgdGVzdA$FWzfEieOkdnUCm28+fbp9JU/hiuq8MkSbOvUJ4r/6Pw";

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn an_imported_hash_is_good_for_many_at_once() {
    let server = Server::start().await;
    server.apply(&json!({ "users": [{ "username": "bob", "password_hash": IMPORTED }] })).await;
    let mut sign_ins = JoinSet::new();
    for _ in 0..8 {
        let server = server.clone();
        sign_ins.spawn(async move { sign_in(&server, BOB, "imported").await });
    }
    for answer in sign_ins.join_all().await {
        assert_eq!(answer.status, 200, "the passcode is right: {}", answer.text);
    }
    assert_eq!(sign_in(&server, BOB, "imported").await.status, 200);
    assert_eq!(sign_in(&server, BOB, "Battery-staple-8").await.status, 401);
}
