//! Epochs: what was born under one ends, as a whole, when its bearer moves on to the next.

use cloakroom_engine::ids::{ApplicationNumber, PartnerNumber, TenantNumber};
use cloakroom_engine::sessions::End;
use const_format::concatcp;

use crate::driver::{Connection, DriverError, Record, one, record};
use crate::params;

/// Whose epoch it is.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum EpochScope {
    Server,
    Partner(PartnerNumber),
    Tenant(TenantNumber),
    Application(ApplicationNumber),
}

impl EpochScope {
    /// How `epoch_moves` has a tenant's.
    pub(crate) const TENANT: i64 = 2;

    /// As `epoch_moves` has it: which kind of bearer, and its number.
    const fn key(self) -> (i64, i64) {
        match self {
            Self::Server => (0, 1),
            Self::Partner(PartnerNumber(number)) => (1, number),
            Self::Tenant(TenantNumber(number)) => (Self::TENANT, number),
            Self::Application(ApplicationNumber(number)) => (3, number),
        }
    }

    /// Moves the epoch of the row `$1`.
    const fn moving(self) -> &'static str {
        match self {
            Self::Server => "UPDATE server SET epoch = epoch + 1 WHERE only_row = $1 RETURNING epoch",
            Self::Partner(_) => "UPDATE partners SET epoch = epoch + 1 WHERE number = $1 RETURNING epoch",
            Self::Tenant(_) => "UPDATE tenants SET epoch = epoch + 1 WHERE number = $1 RETURNING epoch",
            Self::Application(_) => "UPDATE applications SET epoch = epoch + 1 WHERE number = $1 RETURNING epoch",
        }
    }
}

/// Moves an epoch, which ends everything that was born under the one it was; returns the new one.
pub(crate) async fn move_epoch(conn: &mut dyn Connection, scope: EpochScope, end: End) -> Result<i64, DriverError> {
    let (kind, number) = scope.key();
    let epoch = one::<i64>(conn, scope.moving(), params![number]).await?;
    let epoch = epoch.ok_or_else(|| DriverError::Corrupt(format!("what bears an epoch is gone: {scope:?}")))?;
    let sql = "INSERT INTO epoch_moves (scope, scope_number, epoch, at, reason, moved_by) VALUES ($1, $2, $3, $4, $5, $6)";
    conn.execute(sql, params![kind, number, epoch, end.at.as_millis(), end.reason.as_str(), end.by.map(|by| by.0)]).await?;
    Ok(epoch)
}

record! { for End { at, reason, by = "moved_by" } }

const MOVE: &str = concatcp!(End::SELECT, " FROM epoch_moves WHERE scope = $1 AND scope_number = $2 AND epoch = $3");

/// The move to this epoch.
pub(crate) async fn epoch_move(conn: &mut dyn Connection, scope: EpochScope, epoch: i64) -> Result<Option<End>, DriverError> {
    let (kind, number) = scope.key();
    one(conn, MOVE, params![kind, number, epoch]).await
}

record! {
    /// A move of which not every end is recorded yet.
    pub(crate) struct UnstampedMove {
        scope: i64,
        scope_number: i64,
        epoch: i64,
        /// Sessions up to this number carry their recorded end.
        pub(crate) stamped_through: i64,
    }
}

const OLDEST_UNSTAMPED: &str = concatcp!(UnstampedMove::SELECT, " FROM epoch_moves WHERE is_stamped = 0 ORDER BY at, epoch LIMIT 1");

pub(crate) async fn oldest_unstamped(conn: &mut dyn Connection) -> Result<Option<UnstampedMove>, DriverError> {
    one(conn, OLDEST_UNSTAMPED, params![]).await
}

/// Remembers how far the ends of a move are recorded, and whether those were all.
pub(crate) async fn stamped(conn: &mut dyn Connection, of: &UnstampedMove, through: i64, finished: bool) -> Result<(), DriverError> {
    let sql = "UPDATE epoch_moves SET stamped_through = $4, is_stamped = $5 WHERE scope = $1 AND scope_number = $2 AND epoch = $3";
    conn.execute(sql, params![of.scope, of.scope_number, of.epoch, through, finished]).await.map(drop)
}
