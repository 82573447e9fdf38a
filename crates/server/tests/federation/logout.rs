//! A provider says that somebody signed out there.

use axum::http::header;
use serde_json::{Value, json};

use crate::browser::form;
use crate::pretender::NOW;
use crate::scene::{PASSWORD, Scene};
use crate::support::{Answer, call, from_address};

async fn scene() -> Scene {
    Scene::of_tenant(json!({ "create_users": true })).await
}

async fn tell(scene: &Scene, token: &str) -> Answer {
    tell_from(scene, token, "192.0.2.9").await
}

async fn tell_from(scene: &Scene, token: &str, peer: &str) -> Answer {
    let mut request = call("POST", "/login/idp/acme/logout", form(&[("logout_token", token)]));
    request.headers_mut().insert(header::CONTENT_TYPE, "application/x-www-form-urlencoded".parse().unwrap());
    scene.server.send(from_address(request, peer)).await
}

/// Everything but the session's id.
fn of(claims: Value) -> Value {
    claims
}

#[tokio::test]
async fn its_session_ends_what_was_born_from_it_and_nothing_else() {
    let scene = scene().await;
    let one = scene.signed_in().await;
    scene.provider.claims(json!({ "sid": "another session" }));
    let two = scene.signed_in().await;
    let by_password = {
        scene.users(json!([{ "username": "ada", "tenant": "ACME", "password": PASSWORD }])).await;
        // A new password ends what there is, so both sign in anew.
        scene.provider.claims(json!({}));
        (scene.signed_in().await, crate::browser::Browser::signed_in(&scene.server, "ada", PASSWORD).await)
    };
    drop((one, two));
    scene.provider.claims(json!({ "sid": "another session" }));
    let two = scene.signed_in().await;
    let (one, by_password) = by_password;
    let answer = tell(&scene, &scene.provider.logout_token(&json!({ "sid": "their session" }))).await;
    assert_eq!((answer.status, answer.text.as_str(), answer.header("cache-control")), (200, "", Some("no-store")));
    assert_eq!(scene.who(&one).await, None, "at once");
    assert!(scene.who(&two).await.is_some() && scene.who(&by_password).await.is_some());
    let told = scene.told("session.ended").await;
    assert_eq!((&told[0]["end_reason"], &told[0]["identity_provider"]), (&json!("provider_logout"), &json!("acme")));
    assert_ne!(scene.server.with_guid("session/validate", &one.guid()).await.status, 200);

    let all = scene.provider.logout_token(&json!({ "sub": "248289761001", "jti": "2" }));
    assert_eq!(tell(&scene, &all).await.status, 200);
    assert_eq!(scene.who(&two).await, None, "all of the identity");
    assert!(scene.who(&by_password).await.is_some(), "nothing that another proof began");
}

#[tokio::test]
async fn a_subject_and_a_session_together_mean_that_session_of_that_subject() {
    let scene = scene().await;
    let ada = scene.signed_in().await;
    scene.provider.claims(json!({ "sub": "bobs", "preferred_username": "bob", "email": null, "sid": null }));
    let bob = scene.signed_in().await;
    let meant = |jti: &str, sub: &str, sid: &str| scene.provider.logout_token(&json!({ "jti": jti, "sub": sub, "sid": sid }));
    assert_eq!(tell(&scene, &meant("1", "248289761001", "another")).await.status, 200);
    assert_eq!(tell(&scene, &meant("2", "bobs", "their session")).await.status, 200);
    assert!(scene.who(&ada).await.is_some());
    assert_eq!(scene.who(&bob).await, None, "whose session the provider never named, it may be");
    assert_eq!(tell(&scene, &meant("3", "248289761001", "their session")).await.status, 200);
    assert_eq!(scene.who(&ada).await, None);
}

#[tokio::test]
async fn a_token_that_is_not_as_it_has_to_be_ends_nothing() {
    let scene = scene().await;
    let browser = scene.signed_in().await;
    let sid = |more: Value| {
        let mut claims = json!({ "sid": "their session" });
        claims.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        of(claims)
    };
    for (peer, (what, claims)) in [
        ("a nonce", sid(json!({ "nonce": "n" }))),
        ("no events", sid(json!({ "events": null }))),
        ("another event", sid(json!({ "events": { "https://example.com/other": {} } }))),
        ("an event that is no object", sid(json!({ "events": { "http://schemas.openid.net/event/backchannel-logout": true } }))),
        ("nobody's", json!({})),
        ("no id", sid(json!({ "jti": null }))),
        ("another issuer", sid(json!({ "iss": "https://attacker.example" }))),
        ("for another", sid(json!({ "aud": "another" }))),
        ("expired", sid(json!({ "iat": NOW - 300, "exp": NOW - 61 }))),
        ("old, and says nothing of an end", sid(json!({ "iat": NOW - 181, "exp": null }))),
        ("made later", sid(json!({ "iat": NOW + 61 }))),
        ("made never", sid(json!({ "iat": null }))),
    ]
    .into_iter()
    .enumerate()
    {
        let answer = tell_from(&scene, &scene.provider.logout_token(&claims), &format!("198.51.{peer}.1")).await;
        assert_eq!(
            (answer.status, &answer.body["error"], answer.header("cache-control")),
            (400, &json!("invalid_request"), Some("no-store")),
            "{what}"
        );
    }
    let id_token = scene.provider.token(&scene.provider.usual(None));
    for token in ["", "a.b.c", id_token.as_str()] {
        assert_eq!(tell(&scene, token).await.status, 400);
    }
    let other = crate::pretender::Pretender::start().await;
    let forged = other.logout_token(&json!({ "iss": scene.provider.issuer, "sid": "their session" }));
    assert_eq!(tell(&scene, &forged).await.status, 400);
    assert!(scene.who(&browser).await.is_some());
}

#[tokio::test]
async fn a_token_works_once_and_who_sends_what_is_not_believed_is_soon_not_looked_at() {
    let scene = scene().await;
    let token = scene.provider.logout_token(&json!({ "sid": "their session" }));
    assert_eq!([tell(&scene, &token).await.status, tell(&scene, &token).await.status], [200, 400]);
    let mut statuses = Vec::new();
    for _ in 0..40 {
        statuses.push(tell_from(&scene, "a.b.c", "203.0.113.5").await.status);
    }
    assert_eq!((statuses[0], *statuses.last().unwrap()), (400, 429));
    let honest = scene.provider.logout_token(&json!({ "sid": "their session", "jti": "9" }));
    assert_eq!(tell(&scene, &honest).await.status, 200, "from elsewhere");
    let answer = scene.server.send(call("POST", "/login/idp/nobody/logout", "logout_token=a.b.c")).await;
    assert_eq!(answer.status, 404);
}

#[tokio::test]
async fn a_provider_that_was_disabled_may_still_end_what_it_began() {
    let scene = scene().await;
    let browser = scene.signed_in().await;
    scene.provide("acme", &json!("ACME"), json!({ "status": "disabled" })).await;
    assert!(scene.who(&browser).await.is_some());
    assert_eq!(tell(&scene, &scene.provider.logout_token(&json!({ "sid": "their session" }))).await.status, 200);
    assert_eq!(scene.who(&browser).await, None);
}
