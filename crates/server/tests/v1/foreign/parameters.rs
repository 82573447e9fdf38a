//! What the parameters of documented operations are: the tables to which a new one adds its line.

use serde_json::{Value, json};

use crate::server::CLIENT_SECRET;

/// Everything of one tenant that an id can name.
pub struct Ids {
    pub partner: String,
    pub tenant: String,
    pub user: String,
    pub email: String,
    pub session: String,
    /// The number of the same session, and the guid of its user.
    pub number: Value,
    pub guid: String,
    /// A session as session storage names it.
    pub stored: String,
    /// An access token of a session.
    pub token: String,
    pub application: String,
    pub secret: String,
    pub orgcode: String,
    pub service_account: String,
    pub api_key: String,
    pub api_key_text: String,
}

/// Whom a call is made by.
pub struct Persona {
    pub name: &'static str,
    pub token: Option<String>,
    /// The bearer guid of a session of their own.
    pub guid: Option<String>,
    /// The paths below which there is something that they may look up.
    pub administers: Option<&'static str>,
}

/// What a parameter is.
pub enum Parameter {
    /// An id: what is compared.
    Id(fn(&Ids) -> Value),
    /// The caller's own credential.
    Credential(fn(&Persona) -> Value),
    /// What opens something to whoever has it; always one's own.
    Own(fn(&Ids) -> Value),
    /// Names nothing; filled only where it is required.
    Plain(fn() -> Value),
}
use Parameter::{Credential, Id, Own, Plain};

/// Every name that a document gives to something in a path, a query or a body. One that stands for different things carries the
/// path that it is meant on before it, or the beginning of several paths, up to a slash.
pub const PARAMETERS: &[(&str, Parameter)] = &[
    ("partner_id", Id(|ids| json!(ids.partner))),
    ("tenant_id", Id(|ids| json!(ids.tenant))),
    ("/auth/verify tenant", Id(|ids| json!(ids.tenant))),
    ("redirect", Plain(|| json!(1))),
    ("user_id", Id(|ids| json!(ids.user))),
    ("owner_id", Id(|ids| json!(ids.user))),
    ("session_id", Id(|ids| json!(ids.session))),
    ("/session-storage/sessions/{session_id} session_id", Id(|ids| json!(ids.stored))),
    ("session_ids", Id(|ids| json!([ids.session]))),
    ("application_id", Id(|ids| json!(ids.application))),
    ("secret_id", Id(|ids| json!(ids.secret))),
    ("memberships", Id(|ids| json!({ ids.tenant.clone(): "member" }))),
    ("/api/v1/admin/users/{user_id}/emails/{email}/status email", Id(|ids| json!(ids.email))),
    ("/api/v1/admin/users/{user_id}/emails/{email}/primary email", Id(|ids| json!(ids.email))),
    ("/api/v1/admin/users/{user_id}/emails/{email} email", Id(|ids| json!(ids.email))),
    // USM has no other credential: whoever holds a guid of a session may do with it what that guid allows (docs/contracts/usm.md).
    ("session_guid", Credential(|persona| json!(persona.guid))),
    ("/usm/service_account/ orgcode", Id(|ids| json!(ids.orgcode))),
    ("/usm/api_key/ orgcode", Id(|ids| json!(ids.orgcode))),
    ("service_account_id", Id(|ids| json!(ids.service_account))),
    ("api_key_id", Id(|ids| json!(ids.api_key))),
    ("api_key", Own(|ids| json!(ids.api_key_text))),
    ("guid", Id(|ids| json!(ids.guid))),
    ("Session", Id(|ids| ids.number.clone())),
    ("pageSize", Plain(|| json!(20))),
    ("cursor", Plain(|| json!("0"))),
    ("actor_id", Id(|ids| json!(ids.user))),
    ("resource_id", Id(|ids| json!(ids.user))),
    ("token", Id(|ids| json!(ids.token))),
    ("subject_token", Id(|ids| json!(ids.token))),
    ("subject_token_type", Plain(|| json!("urn:ietf:params:oauth:token-type:access_token"))),
    ("requested_token_type", Plain(|| json!("urn:ietf:params:oauth:token-type:access_token"))),
    ("grant_type", Plain(|| json!("urn:ietf:params:oauth:grant-type:token-exchange"))),
    ("scope", Plain(|| json!("profile"))),
    ("audience", Plain(|| json!("cloakroom"))),
    ("resource", Plain(|| json!("http://here"))),
    ("refresh_token", Plain(|| json!("clr_0"))),
    ("client_id", Plain(|| json!("machine_unscoped"))),
    ("client_secret", Plain(|| json!(CLIENT_SECRET))),
    ("client_assertion", Plain(|| json!("e30.e30.e30"))),
    ("client_assertion_type", Plain(|| json!("urn:ietf:params:oauth:client-assertion-type:jwt-bearer"))),
    ("file", Plain(|| json!("style.css"))),
    ("jwks", Plain(|| json!({ "keys": [] }))),
    ("/user/login username", Plain(|| json!("nobody-of-that-name"))),
    ("username", Plain(|| json!("somebody-new"))),
    ("email", Plain(|| json!("somebody-new@example.com"))),
    ("passcode", Plain(|| json!("Wrong-horse-7"))),
    ("password", Plain(|| json!("Wrong-horse-7"))),
    ("refreshToken", Plain(|| json!("clr_0"))),
    ("code", Plain(|| json!("somewhere-new"))),
    ("/usm/service_account/ status", Plain(|| json!("doomed"))),
    ("roles", Plain(|| json!(["pvv"]))),
    ("max_age_days", Plain(|| json!(30))),
    ("expires_at_utc", Plain(|| json!("2026-02-01T00:00:00Z"))),
    ("action", Plain(|| json!("user.created"))),
    ("resource_type", Plain(|| json!("user"))),
    ("result", Plain(|| json!("success"))),
    ("start_time", Plain(|| json!("2026-01-01T00:00:00Z"))),
    ("end_time", Plain(|| json!("2026-02-01T00:00:00Z"))),
    ("ip_address", Plain(|| json!("192.0.2.7"))),
    ("/api/v1/auth/reset-password token", Plain(|| json!("clp_0"))),
    ("/api/v1/auth/verify-email token", Plain(|| json!("clv_0"))),
    ("/password/reset token", Plain(|| json!("clp_0"))),
    ("/email/verify token", Plain(|| json!("clv_0"))),
    ("current_password", Plain(|| json!("Wrong-horse-7"))),
    ("new_password", Plain(|| json!("Wrong-horse-7"))),
    ("form_token", Plain(|| json!("AAAA"))),
    ("return_to", Plain(|| json!("/"))),
    ("after", Plain(|| json!(1))),
    ("status", Plain(|| json!("verified"))),
    ("Name", Plain(|| json!("countries"))),
    ("name", Plain(|| json!("Somebody"))),
    ("token_type_hint", Plain(|| json!("access_token"))),
    ("email_status", Plain(|| json!("verified"))),
    ("display_name", Plain(|| json!("Somebody"))),
    ("role", Plain(|| json!("none"))),
    ("is_operator", Plain(|| json!(false))),
    ("is_primary", Plain(|| json!(false))),
    ("keep_sessions", Plain(|| json!(false))),
    ("except_current", Plain(|| json!(false))),
    ("revoke_all", Plain(|| json!(true))),
    ("active_only", Plain(|| json!(false))),
    ("search", Plain(|| json!("a"))),
    ("page", Plain(|| json!(1))),
    ("per_page", Plain(|| json!(20))),
    ("page_size", Plain(|| json!(20))),
    ("page_token", Plain(|| json!("x"))),
    ("data", Plain(|| json!({}))),
    ("session_cap", Plain(|| json!(64))),
    ("ttl_seconds", Plain(|| json!(600))),
    ("absolute_ttl_seconds", Plain(|| json!(600))),
    ("sliding", Plain(|| json!(true))),
    ("api_key_max_age_days", Plain(|| json!(9))),
    ("kind", Plain(|| json!("web"))),
    ("scopes", Plain(|| json!([]))),
    ("redirect_uris", Plain(|| json!([]))),
    ("post_logout_redirect_uris", Plain(|| json!([]))),
    ("backchannel_logout_uri", Plain(|| json!(null))),
    ("origins", Plain(|| json!([]))),
    ("is_first_party", Plain(|| json!(false))),
    ("id_token_signed_response_alg", Plain(|| json!("RS256"))),
    ("platform", Plain(|| json!(false))),
    ("caption", Plain(|| json!("x"))),
    ("session_label", Plain(|| json!("x"))),
    ("ttl_refresh_enabled", Plain(|| json!(true))),
    ("reason", Plain(|| json!("x"))),
    ("actor", Plain(|| json!("x"))),
    ("orgcode", Plain(|| json!("x"))),
    ("cccode", Plain(|| json!("x"))),
    ("include_archived", Plain(|| json!(true))),
    ("limit", Plain(|| json!(10))),
    ("next_token", Plain(|| json!("x"))),
    ("active_next_token", Plain(|| json!("x"))),
    ("doomed_next_token", Plain(|| json!("x"))),
    ("archived_from_utc", Plain(|| json!("2026-01-01T00:00:00Z"))),
    ("archived_to_utc", Plain(|| json!("2026-01-01T00:00:00Z"))),
];

/// What an operation wants besides what its document calls required; but not where what stands last is asked.
pub const COMPANIONS: &[(&str, &str, &str, &str)] = &[
    ("POST", "/api/v1/tenants/{tenant_id}/sessions/users/{user_id}/revoke", "revoke_all", "session_ids"),
    ("POST", "/usm/api_key/validate", "api_key", ""),
    ("POST", "/usm/api_key/create", "session_guid", ""),
    ("POST", "/usm/api_key/list", "session_guid", ""),
    ("POST", "/usm/api_key/revoke", "session_guid", ""),
    ("POST", "/usm/api_key/revoke_all", "session_guid", ""),
    ("POST", "/usm/api_key/revoke_all_org", "session_guid", ""),
    ("POST", "/usm/api_key/policy_set", "session_guid", ""),
    ("POST", "/session-storage/sessions/{session_id}", "ttl_seconds", ""),
    ("POST", "/oauth/introspect", "client_id", ""),
    ("POST", "/oauth/introspect", "client_secret", ""),
    ("POST", "/oauth/token", "client_id", ""),
    ("POST", "/oauth/token", "client_secret", ""),
    ("POST", "/oauth/token", "subject_token_type", ""),
    ("POST", "/oauth/revoke", "client_id", ""),
    ("POST", "/oauth/revoke", "client_secret", ""),
];

/// Operations whose answer is not "not found": they skip, find nothing, or say nothing of what is not there.
pub const SAYS_NOTHING: &[(&str, &str, &str)] = &[
    ("POST", "/api/v1/tenants/{tenant_id}/sessions/users/{user_id}/revoke", "session_ids"),
    ("GET", "/api/admin/v1/authenticated-sessions/user-sessions/{guid}", "guid"),
    ("GET", "/api/v1/admin/audit/", "actor_id"),
    ("GET", "/api/v1/admin/audit/", "resource_id"),
    ("GET", "/api/v1/admin/audit", "actor_id"),
    ("GET", "/api/v1/admin/audit", "resource_id"),
    ("GET", "/api/v1/admin/audit/export", "actor_id"),
    ("GET", "/api/v1/admin/audit/export", "resource_id"),
    ("POST", "/usm/api_key/validate", "orgcode"),
    ("POST", "/oauth/token", "subject_token"),
    ("POST", "/oauth/introspect", "token"),
    ("POST", "/oauth/revoke", "token"),
];
