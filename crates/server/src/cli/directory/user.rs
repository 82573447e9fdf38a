//! `cloakroom user`

use std::collections::BTreeMap;
use std::io::Write;

use clap::{Args, Subcommand};
use cloakroom_client::directory::{NewUser, PasswordReset, UserChange};

use super::user_email::Email;
use super::{
    EXIT_CODES, Failure, ListArgs, OneArgs, RemoteArgs, Screen, Shown, ask, ask_as_somebody, example, patch, patched_number, refused,
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
    #[command(after_help = example("user show --profile acme usr_0000000000000000000001"))]
    Show(OneArgs),
    /// Create a user, without a password unless one is asked for.
    #[command(after_help = example("user create --profile acme alice --email alice@example.com --with-password"))]
    Create(Create),
    /// Change a user; an empty text or 0 takes a value away.
    #[command(after_help = example("user change --profile acme usr_0000000000000000000001 --role tenant_admin"))]
    Change(Change),
    /// Move a user to another status; out of verified ends every session of the user.
    #[command(after_help = example("user set-status --profile acme usr_0000000000000000000001 suspended"))]
    SetStatus(SetStatus),
    /// Set the password of a user, which ends the user's sessions.
    #[command(after_help = example("user set-password --profile acme usr_0000000000000000000001"))]
    SetPassword(SetPassword),
    /// List the locks that keep a user from signing in now.
    #[command(after_help = example("user list-locks --profile acme usr_0000000000000000000001"))]
    ListLocks(OneArgs),
    /// Lift every lock on a user's account.
    #[command(after_help = example("user lift-locks --profile acme usr_0000000000000000000001"))]
    LiftLocks(OneArgs),
    Email(Email),
    /// Take a user out of use for good.
    #[command(after_help = example("user remove --profile acme usr_0000000000000000000001"))]
    Remove(OneArgs),
}

#[derive(Debug, Args)]
struct Facts {
    /// What the user is called.
    #[arg(long, value_name = "TEXT")]
    display_name: Option<String>,
    /// The home tenant, `tnt_…`.
    #[arg(long, value_name = "TENANT_ID")]
    home: Option<String>,
    /// What the user is within a tenant: owner, admin or member; may be given several times. Replaces all that there are.
    #[arg(long = "membership", value_name = "TENANT_ID=ROLE", value_parser = membership)]
    memberships: Vec<(String, String)>,
    /// none, tenant_admin, partner_admin or super_admin.
    #[arg(long, value_name = "ROLE")]
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
    /// unverified, verified or doomed [default: verified].
    #[arg(long, value_name = "STATUS", requires = "email")]
    email_status: Option<String>,
    /// unverified, verified, suspended or doomed [default: verified].
    #[arg(long, value_name = "STATUS")]
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
    one: OneArgs,
    #[command(flatten)]
    facts: Facts,
}

#[derive(Debug, Args)]
struct SetStatus {
    #[command(flatten)]
    one: OneArgs,
    /// unverified, verified, suspended or doomed.
    #[arg(value_name = "STATUS")]
    status: String,
}

#[derive(Debug, Args)]
struct SetPassword {
    #[command(flatten)]
    one: OneArgs,
    #[command(flatten)]
    password: NewPasswordSource,
    /// Let every session live on.
    #[arg(long)]
    keep_sessions: bool,
}

const COLUMNS: &[&str] = &["id", "username", "display_name", "status", "role", "tenant_id", "is_operator", "created_at"];

const LOCK_COLUMNS: &[&str] = &["network", "locked_until"];

fn membership(text: &str) -> Result<(String, String), String> {
    let (tenant, role) = text.split_once('=').ok_or("it is a tenant's id, `=`, and owner, admin or member")?;
    Ok((tenant.to_owned(), role.to_owned()))
}

impl Facts {
    fn memberships(&self) -> BTreeMap<String, String> {
        self.memberships.iter().cloned().collect()
    }

    fn of_change(&self) -> UserChange {
        let mut change = UserChange::default();
        (change.display_name, change.tenant_id) = (patch(self.display_name.as_ref()), patch(self.home.as_ref()));
        change.memberships = (!self.memberships.is_empty()).then(|| self.memberships());
        change.role.clone_from(&self.role);
        (change.is_operator, change.session_cap) = (self.is_operator, patched_number(self.session_cap));
        change
    }
}

impl Create {
    fn new_user(&self) -> NewUser {
        let mut new = NewUser::new(&self.username);
        new.email.clone_from(&self.email);
        new.email_status.clone_from(&self.email_status);
        new.status.clone_from(&self.status);
        new.display_name.clone_from(&self.facts.display_name);
        new.tenant_id.clone_from(&self.facts.home);
        new.memberships = self.facts.memberships();
        new.role.clone_from(&self.facts.role);
        (new.is_operator, new.session_cap) = (self.facts.is_operator, self.facts.session_cap);
        new
    }
}

impl User {
    pub(in crate::cli) fn run(self, printed: (Screen, &mut impl Write, &mut impl Write)) -> Result<(), Failure> {
        match self.verb {
            Verb::List(args) => ask_as_somebody(&args.remote, printed, async |client| {
                let list = async |cursor| client.directory().users().list(&args.filter(cursor)).await;
                Ok(Shown::page(&args.page.list(list).await?, COLUMNS))
            }),
            Verb::Show(args) => {
                ask_as_somebody(&args.remote, printed, async |client| Ok(Shown::record(&client.directory().users().get(&args.id).await?)))
            }
            Verb::Create(args) => ask(&args.remote, printed, async |server| {
                let mut new = args.new_user();
                new.password = if args.with_password { Some(args.password.secret(server)?) } else { None };
                let create = async |client: &cloakroom_client::Client| client.directory().users().create(&new).await.map_err(refused);
                server.as_somebody(async |client| Ok(Shown::record(&create(client).await?))).await
            }),
            Verb::Change(args) => ask_as_somebody(&args.one.remote, printed, async |client| {
                Ok(Shown::record(&client.directory().users().change(&args.one.id, &args.facts.of_change()).await?))
            }),
            Verb::SetStatus(args) => ask_as_somebody(&args.one.remote, printed, async |client| {
                Ok(Shown::record(&client.directory().users().set_status(&args.one.id, &args.status).await?))
            }),
            Verb::SetPassword(args) => ask(&args.one.remote, printed, async |server| {
                let mut reset = PasswordReset::new(args.password.secret(server)?);
                reset.keep_sessions = args.keep_sessions;
                let users = async |client: &cloakroom_client::Client| {
                    client.directory().users().reset_password(&args.one.id, &reset).await.map_err(refused)
                };
                server.as_somebody(async |client| Ok(Shown::record(&users(client).await?))).await
            }),
            Verb::ListLocks(args) => ask_as_somebody(&args.remote, printed, async |client| {
                Ok(Shown::list(&client.directory().users().locks(&args.id).await?, LOCK_COLUMNS, None))
            }),
            Verb::LiftLocks(args) => ask_as_somebody(&args.remote, printed, async |client| {
                client.directory().users().lift_locks(&args.id).await?;
                Ok(Shown::nothing("lifted"))
            }),
            Verb::Remove(args) => ask_as_somebody(&args.remote, printed, async |client| {
                client.directory().users().remove(&args.id).await?;
                Ok(Shown::nothing("removed"))
            }),
            Verb::Email(email) => email.run(printed),
        }
    }
}
