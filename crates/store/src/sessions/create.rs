//! Creating a session. Everything that a sign-in found is looked at once more inside the transaction: the cap holds exactly and
//! nobody gets in on a status, a passcode or a lock that changed while the passcode was being hashed.

use cloakroom_engine::audit::{Action, Actor, AuditEntry, ResourceKind};
use cloakroom_engine::callers::Deed;
use cloakroom_engine::clock::Timestamp;
use cloakroom_engine::directory::{EmailStatus, TenantStatus, UserStatus};
use cloakroom_engine::error::StoreError;
use cloakroom_engine::ids::{ApplicationNumber, SessionNumber, TenantNumber};
use cloakroom_engine::machine::application::ApplicationEpochs;
use cloakroom_engine::secret::SessionSecretHash;
use cloakroom_engine::sessions::metadata::KeptMetadata;
use cloakroom_engine::sessions::store::{CreateOutcome, NewSession};
use cloakroom_engine::sessions::touches::PendingTouches;
use cloakroom_engine::sessions::verdict::{SessionSnapshot, Verdict, verdict};
use cloakroom_engine::sessions::{Birth, End, EndReason};
use const_format::concatcp;

use super::expiry::due;
use super::snapshot::{self, OpenRow};
use super::{end, metadata};
use crate::directory::identities;
use crate::driver::{Connection, DriverError, Record, inserted, one, record};
use crate::{audit, doubtful, machine, params, sign_ins, tokens};

/// What the new session stands on, as it is now.
struct Ground {
    tenant: Option<TenantNumber>,
    tenant_epoch: Option<i64>,
    partner_number: Option<i64>,
    partner_epoch: Option<i64>,
    /// Number and epoch.
    application: Option<(i64, i64)>,
    server_epoch: i64,
    /// Whether user, email, tenant, passcode and application are still what was seen.
    holds: bool,
    /// Until when the subject's name is locked.
    locked_until: Option<Timestamp>,
    /// How many sessions of the user are recorded as open, up to the cap.
    open: i64,
}

pub(crate) async fn create(conn: &mut dyn Connection, new: &NewSession, touches: &PendingTouches) -> Result<CreateOutcome, StoreError> {
    let Some(ground) = ground(conn, new).await? else {
        return Ok(CreateOutcome::CredentialsChanged);
    };
    if let Some(until) = ground.locked_until {
        return Ok(CreateOutcome::Locked { until });
    }
    if !ground.holds {
        return Ok(CreateOutcome::CredentialsChanged);
    }
    let proven = match &new.provider {
        Some(proof) => match identities::proven(conn, new.user, proof).await? {
            Some(proven) => Some((proven, proof)),
            None => return Ok(CreateOutcome::CredentialsChanged),
        },
        None => None,
    };
    if ground.open >= i64::from(new.cap) && open_of_its_kind(conn, new).await? && !make_room(conn, new, touches).await? {
        return Ok(CreateOutcome::AtCap);
    }
    let number = insert(conn, new, &ground).await?;
    if !new.metadata.is_empty() {
        metadata::keep(conn, number, &KeptMetadata::first(new.metadata.clone())).await?;
    }
    let grant = match &new.refresh {
        Some(hash) => Some(tokens::begin_grant(conn, number, hash, new).await?),
        None => None,
    };
    if let Some(subject) = &new.subject {
        sign_ins::forget_failures(conn, subject).await?;
    }
    let entry = new.audit.clone().within(ground.tenant);
    audit::append(conn, &entry).await?;
    if let Some(proven) = proven {
        identities::take_effect(conn, number.0, proven, Deed::behind(&entry), touches).await?;
    }
    Ok(CreateOutcome::Created { number, tenant: ground.tenant, grant })
}

record! {
    pub(crate) struct GroundRow as n {
        user: UserStatus = "u.status AS user_status",
        password: Option<String> = "u.password_hash",
        email: Option<EmailStatus> = "e.status AS email_status",
        tenant_status: Option<TenantStatus> = "n.status",
        tenant: Option<TenantNumber> = "u.tenant_number",
        tenant_epoch: Option<i64> = "n.epoch AS tenant_epoch",
        partner_number: Option<i64>,
        partner_epoch: Option<i64> = "p.epoch AS partner_epoch",
        server_epoch: i64 = "v.epoch AS server_epoch",
        locked_until: Option<Timestamp> = concatcp!("(", sign_ins::SELECT_LOCK, ") AS locked_until"),
        open: i64 = "(SELECT count(*) FROM (SELECT 1 FROM sessions s WHERE s.user_number = $5 AND s.state = 0 LIMIT $7) AS open_sessions)
            AS open",
    }
}

/// One statement: each is a round trip.
pub(crate) const GROUND: &str = concatcp!(
    GroundRow::SELECT,
    " FROM users u
     JOIN server v ON v.only_row = 1
     LEFT JOIN emails e ON e.number = $6 AND e.user_number = u.number
     LEFT JOIN tenants n ON n.number = u.tenant_number
     LEFT JOIN partners p ON p.number = n.partner_number
     WHERE u.number = $5"
);

async fn ground(conn: &mut dyn Connection, new: &NewSession) -> Result<Option<Ground>, DriverError> {
    let subject = new.subject.as_ref();
    let params = params![
        subject.map(|subject| &subject.name),
        sign_ins::EVERYWHERE,
        subject.map(|subject| subject.network.as_str()),
        new.created_at.as_millis(),
        new.user.0,
        new.email.map(|email| email.0),
        i64::from(new.cap),
    ];
    let ground = one::<GroundRow>(conn, GROUND, params).await?.map(|row| {
        let email = new.email.is_none() || row.email == Some(EmailStatus::Verified);
        let tenant = row.tenant_status.is_none_or(TenantStatus::lets_sessions_live);
        let passcode = new.proven.as_ref().is_none_or(|proven| row.password.as_deref() == Some(proven.as_phc()));
        Ground {
            tenant: row.tenant,
            tenant_epoch: row.tenant_epoch,
            partner_number: row.partner_number,
            partner_epoch: row.partner_epoch,
            application: None,
            server_epoch: row.server_epoch,
            holds: row.user == UserStatus::Verified && email && tenant && passcode,
            locked_until: row.locked_until,
            open: row.open,
        }
    });
    match (ground, &new.application) {
        (Some(ground), Some((application, epochs))) => Ok(Some(under_application(conn, new, ground, *application, epochs).await?)),
        (ground, _) => Ok(ground),
    }
}

/// What a session depends on that an application creates for its owner: the application's tenant in place of the user's.
async fn under_application(
    conn: &mut dyn Connection,
    new: &NewSession,
    ground: Ground,
    application: ApplicationNumber,
    epochs: &ApplicationEpochs,
) -> Result<Ground, DriverError> {
    let Some(client) = machine::by_number(conn, application).await? else { return Ok(Ground { holds: false, ..ground }) };
    let is_owner = client.acting_owner().is_some_and(|owner| owner.number == new.user);
    Ok(Ground {
        tenant: client.tenant_number(),
        tenant_epoch: client.epochs.tenant,
        partner_number: client.tenant.and_then(|tenant| tenant.partner).map(|partner| partner.0),
        partner_epoch: client.epochs.partner,
        application: Some((application.0, client.epochs.application)),
        server_epoch: client.epochs.server,
        holds: ground.holds && is_owner && client.stands_by(epochs),
        ..ground
    })
}

/// Whether as many sessions of the user as the cap allows are recorded as open that are stored by applications, or that are not: what
/// the new one is. Applications cannot take the places of their owner's sign-ins.
async fn open_of_its_kind(conn: &mut dyn Connection, new: &NewSession) -> Result<bool, DriverError> {
    let sql = "SELECT count(*) FROM (SELECT 1 FROM sessions s
                   WHERE s.user_number = $1 AND s.state = 0 AND CASE WHEN s.birth = 'storage' THEN 1 ELSE 0 END = $2 LIMIT $3) AS kind";
    let is_stored = i64::from(new.birth == Birth::Storage);
    let open = one::<i64>(conn, sql, params![new.user.0, is_stored, i64::from(new.cap)]).await?.unwrap_or(0);
    Ok(open >= i64::from(new.cap))
}

/// Sees that the user is under the cap, evicting where that is the policy; whether there is room. Counting open rows in the index is
/// enough below the cap; only at it does anybody look which of them still live.
async fn make_room(conn: &mut dyn Connection, new: &NewSession, touches: &PendingTouches) -> Result<bool, StoreError> {
    let cap = new.cap as usize;
    let mut live = Vec::new();
    for open in snapshot::open_of_user(conn, new.user, touches).await? {
        // A session that cannot be read is not valid, so it does not count.
        let OpenRow::Read(open) = open else { continue };
        if (open.session.birth == Birth::Storage) != (new.birth == Birth::Storage) {
            continue;
        }
        match verdict(&open, new.created_at).map_err(doubtful)? {
            Verdict::Live => live.push(*open),
            Verdict::Dead(end) => end::record(conn, &open.session, end, &system_entry(new.created_at, "cap")).await?,
        }
    }
    if live.len() < cap {
        return Ok(true);
    }
    if !new.evict_oldest {
        return Ok(false);
    }
    evict(conn, new, live).await?;
    Ok(true)
}

async fn evict(conn: &mut dyn Connection, new: &NewSession, mut live: Vec<SessionSnapshot>) -> Result<(), StoreError> {
    live.sort_by_key(|snapshot| (snapshot.session.activity.last_active_at, snapshot.session.number));
    live.truncate(live.len() + 1 - new.cap as usize);
    let end = End { at: new.created_at, reason: EndReason::Evicted, by: Some(new.user) };
    let entry = AuditEntry { action: Action::SessionEnded, detail: Vec::new(), ..new.audit.clone() };
    for SessionSnapshot { session, .. } in live {
        end::record(conn, &session, end, &entry).await?;
    }
    Ok(())
}

fn system_entry(at: Timestamp, task: &'static str) -> AuditEntry {
    AuditEntry::success(at, Action::SessionEnded, ResourceKind::Session, Actor::System(task), Default::default())
}

pub(crate) const INSERT: &str = "INSERT INTO sessions (uid, secret_lookup, secret_hash, user_number, email_number, tenant_number,
        tenant_epoch, partner_number, partner_epoch, server_epoch, birth, state, due, created_at, ttl_millis, slides,
        absolute_expires_at, caption, label, address, user_agent, device_type, device_family, device_brand, os_family, os_version,
        application_family, application_version, country, region, city, application_number, application_epoch,
        authenticated_at, authentication_methods)
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, 0, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $22, $23, $24, $25,
        $26, $27, $28, $29, $30, $31, $32, $33, $34)
    RETURNING number";

pub(crate) const INSERT_TOUCHES: &str =
    "INSERT INTO session_touches (session_number, last_validated_at, last_active_at, expires_at) VALUES ($1, NULL, $2, $3)";

async fn insert(conn: &mut dyn Connection, new: &NewSession, ground: &Ground) -> Result<SessionNumber, DriverError> {
    let expires_at = new.created_at.plus(new.ttl);
    let address = new.origin.address.map(|address| address.to_string());
    let (agent, place) = (&new.agent, new.location.as_ref());
    let (os, application) = (agent.operating_system.as_ref(), agent.application.as_ref());
    let methods = new.authentication.map(|proven| proven.methods.to_string());
    let params = params![
        new.uid.as_bytes(),
        new.secret.map(|secret| secret.lookup()),
        new.secret.as_ref().map(SessionSecretHash::as_bytes),
        new.user.0,
        new.email.map(|email| email.0),
        ground.tenant.map(|tenant| tenant.0),
        ground.tenant_epoch,
        ground.partner_number,
        ground.partner_epoch,
        ground.server_epoch,
        new.birth.as_str(),
        due(expires_at),
        new.created_at.as_millis(),
        new.ttl.as_millis(),
        new.slides,
        new.created_at.plus(new.absolute_ttl).as_millis(),
        new.caption.as_deref(),
        new.label.as_deref(),
        address.as_deref(),
        new.origin.user_agent.as_deref(),
        agent.device_type.as_str(),
        agent.device.as_ref().map(|device| device.family.as_str()),
        agent.device.as_ref().and_then(|device| device.brand.as_deref()),
        os.map(|os| os.family.as_str()),
        os.and_then(|os| os.version.as_deref()),
        application.map(|application| application.family.as_str()),
        application.and_then(|application| application.version.as_deref()),
        place.and_then(|place| place.country.as_deref()),
        place.and_then(|place| place.region.as_deref()),
        place.and_then(|place| place.city.as_deref()),
        ground.application.map(|(number, _)| number),
        ground.application.map(|(_, epoch)| epoch),
        new.authentication.map(|proven| proven.at.as_millis()),
        methods.as_deref(),
    ];
    let number = inserted(conn, INSERT, params).await?;
    count_in(conn, new, ground).await?;
    conn.change(INSERT_TOUCHES, params![number, new.created_at.as_millis(), expires_at.as_millis()]).await?;
    Ok(SessionNumber(number))
}

pub(crate) const COUNT: &str = "INSERT INTO session_counts (tenant_number, tenant_epoch, partner_number, partner_epoch,
        application_number, application_epoch, server_epoch, device_type, application_family, open, ended, archived, born_seconds,
        born_millis)
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, 1, 0, 0, $10, $11)
    ON CONFLICT (tenant_number, tenant_epoch, partner_number, partner_epoch, application_number, application_epoch, server_epoch,
        device_type, application_family)
    DO UPDATE SET open = session_counts.open + 1, born_seconds = session_counts.born_seconds + $10,
        born_millis = session_counts.born_millis + $11";

/// Counts a session that was just inserted. What becomes of it later is counted by triggers.
async fn count_in(conn: &mut dyn Connection, new: &NewSession, ground: &Ground) -> Result<(), DriverError> {
    let born = new.created_at.as_millis();
    let params = params![
        ground.tenant.map_or(0, |tenant| tenant.0),
        ground.tenant_epoch.unwrap_or(-1),
        ground.partner_number.unwrap_or(0),
        ground.partner_epoch.unwrap_or(-1),
        ground.application.map_or(0, |(number, _)| number),
        ground.application.map_or(-1, |(_, epoch)| epoch),
        ground.server_epoch,
        new.agent.device_type.as_str(),
        new.agent.application.as_ref().map_or("", |application| application.family.as_str()),
        born / 1000,
        born % 1000,
    ];
    conn.change(COUNT, params).await
}
