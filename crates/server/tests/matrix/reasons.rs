//! Why sessions end, in the words of each surface (docs/contracts/usm.md, Doom reasons; docs/contracts/v1_sessions.md, 10).

/// An end reason as the statistics of v1 name it.
pub type Reason = &'static str;

/// What USM calls each: what it knows by that name; `closed` where the user closed that one session; `manual` for everything else.
pub const IN_USM: &[(Reason, &str)] = &[
    ("expired", "ttl-expired"),
    ("closed", "closed"),
    ("revoked", "manual"),
    ("evicted", "manual"),
    ("user_suspended", "user-suspended"),
    ("user_doomed", "user-doomed"),
    ("email_unverified", "email-unverified"),
    ("email_doomed", "email-doomed"),
    ("password_changed", "manual"),
    ("refresh_token_reused", "manual"),
    ("tenant_closed", "manual"),
    ("application_disabled", "manual"),
    ("provider_logout", "manual"),
    ("restored", "manual"),
];

/// Reasons that nothing reaches, and why.
pub const UNREACHED: &[(Reason, &str)] =
    &[("partner_closed", "a partner goes only when every tenant under it is doomed, and those ended what was under them")];

pub fn in_usm(reason: Reason) -> &'static str {
    IN_USM.iter().find(|(known, _)| *known == reason).unwrap_or_else(|| panic!("no word of USM for {reason}")).1
}

/// What USM answers whoever shows the secret: the error, and the minor one beside it. Only time ends a session without anybody who
/// records it: the first to look finds it so. Every other end was recorded when it was acknowledged, or is an epoch's.
pub fn refusal(reason: Reason, is_recorded: bool) -> (&'static str, &'static str) {
    if reason == "expired" && !is_recorded { ("ttl-expired", "") } else { ("session-doomed", in_usm(reason)) }
}
