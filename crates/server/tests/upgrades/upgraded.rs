//! This server over an old database, asked as its clients ask.

use std::sync::Arc;

use axum::Router;
use axum::body::Body;
use axum::http::Request;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use cloakroom_engine::callers::{Authorisation, Deed};
use cloakroom_engine::clock::Timestamp;
use cloakroom_engine::directory::identity_provider::store::IdentityProviderStore as _;
use cloakroom_engine::federation::protocol::ProviderIdentity;
use cloakroom_engine::federation::store::{FederationStore as _, SettleIdentity, SettledIdentity};
use cloakroom_engine::ids::UserUid;
use cloakroom_engine::sessions::touches::PendingTouches;
use serde_json::{Value, json};
use tower::ServiceExt as _;

use crate::history::{ISSUER, MASTER, Shown, ended_at};
use crate::in_process::{InProcess, Made, Routed};
use crate::place::Place;

const PASSWORD: &str = "Correct-horse-7";
const FORM: &str = "application/x-www-form-urlencoded";
const CLIENT: &str = "client_id=shop&client_secret=a-secret-of-the-shop";

/// What a token says.
fn claim(token: &str, name: &str) -> Value {
    let payload = URL_SAFE_NO_PAD.decode(token.split('.').nth(1).unwrap()).unwrap();
    serde_json::from_slice::<Value>(&payload).unwrap()[name].clone()
}

pub struct Upgraded {
    inside: InProcess,
    router: Router,
}

fn master() -> [u8; 32] {
    std::array::from_fn(|at| u8::from_str_radix(&MASTER[at * 2..at * 2 + 2], 16).unwrap())
}

impl Upgraded {
    pub async fn open(place: &Place) -> Self {
        let touches = Arc::new(PendingTouches::default());
        let database = place.open(touches.clone());
        let made = Made { master: master(), ..Made::at(Timestamp::from_millis(ended_at()), ISSUER) };
        let inside = InProcess::over(made, database, touches, place.scratch());
        inside.engine.refresh_signing_keys().await.unwrap();
        let router = inside.router(&Routed::default());
        Self { inside, router }
    }

    async fn send(&self, head: &[(&str, &str)], method: &str, path: &str, body: String) -> (u16, Value) {
        let request = head.iter().fold(Request::builder().method(method).uri(path), |request, (name, value)| request.header(*name, *value));
        let response = self.router.clone().oneshot(request.body(Body::from(body)).unwrap()).await.unwrap();
        let status = response.status().as_u16();
        let bytes = axum::body::to_bytes(response.into_body(), usize::MAX).await.unwrap();
        (status, serde_json::from_slice(&bytes).unwrap_or_default())
    }

    async fn post(&self, path: &str, body: Value) -> (u16, Value) {
        self.send(&[("content-type", "application/json")], "POST", path, body.to_string()).await
    }

    async fn granted(&self, grant: &str) -> (u16, Value) {
        self.send(&[("content-type", FORM)], "POST", "/oauth/token", format!("{CLIENT}&{grant}")).await
    }

    /// Whatever a client was shown is worth what it was.
    pub async fn honours(&self, shown: &Shown) {
        let schema = shown.schema;
        let guid = json!({ "session_guid": shown.get("guid").unwrap() });
        let (status, session) = self.post("/usm/session/validate", guid.clone()).await;
        assert_eq!((status, session["data"]["session_label"].as_str()), (200, Some(format!("v{schema}").as_str())), "{session}");
        self.knows_how_they_signed_in(shown).await;
        if let Some(refresh) = shown.get("refresh") {
            self.rotates(schema, shown.get("access").unwrap(), refresh).await;
        }
        if let Some(refresh) = shown.get("client_refresh") {
            let (status, pair) = self.granted(&format!("grant_type=refresh_token&refresh_token={refresh}")).await;
            assert_eq!(status, 200, "{schema}: {pair}");
        }
        if let Some(key) = shown.get("api_key") {
            let (status, account) = self.post("/usm/api_key/validate", json!({ "api_key": key, "orgcode": "ACME" })).await;
            assert_eq!((status, &account["data"]["roles"]), (200, &json!(["pvv"])), "{schema}: {account}");
        }
        if let Some(token) = shown.get("verification") {
            assert_eq!(self.post("/api/v1/auth/verify-email", json!({ "token": token })).await.0, 204, "{schema}");
        }
        if let Some(id) = shown.get("storage") {
            let head = [("ClientID", "shop"), ("ClientSecret", "a-secret-of-the-shop")];
            let (status, session) = self.send(&head, "GET", &format!("/session-storage/sessions/{id}"), String::new()).await;
            assert_eq!(status, 200, "{schema}: {session}");
        }
        if schema.is_multiple_of(2) {
            assert_eq!(self.post("/usm/session/close", guid.clone()).await.0, 200, "{schema}");
            assert_eq!(self.post("/usm/session/validate", guid).await.0, 401, "{schema}");
        }
    }

    /// What an application is given within a session says when and how its user proved who they are, whichever server opened it.
    async fn knows_how_they_signed_in(&self, shown: &Shown) {
        let guid = "subject_token_type=urn:cloakroom:params:oauth:token-type:session_guid";
        let exchange = format!("grant_type=urn:ietf:params:oauth:grant-type:token-exchange&{guid}");
        let (status, given) = self.granted(&format!("{exchange}&subject_token={}", shown.get("guid").unwrap())).await;
        assert_eq!(status, 200, "{}: {given}", shown.schema);
        let says = |name: &str| claim(given["access_token"].as_str().unwrap(), name);
        let methods: Vec<_> = shown.get("amr").unwrap_or("pwd").split(' ').collect();
        assert_eq!((says("amr"), says("acr")), (json!(methods), json!("aal1")), "{}", shown.schema);
        let proven_at = says("auth_time").as_i64().unwrap();
        let is_known = shown.get("auth_time").map_or(1_796_011_000, |at| at.parse().unwrap())..=ended_at() / 1000;
        assert!(is_known.contains(&proven_at), "{}: {proven_at}", shown.schema);
    }

    /// Twice, and what was redeemed is worth nothing.
    async fn rotates(&self, schema: usize, shown: &str, refresh: &str) {
        let (mut access, mut refresh) = (shown.to_owned(), refresh.to_owned());
        for _ in 0..2 {
            let bearer = format!("Bearer {access}");
            let head = [("content-type", "application/json"), ("authorization", bearer.as_str())];
            assert_eq!(self.send(&head, "GET", "/api/v1/me", String::new()).await.0, 200, "{schema}");
            let body = json!({ "refreshToken": refresh }).to_string();
            let (status, pair) = self.send(&head, "POST", "/user/refreshToken", body).await;
            assert_eq!(status, 200, "{schema}: {pair}");
            assert_eq!(self.send(&head, "GET", "/api/v1/me", String::new()).await.0, 401, "{schema}");
            let said = |name: &str| pair[name].as_str().unwrap().to_owned();
            assert_ne!(said("refreshToken"), refresh);
            // The first one was issued when the user logged in.
            let (issued_at, proven_at) =
                (claim(shown, "iat").as_i64().unwrap(), claim(&said("accessToken"), "auth_time").as_i64().unwrap());
            assert!((issued_at - 1..=issued_at).contains(&proven_at), "{schema}: {proven_at}, {issued_at}");
            assert_eq!(claim(&said("accessToken"), "amr"), json!(["pwd"]), "{schema}");
            (access, refresh) = (said("accessToken"), said("refreshToken"));
        }
    }

    /// Passwords and client secrets are what they were.
    pub async fn signs_in(&self) {
        let (status, session) = self.post("/usm/session/create", json!({ "email": "ada@example.com", "passcode": PASSWORD })).await;
        assert_eq!(status, 200, "{session}");
        let (status, root) = self.post("/user/login", json!({ "username": "root", "password": PASSWORD })).await;
        assert_eq!(status, 200, "{root}");
        let (status, refused) = self.post("/user/login", json!({ "username": "root", "password": "Wrong-horse-7" })).await;
        assert_eq!(status, 401, "{refused}");
        let (status, machine) = self.granted("grant_type=client_credentials").await;
        assert_eq!(status, 200, "{machine}");
        let bearer = format!("Bearer {}", root["accessToken"].as_str().unwrap());
        let (status, listed) = self.send(&[("authorization", &bearer)], "GET", "/api/v1/admin/sessions/?per_page=100", String::new()).await;
        let items = listed["data"].as_array().map_or(0, Vec::len);
        assert_eq!((status, listed["pagination"]["total_items"].as_u64()), (200, Some(items as u64)), "totals are exact: {listed}");
    }

    /// What applications registered to sign people in with, by servers that knew of that (`rows.sql`, after 20).
    pub async fn shows_what_was_registered(&self) {
        let (_, root) = self.post("/user/login", json!({ "username": "root", "password": PASSWORD })).await;
        let bearer = format!("Bearer {}", root["accessToken"].as_str().unwrap());
        let shown = async |client_id: &str| {
            let path = format!("/api/v1/admin/applications/?search={client_id}");
            self.send(&[("authorization", &bearer)], "GET", &path, String::new()).await.1["data"][0].clone()
        };
        let (desk, page) = (shown("desk").await, shown("page").await);
        let of_desk = ["kind", "redirect_uris", "post_logout_redirect_uris", "is_first_party", "id_token_signed_response_alg"];
        let expected =
            json!(["native", ["http://127.0.0.1/callback", "com.example.desk:/callback"], ["com.example.desk:/bye"], true, "EdDSA"]);
        assert_eq!(Value::from_iter(of_desk.map(|name| desk[name].clone())), expected, "{desk}");
        let of_page = ["kind", "backchannel_logout_uri", "origins"].map(|name| page[name].clone());
        assert_eq!(Value::from_iter(of_page), json!(["spa", "https://page.example.com/out", ["https://page.example.com"]]), "{page}");
        let keys = self.send(&[], "GET", "/.well-known/jwks.json", String::new()).await.1;
        let signing: Vec<_> = keys["keys"].as_array().unwrap().iter().map(|key| key["alg"].as_str().unwrap()).collect();
        assert!(signing.contains(&"EdDSA") && signing.contains(&"RS256"), "{signing:?}");
    }

    /// What is kept with a session, and who is given it in tokens (`rows.sql`, after 26).
    pub async fn knows_what_is_kept(&self) {
        let shown = crate::history::shown().into_iter().find(|shown| shown.schema == 23).unwrap();
        let guid = shown.get("guid").unwrap();
        let (_, session) = self.post("/usm/session/get", json!({ "session_guid": guid })).await;
        let kept = (&session["data"]["metadata"], &session["data"]["metadata_edition"]);
        assert_eq!(kept, (&json!({ "seat": { "row": 7 }, "tier": "gold" }), &json!(3)), "{session}");
        let next = json!({ "session_guid": guid, "metadata": { "tier": "silver" }, "metadata_edition": 3 });
        let (status, updated) = self.post("/usm/session/update", next).await;
        assert_eq!((status, &updated["data"]["metadata_edition"]), (200, &json!(4)), "{updated}");
        let (_, root) = self.post("/user/login", json!({ "username": "root", "password": PASSWORD })).await;
        let bearer = format!("Bearer {}", root["accessToken"].as_str().unwrap());
        let desk = self.send(&[("authorization", &bearer)], "GET", "/api/v1/admin/applications/?search=desk", String::new()).await.1;
        assert_eq!(desk["data"][0]["session_claims"], json!(["tier", "seat"]), "{desk}");
    }

    /// Identity providers, and that their secrets open (`rows.sql`, after 24).
    pub async fn knows_its_providers(&self) {
        let stored = self.inside.database.identity_provider_called("staff").await.unwrap().unwrap();
        let secret = self.inside.engine.provider_secret(&stored).unwrap().unwrap();
        assert_eq!(secret.reveal(), "a-secret-of-ours");
        let provider = &stored.provider;
        assert_eq!(
            (&provider.settings.scopes[..], provider.settings.exchange_audiences.len()),
            (&["openid".into(), "groups".into()][..], 1)
        );
        assert!(provider.speaks_for("example.com") && !provider.speaks_for("example.org"));
        assert_eq!(provider.group_memberships[0].group, "all staff");
    }

    /// Whose identities are whose (`rows.sql`, after 25).
    pub async fn knows_identities(&self) {
        let now = Timestamp::from_millis(ended_at());
        let identity = ProviderIdentity {
            issuer: "https://staff.example.com".into(),
            subject: "248289761001".into(),
            provider_session: None,
            email: None,
            username: None,
            name: None,
            groups: Vec::new(),
            methods: Vec::new(),
            authenticated_at: None,
        };
        let settle = SettleIdentity {
            provider: "staff".into(),
            identity,
            uid: UserUid::from_bytes([9; 16]),
            spent: None,
            deed: Deed::of_system(now, "test"),
        };
        let settled = self.inside.database.settle_identity(Authorisation::Verified, settle).await.unwrap();
        assert!(matches!(&settled, SettledIdentity::Of(user) if user.user.0 == 1), "{settled:?}");
    }

    /// As a server stops: the trail sealed, touches on disk.
    pub async fn stop(self) {
        while self.inside.engine.seal_audit_entries(7).await.unwrap().1 {}
        while self.inside.engine.save_touches(true, 100).await.unwrap() > 0 {}
        self.inside.database.shutdown();
    }
}
