//! `POST /usm/session/create`

use axum::extract::State;
use cloakroom_engine::secret::Passcode;
use cloakroom_engine::sessions::Birth;
use cloakroom_engine::sessions::open::SessionWish;
use cloakroom_engine::sessions::sign_in::SignIn;

use super::wire::{CreateBody, Created, SessionRecord};
use crate::api::usm::Usm;
use crate::api::usm::call::Call;
use crate::api::usm::envelope::{Failed, Reply};
use crate::api::usm::error::UsmError;

/// Sign in with an email and a passcode and open a session.
#[utoipa::path(post, path = "/usm/session/create", tag = "sessions", request_body = CreateBody, responses(
    (status = 200, description = "The session, with its bearer guid this once", body = Created),
    (status = 400, description = "validation-error", body = Failed),
    (status = 401, description = "invalid-passcode", body = Failed),
    (status = 403, description = "user-not-verified, email-not-verified", body = Failed),
    (status = 409, description = "too-many-sessions", body = Failed),
    (status = 429, description = "rate-limited", body = Failed),
    (status = 500, description = "session-cap-invalid, internal-error", body = Failed),
    (status = 503, description = "service-unavailable", body = Failed),
))]
pub async fn create(State(usm): State<Usm>, mut call: Call) -> Result<Reply, UsmError> {
    let sign_in = decode(&usm, &mut call);
    call.finish()?;
    let engine = usm.engine.clone();
    let opened = usm.detached.run(async move { engine.sign_in(sign_in).await }).await???;
    Reply::new(&SessionRecord::created(&opened, usm.engine.keys()))
}

fn decode(usm: &Usm, call: &mut Call) -> SignIn {
    let policy = &usm.engine.policy().sessions;
    let fields = &mut call.fields;
    let ttl = fields.optional_integer("ttl_seconds", i64::from(policy.ttl_min_seconds)..=i64::from(policy.ttl_max_seconds));
    SignIn {
        email: fields.required_text("email", 254),
        passcode: Passcode::new(fields.required_secret("passcode", Passcode::MAX_BYTES).as_bytes().to_vec()),
        wish: SessionWish {
            birth: Birth::Usm,
            ttl_seconds: ttl.and_then(|ttl| u32::try_from(ttl).ok()),
            slides: fields.optional_bool("ttl_refresh_enabled"),
            caption: fields.optional_text("caption", 256),
            label: fields.optional_text("session_label", 64),
            note: fields.optional_text("reason", 256),
        },
        origin: call.origin.clone(),
    }
}
