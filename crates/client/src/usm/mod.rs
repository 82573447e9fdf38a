//! User sessions, service accounts and API keys, under `/usm/`.
//!
//! Every call is a POST whose credentials stand in the body, so the arguments name them. What the server calls *doomed* is over.

mod api_key;
mod calls;
mod service_account;
mod session;

pub use api_key::{ApiKeyCreate, ApiKeyList, ApiKeyListQuery, ApiKeyPolicy, ApiKeyRecord, ApiKeyWorth, CreatedApiKey};
pub use calls::{CallContext, Cursors, ListStatus, Usm};
pub use service_account::{ServiceAccountCreate, ServiceAccountList, ServiceAccountListQuery, ServiceAccountRecord};
pub use session::{CreatedSession, SessionCreate, SessionList, SessionListQuery, SessionRecord};
