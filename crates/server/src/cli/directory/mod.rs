//! `cloakroom partner`, `tenant`, `user`, `app`, `identity-provider`: the directory, over the client.

mod app;
mod identity_provider;
mod partner;
mod tenant;
mod user;
mod user_email;

use std::io::Write;

use clap::Args;
use cloakroom_client::Client;
use cloakroom_client::directory::Filter;

pub(super) use app::App;
pub(super) use identity_provider::IdentityProvider;
pub(super) use partner::Partner;
pub(super) use tenant::Tenant;
pub(super) use user::User;

use super::Failure;
use super::remote::{EXIT_CODES, PageArgs, RemoteArgs, Screen, Shown, ask, example, refused};

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
    /// Only what belongs to this tenant, `tnt_…`.
    #[arg(long, value_name = "TENANT_ID")]
    tenant: Option<String>,
    /// Only what belongs to this partner, `prt_…`.
    #[arg(long, value_name = "PARTNER_ID")]
    partner: Option<String>,
    #[command(flatten)]
    page: PageArgs,
}

impl ListArgs {
    fn filter(&self, cursor: Option<String>) -> Filter {
        let mut filter = Filter::default();
        filter.search.clone_from(&self.search);
        filter.status.clone_from(&self.status);
        filter.tenant_id.clone_from(&self.tenant);
        filter.partner_id.clone_from(&self.partner);
        (filter.page, filter.cursor) = (self.page.number(), cursor);
        filter
    }
}

/// One entry.
#[derive(Debug, Args)]
struct OneArgs {
    #[command(flatten)]
    remote: RemoteArgs,
    /// Its id.
    #[arg(value_name = "ID")]
    id: String,
}

/// Asks as the user who is signed in and prints the answer.
fn ask_as_somebody(
    remote: &RemoteArgs,
    printed: (Screen, &mut impl Write, &mut impl Write),
    call: impl AsyncFnOnce(&Client) -> cloakroom_client::Result<Shown>,
) -> Result<(), Failure> {
    ask(remote, printed, async |server| server.as_somebody(async |client| call(client).await.map_err(refused)).await)
}

/// A text; an empty one removes the value.
fn patch(text: Option<&String>) -> cloakroom_client::Patch<String> {
    text.map(|text| (!text.is_empty()).then(|| text.clone()))
}

/// A number; 0 removes the value.
fn patched_number(number: Option<u32>) -> cloakroom_client::Patch<u32> {
    number.map(|number| (number > 0).then_some(number))
}
