//! `cloakroom key`: the API keys of an org and the service accounts that hold them, over the client.

use std::io::Write;

use clap::{Args, Subcommand};
use cloakroom_client::Secret;
use cloakroom_client::usm::{ApiKeyListQuery, ApiKeyRecord, ListStatus, ServiceAccountListQuery, Usm};

use super::Failure;
use super::remote::{Connected, EXIT_CODES, Screen, Shown, ask, example, refused};
use super::usm::api_key::{self, Create, OfAccount, PolicySet, Revoke, Validate};
use super::usm::lists::Status;
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
    #[command(after_help = example("key show --profile acme apk_0000000000000000000001"))]
    Show(Show),
    /// Create a key of a service account. Prints the key, this once.
    #[command(after_help = example("key create --profile acme sva_0000000000000000000001 --key-file shop.key"))]
    Create(Create),
    /// End a key.
    #[command(after_help = example("key revoke --profile acme apk_0000000000000000000001 --reason rotated"))]
    Revoke(Revoke),
    /// End every key that a service account has now.
    #[command(after_help = example("key revoke-all --profile acme sva_0000000000000000000001"))]
    RevokeAll(OfAccount),
    /// End every key that the org has now.
    #[command(after_help = example("key revoke-all-org --profile acme"))]
    RevokeAllOrg(OrgArgs),
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
    #[command(after_help = example("key account remove --profile acme sva_0000000000000000000001"))]
    Remove(OfAccount),
}

#[derive(Debug, Args)]
struct List {
    #[command(flatten)]
    org: OrgArgs,
    /// Only those of this service account, `sva_…`.
    #[arg(long, value_name = "SERVICE_ACCOUNT_ID")]
    account: Option<String>,
    /// What is listed.
    #[arg(long, value_enum, default_value = "active")]
    status: Status,
}

#[derive(Debug, Args)]
struct Show {
    #[command(flatten)]
    org: OrgArgs,
    /// `apk_…`
    #[arg(value_name = "API_KEY_ID")]
    api_key_id: String,
}

const COLUMNS: &[&str] =
    &["api_key_id", "service_account_id", "status", "caption", "created_at_utc", "expires_at_utc", "last_used_at_utc", "doom_reason"];

/// As many on a page as there may be.
const PAGE: Option<u32> = Some(256);

impl ApiKeys {
    pub(super) fn run(self, printed: (Screen, &mut impl Write, &mut impl Write)) -> Result<(), Failure> {
        match self.verb {
            Verb::List(args) => ask(&args.org.remote, printed, async |server| args.list(server).await),
            Verb::Show(args) => ask(&args.org.remote, printed, async |server| args.show(server).await),
            Verb::Create(args) => args.run(printed),
            Verb::Revoke(args) => args.run(printed),
            Verb::RevokeAll(args) => args.revoke_all(printed),
            Verb::RevokeAllOrg(args) => api_key::revoke_all_of_org(&args, printed),
            Verb::SetPolicy(args) => args.run(printed),
            Verb::Validate(args) => args.run(printed),
            Verb::Account(Account { verb: AccountVerb::List(args) }) => args.run(printed),
            Verb::Account(Account { verb: AccountVerb::Create(args) }) => args.run(printed),
            Verb::Account(Account { verb: AccountVerb::Remove(args) }) => {
                service_account::to_status(&args.org, &args.service_account_id, "doomed", printed)
            }
        }
    }
}

impl List {
    async fn list(&self, server: &Connected) -> Result<Shown, Failure> {
        let (context, owner) = (self.org.said.context(), self.org.owner(server)?);
        let usm = server.client.usm().within(&context);
        let accounts = match &self.account {
            Some(account) => vec![account.clone()],
            // What a doomed account holds is doomed with it.
            None if matches!(self.status, Status::Active) => accounts(usm, &owner, &[ListStatus::Active]).await?,
            None => accounts(usm, &owner, EVERY).await?,
        };
        let mut keys = Vec::new();
        for account in &accounts {
            keys.extend(keys_of(usm, &owner, account, self.status.into()).await?);
        }
        Ok(Shown::list(&keys, COLUMNS, None))
    }
}

impl Show {
    /// No route shows one key: it is looked for among those of the org.
    async fn show(&self, server: &Connected) -> Result<Shown, Failure> {
        let (context, owner) = (self.org.said.context(), self.org.owner(server)?);
        let usm = server.client.usm().within(&context);
        for account in accounts(usm, &owner, EVERY).await? {
            let keys = keys_of(usm, &owner, &account, ListStatus::All).await?;
            if let Some(key) = keys.iter().find(|key| key.api_key_id == self.api_key_id) {
                return Ok(Shown::record(key));
            }
        }
        Err(Failure::new("the org has no such key").exit_code(4))
    }
}

/// Service accounts are walked side by side: a list of both sides has two cursors.
const EVERY: &[ListStatus] = &[ListStatus::Active, ListStatus::Doomed];

/// The service accounts of the org on these sides, newest first on each.
async fn accounts(usm: Usm<'_>, (guid, orgcode): &(Secret, &str), sides: &[ListStatus]) -> Result<Vec<String>, Failure> {
    let mut found = Vec::new();
    for side in sides {
        let mut query = ServiceAccountListQuery::new(guid.clone(), orgcode);
        (query.status, query.limit) = (*side, PAGE);
        loop {
            let page = usm.service_account_list(&query).await.map_err(refused)?;
            found.extend(page.service_accounts.into_iter().map(|account| account.service_account_id));
            if page.cursors.is_exhausted() {
                break;
            }
            query.cursors = page.cursors;
        }
    }
    Ok(found)
}

/// The keys of a service account, newest first.
async fn keys_of(usm: Usm<'_>, (guid, orgcode): &(Secret, &str), account: &str, status: ListStatus) -> Result<Vec<ApiKeyRecord>, Failure> {
    let mut query = ApiKeyListQuery::new(guid.clone(), orgcode, account);
    (query.status, query.limit) = (status, PAGE);
    let mut keys = Vec::new();
    loop {
        let page = usm.api_key_list(&query).await.map_err(refused)?;
        keys.extend(page.api_keys);
        if page.next_token.is_none() {
            return Ok(keys);
        }
        query.next_token = page.next_token;
    }
}
