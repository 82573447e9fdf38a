//! JSON Web Tokens and keys: signing and verifying (RFC 7515, RFC 7519), encryption (RFC 7516), and the keys that clients register (RFC 7517).

pub mod audience_names;
mod claims;
pub mod client_keys;
pub mod encryption;
pub mod encryption_key;
mod id_token;
mod id_token_ring;
pub mod issuer;
pub mod jwt;
mod key_pair;
pub mod numeric_date;
pub mod token_encryption;
pub mod token_header;
