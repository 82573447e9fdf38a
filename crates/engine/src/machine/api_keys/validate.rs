//! Saying whether an API key is valid, and whose it is.

use std::sync::Arc;

use super::text::{ApiKeySecretHash, ShownApiKey};
use crate::audit::RequestOrigin;
use crate::callers::refused::{Claim, Refused, RefusedCaller};
use crate::callers::{ApiKeyAdmin, OrgRefusal};
use crate::clock::Timestamp;
use crate::directory::{TenantStatus, canonical_org_code};
use crate::engine::Engine;
use crate::error::EngineError;
use crate::ids::{ApiKeyUid, ServiceAccountUid, TenantNumber, TenantUid};
use crate::machine::store::StoredApiKey;
use crate::machine::verdict::{ApiKeyEndReason, ApiKeyVerdict, verdict};

/// What a valid key stands for.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct ValidApiKey {
    pub uid: ApiKeyUid,
    pub account: ServiceAccountUid,
    pub org: TenantNumber,
    pub org_uid: TenantUid,
    pub org_code: Arc<str>,
    /// Anything but doomed. The caller judges what a suspended org's machine may do.
    pub org_status: TenantStatus,
    pub roles: Arc<[String]>,
    pub expires_at: Option<Timestamp>,
}

/// Why a key is not valid.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum ApiKeyRefusal {
    /// There is no such key, or its secret is wrong: one answer for both.
    Invalid,
    /// It is the key, and it is dead.
    Dead(ApiKeyEndReason),
    /// It lives, in another org than the one named.
    OtherOrg,
}

/// Why a key manages no keys.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum ApiKeyAdminRefusal {
    Key(ApiKeyRefusal),
    /// It lives, and its service account is no owner.
    Org(OrgRefusal),
}

impl Engine {
    /// Whether the key that was shown is valid; where `org` is named, for that org. Unknown and wrong take the same path: one
    /// read, one hash, one comparison that does not stop early. Refusals are summed, and not limited: whoever validates for others would be
    /// refused for what strangers show, and nobody guesses 256 random bits.
    ///
    /// # Errors
    /// When the store or the clock cannot be relied on.
    pub async fn validate_api_key(
        &self,
        shown: &ShownApiKey,
        org: Option<&str>,
        origin: &RequestOrigin,
    ) -> Result<Result<ValidApiKey, ApiKeyRefusal>, EngineError> {
        Ok(self.judge_api_key(shown, org).await?.map_err(|(refusal, claim)| {
            let why = match refusal {
                ApiKeyRefusal::Invalid if claim == Claim::Nobody => "unknown key",
                ApiKeyRefusal::Invalid => "wrong secret",
                ApiKeyRefusal::Dead(reason) => reason.in_words(),
                ApiKeyRefusal::OtherOrg => "another org",
            };
            self.refusals.note(RefusedCaller { what: Refused::ApiKey, why, claim, origin, is_daily: false }, self.now());
            refusal
        }))
    }

    /// Whether the key that was shown may manage the keys of the org of this code, which is its own.
    ///
    /// # Errors
    /// As [`Engine::validate_api_key`].
    pub async fn api_key_admin(
        &self,
        shown: &ShownApiKey,
        org: &str,
        origin: &RequestOrigin,
    ) -> Result<Result<ApiKeyAdmin, ApiKeyAdminRefusal>, EngineError> {
        Ok(match self.validate_api_key(shown, Some(org), origin).await? {
            Ok(valid) => ApiKeyAdmin::of(valid).map_err(ApiKeyAdminRefusal::Org),
            Err(refusal) => Err(ApiKeyAdminRefusal::Key(refusal)),
        })
    }

    async fn judge_api_key(
        &self,
        shown: &ShownApiKey,
        wanted: Option<&str>,
    ) -> Result<Result<ValidApiKey, (ApiKeyRefusal, Claim)>, EngineError> {
        let found = self.store.api_key(shown.uid, self.now()).await?;
        // An unknown key is compared as well; no secret has a hash of zeros that anybody could find.
        let secret = found.as_ref().map_or(ApiKeySecretHash::from_bytes([0; 32]), |found| found.secret);
        let matches = secret == shown.secret.hash();
        let claim = found.as_ref().map_or(Claim::Nobody, |found| Claim::Known(shown.uid.to_string(), Some(found.org)));
        let Some(found) = found.filter(|_| matches) else {
            return Ok(Err((ApiKeyRefusal::Invalid, claim)));
        };
        let StoredApiKey { snapshot, org, org_uid, org_code, roles, .. } = &*found;
        let now = self.now();
        if let ApiKeyVerdict::Dead(end) = verdict(snapshot, now)? {
            return Ok(Err((ApiKeyRefusal::Dead(end.reason), claim)));
        }
        if wanted.is_some_and(|wanted| canonical_org_code(wanted).as_deref() != Some(&**org_code)) {
            return Ok(Err((ApiKeyRefusal::OtherOrg, claim)));
        }
        self.key_uses.note(snapshot.api_key.number, now);
        Ok(Ok(ValidApiKey {
            uid: snapshot.api_key.uid,
            account: snapshot.api_key.account,
            org: *org,
            org_uid: *org_uid,
            org_code: org_code.clone(),
            org_status: snapshot.standing.org.status,
            roles: roles.clone(),
            expires_at: snapshot.expires_at(),
        }))
    }
}
