//! Signing in with an email or a username and a passcode, without telling strangers anything (P5).
//!
//! Unknown names and wrong passcodes take the same path: one read, as much work as the dearest hash takes, one counted refusal. The lock is checked before the
//! hash, so that a locked name costs nothing (unless nobody may tell it from another), and again with the result, so that guesses sent at once gain nothing.

use super::Authentication;
use super::credentials::{Credentials, KnownAccount, NOBODYS_NAME, RefusedSignIn, SignInName, SignInSubject, SoughtName};
use super::open::{OpenRefusal, OpenedSession, ProvenUser, SessionWish};
use crate::audit::{Action, Actor, AuditEntry, AuditResult, RequestOrigin, ResourceKind};
use crate::clock::Span;
use crate::directory::password::{HashingResult, Match, PasswordHash, hash};
use crate::directory::password_cost::{Compared, HashCost, compare_at};
use crate::directory::{EmailStatus, UserStatus};
use crate::engine::Engine;
use crate::entropy::random;
use crate::error::EngineError;
use crate::hex::hex;
use crate::secret::Passcode;

/// A sign-in with an email address.
#[derive(Debug)]
pub struct SignIn {
    /// As typed.
    pub email: String,
    pub passcode: Passcode,
    pub wish: SessionWish,
    pub origin: RequestOrigin,
}

/// A name during a sign-in: how it is looked up, how it is counted, and what the trail may record of it.
struct Attempt<'a> {
    subject: SignInSubject,
    sought: SoughtName,
    /// Of whoever has this name.
    account: Option<KnownAccount>,
    origin: &'a RequestOrigin,
}

impl Attempt<'_> {
    /// The same attempt, once it is known whose name it is.
    fn of(self, account: Option<KnownAccount>) -> Self {
        Self { subject: self.subject.of_account(account.map(|account| account.user)), account, ..self }
    }
}

/// Why a sign-in is refused.
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

/// How often a sign-in reads credentials that change meanwhile. A hash that changed during the comparison may still be one of this
/// passcode, since a parallel sign-in may have replaced it.
pub(crate) const LOOKS: usize = 2;

/// What the passcode check found.
struct Checked {
    matches: bool,
    rehashed: Option<PasswordHash>,
}

impl From<OpenRefusal> for SignInRefusal {
    fn from(refusal: OpenRefusal) -> Self {
        match refusal {
            OpenRefusal::AtCap => Self::AtCap,
            OpenRefusal::CapInvalid => Self::CapInvalid,
            OpenRefusal::CredentialsChanged => Self::InvalidPasscode,
            OpenRefusal::Locked { wait } => Self::Locked { wait },
        }
    }
}

impl Engine {
    /// Signs somebody in and opens a session.
    ///
    /// # Errors
    /// When too many passcodes wait to be checked, or the store cannot be relied on.
    pub async fn sign_in(&self, sign_in: SignIn) -> Result<Result<OpenedSession, SignInRefusal>, EngineError> {
        let SignIn { email, passcode, wish, origin } = sign_in;
        self.sign_in_as(&SignInName::Email(email), passcode, wish, origin).await
    }

    /// As [`Engine::sign_in`], with any kind of name.
    pub(super) async fn sign_in_as(
        &self,
        name: &SignInName,
        passcode: Passcode,
        wish: SessionWish,
        origin: RequestOrigin,
    ) -> Result<Result<OpenedSession, SignInRefusal>, EngineError> {
        let mut account = None;
        for _ in 0..LOOKS {
            let proven = match self.prove_user(name, passcode.clone(), &origin).await? {
                Ok(proven) => proven,
                Err(refusal) => return Ok(Err(refusal)),
            };
            account = Some(proven.credentials.account());
            match self.open_session(proven, wish.clone(), origin.clone()).await? {
                Ok(opened) => return Ok(Ok(opened)),
                Err(OpenRefusal::CredentialsChanged) => {}
                Err(refusal) => return Ok(Err(refusal.into())),
            }
        }
        self.refuse_changed(name, account, &origin).await.map(Err)
    }

    /// Says who it is, if the passcode is theirs and they may sign in.
    ///
    /// # Errors
    /// When too many passcodes wait to be checked, or the store cannot be relied on.
    pub(crate) async fn prove_user(
        &self,
        name: &SignInName,
        passcode: Passcode,
        origin: &RequestOrigin,
    ) -> Result<Result<ProvenUser, SignInRefusal>, EngineError> {
        let mut attempt = self.attempt(name, origin);
        let record = self.store.sign_in_record(&attempt.sought, &attempt.subject, self.now()).await?;
        attempt = attempt.of(record.credentials.as_ref().map(Credentials::account));
        let dearest = HashCost::dearest_of(record.dearest.as_ref().map(PasswordHash::cost));
        if let Some(until) = record.locked_until {
            if name.hides_lock() {
                self.check_passcode(passcode, None, dearest, false).await?;
            }
            self.refuse(&attempt, "locked", false).await?;
            return Ok(Err(SignInRefusal::Locked { wait: until.since(self.now()) }));
        }
        let credentials = record.credentials;
        let known = credentials.as_ref().and_then(|user| user.password_hash.clone());
        let may_enter = credentials.as_ref().is_some_and(|user| not_entitled(user).is_none());
        let checked = self.check_passcode(passcode, known.clone(), dearest, may_enter).await?;
        let Some(user) = credentials.filter(|_| checked.matches) else {
            return self.refuse_passcode(&attempt, "invalid passcode").await.map(Err);
        };
        if let Some(refusal) = not_entitled(&user) {
            let why = if refusal == SignInRefusal::UserNotVerified { "user not verified" } else { "email not verified" };
            if name.hides_status() {
                return self.refuse_passcode(&attempt, why).await.map(Err);
            }
            let locked = self.refuse(&attempt, why, false).await?;
            return Ok(Err(locked.unwrap_or(refusal)));
        }
        let proven = self.rehash(&user, known, checked.rehashed, origin).await;
        let authentication = Some(Authentication::by_password(self.now()));
        Ok(Ok(ProvenUser { credentials: user, proven, subject: Some(attempt.subject), authentication, provider: None }))
    }

    /// The proof of who has `account` changed before it was used, so it no longer holds.
    pub(crate) async fn refuse_changed(
        &self,
        name: &SignInName,
        account: Option<KnownAccount>,
        origin: &RequestOrigin,
    ) -> Result<SignInRefusal, EngineError> {
        self.refuse_passcode(&self.attempt(name, origin).of(account), "invalid passcode").await
    }

    fn attempt<'a>(&self, name: &SignInName, origin: &'a RequestOrigin) -> Attempt<'a> {
        let sought = name.sought();
        let subject = SignInSubject { name: self.keys.sign_in_name(sought.canonical().unwrap_or_default()), network: origin.network() };
        Attempt { subject, sought, account: None, origin }
    }

    async fn check_passcode(
        &self,
        passcode: Passcode,
        known: Option<PasswordHash>,
        dearest: HashCost,
        may_enter: bool,
    ) -> Result<Checked, EngineError> {
        let outdated = known.as_ref().is_some_and(PasswordHash::is_outdated);
        let salt = random(&*self.entropy)?;
        let job = move || {
            let Compared { found, work } = compare_at(&passcode, known.as_ref(), dearest, may_enter);
            let matches = found != Match::No;
            let is_to_be_made_anew = may_enter && (matches && outdated || found == Match::AsTyped);
            let rehashed = is_to_be_made_anew.then(|| hash(&passcode, salt)).flatten();
            HashingResult::Verified { matches, rehashed, work }
        };
        match self.hashing.run(Box::new(job)).await? {
            HashingResult::Verified { matches, rehashed, .. } => Ok(Checked { matches, rehashed }),
            HashingResult::Hashed(_) => Err(EngineError::HashingFailed),
        }
    }

    /// Stores the better hash, and returns the current one. If the store fails, the sign-in still succeeds, and the next one tries
    /// again.
    async fn rehash(
        &self,
        user: &Credentials,
        old: Option<PasswordHash>,
        new: Option<PasswordHash>,
        origin: &RequestOrigin,
    ) -> Option<PasswordHash> {
        let (Some(before), Some(after)) = (old.clone(), new) else { return old };
        let actor = Actor::User(user.user, user.user_uid);
        let audit = AuditEntry::success(self.now(), Action::UserPasswordRehashed, ResourceKind::User, actor, origin.clone());
        let audit = audit.on(user.user_uid).within(user.tenant.map(|tenant| tenant.number));
        match self.store.rehash_password(user.user, before, after.clone(), audit).await {
            Ok(()) => Some(after),
            Err(_) => old,
        }
    }

    async fn refuse_passcode(&self, attempt: &Attempt<'_>, why: &'static str) -> Result<SignInRefusal, EngineError> {
        let locked = self.refuse(attempt, why, true).await?;
        Ok(locked.unwrap_or(SignInRefusal::InvalidPasscode))
    }

    /// Writes the audit entry, and returns whether others have locked the name meanwhile.
    async fn refuse(&self, attempt: &Attempt<'_>, why: &'static str, counts: bool) -> Result<Option<SignInRefusal>, EngineError> {
        let Attempt { subject, sought, account, origin } = attempt;
        let now = self.now();
        let mut audit = AuditEntry::success(now, Action::SignInRefused, ResourceKind::SignIn, Actor::Stranger, (*origin).clone());
        audit.result = AuditResult::Refused;
        audit = audit.with("reason", why).with("network", subject.network.clone());
        // A name that nobody has may be a passcode typed into the wrong field, so only a fingerprint of it is recorded.
        audit = match sought.canonical() {
            Some(name) if account.is_some() => audit.with("name", name),
            _ => audit.with("name_fingerprint", hex(&subject.name)),
        };
        // Who is known is their administrators' concern; names that nobody has are nobody's.
        audit = audit.within(account.and_then(|account| account.tenant));
        let summed_under = if account.is_some() { subject.name } else { NOBODYS_NAME };
        let refused = RefusedSignIn { subject: subject.clone(), summed_under, at: now, counts, lockout: self.policy.lockout, audit };
        let locked = self.store.refuse_sign_in(refused).await?;
        Ok(locked.map(|until| SignInRefusal::Locked { wait: until.since(now) }))
    }
}

/// Why somebody may not sign in, whatever they prove.
pub(crate) fn not_entitled(user: &Credentials) -> Option<SignInRefusal> {
    let tenant_open = user.tenant.is_none_or(|tenant| tenant.status.lets_sessions_live());
    if user.user_status != UserStatus::Verified || !tenant_open {
        return Some(SignInRefusal::UserNotVerified);
    }
    user.email.is_some_and(|(_, status)| status != EmailStatus::Verified).then_some(SignInRefusal::EmailNotVerified)
}
