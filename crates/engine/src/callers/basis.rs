//! What a capability rests on, judged again by every transaction that changes something on its word: what was suspended, demoted or
//! narrowed while a request was still arriving changes nothing.

use std::sync::Arc;

use super::org_standing::{OrgStanding, takes_changes};
use crate::clock::Timestamp;
use crate::directory::ApplicationStatus;
use crate::error::{Doubt, Lapsed};
use crate::ids::{ApiKeyUid, SessionNumber};
use crate::machine;
use crate::machine::application::ClientRecord;
use crate::machine::service_accounts::OWNER_ROLE;
use crate::machine::store::StoredApiKey;
use crate::machine::verdict::ApiKeyVerdict;
use crate::secret::ClientSecretHash;
use crate::sessions::verdict::{Bearer, SessionSnapshot, Verdict, verdict};

/// On whose word a transaction changes something. None is run without saying so.
#[derive(Clone, Debug)]
pub enum Authorisation {
    /// A caller's, which is judged again before anything is changed.
    Caller(Basis),
    /// The transaction itself verifies the secret or the token that was shown.
    Verified,
    /// Anybody may ask for it.
    Anybody,
    /// Time, upkeep or an operator's command does it.
    Server,
}

impl From<Basis> for Authorisation {
    fn from(basis: Basis) -> Self {
        Self::Caller(basis)
    }
}

/// What a capability was minted from and what it gives, to be judged again at a moment.
#[derive(Clone, Debug)]
pub struct Basis {
    source: Source,
    at: Timestamp,
}

/// From what a capability was minted.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Source {
    Session(SessionSource),
    Application(Box<ApplicationSource>),
    ApiKey(ApiKeySource),
}

/// A session, and what of its user the capability rests on. The grant of an access token lives as long as its session; that it was
/// refreshed meanwhile is the caller's own doing and takes nothing away.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct SessionSource {
    pub session: SessionNumber,
    /// Role and home, where the capability rests on them.
    pub bearer: Option<Bearer>,
    /// The code of the org that the user owns, where the capability rests on that.
    pub org: Option<String>,
}

/// An application as it was when it proved to be itself.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct ApplicationSource {
    pub held: Arc<ClientRecord>,
    pub proof: ClientProof,
    /// Whether it acts for the user whom it belongs to.
    pub for_owner: bool,
}

/// An API key by which a machine acts as an owner of its org.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct ApiKeySource {
    pub api_key: ApiKeyUid,
}

/// How an application proved to be itself.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum ClientProof {
    Secret(ClientSecretHash),
    /// A signature by one of its published keys.
    Signature,
    /// None but its client id, which is enough for a public application (RFC 6749 section 2.1).
    Public,
    /// The access token of this uid, which lives by its application's epochs, and until it is revoked by itself.
    Token([u8; 16]),
}

impl Basis {
    pub(super) const fn new(source: Source, at: Timestamp) -> Self {
        Self { source, at }
    }

    /// What a store has to read, to have it judged.
    pub const fn source(&self) -> &Source {
        &self.source
    }

    /// The moment for which it is judged.
    pub const fn at(&self) -> Timestamp {
        self.at
    }
}

impl SessionSource {
    /// Whether the capability could be minted once more at `now`, from the session as the store found it, and, where it rests on an
    /// org, from what the user is in that org.
    ///
    /// # Errors
    /// As the verdict.
    pub fn judge(&self, found: Option<&SessionSnapshot>, org: Option<&OrgStanding>, now: Timestamp) -> Result<Result<(), Lapsed>, Doubt> {
        let Some(snapshot) = found else { return Ok(Err(Lapsed::Unauthenticated)) };
        if verdict(snapshot, now)? != Verdict::Live {
            return Ok(Err(Lapsed::Unauthenticated));
        }
        let has_role = self.bearer.as_ref().is_none_or(|bearer| *bearer == snapshot.bearer);
        Ok(if has_role && (self.org.is_none() || org.is_some_and(OrgStanding::is_writers)) { Ok(()) } else { Err(Lapsed::Narrowed) })
    }
}

impl ApiKeySource {
    /// Whether the capability could be minted once more at `now`, from the key as the store found it.
    ///
    /// # Errors
    /// As the verdict.
    pub fn judge(&self, found: Option<&StoredApiKey>, now: Timestamp) -> Result<Result<(), Lapsed>, Doubt> {
        let Some(StoredApiKey { snapshot, roles, .. }) = found else { return Ok(Err(Lapsed::Unauthenticated)) };
        if machine::verdict::verdict(snapshot, now)? != ApiKeyVerdict::Live {
            return Ok(Err(Lapsed::Unauthenticated));
        }
        let is_writers = roles.iter().any(|role| role == OWNER_ROLE) && takes_changes(snapshot.standing.org.status);
        Ok(if is_writers { Ok(()) } else { Err(Lapsed::Narrowed) })
    }
}

impl ApplicationSource {
    /// Whether the capability could be minted once more from the application as the store found it, with its secrets where one of them
    /// was the proof. An application that was given more still has what it had.
    ///
    /// # Errors
    /// Why not.
    pub fn judge(&self, found: Option<&ClientRecord>) -> Result<(), Lapsed> {
        let held = &self.held;
        let is_itself = |found: &&ClientRecord| {
            found.status == ApplicationStatus::Active
                && found.epochs == held.epochs
                && match self.proof {
                    ClientProof::Secret(secret) => found.secrets.contains(&secret),
                    ClientProof::Signature => found.jwks == held.jwks,
                    ClientProof::Public => found.is_public(),
                    // The store finds nobody by a token that was revoked.
                    ClientProof::Token(_) => !found.is_public(),
                }
        };
        let found = found.filter(is_itself).ok_or(Lapsed::Unauthenticated)?;
        let reaches_as_far = found.tenant == held.tenant && (found.is_platform || !held.is_platform);
        let has_scopes = held.scopes.iter().all(|scope| found.scopes.contains(scope));
        let has_owner = !self.for_owner || found.owner == held.owner;
        if reaches_as_far && has_scopes && has_owner { Ok(()) } else { Err(Lapsed::Narrowed) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::directory::{ApplicationKind, PlatformRole, TenantPlace, TenantPolicy, TenantStatus};
    use crate::ids::{ApplicationNumber, ApplicationUid, PartnerNumber, TenantNumber, TenantUid, UserNumber};
    use crate::machine::application::{ApplicationEpochs, ApplicationOwner};
    use crate::tokens::TokenAlgorithm;

    fn record() -> ClientRecord {
        let tenant = TenantPlace { number: TenantNumber(1), uid: TenantUid::from_bytes([1; 16]), partner: Some(PartnerNumber(7)) };
        ClientRecord {
            number: ApplicationNumber(1),
            uid: ApplicationUid::from_bytes([1; 16]),
            client_id: "shop".into(),
            name: "Shop".into(),
            owner: Some(ApplicationOwner { number: UserNumber(1), username: "ada".into(), role: PlatformRole::None, is_operator: false }),
            tenant: Some(tenant),
            tenant_status: Some(TenantStatus::Verified),
            tenant_policy: TenantPolicy::default(),
            status: ApplicationStatus::Active,
            scopes: vec!["admin:write".into()],
            is_platform: false,
            epochs: ApplicationEpochs { server: 1, partner: Some(1), tenant: Some(1), application: 1 },
            secrets: vec![ClientSecretHash::from_bytes([1; 32]), ClientSecretHash::from_bytes([2; 32])],
            jwks: Some("keys".into()),
            kind: ApplicationKind::Web,
            redirect_uris: Vec::new(),
            post_logout_redirect_uris: Vec::new(),
            backchannel_logout_uri: None,
            resources: Vec::new(),
            session_claims: Vec::new(),
            origins: Vec::new(),
            is_first_party: false,
            id_token_algorithm: TokenAlgorithm::Rs256,
        }
    }

    fn judged(proof: ClientProof, change: impl Fn(&mut ClientRecord)) -> Result<(), Lapsed> {
        let mut found = record();
        change(&mut found);
        ApplicationSource { held: record().into(), proof, for_owner: true }.judge(Some(&found))
    }

    #[test]
    fn an_application_is_itself_by_what_proved_it_and_no_other_proof() {
        let [mine, other] = [1, 2].map(|byte| ClientProof::Secret(ClientSecretHash::from_bytes([byte; 32])));
        let all = [mine, other, ClientProof::Signature, ClientProof::Token([3; 16]), ClientProof::Public];
        let refused = |change: fn(&mut ClientRecord)| all.map(|proof| judged(proof, change).is_err());
        assert_eq!(refused(|_| {}), [false, false, false, false, true], "its name alone proves nothing of one that is confidential");
        assert_eq!(refused(|found| found.secrets.truncate(1)), [false, true, false, false, true]);
        assert_eq!(refused(|found| found.jwks = None), [false, false, true, false, true]);
        assert_eq!(refused(|found| found.status = ApplicationStatus::Disabled), [true; 5]);
        assert_eq!(refused(|found| found.epochs.tenant = Some(2)), [true; 5]);
        assert_eq!(judged(ClientProof::Public, |found| found.kind = ApplicationKind::Spa), Ok(()));
        assert_eq!(judged(all[3], |found| found.kind = ApplicationKind::Spa), Err(Lapsed::Unauthenticated));
        assert_eq!(ApplicationSource { held: record().into(), proof: mine, for_owner: false }.judge(None), Err(Lapsed::Unauthenticated));
    }

    #[test]
    fn what_was_taken_away_narrows_and_what_was_added_does_not() {
        let judged = |change: fn(&mut ClientRecord)| judged(ClientProof::Token([3; 16]), change);
        assert_eq!(judged(|found| found.scopes.push("profile".into())), Ok(()));
        assert_eq!(judged(|found| found.is_platform = true), Ok(()));
        for change in [(|found| found.scopes.clear()) as fn(&mut ClientRecord), |found| found.tenant = None, |found| found.owner = None] {
            assert_eq!(judged(change), Err(Lapsed::Narrowed));
        }
    }
}
