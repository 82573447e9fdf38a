//! Servers that the command line talks to, and the credentials for them: a file of profiles, secrets in files and in the environment,
//! tokens that a login left. What holds a secret must be readable by its owner alone.

mod logins;
mod private;
mod profile;
mod secrets;

pub use logins::KeptLogin;
pub use profile::{Profile, ProfileStore};
pub use secrets::{SecretKind, read_secret, secret_of_environment, write_secret};
