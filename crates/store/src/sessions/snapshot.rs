//! Reading a session together with everything that its verdict needs, in one statement.

use std::ops::ControlFlow;

use cloakroom_engine::clock::{Span, Timestamp};
use cloakroom_engine::directory::{EmailStatus, PlatformRole, TenantPlace, TenantStatus, UserStatus};
use cloakroom_engine::ids::{PartnerNumber, SessionNumber, SessionUid, TenantNumber, TenantUid, UserNumber, UserUid};
use cloakroom_engine::secret::SessionSecretHash;
use cloakroom_engine::sessions::store::SessionLookup;
use cloakroom_engine::sessions::touches::PendingTouches;
use cloakroom_engine::sessions::verdict::{Bearer, EpochStanding, SessionSnapshot, Since, Standing};
use cloakroom_engine::sessions::{Activity, Birth, End, EndReason, Session, SessionState};

use crate::driver::{Connection, DriverError, Param, Row, query_one};
use crate::params;

/// A session and everything that its verdict rests on.
macro_rules! from_sessions {
    () => {
        $crate::sessions::snapshot::from_sessions!("sessions s")
    };
    ($sessions:literal) => {
        concat!(
            " FROM ",
            $sessions,
            "
             JOIN session_touches t ON t.session_number = s.number
             JOIN users u ON u.number = s.user_number
             JOIN server v ON v.only_row = 1
             LEFT JOIN emails e ON e.number = s.email_number
             LEFT JOIN tenants n ON n.number = s.tenant_number
             LEFT JOIN tenants h ON h.number = u.tenant_number
             LEFT JOIN partners p ON p.number = s.partner_number
             LEFT JOIN applications a ON a.number = s.application_number "
        )
    };
}
pub(crate) use from_sessions;

/// The columns of a snapshot: 45.
macro_rules! select_columns {
    () => {
        "SELECT s.number, s.uid, s.user_number, u.uid, s.tenant_number, s.birth, s.created_at, s.ttl_millis, s.slides,
                 s.absolute_expires_at, s.caption, s.label, s.address, s.user_agent, t.last_validated_at, t.last_active_at,
                 t.expires_at, s.state, s.ended_at, s.end_reason, s.ended_by, s.archived_at, u.status, u.status_since,
                 e.status, e.status_since, n.status, n.status_since, s.server_epoch, v.epoch, s.partner_epoch, p.epoch,
                 s.tenant_epoch, n.epoch, s.application_epoch, a.epoch, s.partner_number, s.application_number, s.secret_hash, u.role,
                 u.is_operator, h.number, h.uid, h.partner_number, t.expiry_edition"
    };
}
pub(crate) use select_columns;

/// The columns and joins of a snapshot, followed by the given conditions.
macro_rules! select_snapshot {
    ($($tail:expr),+ $(,)?) => {
        concat!(
            $crate::sessions::snapshot::select_columns!(),
            $crate::sessions::snapshot::from_sessions!(),
            $($tail),+
        )
    };
}
pub(crate) use select_snapshot;

pub(crate) const OPEN: i64 = 0;
pub(crate) const ENDED: i64 = 1;
pub(crate) const ARCHIVED: i64 = 2;

/// A snapshot whose moved epochs still lack their records.
pub(crate) struct Loaded {
    snapshot: SessionSnapshot,
    /// Scope, scope number and birth epoch of each standing in `snapshot.standing.epochs`.
    scopes: Vec<(i64, i64)>,
    secret: Option<SessionSecretHash>,
}

impl Loaded {
    /// What the verdict needs; when and why an epoch moved may still be missing.
    pub(crate) const fn snapshot(&self) -> &SessionSnapshot {
        &self.snapshot
    }
}

/// The session that `lookup` names.
pub(crate) async fn find(
    conn: &mut dyn Connection,
    lookup: SessionLookup,
    touches: &PendingTouches,
) -> Result<Option<SessionSnapshot>, DriverError> {
    match lookup {
        SessionLookup::Uid(uid) => {
            let loaded = query_one(conn, select_snapshot!("WHERE s.uid = $1"), params![uid.as_bytes()], |row| decode(row, touches)).await?;
            complete_one(conn, loaded).await
        }
        SessionLookup::Number(number) => by_number(conn, number, touches).await,
        SessionLookup::Secret(secret) => {
            let mut found = None;
            let mut visit = |row: &dyn Row| {
                let loaded = decode(row, touches)?;
                // The whole hash decides, in constant time; the index held 64 bits of it.
                if loaded.secret == Some(secret) {
                    found = Some(loaded);
                    return Ok(ControlFlow::Break(()));
                }
                Ok(ControlFlow::Continue(()))
            };
            conn.query(select_snapshot!("WHERE s.secret_lookup = $1"), params![secret.lookup()], &mut visit).await?;
            complete_one(conn, found).await
        }
    }
}

/// The session of this number.
pub(crate) async fn by_number(
    conn: &mut dyn Connection,
    session: SessionNumber,
    touches: &PendingTouches,
) -> Result<Option<SessionSnapshot>, DriverError> {
    let loaded = query_one(conn, select_snapshot!("WHERE s.number = $1"), params![session.0], |row| decode(row, touches)).await?;
    complete_one(conn, loaded).await
}

/// A session on its way through a batch. One row that cannot be read must not keep the others from what is done to them.
pub(crate) enum OpenRow {
    Read(Box<SessionSnapshot>),
    /// Its row, or what belongs to it, is damaged; nobody is told that it is valid.
    Unreadable(SessionNumber),
}

/// Every session whose number the statement returns.
pub(crate) async fn each(
    conn: &mut dyn Connection,
    numbers: &'static str,
    params: &[Param<'_>],
    touches: &PendingTouches,
) -> Result<Vec<OpenRow>, DriverError> {
    let numbers = crate::driver::query_all(conn, numbers, params, |row| row.int(0)).await?;
    let mut sessions = Vec::with_capacity(numbers.len());
    for number in numbers.into_iter().map(SessionNumber) {
        sessions.push(match by_number(conn, number, touches).await {
            Ok(Some(snapshot)) => OpenRow::Read(Box::new(snapshot)),
            Ok(None) | Err(DriverError::Corrupt(_)) => {
                tracing::error!(session = number.0, "a session's row is damaged");
                OpenRow::Unreadable(number)
            }
            Err(error) => return Err(error),
        });
    }
    Ok(sessions)
}

/// Every snapshot that the statement returns.
pub(crate) async fn many(
    conn: &mut dyn Connection,
    sql: &'static str,
    params: &[Param<'_>],
    touches: &PendingTouches,
) -> Result<Vec<SessionSnapshot>, DriverError> {
    let loaded = crate::driver::query_all(conn, sql, params, |row| decode(row, touches)).await?;
    complete(conn, loaded).await
}

/// All sessions of a user of which no end is recorded. At most as many as the user's cap ever was.
pub(crate) async fn open_of_user(
    conn: &mut dyn Connection,
    user: UserNumber,
    touches: &PendingTouches,
) -> Result<Vec<OpenRow>, DriverError> {
    each(conn, "SELECT number FROM sessions WHERE user_number = $1 AND state = 0", params![user.0], touches).await
}

pub(crate) async fn complete_one(conn: &mut dyn Connection, loaded: Option<Loaded>) -> Result<Option<SessionSnapshot>, DriverError> {
    match loaded {
        Some(loaded) => Ok(complete(conn, vec![loaded]).await?.pop()),
        None => Ok(None),
    }
}

/// Reads when and why epochs moved, for those sessions that a move killed.
pub(crate) async fn complete(conn: &mut dyn Connection, loaded: Vec<Loaded>) -> Result<Vec<SessionSnapshot>, DriverError> {
    let mut snapshots = Vec::with_capacity(loaded.len());
    for Loaded { mut snapshot, scopes, .. } in loaded {
        for (epoch, (scope, scope_number)) in snapshot.standing.epochs.iter_mut().zip(scopes) {
            if epoch.born != epoch.current && snapshot.session.state == SessionState::Open {
                epoch.moved = epoch_move(conn, scope, scope_number, epoch.born + 1).await?;
            }
        }
        snapshots.push(snapshot);
    }
    Ok(snapshots)
}

async fn epoch_move(conn: &mut dyn Connection, scope: i64, scope_number: i64, epoch: i64) -> Result<Option<End>, DriverError> {
    let sql = "SELECT at, reason, moved_by FROM epoch_moves WHERE scope = $1 AND scope_number = $2 AND epoch = $3";
    query_one(conn, sql, params![scope, scope_number, epoch], |row| {
        Ok(End {
            at: Timestamp::from_millis(row.int(0)?),
            reason: label(row.text(1)?, EndReason::parse)?,
            by: row.opt_int(2)?.map(UserNumber),
        })
    })
    .await
}

/// Decodes a row of [`select_snapshot`], with this process's pending touches merged in.
pub(crate) fn decode(row: &dyn Row, touches: &PendingTouches) -> Result<Loaded, DriverError> {
    let number = SessionNumber(row.int(0)?);
    let stored = Activity {
        last_validated_at: row.opt_int(14)?.map(Timestamp::from_millis),
        last_active_at: Timestamp::from_millis(row.int(15)?),
        expires_at: Timestamp::from_millis(row.int(16)?),
        expiry_edition: row.int(44)?,
    };
    let session = Session {
        number,
        uid: SessionUid::from_bytes(bytes(row.blob(1)?)?),
        user: UserNumber(row.int(2)?),
        user_uid: UserUid::from_bytes(bytes(row.blob(3)?)?),
        tenant: row.opt_int(4)?.map(TenantNumber),
        birth: label(row.text(5)?, Birth::parse)?,
        created_at: Timestamp::from_millis(row.int(6)?),
        ttl: Span::from_millis(row.int(7)?),
        slides: row.bool(8)?,
        absolute_expires_at: Timestamp::from_millis(row.int(9)?),
        caption: row.opt_text(10)?.map(str::to_owned),
        label: row.opt_text(11)?.map(str::to_owned),
        address: row.opt_text(12)?.map(str::to_owned),
        user_agent: row.opt_text(13)?.map(str::to_owned),
        activity: touches.merge_into(number, stored),
        state: state(row)?,
    };
    let (epochs, scopes) = epochs(row)?;
    let standing = Standing {
        user: since(row, 22, UserStatus::parse)?,
        email: opt_since(row, 24, EmailStatus::parse)?,
        tenant: opt_since(row, 26, TenantStatus::parse)?,
        epochs,
    };
    let secret = row.opt_blob(38)?.map(bytes).transpose()?.map(SessionSecretHash::from_bytes);
    let bearer = Bearer { role: label(row.text(39)?, PlatformRole::parse)?, is_operator: row.bool(40)?, tenant: place(row, 41)? };
    Ok(Loaded { snapshot: SessionSnapshot { session, standing, bearer }, scopes, secret })
}

/// A tenant's number, uid and partner, from `col` on.
pub(crate) fn place(row: &dyn Row, col: usize) -> Result<Option<TenantPlace>, DriverError> {
    let Some(number) = row.opt_int(col)? else { return Ok(None) };
    Ok(Some(TenantPlace {
        number: TenantNumber(number),
        uid: TenantUid::from_bytes(bytes(row.blob(col + 1)?)?),
        partner: row.opt_int(col + 2)?.map(PartnerNumber),
    }))
}

fn state(row: &dyn Row) -> Result<SessionState, DriverError> {
    let state = row.int(17)?;
    if state == OPEN {
        return Ok(SessionState::Open);
    }
    let end = End {
        at: Timestamp::from_millis(row.int(18)?),
        reason: label(row.text(19)?, EndReason::parse)?,
        by: row.opt_int(20)?.map(UserNumber),
    };
    match state {
        ENDED => Ok(SessionState::Ended(end)),
        ARCHIVED => Ok(SessionState::Archived { end, at: Timestamp::from_millis(row.int(21)?) }),
        _ => Err(DriverError::Corrupt("a session's state is none of the known".into())),
    }
}

/// Which epoch: its scope and the number of its bearer.
type EpochScope = (i64, i64);

/// The epochs that the session carries. One whose bearer is gone counts as moved: nothing may live under what does not exist.
fn epochs(row: &dyn Row) -> Result<(Vec<EpochStanding>, Vec<EpochScope>), DriverError> {
    let carried = [(0, 28, Some(1)), (1, 30, row.opt_int(36)?), (2, 32, row.opt_int(4)?), (3, 34, row.opt_int(37)?)];
    let (mut epochs, mut scopes) = (Vec::with_capacity(4), Vec::with_capacity(4));
    for (scope, col, scope_number) in carried {
        let Some(scope_number) = scope_number else { continue };
        let (Some(born), current) = (row.opt_int(col)?, row.opt_int(col + 1)?) else {
            return Err(DriverError::Corrupt("a session carries a scope without its epoch".into()));
        };
        epochs.push(EpochStanding { born, current: current.unwrap_or(i64::MIN), moved: None });
        scopes.push((scope, scope_number));
    }
    Ok((epochs, scopes))
}

fn since<S>(row: &dyn Row, col: usize, parse: fn(&str) -> Option<S>) -> Result<Since<S>, DriverError> {
    Ok(Since { status: label(row.text(col)?, parse)?, since: Timestamp::from_millis(row.int(col + 1)?) })
}

fn opt_since<S>(row: &dyn Row, col: usize, parse: fn(&str) -> Option<S>) -> Result<Option<Since<S>>, DriverError> {
    if row.opt_text(col)?.is_some() { since(row, col, parse).map(Some) } else { Ok(None) }
}

/// The variant that a label in a row names.
pub(crate) fn label<S>(text: &str, parse: fn(&str) -> Option<S>) -> Result<S, DriverError> {
    parse(text).ok_or_else(|| DriverError::Corrupt(format!("a row holds a label that is none of {}", std::any::type_name::<S>())))
}

/// Exactly `N` bytes.
pub(crate) fn bytes<const N: usize>(blob: &[u8]) -> Result<[u8; N], DriverError> {
    blob.try_into().map_err(|_| DriverError::Corrupt(format!("a blob of {} bytes stands where {N} were expected", blob.len())))
}
