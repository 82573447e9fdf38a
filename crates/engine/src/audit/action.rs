//! What can happen, to what, and with which result: the words of the trail.

use crate::label::labelled;

labelled! {
    /// What happened.
    Action {
        SessionCreated = "session.created",
        SessionEnded = "session.ended",
        /// Somebody set when it expires.
        SessionExpirySet = "session.expiry_set",
        /// Its user gave it a caption, or took it away.
        SessionNamed = "session.named",
        /// What an application keeps with it.
        SessionMetadataSet = "session.metadata_set",
        /// All of a tenant, by moving its epoch.
        SessionsRevoked = "sessions.revoked",
        /// Somebody asked that all sessions be ended that a filter selects.
        MassEndAsked = "sessions.end_asked",
        /// That was done, or could not go on.
        MassEndSettled = "sessions.end_settled",
        SessionsArchived = "sessions.archived",
        SessionsPurged = "sessions.purged",
        /// The database is a backup from here on; what came after it is gone.
        BackupRestored = "backup.restored",
        SignInRefused = "sign_in.refused",
        /// Somebody let a locked account try again.
        SignInLocksLifted = "sign_in.locks_lifted",
        /// Client secrets and assertions; summed by client, network and minute, like the next three.
        ClientRefused = "client.refused",
        ApiKeyRefused = "api_key.refused",
        /// Access and refresh tokens.
        TokenRefused = "token.refused",
        /// A caller without the role or the scope.
        RoleRefused = "role.refused",
        /// An application was given a token for itself.
        TokenGranted = "token.granted",
        /// A token that an application had for itself.
        TokenRevoked = "token.revoked",
        TokensRefreshed = "tokens.refreshed",
        /// An application was given tokens within a session.
        TokenExchanged = "token.exchanged",
        /// A user let an application into the session.
        ApplicationAuthorized = "application.authorized",
        /// A user took back what an application was let have, and what it had of that ended.
        ConsentWithdrawn = "application.consent_withdrawn",
        /// An application was given tokens for the code of an authorization.
        CodeRedeemed = "code.redeemed",
        /// A code was shown again; what it was redeemed for ended.
        CodeReplayed = "code.replayed",
        /// Somebody who had a session proved once more who they are.
        SessionReauthenticated = "session.reauthenticated",
        SigningKeyCreated = "signing_key.created",
        SigningKeyActivated = "signing_key.activated",
        SigningKeyRetired = "signing_key.retired",
        SigningKeyRemoved = "signing_key.removed",
        PartnerCreated = "partner.created",
        PartnerChanged = "partner.changed",
        PartnerStatusChanged = "partner.status_changed",
        TenantCreated = "tenant.created",
        TenantChanged = "tenant.changed",
        TenantStatusChanged = "tenant.status_changed",
        UserCreated = "user.created",
        UserChanged = "user.changed",
        UserStatusChanged = "user.status_changed",
        UserPasswordChanged = "user.password_changed",
        PasswordResetAsked = "user.password_reset_asked",
        /// With the token of a mail.
        PasswordReset = "user.password_reset",
        UserPasswordRehashed = "user.password_rehashed",
        /// What an identity provider says of somebody is a user from now on.
        IdentityLinked = "user.identity_linked",
        EmailAdded = "email.added",
        EmailChanged = "email.changed",
        EmailStatusChanged = "email.status_changed",
        VerificationAsked = "email.verification_asked",
        MailDelivered = "mail.delivered",
        /// No further attempt will be made.
        MailGivenUp = "mail.given_up",
        /// An application could not be told that a session is over.
        LogoutGivenUp = "logout.given_up",
        ApplicationCreated = "application.created",
        ApplicationChanged = "application.changed",
        ApplicationStatusChanged = "application.status_changed",
        ApplicationSecretChanged = "application.secret_changed",
        ApplicationKeysChanged = "application.keys_changed",
        ApplicationSecretAdded = "application.secret_added",
        ApplicationSecretRemoved = "application.secret_removed",
        IdentityProviderCreated = "identity_provider.created",
        IdentityProviderChanged = "identity_provider.changed",
        IdentityProviderStatusChanged = "identity_provider.status_changed",
        /// What it knows this server by was set or taken away.
        IdentityProviderSecretChanged = "identity_provider.secret_changed",
        /// The platform said which of its domains count.
        IdentityProviderDomainsApproved = "identity_provider.domains_approved",
        ServiceAccountCreated = "service_account.created",
        ServiceAccountChanged = "service_account.changed",
        ServiceAccountStatusChanged = "service_account.status_changed",
        ApiKeyCreated = "api_key.created",
        ApiKeyRevoked = "api_key.revoked",
        /// All of a service account or of an org, by moving its epoch.
        ApiKeysRevoked = "api_keys.revoked",
        ApiKeyPolicyChanged = "api_key_policy.changed",
        /// Lines of the trail left the server.
        AuditExported = "audit.exported",
        /// Addresses of old entries became networks.
        AuditMinimised = "audit.minimised",
        /// The oldest entries were exported or dropped.
        AuditRetired = "audit.retired",
    }
}

labelled! {
    /// What it happened to.
    ResourceKind {
        Server = "server",
        Session = "session",
        SignIn = "sign_in",
        Token = "token",
        Partner = "partner",
        Tenant = "tenant",
        User = "user",
        Application = "application",
        IdentityProvider = "identity_provider",
        ServiceAccount = "service_account",
        ApiKey = "api_key",
        SigningKey = "signing_key",
        Audit = "audit",
    }
}

labelled! {
    /// Whether it was done or refused.
    AuditResult { Success = "success", Refused = "refused" }
}
