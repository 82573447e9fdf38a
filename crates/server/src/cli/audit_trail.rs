//! `cloakroom audit list`, `head`, `actions`, `export`: the trail of a server, over the client.

use std::io::Write;
use std::path::PathBuf;

use clap::Args;
use cloakroom_client::Client;
use cloakroom_client::audit::AuditFilter;
use serde_json::json;

use super::progress::Counted;
use super::remote::{PageArgs, RemoteArgs, Screen, Shown, ask, example, refused};
use super::{Failure, say};
use crate::boot::ExportFile;

/// Which entries.
#[derive(Debug, Args)]
struct FilterArgs {
    /// Only this tenant's, `tnt_…`.
    #[arg(long, value_name = "TENANT_ID")]
    tenant: Option<String>,
    /// Only those of this partner's tenants, `prt_…`.
    #[arg(long, value_name = "PARTNER_ID")]
    partner: Option<String>,
    /// Who did it: `usr_…`, `app_…`, or the name of a task or command.
    #[arg(long, value_name = "ID")]
    actor: Option<String>,
    /// What happened, one of `cloakroom audit actions`.
    #[arg(long, value_name = "ACTION")]
    action: Option<String>,
    /// What sort of thing it happened to.
    #[arg(long, value_name = "TYPE")]
    resource_type: Option<String>,
    /// Its id.
    #[arg(long, value_name = "ID")]
    resource: Option<String>,
    /// success or refused.
    #[arg(long, value_name = "RESULT")]
    result: Option<String>,
    /// Not before this time (RFC 3339).
    #[arg(long, value_name = "TIME")]
    start_time: Option<String>,
    /// Before this time (RFC 3339).
    #[arg(long, value_name = "TIME")]
    end_time: Option<String>,
    /// An address or a network.
    #[arg(long, value_name = "ADDRESS")]
    ip_address: Option<String>,
}

/// List entries within reach, newest first.
#[derive(Debug, Args)]
#[command(visible_alias = "ls", after_help = example("audit list --profile acme --action session.ended --start-time 2026-01-01T00:00:00Z"))]
pub(super) struct List {
    #[command(flatten)]
    remote: RemoteArgs,
    #[command(flatten)]
    filter: FilterArgs,
    #[command(flatten)]
    page: PageArgs,
}

/// Show where the chain of hashes ends, for noting it elsewhere.
#[derive(Debug, Args)]
#[command(after_help = example("audit head --profile acme"))]
pub(super) struct Head {
    #[command(flatten)]
    remote: RemoteArgs,
}

/// List everything that the trail may say happened.
#[derive(Debug, Args)]
#[command(after_help = example("audit actions --profile acme"))]
pub(super) struct Actions {
    #[command(flatten)]
    remote: RemoteArgs,
}

/// Export entries as lines of JSON, oldest first, exactly as the server wrote them.
#[derive(Debug, Args)]
#[command(after_help = example("audit export --profile acme --to trail.ndjson --resume"))]
pub(super) struct Export {
    #[command(flatten)]
    remote: RemoteArgs,
    #[command(flatten)]
    filter: FilterArgs,
    /// Begin behind this position.
    #[arg(long, value_name = "POSITION", default_value_t = 0, value_parser = clap::value_parser!(i64).range(0..))]
    after: i64,
    /// The file to make, mode 0600 [default: standard output].
    #[arg(long, value_name = "FILE")]
    to: Option<PathBuf>,
    /// Go on with a file that an earlier export began, behind its last whole line.
    #[arg(long, requires = "to", conflicts_with = "after")]
    resume: bool,
}

const COLUMNS: &[&str] = &["id", "at", "action", "result", "actor", "resource_id", "ip_address"];
const ACTION_COLUMNS: &[&str] = &["action"];

impl FilterArgs {
    fn filter(&self) -> AuditFilter {
        let mut filter = AuditFilter::default();
        let texts = [
            (&mut filter.tenant_id, &self.tenant),
            (&mut filter.partner_id, &self.partner),
            (&mut filter.actor_id, &self.actor),
            (&mut filter.action, &self.action),
            (&mut filter.resource_type, &self.resource_type),
            (&mut filter.resource_id, &self.resource),
            (&mut filter.result, &self.result),
            (&mut filter.start_time, &self.start_time),
            (&mut filter.end_time, &self.end_time),
            (&mut filter.ip_address, &self.ip_address),
        ];
        texts.into_iter().for_each(|(wanted, given)| wanted.clone_from(given));
        filter
    }
}

impl List {
    pub(super) fn run(self, printed: (Screen, &mut impl Write, &mut impl Write)) -> Result<(), Failure> {
        ask(&self.remote, printed, async |server| {
            server
                .as_somebody(async |client: &Client| {
                    let list = async |cursor| {
                        let mut filter = self.filter.filter();
                        (filter.page, filter.cursor) = (self.page.number(), cursor);
                        client.audit().list(&filter).await
                    };
                    Ok(Shown::page(&self.page.list(list).await.map_err(refused)?, COLUMNS))
                })
                .await
        })
    }
}

impl Head {
    pub(super) fn run(self, printed: (Screen, &mut impl Write, &mut impl Write)) -> Result<(), Failure> {
        ask(&self.remote, printed, async |server| {
            let nothing = || Failure::new("nothing was sealed yet").exit_code(4);
            let head = async |client: &Client| client.audit().head().await.map_err(refused)?.ok_or_else(nothing);
            server.as_somebody(async |client| Ok(Shown::record(&head(client).await?))).await
        })
    }
}

impl Actions {
    pub(super) fn run(self, printed: (Screen, &mut impl Write, &mut impl Write)) -> Result<(), Failure> {
        ask(&self.remote, printed, async |server| {
            let actions = async |client: &Client| client.audit().actions().await.map_err(refused);
            server
                .as_somebody(async |client| {
                    let records: Vec<_> = actions(client).await?.iter().map(|action| json!({ "action": action })).collect();
                    Ok(Shown::list(&records, ACTION_COLUMNS, None))
                })
                .await
        })
    }
}

impl Export {
    pub(super) fn run(self, (screen, out, err): (Screen, &mut impl Write, &mut impl Write)) -> Result<(), Failure> {
        let (mut lines, mut nothing) = (Vec::new(), Vec::new());
        let outcome = ask(&self.remote, (screen, &mut nothing, &mut lines), async |server| {
            server.as_somebody(async |client| self.export(client, out).await).await
        });
        if outcome.is_ok() {
            err.write_all(&nothing).and_then(|()| err.flush()).ok();
        }
        outcome
    }

    async fn export(&self, client: &Client, out: &mut impl Write) -> Result<Shown, Failure> {
        let mut file = self.to.as_ref().map(|path| ExportFile::at(path, self.resume)).transpose()?;
        let after = file.as_ref().map_or(self.after, |file| file.after().max(self.after));
        let mut export = client.audit().export(&self.filter.filter(), after).await.map_err(refused)?;
        let mut progress = Counted::on_standard_error("entries");
        let broken = |failure: Failure| match &self.to {
            Some(_) => failure.hint("the same command with --resume goes on where it broke off"),
            None => failure,
        };
        while let Some(line) = export.next_text().await.map_err(|error| broken(refused(error)))? {
            match &mut file {
                Some(file) => file.append(&line)?,
                None => say(out, &line),
            }
            progress.one_more();
        }
        let count = progress.finish();
        if let Some(file) = file {
            file.finish()?;
        }
        Ok(Shown::record(&json!({ "exported": count })))
    }
}
