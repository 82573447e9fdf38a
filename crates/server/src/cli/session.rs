//! `cloakroom session`: one's own sessions, and those of others as far as a role reaches.

mod end;
mod listed;

use std::collections::BTreeMap;
use std::io::Write;
use std::time::Duration;

use clap::{Args, Subcommand};
use cloakroom_client::sessions::{SessionFilter, SessionItem};
use cloakroom_client::{Client, Clock as _, SystemClock};

use super::remote::{EXIT_CODES, PageArgs, RemoteArgs, Screen, Shown, ask, example, follow, refused};
use super::{Failure, say};

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
    #[command(visible_alias = "list", after_help = example("session ls --profile acme --tenant tnt_0000000000000000000001"))]
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
struct Which {
    /// Only this user's, `usr_…`.
    #[arg(long, value_name = "USER_ID")]
    user: Option<String>,
    /// Only this tenant's, `tnt_…`.
    #[arg(long, value_name = "TENANT_ID")]
    tenant: Option<String>,
    /// Only those of this partner's tenants, `prt_…`.
    #[arg(long, value_name = "PARTNER_ID")]
    partner: Option<String>,
    /// All within reach.
    #[arg(long)]
    everyone: bool,
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
    /// `ses_…`
    #[arg(value_name = "SESSION_ID")]
    session_id: String,
}

#[derive(Debug, Args)]
struct Watch {
    #[command(flatten)]
    remote: RemoteArgs,
    #[command(flatten)]
    which: Which,
    /// How often it looks, in seconds.
    #[arg(long, value_name = "SECONDS", default_value_t = 2, value_parser = clap::value_parser!(u64).range(1..=3600))]
    interval: u64,
}

const COLUMNS: &[&str] = &["id", "user_email", "device_type", "ip_address", "created_at", "last_activity_at", "expires_at", "is_current"];

impl Session {
    pub(super) fn run(self, printed: (Screen, &mut impl Write, &mut impl Write)) -> Result<(), Failure> {
        match self.verb {
            Verb::Ls(args) => ask(&args.remote, printed, async |server| {
                server.as_somebody(async |client| args.which.list(client, &args.page).await).await
            }),
            Verb::Show(args) => {
                ask(&args.remote, printed, async |server| server.as_somebody(async |client| show(client, &args.session_id).await).await)
            }
            Verb::End(args) => args.run(printed),
            Verb::Watch(args) => {
                let (_, out, _) = printed;
                follow(&args.remote, async |server| server.as_somebody(async |client| args.watch(client, out).await).await)
            }
        }
    }
}

impl Which {
    const fn is_own(&self) -> bool {
        self.user.is_none() && self.tenant.is_none() && self.partner.is_none() && !self.everyone
    }

    fn filter(&self, page: &PageArgs) -> SessionFilter {
        let mut filter = SessionFilter::default();
        filter.user_id.clone_from(&self.user);
        filter.tenant_id.clone_from(&self.tenant);
        filter.partner_id.clone_from(&self.partner);
        filter.page = page.number();
        filter
    }

    async fn list(&self, client: &Client, page: &PageArgs) -> Result<Shown, Failure> {
        if self.is_own() {
            let own = client.sessions().own().await.map_err(refused)?;
            return Ok(Shown::list(&own, COLUMNS, None));
        }
        let listed = client.sessions().list(&self.filter(page)).await.map_err(refused)?;
        Ok(Shown::page(&listed, COLUMNS))
    }

    /// Every one of them, whatever the number of pages.
    async fn all(&self, client: &Client) -> Result<BTreeMap<String, SessionItem>, Failure> {
        let mut items = Vec::new();
        if self.is_own() {
            items = client.sessions().own().await.map_err(refused)?;
        } else {
            let mut page = PageArgs::largest();
            loop {
                let listed = client.sessions().list(&self.filter(&page)).await.map_err(refused)?;
                let is_last = listed.page >= listed.total_pages;
                items.extend(listed.items);
                if is_last {
                    break;
                }
                page = page.next();
            }
        }
        Ok(items.into_iter().map(|item| (item.id.clone(), item)).collect())
    }
}

/// As an administrator sees it, else as its own user does.
async fn show(client: &Client, session_id: &str) -> Result<Shown, Failure> {
    match client.sessions().get_one(session_id).await {
        Ok(session) => Ok(Shown::record(&session)),
        Err(error) if error.status() == Some(403) => {
            let own = client.sessions().own().await.map_err(refused)?;
            let found = own.into_iter().find(|session| session.id == session_id);
            let missing = || Failure::new("there is no such session of yours").exit_code(4);
            Ok(Shown::record(&found.ok_or_else(missing)?))
        }
        Err(error) => Err(refused(error)),
    }
}

impl Watch {
    async fn watch(&self, client: &Client, out: &mut impl Write) -> Result<Shown, Failure> {
        let mut known = BTreeMap::new();
        loop {
            match self.which.all(client).await {
                Ok(now) => {
                    let begun = now.iter().filter(|(id, _)| !known.contains_key(*id)).map(|(_, session)| ("+", session));
                    let ended = known.iter().filter(|(id, _)| !now.contains_key(*id)).map(|(_, session)| ("-", session));
                    for (sign, session) in begun.chain(ended) {
                        self.tell(sign, session, out);
                    }
                    known = now;
                }
                // What passes is waited for: a watch outlives a restart of the server.
                Err(failure) if failure.exit_code == 5 => {}
                Err(failure) => return Err(failure),
            }
            SystemClock.sleep(Duration::from_secs(self.interval)).await;
        }
    }

    fn tell(&self, sign: &str, session: &SessionItem, out: &mut impl Write) {
        let change = if sign == "+" { "begun" } else { "ended" };
        if self.remote.is_json() {
            say(out, &serde_json::json!({ "change": change, "session": session }));
        } else {
            let user = session.user_email.as_deref().unwrap_or(&session.user_id);
            let facts =
                [sign, &session.id, user, session.device_type.as_deref().unwrap_or("-"), session.ip_address.as_deref().unwrap_or("-")];
            say(out, &facts.join("  "));
        }
    }
}
