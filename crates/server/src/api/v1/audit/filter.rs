//! Which entries a request means.

use cloakroom_engine::audit::list::AuditQuery;
use cloakroom_engine::audit::store::{AddressFilter, AuditFilter};
use cloakroom_engine::audit::{Action, AuditResult, ResourceKind};
use cloakroom_engine::clock::Timestamp;
use cloakroom_engine::ids::{PartnerUid, TenantUid};
use ipnet::IpNet;
use utoipa::IntoParams;

use crate::api::v1::decode::{Query, named};
use crate::api::v1::error::V1Error;
use crate::http::time;

/// What entries are chosen by, in lists and exports alike.
#[derive(IntoParams)]
#[into_params(parameter_in = Query)]
#[allow(dead_code, reason = "documents the query; it is read value by value to name every bad one")]
pub struct AuditFilters {
    /// `tnt_…`: only this tenant's
    tenant_id: Option<String>,
    /// `prt_…`: only those of this partner's tenants
    partner_id: Option<String>,
    /// `usr_…`, `app_…`, or the name of a task or command
    actor_id: Option<String>,
    /// One of `/api/v1/admin/audit/actions`
    action: Option<String>,
    /// One of `/api/v1/admin/audit/resource-types`
    resource_type: Option<String>,
    /// The public id of what it happened to
    resource_id: Option<String>,
    /// success or refused
    result: Option<String>,
    /// RFC 3339; not before
    start_time: Option<String>,
    /// RFC 3339; before
    end_time: Option<String>,
    /// An address, or a network (CIDR); a minimised entry counts as the first address of its network
    ip_address: Option<String>,
}

/// Reads the filters and refuses the request if any value that was read is bad.
///
/// # Errors
/// 422 with every bad value; 404 for an id that names nothing.
pub fn audit_query(mut query: Query) -> Result<AuditQuery, V1Error> {
    let filter = AuditFilter {
        actor_id: query.text("actor_id"),
        action: word(&mut query, "action", Action::parse),
        resource: word(&mut query, "resource_type", ResourceKind::parse),
        resource_id: query.text("resource_id"),
        result: word(&mut query, "result", AuditResult::parse),
        from: moment(&mut query, "start_time"),
        to: moment(&mut query, "end_time"),
        address: address(&mut query),
    };
    let (tenant, partner) = (query.text("tenant_id"), query.text("partner_id"));
    query.finish()?;
    Ok(AuditQuery { tenant: named(tenant, TenantUid::parse)?, partner: named(partner, PartnerUid::parse)?, filter })
}

fn word<T>(query: &mut Query, name: &'static str, parse: fn(&str) -> Option<T>) -> Option<T> {
    let text = query.text(name)?;
    let read = parse(&text);
    if read.is_none() {
        query.refuse(name, "Input should be a word that the trail knows", "enum");
    }
    read
}

fn moment(query: &mut Query, name: &'static str) -> Option<Timestamp> {
    let text = query.text(name)?;
    let read = time::parse(&text).map(Timestamp::from_millis);
    if read.is_none() {
        query.refuse(name, "Input should be a time of RFC 3339, such as 2026-01-02T03:04:05Z", "datetime_parsing");
    }
    read
}

fn address(query: &mut Query) -> Option<AddressFilter> {
    let text = query.text("ip_address")?;
    let read = if text.contains('/') {
        text.parse().ok().map(|network: IpNet| AddressFilter::Within(network.network(), network.broadcast()))
    } else {
        text.parse().ok().map(|address: std::net::IpAddr| AddressFilter::Exactly(address.to_canonical()))
    };
    if read.is_none() {
        query.refuse("ip_address", "Input should be an address, or a network such as 203.0.113.0/24", "ip_any_address");
    }
    read
}
