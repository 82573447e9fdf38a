//! Who there is: partners, tenants, users with their emails, applications, service accounts, and their state machines.

pub mod apply;
pub mod bootstrap;
pub mod document;
pub mod password;

use crate::label::labelled;

labelled! {
    /// What a user may do. `doomed` is terminal.
    UserStatus { Unverified = "unverified", Verified = "verified", Suspended = "suspended", Doomed = "doomed" }
}

impl UserStatus {
    /// `unverified → verified ⇄ suspended`, any `→ doomed`; staying is always allowed (contracts, Rules).
    pub fn may_become(self, next: Self) -> bool {
        use UserStatus::{Doomed, Suspended, Unverified, Verified};
        self == next
            || matches!(
                (self, next),
                (Unverified | Suspended, Verified) | (Verified, Suspended) | (Unverified | Verified | Suspended, Doomed)
            )
    }
}

labelled! {
    /// What is known of an email address. `doomed` is terminal.
    EmailStatus { Unverified = "unverified", Verified = "verified", Doomed = "doomed" }
}

impl EmailStatus {
    /// `unverified ⇄ verified`, any `→ doomed`; staying is always allowed (contracts, Rules).
    pub fn may_become(self, next: Self) -> bool {
        self != Self::Doomed || next == Self::Doomed
    }
}

labelled! {
    /// The state of a tenant. `doomed` is terminal.
    TenantStatus {
        Unverified = "unverified", Verified = "verified", Parked = "parked",
        Suspended = "suspended", Frozen = "frozen", Doomed = "doomed",
    }
}

impl TenantStatus {
    pub fn may_become(self, next: Self) -> bool {
        self != Self::Doomed || next == Self::Doomed
    }

    /// Whether sessions under a tenant of this status may live (contracts, Ends by status).
    pub fn lets_sessions_live(self) -> bool {
        matches!(self, Self::Unverified | Self::Verified | Self::Parked)
    }
}

labelled! {
    /// What a member may do within one tenant.
    MembershipRole { Owner = "owner", Admin = "admin", Member = "member" }
}

labelled! {
    /// What a user may do across tenants.
    PlatformRole { None = "none", TenantAdmin = "tenant_admin", PartnerAdmin = "partner_admin", SuperAdmin = "super_admin" }
}

labelled! {
    /// What runs a client application, and so how far its secret can be trusted (RFC 6749 section 2.1).
    ApplicationKind { Web = "web", Native = "native", Service = "service" }
}

labelled! {
    /// Whether a client application may act.
    ApplicationStatus { Active = "active", Disabled = "disabled" }
}

/// The bounds of a user's own cap on active sessions (contracts/usm.md, Sessions).
pub const SESSION_CAP_OVERRIDE: std::ops::RangeInclusive<i64> = 32..=8192;

/// An email address as it is kept: trimmed and lower-cased. `None` when it cannot be one.
pub fn canonical_email(text: &str) -> Option<String> {
    let email = text.trim().to_lowercase();
    let (local, domain) = email.rsplit_once('@')?;
    let plausible =
        !local.is_empty() && !domain.is_empty() && email.len() <= 254 && !email.contains(|c: char| c.is_whitespace() || c.is_control());
    plausible.then_some(email)
}

/// A username as it is kept: lower-case, `^[a-z0-9][a-z0-9._@-]{0,62}$`. `None` when it cannot be one.
pub fn canonical_username(text: &str) -> Option<String> {
    let username = text.to_lowercase();
    let mut bytes = username.bytes();
    let first = bytes.next()?;
    let rest = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || matches!(b, b'.' | b'_' | b'@' | b'-');
    ((first.is_ascii_lowercase() || first.is_ascii_digit()) && username.len() <= 63 && bytes.all(rest)).then_some(username)
}

/// A tenant's or partner's code as it is compared: trimmed, upper-cased for tenants (`orgcode`), as written for partners.
pub fn canonical_org_code(text: &str) -> Option<String> {
    let code = text.trim().to_uppercase();
    (!code.is_empty() && code.chars().count() <= 64 && !code.chars().any(|c| c.is_control() || c.is_whitespace())).then_some(code)
}

/// Whether a service account may carry a role of this name: `^[a-z][a-z0-9_]{1,63}$` (contracts/usm.md).
pub fn is_role_name(text: &str) -> bool {
    let mut bytes = text.bytes();
    bytes.next().is_some_and(|b| b.is_ascii_lowercase())
        && (2..=64).contains(&text.len())
        && bytes.all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'_')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn doomed_is_terminal_everywhere() {
        for next in UserStatus::ALL {
            assert_eq!(UserStatus::Doomed.may_become(*next), *next == UserStatus::Doomed);
        }
        for next in EmailStatus::ALL {
            assert_eq!(EmailStatus::Doomed.may_become(*next), *next == EmailStatus::Doomed);
        }
        for next in TenantStatus::ALL {
            assert_eq!(TenantStatus::Doomed.may_become(*next), *next == TenantStatus::Doomed);
        }
    }

    #[test]
    fn a_user_takes_only_the_documented_steps() {
        use UserStatus::{Suspended, Unverified, Verified};
        assert!(Unverified.may_become(Verified) && Verified.may_become(Suspended) && Suspended.may_become(Verified));
        assert!(!Verified.may_become(Unverified) && !Suspended.may_become(Unverified) && !Unverified.may_become(Suspended));
    }

    #[test]
    fn names_are_canonical_or_refused() {
        assert_eq!(canonical_email("  Ada@Example.COM "), Some("ada@example.com".into()));
        assert_eq!(canonical_email("ada"), None);
        assert_eq!(canonical_email("a b@example.com"), None);
        assert_eq!(canonical_username("Ada.L"), Some("ada.l".into()));
        assert_eq!(canonical_username(".ada"), None);
        assert_eq!(canonical_username(&"a".repeat(64)), None);
        assert_eq!(canonical_org_code(" acme "), Some("ACME".into()));
        assert!(is_role_name("pvv") && !is_role_name("p") && !is_role_name("Pvv") && !is_role_name(&"a".repeat(65)));
    }

    #[test]
    fn every_label_reads_back() {
        for status in TenantStatus::ALL {
            assert_eq!(TenantStatus::parse(status.as_str()), Some(*status));
        }
        assert_eq!(TenantStatus::parse("Verified"), None);
    }
}
