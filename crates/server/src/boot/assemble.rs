//! Putting the engine together from a configuration.

use std::sync::Arc;
use std::time::Duration;

use cloakroom_engine::clock::Clock;
use cloakroom_engine::directory::password_cost::HashCost;
use cloakroom_engine::entropy::Entropy;
use cloakroom_engine::keys::{Keyring, MasterKey};
use cloakroom_engine::policy::{
    AttemptPolicy, AuditPolicy, CapPolicy, LockoutPolicy, LogoutPolicy, MailPolicy, PasswordPolicy, Policy, RetentionAction, SessionPolicy,
    TokenPolicy,
};
use cloakroom_engine::sessions::touches::PendingTouches;
use cloakroom_engine::tokens::TokenAlgorithm;
use cloakroom_engine::{Engine, Parts};
use cloakroom_store::driver::postgres;
use cloakroom_store::driver::sqlite::{Location, Options};
use cloakroom_store::{Database, Meter};

use super::ambient::{MachineClock, MachineEntropy};
use super::files;
use super::memory;
use super::outside::Outside;
use super::trail_archive::TrailFolder;
use crate::config::{self, Config, Secret};
use crate::failure::Failure;
use crate::http::cost;
use crate::http::course::Course;
use crate::http::server_clock::ServerClock;
use crate::identity_providers::IdentityProviders;
use crate::jose::jwt::{Jwt, PreviousNames};
use crate::jose::token_encryption::{EncryptionKeys, TokenEncryption};
use crate::tasks::hashing::HashingPool;
use crate::tasks::pooled_hashing::PooledHashing;
use crate::tasks::pooled_recognition::PooledRecognition;

/// A running engine and what has to be closed after it.
pub struct Assembled {
    pub engine: Arc<Engine>,
    pub database: Arc<Database>,
    pub hashing: HashingPool,
    pub clock: Arc<dyn Clock>,
    pub entropy: Arc<dyn Entropy>,
}

/// Opens the store and puts the engine on it. `issuer` is what tokens name.
///
/// # Errors
/// What keeps it from starting, and what to try.
pub fn assemble(config: &Config, issuer: String, outside: Outside) -> Result<Assembled, Failure> {
    assemble_on(config, issuer, outside, config.store.database().map_err(Failure::new)?)
}

/// As [`assemble`], on that database instead of the configured one.
pub fn assemble_on(config: &Config, issuer: String, outside: Outside, at: config::Database) -> Result<Assembled, Failure> {
    files::data_dir(&config.store.data_dir)?;
    let (clock, entropy): (Arc<dyn Clock>, Arc<dyn Entropy>) = (Arc::new(MachineClock), Arc::new(MachineEntropy));
    let may_make = matches!(&at, config::Database::Sqlite(path) if !path.exists());
    let master = master_key(config, &*entropy, may_make)?;
    let touches = Arc::new(PendingTouches::default());
    let database =
        Arc::new(open(config, at, touches.clone())?.asking(Course::may_change).measured(Meter { begin: cost::begin, end: cost::end }));
    let threads = config.passwords.threads.map_or_else(cores, |threads| usize::try_from(threads).unwrap_or(usize::MAX));
    let queue = usize::try_from(config.passwords.queue).unwrap_or(usize::MAX);
    let hashing =
        HashingPool::start(threads, queue).map_err(|error| Failure::new(format_args!("cannot start the hashing threads: {error}")))?;
    let recognition =
        PooledRecognition::start().map_err(|error| Failure::new(format_args!("cannot start the user agents' thread: {error}")))?;
    let Outside { places, encryption, mail, outbound } = outside;
    let providers = Arc::new(IdentityProviders::new(outbound.clone(), ServerClock::new(clock.clone())));
    let keys = Keyring::derive(&master);
    let engine = Engine::new(Parts {
        store: database.clone(),
        clock: clock.clone(),
        entropy: entropy.clone(),
        hashing: Arc::new(PooledHashing(hashing.clone())),
        touches,
        crypto: Arc::new(crypto(config, issuer, encryption, &keys)),
        keys,
        policy: policy(config),
    })
    .recognising_devices(Arc::new(recognition))
    .delivering_mail(mail)
    .telling_applications(outbound)
    .asking_providers(providers)
    .archiving(Arc::new(TrailFolder::new(config.audit.folder(&config.store.data_dir))));
    let engine = match places {
        Some(places) => engine.locating(Arc::new(places)),
        None => engine,
    };
    Ok(Assembled { engine: Arc::new(engine), database, hashing, clock, entropy })
}

fn crypto(config: &Config, issuer: String, encryption: EncryptionKeys, keys: &Keyring) -> Jwt {
    let tokens = &config.tokens;
    let is_used = encryption.current.is_some() || !encryption.previous.is_empty();
    let encryption = is_used.then(|| TokenEncryption::new(encryption, keys.token_contents()));
    let (issuers, audiences) = (config.server.previous_public_urls.clone(), tokens.previous_audiences.clone());
    let jwt = Jwt::new(issuer, tokens.audience.clone(), encryption).typed(tokens.access_token_type);
    jwt.also_taking(PreviousNames { issuers, audiences })
}

/// Opens a database of either kind.
///
/// # Errors
/// What keeps it from being opened.
pub fn open(config: &Config, at: config::Database, touches: Arc<PendingTouches>) -> Result<Database, Failure> {
    match at {
        config::Database::Sqlite(path) => {
            let options = Options { live_max_bytes: memory::for_facts(&config.live), ..Options::default() };
            Database::open(&Location::File(path), &options, touches).map_err(|error| {
                Failure::new(error)
                    .hint("one data directory belongs to one running server, which commands reach through control.sock in it")
            })
        }
        config::Database::Postgres(url) => {
            let (address, options) = postgres(config, &url)?;
            Database::connect(&address, &options, touches).map_err(Failure::new)
        }
    }
}

/// Where a PostgreSQL database is, and how it is used.
///
/// # Errors
/// What of the URL is not understood.
pub fn postgres(config: &Config, url: &Secret) -> Result<(postgres::Address, postgres::Options), Failure> {
    let set = &config.postgres;
    let count = |number: u64| usize::try_from(number).unwrap_or(usize::MAX);
    let options = postgres::Options {
        read_connections: count(set.read_connections),
        snapshot_connections: count(set.snapshot_connections),
        connect_timeout: Duration::from_secs(set.connect_timeout_seconds),
        statement_timeout: Duration::from_secs(set.statement_timeout_seconds),
        lock_timeout: Duration::from_secs(set.lock_timeout_seconds),
        idle_timeout: Duration::from_secs(set.idle_timeout_seconds),
        live_max_bytes: memory::for_facts(&config.live),
        ..postgres::Options::default()
    };
    let address = postgres::Address::parse(url.reveal(), &options).map_err(Failure::new)?;
    Ok((address, options))
}

/// What tokens name as their issuer: the public URL, else where it listens (docs/contracts/README.md).
pub fn issuer(config: &Config, address: &str) -> String {
    let scheme = if config.server.tls_files().is_some() { "https" } else { "http" };
    config.server.public_url.clone().unwrap_or_else(|| format!("{scheme}://{address}"))
}

fn cores() -> usize {
    std::thread::available_parallelism().map_or(1, usize::from)
}

/// The master key of a database that exists.
///
/// # Errors
/// Where there is none, or none that can be read.
pub fn existing_master_key(config: &Config) -> Result<MasterKey, Failure> {
    match config.keys.master_key().map_err(Failure::new)? {
        Some(bytes) => Ok(MasterKey::from_bytes(*bytes)),
        None => files::master_key(&config.store.data_dir, &MachineEntropy, false),
    }
}

/// The configured master key, else the one in the data directory. A database that is not new never gets a new one by accident.
pub fn master_key(config: &Config, entropy: &dyn Entropy, may_make: bool) -> Result<MasterKey, Failure> {
    match config.keys.master_key().map_err(Failure::new)? {
        Some(bytes) => Ok(MasterKey::from_bytes(*bytes)),
        None => files::master_key(&config.store.data_dir, entropy, may_make),
    }
}

fn policy(config: &Config) -> Policy {
    let (sessions, lockout, tokens, mail) = (&config.sessions, &config.lockout, &config.tokens, &config.mail);
    Policy {
        sessions: SessionPolicy {
            ttl_seconds: whole(sessions.ttl_seconds),
            ttl_min_seconds: whole(sessions.ttl_min_seconds),
            ttl_max_seconds: whole(sessions.ttl_max_seconds),
            absolute_ttl_seconds: whole(sessions.absolute_ttl_seconds),
            storage_ttl_seconds: whole(sessions.storage_ttl_seconds),
            browser_ttl_seconds: whole(config.web.session_ttl_seconds),
            browser_absolute_ttl_seconds: whole(config.web.session_absolute_ttl_seconds),
            cap: whole(sessions.cap),
            storage_cap: whole(sessions.storage_cap.unwrap_or(sessions.cap)),
            cap_policy: match sessions.cap_policy {
                config::CapPolicy::Refuse => CapPolicy::Refuse,
                config::CapPolicy::EvictOldest => CapPolicy::EvictOldest,
            },
            archive_after_seconds: whole(sessions.archive_after_seconds),
            retention_seconds: whole(sessions.retention_seconds),
        },
        lockout: LockoutPolicy {
            failures: whole(lockout.failures),
            failures_everywhere: whole(lockout.failures_everywhere),
            window_seconds: whole(lockout.window_seconds),
            lock_seconds: whole(lockout.lock_seconds),
        },
        attempts: attempts(&config.rate_limits),
        audit: audit(&config.audit),
        tokens: TokenPolicy {
            access_ttl_seconds: whole(tokens.access_ttl_seconds),
            refresh_ttl_seconds: whole(tokens.refresh_ttl_seconds),
            reuse_interval_seconds: whole(tokens.reuse_interval_seconds),
            algorithm: match tokens.algorithm {
                config::Algorithm::Es256 => TokenAlgorithm::Es256,
                config::Algorithm::EdDsa => TokenAlgorithm::EdDsa,
                config::Algorithm::Rs256 => TokenAlgorithm::Rs256,
            },
            key_rotation_seconds: whole(tokens.key_rotation_seconds),
            clock_leeway_seconds: whole(tokens.clock_leeway_seconds),
        },
        mail: MailPolicy {
            reset_ttl_seconds: whole(mail.reset_ttl_seconds),
            verification_ttl_seconds: whole(mail.verification_ttl_seconds),
            per_account: whole(mail.per_account),
            per_network: whole(mail.per_network),
            window_seconds: whole(mail.window_seconds),
            queue: whole(mail.queue),
            attempts: whole(mail.attempts),
        },
        logouts: LogoutPolicy { attempts: whole(config.outbound.logout_attempts) },
        passwords: PasswordPolicy {
            min_length: whole(config.passwords.min_length),
            imported: HashCost { memory_kib: whole(config.passwords.import_memory_kib), passes: whole(config.passwords.import_passes) },
        },
    }
}

/// The configuration's bounds lie below `u32::MAX`; saturating costs nothing and never wraps.
pub fn whole(number: u64) -> u32 {
    u32::try_from(number).unwrap_or(u32::MAX)
}

fn attempts(limits: &config::RateLimits) -> AttemptPolicy {
    AttemptPolicy {
        client_failures: whole(limits.client_failures),
        client_failures_per_network: whole(limits.client_failures_per_network),
        window_seconds: whole(limits.client_failures_window_seconds),
    }
}

fn audit(audit: &config::Audit) -> AuditPolicy {
    AuditPolicy {
        minimise_addresses_after_days: whole(audit.minimise_addresses_after_days),
        retention_seconds: whole(audit.retention_seconds),
        retention_action: match audit.retention_action {
            config::RetentionAction::Export => RetentionAction::Export,
            config::RetentionAction::Drop => RetentionAction::Drop,
        },
    }
}
