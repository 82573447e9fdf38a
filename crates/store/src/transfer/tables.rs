//! The tables of a database, and what of them is not a row of its own.

/// Every table, each behind those that it refers to.
pub const TABLES: &[&str] = &[
    "server",
    "partners",
    "tenants",
    "users",
    "emails",
    "memberships",
    "applications",
    "client_secrets",
    "consents",
    "identity_providers",
    "identity_provider_domains",
    "identity_provider_audiences",
    "identity_provider_groups",
    "identities",
    "spent_provider_tokens",
    "service_accounts",
    "api_keys",
    "spent_assertions",
    "revoked_tokens",
    "sessions",
    "session_touches",
    "session_metadata",
    "session_grants",
    "provider_sessions",
    "authorization_codes",
    "logout_notices",
    "mass_ends",
    "session_counts",
    "epoch_moves",
    "signing_keys",
    "id_token_keys",
    "account_mails",
    "sign_in_failures",
    "sign_in_locks",
    "refused_sign_in_sums",
    "activity",
    "audit_log",
    "audit_chain",
    "audit_minimised",
    "audit_checkpoint",
];

/// What PostgreSQL tells the processes that have it open: of no meaning anywhere else, and written anew by what is copied.
pub const OF_POSTGRES_ALONE: &[&str] = &["fact_feed", "fact_heads"];

/// A new database has their one row already.
pub(super) const MADE_WITH_THE_SCHEMA: &[&str] = &["server", "audit_minimised"];

/// Numbers that must not be given twice, even after the rows that had them are gone.
pub(super) const NUMBERED: &[(&str, &str)] = &[
    ("partners", "number"),
    ("tenants", "number"),
    ("users", "number"),
    ("emails", "number"),
    ("applications", "number"),
    ("client_secrets", "number"),
    ("identities", "number"),
    ("service_accounts", "number"),
    ("api_keys", "number"),
    ("sessions", "number"),
    ("session_grants", "number"),
    ("signing_keys", "number"),
    ("id_token_keys", "number"),
    ("account_mails", "number"),
    ("logout_notices", "number"),
    ("mass_ends", "number"),
    ("sign_in_failures", "number"),
    ("audit_log", "sequence"),
];
