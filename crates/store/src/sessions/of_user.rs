//! One user's live sessions within a scope, most lately active first.

use cloakroom_engine::cursor::Place;
use cloakroom_engine::error::StoreError;
use cloakroom_engine::ids::UserNumber;
use cloakroom_engine::page::Window;
use cloakroom_engine::sessions::pages::{FoundSessionsOfUser, ListSessionsOfUser};
use cloakroom_engine::sessions::touches::PendingTouches;
use cloakroom_engine::sessions::verdict::{SessionSnapshot, Verdict, verdict};
use const_format::concatcp;

use super::snapshot::{self, OpenRow};
use super::{counts, detail};
use crate::driver::{Connection, Record, one, record};
use crate::{doubtful, params};

record! { struct UserRow { number: UserNumber, username: String, is_operator: bool } }

const USER: &str = concatcp!(UserRow::SELECT, " FROM users WHERE uid = $1");

pub(crate) async fn page(
    conn: &mut dyn Connection,
    list: &ListSessionsOfUser,
    touches: &PendingTouches,
) -> Result<Option<FoundSessionsOfUser>, StoreError> {
    let found = one(conn, USER, params![list.user.as_bytes()]).await?;
    let Some(UserRow { number, username, is_operator }) = found else { return Ok(None) };
    let mut live = live(conn, number, list, touches).await?;
    live.sort_by_key(|snapshot| std::cmp::Reverse(Place::by_activity(&snapshot.session)));
    let total = live.len() as u64;
    let Window { after, before, rows } = list.page.window(total);
    live.retain(|snapshot| after.is_none_or(|after| Place::by_activity(&snapshot.session) < after));
    let [before, rows] = [before, rows].map(|count| usize::try_from(count).unwrap_or(usize::MAX));
    let read = live.into_iter().skip(before).take(rows).collect();
    let page = list.page.filled(detail::detailed(conn, read).await?, total, |shown| Place::by_activity(&shown.snapshot.session));
    Ok(Some(FoundSessionsOfUser { username, is_operator, page }))
}

/// At most as many as the user's cap ever was. Their order is that of what touches move, so it is not the database's to make.
async fn live(
    conn: &mut dyn Connection,
    user: UserNumber,
    list: &ListSessionsOfUser,
    touches: &PendingTouches,
) -> Result<Vec<SessionSnapshot>, StoreError> {
    let sql = "SELECT s.number FROM sessions s
               LEFT JOIN tenants n ON n.number = s.tenant_number
               WHERE s.user_number = $1 AND s.state = 0
                 AND ($2 IS NULL OR s.tenant_number = $2) AND ($3 IS NULL OR n.partner_number = $3)";
    let [tenant, partner] = counts::within(&list.scope);
    let mut live = Vec::new();
    for open in snapshot::each(conn, sql, &[user.0.into(), tenant, partner], touches).await? {
        // A session that cannot be read is not valid.
        let OpenRow::Read(open) = open else { continue };
        if verdict(&open, list.now).map_err(doubtful)? == Verdict::Live {
            live.push(*open);
        }
    }
    Ok(live)
}
