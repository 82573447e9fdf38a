//! `cloakroom version`

use std::io::Write;

use clap::Args;

use super::{EXIT_CODES, Failure, say};
use crate::version::BUILD_ID;

/// Print the version.
#[derive(Debug, Args)]
#[command(after_help = format!("Example:\n  cloakroom version\n\n{EXIT_CODES}"))]
pub(super) struct Version {}

impl Version {
    #[allow(clippy::unused_self, reason = "every command has the same shape")]
    pub(super) fn run(self, out: &mut impl Write) -> Result<(), Failure> {
        say(out, &format_args!("cloakroom {}", BUILD_ID));
        Ok(())
    }
}
