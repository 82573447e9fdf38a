//! `cloakroom identity-provider`

use std::io::Write;
use std::path::PathBuf;

use clap::{Args, Subcommand};
use clap_complete::engine::ArgValueCompleter;
use cloakroom_client::directory::{
    GroupMembership, IdentityProvider as Record, IdentityProviderChange, NewIdentityProvider, ProviderSettings,
};
use cloakroom_client::{Client, Secret};

use super::{
    EXIT_CODES, EndArgs, Failure, ListArgs, Noun, OneArgs, RemoteArgs, Screen, Shown, ask_as_somebody, complete, example, names, patch,
};
use crate::cli::remote::usage;
use crate::config::profiles::read_secret;

/// Administer identity providers, through which others say who somebody is.
#[derive(Debug, Args)]
#[command(after_help = EXIT_CODES)]
pub(in crate::cli) struct IdentityProvider {
    #[command(subcommand)]
    verb: Verb,
}

#[derive(Debug, Subcommand)]
enum Verb {
    /// List identity providers, newest first.
    #[command(visible_alias = "ls", after_help = example("identity-provider list --profile acme"))]
    List(ListArgs),
    /// Show an identity provider.
    #[command(after_help = example("identity-provider show --profile acme staff"))]
    Show(OneArgs<Record>),
    /// Create an identity provider.
    #[command(after_help = example("identity-provider create staff https://id.acme.example cloakroom --domain acme.example"))]
    Create(Create),
    /// Change an identity provider; an empty text takes a value away.
    #[command(after_help = example("identity-provider change --profile acme staff --status disabled"))]
    Change(Change),
    /// Say which of its domains an identity provider may speak for, and no others.
    #[command(after_help = example("identity-provider approve-domains staff acme.example"))]
    ApproveDomains(ApproveDomains),
    /// Take an identity provider out of use; the sessions that began there stay.
    #[command(after_help = example("identity-provider remove --profile acme staff --yes"))]
    Remove(EndArgs<Record>),
}

#[derive(Debug, Args)]
struct Facts {
    /// What the button says.
    #[arg(long, value_name = "TEXT")]
    name: Option<String>,
    /// File of mode 0600 with the secret that the provider knows this server by.
    #[arg(long, value_name = "FILE")]
    client_secret_file: Option<PathBuf>,
    /// What is asked for; may be given several times. Replaces all that there are.
    #[arg(long = "scope", value_name = "SCOPE")]
    scopes: Vec<String>,
    /// A domain of mail addresses that it may speak for; may be given several times. Replaces all that there are.
    #[arg(long = "domain", value_name = "DOMAIN")]
    domains: Vec<String>,
    /// The claim that becomes the username.
    #[arg(long, value_name = "CLAIM")]
    username_claim: Option<String>,
    /// The claim that becomes the display name.
    #[arg(long, value_name = "CLAIM")]
    name_claim: Option<String>,
    /// The claim that names groups.
    #[arg(long, value_name = "CLAIM")]
    groups_claim: Option<String>,
    /// What people of a group are within a tenant: owner, admin or member; may be given several times. Replaces all that there are.
    #[arg(long = "group", value_name = "GROUP=TENANT=ROLE", value_parser = group)]
    groups: Vec<GroupMembership>,
    /// Whether whoever is unknown becomes a user.
    #[arg(long, value_name = "BOOL")]
    create_users: Option<bool>,
    /// Whether whoever is unknown is the user of the same verified address.
    #[arg(long, value_name = "BOOL")]
    link_by_verified_email: Option<bool>,
    /// Whether it is believed how somebody proved who they are.
    #[arg(long, value_name = "BOOL")]
    trust_amr: Option<bool>,
    /// What ID tokens that are exchanged may be made for, besides the client id; may be given several times. Replaces all that there are.
    #[arg(long = "exchange-audience", value_name = "AUDIENCE")]
    exchange_audiences: Vec<String>,
    /// Whether it signs anybody in.
    #[arg(long, value_name = "STATUS", value_parser = ["active", "disabled"])]
    status: Option<String>,
}

#[derive(Debug, Args)]
struct Create {
    #[command(flatten)]
    remote: RemoteArgs,
    /// 1 to 64 lower-case letters, digits and hyphens: it stands in addresses.
    #[arg(value_name = "CODE")]
    code: String,
    /// As its own documents name it.
    #[arg(value_name = "ISSUER")]
    issuer: String,
    /// What it knows this server by.
    #[arg(value_name = "CLIENT_ID")]
    client_id: String,
    /// The tenant whose users it signs in: its code, or `tnt_…`.
    #[arg(long, value_name = "TENANT", add = ArgValueCompleter::new(complete::tenants))]
    home: Option<String>,
    #[command(flatten)]
    facts: Facts,
}

#[derive(Debug, Args)]
struct Change {
    #[command(flatten)]
    one: OneArgs<Record>,
    /// As its own documents name it. Another one wants the secret, too.
    #[arg(long, value_name = "ISSUER")]
    issuer: Option<String>,
    /// What it knows this server by.
    #[arg(long, value_name = "CLIENT_ID")]
    client_id: Option<String>,
    /// Take the secret away.
    #[arg(long, conflicts_with = "client_secret_file")]
    without_client_secret: bool,
    #[command(flatten)]
    facts: Facts,
}

#[derive(Debug, Args)]
struct ApproveDomains {
    #[command(flatten)]
    one: OneArgs<Record>,
    /// Those that count; without any none does.
    #[arg(value_name = "DOMAIN")]
    domains: Vec<String>,
}

const COLUMNS: &[&str] = &["id", "code", "name", "issuer", "status", "tenant_id", "domains", "approved_domains"];

/// From the right, since a group may be called anything.
fn group(text: &str) -> Result<GroupMembership, String> {
    let mut parts = text.rsplitn(3, '=').map(str::to_owned);
    match (parts.next(), parts.next(), parts.next()) {
        (Some(role), Some(tenant_id), Some(group)) => Ok(GroupMembership { group, tenant_id, role }),
        _ => Err("it is a group, `=`, a tenant's code or id, `=`, and owner, admin or member".to_owned()),
    }
}

impl Facts {
    fn secret(&self) -> Result<Option<Secret>, Failure> {
        let secret = self.client_secret_file.as_deref().map(read_secret).transpose().map_err(usage)?;
        Ok(secret.map(|secret| Secret::new(secret.reveal())))
    }

    async fn groups(&self, client: &Client) -> Result<Option<Vec<GroupMembership>>, Failure> {
        let mut groups = self.groups.clone();
        for group in &mut groups {
            group.tenant_id = names::id_of(client, Noun::Tenant, &group.tenant_id).await?;
        }
        Ok(Some(groups).filter(|groups| !groups.is_empty()))
    }

    async fn settings(&self, client: &Client) -> Result<ProviderSettings, Failure> {
        let given = |words: &Vec<String>| (!words.is_empty()).then(|| words.clone());
        let mut settings = ProviderSettings::default();
        settings.name.clone_from(&self.name);
        (settings.scopes, settings.domains) = (given(&self.scopes), given(&self.domains));
        settings.username_claim.clone_from(&self.username_claim);
        settings.name_claim.clone_from(&self.name_claim);
        settings.groups_claim = patch(self.groups_claim.as_ref());
        settings.group_memberships = self.groups(client).await?;
        (settings.create_users, settings.trust_amr) = (self.create_users, self.trust_amr);
        settings.link_by_verified_email = self.link_by_verified_email;
        settings.exchange_audiences = given(&self.exchange_audiences);
        settings.status.clone_from(&self.status);
        Ok(settings)
    }
}

impl Create {
    async fn wanted(&self, client: &Client) -> Result<NewIdentityProvider, Failure> {
        let mut new = NewIdentityProvider::new(&self.code, &self.issuer, &self.client_id);
        new.client_secret = self.facts.secret()?;
        new.tenant_id = names::id_if(client, Noun::Tenant, self.home.as_ref()).await?;
        new.settings = self.facts.settings(client).await?;
        Ok(new)
    }
}

impl Change {
    async fn wanted(&self, client: &Client) -> Result<IdentityProviderChange, Failure> {
        let mut change = IdentityProviderChange::default();
        change.issuer.clone_from(&self.issuer);
        change.client_id.clone_from(&self.client_id);
        change.client_secret = if self.without_client_secret { Some(None) } else { self.facts.secret()?.map(Some) };
        change.settings = self.facts.settings(client).await?;
        Ok(change)
    }
}

impl IdentityProvider {
    pub(in crate::cli) fn run(self, printed: (Screen, &mut impl Write, &mut impl Write)) -> Result<(), Failure> {
        match self.verb {
            Verb::List(args) => ask_as_somebody(&args.remote, printed, async |client| {
                args.list(client, COLUMNS, async |filter| client.directory().identity_providers().list(filter).await).await
            }),
            Verb::Show(args) => ask_as_somebody(&args.remote, printed, async |client| {
                Ok(Shown::record(&client.directory().identity_providers().get(&args.id(client).await?).await?))
            }),
            Verb::Create(args) => ask_as_somebody(&args.remote, printed, async |client| {
                Ok(Shown::record(&client.directory().identity_providers().create(&args.wanted(client).await?).await?))
            }),
            Verb::Change(args) => ask_as_somebody(&args.one.remote, printed, async |client| {
                let (id, change) = (args.one.id(client).await?, args.wanted(client).await?);
                Ok(Shown::record(&client.directory().identity_providers().change(&id, &change).await?))
            }),
            Verb::ApproveDomains(args) => ask_as_somebody(&args.one.remote, printed, async |client| {
                let providers = client.directory().identity_providers();
                Ok(Shown::record(&providers.approve_domains(&args.one.id(client).await?, &args.domains).await?))
            }),
            Verb::Remove(EndArgs { one, consent }) => ask_as_somebody(&one.remote, printed, async |client| {
                let id = one.id(client).await?;
                let told =
                    || format!("This takes the identity provider {} out of use for good: nobody signs in by it any more.", one.named);
                consent.to_this(told)?;
                client.directory().identity_providers().remove(&id).await?;
                Ok(Shown::nothing("removed"))
            }),
        }
    }
}
