//! `cloakroom user`

use std::collections::BTreeMap;
use std::io::Write;

use clap::{Args, Subcommand};
use clap_complete::engine::ArgValueCompleter;
use cloakroom_client::Client;
use cloakroom_client::directory::{NewUser, PasswordReset, User as Record, UserChange};

use super::user_email::{EMAIL_STATUSES, Email};
use super::{
    EXIT_CODES, EndArgs, Failure, ListArgs, Noun, OneArgs, RemoteArgs, Screen, Shown, ask, ask_as_somebody, complete, example,
    live_sessions, names, patch, patched_number,
};
use crate::cli::remote::NewPasswordSource;

/// Administer users.
#[derive(Debug, Args)]
#[command(after_help = EXIT_CODES)]
pub(in crate::cli) struct User {
    #[command(subcommand)]
    verb: Verb,
}

#[derive(Debug, Subcommand)]
enum Verb {
    /// List users, newest first.
    #[command(visible_alias = "ls", after_help = example("user list --profile acme --search ali"))]
    List(ListArgs),
    /// Show a user.
    #[command(after_help = example("user show --profile acme alice"))]
    Show(OneArgs<Record>),
    /// Create a user, without a password unless one is asked for.
    #[command(after_help = example("user create --profile acme alice --email alice@example.com --with-password"))]
    Create(Create),
    /// Change a user; an empty text or 0 takes a value away.
    #[command(after_help = example("user change --profile acme alice --role tenant_admin"))]
    Change(Change),
    /// Move a user to another status; out of verified ends every session of the user.
    #[command(after_help = example("user set-status --profile acme alice suspended --yes"))]
    SetStatus(SetStatus),
    /// Set the password of a user, which ends the user's sessions.
    #[command(after_help = example("user set-password --profile acme alice"))]
    SetPassword(SetPassword),
    /// List the locks that keep a user from signing in now.
    #[command(after_help = example("user list-locks --profile acme alice"))]
    ListLocks(OneArgs<Record>),
    /// Lift every lock on a user's account.
    #[command(after_help = example("user lift-locks --profile acme alice"))]
    LiftLocks(OneArgs<Record>),
    Email(Email),
    /// Take a user out of use for good.
    #[command(after_help = example("user remove --profile acme alice --yes"))]
    Remove(EndArgs<Record>),
}

#[derive(Debug, Args)]
struct Facts {
    /// What the user is called.
    #[arg(long, value_name = "TEXT")]
    display_name: Option<String>,
    /// The home tenant: its code, or `tnt_…`.
    #[arg(long, value_name = "TENANT", add = ArgValueCompleter::new(complete::tenants))]
    home: Option<String>,
    /// What the user is within a tenant: owner, admin or member; may be given several times. Replaces all that there are.
    #[arg(long = "membership", value_name = "TENANT=ROLE", value_parser = membership)]
    memberships: Vec<(String, String)>,
    /// What the user administers.
    #[arg(long, value_name = "ROLE", value_parser = ["none", "tenant_admin", "partner_admin", "super_admin"])]
    role: Option<String>,
    /// Whether the user is an operator.
    #[arg(long, value_name = "BOOL")]
    is_operator: Option<bool>,
    /// How many sessions the user may have, 32 to 8192.
    #[arg(long, value_name = "N")]
    session_cap: Option<u32>,
}

#[derive(Debug, Args)]
struct Create {
    #[command(flatten)]
    remote: RemoteArgs,
    /// The name to log in with.
    #[arg(value_name = "USERNAME")]
    username: String,
    /// Becomes the primary address.
    #[arg(long, value_name = "ADDRESS")]
    email: Option<String>,
    /// That of the address [default: verified].
    #[arg(long, value_name = "STATUS", requires = "email", value_parser = EMAIL_STATUSES)]
    email_status: Option<String>,
    /// That of the user [default: verified].
    #[arg(long, value_name = "STATUS", value_parser = STATUSES)]
    status: Option<String>,
    #[command(flatten)]
    facts: Facts,
    /// Give the user a password: from --new-password-file, the environment or a question.
    #[arg(long)]
    with_password: bool,
    #[command(flatten)]
    password: NewPasswordSource,
}

#[derive(Debug, Args)]
struct Change {
    #[command(flatten)]
    one: OneArgs<Record>,
    #[command(flatten)]
    facts: Facts,
}

#[derive(Debug, Args)]
struct SetStatus {
    #[command(flatten)]
    of: EndArgs<Record>,
    /// All but verified end every session of the user.
    #[arg(value_name = "STATUS", value_parser = STATUSES)]
    status: String,
}

#[derive(Debug, Args)]
struct SetPassword {
    #[command(flatten)]
    one: OneArgs<Record>,
    #[command(flatten)]
    password: NewPasswordSource,
    /// Let every session live on.
    #[arg(long)]
    keep_sessions: bool,
}

const STATUSES: [&str; 4] = ["unverified", "verified", "suspended", "doomed"];

const COLUMNS: &[&str] = &["id", "username", "display_name", "status", "role", "tenant_id", "is_operator", "created_at"];

const LOCK_COLUMNS: &[&str] = &["network", "locked_until"];

fn membership(text: &str) -> Result<(String, String), String> {
    let (tenant, role) = text.split_once('=').ok_or("it is a tenant's code or id, `=`, and owner, admin or member")?;
    Ok((tenant.to_owned(), role.to_owned()))
}

impl Facts {
    async fn home(&self, client: &Client) -> Result<Option<String>, Failure> {
        names::id_if(client, Noun::Tenant, self.home.as_ref()).await
    }

    async fn memberships(&self, client: &Client) -> Result<BTreeMap<String, String>, Failure> {
        let mut memberships = BTreeMap::new();
        for (tenant, role) in &self.memberships {
            memberships.insert(names::id_of(client, Noun::Tenant, tenant).await?, role.clone());
        }
        Ok(memberships)
    }

    async fn of_change(&self, client: &Client) -> Result<UserChange, Failure> {
        let mut change = UserChange::default();
        (change.display_name, change.tenant_id) = (patch(self.display_name.as_ref()), patch(self.home(client).await?.as_ref()));
        change.memberships = Some(self.memberships(client).await?).filter(|memberships| !memberships.is_empty());
        change.role.clone_from(&self.role);
        (change.is_operator, change.session_cap) = (self.is_operator, patched_number(self.session_cap));
        Ok(change)
    }
}

impl Create {
    async fn new_user(&self, client: &Client) -> Result<NewUser, Failure> {
        let mut new = NewUser::new(&self.username);
        new.email.clone_from(&self.email);
        new.email_status.clone_from(&self.email_status);
        new.status.clone_from(&self.status);
        new.display_name.clone_from(&self.facts.display_name);
        new.tenant_id = self.facts.home(client).await?;
        new.memberships = self.facts.memberships(client).await?;
        new.role.clone_from(&self.facts.role);
        (new.is_operator, new.session_cap) = (self.facts.is_operator, self.facts.session_cap);
        Ok(new)
    }
}

impl User {
    pub(in crate::cli) fn run(self, printed: (Screen, &mut impl Write, &mut impl Write)) -> Result<(), Failure> {
        match self.verb {
            Verb::List(args) => ask_as_somebody(&args.remote, printed, async |client| {
                args.list(client, COLUMNS, async |filter| client.directory().users().list(filter).await).await
            }),
            Verb::Show(args) => ask_as_somebody(&args.remote, printed, async |client| {
                Ok(Shown::record(&client.directory().users().get(&args.id(client).await?).await?))
            }),
            Verb::Create(args) => args.run(printed),
            Verb::Change(args) => ask_as_somebody(&args.one.remote, printed, async |client| {
                let (id, change) = (args.one.id(client).await?, args.facts.of_change(client).await?);
                Ok(Shown::record(&client.directory().users().change(&id, &change).await?))
            }),
            Verb::SetStatus(args) => args.run(printed),
            Verb::SetPassword(args) => args.run(printed),
            Verb::ListLocks(args) => ask_as_somebody(&args.remote, printed, async |client| {
                Ok(Shown::list(&client.directory().users().locks(&args.id(client).await?).await?, LOCK_COLUMNS, None))
            }),
            Verb::LiftLocks(args) => ask_as_somebody(&args.remote, printed, async |client| {
                client.directory().users().lift_locks(&args.id(client).await?).await?;
                Ok(Shown::nothing("lifted"))
            }),
            Verb::Remove(EndArgs { one, consent }) => ask_as_somebody(&one.remote, printed, async |client| {
                let id = one.id(client).await?;
                let told =
                    async || Ok(format!("This takes the user {} out of use for good and ends {}.", one.named, of_user(client, &id).await));
                consent.to(told).await?;
                client.directory().users().remove(&id).await?;
                Ok(Shown::nothing("removed"))
            }),
            Verb::Email(email) => email.run(printed),
        }
    }
}

async fn of_user(client: &Client, id: &str) -> String {
    live_sessions(client, Some(id), None).await
}

impl Create {
    fn run(&self, printed: (Screen, &mut impl Write, &mut impl Write)) -> Result<(), Failure> {
        ask(&self.remote, printed, async |server| {
            let password = if self.with_password { Some(self.password.secret(server)?) } else { None };
            server
                .as_somebody(async |client| {
                    let mut new = self.new_user(client).await?;
                    new.password = password;
                    Ok(Shown::record(&client.directory().users().create(&new).await?))
                })
                .await
        })
    }
}

impl SetStatus {
    fn run(&self, printed: (Screen, &mut impl Write, &mut impl Write)) -> Result<(), Failure> {
        let EndArgs { one, consent } = &self.of;
        ask_as_somebody(&one.remote, printed, async |client| {
            let id = one.id(client).await?;
            if self.status != "verified" {
                let told =
                    async || Ok(format!("This makes the user {} {} and ends {}.", one.named, self.status, of_user(client, &id).await));
                consent.to(told).await?;
            }
            Ok(Shown::record(&client.directory().users().set_status(&id, &self.status).await?))
        })
    }
}

impl SetPassword {
    fn run(&self, printed: (Screen, &mut impl Write, &mut impl Write)) -> Result<(), Failure> {
        ask(&self.one.remote, printed, async |server| {
            let mut reset = PasswordReset::new(self.password.secret(server)?);
            reset.keep_sessions = self.keep_sessions;
            let users = async |client: &Client| Ok(client.directory().users().reset_password(&self.one.id(client).await?, &reset).await?);
            server.as_somebody(async |client| users(client).await.map(|user| Shown::record(&user))).await
        })
    }
}
