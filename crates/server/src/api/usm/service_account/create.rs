//! `POST /usm/service_account/create`

use axum::extract::State;
use cloakroom_engine::directory::is_role_name;
use cloakroom_engine::machine::service_accounts::create::ServiceAccountWish;

use super::wire::{ServiceAccountCreateBody, ServiceAccountRecord, ShownServiceAccount};
use crate::api::usm::Usm;
use crate::api::usm::call::Call;
use crate::api::usm::envelope::{Failed, Reply};
use crate::api::usm::error::UsmError;
use crate::http::fields::Fields;

/// Roles that one account may have, at most.
const MOST_ROLES: usize = 32;

/// Make a service account in an org of the caller's.
#[utoipa::path(post, path = "/usm/service_account/create", tag = "service accounts", request_body = ServiceAccountCreateBody, responses(
    (status = 200, description = "The service account", body = ShownServiceAccount),
    (status = 400, description = "validation-error", body = Failed),
    (status = 401, description = "session-doomed, ttl-expired, user-suspended, user-doomed, email-unverified, email-doomed", body = Failed),
    (status = 403, description = "not-owner, org-write-blocked", body = Failed),
    (status = 404, description = "session-not-found, not-found", body = Failed),
    (status = 503, description = "service-unavailable", body = Failed),
))]
pub async fn create(State(usm): State<Usm>, mut call: Call) -> Result<Reply, UsmError> {
    let (session, orgcode) = (call.session_guid(&usm), call.orgcode());
    let wish = ServiceAccountWish { caption: call.fields.required_text("caption", 256), roles: roles(&mut call.fields) };
    let owner = call.writer(&usm, &session, &orgcode).await?;
    call.finish()?;
    let (engine, origin, writer) = (usm.engine.clone(), call.origin, owner.clone());
    let account = usm.detached.run(async move { engine.create_service_account(&writer, wish, &origin).await }).await??;
    Reply::new(&ServiceAccountRecord::of(&account, &owner))
}

fn roles(fields: &mut Fields) -> Vec<String> {
    let mut roles: Vec<String> = Vec::new();
    for role in fields.text_list("roles", MOST_ROLES, 64) {
        if !roles.contains(&role) {
            roles.push(role);
        }
    }
    if !fields.is_refused("roles") && (roles.is_empty() || !roles.iter().all(|role| is_role_name(role))) {
        fields.refuse("roles", "must be one role or more, each ^[a-z][a-z0-9_]{1,63}$");
    }
    roles
}
