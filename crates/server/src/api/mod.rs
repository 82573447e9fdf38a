//! The HTTP APIs, one folder each, laid out as their URLs are. A surface speaks only its own words and shapes and knows no other.

pub mod authenticated_sessions;
pub mod docs;
pub mod oauth;
pub mod ops;
pub mod session_storage;
pub mod user_tokens;
pub mod usm;
pub mod v1;
