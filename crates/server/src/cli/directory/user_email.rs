//! `cloakroom user email`

use std::io::Write;

use clap::{Args, Subcommand};
use cloakroom_client::directory::User;

use super::{Consent, EXIT_CODES, Failure, OneArgs, Screen, Shown, ask_as_somebody, example};

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
    #[command(after_help = example("user email add --profile acme alice alice@example.org --primary"))]
    Add(Add),
    /// Move an address to another status; out of verified ends the sessions that were opened with it.
    #[command(after_help = example("user email set-status --profile acme alice a@example.org verified"))]
    SetStatus(SetStatus),
    /// Make an address the one that mails go to.
    #[command(after_help = example("user email make-primary --profile acme alice alice@example.org"))]
    MakePrimary(OfEmail),
    /// Take an address from a user for good.
    #[command(after_help = example("user email remove --profile acme alice alice@example.org --yes"))]
    Remove(Remove),
}

#[derive(Debug, Args)]
struct OfEmail {
    #[command(flatten)]
    one: OneArgs<User>,
    /// The address.
    #[arg(value_name = "ADDRESS")]
    email: String,
}

#[derive(Debug, Args)]
struct Remove {
    #[command(flatten)]
    of: OfEmail,
    #[command(flatten)]
    consent: Consent,
}

#[derive(Debug, Args)]
struct Add {
    #[command(flatten)]
    of: OfEmail,
    /// That of the address [default: verified].
    #[arg(long, value_name = "STATUS", value_parser = EMAIL_STATUSES)]
    status: Option<String>,
    /// Make it the one that mails go to.
    #[arg(long)]
    primary: bool,
}

#[derive(Debug, Args)]
struct SetStatus {
    #[command(flatten)]
    of: OfEmail,
    /// All but verified end the sessions that were opened with it.
    #[arg(value_name = "STATUS", value_parser = EMAIL_STATUSES)]
    status: String,
    #[command(flatten)]
    consent: Consent,
}

/// What an address may be.
pub(super) const EMAIL_STATUSES: [&str; 3] = ["unverified", "verified", "doomed"];

const ITS_SESSIONS: &str = "the sessions that were opened with it end";

impl Email {
    pub(super) fn run(self, printed: (Screen, &mut impl Write, &mut impl Write)) -> Result<(), Failure> {
        match self.verb {
            Verb::Add(Add { of, status, primary }) => ask_as_somebody(&of.one.remote, printed, async |client| {
                let users = client.directory().users();
                Ok(Shown::record(&users.add_email(&of.one.id(client).await?, &of.email, status.as_deref(), primary).await?))
            }),
            Verb::SetStatus(SetStatus { of, status, consent }) => ask_as_somebody(&of.one.remote, printed, async |client| {
                let id = of.one.id(client).await?;
                if status != "verified" {
                    consent.to_this(|| format!("This makes the address {} {status}: {ITS_SESSIONS}.", of.email))?;
                }
                Ok(Shown::record(&client.directory().users().set_email_status(&id, &of.email, &status).await?))
            }),
            Verb::MakePrimary(of) => ask_as_somebody(&of.one.remote, printed, async |client| {
                Ok(Shown::record(&client.directory().users().make_email_primary(&of.one.id(client).await?, &of.email).await?))
            }),
            Verb::Remove(Remove { of, consent }) => ask_as_somebody(&of.one.remote, printed, async |client| {
                let id = of.one.id(client).await?;
                consent.to_this(|| format!("This takes the address {} from {} for good: {ITS_SESSIONS}.", of.email, of.one.named))?;
                client.directory().users().remove_email(&id, &of.email).await?;
                Ok(Shown::nothing("removed"))
            }),
        }
    }
}
