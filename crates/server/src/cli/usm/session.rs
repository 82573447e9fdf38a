//! `cloakroom usm session`: the eight routes under `/usm/session/`.

use std::io::Write;
use std::path::PathBuf;

use clap::{Args, Subcommand};
use cloakroom_client::Secret;
use cloakroom_client::usm::{SessionCreate, SessionListQuery, Usm as UsmCalls};
use serde_json::{Map, Value, json};

use super::ContextArgs;
use super::lists::{SplitListArgs, more};
use crate::cli::Failure;
use crate::cli::consent::{Consent, counted};
use crate::cli::remote::{Connected, GuidSource, PasscodeSource, RemoteArgs, Screen, Shown, ask, example, refused};
use crate::config::profiles::write_secret;

/// Open, validate, show, list and end sessions.
#[derive(Debug, Args)]
#[command(after_help = super::EXIT_CODES)]
pub(super) struct Session {
    #[command(subcommand)]
    verb: Verb,
}

#[derive(Debug, Subcommand)]
enum Verb {
    /// Sign a user in. Prints the bearer guid of the new session, this once.
    #[command(after_help = example("usm session create --profile acme --email alice@example.com --guid-file session.guid"))]
    Create(Create),
    /// Say whether a session lives, and move its expiry where it slides.
    #[command(after_help = example("usm session validate --profile acme --session-guid-file session.guid"))]
    Validate(OfOne),
    /// End a session: the one that a reference guid names, else the one that asks.
    #[command(after_help = example("usm session close --profile acme cc897782-8d40-4410-bde0-14007a01f35d --reason lost"))]
    Close(Close),
    /// Show a session: the one that a reference guid names, else the one that asks.
    #[command(after_help = example("usm session get --profile acme --session-guid-file session.guid"))]
    Get(Get),
    /// Keep other data with the session that asks, if what is kept is what was read.
    #[command(after_help = example(r#"usm session update --profile acme --metadata '{"tier":"gold"}' --metadata-edition 1"#))]
    Update(Update),
    /// List the sessions of the user whose session asks, newest first.
    #[command(after_help = example("usm session list --profile acme --status all --limit 100"))]
    List(List),
    /// End every session of the user but the one that asks.
    #[command(after_help = example("usm session logout-other-devices --profile acme --yes"))]
    LogoutOtherDevices(EndOfMany),
    /// End every session of the user.
    #[command(after_help = example("usm session logout-everywhere --profile acme --yes"))]
    LogoutEverywhere(EndOfMany),
}

#[derive(Debug, Args)]
struct OfOne {
    #[command(flatten)]
    remote: RemoteArgs,
    #[command(flatten)]
    guid: GuidSource,
    #[command(flatten)]
    said: ContextArgs,
}

#[derive(Debug, Args)]
struct EndOfMany {
    #[command(flatten)]
    of: OfOne,
    #[command(flatten)]
    consent: Consent,
}

#[derive(Debug, Args)]
struct Create {
    #[command(flatten)]
    remote: RemoteArgs,
    /// A verified address of a verified user.
    #[arg(long, value_name = "ADDRESS")]
    email: String,
    #[command(flatten)]
    passcode: PasscodeSource,
    /// What people call it, at most 256 characters.
    #[arg(long, value_name = "TEXT")]
    caption: Option<String>,
    /// What programs call it, at most 64 characters.
    #[arg(long, value_name = "TEXT")]
    session_label: Option<String>,
    /// How long it lives without being validated.
    #[arg(long, value_name = "SECONDS")]
    ttl_seconds: Option<u32>,
    /// Whether a validation moves the expiry.
    #[arg(long, value_name = "BOOL")]
    ttl_refresh_enabled: Option<bool>,
    /// For the audit trail.
    #[arg(long, value_name = "TEXT")]
    reason: Option<String>,
    /// Data to keep with it: a JSON object of at most 4096 bytes.
    #[arg(long, value_name = "JSON", value_parser = object)]
    metadata: Option<Map<String, Value>>,
    /// Put the bearer guid into this new file of mode 0600 instead of printing it.
    #[arg(long, value_name = "FILE")]
    guid_file: Option<PathBuf>,
    #[command(flatten)]
    said: ContextArgs,
}

#[derive(Debug, Args)]
struct Close {
    #[command(flatten)]
    remote: RemoteArgs,
    /// Reference guid, as lists show it. A bearer guid comes from elsewhere.
    #[arg(value_name = "REFERENCE")]
    reference: Option<String>,
    #[command(flatten)]
    guid: GuidSource,
    /// For the audit trail.
    #[arg(long, value_name = "TEXT")]
    reason: Option<String>,
    #[command(flatten)]
    said: ContextArgs,
}

#[derive(Debug, Args)]
struct Get {
    #[command(flatten)]
    remote: RemoteArgs,
    /// Reference guid, as lists show it. A bearer guid comes from elsewhere.
    #[arg(value_name = "REFERENCE")]
    reference: Option<String>,
    #[command(flatten)]
    guid: GuidSource,
    /// An archived one, too.
    #[arg(long)]
    include_archived: bool,
    #[command(flatten)]
    said: ContextArgs,
}

#[derive(Debug, Args)]
struct Update {
    #[command(flatten)]
    remote: RemoteArgs,
    #[command(flatten)]
    guid: GuidSource,
    /// All that is to be kept: a JSON object of at most 4096 bytes.
    #[arg(long, value_name = "JSON", value_parser = object)]
    metadata: Map<String, Value>,
    /// The edition that was read, as `get` shows it.
    #[arg(long, value_name = "EDITION")]
    metadata_edition: i64,
    #[command(flatten)]
    said: ContextArgs,
}

/// A JSON object.
fn object(text: &str) -> Result<Map<String, Value>, serde_json::Error> {
    serde_json::from_str(text)
}

#[derive(Debug, Args)]
struct List {
    #[command(flatten)]
    remote: RemoteArgs,
    #[command(flatten)]
    guid: GuidSource,
    #[command(flatten)]
    part: SplitListArgs,
    /// Exactly this caption.
    #[arg(long, value_name = "TEXT")]
    caption: Option<String>,
    /// Exactly this label.
    #[arg(long, value_name = "TEXT")]
    session_label: Option<String>,
    /// Archived ones, too.
    #[arg(long)]
    include_archived: bool,
    /// Archived at this time (RFC 3339) or later.
    #[arg(long, value_name = "TIME")]
    archived_from_utc: Option<String>,
    /// Archived before this time (RFC 3339).
    #[arg(long, value_name = "TIME")]
    archived_to_utc: Option<String>,
    #[command(flatten)]
    said: ContextArgs,
}

const COLUMNS: &[&str] =
    &["session_guid", "status", "caption", "session_label", "created_at_utc", "expires_at_utc", "doom_reason", "is_current"];

impl Session {
    pub(super) fn run(self, printed: (Screen, &mut impl Write, &mut impl Write)) -> Result<(), Failure> {
        match self.verb {
            Verb::Create(args) => ask(&args.remote, printed, async |server| args.create(server).await),
            Verb::Validate(args) => ask(&args.remote, printed, async |server| {
                let guid = args.guid.secret(server)?;
                let record = server.client.usm().within(&args.said.context()).session_validate(&guid).await.map_err(refused)?;
                Ok(Shown::record(&record))
            }),
            Verb::Close(args) => ask(&args.remote, printed, async |server| {
                let guid = named(args.reference.as_deref(), &args.guid, server)?;
                let context = args.said.context();
                let closing = server.client.usm().within(&context).session_close(&guid, args.reason.as_deref()).await;
                Ok(Shown::record(&closing.map_err(refused)?))
            }),
            Verb::Get(args) => ask(&args.remote, printed, async |server| {
                let guid = named(args.reference.as_deref(), &args.guid, server)?;
                let context = args.said.context();
                let record = server.client.usm().within(&context).session_get(&guid, args.include_archived).await.map_err(refused)?;
                Ok(Shown::record(&record))
            }),
            Verb::Update(args) => ask(&args.remote, printed, async |server| {
                let (guid, context) = (args.guid.secret(server)?, args.said.context());
                let usm = server.client.usm().within(&context);
                let updated = usm.session_update(&guid, &args.metadata, args.metadata_edition).await;
                Ok(Shown::record(&updated.map_err(refused)?))
            }),
            Verb::List(args) => ask(&args.remote, printed, async |server| args.list(server).await),
            Verb::LogoutOtherDevices(args) => {
                args.run(printed, "all but the one that asks", async |usm, guid| usm.session_logout_other_devices(guid).await)
            }
            Verb::LogoutEverywhere(args) => {
                args.run(printed, "the one that asks included", async |usm, guid| usm.session_logout_everywhere(guid).await)
            }
        }
    }
}

impl EndOfMany {
    fn run(
        &self,
        printed: (Screen, &mut impl Write, &mut impl Write),
        which: &str,
        end: impl AsyncFnOnce(UsmCalls<'_>, &Secret) -> cloakroom_client::Result<u64>,
    ) -> Result<(), Failure> {
        ask(&self.of.remote, printed, async |server| {
            let (guid, context) = (self.of.guid.secret(server)?, self.of.said.context());
            let usm = server.client.usm().within(&context);
            let told = async || {
                let live = counted(live_sessions(usm, &guid).await?, "live session");
                Ok(format!("This ends sessions of the user who asks, {which}; there are {live}."))
            };
            self.consent.to(told).await?;
            Ok(Shown::record(&json!({ "doomed_count": end(usm, &guid).await? })))
        })
    }
}

/// How many live sessions the user has whose session asks.
async fn live_sessions(usm: UsmCalls<'_>, guid: &Secret) -> Result<u64, Failure> {
    let (mut query, mut count) = (SessionListQuery::new(guid.clone()), 0);
    query.limit = Some(256);
    loop {
        let page = usm.session_list(&query).await?;
        count += page.sessions.len() as u64;
        if page.cursors.is_exhausted() {
            return Ok(count);
        }
        query.cursors = page.cursors;
    }
}

/// The reference guid that is named, else the bearer guid of the session that asks.
fn named(reference: Option<&str>, guid: &GuidSource, server: &Connected) -> Result<Secret, Failure> {
    reference.map_or_else(|| guid.secret(server), |reference| Ok(Secret::new(reference)))
}

impl Create {
    async fn create(&self, server: &Connected) -> Result<Shown, Failure> {
        let mut wish = SessionCreate::new(self.email.clone(), self.passcode.secret(server)?);
        wish.caption.clone_from(&self.caption);
        wish.session_label.clone_from(&self.session_label);
        wish.reason.clone_from(&self.reason);
        wish.metadata.clone_from(&self.metadata);
        (wish.ttl_seconds, wish.ttl_refresh_enabled) = (self.ttl_seconds, self.ttl_refresh_enabled);
        let context = self.said.context();
        let created = server.client.usm().within(&context).session_create(&wish).await.map_err(refused)?;
        match &self.guid_file {
            None => Ok(Shown::with_secret(&created, "/session_guid", &created.session_guid)),
            Some(file) => {
                write_secret(file, created.session_guid.expose()).map_err(Failure::new)?;
                Ok(Shown::record(&created))
            }
        }
    }
}

impl List {
    async fn list(&self, server: &Connected) -> Result<Shown, Failure> {
        let mut query = SessionListQuery::new(self.guid.secret(server)?);
        (query.status, query.limit, query.cursors) = (self.part.status.into(), self.part.limit, self.part.cursors());
        query.caption.clone_from(&self.caption);
        query.session_label.clone_from(&self.session_label);
        query.include_archived = self.include_archived;
        query.archived_from_utc.clone_from(&self.archived_from_utc);
        query.archived_to_utc.clone_from(&self.archived_to_utc);
        let page = server.client.usm().within(&self.said.context()).session_list(&query).await.map_err(refused)?;
        Ok(Shown::list(&page.sessions, COLUMNS, more(&page.cursors)))
    }
}
