//! The standard endpoints: tokens of applications, introspection, revocation, metadata, keys.

mod calls;
mod records;

pub use calls::Oauth;
pub use records::{ApplicationTokens, Introspection, JwkSet, PushedRequest, ServerMetadata, StandardClaims, SubjectKind};
