//! A page of a user's own live sessions: one statement, and one more where an application was given a token within one of them.

use std::collections::HashMap;
use std::ops::ControlFlow;

use cloakroom_engine::cursor::Place;
use cloakroom_engine::error::StoreError;
use cloakroom_engine::ids::{SessionNumber, UserNumber};
use cloakroom_engine::page::Paged;
use cloakroom_engine::sessions::detail::{DetailedSnapshot, ReachedApplication};
use cloakroom_engine::sessions::pages::{ListOwnSessions, OwnSessions};
use cloakroom_engine::sessions::touches::PendingTouches;
use cloakroom_engine::sessions::verdict::{Verdict, verdict};
use const_format::concatcp;

use super::detail::Surroundings;
use super::snapshot::{Loaded, SnapshotRow};
use crate::driver::{Connection, DriverError, Record, Row, all, record, scan};
use crate::params;

record! {
    struct OwnRow as s {
        number: SessionNumber,
        snapshot: Damageable<SnapshotRow> = SnapshotRow::COLUMNS,
        surroundings: Damageable<Surroundings> = Surroundings::COLUMNS,
        // Applications that were given a token within it.
        grants: i64 =
            "(SELECT count(*) FROM session_grants g WHERE g.session_number = s.number AND g.application_number IS NOT NULL) AS grants",
    }
}

/// What may be damaged while the rows beside it are not.
struct Damageable<T>(Result<T, DriverError>);

impl<T: Record> Record for Damageable<T> {
    const COLUMNS: &'static str = T::COLUMNS;
    const WIDTH: usize = T::WIDTH;

    fn read_opt(row: &dyn Row, at: usize) -> Result<Option<Self>, DriverError> {
        match T::read(row, at) {
            Err(error) if !matches!(error, DriverError::Corrupt(_)) => Err(error),
            read => Ok(Some(Self(read))),
        }
    }
}

/// The open sessions of the user `$1` behind a place, of the tenant `$4` where one is given, newest first, with all that is judged and shown of them. What they all stand on is
/// named first, so that it is looked up once; the sessions come in the order of their index, so that whoever has seen enough ends it.
const OPEN_OF_USER: &str = concatcp!(
    OwnRow::SELECT,
    " FROM users u
     CROSS JOIN server v
     LEFT JOIN tenants h ON h.number = u.tenant_number
     CROSS JOIN sessions s
     JOIN session_touches t ON t.session_number = s.number
     LEFT JOIN emails e ON e.number = s.email_number
     LEFT JOIN tenants n ON n.number = s.tenant_number
     LEFT JOIN partners p ON p.number = s.partner_number
     LEFT JOIN applications a ON a.number = s.application_number
     WHERE u.number = $1 AND v.only_row = 1 AND s.user_number = $1 AND s.state = 0 AND (s.created_at, s.number) < ($2, $3)
       AND ($4 IS NULL OR s.tenant_number = $4)
     ORDER BY s.created_at DESC, s.number DESC"
);

record! { struct Given { session: SessionNumber = "g.session_number", application: ReachedApplication = ReachedApplication::COLUMNS } }

/// The applications that were given a token within open sessions of the user `$1`, from the place `$2`, `$3` to the place `$4`, `$5`: of
/// each session the latest first.
const APPLICATIONS: &str = concatcp!(
    Given::SELECT,
    " FROM sessions s
     JOIN session_grants g ON g.session_number = s.number
     JOIN applications a ON a.number = g.application_number
     WHERE s.user_number = $1 AND s.state = 0 AND (s.created_at, s.number) <= ($2, $3) AND (s.created_at, s.number) >= ($4, $5)
     GROUP BY g.session_number, a.number, a.uid, a.name
     ORDER BY accessed_at DESC, a.number DESC"
);

/// A session of the page.
struct Shown {
    detailed: DetailedSnapshot,
    has_grants: bool,
}

/// The verdict decides on each, as far as the page goes.
pub(crate) async fn page(conn: &mut dyn Connection, list: &ListOwnSessions, touches: &PendingTouches) -> Result<OwnSessions, StoreError> {
    let (after, before, limit) = match list.page {
        Paged::Numbered(page) => (Place::NEWEST, page.before(), page.per_page as usize),
        Paged::After { place, per_page } => (place, 0, per_page as usize),
    };
    let (mut met, mut shown, mut more) = (0, Vec::new(), false);
    let visit = |row: OwnRow| {
        let Some(loaded) = live(row.number, row.snapshot, list, touches)? else { return Ok(ControlFlow::Continue(())) };
        met += 1;
        more = met > before && shown.len() == limit;
        if more {
            return Ok(ControlFlow::Break(()));
        }
        if met > before {
            let detailed = DetailedSnapshot { snapshot: loaded.into_live(), surroundings: row.surroundings.0?.shown() };
            shown.push(Shown { detailed, has_grants: row.grants > 0 });
        }
        Ok(ControlFlow::Continue(()))
    };
    scan(conn, OPEN_OF_USER, params![list.user.0, after.at.as_millis(), after.number, list.under.map(|tenant| tenant.0)], visit).await?;
    add_applications(conn, list.user, &mut shown).await?;
    Ok(OwnSessions { sessions: shown.into_iter().map(|shown| shown.detailed).collect(), more })
}

/// What lives. A session that cannot be read is not valid.
fn live(
    number: SessionNumber,
    snapshot: Damageable<SnapshotRow>,
    list: &ListOwnSessions,
    touches: &PendingTouches,
) -> Result<Option<Loaded>, DriverError> {
    let Ok(row) = snapshot.0 else {
        tracing::error!(session = number.0, "a session's row is damaged");
        return Ok(None);
    };
    let loaded = row.load(touches);
    let verdict = verdict(loaded.snapshot(), list.now).map_err(|doubt| DriverError::Unavailable(doubt.to_string()))?;
    Ok((verdict == Verdict::Live).then_some(loaded))
}

async fn add_applications(conn: &mut dyn Connection, user: UserNumber, shown: &mut [Shown]) -> Result<(), DriverError> {
    let mut reached = shown.iter().filter(|shown| shown.has_grants).map(|shown| Place::of(&shown.detailed.snapshot.session));
    let Some(first) = reached.next() else { return Ok(()) };
    let last = reached.next_back().unwrap_or(first);
    let between = params![user.0, first.at.as_millis(), first.number, last.at.as_millis(), last.number];
    let mut given: HashMap<SessionNumber, Vec<ReachedApplication>> = HashMap::new();
    for Given { session, application } in all::<Given>(conn, APPLICATIONS, between).await? {
        given.entry(session).or_default().push(application);
    }
    for Shown { detailed, .. } in shown {
        detailed.surroundings.applications = given.remove(&detailed.snapshot.session.number).unwrap_or_default();
    }
    Ok(())
}
