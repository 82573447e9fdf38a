//! Mass ends: what is to end, and how far that is.

use cloakroom_engine::audit::RequestOrigin;
use cloakroom_engine::callers::Reach;
use cloakroom_engine::clock::Timestamp;
use cloakroom_engine::cursor::Place;
use cloakroom_engine::error::StoreError;
use cloakroom_engine::ids::{
    ApplicationNumber, MassEndNumber, MassEndUid, PartnerNumber, SessionNumber, TenantNumber, UserNumber, UserUid,
};
use cloakroom_engine::sessions::DeviceType;
use cloakroom_engine::sessions::mass_end::store::{KEPT, MassEndBatch, NewMassEnd};
use cloakroom_engine::sessions::mass_end::{MassEnd, MassEndState};
use cloakroom_engine::sessions::scope::SessionScope;
use cloakroom_engine::sessions::searching::{SearchedState, SessionFilter};
use cloakroom_engine::sessions::store::{EndCause, EndOutcome};
use cloakroom_engine::sessions::touches::PendingTouches;
use const_format::concatcp;

use super::end;
use crate::driver::{Connection, DriverError, Record, all, one, record};
use crate::{audit, params};

record! {
    struct MassEndRow as m {
        number: MassEndNumber,
        uid: MassEndUid,
        user: UserNumber = "m.user_number",
        user_uid: UserUid = "u.uid",
        username: String = "u.username",
        session: SessionNumber = "m.session_number",
        reach_tenant: Option<TenantNumber>,
        reach_partner: Option<PartnerNumber>,
        of_tenant: Option<TenantNumber> = "m.tenant_number",
        of_partner: Option<PartnerNumber> = "m.partner_number",
        of_user: Option<UserNumber>,
        application: Option<ApplicationNumber> = "m.application_number",
        address: Option<String>,
        device: Option<DeviceType> = "m.device_type",
        created_from: Option<Timestamp>,
        created_to: Option<Timestamp>,
        asked_at: Timestamp,
        meant: i64,
        ended: i64,
        walked_at: Option<Timestamp>,
        walked_number: Option<i64>,
        state: MassEndState,
        settled_at: Option<Timestamp>,
        asked_from: Option<String>,
        user_agent: Option<String>,
        request_id: Option<String>,
    }
}

impl MassEndRow {
    fn read_whole(self) -> MassEnd {
        let count = |count: i64| u64::try_from(count).unwrap_or(0);
        MassEnd {
            number: self.number,
            uid: self.uid,
            user: self.user,
            user_uid: self.user_uid,
            username: self.username,
            session: self.session,
            reach: match (self.reach_tenant, self.reach_partner) {
                (Some(tenant), _) => Reach::Tenant(tenant),
                (None, Some(partner)) => Reach::Partner(partner),
                (None, None) => Reach::Everything,
            },
            filter: SessionFilter {
                scope: SessionScope { tenant: self.of_tenant, partner: self.of_partner, user: self.of_user },
                state: SearchedState::Live,
                application: self.application,
                address: self.address,
                device: self.device,
                created_from: self.created_from,
                created_to: self.created_to,
            },
            asked_at: self.asked_at,
            meant: count(self.meant),
            ended: count(self.ended),
            after: self.walked_at.zip(self.walked_number).map(|(at, number)| Place { at, number }),
            state: self.state,
            settled_at: self.settled_at,
            origin: RequestOrigin {
                address: self.asked_from.and_then(|address| address.parse().ok()),
                user_agent: self.user_agent,
                request_id: self.request_id,
            },
        }
    }
}

const FROM: &str = " FROM mass_ends m JOIN users u ON u.number = m.user_number ";
const RUNNING: &str = concatcp!(MassEndRow::SELECT, FROM, "WHERE m.state = 'running' ORDER BY m.number LIMIT 1");
const BY_UID: &str = concatcp!(MassEndRow::SELECT, FROM, "WHERE m.uid = $1");
const NEWEST: &str = concatcp!(MassEndRow::SELECT, FROM, "WHERE ($1 IS NULL OR m.user_number = $1) ORDER BY m.number DESC LIMIT $2");

/// Keeps one that is asked for.
pub(crate) async fn ask(conn: &mut dyn Connection, new: &NewMassEnd) -> Result<(), StoreError> {
    let old = new.asked_at.minus(KEPT);
    conn.execute("DELETE FROM mass_ends WHERE settled_at < $1", params![old.as_millis()]).await?;
    let (reach_tenant, reach_partner) = match new.reach {
        Reach::Everything => (None, None),
        Reach::Partner(partner) => (None, Some(partner.0)),
        Reach::Tenant(tenant) => (Some(tenant.0), None),
    };
    let SessionFilter { scope, state: _, application, address, device, created_from, created_to } = &new.filter;
    let asked_from = new.origin.address.map(|address| address.to_string());
    let sql = "INSERT INTO mass_ends (uid, user_number, session_number, reach_tenant, reach_partner, tenant_number, partner_number, of_user,
                   application_number, address, device_type, created_from, created_to, asked_at, meant, state, asked_from, user_agent, request_id)
               VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, 'running', $16, $17, $18)";
    let params = params![
        new.uid.as_bytes(),
        new.user.0,
        new.session.0,
        reach_tenant,
        reach_partner,
        scope.tenant.map(|tenant| tenant.0),
        scope.partner.map(|partner| partner.0),
        scope.user.map(|user| user.0),
        application.map(|application| application.0),
        address.as_ref(),
        device.map(DeviceType::as_str),
        created_from.map(Timestamp::as_millis),
        created_to.map(Timestamp::as_millis),
        new.asked_at.as_millis(),
        i64::try_from(new.meant).unwrap_or(i64::MAX),
        asked_from.as_ref(),
        new.origin.user_agent.as_ref(),
        new.origin.request_id.as_ref(),
    ];
    conn.execute(sql, params).await?;
    Ok(audit::append(conn, &new.audit).await?)
}

/// The oldest that is running.
pub(crate) async fn running(conn: &mut dyn Connection) -> Result<Option<MassEnd>, StoreError> {
    Ok(one::<MassEndRow>(conn, RUNNING, params![]).await?.map(MassEndRow::read_whole))
}

/// One of them.
pub(crate) async fn of_uid(conn: &mut dyn Connection, uid: MassEndUid) -> Result<Option<MassEnd>, StoreError> {
    Ok(one::<MassEndRow>(conn, BY_UID, params![uid.as_bytes()]).await?.map(MassEndRow::read_whole))
}

/// The newest.
pub(crate) async fn newest(conn: &mut dyn Connection, user: Option<UserNumber>, limit: usize) -> Result<Vec<MassEnd>, StoreError> {
    let found = all::<MassEndRow>(conn, NEWEST, params![user.map(|user| user.0), limit as i64]).await?;
    Ok(found.into_iter().map(MassEndRow::read_whole).collect())
}

/// Ends a batch, if it is still running.
pub(crate) async fn run(conn: &mut dyn Connection, batch: &MassEndBatch, touches: &PendingTouches) -> Result<u64, StoreError> {
    let going = one::<i64>(conn, "SELECT number FROM mass_ends WHERE number = $1 AND state = 'running'", params![batch.number.0]).await?;
    if going.is_none() {
        return Ok(0);
    }
    let mut ended: u64 = 0;
    for session in &batch.sessions {
        let cause = EndCause::Deliberate(batch.end);
        if let EndOutcome::Ended(_) = end::end_one(conn, *session, cause, batch.end.at, &batch.audit, touches).await? {
            ended += 1;
        }
    }
    let sql = "UPDATE mass_ends SET ended = ended + $2, walked_at = $3, walked_number = $4 WHERE number = $1";
    let walked = batch.next.map(|place| (place.at.as_millis(), place.number));
    let ended_now = i64::try_from(ended).unwrap_or(i64::MAX);
    conn.execute(sql, params![batch.number.0, ended_now, walked.map(|(at, _)| at), walked.map(|(_, number)| number)]).await?;
    if batch.next.is_none() {
        let all = one::<i64>(conn, "SELECT ended FROM mass_ends WHERE number = $1", params![batch.number.0]).await?.unwrap_or(0);
        settle(conn, batch.number, MassEndState::Done, batch.end.at).await?;
        audit::append(conn, &batch.settled.clone().with("ended", all.to_string())).await?;
    }
    Ok(ended)
}

/// Stops one that may not go on.
pub(crate) async fn stop(
    conn: &mut dyn Connection,
    number: MassEndNumber,
    at: Timestamp,
    entry: &cloakroom_engine::audit::AuditEntry,
) -> Result<(), StoreError> {
    if settle(conn, number, MassEndState::Stopped, at).await? > 0 {
        audit::append(conn, entry).await?;
    }
    Ok(())
}

/// What the request that asked came from is forgotten with it: the trail has it.
async fn settle(conn: &mut dyn Connection, number: MassEndNumber, state: MassEndState, at: Timestamp) -> Result<u64, DriverError> {
    let sql = "UPDATE mass_ends SET state = $2, settled_at = $3, asked_from = NULL, user_agent = NULL, request_id = NULL
               WHERE number = $1 AND state = 'running'";
    conn.execute(sql, params![number.0, state.as_str(), at.as_millis()]).await
}
