//! Which entries are meant.

use cloakroom_engine::audit::list::AuditQuery;
use cloakroom_engine::audit::store::AuditFilter;
use cloakroom_engine::audit::{Action, AuditResult, ResourceKind};
use cloakroom_engine::clock::Timestamp;
use cloakroom_engine::ids::{PartnerUid, TenantUid};

use crate::http::address_filter;
use crate::http::declared::parameters::parameters;
use crate::http::time;
use crate::web::form::Typed;
use crate::web::language::Language;
use crate::web::pages::Problem;

parameters! {
    /// Which entries of the trail.
    in Query pub struct TrailFilter {
        /// Only this tenant's.
        tenant_id: Typed = "tnt_01J8ZQ4Y7N3V5K2M6P9R1S0T8W",
        /// Only those of this partner's tenants.
        partner_id: Typed = "prt_01J8ZQ4Y7N3V5K2M6P9R1S0T8W",
        /// Who did it: `usr_…`, `app_…`, or the name of a task or command.
        actor_id: Typed = "usr_01J8ZQ4Y7N3V5K2M6P9R1S0T8W",
        /// What happened.
        action: Typed = "session.ended",
        /// What it happened to.
        resource_type: Typed = "session",
        /// The public id of what it happened to.
        resource_id: Typed = "ses_01J8ZQ4Y7N3V5K2M6P9R1S0T8W",
        /// `success` or `refused`.
        result: Typed = "success",
        /// Not before: a time in UTC, with or without seconds.
        start_time: Typed = "2026-01-02T03:04",
        /// Before.
        end_time: Typed = "2026-02-02T03:04",
        /// An address, or a network (CIDR).
        ip_address: Typed = "203.0.113.0/24",
    }
}

/// A time as browsers' fields have it, or as RFC 3339 does; both in UTC where nothing else is said.
fn moment(text: &str) -> Option<Timestamp> {
    let seconds = if text.len() == "2026-01-02T03:04".len() { ":00Z" } else { "Z" };
    let parse = |text: &str| time::parse(text).map(Timestamp::from_millis);
    parse(text).or_else(|| parse(&format!("{text}{seconds}")))
}

impl TrailFilter {
    /// What is meant, or the fields that say nothing that can be.
    pub fn query(&self) -> Result<AuditQuery, Vec<&'static str>> {
        let mut wrong = Vec::new();
        let filter = AuditFilter {
            actor_id: text(&self.actor_id),
            action: read(&self.action, "action", Action::parse, &mut wrong),
            resource: read(&self.resource_type, "resource_type", ResourceKind::parse, &mut wrong),
            resource_id: text(&self.resource_id),
            result: read(&self.result, "result", AuditResult::parse, &mut wrong),
            from: read(&self.start_time, "start_time", moment, &mut wrong),
            to: read(&self.end_time, "end_time", moment, &mut wrong),
            address: read(&self.ip_address, "ip_address", address_filter::parse, &mut wrong),
        };
        let tenant = read(&self.tenant_id, "tenant_id", TenantUid::parse, &mut wrong);
        let partner = read(&self.partner_id, "partner_id", PartnerUid::parse, &mut wrong);
        if wrong.is_empty() { Ok(AuditQuery { tenant, partner, filter }) } else { Err(wrong) }
    }

    /// What it says, by name.
    pub fn pairs(&self) -> Vec<(&'static str, String)> {
        let all = [
            ("tenant_id", &self.tenant_id),
            ("partner_id", &self.partner_id),
            ("actor_id", &self.actor_id),
            ("action", &self.action),
            ("resource_type", &self.resource_type),
            ("resource_id", &self.resource_id),
            ("result", &self.result),
            ("start_time", &self.start_time),
            ("end_time", &self.end_time),
            ("ip_address", &self.ip_address),
        ];
        all.into_iter().filter(|(_, value)| !value.trim().is_empty()).map(|(name, value)| (name, value.trim().to_owned())).collect()
    }
}

fn text(typed: &str) -> Option<String> {
    Some(typed.trim().to_owned()).filter(|text| !text.is_empty())
}

fn read<T>(typed: &str, name: &'static str, parse: impl Fn(&str) -> Option<T>, wrong: &mut Vec<&'static str>) -> Option<T> {
    let typed = typed.trim();
    if typed.is_empty() {
        return None;
    }
    let read = parse(typed);
    if read.is_none() {
        wrong.push(name);
    }
    read
}

/// What is said of a field that says nothing that can be.
pub fn problem(language: Language, field: &'static str) -> Problem {
    let text = match field {
        "start_time" | "end_time" => "filter-wrong-time",
        "ip_address" => "filter-wrong-address",
        "tenant_id" | "partner_id" => "filter-wrong-id",
        _ => "filter-wrong-word",
    };
    Problem { field, text: language.say(text) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_read_as_browsers_and_as_programs_write_them() {
        let at = Some(Timestamp::from_millis(1_767_323_040_000));
        for text in ["2026-01-02T03:04", "2026-01-02T03:04:00", "2026-01-02T03:04:00Z", "2026-01-02T04:04:00+01:00"] {
            assert_eq!(moment(text), at, "{text}");
        }
        for text in ["yesterday", "2026-01-02", "2026-13-02T03:04"] {
            assert_eq!(moment(text), None, "{text}");
        }
    }
}
