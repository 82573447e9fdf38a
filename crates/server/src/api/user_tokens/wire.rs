//! The shapes of this surface. They never leave this folder.

use cloakroom_engine::tokens::log_in::TokenPair;
use serde::Serialize;
use serde_json::{Value, json};
use utoipa::ToSchema;

/// A pair of tokens, bare.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Pair {
    /// JWT.
    access_token: String,
    /// Opaque; good for one use.
    refresh_token: String,
}

impl Pair {
    pub fn of(pair: &TokenPair) -> Self {
        Self { access_token: pair.access.text.to_string(), refresh_token: pair.refresh.expose().to_string() }
    }
}

/// What every other reply looks like.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct ApiResponse {
    /// Whether it worked.
    pub result: bool,
    /// What went wrong; null on success.
    #[schema(required = true)]
    pub message: Option<String>,
    /// Rows in `data`, or rows affected.
    pub record_count: usize,
    #[schema(value_type = Object)]
    pub data: Value,
}

impl ApiResponse {
    pub fn success(record_count: usize, data: Value) -> Self {
        Self { result: true, message: None, record_count, data }
    }

    pub fn failure(message: String) -> Self {
        Self { result: false, message: Some(message), record_count: 0, data: json!({}) }
    }
}

/// One row of a look-up.
#[derive(Serialize, ToSchema)]
pub struct LookupRow {
    pub id: &'static str,
    pub value: String,
}

/// Body of `/user/login`; names match in any case.
#[derive(ToSchema)]
#[allow(dead_code, reason = "documents the body; the handler reads it field by field to name every bad one")]
pub struct LoginBody {
    #[schema(max_length = 255)]
    username: String,
    #[schema(max_length = 255)]
    password: String,
}

/// Body of `/user/refreshToken`; names match in any case.
#[derive(ToSchema)]
#[serde(rename_all = "camelCase")]
#[allow(dead_code, reason = "documents the body; the handler reads it field by field to name every bad one")]
pub struct RefreshBody {
    #[schema(max_length = 512)]
    refresh_token: String,
}
