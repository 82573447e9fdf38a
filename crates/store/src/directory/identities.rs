//! Who somebody is to identity providers: finding out whose an identity is, having it be somebody's, and judging again what a session
//! rests on that begins by one.

use cloakroom_engine::audit::{Action, Actor, ResourceKind};
use cloakroom_engine::callers::Deed;
use cloakroom_engine::directory::changes::NewUser;
use cloakroom_engine::directory::identity_provider::{IdentityProviderRecord, StoredIdentityProvider};
use cloakroom_engine::directory::records::UserRecord;
use cloakroom_engine::directory::{EmailStatus, PlatformRole, UserStatus};
use cloakroom_engine::error::StoreError;
use cloakroom_engine::federation::admission::{new_display_name, new_username};
use cloakroom_engine::federation::protocol::ProviderIdentity;
use cloakroom_engine::federation::store::{ProviderProof, SettleIdentity, SettledIdentity, SpentToken};
use cloakroom_engine::ids::{TenantUid, UserNumber};
use cloakroom_engine::sessions::touches::PendingTouches;

use super::{emails, identity_providers as providers, read, users};
use crate::driver::{Connection, DriverError, exists, one, record};
use crate::{audit, params, sign_ins};

record! { struct IdentityRow { number: i64, user: UserNumber = "user_number" } }

/// Whose an identity is; links or creates, as the provider may.
pub(crate) async fn settle(conn: &mut dyn Connection, settle: &SettleIdentity) -> Result<SettledIdentity, StoreError> {
    if let Some(spent) = &settle.spent
        && !spend(conn, spent, settle).await?
    {
        return Ok(SettledIdentity::Spent);
    }
    let identity = &settle.identity;
    let found = serving(conn, &settle.provider, &identity.issuer).await?;
    let Some(provider) = found else { return Ok(SettledIdentity::NotAdmitted("the provider serves nobody", None)) };
    match known(conn, &identity.issuer, &identity.subject).await? {
        Some(row) => of(conn, &provider, row.user).await,
        None => stranger(conn, &provider, settle).await,
    }
}

async fn spend(conn: &mut dyn Connection, spent: &SpentToken, settle: &SettleIdentity) -> Result<bool, DriverError> {
    crate::spent_provider_tokens::spend(conn, spent, settle.deed.at).await
}

/// The provider of this code, if it serves and is still that of the issuer.
async fn serving(conn: &mut dyn Connection, code: &str, issuer: &str) -> Result<Option<IdentityProviderRecord>, DriverError> {
    let found = providers::read::called(conn, code).await?.filter(StoredIdentityProvider::serves);
    Ok(found.map(|found| found.provider).filter(|provider| provider.settings.issuer == issuer))
}

async fn known(conn: &mut dyn Connection, issuer: &str, subject: &str) -> Result<Option<IdentityRow>, DriverError> {
    let sql = "SELECT number, user_number FROM identities WHERE issuer = $1 AND subject = $2";
    one(conn, sql, params![issuer, subject]).await
}

async fn user_numbered(conn: &mut dyn Connection, user: UserNumber) -> Result<UserRecord, DriverError> {
    let found = read::user_numbered(conn, user).await?;
    found.ok_or_else(|| DriverError::Corrupt("an identity is of a user who is not there".into()))
}

/// The user of an identity, if the provider may say that somebody is that.
async fn of(conn: &mut dyn Connection, provider: &IdentityProviderRecord, user: UserNumber) -> Result<SettledIdentity, StoreError> {
    let record = user_numbered(conn, user).await?;
    if !provider.may_sign_in(&record) {
        return Ok(SettledIdentity::NotAdmitted("not the provider's to sign in", Some(record.uid)));
    }
    let credentials = sign_ins::of_user(conn, user).await?;
    let credentials = credentials.ok_or_else(|| StoreError::Corrupt("a user who was just found is not there".to_owned()))?;
    Ok(SettledIdentity::Of(Box::new(credentials)))
}

/// An identity that nobody has yet.
async fn stranger(
    conn: &mut dyn Connection,
    provider: &IdentityProviderRecord,
    settle: &SettleIdentity,
) -> Result<SettledIdentity, StoreError> {
    let address = provider.vouched_address(&settle.identity);
    let owner = match &address {
        Some(address) => emails::owner(conn, address).await?,
        None => None,
    };
    let settings = &provider.settings;
    match (owner, &address) {
        (Some(owner), Some(address)) if settings.link_by_verified_email => {
            let user = user_numbered(conn, owner).await?;
            // An address may be given to somebody else one day: whoever has an identity of the issuer already is not another one, too.
            if !provider.may_link(&user, address) || has_identity_of(conn, owner, &settings.issuer).await? {
                return Ok(SettledIdentity::NotAdmitted("not the provider's to link", Some(user.uid)));
            }
            link(conn, provider, settle, &user).await?;
            of(conn, provider, owner).await
        }
        (Some(_), _) if settings.create_users => Ok(SettledIdentity::NameTaken),
        (None, address) if settings.create_users => create(conn, provider, settle, address.as_deref()).await,
        _ => Ok(SettledIdentity::NotAdmitted("nobody has this identity", None)),
    }
}

async fn has_identity_of(conn: &mut dyn Connection, user: UserNumber, issuer: &str) -> Result<bool, DriverError> {
    exists(conn, "SELECT 1 FROM identities WHERE user_number = $1 AND issuer = $2 LIMIT 1", params![user.0, issuer]).await
}

/// A new user, verified, without a password, of the provider's tenant.
async fn create(
    conn: &mut dyn Connection,
    provider: &IdentityProviderRecord,
    settle: &SettleIdentity,
    address: Option<&str>,
) -> Result<SettledIdentity, StoreError> {
    let Some(username) = new_username(&settle.identity) else { return Ok(SettledIdentity::NameTaken) };
    if exists(conn, "SELECT 1 FROM users WHERE username = $1", params![&username]).await? {
        return Ok(SettledIdentity::NameTaken);
    }
    let new = NewUser::<TenantUid> {
        username,
        email: address.map(|address| (address.to_owned(), EmailStatus::Verified)),
        display_name: new_display_name(&settle.identity),
        tenant: None,
        memberships: Vec::new(),
        role: PlatformRole::None,
        is_operator: false,
        status: UserStatus::Verified,
        session_cap: None,
        password: None,
        password_is_due: false,
    };
    users::create(conn, &settle.deed, settle.uid, &new, (provider.tenant_number(), &[])).await?;
    let user = read::user(conn, settle.uid).await?;
    let user = user.ok_or_else(|| StoreError::Corrupt("a user who was just made is not there".to_owned()))?;
    link(conn, provider, settle, &user).await?;
    of(conn, provider, user.number).await
}

async fn link(
    conn: &mut dyn Connection,
    provider: &IdentityProviderRecord,
    settle: &SettleIdentity,
    user: &UserRecord,
) -> Result<(), DriverError> {
    let ProviderIdentity { issuer, subject, .. } = &settle.identity;
    let sql = "INSERT INTO identities (user_number, provider_number, issuer, subject, linked_at) VALUES ($1, $2, $3, $4, $5)";
    conn.execute(sql, params![user.number.0, provider.number.0, issuer, subject, settle.deed.at.as_millis()]).await?;
    let told = settle.deed.entry(Action::IdentityLinked, ResourceKind::User, user.uid).within(user.home_number());
    audit::append(conn, &told.with("identity_provider", provider.code.as_str()).with("subject", subject.as_str())).await
}

/// An identity by which a session begins, as it stands now.
pub(crate) struct ProvenIdentity {
    number: i64,
    provider: IdentityProviderRecord,
    user: UserRecord,
}

/// The identity of `proof`, if it is still the user's, and the provider may still sign that user in.
pub(crate) async fn proven(
    conn: &mut dyn Connection,
    user: UserNumber,
    proof: &ProviderProof,
) -> Result<Option<ProvenIdentity>, DriverError> {
    let row = known(conn, &proof.issuer, &proof.subject).await?.filter(|row| row.user == user);
    let provider = serving(conn, &proof.provider, &proof.issuer).await?;
    let (Some(row), Some(provider)) = (row, provider) else { return Ok(None) };
    let user = user_numbered(conn, user).await?;
    Ok(provider.may_sign_in(&user).then_some(ProvenIdentity { number: row.number, provider, user }))
}

/// Has a session rest on an identity, and its user be a member where the provider's groups say so.
pub(crate) async fn take_effect(
    conn: &mut dyn Connection,
    session: i64,
    (proven, proof): (ProvenIdentity, &ProviderProof),
    deed: Deed,
    touches: &PendingTouches,
) -> Result<(), StoreError> {
    let ProvenIdentity { number, provider, user } = proven;
    let sql = "INSERT INTO provider_sessions (session_number, identity_number, provider_number, provider_session) VALUES ($1, $2, $3, $4)
               ON CONFLICT (session_number) DO UPDATE SET identity_number = $2, provider_number = $3, provider_session = $4";
    conn.execute(sql, params![session, number, provider.number.0, proof.provider_session.as_deref()]).await?;
    let after = UserRecord { memberships: provider.memberships(&proof.groups, &user.memberships), ..user.clone() };
    let deed = Deed { actor: Actor::IdentityProvider(provider.uid), by: None, ..deed };
    users::change(conn, &deed, touches, &user, &after).await?;
    Ok(())
}
