//! Servers that the command line talks to, and the credentials for them: a file of profiles, secrets in files and in the environment,
//! tokens that a login left. What holds a secret must be readable by its owner alone.

mod base_url;
mod changes;
mod logins;
mod private;
mod profile;
mod secrets;

pub use base_url::{base_url, is_loopback};
pub use changes::NewProfile;
pub use logins::KeptLogin;
pub use profile::{Profile, ProfileStore, Profiles, Unchosen};
pub use secrets::{SecretKind, proxy_of_environment, read_secret, secret_of_environment, write_secret};
