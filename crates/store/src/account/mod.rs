//! A user's own account, and the mails that were asked for.

mod mails;
mod own;
mod redeem;

use async_trait::async_trait;
use cloakroom_engine::account::MailPurpose;
use cloakroom_engine::account::mail_token::MailTokenHash;
use cloakroom_engine::account::store::{
    Account, AccountStore, AskedMail, PasswordChange, PasswordChangeOutcome, PasswordReset, SettledMail, TakeMail, TakenMail,
};
use cloakroom_engine::audit::AuditEntry;
use cloakroom_engine::clock::Timestamp;
use cloakroom_engine::error::StoreError;
use cloakroom_engine::ids::UserNumber;

use crate::Database;
use crate::driver::WriteClass::{End, Ordinary};

pub(crate) use mails::ask_for_added;
pub(crate) use redeem::void_resets;

#[async_trait]
impl AccountStore for Database {
    async fn account(&self, user: UserNumber) -> Result<Option<Account>, StoreError> {
        self.driver.read_point(|conn| Box::pin(own::account(conn, user))).await
    }

    async fn rename_user(&self, user: UserNumber, display_name: Option<String>, audit: AuditEntry) -> Result<(), StoreError> {
        self.write(Ordinary, move |conn, _| Box::pin(async move { own::rename(conn, user, display_name.as_ref(), &audit).await })).await
    }

    async fn change_password(&self, change: PasswordChange) -> Result<PasswordChangeOutcome, StoreError> {
        self.write(End, move |conn, touches| Box::pin(async move { own::change_password(conn, &change, &touches).await })).await
    }

    async fn ask_for_mail(&self, asked: AskedMail) -> Result<(), StoreError> {
        self.write(Ordinary, move |conn, _| Box::pin(async move { mails::ask(conn, &asked).await })).await
    }

    async fn take_due_mail(&self, take: TakeMail) -> Result<TakenMail, StoreError> {
        self.write(Ordinary, move |conn, _| Box::pin(async move { mails::take_due(conn, &take).await })).await
    }

    async fn settle_mail(&self, settled: SettledMail) -> Result<(), StoreError> {
        self.write(Ordinary, move |conn, _| Box::pin(async move { mails::settle(conn, &settled).await })).await
    }

    async fn redeems(&self, purpose: MailPurpose, token: MailTokenHash, now: Timestamp) -> Result<bool, StoreError> {
        let found = self.driver.read_point(|conn| Box::pin(redeem::redeemable(conn, purpose, token, now))).await?;
        Ok(found.is_some())
    }

    async fn redeem_password_reset(&self, reset: PasswordReset) -> Result<Option<usize>, StoreError> {
        self.write(End, move |conn, touches| Box::pin(async move { redeem::reset_password(conn, &reset, &touches).await })).await
    }

    async fn verify_email(&self, token: MailTokenHash, at: Timestamp, audit: AuditEntry) -> Result<bool, StoreError> {
        self.write(Ordinary, move |conn, _| Box::pin(async move { redeem::verify_email(conn, token, at, &audit).await })).await
    }

    async fn forget_expired_mails(&self, now: Timestamp, asked_before: Timestamp, limit: usize) -> Result<usize, StoreError> {
        self.write(Ordinary, move |conn, _| Box::pin(mails::forget_expired(conn, now, asked_before, limit))).await
    }
}
