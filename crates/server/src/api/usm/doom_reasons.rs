//! The engine's end reasons in the words of this surface (docs/contracts/usm.md, Doom reasons).

use cloakroom_engine::machine::verdict::ApiKeyEndReason;
use cloakroom_engine::sessions::EndReason;

/// Of a session.
pub const fn session_doom_reason(reason: EndReason) -> &'static str {
    match reason {
        EndReason::Expired => "ttl-expired",
        EndReason::Closed => "closed",
        EndReason::UserSuspended => "user-suspended",
        EndReason::UserDoomed => "user-doomed",
        EndReason::EmailUnverified => "email-unverified",
        EndReason::EmailDoomed => "email-doomed",
        EndReason::Revoked
        | EndReason::Evicted
        | EndReason::PasswordChanged
        | EndReason::RefreshTokenReused
        | EndReason::TenantClosed
        | EndReason::PartnerClosed
        | EndReason::ApplicationDisabled
        | EndReason::ProviderLogout
        | EndReason::Restored => "manual",
    }
}

/// Of an API key: a tag and a message.
pub const fn api_key_doom_reason(reason: ApiKeyEndReason) -> (&'static str, &'static str) {
    match reason {
        ApiKeyEndReason::Revoked => ("revoked", "The key was revoked."),
        ApiKeyEndReason::AccountDoomed => ("service-account-doomed", "The service account is doomed."),
        ApiKeyEndReason::OrgDoomed => ("org-doomed", "The org is doomed."),
        ApiKeyEndReason::RevokedWithAccount => ("revoked-with-account", "All keys of the service account were revoked."),
        ApiKeyEndReason::RevokedWithOrg => ("revoked-with-org", "All keys of the org were revoked."),
        ApiKeyEndReason::Expired => ("expired", "The key's time ran out."),
    }
}
