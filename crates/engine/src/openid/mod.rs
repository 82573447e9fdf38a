//! The OpenID provider: an application is let into the session of a browser, and is given tokens within it.

pub mod authorize;
pub mod code;
pub mod consents;
mod id_token;
pub mod logout;
pub mod pkce;
pub mod redeem;
pub mod store;
pub mod user_info;
