//! Sessions, one's own and those of others, under `/api/v1/`.

mod calls;
mod records;
mod wishes;

pub use calls::Sessions;
pub use records::{OwnPage, ReachedApplication, Session, SessionItem, SessionStats, SessionsRevoked};
pub use wishes::{RevokeWish, SessionFilter, TenantFilter};
