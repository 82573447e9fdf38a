//! `cloakroom session end`

use std::io::Write;
use std::path::PathBuf;

use clap::Args;
use clap_complete::engine::ArgValueCompleter;
use cloakroom_client::Client;

use super::super::consent::{Consent, counted};
use super::super::effects::live_sessions;
use super::super::names::{self, Noun};
use super::super::remote::{EXIT_CODES, RemoteArgs, Screen, Shown, ask, refused};
use super::super::{Failure, complete, say};
use super::listed::{Ending, Tally, ids_of, is_session_id};
use crate::boot::Source;
use crate::cli::remote::usage;
use crate::tasks::stop;

#[derive(Debug, Args)]
#[group(id = "what", required = true, multiple = true)]
pub(super) struct End {
    #[command(flatten)]
    remote: RemoteArgs,
    /// `ses_…`, whole or as a table shortens it: one's own, or within reach; may be given several times.
    #[arg(value_name = "SESSION_ID", group = "what", conflicts_with_all = ["from", "user", "tenant", "others"])]
    session_ids: Vec<String>,
    /// Those of this list: on each line an id, or a record of `session ls --json`; `-` is standard input.
    #[arg(long, value_name = "FILE", group = "what", conflicts_with_all = ["user", "tenant", "others"])]
    from: Option<PathBuf>,
    /// All of this user: a username, an address, or `usr_…`.
    #[arg(long, value_name = "USER", group = "what", conflicts_with = "others", add = ArgValueCompleter::new(complete::users))]
    user: Option<String>,
    /// All of this tenant: its code, or `tnt_…`; with --user those of that user within it.
    #[arg(long, value_name = "TENANT", group = "what", conflicts_with = "others", add = ArgValueCompleter::new(complete::tenants))]
    tenant: Option<String>,
    /// All of one's own but the one that asks.
    #[arg(long, group = "what")]
    others: bool,
    #[command(flatten)]
    consent: Consent,
}

/// Of a command that a signal ended, as shells say it.
const INTERRUPTED: u8 = 130;

/// Examples and exit codes.
pub(super) fn after_help() -> String {
    format!(
        "Examples:\n  cloakroom session end --profile acme --user alice\n  \
         cloakroom session end --profile acme --from lost-laptops.txt --yes\n\n{EXIT_CODES} \
         Of several sessions: 0 all of them are over, 4 some were not found, {INTERRUPTED} interrupted."
    )
}

impl End {
    pub(super) fn run(self, (screen, out, err): (Screen, &mut impl Write, &mut impl Write)) -> Result<(), Failure> {
        let listed = match &self.from {
            Some(file) => ids_of(&Source::named(file.clone()).read().map_err(|failure| failure.exit_code(2))?)?,
            None => self.session_ids.clone(),
        };
        if let Some(wrong) = listed.iter().find(|id| !is_session_id(id)) {
            // Somebody may have pasted a bearer guid, which has no business in a URL or on a screen.
            return Err(usage(format_args!("an argument of {} characters is no id of a session (ses_…)", wrong.chars().count())));
        }
        match &listed[..] {
            [session_id] if self.from.is_none() => ask(&self.remote, (screen, out, err), async |server| {
                server.as_somebody(async |client| end_one(client, session_id).await).await
            }),
            [] if self.from.is_none() => {
                ask(&self.remote, (screen, out, err), async |server| server.as_somebody(async |client| self.all(client).await).await)
            }
            _ => {
                // The ids on a command line were each typed; who wrote a list nobody knows.
                if self.from.is_some() && !listed.is_empty() {
                    self.consent.to_this(|| format!("This ends {}.", counted(listed.len() as u64, "session")))?;
                }
                self.each(listed, (screen, out, err))
            }
        }
    }

    /// All of somebody's, by one call.
    async fn all(&self, client: &Client) -> Result<Shown, Failure> {
        let sessions = client.sessions();
        if self.others {
            let others = async || {
                let own = sessions.own().await?.into_iter().filter(|session| !session.is_current).count();
                Ok(format!("This ends {} of yours; the one that asks lives on.", counted(own as u64, "other session")))
            };
            self.consent.to(others).await?;
            return Ok(Shown::record(&sessions.revoke_own_others().await?));
        }
        let user = names::id_if(client, Noun::User, self.user.as_ref()).await?;
        let tenant = names::id_if(client, Noun::Tenant, self.tenant.as_ref()).await?;
        let whose: Vec<_> = [("the user", &self.user), ("the tenant", &self.tenant)]
            .into_iter()
            .filter_map(|(what, named)| named.as_ref().map(|named| format!("{what} {named}")))
            .collect();
        let told = async || {
            let sessions = live_sessions(client, user.as_deref(), tenant.as_deref()).await;
            Ok(format!("This ends {sessions} of {}.", whose.join(" within ")))
        };
        self.consent.to(told).await?;
        Ok(Shown::record(&sessions.revoke_all(user.as_deref(), tenant.as_deref()).await?))
    }

    /// Each of a list; says in the end what became of them.
    fn each(&self, listed: Vec<String>, (screen, out, err): (Screen, &mut impl Write, &mut impl Write)) -> Result<(), Failure> {
        let mut ending = None;
        let outcome = ask(&self.remote, (screen, out, &mut *err), async |server| {
            server
                .as_somebody(async |client| {
                    let (_, stop) = stop::on_signals().map_err(Failure::new)?;
                    let done = Ending::of(client, listed, &stop).await?;
                    let shown = Shown::record(&done.tally);
                    ending = Some(done);
                    Ok(shown)
                })
                .await
        });
        let Some(Ending { tally, missing, broken }) = ending else { return outcome };
        for id in &missing {
            say(err, &format_args!("not found: {id}"));
        }
        outcome?;
        let Tally { not_found, left, .. } = tally;
        let go_on = "the same command goes on: what has ended stays so";
        match broken {
            Some(failure) => Err(failure.hint(go_on)),
            None if left > 0 => Err(Failure::new("interrupted").exit_code(INTERRUPTED).hint(go_on)),
            None if not_found > 0 => Err(Failure::new(format_args!("{not_found} of {} were not found", tally.all())).exit_code(4)),
            None => Ok(()),
        }
    }
}

/// One's own session, else one within reach, else none.
async fn end_one(client: &Client, session_id: &str) -> Result<Shown, Failure> {
    let session_id = &names::session_id(client, session_id).await?;
    let own = client.sessions().revoke_own(session_id).await;
    let ended = match own {
        Ok(_) => Ok(()),
        // An application has no sessions of its own.
        Err(error) if matches!(error.status(), Some(403 | 404)) => match client.sessions().revoke(session_id).await {
            Err(reach) if reach.status() == Some(403) => Err(error),
            outcome => outcome,
        },
        Err(error) => Err(error),
    };
    ended.map_err(refused)?;
    Ok(Shown::nothing("ended"))
}
