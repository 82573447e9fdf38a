//! What commands about the directory are given: one entry, by a name or its id.

use std::ffi::OsStr;
use std::fmt::Debug;
use std::marker::PhantomData;

use clap::Args;
use clap_complete::engine::{ArgValueCompleter, CompletionCandidate};
use cloakroom_client::Client;
use cloakroom_client::directory::{Application, IdentityProvider, Partner, Tenant, User};

use crate::cli::complete;
use crate::cli::consent::Consent;
use crate::cli::names::{self, Noun};
use crate::cli::remote::RemoteArgs;
use crate::failure::Failure;

/// An entry that is looked for by its name.
pub(super) trait Sought: Debug + 'static {
    const NOUN: Noun;
    const VALUE: &'static str;
    const HELP: &'static str;

    fn offered(begun: &OsStr) -> Vec<CompletionCandidate>;
}

macro_rules! sought {
    ($($noun:ident: $value:literal, $help:literal, $offered:ident;)+) => {
        $(impl Sought for $noun {
            const NOUN: Noun = Noun::$noun;
            const VALUE: &'static str = $value;
            const HELP: &'static str = $help;

            fn offered(begun: &OsStr) -> Vec<CompletionCandidate> {
                complete::$offered(begun)
            }
        })+
    };
}

sought! {
    User: "USER", "A username, an address of the user, or `usr_…`", users;
    Tenant: "TENANT", "Its code, or `tnt_…`", tenants;
    Partner: "PARTNER", "Its code, or `prt_…`", partners;
    Application: "APP", "Its client id, or `app_…`", applications;
    IdentityProvider: "PROVIDER", "Its code, or `idp_…`", identity_providers;
}

/// One entry.
#[derive(Debug, Args)]
pub(super) struct OneArgs<N: Sought> {
    #[command(flatten)]
    pub(super) remote: RemoteArgs,
    #[arg(value_name = N::VALUE, help = N::HELP, add = ArgValueCompleter::new(N::offered))]
    pub(super) named: String,
    #[arg(skip)]
    noun: PhantomData<fn() -> N>,
}

impl<N: Sought> OneArgs<N> {
    /// The id of the entry that is meant.
    pub(super) async fn id(&self, client: &Client) -> Result<String, Failure> {
        names::id_of(client, N::NOUN, &self.named).await
    }
}

/// One entry of which something ends.
#[derive(Debug, Args)]
pub(super) struct EndArgs<N: Sought> {
    #[command(flatten)]
    pub(super) one: OneArgs<N>,
    #[command(flatten)]
    pub(super) consent: Consent,
}
