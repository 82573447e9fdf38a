//! Every operation that any OpenAPI document calls a change or an end adds exactly its entries to the trail.

use std::collections::BTreeSet;

use serde_json::Value;

use crate::mutations::{documented, request, scene, with_ops};
use crate::server::Server;

/// What performing an operation once adds to the trail, oldest first.
const MUTATIONS: &[(&str, &[&str])] = &[
    ("POST /usm/session/create", &["session.created"]),
    ("POST /usm/session/update", &["session.metadata_set"]),
    ("POST /usm/session/close", &["session.ended"]),
    ("POST /usm/session/logout_other_devices", &["session.ended"]),
    ("POST /usm/session/logout_everywhere", &["session.ended", "session.ended"]),
    ("POST /user/login", &["session.created"]),
    ("POST /user/refreshtoken", &["tokens.refreshed"]),
    ("POST /user/logout", &["session.ended"]),
    ("POST /oauth/revoke", &["session.ended"]),
    // Each grant has its own: `tests/v1/refused_callers.rs` has that of client credentials.
    ("POST /oauth/token", &["token.exchanged"]),
    // Asking may use up a client's assertion, and tells nothing that anybody could dispute.
    ("POST /oauth/introspect", &[]),
    ("POST /oauth/par", &[]),
    ("GET /oauth/authorize", &["application.authorized"]),
    ("POST /oauth/consent", &["application.authorized"]),
    ("POST /api/v1/me/sessions/revoke-all", &["session.ended"]),
    ("DELETE /api/v1/me/sessions/{session_id}", &["session.ended"]),
    ("POST /api/v1/tenants/{tenant_id}/sessions/revoke-all", &["sessions.revoked"]),
    ("POST /api/v1/tenants/{tenant_id}/sessions/users/{user_id}/revoke", &["session.ended", "session.ended"]),
    ("DELETE /api/v1/tenants/{tenant_id}/sessions/{session_id}", &["session.ended"]),
    ("POST /api/v1/admin/sessions/revoke-all", &["session.ended", "session.ended"]),
    ("DELETE /api/v1/admin/sessions/{session_id}", &["session.ended"]),
    ("POST /api/admin/v1/authenticated-sessions/revoke", &["session.ended"]),
    ("POST /api/v1/admin/partners", &["partner.created"]),
    ("POST /api/v1/admin/partners/", &["partner.created"]),
    ("PATCH /api/v1/admin/partners/{partner_id}", &["partner.changed"]),
    ("DELETE /api/v1/admin/partners/{partner_id}", &["partner.status_changed"]),
    ("POST /api/v1/admin/tenants", &["tenant.created"]),
    ("POST /api/v1/admin/tenants/", &["tenant.created"]),
    ("PATCH /api/v1/admin/tenants/{tenant_id}", &["tenant.changed"]),
    ("DELETE /api/v1/admin/tenants/{tenant_id}", &["tenant.status_changed"]),
    ("POST /api/v1/admin/users", &["user.created", "email.added"]),
    ("POST /api/v1/admin/users/", &["user.created", "email.added"]),
    ("PATCH /api/v1/admin/users/{user_id}", &["user.changed"]),
    ("DELETE /api/v1/admin/users/{user_id}", &["user.status_changed"]),
    ("POST /api/v1/admin/users/{user_id}/status", &["user.status_changed"]),
    ("POST /api/v1/admin/users/{user_id}/password", &["user.password_changed"]),
    ("DELETE /api/v1/admin/users/{user_id}/locks", &["sign_in.locks_lifted"]),
    ("POST /api/v1/admin/users/{user_id}/emails", &["email.added"]),
    ("POST /api/v1/admin/users/{user_id}/emails/{email}/status", &["email.status_changed"]),
    ("POST /api/v1/admin/users/{user_id}/emails/{email}/primary", &["email.changed"]),
    ("DELETE /api/v1/admin/users/{user_id}/emails/{email}", &["email.status_changed"]),
    ("POST /api/v1/admin/applications", &["application.created"]),
    ("POST /api/v1/admin/applications/", &["application.created"]),
    ("PATCH /api/v1/admin/applications/{application_id}", &["application.changed"]),
    ("DELETE /api/v1/admin/applications/{application_id}", &["application.secret_removed", "application.status_changed"]),
    ("POST /api/v1/admin/applications/{application_id}/secrets", &["application.secret_added"]),
    ("DELETE /api/v1/admin/applications/{application_id}/secrets/{secret_id}", &["application.secret_removed"]),
    ("POST /api/v1/admin/identity-providers", &["identity_provider.created"]),
    ("POST /api/v1/admin/identity-providers/", &["identity_provider.created"]),
    ("PATCH /api/v1/admin/identity-providers/{identity_provider_id}", &["identity_provider.changed"]),
    ("POST /api/v1/admin/identity-providers/{identity_provider_id}/approved-domains", &["identity_provider.domains_approved"]),
    (
        "DELETE /api/v1/admin/identity-providers/{identity_provider_id}",
        &["identity_provider.secret_changed", "identity_provider.status_changed"],
    ),
    ("POST /usm/service_account/create", &["service_account.created"]),
    ("POST /usm/service_account/status", &["service_account.status_changed"]),
    ("POST /usm/api_key/create", &["api_key.created"]),
    ("POST /usm/api_key/revoke", &["api_key.revoked"]),
    ("POST /usm/api_key/revoke_all", &["api_keys.revoked"]),
    ("POST /usm/api_key/revoke_all_org", &["api_keys.revoked"]),
    ("POST /usm/api_key/policy_set", &["api_key_policy.changed"]),
    ("PATCH /api/v1/me", &["user.changed"]),
    ("POST /api/v1/me/password", &["user.password_changed", "session.ended"]),
    ("DELETE /api/v1/me/consents/{application_id}", &["application.consent_withdrawn"]),
    ("POST /api/v1/auth/forgot-password", &["user.password_reset_asked"]),
    ("POST /api/v1/auth/reset-password", &["user.password_reset", "session.ended", "session.ended"]),
    ("POST /api/v1/auth/resend-verification", &["email.verification_asked"]),
    ("POST /api/v1/auth/verify-email", &["email.status_changed"]),
    ("POST /password/reset", &["user.password_reset", "session.ended", "session.ended"]),
    ("POST /email/verify", &["email.status_changed"]),
    ("POST /session-storage/session", &["session.created"]),
    ("POST /session-storage/sessions", &["session.created"]),
    ("POST /session-storage/sessions/{session_id}", &["session.expiry_set"]),
    ("POST /session-storage/sessions/{session_id}/metadata", &["session.metadata_set"]),
    ("DELETE /session-storage/sessions/{session_id}", &["session.ended"]),
    ("GET /api/v1/admin/audit/export", &["audit.exported"]),
    ("POST /login", &["session.created"]),
    // Whoever comes for the first time is linked by that.
    ("GET /login/idp/{code}/callback", &["user.identity_linked", "session.created"]),
    ("POST /login/idp/{code}/logout", &["session.ended"]),
    ("POST /login/password", &["user.password_changed", "session.ended", "session.ended"]),
    ("POST /logout", &["session.ended"]),
    ("POST /account/sessions/end", &["session.ended"]),
    ("POST /account/sessions/end-others", &["session.ended", "session.ended"]),
    ("POST /account/sessions/name", &["session.named"]),
    ("POST /account/consents/withdraw", &["application.consent_withdrawn"]),
    ("POST /console/confirm", &["session.reauthenticated"]),
    ("POST /console/sessions/end", &["session.ended"]),
    // What it asks for is done in the background.
    ("POST /console/ends/new", &["sessions.end_asked"]),
    // At the console each is the deed of whoever sits there; which noun it is, `mutations.rs` says.
    ("POST /console/directory/{noun}/new", &["user.created"]),
    ("POST /console/directory/{noun}/{entry_id}/edit", &["partner.changed"]),
    ("POST /console/directory/{noun}/{entry_id}/remove", &["user.status_changed"]),
    ("POST /console/directory/users/{user_id}/status", &["user.status_changed"]),
    ("POST /console/directory/users/{user_id}/password", &["user.password_changed"]),
    ("POST /console/directory/users/{user_id}/locks/lift", &["sign_in.locks_lifted"]),
    ("POST /console/directory/users/{user_id}/emails", &["email.added"]),
    ("POST /console/directory/applications/{application_id}/secrets/add", &["application.secret_added"]),
    ("POST /console/directory/applications/{application_id}/secrets/remove", &["application.secret_removed"]),
    ("POST /console/directory/identity-providers/{identity_provider_id}/domains", &["identity_provider.domains_approved"]),
    ("POST /console/audit/export", &["audit.exported"]),
    ("GET /oauth/logout", &["session.ended"]),
    ("POST /oauth/logout/confirm", &["session.ended"]),
];

#[test]
fn every_documented_mutation_says_what_it_adds_to_the_trail() {
    let said: BTreeSet<String> = MUTATIONS.iter().map(|(operation, _)| (*operation).to_owned()).collect();
    let documented = documented();
    let unsaid: Vec<_> = documented.difference(&said).collect();
    assert!(unsaid.is_empty(), "say in MUTATIONS what each of these adds to the audit trail: {unsaid:?}");
    let gone: Vec<_> = said.difference(&documented).collect();
    assert!(gone.is_empty(), "no document says that these change or end anything: {gone:?}");
}

#[tokio::test]
async fn every_mutation_adds_exactly_its_entries() {
    let server = Server::start().await;
    with_ops(&server).await;
    for (number, (operation, expected)) in MUTATIONS.iter().enumerate() {
        let scene = scene(&server, &format!("fresh{number}"), operation).await;
        let newest = |entries: &[Value]| entries.first().map_or(0, |entry| entry["id"].as_i64().unwrap());
        let before = newest(&server.trail(&scene.root, "").await);
        let answer = server.send(request(operation, &scene)).await;
        // A page that did it leads on to the next.
        assert!(answer.status.is_success() || answer.status == 303, "{operation}: {answer:?}");
        let mut added = server.trail(&scene.root, "").await;
        added.retain(|entry| entry["id"].as_i64() > Some(before));
        added.reverse();
        let actions: Vec<_> = added.iter().map(|entry| entry["action"].as_str().unwrap()).collect();
        assert_eq!(actions, *expected, "{operation}");
        for entry in &added {
            assert_ne!(entry["actor"]["kind"], "system", "{operation}: {entry}");
            assert_eq!(entry["request_id"], "minted", "{operation}: {entry}");
        }
    }
}
