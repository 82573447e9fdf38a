//! `cloakroom usm service-account`: the three routes under `/usm/service_account/`.

use std::io::Write;

use clap::{Args, Subcommand};
use cloakroom_client::Secret;
use cloakroom_client::usm::{ServiceAccountCreate, ServiceAccountListQuery};

use super::lists::{SplitListArgs, more};
use super::{ContextArgs, api_key};
use crate::cli::Failure;
use crate::cli::remote::{Connected, GuidSource, RemoteArgs, Screen, Shown, ask, example, refused};

/// Create, list and end the service accounts of an org, with the session of one of its owners.
#[derive(Debug, Args)]
#[command(after_help = super::EXIT_CODES)]
pub(super) struct ServiceAccount {
    #[command(subcommand)]
    verb: Verb,
}

#[derive(Debug, Subcommand)]
enum Verb {
    /// Create a service account: one for each integration, so that one can be ended alone.
    #[command(after_help = example("usm service-account create --profile acme --caption 'shop connector' --role pvv"))]
    Create(Create),
    /// List the service accounts of an org, newest first.
    #[command(after_help = example("usm service-account list --profile acme --status all"))]
    List(List),
    /// Move a service account to another status. Its keys end with it, and it stays ended.
    #[command(after_help = example("usm service-account status --profile acme 'shop connector' doomed --yes"))]
    Status(api_key::Status),
}

/// Who asks, and of which org.
#[derive(Debug, Args)]
pub(in crate::cli) struct OrgArgs {
    #[command(flatten)]
    pub(in crate::cli) remote: RemoteArgs,
    #[command(flatten)]
    guid: GuidSource,
    /// The org [default: that of the profile].
    #[arg(long, value_name = "CODE")]
    orgcode: Option<String>,
    #[command(flatten)]
    pub(in crate::cli) said: ContextArgs,
}

#[derive(Debug, Args)]
pub(in crate::cli) struct Create {
    #[command(flatten)]
    org: OrgArgs,
    /// What people call it, at most 256 characters.
    #[arg(long, value_name = "TEXT")]
    caption: String,
    /// A role; may be given several times.
    #[arg(long = "role", value_name = "ROLE", required = true)]
    roles: Vec<String>,
}

#[derive(Debug, Args)]
pub(in crate::cli) struct List {
    #[command(flatten)]
    org: OrgArgs,
    #[command(flatten)]
    part: SplitListArgs,
}

const COLUMNS: &[&str] = &["service_account_id", "status", "caption", "roles", "created_at_utc", "doomed_at_utc"];

impl OrgArgs {
    /// The session that asks, and the org that it asks about.
    pub(in crate::cli) fn owner<'a>(&'a self, server: &'a Connected) -> Result<(Secret, &'a str), Failure> {
        Ok((self.guid.secret(server)?, server.orgcode(self.orgcode.as_deref())?))
    }
}

impl ServiceAccount {
    pub(super) fn run(self, printed: (Screen, &mut impl Write, &mut impl Write)) -> Result<(), Failure> {
        match self.verb {
            Verb::Create(args) => args.run(printed),
            Verb::List(args) => args.run(printed),
            Verb::Status(args) => args.run(printed),
        }
    }
}

impl Create {
    pub(in crate::cli) fn run(&self, printed: (Screen, &mut impl Write, &mut impl Write)) -> Result<(), Failure> {
        ask(&self.org.remote, printed, async |server| {
            let roles: Vec<_> = self.roles.iter().map(String::as_str).collect();
            let (guid, orgcode) = self.org.owner(server)?;
            let wish = ServiceAccountCreate::new(guid, orgcode, &self.caption, &roles);
            let context = self.org.said.context();
            let account = server.client.usm().within(&context).service_account_create(&wish).await.map_err(refused)?;
            Ok(Shown::record(&account))
        })
    }
}

impl List {
    pub(in crate::cli) fn run(&self, printed: (Screen, &mut impl Write, &mut impl Write)) -> Result<(), Failure> {
        ask(&self.org.remote, printed, async |server| {
            let (guid, orgcode) = self.org.owner(server)?;
            let mut query = ServiceAccountListQuery::new(guid, orgcode);
            (query.status, query.limit, query.cursors) = (self.part.status.into(), self.part.limit, self.part.cursors());
            let context = self.org.said.context();
            let page = server.client.usm().within(&context).service_account_list(&query).await.map_err(refused)?;
            Ok(Shown::list(&page.service_accounts, COLUMNS, more(&page.cursors)))
        })
    }
}
