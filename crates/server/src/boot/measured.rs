//! An engine to be measured: on a database that is thrown away, and without the cost of passwords.

use std::path::Path;
use std::sync::Arc;

use async_trait::async_trait;
use cloakroom_engine::directory::password::{HashingJob, HashingResult, PasswordHashing};
use cloakroom_engine::error::HashingOverloaded;
use cloakroom_engine::keys::{Keyring, MasterKey};
use cloakroom_engine::policy::Policy;
use cloakroom_engine::sessions::touches::PendingTouches;
use cloakroom_engine::{Engine, Parts};
use cloakroom_store::Database;
use cloakroom_store::driver::sqlite::{Location, OpenError, Options};

use super::ambient::{MachineClock, MachineEntropy};
use super::memory;
use crate::config::Live;
use crate::jose::jwt::Jwt;

/// What tokens would name.
pub const ISSUER: &str = "http://localhost";
/// Whom they would be for.
pub const AUDIENCE: &str = "cloakroom";

/// Accepts every password, since the cost of a hash would hide what is measured. Nothing outside of this file can make one, and it
/// only opens a database that is thrown away.
struct Believing;

#[async_trait]
impl PasswordHashing for Believing {
    async fn run(&self, _: HashingJob) -> Result<HashingResult, HashingOverloaded> {
        Ok(HashingResult::Verified { matches: true, rehashed: None, work: 0 })
    }
}

/// An engine with its store.
pub struct Measured {
    /// As the server has it, but for passwords.
    pub engine: Arc<Engine>,
    /// What it keeps sessions in.
    pub database: Arc<Database>,
}

impl Measured {
    /// Makes the SQLite database at `path` and puts an engine on it as the server does.
    ///
    /// # Errors
    /// When the database cannot be made.
    pub fn in_file(path: &Path) -> Result<Self, OpenError> {
        let touches = Arc::new(PendingTouches::default());
        let options = Options { live_max_bytes: memory::for_facts(&Live::default()), ..Options::default() };
        let database = Database::open(&Location::File(path.to_owned()), &options, touches.clone())?;
        Ok(Self::on(database, touches))
    }

    /// An engine on a database.
    #[must_use]
    pub fn on(database: Database, touches: Arc<PendingTouches>) -> Self {
        let database = Arc::new(database);
        let engine = Engine::new(Parts {
            store: database.clone(),
            clock: Arc::new(MachineClock),
            entropy: Arc::new(MachineEntropy),
            hashing: Arc::new(Believing),
            touches,
            keys: Keyring::derive(&MasterKey::from_bytes([7; 32])),
            crypto: Arc::new(Jwt::new(ISSUER.to_owned(), AUDIENCE.to_owned(), None)),
            policy: Policy::default(),
        });
        Self { engine: Arc::new(engine), database }
    }
}
