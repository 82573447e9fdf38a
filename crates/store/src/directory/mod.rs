//! The directory as rows. What becomes of them is written once for each noun; administrators and files come to it by their own ways.

pub(crate) mod admin;
mod applications;
mod apply;
mod applying;
mod emails;
pub(crate) mod identities;
pub(crate) mod identity_providers;
mod partners;
pub(crate) mod places;
pub(crate) mod read;
pub(crate) mod tenants;
pub(crate) mod users;

pub(crate) use apply::apply;
