//! `cloakroom app`

use std::io::Write;
use std::path::PathBuf;

use clap::{Args, Subcommand};
use cloakroom_client::Secret;
use cloakroom_client::directory::{ApplicationChange, Filter, NewApplication};

use super::{EXIT_CODES, Failure, ListArgs, OneArgs, PageArgs, RemoteArgs, Screen, Shown, ask, ask_as_somebody, example, patch, refused};
use crate::config::profiles::write_secret;

/// Administer client applications and their secrets.
#[derive(Debug, Args)]
#[command(after_help = EXIT_CODES)]
pub(in crate::cli) struct App {
    #[command(subcommand)]
    verb: Verb,
}

#[derive(Debug, Subcommand)]
enum Verb {
    /// List applications, newest first.
    #[command(visible_alias = "ls", after_help = example("app list --profile acme"))]
    List(ListArgs),
    /// Show an application.
    #[command(after_help = example("app show --profile acme app_0000000000000000000001"))]
    Show(OneArgs),
    /// Create an application. Prints its secret, this once; a public one has none.
    #[command(after_help = example("app create --profile acme web-shop --scope admin:read --secret-file web-shop.secret"))]
    Create(Create),
    /// Change an application; an empty text takes a value away.
    #[command(after_help = example("app change --profile acme app_0000000000000000000001 --status disabled"))]
    Change(Change),
    /// Take an application out of use; every session under it ends.
    #[command(after_help = example("app remove --profile acme app_0000000000000000000001"))]
    Remove(OneArgs),
    /// List the live secrets of an application, never what they are.
    #[command(after_help = example("app list-secrets --profile acme app_0000000000000000000001"))]
    ListSecrets(OneArgs),
    /// Mint a second secret beside the first. Prints it, this once.
    #[command(after_help = example("app add-secret --profile acme app_0000000000000000000001 --secret-file web-shop.secret"))]
    AddSecret(AddSecret),
    /// Take a secret away.
    #[command(after_help = example("app remove-secret --profile acme app_0000000000000000000001 cls_0000000000000000000001"))]
    RemoveSecret(RemoveSecret),
    /// List what an application is told of sessions that are over, the newest first.
    #[command(after_help = example("app list-logouts --profile acme app_0000000000000000000001 --status waiting"))]
    ListLogouts(ListLogouts),
}

#[derive(Debug, Args)]
struct Facts {
    /// For people.
    #[arg(long, value_name = "TEXT")]
    name: Option<String>,
    /// The tenant, `tnt_…`.
    #[arg(long, value_name = "TENANT_ID")]
    home: Option<String>,
    /// Whose it is, `usr_…`.
    #[arg(long, value_name = "USER_ID")]
    owner: Option<String>,
    /// web, native, spa or service. native and spa are public: they have no secret.
    #[arg(long, value_name = "KIND")]
    kind: Option<String>,
    /// What its tokens reach; may be given several times. Replaces all that there are.
    #[arg(long = "scope", value_name = "SCOPE")]
    scopes: Vec<String>,
    /// Where users may be sent back to; may be given several times. Replaces all that there are.
    #[arg(long = "redirect-uri", value_name = "URI")]
    redirect_uris: Vec<String>,
    /// Where users may be sent on to after a logout that the application began; may be given several times. Replaces all that there are.
    #[arg(long = "post-logout-redirect-uri", value_name = "URI")]
    post_logout_redirect_uris: Vec<String>,
    /// Where it is told that a session is over.
    #[arg(long, value_name = "URI")]
    backchannel_logout_uri: Option<String>,
    /// A resource server that it may ask tokens for; may be given several times. Replaces all that there are.
    #[arg(long = "resource", value_name = "URI")]
    resources: Vec<String>,
    /// A member of what is kept with sessions that goes into its access tokens; may be given several times. Replaces all that there are.
    #[arg(long = "session-claim", value_name = "NAME")]
    session_claims: Vec<String>,
    /// Whose pages may read answers from another origin; may be given several times. Replaces all that there are.
    #[arg(long = "origin", value_name = "ORIGIN")]
    origins: Vec<String>,
    /// Whether nobody is asked for consent.
    #[arg(long, value_name = "BOOL")]
    first_party: Option<bool>,
    /// How its ID tokens are signed: RS256, ES256 or EdDSA.
    #[arg(long, value_name = "ALGORITHM")]
    id_token_alg: Option<String>,
    /// Whether it reaches beyond its tenant.
    #[arg(long, value_name = "BOOL")]
    platform: Option<bool>,
    /// active or disabled.
    #[arg(long, value_name = "STATUS")]
    status: Option<String>,
}

#[derive(Debug, Args)]
struct Create {
    #[command(flatten)]
    remote: RemoteArgs,
    /// The name by which it authenticates.
    #[arg(value_name = "CLIENT_ID")]
    client_id: String,
    #[command(flatten)]
    facts: Facts,
    /// Put the secret into this new file of mode 0600 instead of printing it.
    #[arg(long, value_name = "FILE")]
    secret_file: Option<PathBuf>,
}

#[derive(Debug, Args)]
struct Change {
    #[command(flatten)]
    one: OneArgs,
    #[command(flatten)]
    facts: Facts,
}

#[derive(Debug, Args)]
struct AddSecret {
    #[command(flatten)]
    one: OneArgs,
    /// Put the secret into this new file of mode 0600 instead of printing it.
    #[arg(long, value_name = "FILE")]
    secret_file: Option<PathBuf>,
}

#[derive(Debug, Args)]
struct RemoveSecret {
    #[command(flatten)]
    one: OneArgs,
    /// The id of the secret.
    #[arg(value_name = "SECRET_ID")]
    secret_id: String,
}

#[derive(Debug, Args)]
struct ListLogouts {
    #[command(flatten)]
    one: OneArgs,
    /// Only what has this status: waiting, delivered or given_up.
    #[arg(long, value_name = "STATUS")]
    status: Option<String>,
    #[command(flatten)]
    page: PageArgs,
}

impl ListLogouts {
    fn filter(&self, cursor: Option<String>) -> Filter {
        let mut filter = Filter::default();
        filter.status.clone_from(&self.status);
        (filter.page, filter.cursor) = (self.page.number(), cursor);
        filter
    }
}

const COLUMNS: &[&str] = &["id", "client_id", "name", "kind", "status", "tenant_id", "scopes", "created_at"];
const SECRET_COLUMNS: &[&str] = &["id", "created_at"];
const LOGOUT_COLUMNS: &[&str] = &["session_id", "status", "attempts", "ended_at", "next_attempt_at", "problem"];

impl Facts {
    fn of_new(&self, client_id: &str) -> NewApplication {
        let mut new = NewApplication::new(client_id);
        new.name.clone_from(&self.name);
        new.tenant_id.clone_from(&self.home);
        new.owner_id.clone_from(&self.owner);
        new.kind.clone_from(&self.kind);
        new.status.clone_from(&self.status);
        (new.scopes, new.redirect_uris, new.platform) = (self.scopes.clone(), self.redirect_uris.clone(), self.platform);
        new.post_logout_redirect_uris.clone_from(&self.post_logout_redirect_uris);
        new.backchannel_logout_uri.clone_from(&self.backchannel_logout_uri);
        new.resources.clone_from(&self.resources);
        new.session_claims.clone_from(&self.session_claims);
        new.origins.clone_from(&self.origins);
        new.is_first_party = self.first_party;
        new.id_token_signed_response_alg.clone_from(&self.id_token_alg);
        new
    }

    fn of_change(&self) -> ApplicationChange {
        let given = |words: &Vec<String>| (!words.is_empty()).then(|| words.clone());
        let mut change = ApplicationChange::default();
        change.name.clone_from(&self.name);
        change.kind.clone_from(&self.kind);
        change.status.clone_from(&self.status);
        (change.tenant_id, change.owner_id) = (patch(self.home.as_ref()), patch(self.owner.as_ref()));
        (change.scopes, change.redirect_uris, change.platform) = (given(&self.scopes), given(&self.redirect_uris), self.platform);
        change.post_logout_redirect_uris = given(&self.post_logout_redirect_uris);
        change.backchannel_logout_uri = patch(self.backchannel_logout_uri.as_ref());
        change.resources = given(&self.resources);
        change.session_claims = given(&self.session_claims);
        change.origins = given(&self.origins);
        change.is_first_party = self.first_party;
        change.id_token_signed_response_alg.clone_from(&self.id_token_alg);
        change
    }
}

impl App {
    pub(in crate::cli) fn run(self, printed: (Screen, &mut impl Write, &mut impl Write)) -> Result<(), Failure> {
        match self.verb {
            Verb::List(args) => ask_as_somebody(&args.remote, printed, async |client| {
                let list = async |cursor| client.directory().applications().list(&args.filter(cursor)).await;
                Ok(Shown::page(&args.page.list(list).await?, COLUMNS))
            }),
            Verb::Show(args) => ask_as_somebody(&args.remote, printed, async |client| {
                Ok(Shown::record(&client.directory().applications().get(&args.id).await?))
            }),
            Verb::Create(args) => ask(&args.remote, printed, async |server| {
                server
                    .as_somebody(async |client| {
                        let new = args.facts.of_new(&args.client_id);
                        let created = client.directory().applications().create(&new).await.map_err(refused)?;
                        match &created.secret {
                            Some(minted) => {
                                handed_over(&created, "/secret/client_secret", &minted.client_secret, args.secret_file.as_ref())
                            }
                            None => Ok(Shown::record(&created)),
                        }
                    })
                    .await
            }),
            Verb::Change(args) => ask_as_somebody(&args.one.remote, printed, async |client| {
                Ok(Shown::record(&client.directory().applications().change(&args.one.id, &args.facts.of_change()).await?))
            }),
            Verb::Remove(args) => ask_as_somebody(&args.remote, printed, async |client| {
                client.directory().applications().remove(&args.id).await?;
                Ok(Shown::nothing("removed"))
            }),
            Verb::ListSecrets(args) => ask_as_somebody(&args.remote, printed, async |client| {
                Ok(Shown::list(&client.directory().applications().secrets(&args.id).await?, SECRET_COLUMNS, None))
            }),
            Verb::AddSecret(args) => ask(&args.one.remote, printed, async |server| {
                server
                    .as_somebody(async |client| {
                        let minted = client.directory().applications().add_secret(&args.one.id).await.map_err(refused)?;
                        handed_over(&minted, "/client_secret", &minted.client_secret, args.secret_file.as_ref())
                    })
                    .await
            }),
            Verb::RemoveSecret(args) => ask_as_somebody(&args.one.remote, printed, async |client| {
                client.directory().applications().remove_secret(&args.one.id, &args.secret_id).await?;
                Ok(Shown::nothing("removed"))
            }),
            Verb::ListLogouts(args) => ask_as_somebody(&args.one.remote, printed, async |client| {
                let list = async |cursor| client.directory().applications().logouts(&args.one.id, &args.filter(cursor)).await;
                Ok(Shown::page(&args.page.list(list).await?, LOGOUT_COLUMNS))
            }),
        }
    }
}

/// The record with its secret, or without it where that goes into a file.
fn handed_over(record: &impl serde::Serialize, place: &str, secret: &Secret, file: Option<&PathBuf>) -> Result<Shown, Failure> {
    match file {
        None => Ok(Shown::with_secret(record, place, secret)),
        Some(file) => {
            write_secret(file, secret.expose()).map_err(Failure::new)?;
            Ok(Shown::record(record))
        }
    }
}
