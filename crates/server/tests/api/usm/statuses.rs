//! What becomes of sessions when their user, email or tenant falls (docs/contracts/README.md, Ends by status).

use serde_json::{Value, json};

use crate::support::{ADA, ADA_PASSCODE, Answer, BOB, Guids, Server};

async fn sign_in(server: &Server) -> Answer {
    server.usm("session/create", &json!({ "email": ADA, "passcode": ADA_PASSCODE })).await
}

async fn set(server: &Server, change: Value) {
    let mut user = json!({ "username": "ada" });
    user.as_object_mut().unwrap().extend(change.as_object().unwrap().clone());
    server.apply(&json!({ "users": [user] })).await;
}

/// Two sessions of Ada and one of Bob, whom nothing that befalls Ada may touch.
async fn three() -> (Server, Guids, Guids, Guids) {
    let server = Server::start().await;
    let all = (server.open(ADA).await, server.open(ADA).await, server.open(BOB).await);
    server.pass(10);
    (server, all.0, all.1, all.2)
}

#[tokio::test]
async fn a_user_or_email_out_of_verified_ends_that_users_sessions() {
    let falls = [
        (json!({ "status": "suspended" }), "user-suspended", (403, "user-not-verified")),
        (json!({ "status": "doomed" }), "user-doomed", (403, "user-not-verified")),
        (json!({ "email": ADA, "email_status": "unverified" }), "email-unverified", (403, "email-not-verified")),
        (json!({ "email": ADA, "email_status": "doomed" }), "email-doomed", (403, "email-not-verified")),
    ];
    for (change, reason, refusal) in falls {
        let (server, one, two, bob) = three().await;
        set(&server, change).await;
        let shown = server.with_guid("session/get", &one.reference).await.data().clone();
        assert_eq!((shown["status"].as_str(), shown["doom_reason"].as_str()), (Some("doomed"), Some(reason)), "before any sweep");
        assert_eq!(shown["doomed_at_utc"], "2026-01-02T03:04:15.007Z");
        for guids in [&one, &two] {
            let answer = server.with_guid("session/validate", &guids.bearer).await;
            let told = if answer.tag() == "session-doomed" { answer.minor() } else { answer.tag() };
            assert_eq!((answer.status, told), (401, reason));
            let again = server.with_guid("session/validate", &guids.bearer).await;
            assert_eq!((again.refusal(), again.minor()), ((401, "session-doomed"), reason));
        }
        assert_eq!(sign_in(&server).await.refusal(), refusal, "{reason}");
        server.with_guid("session/validate", &bob.bearer).await.data();
    }
}

#[tokio::test]
async fn a_user_who_comes_back_brings_no_session_back() {
    let there_and_back = [
        (json!({ "status": "suspended" }), json!({ "status": "verified" })),
        (json!({ "email": ADA, "email_status": "unverified" }), json!({ "email": ADA, "email_status": "verified" })),
    ];
    for (there, back) in there_and_back {
        let (server, one, two, _) = three().await;
        set(&server, there).await;
        set(&server, back).await;
        for guids in [one, two] {
            assert_eq!(server.with_guid("session/validate", &guids.bearer).await.refusal(), (401, "session-doomed"));
        }
        assert_eq!(sign_in(&server).await.status, 200);
    }
}

async fn in_a_tenant() -> (Server, Guids, Guids) {
    let server = Server::start().await;
    let tenants = json!([{ "code": "ACME" }, { "code": "OTHER" }]);
    let users = json!([{ "username": "ada", "tenant": "ACME" }, { "username": "bob", "tenant": "OTHER" }]);
    server.apply(&json!({ "tenants": tenants, "users": users })).await;
    let (ada, bob) = (server.open(ADA).await, server.open(BOB).await);
    server.pass(10);
    (server, ada, bob)
}

#[tokio::test]
async fn a_tenant_that_closes_ends_everything_under_it() {
    for status in ["suspended", "frozen", "doomed"] {
        let (server, ada, bob) = in_a_tenant().await;
        server.apply(&json!({ "tenants": [{ "code": "ACME", "status": status }] })).await;
        let shown = server.with_guid("session/get", &ada.reference).await.data().clone();
        assert_eq!((shown["status"].as_str(), shown["doom_reason"].as_str()), (Some("doomed"), Some("manual")), "{status}");
        assert_eq!(shown["doomed_at_utc"], "2026-01-02T03:04:15.007Z");
        for _ in 0..2 {
            let answer = server.with_guid("session/validate", &ada.bearer).await;
            assert_eq!((answer.refusal(), answer.minor()), ((401, "session-doomed"), "manual"), "{status}");
        }
        assert_eq!(sign_in(&server).await.status, 403, "{status}");
        server.with_guid("session/validate", &bob.bearer).await.data();
        server.upkeep().await;
        assert_eq!(*server.with_guid("session/get", &ada.reference).await.data(), shown);
        server.with_guid("session/validate", &bob.bearer).await.data();
    }
}

#[tokio::test]
async fn a_tenant_that_opens_again_brings_no_session_back() {
    for swept in [false, true] {
        let (server, ada, _) = in_a_tenant().await;
        server.apply(&json!({ "tenants": [{ "code": "ACME", "status": "suspended" }] })).await;
        if swept {
            server.upkeep().await;
        }
        server.apply(&json!({ "tenants": [{ "code": "ACME", "status": "verified" }] })).await;
        let answer = server.with_guid("session/validate", &ada.bearer).await;
        assert_eq!((answer.refusal(), answer.minor()), ((401, "session-doomed"), "manual"));
        let guid = server.ada().await;
        server.upkeep().await;
        server.with_guid("session/validate", &guid).await.data();
    }
}

#[tokio::test]
async fn parked_and_unverified_tenants_keep_their_sessions() {
    for status in ["parked", "unverified"] {
        let (server, ada, _) = in_a_tenant().await;
        server.apply(&json!({ "tenants": [{ "code": "ACME", "status": status }] })).await;
        server.with_guid("session/validate", &ada.bearer).await.data();
    }
}

#[tokio::test]
async fn moving_to_another_tenant_ends_the_sessions() {
    let (server, ada, _) = in_a_tenant().await;
    set(&server, json!({ "tenant": "OTHER" })).await;
    let gone = server.with_guid("session/validate", &ada.bearer).await;
    assert_eq!((gone.refusal(), gone.minor()), ((401, "session-doomed"), "manual"), "born in ACME");
    server.apply(&json!({ "tenants": [{ "code": "ACME", "status": "suspended" }] })).await;
    assert_eq!(sign_in(&server).await.status, 200, "at home in OTHER");
}

#[tokio::test]
async fn what_expired_before_the_fall_stays_expired() {
    let (server, ada, ..) = three().await;
    server.pass(5000);
    set(&server, json!({ "status": "suspended" })).await;
    let shown = server.with_guid("session/get", &ada.reference).await.data().clone();
    assert_eq!((shown["doom_reason"].as_str(), &shown["doomed_at_utc"]), (Some("ttl-expired"), &shown["expires_at_utc"]));
}
