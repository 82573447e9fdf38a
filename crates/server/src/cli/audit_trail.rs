//! `cloakroom audit list`, `head`, `actions`, `export`: the trail of a server, over the client.

use std::io::Write;
use std::path::PathBuf;

use clap::Args;
use clap_complete::engine::ArgValueCompleter;
use cloakroom_client::audit::AuditFilter;
use cloakroom_client::{Client, Error};
use serde_json::json;

use super::names::{self, Noun};
use super::progress::Counted;
use super::remote::{PageArgs, RemoteArgs, Screen, Shown, ask, example, refused};
use super::{Failure, complete, say};
use crate::boot::ExportFile;
use crate::nearest::nearest;

/// Which entries.
#[derive(Debug, Args)]
struct FilterArgs {
    /// Only this tenant's: its code, or `tnt_…`.
    #[arg(long, value_name = "TENANT", add = ArgValueCompleter::new(complete::tenants))]
    tenant: Option<String>,
    /// Only those of this partner's tenants: its code, or `prt_…`.
    #[arg(long, value_name = "PARTNER", add = ArgValueCompleter::new(complete::partners))]
    partner: Option<String>,
    /// Who did it: a user or an application by name or id, or the name of a task or command.
    #[arg(long, value_name = "NAME", add = ArgValueCompleter::new(complete::users))]
    actor: Option<String>,
    /// What happened, one of `cloakroom audit actions`.
    #[arg(long, value_name = "ACTION", add = ArgValueCompleter::new(complete::audit_actions))]
    action: Option<String>,
    /// What sort of thing it happened to.
    #[arg(long, value_name = "TYPE")]
    resource_type: Option<String>,
    /// Which: its id or, of what the directory has, its name.
    #[arg(long, value_name = "NAME")]
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
    async fn filter(&self, client: &Client) -> Result<AuditFilter, Failure> {
        let mut filter = AuditFilter::default();
        filter.tenant_id = names::id_if(client, Noun::Tenant, self.tenant.as_ref()).await?;
        filter.partner_id = names::id_if(client, Noun::Partner, self.partner.as_ref()).await?;
        filter.actor_id = id_or_word(client, &[Noun::User, Noun::Application], self.actor.as_ref()).await?;
        filter.resource_id = id_or_word(client, self.resource_nouns(), self.resource.as_ref()).await?;
        let texts = [
            (&mut filter.action, &self.action),
            (&mut filter.resource_type, &self.resource_type),
            (&mut filter.result, &self.result),
            (&mut filter.start_time, &self.start_time),
            (&mut filter.end_time, &self.end_time),
            (&mut filter.ip_address, &self.ip_address),
        ];
        texts.into_iter().for_each(|(wanted, given)| wanted.clone_from(given));
        Ok(filter)
    }

    /// What a resource may be the name of.
    fn resource_nouns(&self) -> &'static [Noun] {
        match self.resource_type.as_deref() {
            None => &Noun::ALL,
            Some("user") => &[Noun::User],
            Some("tenant") => &[Noun::Tenant],
            Some("partner") => &[Noun::Partner],
            Some("application") => &[Noun::Application],
            Some("identity_provider") => &[Noun::IdentityProvider],
            Some(_) => &[],
        }
    }

    /// What is refused as unknown, with the action that was meant.
    async fn with_meant(&self, client: &Client, error: Error) -> Failure {
        let failure = refused(error);
        let actions = match &self.action {
            Some(_) if failure.exit_code == 1 => client.audit().actions().await.unwrap_or_default(),
            _ => Vec::new(),
        };
        match nearest(self.action.as_deref().unwrap_or_default(), actions.iter().map(String::as_str)) {
            Some(meant) if Some(meant) != self.action.as_deref() => failure.hint(format!("did you mean --action {meant}?")),
            _ => failure,
        }
    }
}

/// What is none of these nouns, such as a task, is asked for as it stands.
async fn id_or_word(client: &Client, nouns: &[Noun], text: Option<&String>) -> Result<Option<String>, Failure> {
    match text {
        Some(text) => Ok(names::among(client, nouns, text).await?.or_else(|| Some(text.clone()))),
        None => Ok(None),
    }
}

impl List {
    pub(super) fn run(self, printed: (Screen, &mut impl Write, &mut impl Write)) -> Result<(), Failure> {
        ask(&self.remote, printed, async |server| {
            server
                .as_somebody(async |client: &Client| {
                    let sought = self.filter.filter(client).await?;
                    let list = async |cursor| {
                        let mut filter = sought.clone();
                        (filter.page, filter.cursor) = (self.page.number(), cursor);
                        client.audit().list(&filter).await
                    };
                    match self.page.list(list).await {
                        Ok(page) => Ok(Shown::page(&page, COLUMNS)),
                        Err(error) => Err(self.filter.with_meant(client, error).await),
                    }
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
        let mut export = client.audit().export(&self.filter.filter(client).await?, after).await?;
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
