//! The OpenID provider as rows: codes, consents, and sessions whose user has proven anew who they are.

pub(crate) mod codes;
pub(crate) mod reauthentication;
