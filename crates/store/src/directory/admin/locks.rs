//! What administrators see of the locks on accounts, and that they lift them.

use cloakroom_engine::audit::{Action, ResourceKind};
use cloakroom_engine::callers::Warrant;
use cloakroom_engine::clock::Timestamp;
use cloakroom_engine::directory::records::UserRecord;
use cloakroom_engine::error::StoreError;
use cloakroom_engine::ids::UserUid;
use cloakroom_engine::sessions::credentials::SignInLock;

use super::ChangeError;
use super::users::changeable;
use crate::directory::read;
use crate::driver::Connection;
use crate::{audit, sign_ins};

pub(crate) async fn of_user(
    conn: &mut dyn Connection,
    uid: UserUid,
    now: Timestamp,
) -> Result<Option<(UserRecord, Vec<SignInLock>)>, StoreError> {
    let Some(user) = read::user(conn, uid).await? else { return Ok(None) };
    let locks = sign_ins::locks(conn, uid, now).await?;
    Ok(Some((user, locks)))
}

pub(crate) async fn lift(conn: &mut dyn Connection, warrant: &Warrant, uid: UserUid) -> Result<(), ChangeError> {
    let user = changeable(conn, warrant, uid).await?;
    warrant.authority.not_own_standing(user.number)?;
    sign_ins::lift(conn, uid).await?;
    let told = warrant.deed.entry(Action::SignInLocksLifted, ResourceKind::User, uid).within(user.home_number());
    Ok(audit::append(conn, &told).await?)
}
