//! The documented APIs, one folder each. A surface speaks only its own words and shapes and knows no other surface.

pub mod authenticated_sessions;
pub mod session_storage;
pub mod user_tokens;
pub mod usm;
pub mod v1_sessions;
