//! The OpenID provider as rows: codes, consents, sessions whose user has proven anew who they are, and whom to tell of their end.

pub(crate) mod codes;
pub(crate) mod consents;
pub(crate) mod logouts;
pub(crate) mod reauthentication;
