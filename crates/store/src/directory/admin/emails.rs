//! What is done to the addresses of a user.

use cloakroom_engine::callers::{Refusal, Warrant};
use cloakroom_engine::directory::changes::EmailChange;
use cloakroom_engine::directory::records::{EmailRecord, UserRecord};
use cloakroom_engine::directory::{EmailStatus, SoughtEmail, UserStatus};
use cloakroom_engine::ids::UserUid;
use cloakroom_engine::sessions::touches::PendingTouches;

use super::users::changeable;
use super::{ChangeError, keep_a_super_administrator};
use crate::account::ask_for_added;
use crate::directory::emails;
use crate::directory::users::ExistingUser;
use crate::driver::Connection;

pub(crate) async fn change(
    conn: &mut dyn Connection,
    warrant: &Warrant,
    touches: &PendingTouches,
    uid: UserUid,
    change: &EmailChange,
) -> Result<UserRecord, ChangeError> {
    let user = changeable(conn, warrant, uid).await?;
    warrant.authority.not_own_standing(user.number)?;
    let (row, deed) = (ExistingUser::from(&user), &warrant.deed);
    match change {
        _ if user.status == UserStatus::Doomed => return Err(Refusal::Doomed.into()),
        EmailChange::Add { address, status, is_primary } => {
            if emails::owner(conn, address).await?.is_some() {
                return Err(Refusal::Taken("email").into());
            }
            if *is_primary && *status == EmailStatus::Doomed {
                return Err(Refusal::PrimaryEmail.into());
            }
            emails::add(conn, deed, &row, (address, *status), *is_primary || user.emails.is_empty()).await?;
            ask_for_added(conn, row.uid, row.tenant, address, deed).await?;
        }
        EmailChange::MakePrimary { address } => {
            let email = own(&user, address)?;
            if email.status == EmailStatus::Doomed {
                return Err(Refusal::PrimaryEmail.into());
            }
            if !email.is_primary {
                emails::make_primary(conn, deed, &row, email).await?;
            }
        }
        EmailChange::Status { address, status } => {
            let email = own(&user, address)?;
            if email.status != *status {
                if !email.status.may_become(*status) {
                    return Err(Refusal::Doomed.into());
                }
                emails::change_status(conn, deed, touches, &row, email, *status).await?;
            }
        }
    }
    keep_a_super_administrator(conn).await?;
    changeable(conn, warrant, uid).await
}

/// The address, if it is the user's own: another's is not there.
fn own<'u>(user: &'u UserRecord, address: &SoughtEmail) -> Result<&'u EmailRecord, Refusal> {
    user.emails.iter().find(|email| address.is(&email.address)).ok_or(Refusal::OutOfReach)
}
