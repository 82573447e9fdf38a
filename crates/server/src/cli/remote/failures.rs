//! Turns a refusal into an exit code for scripts and a hint for people.

use cloakroom_client::Error;

use crate::cli::Failure;

pub(in crate::cli) const EXIT_CODES: &str = "Exit codes: 0 success, 1 refused for another reason, 2 wrong usage, \
    3 not or no longer signed in or not allowed, 4 no such thing, 5 the server cannot be reached or asks to come back later.";

/// A failed call as a failed command.
pub(in crate::cli) fn refused(error: Error) -> Failure {
    let failure = Failure::new(&error).exit_code(exit_code(&error));
    match &error {
        Error::SessionDead { .. } => failure.hint("sign in again: cloakroom login, or cloakroom usm session create"),
        Error::Unreachable(_) => failure.hint("does the server run, and is the base URL of the profile right?"),
        Error::Refused(refused) => match (refused.retry_after, &refused.request_id) {
            (Some(wait), _) => failure.hint(format!("try again in {} s", wait.as_secs())),
            (None, Some(id)) if refused.status >= 500 => failure.hint(format!("the server's log tells more under the request id {id}")),
            (None, _) => match &refused.details {
                Some(details) => failure.hint(details.to_string()),
                None => failure,
            },
        },
        _ => failure,
    }
}

fn exit_code(error: &Error) -> u8 {
    match error {
        Error::SessionDead { .. } => 3,
        Error::Setup(_) => 2,
        error if error.is_passing() => 5,
        error => match error.status() {
            Some(401 | 403) => 3,
            Some(404) => 4,
            _ => 1,
        },
    }
}

/// What is wrong before anything was asked.
pub(in crate::cli) fn usage(problem: impl std::fmt::Display) -> Failure {
    Failure::new(problem).exit_code(2)
}
