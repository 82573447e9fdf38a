//! Sessions, one's own and those of others, under `/api/v1/`.

mod calls;
mod records;

pub use calls::{RevokeWish, SessionFilter, Sessions, TenantFilter};
pub use records::{ReachedApplication, Session, SessionItem, SessionStats, SessionsRevoked};
