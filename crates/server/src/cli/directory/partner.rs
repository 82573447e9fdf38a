//! `cloakroom partner`

use std::io::Write;

use clap::{Args, Subcommand};

use super::{EXIT_CODES, Failure, ListArgs, OneArgs, RemoteArgs, Screen, Shown, ask_as_somebody, example};

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
    #[command(after_help = example("partner show --profile acme prt_0000000000000000000001"))]
    Show(OneArgs),
    /// Create a partner.
    #[command(after_help = example("partner create --profile acme north --name 'North Partners'"))]
    Create(Create),
    /// Give a partner another name.
    #[command(after_help = example("partner rename --profile acme prt_0000000000000000000001 'Northern Partners'"))]
    Rename(Rename),
    /// Take a partner out of use for good.
    #[command(after_help = example("partner remove --profile acme prt_0000000000000000000001"))]
    Remove(OneArgs),
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
    one: OneArgs,
    /// For people.
    #[arg(value_name = "NAME")]
    name: String,
}

const COLUMNS: &[&str] = &["id", "code", "name", "status", "created_at"];

impl Partner {
    pub(in crate::cli) fn run(self, printed: (Screen, &mut impl Write, &mut impl Write)) -> Result<(), Failure> {
        match self.verb {
            Verb::List(args) => ask_as_somebody(&args.remote, printed, async |client| {
                let list = async |cursor| client.directory().partners().list(&args.filter(cursor)).await;
                Ok(Shown::page(&args.page.list(list).await?, COLUMNS))
            }),
            Verb::Show(args) => ask_as_somebody(&args.remote, printed, async |client| {
                Ok(Shown::record(&client.directory().partners().get(&args.id).await?))
            }),
            Verb::Create(args) => ask_as_somebody(&args.remote, printed, async |client| {
                Ok(Shown::record(&client.directory().partners().create(&args.code, args.name.as_deref()).await?))
            }),
            Verb::Rename(args) => ask_as_somebody(&args.one.remote, printed, async |client| {
                Ok(Shown::record(&client.directory().partners().rename(&args.one.id, &args.name).await?))
            }),
            Verb::Remove(args) => ask_as_somebody(&args.remote, printed, async |client| {
                client.directory().partners().remove(&args.id).await?;
                Ok(Shown::nothing("removed"))
            }),
        }
    }
}
