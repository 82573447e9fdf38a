//! The shapes of the trail. They never leave this folder.

use cloakroom_engine::audit::AuditResult;
use cloakroom_engine::audit::chain::{ChainHead, Link, LinkedEntry};
use cloakroom_engine::audit::recorded::RecordedEntry;
use cloakroom_engine::hex::hex;
use serde::Serialize;
use serde_json::value::RawValue;
use utoipa::ToSchema;
use utoipa::openapi::Schema;

use crate::api::v1::envelope::{MetaResponse, PaginatedResponse, time};
use crate::http::declared::types::{Kind as _, string};
use crate::http::declared::words::OneOf;

/// Who did it.
#[derive(Serialize, ToSchema)]
pub struct AuditActor {
    #[schema(schema_with = kinds)]
    pub kind: String,
    /// `usr_…`, `app_…`, or the name of a task or command; null for strangers and the anonymous.
    #[schema(required = true, example = "usr_01J8ZQ4Y7N3V5K2M6P9R1S0T8W")]
    pub id: Option<String>,
}

/// One entry of the trail.
#[derive(Serialize, ToSchema)]
pub struct AuditItem {
    /// Later entries have greater ones.
    pub id: i64,
    #[schema(format = DateTime)]
    pub at: String,
    /// One of `/api/v1/admin/audit/actions`, or a word of an earlier version.
    #[schema(example = "session.ended")]
    pub action: String,
    #[schema(schema_with = results)]
    pub result: String,
    pub actor: AuditActor,
    #[schema(required = true, example = "tnt_01J8ZQ4Y7N3V5K2M6P9R1S0T8W")]
    pub tenant_id: Option<String>,
    /// One of `/api/v1/admin/audit/resource-types`, or a word of an earlier version.
    #[schema(example = "session")]
    pub resource_type: String,
    #[schema(required = true, example = "ses_01J8ZQ4Y7N3V5K2M6P9R1S0T8W")]
    pub resource_id: Option<String>,
    /// An address; after its minimisation the network (/24, /48) that it was of.
    #[schema(required = true, example = "203.0.113.7")]
    pub ip_address: Option<String>,
    #[schema(required = true, example = "curl/8.14.1")]
    pub user_agent: Option<String>,
    #[schema(required = true, example = "01J8ZQ4Y7N3V5K2M6P9R1S0T8W")]
    pub request_id: Option<String>,
    /// Further facts, all texts.
    #[schema(value_type = Object, example = json!({"reason": "logout"}))]
    pub detail: Box<RawValue>,
}

impl From<&RecordedEntry> for AuditItem {
    fn from(entry: &RecordedEntry) -> Self {
        let entry = entry.clone();
        Self {
            id: entry.sequence,
            at: time(entry.at),
            action: entry.action,
            result: entry.result,
            actor: AuditActor { kind: entry.actor_kind, id: entry.actor_id },
            tenant_id: entry.tenant.map(|tenant| tenant.to_string()),
            resource_type: entry.resource_kind,
            resource_id: entry.resource_id,
            ip_address: entry.address,
            user_agent: entry.user_agent,
            request_id: entry.request_id,
            detail: RawValue::from_string(entry.detail).unwrap_or_default(),
        }
    }
}

/// One line of an export.
#[derive(Serialize, ToSchema)]
pub struct AuditLine {
    /// Place in the chain; an export goes on behind it with `after`.
    pub position: i64,
    /// SHA-256 over the link before it and this entry, in hex; null where the link cannot be read.
    #[schema(required = true, example = "6d6d6d6d6d6d6d6d6d6d6d6d6d6d6d6d6d6d6d6d6d6d6d6d6d6d6d6d6d6d6d6d")]
    pub hash: Option<String>,
    /// To address and user agent, in hex.
    #[schema(required = true, example = "5c5c5c5c5c5c5c5c5c5c5c5c5c5c5c5c5c5c5c5c5c5c5c5c5c5c5c5c5c5c5c5c")]
    pub commitment: Option<String>,
    /// Of the commitment, in hex; null after minimisation.
    #[schema(required = true, example = "4b4b4b4b4b4b4b4b4b4b4b4b4b4b4b4b")]
    pub salt: Option<String>,
    /// Null where the entry is gone or cannot be read: `cloakroom audit verify` tells more.
    #[schema(required = true)]
    pub entry: Option<AuditItem>,
}

impl From<&Link> for AuditLine {
    fn from(link: &Link) -> Self {
        let entry = match &link.entry {
            LinkedEntry::Found(entry) => Some(entry.as_ref().into()),
            LinkedEntry::Missing | LinkedEntry::Unreadable => None,
        };
        Self {
            position: link.position,
            hash: link.seal.map(|seal| hex(&seal.hash)),
            commitment: link.seal.and_then(|seal| seal.commitment).map(|commitment| hex(&commitment)),
            salt: link.seal.and_then(|seal| seal.salt).map(|salt| hex(&salt)),
            entry,
        }
    }
}

/// Links as lines of JSON.
pub fn lines(links: &[Link]) -> Vec<u8> {
    let mut text = Vec::new();
    for link in links {
        // Writing texts and numbers to memory does not fail.
        if serde_json::to_writer(&mut text, &AuditLine::from(link)).is_ok() {
            text.push(b'\n');
        }
    }
    text
}

/// Where the chain ends.
#[derive(Serialize, ToSchema)]
pub struct AuditHead {
    pub position: i64,
    /// Of the entry.
    pub id: i64,
    /// In hex: note it elsewhere, for `cloakroom audit verify --expect`.
    #[schema(example = "6d6d6d6d6d6d6d6d6d6d6d6d6d6d6d6d6d6d6d6d6d6d6d6d6d6d6d6d6d6d6d6d")]
    pub hash: String,
}

impl From<ChainHead> for AuditHead {
    fn from(head: ChainHead) -> Self {
        Self { position: head.position, id: head.sequence, hash: hex(&head.hash) }
    }
}

/// A page of the trail.
pub type AuditEntries = PaginatedResponse<AuditItem>;

/// Words of the trail.
#[derive(Serialize, ToSchema)]
#[schema(as = ApiResponse_list_str__)]
pub struct AuditWords {
    #[schema(example = json!(["session.ended"]))]
    pub data: Vec<&'static str>,
    pub meta: MetaResponse,
}

/// The end of the chain; null before anything was sealed.
#[derive(Serialize, ToSchema)]
#[schema(as = ApiResponse_Optional_AuditHead__)]
pub struct AuditChainHead {
    #[schema(required = true)]
    pub data: Option<AuditHead>,
    pub meta: MetaResponse,
}

fn kinds() -> Schema {
    string(|kind| {
        kind.enum_values = Some(
            ["user", "application", "service_account", "identity_provider", "system", "stranger", "anonymous"].map(Into::into).to_vec(),
        )
    })
}

fn results() -> Schema {
    OneOf::<AuditResult>::schema()
}
