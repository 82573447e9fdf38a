//! `cloakroom usm api-key`: the seven routes under `/usm/api_key/`.

use std::io::Write;
use std::path::PathBuf;

use clap::{Args, Subcommand};
use cloakroom_client::Secret;
use cloakroom_client::usm::{ApiKeyCreate, ApiKeyListQuery, ListStatus, Usm};
use serde_json::json;

use super::lists::Status as Side;
use super::service_account::OrgArgs;
use super::{ContextArgs, named};
use crate::cli::Failure;
use crate::cli::consent::{Consent, counted};
use crate::cli::remote::{Connected, KeySource, RemoteArgs, Screen, Shown, ask, example, refused};
use crate::config::profiles::write_secret;

/// Create, list, end, bound and validate the API keys of service accounts.
#[derive(Debug, Args)]
#[command(after_help = super::EXIT_CODES)]
pub(super) struct ApiKey {
    #[command(subcommand)]
    verb: Verb,
}

#[derive(Debug, Subcommand)]
enum Verb {
    /// Create a key of a service account. Prints the key, this once.
    #[command(after_help = example("usm api-key create --profile acme 'shop connector' --key-file shop.key"))]
    Create(Create),
    /// List the keys of a service account, newest first, without their secrets.
    #[command(after_help = example("usm api-key list --profile acme 'shop connector'"))]
    List(List),
    /// End a key.
    #[command(after_help = example("usm api-key revoke --profile acme production --reason rotated"))]
    Revoke(Revoke),
    /// End every key that a service account has now.
    #[command(after_help = example("usm api-key revoke-all --profile acme 'shop connector' --yes"))]
    RevokeAll(EndOfAccount),
    /// End every key that the org has now.
    #[command(after_help = example("usm api-key revoke-all-org --profile acme --yes"))]
    RevokeAllOrg(EndOfOrg),
    /// Bound the age of the org's keys, those that there are as well; without --max-age-days take the bound away.
    #[command(after_help = example("usm api-key policy-set --profile acme --max-age-days 90"))]
    PolicySet(PolicySet),
    /// Say what a key is worth.
    #[command(after_help = example("usm api-key validate --profile acme --api-key-file shop.key"))]
    Validate(Validate),
}

#[derive(Debug, Args)]
pub(in crate::cli) struct OfAccount {
    #[command(flatten)]
    pub(in crate::cli) org: OrgArgs,
    /// Its caption, where no other has it, or `sva_…`
    #[arg(value_name = "SERVICE_ACCOUNT")]
    pub(in crate::cli) service_account: String,
}

/// A service account whose keys end.
#[derive(Debug, Args)]
pub(in crate::cli) struct EndOfAccount {
    #[command(flatten)]
    pub(in crate::cli) of: OfAccount,
    #[command(flatten)]
    pub(in crate::cli) consent: Consent,
}

/// A service account that moves to another status.
#[derive(Debug, Args)]
pub(in crate::cli) struct Status {
    #[command(flatten)]
    end: EndOfAccount,
    /// `doomed`, which is the only one that there is a way to.
    #[arg(value_name = "STATUS")]
    status: String,
}

/// An org whose keys end.
#[derive(Debug, Args)]
pub(in crate::cli) struct EndOfOrg {
    #[command(flatten)]
    org: OrgArgs,
    #[command(flatten)]
    consent: Consent,
}

#[derive(Debug, Args)]
pub(in crate::cli) struct Create {
    #[command(flatten)]
    of: OfAccount,
    /// What people call it, at most 256 characters.
    #[arg(long, value_name = "TEXT")]
    caption: Option<String>,
    /// An expiry of its own (RFC 3339).
    #[arg(long, value_name = "TIME")]
    expires_at_utc: Option<String>,
    /// Put the key into this new file of mode 0600 instead of printing it.
    #[arg(long, value_name = "FILE")]
    key_file: Option<PathBuf>,
}

#[derive(Debug, Args)]
struct List {
    #[command(flatten)]
    of: OfAccount,
    /// What is listed.
    #[arg(long, value_enum, default_value = "active")]
    status: Side,
    /// How many at once, 1 to 256 [default: 8].
    #[arg(long, value_name = "N")]
    limit: Option<u32>,
    /// The cursor of the page before.
    #[arg(long, value_name = "CURSOR")]
    next_token: Option<String>,
}

#[derive(Debug, Args)]
pub(in crate::cli) struct Revoke {
    #[command(flatten)]
    org: OrgArgs,
    /// Its caption, where no other has it, or `apk_…`
    #[arg(value_name = "API_KEY")]
    api_key: String,
    /// For the audit trail.
    #[arg(long, value_name = "TEXT")]
    reason: Option<String>,
}

#[derive(Debug, Args)]
pub(in crate::cli) struct PolicySet {
    #[command(flatten)]
    org: OrgArgs,
    /// From 1 to 36500.
    #[arg(long, value_name = "DAYS")]
    max_age_days: Option<u32>,
}

#[derive(Debug, Args)]
pub(in crate::cli) struct Validate {
    #[command(flatten)]
    remote: RemoteArgs,
    #[command(flatten)]
    api_key: KeySource,
    /// Only of this org: another's key is then not found.
    #[arg(long, value_name = "CODE")]
    orgcode: Option<String>,
    #[command(flatten)]
    said: ContextArgs,
}

const COLUMNS: &[&str] = &["api_key_id", "status", "caption", "created_at_utc", "expires_at_utc", "last_used_at_utc", "doom_reason"];

impl ApiKey {
    pub(super) fn run(self, printed: (Screen, &mut impl Write, &mut impl Write)) -> Result<(), Failure> {
        match self.verb {
            Verb::Create(args) => args.run(printed),
            Verb::List(args) => ask(&args.of.org.remote, printed, async |server| args.list(server).await),
            Verb::Revoke(args) => args.run(printed),
            Verb::RevokeAll(args) => args.revoke_all(printed),
            Verb::RevokeAllOrg(args) => args.revoke_all(printed),
            Verb::PolicySet(args) => args.run(printed),
            Verb::Validate(args) => args.run(printed),
        }
    }
}

impl Create {
    pub(in crate::cli) fn run(&self, printed: (Screen, &mut impl Write, &mut impl Write)) -> Result<(), Failure> {
        ask(&self.of.org.remote, printed, async |server| self.create(server).await)
    }

    async fn create(&self, server: &Connected) -> Result<Shown, Failure> {
        let (owner, context) = (self.of.org.owner(server)?, self.of.org.said.context());
        let usm = server.client.usm().within(&context);
        let account = self.of.id(usm, &owner).await?;
        let mut wish = ApiKeyCreate::new(owner.0, owner.1, &account);
        wish.caption.clone_from(&self.caption);
        wish.expires_at_utc.clone_from(&self.expires_at_utc);
        let created = usm.api_key_create(&wish).await?;
        match &self.key_file {
            None => Ok(Shown::with_secret(&created, "/api_key", &created.api_key)),
            Some(file) => {
                write_secret(file, created.api_key.expose()).map_err(Failure::new)?;
                Ok(Shown::record(&created))
            }
        }
    }
}

impl List {
    async fn list(&self, server: &Connected) -> Result<Shown, Failure> {
        let (owner, context) = (self.of.org.owner(server)?, self.of.org.said.context());
        let usm = server.client.usm().within(&context);
        let account = self.of.id(usm, &owner).await?;
        let mut query = ApiKeyListQuery::new(owner.0, owner.1, &account);
        (query.status, query.limit) = (self.status.into(), self.limit);
        query.next_token.clone_from(&self.next_token);
        let page = usm.api_key_list(&query).await?;
        let more = page.next_token.as_ref().map(|token| format!("--next-token {token}"));
        Ok(Shown::list(&page.api_keys, COLUMNS, more))
    }
}

impl Revoke {
    pub(in crate::cli) fn run(&self, printed: (Screen, &mut impl Write, &mut impl Write)) -> Result<(), Failure> {
        ask(&self.org.remote, printed, async |server| {
            let (owner, context) = (self.org.owner(server)?, self.org.said.context());
            let usm = server.client.usm().within(&context);
            let id = named::key_id(usm, &owner, &self.api_key).await?;
            let (guid, orgcode) = &owner;
            Ok(Shown::record(&usm.api_key_revoke(guid, orgcode, &id, self.reason.as_deref()).await?))
        })
    }
}

impl OfAccount {
    /// The id of the account that is meant.
    async fn id(&self, usm: Usm<'_>, owner: &(Secret, &str)) -> Result<String, Failure> {
        named::account_id(usm, owner, &self.service_account).await
    }
}

impl EndOfAccount {
    pub(in crate::cli) fn revoke_all(&self, printed: (Screen, &mut impl Write, &mut impl Write)) -> Result<(), Failure> {
        self.ask(printed, async |usm, owner, id| {
            let told = async || {
                let keys = named::keys_of(usm, owner, id, ListStatus::Active).await?;
                Ok(format!("This ends {} of the service account {}.", counted(keys.len() as u64, "live key"), self.of.service_account))
            };
            self.consent.to(told).await?;
            let before = usm.api_key_revoke_all(&owner.0, owner.1, id).await?;
            Ok(Shown::record(&json!({ "revoked_before_utc": before })))
        })
    }

    /// Moves the account to another status, with which its keys end.
    pub(in crate::cli) fn to_status(&self, status: &str, printed: (Screen, &mut impl Write, &mut impl Write)) -> Result<(), Failure> {
        self.ask(printed, async |usm, owner, id| {
            let told = async || {
                let keys = named::keys_of(usm, owner, id, ListStatus::Active).await?;
                let keys = counted(keys.len() as u64, "live key");
                Ok(format!("This takes the service account {} out of use for good and ends {keys}.", self.of.service_account))
            };
            self.consent.to(told).await?;
            Ok(Shown::record(&usm.service_account_status(&owner.0, owner.1, id, status).await?))
        })
    }

    fn ask(
        &self,
        printed: (Screen, &mut impl Write, &mut impl Write),
        end: impl AsyncFnOnce(Usm<'_>, &(Secret, &str), &str) -> Result<Shown, Failure>,
    ) -> Result<(), Failure> {
        ask(&self.of.org.remote, printed, async |server| {
            let (owner, context) = (self.of.org.owner(server)?, self.of.org.said.context());
            let usm = server.client.usm().within(&context);
            let id = self.of.id(usm, &owner).await?;
            end(usm, &owner, &id).await
        })
    }
}

impl Status {
    pub(in crate::cli) fn run(&self, printed: (Screen, &mut impl Write, &mut impl Write)) -> Result<(), Failure> {
        self.end.to_status(&self.status, printed)
    }
}

impl EndOfOrg {
    pub(in crate::cli) fn revoke_all(&self, printed: (Screen, &mut impl Write, &mut impl Write)) -> Result<(), Failure> {
        let Self { org, consent } = self;
        ask(&org.remote, printed, async |server| {
            let (owner, context) = (org.owner(server)?, org.said.context());
            let usm = server.client.usm().within(&context);
            let told = async || {
                let keys = named::keys(usm, &owner, &[ListStatus::Active], ListStatus::Active).await?;
                Ok(format!("This ends {} of the org {}.", counted(keys.len() as u64, "live key"), owner.1))
            };
            consent.to(told).await?;
            let before = usm.api_key_revoke_all_org(&owner.0, owner.1).await?;
            Ok(Shown::record(&json!({ "revoked_before_utc": before })))
        })
    }
}

impl PolicySet {
    pub(in crate::cli) fn run(&self, printed: (Screen, &mut impl Write, &mut impl Write)) -> Result<(), Failure> {
        ask(&self.org.remote, printed, async |server| {
            let (guid, orgcode) = self.org.owner(server)?;
            let context = self.org.said.context();
            let usm = server.client.usm().within(&context);
            Ok(Shown::record(&usm.api_key_policy_set(&guid, orgcode, self.max_age_days).await.map_err(refused)?))
        })
    }
}

impl Validate {
    pub(in crate::cli) fn run(&self, printed: (Screen, &mut impl Write, &mut impl Write)) -> Result<(), Failure> {
        ask(&self.remote, printed, async |server| {
            let (api_key, context) = (self.api_key.secret(server)?, self.said.context());
            let worth = server.client.usm().within(&context).api_key_validate(Some(&api_key), self.orgcode.as_deref()).await;
            Ok(Shown::record(&worth.map_err(refused)?))
        })
    }
}
