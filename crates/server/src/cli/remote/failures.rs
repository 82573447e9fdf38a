//! Turns a refusal into an exit code for scripts and a hint for people.

use cloakroom_client::Error;

use crate::cli::Failure;
use crate::config::profiles::{is_loopback, proxy_of_environment};

pub(in crate::cli) const EXIT_CODES: &str = "Exit codes: 0 success, 1 refused for another reason, 2 wrong usage, \
    3 not or no longer signed in or not allowed, 4 no such thing, 5 the server cannot be reached or asks to come back later.";

const UNREACHED: &str = "does the server run, and are base_url and root_certificates of the profile right?";
const NO_CLOAKROOM: &str = "is base_url of the profile right? `cloakroom profile list` shows it";
const NO_TLS: &str = "what listens there speaks no TLS: write http:// in the base URL, or turn TLS on at the server";

/// A failed call as a failed command.
pub(in crate::cli) fn refused(error: Error) -> Failure {
    let failure = Failure::new(&error).exit_code(exit_code(&error));
    match &error {
        Error::SessionDead { .. } => failure.hint("sign in again: cloakroom login, or cloakroom usm session create"),
        Error::Unreachable(problem) if problem.contains("InvalidContentType") => failure.hint(NO_TLS),
        Error::Unreachable(_) => failure.hint(UNREACHED),
        error if error.is_foreign() => failure.hint(NO_CLOAKROOM),
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

impl From<Error> for Failure {
    fn from(error: Error) -> Self {
        refused(error)
    }
}

/// Says of a failure on the way to a server that a proxy of the environment is on it.
pub(in crate::cli) fn with_proxy(failure: Failure, base_url: &str) -> Failure {
    let is_on_the_way = failure.hint.as_deref().is_some_and(|hint| [UNREACHED, NO_CLOAKROOM].contains(&hint));
    match proxy_of_environment(base_url).filter(|_| is_on_the_way && !is_loopback(base_url)) {
        Some(variable) => {
            let host = base_url.split("://").nth(1).unwrap_or_default().split(['/', ':']).next().unwrap_or_default();
            let hint = failure.hint.clone().unwrap_or_default();
            failure.hint(format!("{hint} {variable} names a proxy, which may answer in its place: NO_PROXY={host} goes around it"))
        }
        None => failure,
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
