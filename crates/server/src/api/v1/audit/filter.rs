//! Which entries a request means.

use std::marker::PhantomData;

use cloakroom_engine::audit::list::AuditQuery;
use cloakroom_engine::audit::store::{AddressFilter, AuditFilter};
use cloakroom_engine::audit::{Action, AuditResult, ResourceKind};
use cloakroom_engine::clock::Timestamp;
use cloakroom_engine::ids::{PartnerUid, TenantUid};
use utoipa::openapi::path::{Parameter as Described, ParameterIn};

use crate::api::v1::error::V1Error;
use crate::api::v1::parameters::{Count, Paging, QueryId, Words, if_named, last};
use crate::http::address_filter;
use crate::http::declared::About;
use crate::http::declared::parameters::{Flat, Given, Parameter, described, parameters};
use crate::http::declared::types::{Kind as _, Time, string};
use crate::http::declared::words::{OneOf, Word};
use crate::http::time;

parameters! {
    /// What entries are chosen by, in lists and exports alike.
    in Query pub struct AuditFilters {
        /// `tnt_…`: only this tenant's.
        tenant_id: QueryId<TenantUid>,
        /// `prt_…`: only those of this partner's tenants.
        partner_id: QueryId<PartnerUid>,
        /// `usr_…`, `app_…`, or the name of a task or command.
        actor_id: Words,
        /// One of `/api/v1/admin/audit/actions`.
        action: TrailWord<Action>,
        /// One of `/api/v1/admin/audit/resource-types`.
        resource_type: TrailWord<ResourceKind>,
        /// The public id of what it happened to.
        resource_id: Words,
        result: TrailWord<AuditResult>,
        /// Not before.
        start_time: Moment,
        /// Before.
        end_time: Moment,
        /// An address, or a network (CIDR); a minimised entry counts as the first address of its network.
        ip_address: Addresses,
    }

    /// Which entries, and which page of them.
    in Query pub struct ListQuery {
        paging: Flat<Paging>,
        filters: Flat<AuditFilters>,
    }

    /// Which entries, and where to go on.
    in Query pub struct ExportQuery {
        /// The `position` of the last line of an earlier export.
        after: Count<0, { i64::MAX.unsigned_abs() }>,
        filters: Flat<AuditFilters>,
    }
}

impl AuditFilters {
    /// # Errors
    /// 404 for an id that names nothing.
    pub fn query(self) -> Result<AuditQuery, V1Error> {
        let filter = AuditFilter {
            actor_id: self.actor_id,
            action: self.action,
            resource: self.resource_type,
            resource_id: self.resource_id,
            result: self.result,
            from: self.start_time,
            to: self.end_time,
            address: self.ip_address,
        };
        Ok(AuditQuery { tenant: if_named(self.tenant_id)?, partner: if_named(self.partner_id)?, filter })
    }
}

/// What `parse` makes of the value that counts.
fn read<T>(
    given: &mut Given,
    name: &'static str,
    parse: impl FnOnce(&str) -> Option<T>,
    wrong: (&'static str, &'static str),
) -> Option<Option<T>> {
    let Some(text) = last(given, name) else { return Some(None) };
    let read = parse(&text);
    if read.is_none() {
        given.refuse(name, wrong.0, wrong.1);
    }
    read.map(Some)
}

/// A word that the trail knows.
pub struct TrailWord<T>(PhantomData<T>);

impl<T: Word> Parameter for TrailWord<T> {
    type Value = Option<T>;

    fn take(given: &mut Given, name: &'static str) -> Option<Option<T>> {
        read(given, name, T::spelled, ("Input should be a word that the trail knows", "enum"))
    }

    fn describe(name: &'static str, place: ParameterIn, about: About) -> Vec<Described> {
        described(name, place, false, OneOf::<T>::schema(), about)
    }
}

/// A time.
pub struct Moment;

impl Parameter for Moment {
    type Value = Option<Timestamp>;

    fn take(given: &mut Given, name: &'static str) -> Option<Option<Timestamp>> {
        let parse = |text: &str| time::parse(text).map(Timestamp::from_millis);
        read(given, name, parse, ("Input should be a time of RFC 3339, such as 2026-01-02T03:04:05Z", "datetime_parsing"))
    }

    fn describe(name: &'static str, place: ParameterIn, about: About) -> Vec<Described> {
        described(name, place, false, Time::schema(), about)
    }
}

/// An address, or all of a network.
pub struct Addresses;

impl Parameter for Addresses {
    type Value = Option<AddressFilter>;

    fn take(given: &mut Given, name: &'static str) -> Option<Option<AddressFilter>> {
        let wrong = ("Input should be an address, or a network such as 203.0.113.0/24", "ip_any_address");
        read(given, name, address_filter::parse, wrong)
    }

    fn describe(name: &'static str, place: ParameterIn, about: About) -> Vec<Described> {
        described(name, place, false, string(|_| {}), About { example: Some("203.0.113.0/24".into()), ..about })
    }
}
