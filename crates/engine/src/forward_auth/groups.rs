//! What somebody is, as the words that applications behind a proxy read.

use crate::account::store::Account;
use crate::directory::PlatformRole;

/// The word of an operator.
pub const OPERATOR: &str = "operator";

/// What separates words: none of them has it.
const SEPARATOR: char = ',';

/// Words, separated by commas: `tenant_admin,operator,ACME:owner`. A role across tenants is itself; what somebody is within a tenant stands
/// behind the tenant's code and a colon. In a code, whatever is not unreserved (RFC 3986 section 2.3) is percent-encoded: no code looks like
/// two words, like a role, or like another header. All of it is visible ASCII.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Groups(String);

impl Groups {
    /// Those of a user. Closed tenants have no members.
    pub fn of_user(account: &Account) -> Self {
        let mut groups = Self::default();
        if account.role != PlatformRole::None {
            groups.add(&[account.role.as_str()]);
        }
        if account.is_operator {
            groups.add(&[OPERATOR]);
        }
        for membership in account.memberships.iter().filter(|membership| membership.tenant.status.lets_sessions_live()) {
            groups.add(&[&escaped(&membership.tenant.code), ":", membership.role.as_str()]);
        }
        groups
    }

    /// Those of a service account with these roles in the org of this code.
    pub fn of_service_account(org_code: &str, roles: &[String]) -> Self {
        let mut groups = Self::default();
        let code = escaped(org_code);
        roles.iter().for_each(|role| groups.add(&[&code, ":", role]));
        groups
    }

    fn add(&mut self, parts: &[&str]) {
        if !self.0.is_empty() {
            self.0.push(SEPARATOR);
        }
        self.0.extend(parts.iter().copied());
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Whether this is one of the words.
    pub fn contain(&self, word: &str) -> bool {
        self.0.split(SEPARATOR).any(|known| known == word)
    }
}

/// A code as a part of a word.
pub(super) fn escaped(code: &str) -> String {
    let mut escaped = String::with_capacity(code.len());
    for byte in code.bytes() {
        if byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_' | b'~') {
            escaped.push(char::from(byte));
        } else {
            escaped.push('%');
            escaped.push(char::from(HEX[usize::from(byte >> 4)]));
            escaped.push(char::from(HEX[usize::from(byte & 15)]));
        }
    }
    escaped
}

const HEX: &[u8; 16] = b"0123456789ABCDEF";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_code_looks_like_something_else() {
        let groups = |code: &str| Groups::of_service_account(code, &["owner".to_owned(), "till".to_owned()]);
        assert_eq!(groups("ACME").as_str(), "ACME:owner,ACME:till");
        assert_eq!(groups("A,SUPER_ADMIN").as_str(), "A%2CSUPER_ADMIN:owner,A%2CSUPER_ADMIN:till");
        assert!(!groups("X,ACME:OWNER,Y").contain("ACME:OWNER") && !groups("A:B").contain("A:B:owner"));
        assert!(groups("Ä%").contain("%C3%84%25:owner") && !groups("ACME").contain("owner") && !groups("ACME").contain(""));
        for code in ["A,B", "A:B", "A\"B", "É", "A;B", "%2C"] {
            assert!(groups(code).as_str().bytes().all(|byte| byte.is_ascii_graphic()), "{code}");
            assert_eq!(groups(code).as_str().matches([',', ':']).count(), 3, "{code}");
        }
    }
}
