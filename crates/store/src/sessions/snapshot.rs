//! Reading a session together with everything that its verdict needs, in one statement.

use std::ops::ControlFlow;
use std::sync::Arc;

use cloakroom_engine::clock::Timestamp;
use cloakroom_engine::directory::{EmailStatus, TenantPlace, TenantPolicy, TenantStatus, UserStatus};
use cloakroom_engine::ids::{ApplicationNumber, EmailNumber, PartnerNumber, SessionNumber, TenantNumber, UserNumber};
use cloakroom_engine::secret::SessionSecretHash;
use cloakroom_engine::sessions::store::SessionLookup;
use cloakroom_engine::sessions::touches::PendingTouches;
use cloakroom_engine::sessions::verdict::{Bearer, EpochStanding, SessionSnapshot, Since, Standing};
use cloakroom_engine::sessions::{Activity, End, Session, SessionFacts, SessionState, StoredActivity};
use const_format::concatcp;

use crate::driver::{Connection, DriverError, Param, Record, Row, all, each as each_row, one, record};
use crate::epochs::{EpochScope, epoch_move};
use crate::params;

/// What a session `s` stands on.
const STANDS_ON: &str = "
    JOIN session_touches t ON t.session_number = s.number
    JOIN users u ON u.number = s.user_number
    JOIN server v ON v.only_row = 1
    LEFT JOIN emails e ON e.number = s.email_number
    LEFT JOIN tenants n ON n.number = s.tenant_number
    LEFT JOIN tenants h ON h.number = u.tenant_number
    LEFT JOIN partners p ON p.number = s.partner_number
    LEFT JOIN applications a ON a.number = s.application_number ";

/// A session and everything that its verdict rests on.
pub(crate) const FROM_SESSIONS: &str = concatcp!(" FROM sessions s", STANDS_ON);

/// The same of the session of a grant `g`.
pub(crate) const FROM_GRANTS: &str = concatcp!(" FROM session_grants g JOIN sessions s ON s.number = g.session_number", STANDS_ON);

/// Snapshots, under the conditions that follow.
pub(crate) const SELECT_SNAPSHOT: &str = concatcp!(SnapshotRow::SELECT, FROM_SESSIONS);

pub(crate) const BY_SECRET: &str = concatcp!(SELECT_SNAPSHOT, "WHERE s.secret_lookup = $1");
pub(crate) const BY_UID: &str = concatcp!(SELECT_SNAPSHOT, "WHERE s.uid = $1");
pub(crate) const BY_NUMBER: &str = concatcp!(SELECT_SNAPSHOT, "WHERE s.number = $1");

pub(crate) const OPEN: i64 = 0;
pub(crate) const ENDED: i64 = 1;
pub(crate) const ARCHIVED: i64 = 2;

record! {
    /// The columns of a snapshot.
    pub(crate) struct SnapshotRow {
        facts: SessionFacts = SessionFacts::COLUMNS,
        state: SessionState = StateRow::COLUMNS,
        user: Since<UserStatus> = "u.status, u.status_since",
        email: Option<Since<EmailStatus>> = "e.status, e.status_since",
        tenant: Option<Since<TenantStatus>> = "n.status, n.status_since",
        tenant_policy: TenantPolicy = TenantPolicy::COLUMNS,
        server_born: i64 = "s.server_epoch",
        server_epoch: i64 = "v.epoch",
        under_partner: Option<Under> = "s.partner_number, s.partner_epoch, p.epoch",
        under_tenant: Option<Under> = "s.tenant_number, s.tenant_epoch, n.epoch",
        under_application: Option<Under> = "s.application_number, s.application_epoch, a.epoch",
        secret: Option<SessionSecretHash> = "s.secret_hash",
        email_number: Option<EmailNumber> = "s.email_number",
        email_owner: Option<UserNumber> = "e.user_number",
        bearer: Bearer = Bearer::COLUMNS,
    }
}

record! {
    for SessionFacts as s {
        number, uid, user = "s.user_number", user_uid = "u.uid", birth, created_at, ttl = "s.ttl_millis", slides, absolute_expires_at,
        caption, label, address, user_agent, stored = Activity::COLUMNS,
        authentication = "s.authenticated_at, s.authentication_methods";
        tenant: None,
    }
}

record! { for Activity as t { last_active_at, last_validated_at, expires_at, expiry_edition } }

impl Record for StoredActivity {
    const WIDTH: usize = Activity::WIDTH;

    fn read_opt(row: &dyn Row, at: usize) -> Result<Option<Self>, DriverError> {
        Ok(Activity::read_opt(row, at)?.map(Self::new))
    }
}

record! { struct StateRow as s { state: i64, end: Option<End> = "s.ended_at, s.end_reason, s.ended_by", archived_at: Option<Timestamp> } }

impl Record for SessionState {
    const WIDTH: usize = StateRow::WIDTH;

    fn read_opt(row: &dyn Row, at: usize) -> Result<Option<Self>, DriverError> {
        let Some(StateRow { state, end, archived_at }) = StateRow::read_opt(row, at)? else { return Ok(None) };
        match (state, end, archived_at) {
            (OPEN, ..) => Ok(Some(Self::Open)),
            (ENDED, Some(end), _) => Ok(Some(Self::Ended(end))),
            (ARCHIVED, Some(end), Some(at)) => Ok(Some(Self::Archived { end, at })),
            _ => Err(row.damage(at, format_args!("is none of the known states, or lacks its end"))),
        }
    }
}

record! { for Bearer as u { role, is_operator, password_is_due, tenant = "h.number, h.uid, h.partner_number" } }

record! { for TenantPlace as n { number, uid, partner = "n.partner_number" } }

record! {
    /// What a session was born under: its bearer, the epoch at birth, and the epoch as it is now, unless the bearer is gone.
    struct Under { number: i64, born: i64, current: Option<i64> }
}

/// Which rows a session was read with, beside those that its snapshot names, and what proves its bearer.
#[derive(Clone, Copy)]
pub(crate) struct Ties {
    pub(crate) secret: Option<SessionSecretHash>,
    pub(crate) email: Option<EmailNumber>,
    pub(crate) email_owner: Option<UserNumber>,
    pub(crate) partner: Option<PartnerNumber>,
    pub(crate) application: Option<ApplicationNumber>,
}

/// A snapshot without the records of its moved epochs.
pub(crate) struct Loaded {
    snapshot: SessionSnapshot,
    /// Whose the epochs in `snapshot.standing.moved_epochs` are, in the same order.
    scopes: Vec<EpochScope>,
}

impl Loaded {
    /// What the verdict needs; when and why an epoch moved may still be missing.
    pub(crate) const fn snapshot(&self) -> &SessionSnapshot {
        &self.snapshot
    }

    /// A session that lives: none of its epochs has moved.
    pub(crate) fn into_live(self) -> SessionSnapshot {
        self.snapshot
    }
}

impl SnapshotRow {
    pub(crate) fn ties(&self) -> Ties {
        Ties {
            secret: self.secret,
            email: self.email_number,
            email_owner: self.email_owner,
            partner: self.under_partner.as_ref().map(|partner| PartnerNumber(partner.number)),
            application: self.under_application.as_ref().map(|application| ApplicationNumber(application.number)),
        }
    }

    /// With this process's pending touches merged in.
    pub(crate) fn load(self, touches: &PendingTouches) -> Loaded {
        let Self { mut facts, state, user, email, tenant, tenant_policy, bearer, .. } = self;
        facts.tenant = self.under_tenant.as_ref().map(|tenant| TenantNumber(tenant.number));
        let activity = touches.merge_into(facts.number, facts.stored.get());
        let session = Session { facts: Arc::new(facts), activity, state };
        let (mut moved_epochs, mut scopes) = (Vec::new(), Vec::new());
        let server = Under { number: 1, born: self.server_born, current: Some(self.server_epoch) };
        let carried = [
            (Some(server), (|_| EpochScope::Server) as fn(i64) -> EpochScope),
            (self.under_partner, |number| EpochScope::Partner(PartnerNumber(number))),
            (self.under_tenant, |number| EpochScope::Tenant(TenantNumber(number))),
            (self.under_application, |number| EpochScope::Application(ApplicationNumber(number))),
        ];
        for (under, scope) in carried {
            let Some(Under { number, born, current }) = under else { continue };
            // An epoch whose row is gone counts as moved: nothing lives under what does not exist.
            let current = current.unwrap_or(i64::MIN);
            if current != born {
                moved_epochs.push(EpochStanding { born, current, moved: None });
                scopes.push(scope(number));
            }
        }
        let standing = Standing { user, email, tenant, tenant_policy, moved_epochs };
        Loaded { snapshot: SessionSnapshot { session, standing, bearer }, scopes }
    }
}

/// The session that `lookup` names.
pub(crate) async fn find(
    conn: &mut dyn Connection,
    lookup: SessionLookup,
    touches: &PendingTouches,
) -> Result<Option<SessionSnapshot>, DriverError> {
    Ok(find_tied(conn, lookup, touches).await?.map(|(found, _)| found))
}

/// As [`find`], with what it is tied to.
pub(crate) async fn find_tied(
    conn: &mut dyn Connection,
    lookup: SessionLookup,
    touches: &PendingTouches,
) -> Result<Option<(SessionSnapshot, Ties)>, DriverError> {
    let found = match lookup {
        SessionLookup::Uid(uid) => one::<SnapshotRow>(conn, BY_UID, params![uid.as_bytes()]).await?,
        SessionLookup::Number(number) => one::<SnapshotRow>(conn, BY_NUMBER, params![number.0]).await?,
        SessionLookup::Secret(secret) => {
            let mut found = None;
            let visit = |row: SnapshotRow| {
                // The whole hash decides, in constant time; the index held 64 bits of it.
                if row.secret != Some(secret) {
                    return Ok(ControlFlow::Continue(()));
                }
                found = Some(row);
                Ok(ControlFlow::Break(()))
            };
            each_row(conn, BY_SECRET, params![secret.lookup()], visit).await?;
            found
        }
    };
    let Some(row) = found else { return Ok(None) };
    let ties = row.ties();
    Ok(complete_one(conn, Some(row.load(touches))).await?.map(|found| (found, ties)))
}

/// The session of this number.
pub(crate) async fn by_number(
    conn: &mut dyn Connection,
    session: SessionNumber,
    touches: &PendingTouches,
) -> Result<Option<SessionSnapshot>, DriverError> {
    find(conn, SessionLookup::Number(session), touches).await
}

/// A session on its way through a batch. One row that cannot be read must not keep the others from what is done to them.
pub(crate) enum OpenRow {
    Read(Box<SessionSnapshot>),
    /// The row, or a row that belongs to it, is damaged: it is not valid.
    Unreadable(SessionNumber),
}

/// Every session whose number the statement returns.
pub(crate) async fn each(
    conn: &mut dyn Connection,
    numbers: &'static str,
    params: &[Param<'_>],
    touches: &PendingTouches,
) -> Result<Vec<OpenRow>, DriverError> {
    let numbers = all::<SessionNumber>(conn, numbers, params).await?;
    let mut sessions = Vec::with_capacity(numbers.len());
    for number in numbers {
        sessions.push(open_row(conn, number, touches).await?);
    }
    Ok(sessions)
}

/// The session of this number, which is there.
pub(crate) async fn open_row(conn: &mut dyn Connection, number: SessionNumber, touches: &PendingTouches) -> Result<OpenRow, DriverError> {
    match by_number(conn, number, touches).await {
        Ok(Some(snapshot)) => Ok(OpenRow::Read(Box::new(snapshot))),
        Ok(None) | Err(DriverError::Corrupt(_)) => {
            tracing::error!(session = number.0, "a session's row is damaged");
            Ok(OpenRow::Unreadable(number))
        }
        Err(error) => Err(error),
    }
}

/// Every snapshot that the statement returns.
pub(crate) async fn many(
    conn: &mut dyn Connection,
    sql: &'static str,
    params: &[Param<'_>],
    touches: &PendingTouches,
) -> Result<Vec<SessionSnapshot>, DriverError> {
    let rows = all::<SnapshotRow>(conn, sql, params).await?;
    complete(conn, rows.into_iter().map(|row| row.load(touches)).collect()).await
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
    for Loaded { mut snapshot, scopes } in loaded {
        for (epoch, scope) in snapshot.standing.moved_epochs.iter_mut().zip(scopes) {
            if snapshot.session.state == SessionState::Open {
                epoch.moved = epoch_move(conn, scope, epoch.born + 1).await?;
            }
        }
        snapshots.push(snapshot);
    }
    Ok(snapshots)
}
