//! `cloakroom partner`

use std::io::Write;

use clap::{Args, Subcommand};
use cloakroom_client::directory::Partner as Record;

use super::{EXIT_CODES, EndArgs, Failure, ListArgs, OneArgs, RemoteArgs, Screen, Shown, ask_as_somebody, example};

/// Administer those who bring tenants.
#[derive(Debug, Args)]
#[command(after_help = EXIT_CODES)]
pub(in crate::cli) struct Partner {
    #[command(subcommand)]
    verb: Verb,
}

#[derive(Debug, Subcommand)]
enum Verb {
    /// List partners, newest first.
    #[command(visible_alias = "ls", after_help = example("partner list --profile acme"))]
    List(ListArgs),
    /// Show a partner.
    #[command(after_help = example("partner show --profile acme north"))]
    Show(OneArgs<Record>),
    /// Create a partner.
    #[command(after_help = example("partner create --profile acme north --name 'North Partners'"))]
    Create(Create),
    /// Give a partner another name.
    #[command(after_help = example("partner rename --profile acme north 'Northern Partners'"))]
    Rename(Rename),
    /// Take a partner out of use for good.
    #[command(after_help = example("partner remove --profile acme north --yes"))]
    Remove(EndArgs<Record>),
}

#[derive(Debug, Args)]
struct Create {
    #[command(flatten)]
    remote: RemoteArgs,
    /// 1 to 64 characters without spaces.
    #[arg(value_name = "CODE")]
    code: String,
    /// For people [default: the code].
    #[arg(long, value_name = "TEXT")]
    name: Option<String>,
}

#[derive(Debug, Args)]
struct Rename {
    #[command(flatten)]
    one: OneArgs<Record>,
    /// For people.
    #[arg(value_name = "NAME")]
    name: String,
}

const COLUMNS: &[&str] = &["id", "code", "name", "status", "created_at"];

impl Partner {
    pub(in crate::cli) fn run(self, printed: (Screen, &mut impl Write, &mut impl Write)) -> Result<(), Failure> {
        match self.verb {
            Verb::List(args) => ask_as_somebody(&args.remote, printed, async |client| {
                args.list(client, COLUMNS, async |filter| client.directory().partners().list(filter).await).await
            }),
            Verb::Show(args) => ask_as_somebody(&args.remote, printed, async |client| {
                Ok(Shown::record(&client.directory().partners().get(&args.id(client).await?).await?))
            }),
            Verb::Create(args) => ask_as_somebody(&args.remote, printed, async |client| {
                Ok(Shown::record(&client.directory().partners().create(&args.code, args.name.as_deref()).await?))
            }),
            Verb::Rename(args) => ask_as_somebody(&args.one.remote, printed, async |client| {
                Ok(Shown::record(&client.directory().partners().rename(&args.one.id(client).await?, &args.name).await?))
            }),
            Verb::Remove(EndArgs { one, consent }) => ask_as_somebody(&one.remote, printed, async |client| {
                consent.to_this(|| format!("This takes the partner {} out of use for good; its code stays taken.", one.named))?;
                client.directory().partners().remove(&one.id(client).await?).await?;
                Ok(Shown::nothing("removed"))
            }),
        }
    }
}
