//! Ending the sessions of a list, several at a time.

use std::collections::{HashMap, HashSet};
use std::pin::pin;
use std::time::Duration;

use cloakroom_client::{Client, Clock as _, Error, SystemClock};
use futures_util::{StreamExt as _, stream};
use serde::{Deserialize, Serialize};

use super::super::Failure;
use super::super::names;
use super::super::progress::Steps;
use super::super::remote::{refused, usage};
use crate::tasks::stop::{Stage, Stop};

/// How many calls are under way at once: enough to hide the way to the server, and few beside everybody else's.
const AT_ONCE: usize = 8;

/// Fewer are done before anybody wonders.
const FEW: u64 = 100;

/// How often one is asked for while the server cannot be reached or asks to come back later; ending twice does no harm.
const ATTEMPTS: u32 = 6;

/// If the server asks for a longer wait than this, the command gives up.
const LONGEST_WAIT: Duration = Duration::from_secs(30);

/// The outcome for a list of sessions.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub(super) struct Tally {
    /// Lived, and were ended.
    pub(super) ended: usize,
    /// Were over before.
    pub(super) had_ended: usize,
    /// Are not there, or out of reach.
    pub(super) not_found: usize,
    /// Were not asked for, or their outcome is unknown.
    pub(super) left: usize,
}

impl Tally {
    pub(super) const fn all(&self) -> usize {
        self.ended + self.had_ended + self.not_found + self.left
    }
}

/// The outcome of a list.
#[derive(Debug)]
pub(super) struct Ending {
    pub(super) tally: Tally,
    /// The ids of those that were not found.
    pub(super) missing: Vec<String>,
    /// Why it stopped early.
    pub(super) broken: Option<Failure>,
}

/// The outcome for one session.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Fate {
    Ended,
    HadEnded,
    NotFound,
}

/// A line of `session ls --json`.
#[derive(Deserialize)]
struct Listed {
    id: String,
}

/// The ids on the lines of a list, each once. Empty lines and those that begin with `#` are left out.
///
/// # Errors
/// Which line holds none; never what it holds, which may be a secret.
pub(super) fn ids_of(text: &str) -> Result<Vec<String>, Failure> {
    let (mut ids, mut seen) = (Vec::new(), HashSet::new());
    for (number, line) in text.lines().map(str::trim).enumerate() {
        if line.is_empty() || line.starts_with('#') {
            continue;
        }
        let id =
            if line.starts_with('{') { serde_json::from_str::<Listed>(line).ok().map(|listed| listed.id) } else { Some(line.to_owned()) };
        let none = || usage(format_args!("line {} holds no id of a session (ses_…)", number + 1));
        let id = id.filter(|id| is_session_id(id)).ok_or_else(none)?;
        if seen.insert(id.clone()) {
            ids.push(id);
        }
    }
    Ok(ids)
}

/// Whether a text looks like one; that there is such a session is for the server to say.
pub(super) fn is_session_id(text: &str) -> bool {
    text.strip_prefix("ses_").is_some_and(|rest| !rest.is_empty() && rest.chars().all(|c| c.is_ascii_alphanumeric() || c == '…'))
}

impl Ending {
    /// Ends each, until a signal or a failure; those under way are waited for.
    pub(super) async fn of(client: &Client, ids: Vec<String>, stop: &Stop) -> Result<Self, Failure> {
        let ids = whole(client, ids).await?;
        let own = match client.sessions().own().await {
            Ok(own) => own.into_iter().map(|session| (session.id, session.is_current)).collect(),
            // An application has none.
            Err(error) if error.status() == Some(403) => HashMap::new(),
            Err(error) => return Err(refused(error)),
        };
        let mut ending = Self { tally: Tally { left: ids.len(), ..Tally::default() }, missing: Vec::new(), broken: None };
        let mut steps = Steps::on_standard_error("done", ids.len() as u64, FEW);
        // The one that asks comes last: after it nothing can be asked.
        let (last, others): (Vec<_>, Vec<_>) = ids.into_iter().partition(|id| own.get(id) == Some(&true));
        for (ids, at_once) in [(others, AT_ONCE), (last, 1)] {
            ending.end(client, (ids, at_once), &own, (stop, &mut steps)).await;
            if ending.broken.is_some() || stop.stage() > Stage::Running {
                break;
            }
        }
        steps.finish();
        Ok(ending)
    }

    async fn end(
        &mut self,
        client: &Client,
        (ids, at_once): (Vec<String>, usize),
        own: &HashMap<String, bool>,
        (stop, steps): (&Stop, &mut Steps),
    ) {
        let calls = stream::iter(ids).take_until(stop.reached(Stage::Draining)).map(async |id: String| {
            let fate = end_patiently(client, &id, own.contains_key(&id)).await;
            (id, fate)
        });
        let mut fates = pin!(calls.buffer_unordered(at_once));
        loop {
            let next = tokio::select! {
                next = fates.next() => next,
                () = stop.reached(Stage::Now) => None,
            };
            let Some((id, fate)) = next else { break };
            match fate {
                Ok(Fate::Ended) => self.tally.ended += 1,
                Ok(Fate::HadEnded) => self.tally.had_ended += 1,
                Ok(Fate::NotFound) => {
                    self.tally.not_found += 1;
                    self.missing.push(id);
                }
                Err(error) => {
                    self.broken = Some(refused(error));
                    break;
                }
            }
            self.tally.left -= 1;
            steps.one_more();
        }
    }
}

/// The ids as they are, where a table shortened them.
async fn whole(client: &Client, ids: Vec<String>) -> Result<Vec<String>, Failure> {
    let mut whole = Vec::with_capacity(ids.len());
    for id in ids {
        whole.push(names::session_id(client, &id).await?);
    }
    Ok(whole)
}

/// Asks once more after what passes.
async fn end_patiently(client: &Client, id: &str, is_own: bool) -> Result<Fate, Error> {
    let mut wait = Duration::from_secs(1);
    for _ in 1..ATTEMPTS {
        match end_listed(client, id, is_own).await {
            Err(error) if error.is_passing() => {
                let asked_for = match &error {
                    Error::Refused(refused) => refused.retry_after.unwrap_or(wait),
                    _ => wait,
                };
                if asked_for > LONGEST_WAIT {
                    return Err(error);
                }
                SystemClock.sleep(asked_for).await;
                wait *= 2;
            }
            outcome => return outcome,
        }
    }
    end_listed(client, id, is_own).await
}

async fn end_listed(client: &Client, id: &str, is_own: bool) -> Result<Fate, Error> {
    let sessions = client.sessions();
    if is_own {
        return match sessions.revoke_own(id).await {
            Ok(_) => Ok(Fate::Ended),
            // A moment ago it was there.
            Err(error) if error.status() == Some(404) => Ok(Fate::HadEnded),
            Err(error) => Err(error),
        };
    }
    let refusal = match sessions.revoke(id).await {
        Ok(()) => return Ok(Fate::Ended),
        Err(error) => error,
    };
    match refusal.status() {
        Some(404) => match sessions.get_one(id).await {
            Ok(_) => Ok(Fate::HadEnded),
            Err(error) if error.status() == Some(404) => Ok(Fate::NotFound),
            Err(error) => Err(error),
        },
        // 403 has two causes: the caller may see the session and not end it, or reaches no sessions of others and so does not find it.
        Some(403) => match sessions.get_one(id).await {
            Err(error) if matches!(error.status(), Some(403 | 404)) => Ok(Fate::NotFound),
            Ok(_) => Err(refusal),
            Err(error) => Err(error),
        },
        _ => Err(refusal),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_list_is_ids_or_what_a_list_prints() {
        let text = "# of the lost laptop\nses_01a\n\n  ses_02b \n{\"id\":\"ses_03c\",\"user_id\":\"usr_1\"}\nses_01a\n";
        assert_eq!(ids_of(text).unwrap(), ["ses_01a", "ses_02b", "ses_03c"]);
        assert_eq!(ids_of("").unwrap(), [""; 0]);
    }

    #[test]
    fn what_is_no_id_is_told_by_its_line_alone() {
        for wrong in ["cc897782-8d40-4410-bde0-14007a01f35d", "ses_-", "ses_0/1", "{\"id\":7}", "usr_0000000000000000000001"] {
            let failure = ids_of(&format!("ses_01a\n{wrong}\n")).unwrap_err();
            assert_eq!(failure.exit_code, 2);
            assert!(failure.message.contains("line 2") && !failure.message.contains(wrong), "{}", failure.message);
        }
    }
}
