//! What the trail says, and which of its entries are asked for.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::request::Call;
use crate::v1::PageNumber;

/// Which entries of the trail.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct AuditFilter {
    /// Only this tenant's.
    pub tenant_id: Option<String>,
    /// Only those of this partner's tenants.
    pub partner_id: Option<String>,
    /// `usr_…`, `app_…`, or the name of a task or command.
    pub actor_id: Option<String>,
    /// One of [`Audit::actions`](super::Audit::actions).
    pub action: Option<String>,
    /// One of [`Audit::resource_types`](super::Audit::resource_types).
    pub resource_type: Option<String>,
    /// The public id of what it happened to.
    pub resource_id: Option<String>,
    /// `success` or `refused`.
    pub result: Option<String>,
    /// Not before (RFC 3339).
    pub start_time: Option<String>,
    /// Before (RFC 3339).
    pub end_time: Option<String>,
    /// An address or a network.
    pub ip_address: Option<String>,
    /// Which page; an export ignores it.
    pub page: PageNumber,
    /// The `next_cursor` of the page before, under the same filters, instead of the number.
    pub cursor: Option<String>,
}

/// Who did it.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[non_exhaustive]
pub struct AuditActor {
    /// `user`, `application`, `system` or `stranger`.
    pub kind: String,
    /// `usr_…`, `app_…`, or the name of a task or command.
    pub id: Option<String>,
}

/// An entry of the trail.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[non_exhaustive]
pub struct AuditEntry {
    /// Later entries have greater ones.
    pub id: i64,
    /// When (RFC 3339).
    pub at: String,
    /// What happened.
    pub action: String,
    /// `success` or `refused`.
    pub result: String,
    /// Who did it.
    pub actor: AuditActor,
    /// `tnt_…`
    pub tenant_id: Option<String>,
    /// What sort of thing it happened to.
    pub resource_type: String,
    /// Its public id.
    pub resource_id: Option<String>,
    /// An address; after minimisation its network.
    pub ip_address: Option<String>,
    /// The user agent of the request.
    pub user_agent: Option<String>,
    /// The id of the request in the server's log.
    pub request_id: Option<String>,
    /// Further facts.
    pub detail: BTreeMap<String, String>,
}

/// Where the chain of hashes over the trail ends.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[non_exhaustive]
pub struct AuditHead {
    /// The number of the last link.
    pub position: i64,
    /// The id of its entry.
    pub id: i64,
    /// The hash of the last link: SHA-256 in hex.
    pub hash: String,
}

impl AuditFilter {
    pub(super) fn narrow<'c>(&self, call: Call<'c>) -> Call<'c> {
        [
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
        ]
        .into_iter()
        .fold(call, |call, (name, value)| call.query(name, value.as_ref()))
    }
}
