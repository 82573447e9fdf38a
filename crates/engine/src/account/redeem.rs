//! Redeems the token of a mail: once, in time, and only until something voids it. Every other token gets the same refusal.

use super::MailPurpose;
use super::mail_token::MailToken;
use super::store::PasswordReset;
use crate::audit::{Action, Actor, AuditEntry, AuditResult, RequestOrigin, ResourceKind};
use crate::directory::new_password::WeakPassword;
use crate::engine::Engine;
use crate::error::EngineError;
use crate::secret::Passcode;
use crate::sessions::credentials::{RefusedSignIn, SignInSubject};

/// Why a token sets no password.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum ResetRefusal {
    NotRedeemed(NotRedeemed),
    /// The password may not be set; the token can still be redeemed with another one.
    Weak(WeakPassword),
}

/// The token is malformed, unknown, used, expired, replaced or void.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct NotRedeemed;

impl Engine {
    /// Sets the password of the user who was sent the token, and ends all of their sessions.
    ///
    /// # Errors
    /// When too many passwords wait to be hashed, or the store cannot be relied on; whether it changed may then be unknown.
    pub async fn redeem_password_reset(
        &self,
        token: &str,
        password: Passcode,
        origin: &RequestOrigin,
    ) -> Result<Result<(), ResetRefusal>, EngineError> {
        let candidate = match self.policy.passwords.candidate(password) {
            Ok(candidate) => candidate,
            Err(weak) => return Ok(Err(ResetRefusal::Weak(weak))),
        };
        let Some(token) = MailToken::parse(MailPurpose::PasswordReset, token).map(|token| token.hash(&self.keys)) else {
            return Ok(Err(ResetRefusal::NotRedeemed(NotRedeemed)));
        };
        // The token is checked first, so that an invalid one does not make the server hash.
        let Some(owner) = self.store.redeems(MailPurpose::PasswordReset, token, self.now()).await? else {
            return self.refuse_mail_token(origin).await.map(|refusal| Err(ResetRefusal::NotRedeemed(refusal)));
        };
        let password = match candidate.of(owner.iter().map(String::as_str)) {
            Ok(password) => self.hash_password(password).await?,
            Err(weak) => return Ok(Err(ResetRefusal::Weak(weak))),
        };
        let now = self.now();
        let entry = |action, resource| AuditEntry::success(now, action, resource, Actor::Stranger, origin.clone());
        let reset = PasswordReset {
            token,
            password,
            at: now,
            audit: entry(Action::PasswordReset, ResourceKind::User),
            ended: entry(Action::SessionEnded, ResourceKind::Session).with("reach", "everywhere"),
        };
        match self.store.redeem_password_reset(reset).await? {
            Some(_) => Ok(Ok(())),
            None => self.refuse_mail_token(origin).await.map(|refusal| Err(ResetRefusal::NotRedeemed(refusal))),
        }
    }

    /// Makes the address that was sent the token a verified one.
    ///
    /// # Errors
    /// When the store cannot be relied on; whether it is verified may then be unknown.
    pub async fn verify_email(&self, token: &str, origin: &RequestOrigin) -> Result<Result<(), NotRedeemed>, EngineError> {
        let Some(token) = MailToken::parse(MailPurpose::EmailVerification, token).map(|token| token.hash(&self.keys)) else {
            return Ok(Err(NotRedeemed));
        };
        let now = self.now();
        let audit = AuditEntry::success(now, Action::EmailStatusChanged, ResourceKind::User, Actor::Stranger, origin.clone());
        match self.store.verify_email(token, now, audit).await? {
            true => Ok(Ok(())),
            false => self.refuse_mail_token(origin).await.map(Err),
        }
    }

    /// Tells the trail of a well-formed token that redeems nothing, summed by network and minute like refused sign-ins. It locks
    /// nothing: 256 random bits are not guessed.
    async fn refuse_mail_token(&self, origin: &RequestOrigin) -> Result<NotRedeemed, EngineError> {
        let (now, network) = (self.now(), origin.network());
        let mut audit = AuditEntry::success(now, Action::SignInRefused, ResourceKind::SignIn, Actor::Stranger, origin.clone());
        audit.result = AuditResult::Refused;
        let audit = audit.with("reason", "invalid mail token").with("network", network.clone());
        let subject = SignInSubject { name: self.keys.sign_in_name("every mail token"), network };
        let summed_under = subject.name;
        let refused = RefusedSignIn { subject, summed_under, at: now, counts: false, lockout: self.policy.lockout, audit };
        self.store.refuse_sign_in(refused).await?;
        Ok(NotRedeemed)
    }
}
