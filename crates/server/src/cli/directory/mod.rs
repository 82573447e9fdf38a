//! `cloakroom partner`, `tenant`, `user`, `app`, `identity-provider`: the directory, over the client.

mod app;
mod identity_provider;
mod partner;
mod sought;
mod tenant;
mod user;
mod user_email;

use std::io::Write;

use clap::Args;
use clap_complete::engine::ArgValueCompleter;
use cloakroom_client::directory::Filter;
use cloakroom_client::{Client, Page};

pub(super) use app::App;
pub(super) use identity_provider::IdentityProvider;
pub(super) use partner::Partner;
pub(super) use tenant::Tenant;
pub(super) use user::User;

use sought::{EndArgs, OneArgs};

use super::consent::Consent;
use super::effects::live_sessions;
use super::names::{self, Noun};
use super::remote::{EXIT_CODES, PageArgs, RemoteArgs, Screen, Shown, ask, example};
use super::{Failure, complete};

/// Which entries are listed.
#[derive(Debug, Args)]
struct ListArgs {
    #[command(flatten)]
    remote: RemoteArgs,
    /// The beginning of a name.
    #[arg(long, value_name = "TEXT")]
    search: Option<String>,
    /// Only what has this status [default: all but what is doomed].
    #[arg(long, value_name = "STATUS")]
    status: Option<String>,
    /// Only what belongs to this tenant: its code, or `tnt_…`.
    #[arg(long, value_name = "TENANT", add = ArgValueCompleter::new(complete::tenants))]
    tenant: Option<String>,
    /// Only what belongs to this partner: its code, or `prt_…`.
    #[arg(long, value_name = "PARTNER", add = ArgValueCompleter::new(complete::partners))]
    partner: Option<String>,
    #[command(flatten)]
    page: PageArgs,
}

impl ListArgs {
    async fn filter(&self, client: &Client) -> Result<Filter, Failure> {
        let mut filter = Filter::default();
        filter.search.clone_from(&self.search);
        filter.status.clone_from(&self.status);
        filter.tenant_id = names::id_if(client, Noun::Tenant, self.tenant.as_ref()).await?;
        filter.partner_id = names::id_if(client, Noun::Partner, self.partner.as_ref()).await?;
        filter.page = self.page.number();
        Ok(filter)
    }

    /// The page that is meant, or all of it.
    async fn list<T: serde::Serialize>(
        &self,
        client: &Client,
        columns: &'static [&'static str],
        ask: impl AsyncFn(&Filter) -> cloakroom_client::Result<Page<T>>,
    ) -> Result<Shown, Failure> {
        let filter = self.filter(client).await?;
        Ok(Shown::page(&self.page.list(async |cursor| ask(&following(&filter, cursor)).await).await?, columns))
    }
}

/// The same filter from this cursor on.
fn following(filter: &Filter, cursor: Option<String>) -> Filter {
    let mut filter = filter.clone();
    filter.cursor = cursor;
    filter
}

/// Asks as the user who is signed in and prints the answer.
fn ask_as_somebody(
    remote: &RemoteArgs,
    printed: (Screen, &mut impl Write, &mut impl Write),
    call: impl AsyncFnOnce(&Client) -> Result<Shown, Failure>,
) -> Result<(), Failure> {
    ask(remote, printed, async |server| server.as_somebody(call).await)
}

/// A text; an empty one removes the value.
fn patch(text: Option<&String>) -> cloakroom_client::Patch<String> {
    text.map(|text| (!text.is_empty()).then(|| text.clone()))
}

/// A number; 0 removes the value.
fn patched_number(number: Option<u32>) -> cloakroom_client::Patch<u32> {
    number.map(|number| (number > 0).then_some(number))
}
