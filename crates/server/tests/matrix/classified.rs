//! What every documented operation is to a session: whoever adds a route says here what it does, and the matrix then wants it.

use std::collections::BTreeSet;

use cloakroom_server::router::documents;

#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Role {
    /// A session is born by it.
    Births,
    /// It shows sessions, or counts them.
    Shows,
    /// Sessions end by it.
    Ends,
    /// It takes a credential of a session, and so checks whether that lives.
    Checks,
}

pub const ROLES: [Role; 4] = [Role::Births, Role::Shows, Role::Ends, Role::Checks];

const BIRTHS: &[&str] = &[
    "GET /login/idp/{code}/callback",
    "POST /login",
    "POST /session-storage/session",
    "POST /session-storage/sessions",
    "POST /user/login",
    "POST /usm/session/create",
];

const SHOWS: &[&str] = &[
    "GET /account",
    "GET /api/admin/v1/authenticated-sessions/list",
    "GET /api/admin/v1/authenticated-sessions/user-sessions/{guid}",
    "GET /api/v1/admin/sessions",
    "GET /api/v1/admin/sessions/",
    "GET /api/v1/admin/sessions/{session_id}",
    "GET /api/v1/me/sessions",
    "GET /api/v1/tenants/{tenant_id}/sessions",
    "GET /api/v1/tenants/{tenant_id}/sessions/stats",
    "GET /api/v1/tenants/{tenant_id}/sessions/users/{user_id}",
    "GET /api/v1/tenants/{tenant_id}/sessions/{session_id}",
    "GET /console/sessions",
    "GET /console/sessions/export",
    "GET /console/sessions/{session_id}",
    "GET /session-storage/sessions",
    "GET /session-storage/sessions/{session_id}",
    "POST /usm/session/get",
    "POST /usm/session/list",
];

const ENDS: &[&str] = &[
    "DELETE /api/v1/admin/applications/{application_id}",
    "DELETE /api/v1/admin/sessions/{session_id}",
    "DELETE /api/v1/admin/tenants/{tenant_id}",
    "DELETE /api/v1/admin/users/{user_id}",
    "DELETE /api/v1/admin/users/{user_id}/emails/{email}",
    "DELETE /api/v1/me/consents/{application_id}",
    "DELETE /api/v1/me/sessions/{session_id}",
    "DELETE /api/v1/tenants/{tenant_id}/sessions/{session_id}",
    "DELETE /session-storage/sessions/{session_id}",
    "PATCH /api/v1/admin/applications/{application_id}",
    "PATCH /api/v1/admin/tenants/{tenant_id}",
    "PATCH /api/v1/admin/users/{user_id}",
    "GET /oauth/logout",
    "POST /account/consents/withdraw",
    "POST /account/sessions/end",
    "POST /account/sessions/end-others",
    "POST /console/directory/{noun}/{entry_id}/edit",
    "POST /console/directory/{noun}/{entry_id}/remove",
    "POST /console/directory/users/{user_id}/emails",
    "POST /console/directory/users/{user_id}/password",
    "POST /console/directory/users/{user_id}/status",
    "POST /api/admin/v1/authenticated-sessions/revoke",
    "POST /api/v1/admin/sessions/revoke-all",
    "POST /api/v1/admin/users/{user_id}/emails/{email}/status",
    "POST /api/v1/admin/users/{user_id}/password",
    "POST /api/v1/admin/users/{user_id}/status",
    "POST /api/v1/auth/reset-password",
    "POST /api/v1/me/password",
    "POST /api/v1/me/sessions/revoke-all",
    "POST /api/v1/tenants/{tenant_id}/sessions/revoke-all",
    "POST /api/v1/tenants/{tenant_id}/sessions/users/{user_id}/revoke",
    "POST /console/ends/new",
    "POST /console/sessions/end",
    "POST /login/idp/{code}/logout",
    "POST /login/password",
    "POST /logout",
    "POST /oauth/logout/confirm",
    "POST /password/reset",
    "POST /oauth/revoke",
    // A refresh token that is shown too late is a theft, and the session's end.
    "POST /oauth/token",
    "POST /session-storage/sessions/{session_id}",
    "POST /user/logout",
    "POST /user/refreshtoken",
    // At the cap, where that is the policy.
    "POST /usm/session/create",
    "POST /usm/session/close",
    "POST /usm/session/logout_everywhere",
    "POST /usm/session/logout_other_devices",
];

/// What takes an access token checks by that: the documents say which do.
const CHECKS: &[&str] = &[
    "GET /",
    "GET /account",
    "GET /console",
    "GET /console/audit",
    "GET /console/confirm",
    "GET /console/directory/{noun}",
    "GET /console/directory/{noun}/export",
    "GET /console/directory/{noun}/new",
    "GET /console/directory/{noun}/{entry_id}",
    "GET /console/directory/{noun}/{entry_id}/edit",
    "GET /console/directory/users/{user_id}/password",
    "GET /console/health",
    "GET /console/keys",
    "POST /console/audit/export",
    "POST /console/confirm",
    "POST /console/directory/{noun}/new",
    "POST /console/directory/applications/{application_id}/secrets/add",
    "POST /console/directory/applications/{application_id}/secrets/remove",
    "POST /console/directory/identity-providers/{identity_provider_id}/domains",
    "POST /console/directory/users/{user_id}/locks/lift",
    "GET /login",
    "GET /auth/verify",
    "GET /console",
    "GET /console/confirm",
    "GET /console/ends",
    "GET /console/ends/new",
    "GET /console/ends/{mass_end_id}",
    "POST /console/confirm",
    "GET /login/password",
    "GET /oauth/authorize",
    "GET /api/v1/admin/applications",
    "GET /api/v1/admin/applications/",
    "GET /api/v1/admin/applications/{application_id}",
    "GET /api/v1/admin/applications/{application_id}/logouts",
    "GET /api/v1/admin/applications/{application_id}/secrets",
    "GET /api/v1/admin/audit",
    "GET /api/v1/admin/audit/",
    "GET /api/v1/admin/audit/actions",
    "GET /api/v1/admin/audit/export",
    "GET /api/v1/admin/audit/head",
    "GET /api/v1/admin/audit/resource-types",
    "GET /api/v1/admin/identity-providers",
    "GET /api/v1/admin/identity-providers/",
    "GET /api/v1/admin/identity-providers/{identity_provider_id}",
    "GET /api/v1/admin/partners",
    "GET /api/v1/admin/partners/",
    "GET /api/v1/admin/partners/{partner_id}",
    "GET /api/v1/admin/tenants",
    "GET /api/v1/admin/tenants/",
    "GET /api/v1/admin/tenants/{tenant_id}",
    "GET /api/v1/admin/users",
    "GET /api/v1/admin/users/",
    "GET /api/v1/admin/users/{user_id}",
    "GET /api/v1/admin/users/{user_id}/locks",
    "GET /api/v1/me",
    "GET /api/v1/me/consents",
    "DELETE /api/v1/admin/applications/{application_id}/secrets/{secret_id}",
    "DELETE /api/v1/admin/identity-providers/{identity_provider_id}",
    "DELETE /api/v1/admin/partners/{partner_id}",
    "DELETE /api/v1/admin/users/{user_id}/locks",
    "PATCH /api/v1/admin/identity-providers/{identity_provider_id}",
    "PATCH /api/v1/admin/partners/{partner_id}",
    "PATCH /api/v1/me",
    "POST /account/sessions/name",
    "POST /api/v1/admin/applications",
    "POST /api/v1/admin/applications/",
    "POST /api/v1/admin/applications/{application_id}/secrets",
    "POST /api/v1/admin/identity-providers",
    "POST /api/v1/admin/identity-providers/",
    "POST /api/v1/admin/identity-providers/{identity_provider_id}/approved-domains",
    "POST /api/v1/admin/partners",
    "POST /api/v1/admin/partners/",
    "POST /api/v1/admin/tenants",
    "POST /api/v1/admin/tenants/",
    "POST /api/v1/admin/users",
    "POST /api/v1/admin/users/",
    "POST /api/v1/admin/users/{user_id}/emails",
    "POST /api/v1/admin/users/{user_id}/emails/{email}/primary",
    "GET /oauth/userinfo",
    "POST /oauth/userinfo",
    "POST /oauth/consent",
    "POST /oauth/introspect",
    "POST /oauth/token",
    "POST /user/refreshtoken",
    "POST /usm/api_key/create",
    "POST /usm/api_key/list",
    "POST /usm/api_key/policy_set",
    "POST /usm/api_key/revoke",
    "POST /usm/api_key/revoke_all",
    "POST /usm/api_key/revoke_all_org",
    "POST /usm/service_account/create",
    "POST /usm/service_account/list",
    "POST /usm/service_account/status",
    "POST /usm/session/get",
    "POST /usm/session/list",
    "POST /usm/session/update",
    "POST /usm/session/validate",
];

/// What has nothing to do with a session, and why.
const APART: &[(&str, &str)] = &[
    ("POST /usm/api_key/validate", "an API key is of an org and of no session"),
    ("POST /api/v1/auth/forgot-password", "asks for a mail"),
    ("POST /api/v1/auth/resend-verification", "asks for a mail"),
    ("POST /api/v1/auth/verify-email", "takes an address to verified, which ends nothing"),
    ("POST /session-storage/sessions/{session_id}/metadata", "an application keeps data with a session that it may see anyway"),
    ("GET /common/lookup", "lists words"),
    ("GET /common/healthcheck", "asks about the server"),
    ("GET /healthz", "asks about the server"),
    ("GET /readyz", "asks about the server"),
    ("GET /metrics", "counts requests"),
    ("GET /.well-known/jwks.json", "published keys"),
    ("GET /.well-known/oauth-authorization-server", "describes the server"),
    ("GET /.well-known/openid-configuration", "describes the server"),
    ("POST /oauth/authorize", "goes on by GET"),
    ("POST /oauth/par", "names a request of an application"),
    ("GET /api/admin/openapi.json", "a document"),
    ("GET /api/v1/directory/openapi.json", "a document"),
    ("GET /api/v1/openapi.json", "a document"),
    ("GET /assets/{file}", "what pages are made of"),
    ("GET /login/elsewhere", "says why nobody can be sent back"),
    ("GET /password/reset", "shows a form, and looks at no session"),
    ("GET /password/reset/done", "says that it is done"),
    ("GET /email/verify", "shows a form, and looks at no session"),
    ("GET /email/verify/done", "says that it is done"),
    ("POST /email/verify", "takes an address to verified, which ends nothing"),
    ("GET /logout", "asks, and looks at no session"),
    ("POST /oauth/logout", "goes on by GET"),
    ("GET /openapi/front-door.yaml", "a document"),
    ("GET /docs", "a document"),
    ("GET /docs/{file}", "a document"),
    ("GET /docs/api", "a document"),
    ("GET /docs/guides/{name}", "a document"),
    ("GET /docs/search", "looks into documents"),
    ("GET /oauth/openapi.yaml", "a document"),
    ("GET /openapi.json", "a document"),
    ("GET /login/idp/{code}", "it sends a browser to a provider, and knows of no session"),
    ("GET /openapi/account.yaml", "a document"),
    ("GET /openapi/audit.yaml", "a document"),
    ("GET /openapi/operations.yaml", "a document"),
    ("GET /openapi/user-tokens.yaml", "a document"),
    ("GET /session-storage/openapi.yaml", "a document"),
    ("GET /usm/PROTOCOL.md", "a document"),
    ("GET /usm/openapi.yaml", "a document"),
];

/// Everything that is documented to do this, as the matrix has to ask it.
pub fn classified(role: Role) -> BTreeSet<String> {
    let named = |operations: &[&str]| operations.iter().map(|operation| (*operation).to_owned()).collect();
    match role {
        Role::Births => named(BIRTHS),
        Role::Shows => named(SHOWS),
        Role::Ends => named(ENDS),
        Role::Checks => &named(CHECKS) | &bearer_operations(),
    }
}

/// Every documented operation that `is_meant`: method and path. A path that ends in a slash answers without it, too, and no document says so.
fn documented(is_meant: impl Fn(&serde_json::Value) -> bool) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    for (_, document) in documents() {
        let document = serde_json::to_value(document).unwrap();
        for (path, item) in document["paths"].as_object().unwrap() {
            let meant = item.as_object().unwrap().iter().filter(|(_, operation)| is_meant(operation));
            let served = |method: &String| {
                let twins = [path.as_str(), path.trim_end_matches('/')].into_iter().filter(|path| !path.is_empty());
                twins.map(|path| format!("{} {path}", method.to_uppercase())).collect::<Vec<_>>()
            };
            found.extend(meant.flat_map(|(method, _)| served(method)));
        }
    }
    found
}

/// Every operation that takes an access token.
pub fn bearer_operations() -> BTreeSet<String> {
    static FOUND: std::sync::LazyLock<BTreeSet<String>> = std::sync::LazyLock::new(|| {
        let is_bearer = |scheme: &serde_json::Value| scheme.get("accessToken").is_some();
        documented(|operation| operation["security"].as_array().is_some_and(|schemes| schemes.iter().any(is_bearer)))
    });
    FOUND.clone()
}

#[test]
fn every_documented_operation_says_what_it_is_to_a_session() {
    let apart: BTreeSet<_> = APART.iter().map(|(operation, _)| (*operation).to_owned()).collect();
    let listed = [BIRTHS, SHOWS, ENDS, CHECKS].concat().into_iter().map(str::to_owned).collect();
    let said = &apart | &listed;
    let documented = documented(|_| true);
    let unsaid: Vec<_> = documented.difference(&said).collect();
    assert!(unsaid.is_empty(), "crates/server/tests/matrix/classified.rs: say what each of these is to a session: {unsaid:?}");
    let gone: Vec<_> = said.difference(&documented).collect();
    assert!(gone.is_empty(), "no document describes: {gone:?}");
    let of_sessions = &listed | &bearer_operations();
    let both: Vec<_> = apart.intersection(&of_sessions).collect();
    assert!(both.is_empty(), "set apart, and yet of a session: {both:?}");
    assert!(bearer_operations().len() > 50, "{}", bearer_operations().len());
}
