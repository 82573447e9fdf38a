//! Where the mails of a test arrive.

use async_trait::async_trait;
use cloakroom_engine::account::mail::{Mail, MailDelivery};
use cloakroom_engine::error::Undelivered;
use parking_lot::Mutex;

/// Takes every mail, or refuses it as told.
#[derive(Default)]
pub struct Mailbox {
    mails: Mutex<Vec<Mail>>,
    refusal: Mutex<Option<Undelivered>>,
}

impl Mailbox {
    /// What arrived since the last look.
    pub fn take(&self) -> Vec<Mail> {
        std::mem::take(&mut *self.mails.lock())
    }

    /// Every mail from now on; `None` takes them again.
    pub fn refuses(&self, refusal: Option<Undelivered>) {
        *self.refusal.lock() = refusal;
    }
}

#[async_trait]
impl MailDelivery for Mailbox {
    async fn deliver(&self, mail: &Mail) -> Result<(), Undelivered> {
        match &*self.refusal.lock() {
            Some(refusal) => Err(refusal.clone()),
            None => {
                self.mails.lock().push(mail.clone());
                Ok(())
            }
        }
    }
}
