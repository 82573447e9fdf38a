//! `cloakroom user email`

use std::io::Write;

use clap::{Args, Subcommand};

use super::{EXIT_CODES, Failure, OneArgs, Screen, Shown, ask_as_somebody, example};

/// Administer the addresses of users.
#[derive(Debug, Args)]
#[command(after_help = EXIT_CODES)]
pub(super) struct Email {
    #[command(subcommand)]
    verb: Verb,
}

#[derive(Debug, Subcommand)]
enum Verb {
    /// Give a user another address.
    #[command(after_help = example("user email add --profile acme usr_0000000000000000000001 alice@example.org --primary"))]
    Add(Add),
    /// Move an address to another status; out of verified ends the sessions that were opened with it.
    #[command(after_help = example("user email set-status --profile acme usr_0000000000000000000001 a@example.org verified"))]
    SetStatus(SetStatus),
    /// Make an address the one that mails go to.
    #[command(after_help = example("user email make-primary --profile acme usr_0000000000000000000001 alice@example.org"))]
    MakePrimary(OfEmail),
    /// Take an address from a user for good.
    #[command(after_help = example("user email remove --profile acme usr_0000000000000000000001 alice@example.org"))]
    Remove(OfEmail),
}

#[derive(Debug, Args)]
struct OfEmail {
    #[command(flatten)]
    one: OneArgs,
    /// The address.
    #[arg(value_name = "ADDRESS")]
    email: String,
}

#[derive(Debug, Args)]
struct Add {
    #[command(flatten)]
    of: OfEmail,
    /// unverified, verified or doomed [default: verified].
    #[arg(long, value_name = "STATUS")]
    status: Option<String>,
    /// Make it the one that mails go to.
    #[arg(long)]
    primary: bool,
}

#[derive(Debug, Args)]
struct SetStatus {
    #[command(flatten)]
    of: OfEmail,
    /// unverified, verified or doomed.
    #[arg(value_name = "STATUS")]
    status: String,
}

impl Email {
    pub(super) fn run(self, printed: (Screen, &mut impl Write, &mut impl Write)) -> Result<(), Failure> {
        match self.verb {
            Verb::Add(Add { of, status, primary }) => ask_as_somebody(&of.one.remote, printed, async |client| {
                let users = client.directory().users();
                Ok(Shown::record(&users.add_email(&of.one.id, &of.email, status.as_deref(), primary).await?))
            }),
            Verb::SetStatus(SetStatus { of, status }) => ask_as_somebody(&of.one.remote, printed, async |client| {
                Ok(Shown::record(&client.directory().users().set_email_status(&of.one.id, &of.email, &status).await?))
            }),
            Verb::MakePrimary(of) => ask_as_somebody(&of.one.remote, printed, async |client| {
                Ok(Shown::record(&client.directory().users().make_email_primary(&of.one.id, &of.email).await?))
            }),
            Verb::Remove(of) => ask_as_somebody(&of.one.remote, printed, async |client| {
                client.directory().users().remove_email(&of.one.id, &of.email).await?;
                Ok(Shown::nothing("removed"))
            }),
        }
    }
}
