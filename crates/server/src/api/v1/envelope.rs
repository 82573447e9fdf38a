//! The shapes around the data of every answer under `/api/v1`.

use cloakroom_engine::clock::Timestamp;
use cloakroom_engine::page::PageNumber;
use serde::Serialize;
use utoipa::ToSchema;

use crate::http::time::millis;

/// Rendered with exactly three fractional digits and `Z`.
pub fn time(at: Timestamp) -> String {
    millis(at.as_millis())
}

/// Metadata of every answer with data.
#[derive(Serialize, ToSchema)]
pub struct MetaResponse {
    #[schema(required = true)]
    pub request_id: Option<String>,
    #[schema(format = DateTime)]
    pub timestamp: String,
}

impl MetaResponse {
    pub fn new(request_id: Option<String>, now: Timestamp) -> Self {
        Self { request_id, timestamp: time(now) }
    }
}

/// Which page, and how much there is.
#[derive(Serialize, ToSchema)]
pub struct PaginationMeta {
    pub page: u64,
    pub per_page: u32,
    pub total_items: u64,
    pub total_pages: u64,
}

/// Data with its metadata.
#[derive(Serialize)]
pub struct ApiResponse<T> {
    pub data: T,
    pub meta: MetaResponse,
}

/// A page with its metadata.
#[derive(Serialize)]
pub struct PaginatedResponse<T> {
    pub data: Vec<T>,
    pub pagination: PaginationMeta,
    pub meta: MetaResponse,
}

impl<T> PaginatedResponse<T> {
    pub fn of<Found>(found: &[Found], total_items: u64, page: PageNumber, meta: MetaResponse, item: impl Fn(&Found) -> T) -> Self {
        let PageNumber { page, per_page } = page;
        let total_pages = total_items.div_ceil(u64::from(per_page.max(1)));
        let data = found.iter().map(item).collect();
        Self { data, pagination: PaginationMeta { page, per_page, total_items, total_pages }, meta }
    }
}

/// Documents an answer whose data stands beside its metadata.
macro_rules! documented {
    ($($(#[$meta:meta])* $name:ident { $($field:ident: $type:ty),+ }),+ $(,)?) => {
        $($(#[$meta])*
        #[derive(ToSchema)]
        #[allow(dead_code, reason = "documents an answer; it is written by ApiResponse and PaginatedResponse")]
        pub struct $name {
            $($field: $type,)+
            meta: MetaResponse,
        })+
    };
}
pub(crate) use documented;

/// Why a call was refused.
#[derive(ToSchema)]
#[allow(dead_code, reason = "documents an answer")]
pub struct ErrorResponse {
    detail: String,
}

/// Every bad value of a request.
#[derive(ToSchema)]
#[allow(dead_code, reason = "documents an answer")]
pub struct HTTPValidationError {
    detail: Vec<ValidationError>,
}

/// One bad value of a request.
#[derive(ToSchema)]
#[allow(dead_code, reason = "documents an answer")]
pub struct ValidationError {
    /// Begins with path, query, body or header.
    loc: Vec<String>,
    msg: String,
    #[serde(rename = "type")]
    kind: String,
}
