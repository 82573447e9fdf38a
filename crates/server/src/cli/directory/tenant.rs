//! `cloakroom tenant`

use std::io::Write;

use clap::{Args, Subcommand};
use cloakroom_client::directory::{NewTenant, TenantChange};

use super::{EXIT_CODES, Failure, ListArgs, OneArgs, RemoteArgs, Screen, Shown, ask_as_somebody, example, patch, patched_number};

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
    #[command(after_help = example("tenant show --profile acme tnt_0000000000000000000001"))]
    Show(OneArgs),
    /// Create a tenant.
    #[command(after_help = example("tenant create --profile acme BETA --name Beta --ttl-seconds 1800"))]
    Create(Create),
    /// Change a tenant; an empty text or 0 takes a value away.
    #[command(after_help = example("tenant change --profile acme tnt_0000000000000000000001 --status suspended"))]
    Change(Change),
    /// Take a tenant out of use for good; every session under it ends.
    #[command(after_help = example("tenant remove --profile acme tnt_0000000000000000000001"))]
    Remove(OneArgs),
}

#[derive(Debug, Args)]
struct Facts {
    /// For people.
    #[arg(long, value_name = "TEXT")]
    name: Option<String>,
    /// Who brings it, `prt_…`.
    #[arg(long, value_name = "PARTNER_ID")]
    partner: Option<String>,
    /// unverified, verified, parked, suspended, frozen or doomed.
    #[arg(long, value_name = "STATUS")]
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
    one: OneArgs,
    #[command(flatten)]
    facts: Facts,
}

const COLUMNS: &[&str] = &["id", "code", "name", "status", "partner_id", "created_at"];

impl Facts {
    fn of_new(&self, code: &str) -> NewTenant {
        let mut new = NewTenant::new(code);
        new.name.clone_from(&self.name);
        new.partner_id.clone_from(&self.partner);
        new.status.clone_from(&self.status);
        (new.ttl_seconds, new.absolute_ttl_seconds, new.sliding) = (self.ttl_seconds, self.absolute_ttl_seconds, self.sliding);
        (new.session_cap, new.api_key_max_age_days) = (self.session_cap, self.api_key_max_age_days);
        new
    }

    fn of_change(&self) -> TenantChange {
        let mut change = TenantChange::default();
        change.name.clone_from(&self.name);
        change.status.clone_from(&self.status);
        (change.partner_id, change.sliding) = (patch(self.partner.as_ref()), self.sliding.map(Some));
        change.ttl_seconds = patched_number(self.ttl_seconds);
        change.absolute_ttl_seconds = patched_number(self.absolute_ttl_seconds);
        change.session_cap = patched_number(self.session_cap);
        change.api_key_max_age_days = patched_number(self.api_key_max_age_days);
        change
    }
}

impl Tenant {
    pub(in crate::cli) fn run(self, printed: (Screen, &mut impl Write, &mut impl Write)) -> Result<(), Failure> {
        match self.verb {
            Verb::List(args) => ask_as_somebody(&args.remote, printed, async |client| {
                let list = async |cursor| client.directory().tenants().list(&args.filter(cursor)).await;
                Ok(Shown::page(&args.page.list(list).await?, COLUMNS))
            }),
            Verb::Show(args) => {
                ask_as_somebody(&args.remote, printed, async |client| Ok(Shown::record(&client.directory().tenants().get(&args.id).await?)))
            }
            Verb::Create(args) => ask_as_somebody(&args.remote, printed, async |client| {
                Ok(Shown::record(&client.directory().tenants().create(&args.facts.of_new(&args.code)).await?))
            }),
            Verb::Change(args) => ask_as_somebody(&args.one.remote, printed, async |client| {
                Ok(Shown::record(&client.directory().tenants().change(&args.one.id, &args.facts.of_change()).await?))
            }),
            Verb::Remove(args) => ask_as_somebody(&args.remote, printed, async |client| {
                client.directory().tenants().remove(&args.id).await?;
                Ok(Shown::nothing("removed"))
            }),
        }
    }
}
