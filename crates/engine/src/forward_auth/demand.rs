//! What may be demanded of somebody before they are let in.

use super::groups::{OPERATOR, escaped};
use crate::directory::{MembershipRole, PlatformRole, canonical_org_code, is_role_name, is_word};
use crate::ids::TenantUid;

/// Of what kind a demand is.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum DemandKind {
    /// To belong to a tenant: by its code or its id.
    Tenant,
    /// To be something: a word of [`Groups`](super::groups::Groups).
    Role,
    /// To have been given a scope, which applications are.
    Scope,
}

/// That one of some words holds.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Demand {
    pub(super) kind: DemandKind,
    pub(super) any_of: Vec<String>,
}

/// The words are none that could ever hold.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Unmeetable;

impl Demand {
    /// Reads words, separated by commas, of which one has to hold.
    ///
    /// # Errors
    /// When one of them can hold for nobody: whoever wrote it meant something else.
    pub fn read(kind: DemandKind, text: &str) -> Result<Self, Unmeetable> {
        let any_of: Vec<_> = text.split(',').map(|word| known(kind, word)).collect::<Option<_>>().ok_or(Unmeetable)?;
        Ok(Self { kind, any_of })
    }

    pub const fn kind(&self) -> DemandKind {
        self.kind
    }

    /// Whether this tenant is one of those that are named.
    pub(super) fn names_tenant(&self, uid: TenantUid, code: Option<&str>) -> bool {
        let names = |word: &String| match TenantUid::parse(word) {
            Some(named) => named == uid,
            None => code.is_some_and(|code| escaped(code) == *word),
        };
        self.any_of.iter().any(names)
    }
}

/// The word as it is compared, if it could hold.
fn known(kind: DemandKind, word: &str) -> Option<String> {
    match kind {
        DemandKind::Tenant => TenantUid::parse(word).map(|_| word.to_owned()).or_else(|| code(word)),
        DemandKind::Role => is_role(word).then(|| word.to_owned()),
        DemandKind::Scope => is_word(word).then(|| word.to_owned()),
    }
}

/// A code, escaped or plain where that is the same.
fn code(word: &str) -> Option<String> {
    let code = canonical_org_code(word)?;
    code.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_' | b'~' | b'%')).then_some(code)
}

fn is_role(word: &str) -> bool {
    match word.split_once(':') {
        Some((tenant, role)) => code(tenant).as_deref() == Some(tenant) && (MembershipRole::parse(role).is_some() || is_role_name(role)),
        None => word == OPERATOR || PlatformRole::parse(word).is_some_and(|role| role != PlatformRole::None),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_that_can_hold_for_nobody_are_refused() {
        let is_read = |kind, text| Demand::read(kind, text).is_ok();
        for good in ["super_admin", "operator", "ACME:owner", "ACME:till,tenant_admin", "A%2CB:member"] {
            assert!(is_read(DemandKind::Role, good), "{good}");
        }
        for bad in
            ["", "none", "owner", "admin", "Operator", "acme:owner", "ACME:", ":owner", "ACME:o", "operator,", "ACME owner", "A:B:owner"]
        {
            assert!(!is_read(DemandKind::Role, bad), "{bad}");
        }
        for good in ["ACME", "acme", "A%2CB", "ACME,BETA", "tnt_01234567890123456789012345"] {
            assert!(is_read(DemandKind::Tenant, good), "{good}");
        }
        for bad in ["", "ACME,", "A B", "A\u{0}", "A:B", "É"] {
            assert!(!is_read(DemandKind::Tenant, bad), "{bad}");
        }
        assert!(is_read(DemandKind::Scope, "admin:read,admin:write") && !is_read(DemandKind::Scope, "admin:read admin:write"));
    }

    #[test]
    fn a_tenant_is_named_by_its_code_or_its_id() {
        let (one, other) = (TenantUid::from_bytes([1; 16]), TenantUid::from_bytes([2; 16]));
        let demand = Demand::read(DemandKind::Tenant, &format!("acme,A%2cB,{other}")).unwrap();
        assert!(demand.names_tenant(one, Some("ACME")) && demand.names_tenant(one, Some("A,B")) && demand.names_tenant(other, None));
        assert!(!demand.names_tenant(one, Some("A")) && !demand.names_tenant(one, Some("B")) && !demand.names_tenant(one, None));
    }
}
