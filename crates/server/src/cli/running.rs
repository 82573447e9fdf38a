//! What commands that run here have in common.

use crate::failure::Failure;

/// Under their help.
pub(super) const EXIT_CODES: &str = "Exit codes: 0 success, 1 failure, 2 wrong usage.";

/// The runtime of the commands that serve.
pub(super) fn runtime() -> Result<tokio::runtime::Runtime, Failure> {
    tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
        .map_err(|error| Failure::new(format_args!("cannot start the runtime: {error}")))
}
