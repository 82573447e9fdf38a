//! What commands that run here have in common.

use crate::failure::Failure;

/// Under their help.
pub(super) const EXIT_CODES: &str = "Exit codes: 0 success, 1 failure, 2 wrong usage.";

/// Where to begin, and what every exit code means that some command has.
pub(super) const BEGINNINGS: &str = "Examples:
  cloakroom dev
  cloakroom serve --data-dir data
  cloakroom doctor --data-dir data
  cloakroom profile add acme https://sessions.example.com
  cloakroom login --profile acme alice
  cloakroom session ls --profile acme

Exit codes: 0 success, 1 failure, 2 wrong usage; of commands that ask a server also 3 not or no longer signed in or not allowed, \
    4 no such thing, 5 the server cannot be reached or asks to come back later; 130 interrupted. \
    The help of each command has its own, and an example.";

/// The runtime of the commands that serve.
pub(super) fn runtime() -> Result<tokio::runtime::Runtime, Failure> {
    tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
        .map_err(|error| Failure::new(format_args!("cannot start the runtime: {error}")))
}
