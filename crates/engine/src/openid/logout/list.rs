//! What became of the notices to an application.

use super::store::ListLogouts;
use super::{LogoutRecord, LogoutStatus};
use crate::callers::{DirectoryReader, Refusal};
use crate::cursor::{Cursor, ListKind, PageAsked, Unlisted};
use crate::engine::Engine;
use crate::error::EngineError;
use crate::ids::ApplicationUid;
use crate::page::ListPage;

impl Engine {
    /// The notices to an application within reach, the newest first.
    ///
    /// # Errors
    /// When the store cannot be relied on.
    pub async fn list_logouts(
        &self,
        admin: &DirectoryReader,
        application: ApplicationUid,
        status: Option<LogoutStatus>,
        page: PageAsked,
    ) -> Result<Result<ListPage<LogoutRecord, Cursor>, Unlisted<Refusal>>, EngineError> {
        let found = self.store.application(application).await?;
        let Some(found) = found.filter(|found| admin.reach().covers(found.tenant.as_ref())) else {
            return Ok(Err(Unlisted::Refused(Refusal::OutOfReach)));
        };
        let binding = admin.binding(ListKind::Logouts).number(found.number.0).if_text(status.map(LogoutStatus::as_str));
        let page = match binding.place(&self.keys, page) {
            Ok(page) => page,
            Err(not) => return Ok(Err(not.into())),
        };
        let listed = self.store.logouts(ListLogouts { application: found.number, status, page }).await?;
        Ok(Ok(binding.shown(&self.keys, listed)))
    }
}
