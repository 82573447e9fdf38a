//! Signing in with an email and a passcode, without telling strangers anything (P5).
//!
//! Unknown names and wrong passcodes take the same path: one read, one hash, one counted refusal. A lock is looked at before the
//! hash, so that a locked name costs nothing, and again with the result, so that a burst sent at once gains no guess.

use super::open::{OpenRefusal, OpenedSession, ProvenUser, SessionWish};
use crate::audit::{Action, Actor, AuditEntry, AuditResult, RequestOrigin, ResourceKind};
use crate::clock::Span;
use crate::directory::password::{HashingResult, PasswordHash, hash, nobody, verify};
use crate::directory::{EmailStatus, UserStatus, canonical_email};
use crate::engine::Engine;
use crate::entropy::random;
use crate::error::EngineError;
use crate::secret::Passcode;
use crate::store::{Credentials, RefusedSignIn, SignInSubject};

/// A sign-in with an email address.
#[derive(Debug)]
pub struct SignIn {
    /// As typed; trimmed and lower-cased before it is looked up.
    pub email: String,
    pub passcode: Passcode,
    pub wish: SessionWish,
    pub origin: RequestOrigin,
}

/// Why nobody is signed in.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum SignInRefusal {
    /// No such email, or not its passcode.
    InvalidPasscode,
    /// The passcode matched; the user, or the user's home tenant, may not sign in.
    UserNotVerified,
    /// The passcode matched; the address is not verified.
    EmailNotVerified,
    AtCap,
    CapInvalid,
    /// Too many failures; the name is locked for so long.
    Locked {
        wait: Span,
    },
}

/// What the passcode check found.
struct Checked {
    matches: bool,
    rehashed: Option<PasswordHash>,
}

impl Engine {
    /// Signs somebody in and opens a session.
    ///
    /// # Errors
    /// When too many passcodes wait to be checked, or the store cannot be relied on.
    pub async fn sign_in(&self, sign_in: SignIn) -> Result<Result<OpenedSession, SignInRefusal>, EngineError> {
        let SignIn { email, passcode, wish, origin } = sign_in;
        // What cannot be an address takes the path of an unknown one.
        let name = canonical_email(&email);
        let looked_up = name.clone().unwrap_or_default();
        let subject = SignInSubject { name: self.keys.sign_in_name(&looked_up), network: origin.network() };
        let record = self.store.sign_in_record(&looked_up, &subject, self.now()).await?;
        if let Some(until) = record.locked_until {
            self.refuse(&subject, name.as_deref(), &origin, "locked").await?;
            return Ok(Err(SignInRefusal::Locked { wait: until.since(self.now()) }));
        }
        let credentials = record.credentials;
        let known = credentials.as_ref().and_then(|user| user.password_hash.clone());
        let checked = self.check_passcode(passcode, known.clone()).await?;
        let Some(user) = credentials.filter(|_| checked.matches) else {
            return self.refuse_passcode(&subject, name.as_deref(), &origin).await;
        };
        if let Some(refusal) = not_entitled(&user) {
            let why = if refusal == SignInRefusal::UserNotVerified { "user not verified" } else { "email not verified" };
            let locked = self.refuse(&subject, name.as_deref(), &origin, why).await?;
            return Ok(Err(locked.unwrap_or(refusal)));
        }
        let proven = self.rehash(&user, known, checked.rehashed, &origin).await;
        let proven_user = ProvenUser { credentials: user, proven, subject: Some(subject.clone()) };
        match self.open_session(proven_user, wish, origin.clone()).await? {
            Ok(opened) => Ok(Ok(opened)),
            Err(OpenRefusal::AtCap) => Ok(Err(SignInRefusal::AtCap)),
            Err(OpenRefusal::CapInvalid) => Ok(Err(SignInRefusal::CapInvalid)),
            Err(OpenRefusal::Locked { wait }) => Ok(Err(SignInRefusal::Locked { wait })),
            Err(OpenRefusal::CredentialsChanged) => self.refuse_passcode(&subject, name.as_deref(), &origin).await,
        }
    }

    async fn check_passcode(&self, passcode: Passcode, known: Option<PasswordHash>) -> Result<Checked, EngineError> {
        let outdated = known.as_ref().is_some_and(PasswordHash::is_outdated);
        let salt = if outdated { Some(random(&*self.entropy)?) } else { None };
        let against = known.unwrap_or_else(nobody);
        let job = move || {
            let matches = verify(&passcode, &against);
            let rehashed = salt.filter(|_| matches).and_then(|salt| hash(&passcode, salt));
            HashingResult::Verified { matches, rehashed }
        };
        match self.hashing.run(Box::new(job)).await? {
            HashingResult::Verified { matches, rehashed } => Ok(Checked { matches, rehashed }),
            HashingResult::Hashed(_) => Err(EngineError::HashingFailed),
        }
    }

    /// Keeps the better hash, and returns the one that now proves the user. A store that cannot is no reason to refuse: the
    /// next sign-in tries again.
    async fn rehash(
        &self,
        user: &Credentials,
        old: Option<PasswordHash>,
        new: Option<PasswordHash>,
        origin: &RequestOrigin,
    ) -> Option<PasswordHash> {
        let (Some(before), Some(after)) = (old.clone(), new) else { return old };
        let actor = Actor::User(user.user, user.user_uid);
        let audit =
            AuditEntry::success(self.now(), Action::UserPasswordRehashed, ResourceKind::User, actor, origin.clone()).on(user.user_uid);
        match self.store.rehash_password(user.user, before, after.clone(), audit).await {
            Ok(()) => Some(after),
            Err(_) => old,
        }
    }

    async fn refuse_passcode(
        &self,
        subject: &SignInSubject,
        name: Option<&str>,
        origin: &RequestOrigin,
    ) -> Result<Result<OpenedSession, SignInRefusal>, EngineError> {
        let locked = self.refuse(subject, name, origin, "invalid passcode").await?;
        Ok(Err(locked.unwrap_or(SignInRefusal::InvalidPasscode)))
    }

    /// Tells the trail, and says whether the name had been locked by others meanwhile.
    async fn refuse(
        &self,
        subject: &SignInSubject,
        name: Option<&str>,
        origin: &RequestOrigin,
        why: &'static str,
    ) -> Result<Option<SignInRefusal>, EngineError> {
        let now = self.now();
        let mut audit = AuditEntry::success(now, Action::SignInRefused, ResourceKind::SignIn, Actor::Stranger, origin.clone());
        audit.result = AuditResult::Refused;
        audit = audit.with("reason", why).with("network", subject.network.clone());
        // What is no address may well be a passcode typed into the wrong field.
        if let Some(name) = name {
            audit = audit.with("name", name);
        }
        let refused =
            RefusedSignIn { subject: subject.clone(), at: now, counts: why == "invalid passcode", lockout: self.policy.lockout, audit };
        let locked = self.store.refuse_sign_in(refused).await?;
        Ok(locked.map(|until| SignInRefusal::Locked { wait: until.since(now) }))
    }
}

fn not_entitled(user: &Credentials) -> Option<SignInRefusal> {
    let tenant_open = user.tenant.is_none_or(|tenant| tenant.status.lets_sessions_live());
    if user.user_status != UserStatus::Verified || !tenant_open {
        return Some(SignInRefusal::UserNotVerified);
    }
    user.email.is_some_and(|(_, status)| status != EmailStatus::Verified).then_some(SignInRefusal::EmailNotVerified)
}
