//! Asking for a mail. Known or not, sent or not: the same reads, the same writes, the same answer (P5).

use super::MailPurpose;
use super::store::{Addressee, AskedMail};
use crate::audit::{Action, Actor, AuditEntry, RequestOrigin, ResourceKind};
use crate::clock::Span;
use crate::directory::SoughtEmail;
use crate::engine::Engine;
use crate::error::EngineError;
use crate::hex::hex;
use crate::policy::LockoutPolicy;
use crate::sessions::credentials::{SignInName, SignInSubject};

/// Stands for all mails that a network asks for. No canonical name has a space.
const EVERY_MAIL: &str = "every mail";

impl Engine {
    /// Asks for a mail with which the user of this name may choose a new password. It goes to the verified primary address.
    ///
    /// # Errors
    /// When too many mails wait, or the store cannot be relied on; neither depends on the name.
    pub async fn ask_for_password_reset(&self, name: &SignInName, origin: &RequestOrigin) -> Result<(), EngineError> {
        let sought = name.sought();
        let canonical = sought.canonical().unwrap_or_default().to_owned();
        let audit = AuditEntry::success(self.now(), Action::PasswordResetAsked, ResourceKind::User, Actor::Stranger, origin.clone());
        self.ask(MailPurpose::PasswordReset, Addressee::UserOf(sought), &canonical, origin, audit).await
    }

    /// Asks for a mail with which the owner of an unverified address proves to read it.
    ///
    /// # Errors
    /// When too many mails wait, or the store cannot be relied on; neither depends on the address.
    pub async fn ask_for_verification(&self, address: &str, origin: &RequestOrigin) -> Result<(), EngineError> {
        let audit = AuditEntry::success(self.now(), Action::VerificationAsked, ResourceKind::User, Actor::Stranger, origin.clone());
        let sought = SoughtEmail::of(address);
        let canonical = sought.name().unwrap_or_default().to_owned();
        self.ask(MailPurpose::EmailVerification, Addressee::Address(sought), &canonical, origin, audit).await
    }

    /// The name that mails are counted under, and for how long.
    pub(crate) fn mail_window(&self) -> ([u8; 16], Span) {
        (self.keys.sign_in_name(EVERY_MAIL), self.policy.mail.window())
    }

    async fn ask(
        &self,
        purpose: MailPurpose,
        addressee: Addressee,
        name: &str,
        origin: &RequestOrigin,
        audit: AuditEntry,
    ) -> Result<(), EngineError> {
        let policy = &self.policy.mail;
        let seconds = policy.window_seconds;
        let limit = LockoutPolicy { failures: policy.per_network, failures_everywhere: 0, window_seconds: seconds, lock_seconds: seconds };
        let network = SignInSubject { name: self.mail_window().0, network: origin.network() };
        // A name that nobody has may be a passcode typed into the wrong field, so only a fingerprint of it is recorded.
        let fingerprint = hex(&self.keys.sign_in_name(name));
        let asked = AskedMail {
            purpose,
            addressee,
            at: audit.at,
            network: (network, limit),
            per_account: (policy.per_account, policy.window()),
            queue: policy.queue,
            audit: audit.with("name_fingerprint", fingerprint),
        };
        Ok(self.store.ask_for_mail(asked).await?)
    }
}
