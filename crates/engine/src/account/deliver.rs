//! Delivering the mails that were asked for, beside all requests.
//!
//! Each attempt makes a token anew and stores its hash before the mail goes out. A crash in between costs nothing: the mail is
//! still due and goes out again with another token. A mail that went out twice has one token that works, the later one.

use super::MailPurpose;
use super::mail::Mail;
use super::mail_token::MailToken;
use super::store::{DueMail, SettledMail, TakeMail, TakenMail};
use crate::audit::{Action, Actor, AuditEntry, AuditResult, RequestOrigin, ResourceKind};
use crate::clock::{Span, Timestamp};
use crate::directory::canonical_email;
use crate::engine::Engine;
use crate::error::{EngineError, Undelivered};

/// How long after an attempt the next one is due, if it is needed: half a minute, doubled each time, 17 hours at most.
pub fn retry_after(attempts: u32) -> Span {
    Span::from_seconds(30 << (attempts.clamp(1, 12) - 1))
}

impl Engine {
    /// Delivers at most `limit` mails that are due. Returns how many were taken over, and whether more may be due.
    ///
    /// # Errors
    /// When the store cannot be relied on, or a mail was not taken over: it is tried again later, unless that is of no use.
    pub async fn deliver_mails(&self, limit: usize) -> Result<(usize, bool), EngineError> {
        let mut delivered = 0;
        for _ in 0..limit {
            let now = self.now();
            let token = MailToken::mint(&*self.entropy)?;
            let take = TakeMail {
                now,
                token: token.hash(&self.keys),
                reset_expires_at: self.mail_expiry(MailPurpose::PasswordReset, now),
                verification_expires_at: self.mail_expiry(MailPurpose::EmailVerification, now),
            };
            match self.store.take_due_mail(take).await? {
                TakenMail::NothingDue => return Ok((delivered, false)),
                TakenMail::Dropped => {}
                TakenMail::Due(due) => {
                    self.deliver(due, token, now).await?;
                    delivered += 1;
                }
            }
        }
        Ok((delivered, true))
    }

    async fn deliver(&self, due: DueMail, token: MailToken, now: Timestamp) -> Result<(), EngineError> {
        let hash = token.hash(&self.keys);
        let entry = |action| {
            AuditEntry::success(now, action, ResourceKind::User, Actor::System("mail"), RequestOrigin::default())
                .on(due.user)
                .within(due.tenant)
                .with("purpose", due.purpose.as_str())
                .with("attempts", due.attempts.to_string())
        };
        let settled = |delivered, audit| SettledMail { number: due.number, token: hash, delivered, audit };
        let mail = Mail {
            number: due.number,
            purpose: due.purpose,
            // One that an older version kept as it was typed leaves in the spelling of today, too.
            address: canonical_email(&due.address).unwrap_or_else(|| due.address.clone()),
            username: due.username.clone(),
            token,
            written_at: now,
            expires_at: self.mail_expiry(due.purpose, now),
        };
        let Err(undelivered) = self.mail.deliver(&mail).await else {
            return Ok(self.store.settle_mail(settled(true, entry(Action::MailDelivered))).await?);
        };
        if undelivered.is_final || due.attempts >= self.policy.mail.attempts {
            let mut audit = entry(Action::MailGivenUp).with("problem", undelivered.problem.clone());
            audit.result = AuditResult::Refused;
            self.store.settle_mail(settled(false, audit)).await?;
            let problem = format!("{}; it was given up", undelivered.problem);
            return Err(Undelivered { problem, is_final: true }.into());
        }
        Err(undelivered.into())
    }

    /// Forgets at most `limit` mails whose token expired and that no count needs any more. Returns how many.
    ///
    /// # Errors
    /// The store's; nothing of the batch is done then.
    pub async fn forget_expired_mails(&self, limit: usize) -> Result<usize, EngineError> {
        let now = self.now();
        Ok(self.store.forget_expired_mails(now, now.minus(self.policy.mail.window()), limit).await?)
    }

    const fn mail_expiry(&self, purpose: MailPurpose, now: Timestamp) -> Timestamp {
        let seconds = match purpose {
            MailPurpose::PasswordReset => self.policy.mail.reset_ttl_seconds,
            MailPurpose::EmailVerification => self.policy.mail.verification_ttl_seconds,
        };
        now.plus(Span::from_seconds(seconds))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn waits_double_up_to_a_bound() {
        assert_eq!([0, 1, 2, 5].map(|attempts| retry_after(attempts).as_seconds_ceil()), [30, 30, 60, 480]);
        assert_eq!(retry_after(u32::MAX).as_seconds_ceil(), 61_440);
    }
}
