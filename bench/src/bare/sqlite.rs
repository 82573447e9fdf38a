//! The floor for creates: the statements of a create, prepared once, run by one thread that knows nothing else.
//!
//! The texts repeat those of crates/store (`sessions/create.rs`, `audit/append.rs`) and are to be kept equal to them.

use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};
use std::sync::mpsc::{Receiver, Sender, SyncSender, channel, sync_channel};
use std::thread::JoinHandle;
use std::time::Duration;

use cloakroom_engine::clock::Clock as _;
use cloakroom_engine::ids::SessionUid;
use cloakroom_engine::secret::SessionSecret;
use cloakroom_engine::sessions::credentials::Credentials;
use cloakroom_server::boot::ambient::{MachineClock, MachineEntropy};
use rusqlite::{Connection, Statement, params};
use tokio::sync::oneshot;

use crate::Failure;
use crate::people::{USER_AGENT, origin};

const GROUND: &str = "SELECT u.status, u.password_hash, e.status, n.status, u.tenant_number, n.epoch, n.partner_number, p.epoch, v.epoch,
        (SELECT max(l.locked_until) FROM sign_in_locks l
         WHERE l.name = ?3 AND l.network IN (?4, ?5) AND l.locked_until > ?6),
        (SELECT count(*) FROM (SELECT 1 FROM sessions s WHERE s.user_number = ?1 AND s.state = 0 LIMIT ?7) AS open_sessions)
    FROM users u
    JOIN server v ON v.only_row = 1
    LEFT JOIN emails e ON e.number = ?2 AND e.user_number = u.number
    LEFT JOIN tenants n ON n.number = u.tenant_number
    LEFT JOIN partners p ON p.number = n.partner_number
    WHERE u.number = ?1";
const SESSION: &str = "INSERT INTO sessions (uid, secret_lookup, secret_hash, user_number, email_number, tenant_number, tenant_epoch,
        partner_number, partner_epoch, server_epoch, birth, state, due, created_at, ttl_millis, slides,
        absolute_expires_at, caption, label, address, user_agent)
    VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, 'usm', 0, ?11, ?12, 3600000, 1, ?13, NULL, 'web', ?14, ?15)
    RETURNING number";
const COUNT: &str = "INSERT INTO session_counts (tenant_number, tenant_epoch, partner_number, partner_epoch, application_number,
        application_epoch, server_epoch, device_type, application_family, open, ended, archived, born_seconds, born_millis)
    VALUES (?1, ?2, ?3, ?4, 0, -1, ?5, 'unknown', '', 1, 0, 0, ?6, ?7)
    ON CONFLICT (tenant_number, tenant_epoch, partner_number, partner_epoch, application_number, application_epoch,
        server_epoch, device_type, application_family)
    DO UPDATE SET open = session_counts.open + 1, born_seconds = session_counts.born_seconds + ?6,
        born_millis = session_counts.born_millis + ?7";
const TOUCHES: &str =
    "INSERT INTO session_touches (session_number, last_validated_at, last_active_at, expires_at) VALUES (?1, NULL, ?2, ?3)";
const AUDIT: &str = "INSERT INTO audit_log (at, action, result, actor_kind, actor_id, tenant_number, resource_kind, resource_id, address,
        user_agent, request_id, detail)
    VALUES (?1, 'session.created', 'success', 'user', ?2, ?3, 'session', ?4, ?5, ?6, ?7, ?8)";

const CAP: i64 = 1024;
/// As the store: most creates in one transaction, and the pages of the log that call for a checkpoint.
const BATCH: usize = 512;
const CHECKPOINT_PAGES: u64 = 65_536;

/// A create with all its values, and who waits for it.
struct Create {
    uid: SessionUid,
    secret: SessionSecret,
    user: i64,
    email: Option<i64>,
    user_id: String,
    request_id: Option<String>,
    address: Option<String>,
    done: oneshot::Sender<i64>,
}

/// One thread that writes and one that makes checkpoints.
pub(crate) struct Bare {
    creates: Option<Sender<Create>>,
    threads: Vec<JoinHandle<()>>,
}

impl Bare {
    /// Opens a database that the store has made and closed. With `savepoints`, each create runs in one of its own.
    pub(crate) fn open(path: &Path, savepoints: bool) -> Result<Self, Failure> {
        let (mut writer, checkpointer) = (connect(path)?, connect(path)?);
        let log = Arc::new(AtomicU64::new(0));
        let seen = log.clone();
        writer.wal_hook(Some(move |_: &mut _, pages: i32| {
            seen.store(u64::try_from(pages).unwrap_or(0), Relaxed);
            Ok(())
        }))?;
        let (creates, queue) = channel();
        let (wake, woken) = sync_channel(1);
        let writing = move || {
            if let Err(error) = write(&writer, &queue, savepoints, (&log, &wake)) {
                println!("the bare writer ended: {error}");
            }
        };
        let copying = move || {
            while woken.recv().is_ok() {
                if let Err(error) = checkpoint(&checkpointer, "PRAGMA wal_checkpoint(PASSIVE)") {
                    println!("a bare checkpoint failed: {error}");
                }
            }
        };
        let start = |name: &str, work: Box<dyn FnOnce() + Send>| std::thread::Builder::new().name(name.to_owned()).spawn(work);
        let threads = vec![start("sqlite-bare", Box::new(writing))?, start("sqlite-copy", Box::new(copying))?];
        Ok(Self { creates: Some(creates), threads })
    }

    /// Creates a session and answers when it is durable.
    pub(crate) async fn create(&self, user: &Credentials) -> Result<i64, Failure> {
        let (done, answer) = oneshot::channel();
        let origin = origin();
        let create = Create {
            uid: SessionUid::mint(MachineClock.now(), &MachineEntropy)?,
            secret: SessionSecret::mint(&MachineEntropy)?,
            user: user.user.0,
            email: user.email.map(|(email, _)| email.0),
            user_id: user.user_uid.to_string(),
            request_id: origin.request_id,
            address: origin.address.map(|address| address.to_string()),
            done,
        };
        self.creates.as_ref().and_then(|creates| creates.send(create).ok()).ok_or("the bare writer is gone")?;
        Ok(answer.await?)
    }
}

impl Drop for Bare {
    fn drop(&mut self) {
        self.creates = None;
        for thread in self.threads.drain(..) {
            if thread.join().is_err() {
                println!("a bare thread panicked");
            }
        }
    }
}

/// Set as the store sets its writer.
fn connect(path: &Path) -> Result<Connection, Failure> {
    let conn = Connection::open(path)?;
    conn.busy_timeout(Duration::from_secs(5))?;
    for (name, value) in [("trusted_schema", "OFF"), ("foreign_keys", "ON"), ("temp_store", "MEMORY"), ("synchronous", "FULL")] {
        conn.pragma_update(None, name, value)?;
    }
    conn.pragma_update(None, "cache_size", -16_384)?;
    conn.query_row("PRAGMA journal_mode=WAL", (), |_| Ok(()))?;
    conn.query_row("PRAGMA wal_autocheckpoint=0", (), |_| Ok(()))?;
    Ok(conn)
}

fn checkpoint(conn: &Connection, sql: &str) -> rusqlite::Result<()> {
    conn.query_row(sql, (), |_| Ok(()))
}

struct Prepared<'c> {
    ground: Statement<'c>,
    session: Statement<'c>,
    count: Statement<'c>,
    touches: Statement<'c>,
    audit: Statement<'c>,
    savepoint: Statement<'c>,
    release: Statement<'c>,
}

/// Until nobody can ask any more: whatever has queued becomes one transaction, answered after its commit.
fn write(
    conn: &Connection,
    queue: &Receiver<Create>,
    savepoints: bool,
    (log, wake): (&AtomicU64, &SyncSender<()>),
) -> rusqlite::Result<()> {
    let (mut begin, mut commit) = (conn.prepare("BEGIN IMMEDIATE")?, conn.prepare("COMMIT")?);
    let mut prepared = Prepared {
        ground: conn.prepare(GROUND)?,
        session: conn.prepare(SESSION)?,
        count: conn.prepare(COUNT)?,
        touches: conn.prepare(TOUCHES)?,
        audit: conn.prepare(AUDIT)?,
        savepoint: conn.prepare("SAVEPOINT command")?,
        release: conn.prepare("RELEASE command")?,
    };
    let mut done = Vec::with_capacity(BATCH);
    while let Ok(first) = queue.recv() {
        begin.execute(())?;
        for create in std::iter::once(first).chain(std::iter::from_fn(|| queue.try_recv().ok()).take(BATCH - 1)) {
            if savepoints {
                prepared.savepoint.execute(())?;
            }
            let number = prepared.create(&create)?;
            if savepoints {
                prepared.release.execute(())?;
            }
            done.push((create.done, number));
        }
        commit.execute(())?;
        for (done, number) in done.drain(..) {
            // Whoever no longer waits has been served all the same.
            let _ = done.send(number);
        }
        let pages = log.load(Relaxed);
        if pages >= 2 * CHECKPOINT_PAGES {
            checkpoint(conn, "PRAGMA wal_checkpoint(RESTART)")?;
        } else if pages >= CHECKPOINT_PAGES {
            // One that is under way is enough.
            let _ = wake.try_send(());
        }
    }
    Ok(())
}

impl Prepared<'_> {
    fn create(&mut self, new: &Create) -> rusqlite::Result<i64> {
        let now = MachineClock.now().as_millis();
        let (tenant, tenant_epoch, partner, partner_epoch, epoch) =
            self.ground.query_row(params![new.user, new.email, None::<&[u8]>, "", None::<&str>, now, CAP], |row| {
                let holds =
                    row.get_ref(0)?.as_str()? == "verified" && row.get_ref(2)?.as_str()? == "verified" && row.get::<_, i64>(10)? < CAP;
                if !holds {
                    return Err(rusqlite::Error::QueryReturnedNoRows);
                }
                type Epochs = (Option<i64>, Option<i64>, Option<i64>, Option<i64>, i64);
                Ok::<Epochs, _>((row.get(4)?, row.get(5)?, row.get(6)?, row.get(7)?, row.get(8)?))
            })?;
        let hash = new.secret.hash();
        let number: i64 = self.session.query_row(
            params![
                new.uid.as_bytes(),
                hash.lookup(),
                hash.as_bytes(),
                new.user,
                new.email,
                tenant,
                tenant_epoch,
                partner,
                partner_epoch,
                epoch,
                (now + 3_600_999) / 1000,
                now,
                now + 90 * 86_400_000,
                new.address,
                USER_AGENT,
            ],
            |row| row.get(0),
        )?;
        let count = (tenant.unwrap_or(0), tenant_epoch.unwrap_or(-1), partner.unwrap_or(0), partner_epoch.unwrap_or(-1), epoch);
        self.count.execute(params![count.0, count.1, count.2, count.3, count.4, now / 1000, now % 1000])?;
        self.touches.execute(params![number, now, now + 3_600_000])?;
        let detail = format!("{{\"birth\":\"usm\",\"user_id\":\"{}\"}}", new.user_id);
        self.audit.execute(params![now, new.user_id, tenant, new.uid.to_string(), new.address, USER_AGENT, new.request_id, detail])?;
        Ok(number)
    }
}
