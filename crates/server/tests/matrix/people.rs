//! Who there is in every world of the matrix.

use std::sync::OnceLock;
use std::sync::atomic::{AtomicBool, Ordering};

use async_trait::async_trait;
use cloakroom_engine::directory::password::{HashingJob, HashingResult, InlineHashing, PasswordHashing, hash};
use cloakroom_engine::error::HashingOverloaded;
use cloakroom_engine::secret::Passcode;
use serde_json::{Value, json};

use crate::births::{CALLBACK, WATCH_CALLBACK};
use crate::vouching;

pub const PASSWORD: &str = "Correct-horse-7";
pub const SECRET: &str = "a-secret-of-the-matrix";

/// Believes every passcode while it is told to: signing in is not what the matrix is about, and it does so a thousand times.
pub struct Believing(pub AtomicBool);

#[async_trait]
impl PasswordHashing for Believing {
    async fn run(&self, job: HashingJob) -> Result<HashingResult, HashingOverloaded> {
        if self.0.load(Ordering::Relaxed) {
            return Ok(HashingResult::Verified { matches: true, rehashed: None, work: 0 });
        }
        InlineHashing.run(job).await
    }
}

/// Hashed once for all worlds.
fn password_hash() -> &'static str {
    static HASH: OnceLock<String> = OnceLock::new();
    HASH.get_or_init(|| hash(&Passcode::new(PASSWORD.into()), [7; 16]).unwrap().as_phc().to_owned())
}

fn user(name: &str, tenant: Option<&str>, more: &Value) -> Value {
    let mut user = json!({ "username": name, "email": format!("{name}@example.com"), "password_hash": password_hash() });
    let object = user.as_object_mut().unwrap();
    object.extend(tenant.map(|tenant| ("tenant".to_owned(), json!(tenant))));
    object.extend(more.as_object().unwrap().clone());
    user
}

fn application(client_id: &str, tenant: &str, more: &Value) -> Value {
    let mut application = json!({ "client_id": client_id, "tenant": tenant, "client_secret": SECRET });
    application.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    application
}

fn portal() -> Value {
    json!({
        "scopes": ["profile"],
        "kind": "web",
        "redirect_uris": [CALLBACK],
        "post_logout_redirect_uris": ["https://portal.example.com/bye"],
        "backchannel_logout_uri": "https://portal.example.com/out",
        "is_first_party": true,
        "id_token_signed_response_alg": "EdDSA",
    })
}

/// Ada of ACME, whose session it is about, with every power there is within a tenant, so that her tokens open something on every
/// surface. Bob of ACME and Cleo of BETA stand by. Root and the operators end what is not theirs. Of Ada's: a keeper and
/// a second one of ACME, and one of BETA. The portal gets tokens within sessions; the watch reaches everything, the machine what ACME has.
pub fn directory() -> Value {
    json!({
        "partners": [{ "code": "north" }],
        "tenants": [{ "code": "ACME", "partner": "north" }, { "code": "BETA" }],
        "users": [
            user("ada", Some("ACME"), &json!({ "role": "tenant_admin", "memberships": { "ACME": "owner" } })),
            user("bob", Some("ACME"), &json!({})),
            user("cleo", Some("BETA"), &json!({})),
            user("root", None, &json!({ "role": "super_admin" })),
            user("roamer", None, &json!({ "is_operator": true })),
            user("local", Some("ACME"), &json!({ "is_operator": true })),
        ],
        "identity_providers": [vouching::entry()],
        "applications": [
            application("keeper", "ACME", &json!({ "owner": "ada" })),
            application("second", "ACME", &json!({ "owner": "ada" })),
            application("far", "BETA", &json!({ "owner": "ada" })),
            application("portal", "ACME", &portal()),
            application("watch", "BETA", &json!({
                "platform": true, "scopes": ["admin:read", "admin:write"], "kind": "web", "redirect_uris": [WATCH_CALLBACK], "is_first_party": true,
            })),
            application("machine", "ACME", &json!({ "scopes": ["admin:write"] })),
        ],
    })
}
