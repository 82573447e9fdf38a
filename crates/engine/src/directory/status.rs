//! The states of users, emails and tenants, and the steps between them.

use crate::label::labelled;

labelled! {
    /// What a user may do. `doomed` is terminal.
    UserStatus { Unverified = "unverified", Verified = "verified", Suspended = "suspended", Doomed = "doomed" }
}

impl UserStatus {
    /// `unverified → verified ⇄ suspended`, any `→ doomed`; staying is always allowed (docs/contracts/README.md).
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
    /// `unverified ⇄ verified`, any `→ doomed`; staying is always allowed (docs/contracts/README.md).
    pub fn may_become(self, next: Self) -> bool {
        self != Self::Doomed || next == Self::Doomed
    }
}

labelled! {
    /// Whether a partner may have tenants. `doomed` is terminal.
    PartnerStatus { Active = "active", Doomed = "doomed" }
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

    /// Whether sessions under a tenant of this status may live (docs/contracts/README.md).
    pub fn lets_sessions_live(self) -> bool {
        matches!(self, Self::Unverified | Self::Verified | Self::Parked)
    }
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
    fn every_label_reads_back() {
        for status in TenantStatus::ALL {
            assert_eq!(TenantStatus::parse(status.as_str()), Some(*status));
        }
        assert_eq!(TenantStatus::parse("Verified"), None);
    }
}
