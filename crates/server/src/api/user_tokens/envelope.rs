//! What every reply but a pair of tokens looks like.

use serde::Serialize;
use utoipa::ToSchema;

/// A reply: all four are always there.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct APIResponse<T> {
    /// Whether it worked.
    pub result: bool,
    /// What went wrong; null on success.
    #[schema(required = true, example = json!(null))]
    pub message: Option<String>,
    /// Rows in `data`, or rows affected.
    #[schema(example = 1)]
    pub record_count: usize,
    pub data: T,
}

/// An empty object.
#[derive(Serialize, ToSchema)]
pub struct Nothing {}

impl<T> APIResponse<T> {
    pub fn success(record_count: usize, data: T) -> Self {
        Self { result: true, message: None, record_count, data }
    }
}

impl APIResponse<Nothing> {
    pub fn failure(message: String) -> Self {
        Self { result: false, message: Some(message), record_count: 0, data: Nothing {} }
    }
}
