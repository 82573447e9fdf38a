//! The floor for creates: the store's statements of a create, prepared once, run by one thread that knows nothing else.

use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};
use std::sync::mpsc::{Receiver, Sender, SyncSender, channel, sync_channel};
use std::thread::JoinHandle;
use std::time::Duration;

use cloakroom_engine::audit::recorded::address_bytes;
use cloakroom_engine::clock::Clock as _;
use cloakroom_engine::ids::SessionUid;
use cloakroom_engine::secret::SessionSecret;
use cloakroom_engine::sessions::credentials::Credentials;
use cloakroom_server::boot::ambient::{MachineClock, MachineEntropy};
use cloakroom_store::statements::{AUDIT, COUNT, GROUND, SESSION, TOUCHES, for_sqlite};
use rusqlite::{Connection, Statement, params};
use tokio::sync::oneshot;

use crate::Failure;
use crate::people::{USER_AGENT, origin};

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
        ground: conn.prepare(&for_sqlite(GROUND))?,
        session: conn.prepare(&for_sqlite(SESSION))?,
        count: conn.prepare(&for_sqlite(COUNT))?,
        touches: conn.prepare(&for_sqlite(TOUCHES))?,
        audit: conn.prepare(&for_sqlite(AUDIT))?,
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

/// Tenant, its epoch, partner, its epoch, and the server's epoch.
type Epochs = (Option<i64>, Option<i64>, Option<i64>, Option<i64>, i64);

impl Prepared<'_> {
    /// What a session would stand on.
    fn ground_of(&mut self, new: &Create, now: i64) -> rusqlite::Result<Epochs> {
        let asked = params![None::<&[u8]>, "", None::<&str>, now, new.user, new.email, CAP];
        self.ground.query_row(asked, |row| {
            let stands = |status: &str| Ok::<_, rusqlite::Error>(row.get_ref(status)?.as_str()? == "verified");
            if !stands("user_status")? || !stands("email_status")? || row.get::<_, i64>("open")? >= CAP {
                return Err(rusqlite::Error::QueryReturnedNoRows);
            }
            Ok((
                row.get("tenant_number")?,
                row.get("tenant_epoch")?,
                row.get("partner_number")?,
                row.get("partner_epoch")?,
                row.get("server_epoch")?,
            ))
        })
    }

    fn tell_creation(&mut self, new: &Create, tenant: Option<i64>, now: i64) -> rusqlite::Result<usize> {
        let detail = format!("{{\"birth\":\"usm\",\"user_id\":\"{}\"}}", new.user_id);
        let sortable = new.address.as_deref().and_then(address_bytes);
        self.audit.execute(params![
            now,
            "session.created",
            "success",
            "user",
            new.user_id,
            tenant,
            "session",
            new.uid.to_string(),
            new.address,
            USER_AGENT,
            new.request_id,
            detail,
            sortable,
        ])
    }

    fn create(&mut self, new: &Create) -> rusqlite::Result<i64> {
        let now = MachineClock.now().as_millis();
        let (tenant, tenant_epoch, partner, partner_epoch, epoch) = self.ground_of(new, now)?;
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
                "usm",
                (now + 3_600_999) / 1000,
                now,
                3_600_000,
                1,
                now + 90 * 86_400_000,
                None::<&str>,
                "web",
                new.address,
                USER_AGENT,
                "unknown",
                None::<&str>,
                None::<&str>,
                None::<&str>,
                None::<&str>,
                None::<&str>,
                None::<&str>,
                None::<&str>,
                None::<&str>,
                None::<&str>,
                None::<i64>,
                None::<i64>,
                now,
                "pwd",
            ],
            |row| row.get(0),
        )?;
        let under = (tenant.unwrap_or(0), tenant_epoch.unwrap_or(-1), partner.unwrap_or(0), partner_epoch.unwrap_or(-1));
        self.count.execute(params![under.0, under.1, under.2, under.3, 0, -1, epoch, "unknown", "", now / 1000, now % 1000])?;
        self.touches.execute(params![number, now, now + 3_600_000])?;
        self.tell_creation(new, tenant, now)?;
        Ok(number)
    }
}
