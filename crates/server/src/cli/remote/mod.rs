//! Commands that ask a server: which one, as whom, and what becomes of its answers. All of it goes through the Rust client.

mod arguments;
mod connected;
mod failures;
mod logins;
mod page;
mod secrets;
mod shown;
mod table;
mod times;

use std::io::Write;

use cloakroom_client::{Clock as _, SystemClock};

pub(super) use arguments::RemoteArgs;
pub(super) use connected::Connected;
pub(super) use failures::{EXIT_CODES, refused, usage, with_proxy};
pub(super) use page::PageArgs;
pub(super) use secrets::{GuidSource, KeySource, NewPasswordSource, PasscodeSource};
pub(super) use shown::{Screen, Shown};
pub(super) use table::{behind, with_short_ids};

use super::{Failure, runtime};

/// Asks a server and prints what it answers.
pub(super) fn ask(
    args: &RemoteArgs,
    (screen, out, err): (Screen, &mut impl Write, &mut impl Write),
    ask: impl AsyncFnOnce(&Connected) -> Result<Shown, Failure>,
) -> Result<(), Failure> {
    crate::logging::verbose(args.verbose);
    let connected = Connected::of(args)?;
    let asked = runtime()?.block_on(ask(&connected));
    let shown = asked.map_err(|failure| with_proxy(failure, &connected.profile.base_url))?;
    shown.print(args.json, screen, SystemClock.now(), out, err);
    Ok(())
}

/// Asks a server as long as it goes; what is printed is printed meanwhile.
pub(super) fn follow(args: &RemoteArgs, ask: impl AsyncFnOnce(&Connected) -> Result<Shown, Failure>) -> Result<(), Failure> {
    crate::logging::verbose(args.verbose);
    let connected = Connected::of(args)?;
    let asked = runtime()?.block_on(ask(&connected));
    asked.map(|_| ()).map_err(|failure| with_proxy(failure, &connected.profile.base_url))
}

/// An example and the exit codes, under the help of a command.
pub(super) fn example(command: &str) -> String {
    format!("Example:\n  cloakroom {command}\n\n{EXIT_CODES}")
}
