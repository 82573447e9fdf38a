//! `cloakroom key`: the API keys of an org and the service accounts that hold them, over the client.

use std::io::Write;

use clap::{Args, Subcommand};
use cloakroom_client::usm::ListStatus;

use super::Failure;
use super::remote::{Connected, EXIT_CODES, Screen, Shown, ask, example};
use super::usm::api_key::{Create, EndOfAccount, EndOfOrg, PolicySet, Revoke, Validate};
use super::usm::lists::Status;
use super::usm::named::{self, EVERY, keys, keys_of};
use super::usm::service_account::{self, OrgArgs};

/// Administer API keys and the service accounts that hold them, with the session of an owner of the org.
#[derive(Debug, Args)]
#[command(after_help = EXIT_CODES)]
pub(super) struct ApiKeys {
    #[command(subcommand)]
    verb: Verb,
}

#[derive(Debug, Subcommand)]
enum Verb {
    /// List the keys of the org, or of one service account, without their secrets.
    #[command(visible_alias = "ls", after_help = example("key list --profile acme --status all"))]
    List(List),
    /// Show a key, ended or not, without its secret.
    #[command(after_help = example("key show --profile acme production"))]
    Show(Show),
    /// Create a key of a service account. Prints the key, this once.
    #[command(after_help = example("key create --profile acme 'shop connector' --key-file shop.key"))]
    Create(Create),
    /// End a key.
    #[command(after_help = example("key revoke --profile acme production --reason rotated"))]
    Revoke(Revoke),
    /// End every key that a service account has now.
    #[command(after_help = example("key revoke-all --profile acme 'shop connector' --yes"))]
    RevokeAll(EndOfAccount),
    /// End every key that the org has now.
    #[command(after_help = example("key revoke-all-org --profile acme --yes"))]
    RevokeAllOrg(EndOfOrg),
    /// Bound the age of the org's keys, those that there are as well; without --max-age-days take the bound away.
    #[command(after_help = example("key set-policy --profile acme --max-age-days 90"))]
    SetPolicy(PolicySet),
    /// Say what a key is worth.
    #[command(after_help = example("key validate --profile acme --api-key-file shop.key"))]
    Validate(Validate),
    Account(Account),
}

/// Administer the service accounts that hold keys: one for each integration, so that one can be ended alone.
#[derive(Debug, Args)]
#[command(after_help = EXIT_CODES)]
struct Account {
    #[command(subcommand)]
    verb: AccountVerb,
}

#[derive(Debug, Subcommand)]
enum AccountVerb {
    /// List the service accounts of the org, newest first.
    #[command(visible_alias = "ls", after_help = example("key account list --profile acme --status all"))]
    List(service_account::List),
    /// Create a service account.
    #[command(after_help = example("key account create --profile acme --caption 'shop connector' --role pvv"))]
    Create(service_account::Create),
    /// Take a service account out of use for good; its keys end with it.
    #[command(after_help = example("key account remove --profile acme 'shop connector' --yes"))]
    Remove(EndOfAccount),
}

#[derive(Debug, Args)]
struct List {
    #[command(flatten)]
    org: OrgArgs,
    /// Only those of this service account: its caption, where no other has it, or `sva_…`.
    #[arg(long, value_name = "SERVICE_ACCOUNT")]
    account: Option<String>,
    /// What is listed.
    #[arg(long, value_enum, default_value = "active")]
    status: Status,
}

#[derive(Debug, Args)]
struct Show {
    #[command(flatten)]
    org: OrgArgs,
    /// Its caption, where no other has it, or `apk_…`
    #[arg(value_name = "API_KEY")]
    api_key: String,
}

const COLUMNS: &[&str] =
    &["api_key_id", "service_account_id", "status", "caption", "created_at_utc", "expires_at_utc", "last_used_at_utc", "doom_reason"];

impl ApiKeys {
    pub(super) fn run(self, printed: (Screen, &mut impl Write, &mut impl Write)) -> Result<(), Failure> {
        match self.verb {
            Verb::List(args) => ask(&args.org.remote, printed, async |server| args.list(server).await),
            Verb::Show(args) => ask(&args.org.remote, printed, async |server| args.show(server).await),
            Verb::Create(args) => args.run(printed),
            Verb::Revoke(args) => args.run(printed),
            Verb::RevokeAll(args) => args.revoke_all(printed),
            Verb::RevokeAllOrg(args) => args.revoke_all(printed),
            Verb::SetPolicy(args) => args.run(printed),
            Verb::Validate(args) => args.run(printed),
            Verb::Account(Account { verb: AccountVerb::List(args) }) => args.run(printed),
            Verb::Account(Account { verb: AccountVerb::Create(args) }) => args.run(printed),
            Verb::Account(Account { verb: AccountVerb::Remove(args) }) => args.to_status("doomed", printed),
        }
    }
}

impl List {
    async fn list(&self, server: &Connected) -> Result<Shown, Failure> {
        let (context, owner) = (self.org.said.context(), self.org.owner(server)?);
        let usm = server.client.usm().within(&context);
        let keys = match &self.account {
            Some(account) => keys_of(usm, &owner, &named::account_id(usm, &owner, account).await?, self.status.into()).await?,
            // What a doomed account holds is doomed with it.
            None if matches!(self.status, Status::Active) => keys(usm, &owner, &[ListStatus::Active], ListStatus::Active).await?,
            None => keys(usm, &owner, EVERY, self.status.into()).await?,
        };
        Ok(Shown::list(&keys, COLUMNS, None))
    }
}

impl Show {
    /// No route shows one key: it is looked for among those of the org.
    async fn show(&self, server: &Connected) -> Result<Shown, Failure> {
        let (context, owner) = (self.org.said.context(), self.org.owner(server)?);
        let usm = server.client.usm().within(&context);
        let id = named::key_id(usm, &owner, &self.api_key).await?;
        let keys = keys(usm, &owner, EVERY, ListStatus::All).await?;
        let missing = || Failure::new("the org has no such key").exit_code(4);
        keys.iter().find(|key| key.api_key_id == id).map(Shown::record).ok_or_else(missing)
    }
}
