//! `cloakroom tenant`

use std::io::Write;

use clap::{Args, Subcommand};
use clap_complete::engine::ArgValueCompleter;
use cloakroom_client::Client;
use cloakroom_client::directory::{Filter, NewTenant, Tenant as Record, TenantChange};

use super::{
    EXIT_CODES, EndArgs, Failure, ListArgs, Noun, OneArgs, RemoteArgs, Screen, Shown, ask_as_somebody, complete, example, live_sessions,
    names, patch, patched_number,
};
use crate::cli::consent::counted;

/// Administer tenants, which USM calls orgs.
#[derive(Debug, Args)]
#[command(after_help = EXIT_CODES)]
pub(in crate::cli) struct Tenant {
    #[command(subcommand)]
    verb: Verb,
}

#[derive(Debug, Subcommand)]
enum Verb {
    /// List tenants, newest first.
    #[command(visible_alias = "ls", after_help = example("tenant list --profile acme --search AC"))]
    List(ListArgs),
    /// Show a tenant.
    #[command(after_help = example("tenant show --profile acme ACME"))]
    Show(OneArgs<Record>),
    /// Create a tenant.
    #[command(after_help = example("tenant create --profile acme BETA --name Beta --ttl-seconds 1800"))]
    Create(Create),
    /// Change a tenant; an empty text or 0 takes a value away.
    #[command(after_help = example("tenant change --profile acme BETA --status suspended --yes"))]
    Change(Change),
    /// Take a tenant out of use for good; every session under it ends.
    #[command(after_help = example("tenant remove --profile acme BETA --yes"))]
    Remove(EndArgs<Record>),
}

#[derive(Debug, Args)]
struct Facts {
    /// For people.
    #[arg(long, value_name = "TEXT")]
    name: Option<String>,
    /// Who brings it: its code, or `prt_…`.
    #[arg(long, value_name = "PARTNER", add = ArgValueCompleter::new(complete::partners))]
    partner: Option<String>,
    /// suspended, frozen and doomed end every session under it.
    #[arg(long, value_name = "STATUS", value_parser = STATUSES)]
    status: Option<String>,
    /// How long a session lives without being used.
    #[arg(long, value_name = "SECONDS")]
    ttl_seconds: Option<u32>,
    /// How long a session lives at all.
    #[arg(long, value_name = "SECONDS")]
    absolute_ttl_seconds: Option<u32>,
    /// Whether use moves the expiry of a session.
    #[arg(long, value_name = "BOOL")]
    sliding: Option<bool>,
    /// How many sessions a user may have.
    #[arg(long, value_name = "N")]
    session_cap: Option<u32>,
    /// How old API keys may become.
    #[arg(long, value_name = "DAYS")]
    api_key_max_age_days: Option<u32>,
}

#[derive(Debug, Args)]
struct Create {
    #[command(flatten)]
    remote: RemoteArgs,
    /// 1 to 64 characters without spaces.
    #[arg(value_name = "CODE")]
    code: String,
    #[command(flatten)]
    facts: Facts,
}

#[derive(Debug, Args)]
struct Change {
    #[command(flatten)]
    of: EndArgs<Record>,
    #[command(flatten)]
    facts: Facts,
}

const STATUSES: [&str; 6] = ["unverified", "verified", "parked", "suspended", "frozen", "doomed"];
/// With these a tenant's sessions end.
const ENDING: [&str; 3] = ["suspended", "frozen", "doomed"];

const COLUMNS: &[&str] = &["id", "code", "name", "status", "partner_id", "created_at"];

impl Facts {
    async fn partner_id(&self, client: &Client) -> Result<Option<String>, Failure> {
        names::id_if(client, Noun::Partner, self.partner.as_ref()).await
    }

    async fn of_new(&self, client: &Client, code: &str) -> Result<NewTenant, Failure> {
        let mut new = NewTenant::new(code);
        new.name.clone_from(&self.name);
        new.partner_id = self.partner_id(client).await?;
        new.status.clone_from(&self.status);
        (new.ttl_seconds, new.absolute_ttl_seconds, new.sliding) = (self.ttl_seconds, self.absolute_ttl_seconds, self.sliding);
        (new.session_cap, new.api_key_max_age_days) = (self.session_cap, self.api_key_max_age_days);
        Ok(new)
    }

    async fn of_change(&self, client: &Client) -> Result<TenantChange, Failure> {
        let mut change = TenantChange::default();
        change.name.clone_from(&self.name);
        change.status.clone_from(&self.status);
        (change.partner_id, change.sliding) = (patch(self.partner_id(client).await?.as_ref()), self.sliding.map(Some));
        change.ttl_seconds = patched_number(self.ttl_seconds);
        change.absolute_ttl_seconds = patched_number(self.absolute_ttl_seconds);
        change.session_cap = patched_number(self.session_cap);
        change.api_key_max_age_days = patched_number(self.api_key_max_age_days);
        Ok(change)
    }
}

/// What ends with a tenant.
async fn under(client: &Client, id: &str) -> String {
    let mut filter = Filter::default();
    filter.tenant_id = Some(id.to_owned());
    let users = client.directory().users().list(&filter).await.map(|page| page.total_items);
    let users = users.map_or_else(|_| "its users".to_owned(), |count| counted(count, "user"));
    format!("This ends {} and shuts out {users}", live_sessions(client, None, Some(id)).await)
}

impl Tenant {
    pub(in crate::cli) fn run(self, printed: (Screen, &mut impl Write, &mut impl Write)) -> Result<(), Failure> {
        match self.verb {
            Verb::List(args) => ask_as_somebody(&args.remote, printed, async |client| {
                args.list(client, COLUMNS, async |filter| client.directory().tenants().list(filter).await).await
            }),
            Verb::Show(args) => ask_as_somebody(&args.remote, printed, async |client| {
                Ok(Shown::record(&client.directory().tenants().get(&args.id(client).await?).await?))
            }),
            Verb::Create(args) => ask_as_somebody(&args.remote, printed, async |client| {
                Ok(Shown::record(&client.directory().tenants().create(&args.facts.of_new(client, &args.code).await?).await?))
            }),
            Verb::Change(Change { of: EndArgs { one, consent }, facts }) => ask_as_somebody(&one.remote, printed, async |client| {
                let id = one.id(client).await?;
                if let Some(status) = facts.status.as_ref().filter(|status| ENDING.contains(&status.as_str())) {
                    consent.to(async || Ok(format!("{}: the tenant {} becomes {status}.", under(client, &id).await, one.named))).await?;
                }
                Ok(Shown::record(&client.directory().tenants().change(&id, &facts.of_change(client).await?).await?))
            }),
            Verb::Remove(EndArgs { one, consent }) => ask_as_somebody(&one.remote, printed, async |client| {
                let id = one.id(client).await?;
                consent.to(async || Ok(format!("{}: the tenant {} is gone for good.", under(client, &id).await, one.named))).await?;
                client.directory().tenants().remove(&id).await?;
                Ok(Shown::nothing("removed"))
            }),
        }
    }
}
