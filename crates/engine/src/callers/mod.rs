//! Who somebody is, and what they may do. A caller is a capability: a use case names in its signature the one that it needs, and only
//! what proves somebody makes one.

pub mod administrators;
pub mod api_key_admin;
pub(crate) mod attempts;
pub mod authority;
pub mod basis;
pub mod client_application;
pub mod delegate;
pub mod end_user;
pub mod endowment;
pub mod operator;
pub mod org_owner;
pub mod org_standing;
pub mod owned_client;
pub mod reach;
pub mod refused;
pub mod sessions_reader;
pub mod token_caller;
pub mod warrant;

pub use administrators::{AdminRefusal, DirectoryAdmin, DirectoryReader, SessionAdmin, SessionEnder};
pub use api_key_admin::{ApiKeyAdmin, ApiKeyWriter};
pub use authority::{Authority, Refusal, UserStanding};
pub use basis::{Authorisation, Basis, ClientProof};
pub use client_application::{ClientApplication, ClientRefusal};
pub use delegate::Delegate;
pub use end_user::EndUser;
pub use operator::Operator;
pub use org_owner::{OrgOwner, OrgRefusal, OrgWriter, WriteBlocked};
pub use org_standing::OrgStanding;
pub use owned_client::{NotForOwner, OwnedClient};
pub use reach::{OutOfReach, Reach};
pub use refused::Refused;
pub use sessions_reader::{NotAReader, SessionsReader};
pub use token_caller::TokenCaller;
pub use warrant::{Deed, Warrant};
