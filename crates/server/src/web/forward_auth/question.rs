//! What a proxy asks for in the query.

use cloakroom_engine::forward_auth::demand::{Demand, DemandKind};

/// The query of a question.
#[derive(Debug, Default)]
pub struct Question {
    /// All of which have to hold.
    pub demands: Vec<Demand>,
    /// Whether a browser is to be sent to the sign-in.
    pub redirects: bool,
    /// Whether something in it cannot be meant so. A demand that was mistyped would otherwise let everybody in.
    pub is_bad: bool,
}

impl Question {
    /// Reads the query of a request.
    #[must_use]
    pub fn read(query: Option<&str>) -> Self {
        let mut question = Self::default();
        for (name, value) in form_urlencoded::parse(query.unwrap_or_default().as_bytes()) {
            question.take(&name, &value);
        }
        question
    }

    fn take(&mut self, name: &str, value: &str) {
        let kind = match (name, value) {
            ("tenant", _) => DemandKind::Tenant,
            ("role", _) => DemandKind::Role,
            ("scope", _) => DemandKind::Scope,
            ("redirect", "1") => {
                self.redirects = true;
                return;
            }
            _ => {
                self.is_bad = true;
                return;
            }
        };
        match Demand::read(kind, value) {
            Ok(demand) => self.demands.push(demand),
            Err(_) => self.is_bad = true,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_cannot_be_meant_is_bad() {
        let told = |query: &str| {
            let question = Question::read(Some(query));
            (question.demands.len(), question.redirects, question.is_bad)
        };
        assert!(!Question::read(None).is_bad);
        assert_eq!(told(""), (0, false, false));
        assert_eq!(told("tenant=ACME&role=ACME%3Aowner&role=operator&redirect=1"), (3, true, false));
        for bad in [
            "tenants=ACME",
            "role=",
            "role=boss",
            "tenant",
            "redirect",
            "redirect=0",
            "redirect=true",
            "Role=operator",
            "scope=a%20b",
            "a=b",
        ] {
            assert!(told(bad).2, "{bad}");
        }
    }
}
