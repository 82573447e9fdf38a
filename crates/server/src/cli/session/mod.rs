//! `cloakroom session`: one's own sessions, and those of others as far as a role reaches.

mod end;
mod listed;
mod watch;
mod which;

use std::io::Write;

use clap::{Args, Subcommand};
use cloakroom_client::Client;

use super::Failure;
use super::names;
use super::remote::{EXIT_CODES, PageArgs, RemoteArgs, Screen, Shown, ask, example, follow, refused};
use watch::Watch;
use which::Which;

/// List, show, end and watch sessions.
#[derive(Debug, Args)]
#[command(after_help = EXIT_CODES)]
pub(super) struct Session {
    #[command(subcommand)]
    verb: Verb,
}

#[derive(Debug, Subcommand)]
enum Verb {
    /// List one's own live sessions, or with a filter those of others.
    #[command(visible_alias = "list", after_help = example("session ls --profile acme --tenant ACME"))]
    Ls(List),
    /// Show a session.
    #[command(after_help = example("session show --profile acme ses_0000000000000000000001"))]
    Show(One),
    /// End sessions: those that are named, those of a list, all of a user, of a tenant, or one's own others.
    ///
    /// What had ended before is no failure, so an interrupted command is gone on with by giving it once more.
    #[command(after_help = end::after_help())]
    End(end::End),
    /// Print sessions as they begin and end, until it is interrupted.
    #[command(after_help = example("session watch --profile acme --everyone"))]
    Watch(Watch),
}

#[derive(Debug, Args)]
struct List {
    #[command(flatten)]
    remote: RemoteArgs,
    #[command(flatten)]
    which: Which,
    #[command(flatten)]
    page: PageArgs,
}

#[derive(Debug, Args)]
struct One {
    #[command(flatten)]
    remote: RemoteArgs,
    /// `ses_…`, whole or as a table shortens it.
    #[arg(value_name = "SESSION_ID")]
    session_id: String,
}

impl Session {
    pub(super) fn run(self, printed: (Screen, &mut impl Write, &mut impl Write)) -> Result<(), Failure> {
        match self.verb {
            Verb::Ls(args) => {
                ask(&args.remote, printed, async |server| server.as_somebody(async |client| args.which.list(client, args.page).await).await)
            }
            Verb::Show(args) => {
                ask(&args.remote, printed, async |server| server.as_somebody(async |client| show(client, &args.session_id).await).await)
            }
            Verb::End(args) => args.run(printed),
            Verb::Watch(args) => {
                let (screen, out, _) = printed;
                follow(&args.remote, async |server| server.as_somebody(async |client| args.watch(client, screen, out).await).await)
            }
        }
    }
}

/// As an administrator sees it, else as its own user does.
async fn show(client: &Client, session_id: &str) -> Result<Shown, Failure> {
    let session_id = &names::session_id(client, session_id).await?;
    match client.sessions().get_one(session_id).await {
        Ok(session) => Ok(Shown::record(&session)),
        Err(error) if error.status() == Some(403) => {
            let own = client.sessions().own().await.map_err(refused)?;
            let found = own.into_iter().find(|session| session.id == *session_id);
            let missing = || Failure::new("there is no such session of yours").exit_code(4);
            Ok(Shown::record(&found.ok_or_else(missing)?))
        }
        Err(error) => Err(refused(error)),
    }
}
