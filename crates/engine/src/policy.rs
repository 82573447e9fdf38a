//! The numbers that operators choose. Defaults are the contracts'; bounds are checked where the configuration is read.

use std::ops::RangeInclusive;

use crate::clock::Span;
use crate::directory::password_cost::HashCost;
use crate::directory::{SESSION_CAP_OVERRIDE, TenantPolicy};
use crate::label::labelled;
use crate::tokens::TokenAlgorithm;

labelled! {
    /// What happens to a sign-in at the cap.
    CapPolicy {
        /// The new session is refused.
        Refuse = "refuse",
        /// The least recently used session ends (`manual`) and the new one is created.
        EvictOldest = "evict_oldest",
    }
}

/// How long sessions live and how many a user may have.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct SessionPolicy {
    /// Time to live from creation or, where the session slides, from the last validation.
    pub ttl_seconds: u32,
    pub ttl_min_seconds: u32,
    pub ttl_max_seconds: u32,
    /// No sliding moves an expiry past creation plus this.
    pub absolute_ttl_seconds: u32,
    /// Time to live of a session that an application keeps (session storage), unless it asks for another.
    pub storage_ttl_seconds: u32,
    /// Time to live of a browser's session from its last visit.
    pub browser_ttl_seconds: u32,
    /// No visit moves the expiry of a browser's session past its creation plus this.
    pub browser_absolute_ttl_seconds: u32,
    /// Active sessions a user may have, unless the user or the tenant has a cap of its own.
    pub cap: u32,
    /// The same of those that applications keep for the user, which are counted apart.
    pub storage_cap: u32,
    pub cap_policy: CapPolicy,
    /// Time from a session's end until it is archived.
    pub archive_after_seconds: u32,
    /// Time from a session's archiving until its row is purged.
    pub retention_seconds: u32,
}

impl Default for SessionPolicy {
    fn default() -> Self {
        Self {
            ttl_seconds: 3600,
            ttl_min_seconds: 60,
            ttl_max_seconds: 86_400,
            absolute_ttl_seconds: 90 * 86_400,
            storage_ttl_seconds: 30 * 86_400,
            browser_ttl_seconds: 12 * 3600,
            browser_absolute_ttl_seconds: 30 * 86_400,
            cap: 1024,
            storage_cap: 1024,
            cap_policy: CapPolicy::Refuse,
            archive_after_seconds: 7 * 86_400,
            retention_seconds: 365 * 86_400,
        }
    }
}

impl SessionPolicy {
    /// Seconds that a tenant may let its sessions live without activity.
    pub const fn tenant_ttl(&self) -> RangeInclusive<u32> {
        self.ttl_min_seconds..=self.ttl_max_seconds
    }

    /// Seconds after which a tenant may end its sessions whatever their activity.
    pub const fn tenant_absolute_ttl(&self) -> RangeInclusive<u32> {
        self.ttl_min_seconds..=self.absolute_ttl_seconds
    }

    /// Sessions that a tenant may let its users have: as many as a user's own cap may be, or as the server's is.
    pub fn tenant_cap(&self) -> RangeInclusive<u32> {
        let own = u32::try_from(*SESSION_CAP_OVERRIDE.end()).unwrap_or(u32::MAX);
        1..=own.max(self.cap)
    }

    /// What a tenant's policy comes to: whenever it was set, and whatever the bounds were then, it holds within those of today.
    #[must_use]
    pub fn bounding(&self, tenant: &TenantPolicy) -> TenantPolicy {
        let within = |wanted: Option<u32>, bounds: RangeInclusive<u32>| wanted.map(|wanted| wanted.max(*bounds.start()).min(*bounds.end()));
        TenantPolicy {
            ttl_seconds: within(tenant.ttl_seconds, self.tenant_ttl()),
            absolute_ttl_seconds: within(tenant.absolute_ttl_seconds, self.tenant_absolute_ttl()),
            session_cap: within(tenant.session_cap, self.tenant_cap()),
            ..*tenant
        }
    }
}

/// When failed sign-ins lock a name (docs/contracts/README.md, Lockout).
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct LockoutPolicy {
    /// Failures from one network that lock the name for that network; 0 switches this lock off.
    pub failures: u32,
    /// Failures from everywhere that lock the name for everybody; 0 switches this lock off.
    pub failures_everywhere: u32,
    pub window_seconds: u32,
    pub lock_seconds: u32,
}

impl Default for LockoutPolicy {
    fn default() -> Self {
        Self { failures: 3, failures_everywhere: 30, window_seconds: 600, lock_seconds: 600 }
    }
}

impl LockoutPolicy {
    pub const fn window(&self) -> Span {
        Span::from_seconds(self.window_seconds)
    }

    pub const fn lock(&self) -> Span {
        Span::from_seconds(self.lock_seconds)
    }
}

/// When failures to prove to be a client are refused without a look (docs/contracts/README.md, Rate limits).
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct AttemptPolicy {
    /// Failures of one client from one network within the window; 0 switches this limit off.
    pub client_failures: u32,
    /// Failures of all clients together from one network within the window; 0 switches this limit off.
    pub client_failures_per_network: u32,
    pub window_seconds: u32,
}

impl Default for AttemptPolicy {
    fn default() -> Self {
        Self { client_failures: 10, client_failures_per_network: 100, window_seconds: 60 }
    }
}

impl AttemptPolicy {
    pub const fn window(&self) -> Span {
        Span::from_seconds(self.window_seconds)
    }
}

/// How long tokens live and how they are signed (docs/contracts/user_tokens.md).
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct TokenPolicy {
    pub access_ttl_seconds: u32,
    /// Time to live of a session that is held by tokens, from its last refresh.
    pub refresh_ttl_seconds: u32,
    /// How long after its redemption a refresh token gives its one successor again.
    pub reuse_interval_seconds: u32,
    pub algorithm: TokenAlgorithm,
    /// How long a key signs before the next one does; 0 leaves that to the operator.
    pub key_rotation_seconds: u32,
    /// How far ahead of this clock a token of ours may begin: the clock may have stepped back, or another process's be ahead. No end waits
    /// for it.
    pub clock_leeway_seconds: u32,
}

impl TokenPolicy {
    pub const fn clock_leeway(&self) -> Span {
        Span::from_seconds(self.clock_leeway_seconds)
    }
}

impl Default for TokenPolicy {
    fn default() -> Self {
        Self {
            access_ttl_seconds: 1200,
            refresh_ttl_seconds: 30 * 86_400,
            reuse_interval_seconds: 10,
            algorithm: TokenAlgorithm::Es256,
            key_rotation_seconds: 30 * 86_400,
            clock_leeway_seconds: 5,
        }
    }
}

labelled! {
    /// What happens to entries of the trail that are no longer kept.
    RetentionAction {
        /// The archive gets them.
        Export = "exported",
        /// They are gone.
        Drop = "dropped",
    }
}

/// How long the audit trail is kept, and knows people's addresses.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct AuditPolicy {
    /// Whole days (UTC) after which an entry keeps the network of its address alone and no user agent; 0: never.
    pub minimise_addresses_after_days: u32,
    /// Age at which an entry leaves the trail; 0: never.
    pub retention_seconds: u32,
    pub retention_action: RetentionAction,
}

impl Default for AuditPolicy {
    fn default() -> Self {
        Self { minimise_addresses_after_days: 90, retention_seconds: 0, retention_action: RetentionAction::Export }
    }
}

/// How long the tokens of mails work, and how many mails are sent (docs/contracts/v1_sessions.md, Own account).
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct MailPolicy {
    pub reset_ttl_seconds: u32,
    pub verification_ttl_seconds: u32,
    /// Mails of one purpose that a user is sent within the window.
    pub per_account: u32,
    /// Mails that one network (/24, /64) may ask for within the window, for all users together; 0 switches this off.
    pub per_network: u32,
    pub window_seconds: u32,
    /// Mails that may wait for delivery.
    pub queue: u32,
    /// After so many attempts a mail is given up.
    pub attempts: u32,
}

impl Default for MailPolicy {
    fn default() -> Self {
        Self {
            reset_ttl_seconds: 1800,
            verification_ttl_seconds: 86_400,
            per_account: 3,
            per_network: 20,
            window_seconds: 3600,
            queue: 10_000,
            attempts: 8,
        }
    }
}

impl MailPolicy {
    pub const fn window(&self) -> Span {
        Span::from_seconds(self.window_seconds)
    }
}

/// How applications are told that a session is over.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct LogoutPolicy {
    /// How often it is tried.
    pub attempts: u32,
}

impl Default for LogoutPolicy {
    fn default() -> Self {
        Self { attempts: 12 }
    }
}

/// What new passwords must be (docs/contracts/README.md, Passwords).
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct PasswordPolicy {
    /// Characters that a new password has at least.
    pub min_length: u32,
    /// What comparing with a hash from elsewhere may cost; every refused sign-in costs as much as the dearest one.
    pub imported: HashCost,
}

impl Default for PasswordPolicy {
    fn default() -> Self {
        Self { min_length: 8, imported: HashCost { memory_kib: 65_536, passes: 4 } }
    }
}

/// A hash that would make every refused sign-in too dear. Names the settings that say so.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
#[error(
    "costs {} KiB of memory in {} passes, and every refused sign-in would cost as much: passwords.import_memory_kib is {}, \
     passwords.import_passes is {}", cost.memory_kib, cost.passes, bounds.memory_kib, bounds.passes
)]
pub struct HashTooDear {
    pub cost: HashCost,
    pub bounds: HashCost,
}

impl PasswordPolicy {
    /// Judges a hash from elsewhere.
    ///
    /// # Errors
    /// When it costs more than the operator allows.
    pub const fn bears(&self, cost: HashCost) -> Result<(), HashTooDear> {
        if cost.is_within(self.imported) { Ok(()) } else { Err(HashTooDear { cost, bounds: self.imported }) }
    }
}

/// Everything an operator chooses that the engine obeys.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Policy {
    pub sessions: SessionPolicy,
    pub lockout: LockoutPolicy,
    pub attempts: AttemptPolicy,
    pub tokens: TokenPolicy,
    pub audit: AuditPolicy,
    pub mail: MailPolicy,
    pub logouts: LogoutPolicy,
    pub passwords: PasswordPolicy,
}
