//! What applications register to sign people in with: bounds, kinds, and what their kind keeps them from.

use serde_json::{Value, json};

use super::created;
use crate::server::{Answer, Server};

async fn make(server: &Server, admin: &str, body: Value) -> Answer {
    server.post("/api/v1/admin/applications/", admin, body).await
}

#[tokio::test]
async fn what_is_registered_is_shown_changed_and_taken_away() {
    let server = Server::start().await;
    let admin = server.login("tenant_admin_a").await;
    let registered = json!({
        "kind": "web",
        "redirect_uris": ["https://shop.example.com/callback", "http://localhost/callback"],
        "post_logout_redirect_uris": ["https://shop.example.com/"],
        "backchannel_logout_uri": "https://shop.example.com/backchannel",
        "resources": ["https://api.example.com/v1", "urn:example:files"],
        "session_claims": ["tier", "seat:row"],
        "origins": ["https://shop.example.com"],
        "is_first_party": true,
        "id_token_signed_response_alg": "ES256",
    });
    let mut body = registered.clone();
    body["client_id"] = json!("shop");
    let made = make(&server, &admin, body).await.expect(201);
    assert!(made.text_at("/data/secret/client_secret").starts_with("clc_"));
    let path = format!("/api/v1/admin/applications/{}", made.text_at("/data/id"));
    let shown = server.get(&path, &admin).await.expect(200);
    for (name, value) in registered.as_object().unwrap() {
        assert_eq!(shown.at(&format!("/data/{name}")), *value, "{name}");
    }
    let change = json!({ "backchannel_logout_uri": null, "is_first_party": false, "origins": [] });
    let changed = server.call("PATCH", &path, Some(&admin), Some(change)).await.expect(200);
    assert_eq!((changed.at("/data/backchannel_logout_uri"), changed.at("/data/origins")), (json!(null), json!([])));
    assert_eq!(changed.at("/data/redirect_uris"), registered["redirect_uris"], "what is not named stays");
    let bare = make(&server, &admin, json!({ "client_id": "bare" })).await.expect(201);
    for (name, value) in [("kind", json!("web")), ("redirect_uris", json!([])), ("id_token_signed_response_alg", json!("RS256"))] {
        assert_eq!(bare.at(&format!("/data/{name}")), value, "{name}");
    }
}

#[tokio::test]
async fn every_field_has_its_bounds_and_names_itself() {
    let server = Server::start().await;
    let admin = server.login("tenant_admin_a").await;
    let many = |count: usize| (0..count).map(|number| format!("https://shop.example.com/{number}")).collect::<Vec<_>>();
    let long = |length: usize| format!("https://shop.example.com/{}", "x".repeat(length - 25));
    let tried = [
        ("web", "redirect_uris", json!(many(32)), true),
        ("web", "redirect_uris", json!(many(33)), false),
        ("web", "redirect_uris", json!([long(2048)]), true),
        ("web", "redirect_uris", json!([long(2049)]), false),
        ("web", "redirect_uris", json!(["http://shop.example.com/"]), false),
        ("web", "redirect_uris", json!(["https://shop.example.com/#x"]), false),
        ("web", "redirect_uris", json!(["https://shop.example.com:99999/"]), false),
        ("web", "redirect_uris", json!(["/callback"]), false),
        ("web", "redirect_uris", json!(["com.example.shop:/callback"]), false),
        ("spa", "redirect_uris", json!(["com.example.shop:/callback"]), false),
        ("native", "redirect_uris", json!(["com.example.shop:/callback", "http://127.0.0.1/callback"]), true),
        ("native", "redirect_uris", json!(["shop:/callback"]), false),
        ("service", "redirect_uris", json!(["https://shop.example.com/"]), false),
        ("service", "redirect_uris", json!([]), true),
        ("service", "post_logout_redirect_uris", json!(["https://shop.example.com/"]), false),
        ("service", "backchannel_logout_uri", json!("https://shop.example.com/out"), true),
        ("web", "backchannel_logout_uri", json!("http://shop.example.com/out"), false),
        ("web", "backchannel_logout_uri", json!("http://localhost/out"), true),
        ("service", "resources", json!(["https://api.example.com", "urn:example:files"]), true),
        ("web", "resources", json!(["https://api.example.com/#x"]), false),
        ("web", "resources", json!(["/v1"]), false),
        ("service", "session_claims", json!((0..16).map(|number| format!("n{number}")).collect::<Vec<_>>()), true),
        ("service", "session_claims", json!((0..17).map(|number| format!("n{number}")).collect::<Vec<_>>()), false),
        ("web", "session_claims", json!(["a b"]), false),
        ("web", "session_claims", json!(["n".repeat(65)]), false),
        ("web", "resources", json!([format!("urn:{}", "x".repeat(253))]), false),
        ("web", "origins", json!(["https://shop.example.com/"]), false),
        ("web", "origins", json!(["https://shop.example.com:443"]), false),
        ("web", "origins", json!(["*"]), false),
        ("web", "origins", json!(["http://localhost"]), true),
        ("web", "id_token_signed_response_alg", json!("none"), false),
        ("web", "id_token_signed_response_alg", json!("HS256"), false),
        ("web", "is_first_party", json!("yes"), false),
        ("robot", "kind", json!("robot"), false),
    ];
    for (index, (kind, field, value, fits)) in tried.into_iter().enumerate() {
        let body = json!({ "client_id": format!("try-{index}"), "kind": kind, field: value });
        let answer = make(&server, &admin, body).await;
        if fits {
            answer.expect(201);
        } else {
            let refused = answer.expect(422);
            assert_eq!(refused.at("/detail/0/loc/1"), json!(field), "{value}");
        }
    }
}

#[tokio::test]
async fn public_kinds_have_neither_secret_nor_keys_whichever_way_they_come_to_be_public() {
    let server = Server::start().await;
    let admin = server.login("tenant_admin_a").await;
    let key = json!({ "kty": "EC", "crv": "P-256", "x": "MKBCTNIcKUSDii11ySs3526iDZ8AiTo7Tu6KPAqv7D4",
        "y": "4Etl6SRW2YiLUrN5vfvVHuhp7x8PxltmWWlbbM4IFyM", "kid": "1" });
    for kind in ["native", "spa"] {
        let made = make(&server, &admin, json!({ "client_id": kind, "kind": kind })).await.expect(201);
        assert_eq!(made.json()["data"].get("secret"), None);
        let path = format!("/api/v1/admin/applications/{}", made.text_at("/data/id"));
        let refused = server.call("POST", &format!("{path}/secrets"), Some(&admin), None).await.expect(409);
        assert_eq!(refused.text_at("/detail"), "An application of kind native or spa is public and has no secret.");
        let refused = server.call("PATCH", &path, Some(&admin), Some(json!({ "jwks": key }))).await.expect(422);
        assert_eq!(refused.at("/detail/0/loc/1"), json!("jwks"));
        make(&server, &admin, json!({ "client_id": "keyed", "kind": kind, "jwks": key })).await.expect(422);
    }
    let secret = make(&server, &admin, json!({ "client_id": "secret" })).await.expect(201);
    let path = format!("/api/v1/admin/applications/{}", secret.text_at("/data/id"));
    let to_spa = async |rest: Value| {
        let mut change = json!({ "kind": "spa" });
        change.as_object_mut().unwrap().extend(rest.as_object().unwrap().clone());
        server.call("PATCH", &path, Some(&admin), Some(change)).await
    };
    to_spa(json!({})).await.expect(409);
    server.delete(&format!("{path}/secrets/{}", secret.text_at("/data/secret/id")), &admin).await.expect(204);
    server.call("PATCH", &path, Some(&admin), Some(json!({ "jwks": key }))).await.expect(200);
    to_spa(json!({})).await.expect(422);
    assert_eq!(to_spa(json!({ "jwks": null })).await.expect(200).text_at("/data/kind"), "spa");
}

#[tokio::test]
async fn a_service_token_dies_when_its_application_becomes_public_and_the_refresh_token_needs_no_proof_any_more() {
    let server = Server::start().await;
    let admin = server.login("tenant_admin_a").await;
    let made = make(&server, &admin, json!({ "client_id": "shop", "scopes": ["profile"] })).await.expect(201);
    let (path, secret) = (format!("/api/v1/admin/applications/{}", made.text_at("/data/id")), made.text_at("/data/secret/client_secret"));
    let ask = async |form: String| server.form("/oauth/token", &form).await;
    let own = ask(format!("client_id=shop&client_secret={secret}&grant_type=client_credentials")).await.expect(200);
    let user = server.login("end_user").await;
    let exchange =
        "grant_type=urn:ietf:params:oauth:grant-type:token-exchange&subject_token_type=urn:ietf:params:oauth:token-type:access_token";
    let pair = ask(format!("client_id=shop&client_secret={secret}&{exchange}&subject_token={user}")).await.expect(200);
    let is_active = async |token: String| {
        let form = format!("client_id=machine_reader&client_secret={}&token={token}", crate::server::CLIENT_SECRET);
        server.form("/oauth/introspect", &form).await.expect(200).at("/active")
    };
    assert_eq!(is_active(own.text_at("/access_token")).await, json!(true));
    server.delete(&format!("{path}/secrets/{}", made.text_at("/data/secret/id")), &admin).await.expect(204);
    server.call("PATCH", &path, Some(&admin), Some(json!({ "kind": "native" }))).await.expect(200);
    assert_eq!(is_active(own.text_at("/access_token")).await, json!(false));

    let refresh = pair.text_at("/refresh_token");
    let next = ask(format!("client_id=shop&grant_type=refresh_token&refresh_token={refresh}")).await.expect(200);
    assert_ne!(next.text_at("/refresh_token"), refresh, "it rotates");
    let other = created(&server, &admin, "applications", json!({ "client_id": "other", "kind": "native" })).await;
    assert!(other.starts_with("app_"));
    let theirs = format!("client_id=other&grant_type=refresh_token&refresh_token={}", next.text_at("/refresh_token"));
    ask(theirs).await.expect(400);
    server.form("/oauth/revoke", &format!("client_id=other&token={}", next.text_at("/access_token"))).await.expect(200);
    assert_eq!(is_active(next.text_at("/access_token")).await, json!(true));
    server.form("/oauth/revoke", &format!("client_id=shop&token={}", next.text_at("/access_token"))).await.expect(200);
    assert_eq!(is_active(next.text_at("/access_token")).await, json!(false));
}

#[tokio::test]
async fn nobody_registers_more_for_an_application_whose_owner_stands_above() {
    let server = Server::start().await;
    let (root, admin) = (server.login("super_admin").await, server.login("tenant_admin_a").await);
    let acme = super::id_of(&server, &root, "tenants", "acme").await;
    let owner = super::id_of(&server, &root, "users", "super_admin").await;
    let body = json!({ "client_id": "shop", "tenant_id": acme, "owner_id": owner, "redirect_uris": ["https://shop.example.com/"] });
    let path = format!("/api/v1/admin/applications/{}", created(&server, &root, "applications", body).await);
    let patch = async |body: Value| server.call("PATCH", &path, Some(&admin), Some(body)).await;
    for more in [
        json!({ "redirect_uris": ["https://shop.example.com/", "https://evil.example/"] }),
        json!({ "is_first_party": true }),
        json!({ "origins": ["https://evil.example"] }),
        json!({ "resources": ["https://api.example"] }),
        json!({ "session_claims": ["tier"] }),
    ] {
        patch(more).await.expect(403);
    }
    patch(json!({ "name": "Shop", "redirect_uris": [], "backchannel_logout_uri": "https://shop.example.com/out" })).await.expect(200);
}
