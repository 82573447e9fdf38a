//! `cloakroom usm`: every route of USM, over the client.

pub(super) mod api_key;
mod context;
pub(super) mod lists;
pub(super) mod named;
pub(super) mod service_account;
mod session;

use std::io::Write;

use clap::{Args, Subcommand};

use context::ContextArgs;

use super::Failure;
use super::remote::{EXIT_CODES, Screen};

/// Sessions, service accounts and API keys, by the routes under /usm/.
#[derive(Debug, Args)]
#[command(after_help = EXIT_CODES)]
pub(super) struct Usm {
    #[command(subcommand)]
    noun: Noun,
}

#[derive(Debug, Subcommand)]
enum Noun {
    Session(session::Session),
    ServiceAccount(service_account::ServiceAccount),
    ApiKey(api_key::ApiKey),
}

impl Usm {
    pub(super) fn run(self, printed: (Screen, &mut impl Write, &mut impl Write)) -> Result<(), Failure> {
        match self.noun {
            Noun::Session(noun) => noun.run(printed),
            Noun::ServiceAccount(noun) => noun.run(printed),
            Noun::ApiKey(noun) => noun.run(printed),
        }
    }
}
