//! The people of the measurements that the server shares, with what only a bench may do: to open sessions without a passcode.

use std::ops::Deref;
use std::path::Path;
use std::sync::Arc;

use cloakroom_engine::clock::Clock as _;
use cloakroom_engine::sessions::Birth;
use cloakroom_engine::sessions::credentials::{Credentials, SignInName, SignInSubject};
use cloakroom_engine::sessions::open::{ProvenUser, SessionWish};
use cloakroom_engine::sessions::store::SessionStore as _;
use cloakroom_engine::sessions::touches::PendingTouches;
use cloakroom_server::bench::people;
pub(crate) use cloakroom_server::bench::people::{USER_AGENT, origin};
use cloakroom_server::boot::ambient::MachineClock;
use cloakroom_server::boot::measured::Measured;
use cloakroom_store::Database;
use cloakroom_store::driver::postgres::{Address, Options};
use tokio::task::JoinSet;

use crate::Failure;

/// An engine with its store and its users.
pub(crate) struct Home {
    home: people::Home,
    pub(crate) users: Arc<Vec<Credentials>>,
}

impl Deref for Home {
    type Target = people::Home;

    fn deref(&self) -> &people::Home {
        &self.home
    }
}

impl Home {
    /// Makes the database at `path`, with as many users, and puts an engine on it as the server does.
    pub(crate) async fn settle(path: &Path, users: usize) -> Result<Self, Failure> {
        Self::of(people::Home::settle(path, users).await?).await
    }

    /// As [`Self::settle`], in a database of PostgreSQL.
    pub(crate) async fn settle_on(url: &str, users: usize) -> Result<Self, Failure> {
        let home = connect(url, users).await?;
        home.people().await?;
        Self::of(home).await
    }

    /// Joins whoever has settled in a database of PostgreSQL.
    pub(crate) async fn join(url: &str, users: usize) -> Result<Self, Failure> {
        Self::of(connect(url, users).await?).await
    }

    async fn of(home: people::Home) -> Result<Self, Failure> {
        let users = Arc::new(find(&home.database, home.users).await?);
        Ok(Self { home, users })
    }

    /// Opens a durable session for one of the users and returns its secret.
    pub(crate) async fn open_session(&self, user: usize) -> Result<[u8; 16], Failure> {
        self.open_session_born(Birth::Usm, user).await
    }

    /// As [`Self::open_session`], of this birth.
    pub(crate) async fn open_session_born(&self, birth: Birth, user: usize) -> Result<[u8; 16], Failure> {
        let credentials = self.users.get(user % self.users.len().max(1)).ok_or("there is nobody to open a session for")?;
        let opened =
            self.engine.open_session(ProvenUser::believed(credentials.clone()), SessionWish { birth, ..people::wish() }, origin()).await?;
        let opened = opened.map_err(|refused| format!("no session was opened: {refused:?}"))?;
        Ok(*opened.secret.expose())
    }
}

async fn connect(url: &str, users: usize) -> Result<people::Home, Failure> {
    let (touches, options) = (Arc::new(PendingTouches::default()), Options::default());
    let database = Database::connect(&Address::parse(url, &options)?, &options, touches.clone())?;
    people::Home::within(Measured::on(database, touches), users).await
}

/// The first of the users, as a sign-in finds them.
async fn find(database: &Arc<Database>, users: usize) -> Result<Vec<Credentials>, Failure> {
    const FINDERS: usize = 64;
    let mut finders = JoinSet::new();
    for finder in 0..FINDERS {
        let database = database.clone();
        finders.spawn(async move {
            let nobody = SignInSubject { name: [0; 16], network: String::new() };
            let mut found = Vec::with_capacity(users / FINDERS + 1);
            for number in (finder..users).step_by(FINDERS) {
                let record =
                    database.sign_in_record(&SignInName::Email(people::email(number)).sought(), &nobody, MachineClock.now()).await?;
                found.push((number, record.credentials.ok_or("a user that was just made is not there")?));
            }
            Ok::<_, Failure>(found)
        });
    }
    let mut all = Vec::with_capacity(users);
    while let Some(found) = finders.join_next().await {
        all.extend(found??);
    }
    all.sort_unstable_by_key(|(number, _)| *number);
    Ok(all.into_iter().map(|(_, credentials)| credentials).collect())
}
