//! The verdict as an SQL condition, for pages and counts over too many rows to decode each. It stands only here, and the test below
//! compares it with the one rule.
//!
//! It sees stored expiries, so touches that are due must be stored before (`store_due_touches` in the engine). It does not doubt
//! the clock, since the rows of a page pass the verdict, too.

use const_format::{concatcp, str_replace};

/// The epochs that `{row}` was created under are current and its tenant is open; `{none}` is the value of a row without a tenant (partner,
/// application). All rows of the same epochs have the same result.
const STANDING_OF: &str = "{row}.server_epoch = v.epoch
    AND ({row}.partner_number {none} OR {row}.partner_epoch = p.epoch)
    AND ({row}.tenant_number {none} OR {row}.tenant_epoch = n.epoch)
    AND (n.status IS NULL OR n.status IN ('unverified', 'verified', 'parked'))
    AND ({row}.application_number {none} OR {row}.application_epoch = a.epoch)";

/// A row of `FROM_SESSIONS` was created under the current epochs and an open tenant.
pub(crate) const STANDING: &str = str_replace!(str_replace!(STANDING_OF, "{row}", "s"), "{none}", "IS NULL");

/// A row `c` of `session_counts` was created under the current epochs and an open tenant.
pub(crate) const COUNTED_STANDING: &str = str_replace!(str_replace!(STANDING_OF, "{row}", "c"), "{none}", "= 0");

/// Neither time nor its user has ended a row of `FROM_SESSIONS` by the time `{now}`.
pub(crate) const LASTING: &str = "t.expires_at > {now} AND s.absolute_expires_at > {now} AND u.status = 'verified'
    AND (e.status IS NULL OR e.status = 'verified')";

/// A row of `FROM_SESSIONS` is live at the time `{now}`.
pub(crate) const LIVE: &str = concatcp!("s.state = 0 AND ", LASTING, " AND ", STANDING);

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use cloakroom_engine::clock::Timestamp;
    use cloakroom_engine::error::StoreError;
    use cloakroom_engine::sessions::touches::PendingTouches;
    use cloakroom_engine::sessions::verdict::{Verdict, verdict};
    use const_format::concatcp;
    use proptest::prelude::*;

    use super::*;
    use crate::driver::WriteClass;
    use crate::driver::sqlite::{Location, Options};
    use crate::driver::{Connection, all};
    use crate::sessions::snapshot::{self, FROM_SESSIONS, SELECT_SNAPSHOT};
    use crate::{Database, params};

    const NOW: i64 = 1_000_000;
    const LIVING: &str = concatcp!("SELECT s.number", FROM_SESSIONS, "WHERE ", str_replace!(LIVE, "{now}", "$1"), " ORDER BY s.number");
    const ALL: &str = concatcp!(SELECT_SNAPSHOT, "ORDER BY s.number");

    /// Everything that can end a session, one field for each condition of the verdict; most are usually fine.
    #[derive(Clone, Debug)]
    struct Case {
        state: i64,
        expires_in: i64,
        absolute_in: i64,
        user: &'static str,
        email: Option<&'static str>,
        tenant: Option<(&'static str, i64)>,
        partner: Option<i64>,
        application: Option<i64>,
        server: i64,
    }

    fn case() -> impl Strategy<Value = Case> {
        let soon = || prop_oneof![4 => Just(5000_i64), 1 => Just(1), 1 => Just(0), 1 => Just(-1)];
        let behind = || prop_oneof![6 => Just(0_i64), 1 => Just(1), 1 => Just(-1)];
        let user = prop_oneof![4 => Just("verified"), 1 => Just("suspended"), 1 => Just("doomed"), 1 => Just("unverified")];
        let email = prop_oneof![4 => Just("verified"), 1 => Just("unverified"), 1 => Just("doomed")];
        let tenant = prop_oneof![
            3 => Just("verified"), 1 => Just("parked"), 1 => Just("unverified"), 1 => Just("suspended"), 1 => Just("frozen"),
            1 => Just("doomed")
        ];
        let state = prop_oneof![6 => Just(0_i64), 1 => Just(1), 1 => Just(2)];
        let above = (
            proptest::option::of(email),
            proptest::option::of((tenant, behind())),
            proptest::option::of(behind()),
            proptest::option::of(behind()),
        );
        (state, soon(), soon(), user, above, prop_oneof![9 => Just(0_i64), 1 => Just(-1)]).prop_map(
            |(state, expires_in, absolute_in, user, (email, tenant, partner, application), server)| Case {
                state,
                expires_in,
                absolute_in,
                user,
                email,
                tenant,
                partner,
                application,
                server,
            },
        )
    }

    /// One session with a user, tenant, partner and application of its own, so that cases do not affect each other.
    async fn insert(conn: &mut dyn Connection, number: i64, case: &Case) -> Result<(), StoreError> {
        let uid = number.to_be_bytes().repeat(2);
        let code = number.to_string();
        let sql = "INSERT INTO users (number, uid, username, status, status_since, role, is_operator, created_at, updated_at)
                   VALUES ($1, $2, $3, $4, 5, 'none', 0, 0, 0)";
        conn.execute(sql, params![number, &uid, &code, case.user]).await?;
        if let Some(status) = case.email {
            let sql = "INSERT INTO emails (number, user_number, address, status, status_since, is_primary, created_at)
                       VALUES ($1, $1, $2, $3, 5, 1, 0)";
            conn.execute(sql, params![number, &code, status]).await?;
        }
        let sql = "INSERT INTO partners (number, uid, code, name, epoch, created_at, updated_at) VALUES ($1, $2, $3, $3, 7, 0, 0)";
        conn.execute(sql, params![number, &uid, &code]).await?;
        let sql = "INSERT INTO applications (number, uid, client_id, name, kind, scopes, redirect_uris, is_platform, status, status_since,
                       epoch, created_at, updated_at) VALUES ($1, $2, $3, $3, 'web', '', '', 0, 'active', 5, 7, 0, 0)";
        conn.execute(sql, params![number, &uid, &code]).await?;
        if let Some((status, _)) = case.tenant {
            let sql = "INSERT INTO tenants (number, uid, code, name, status, status_since, epoch, created_at, updated_at)
                       VALUES ($1, $2, $3, $3, $4, 5, 7, 0, 0)";
            conn.execute(sql, params![number, &uid, &code, status]).await?;
        }
        let sql =
            "INSERT INTO sessions (number, uid, user_number, email_number, tenant_number, tenant_epoch, partner_number, partner_epoch,
                       application_number, application_epoch, server_epoch, birth, state, due, created_at, ttl_millis, slides,
                       absolute_expires_at, ended_at, end_reason, archived_at)
                   VALUES ($1, $2, $1, $3, $4, $5, $6, $7, $8, $9, $10, 'usm', $11, 0, 0, 1, 1, $12, 9, 'closed', 9)";
        let under = |epoch: Option<i64>| (epoch.map(|_| number), epoch.map(|behind| 7 + behind));
        let (tenant, partner, application) = (under(case.tenant.map(|(_, behind)| behind)), under(case.partner), under(case.application));
        let email = case.email.map(|_| number);
        let params = params![
            number,
            &uid,
            email,
            tenant.0,
            tenant.1,
            partner.0,
            partner.1,
            application.0,
            application.1,
            case.server,
            case.state,
            NOW + case.absolute_in
        ];
        conn.execute(sql, params).await?;
        let sql = "INSERT INTO session_touches (session_number, last_active_at, expires_at) VALUES ($1, 0, $2)";
        conn.execute(sql, params![number, NOW + case.expires_in]).await?;
        Ok(())
    }

    /// The numbers of the sessions that the condition, and that the verdict, call live.
    async fn both(conn: &mut dyn Connection) -> Result<(Vec<i64>, Vec<i64>), StoreError> {
        let counted = all::<i64>(conn, LIVING, params![NOW]).await?;
        let judged = snapshot::many(conn, ALL, params![], &PendingTouches::default()).await?;
        let lives = |judged: &&cloakroom_engine::sessions::verdict::SessionSnapshot| {
            verdict(judged, Timestamp::from_millis(NOW)) == Ok(Verdict::Live)
        };
        Ok((counted, judged.iter().filter(lives).map(|judged| judged.session.number.0).collect()))
    }

    proptest! {
        #![proptest_config(ProptestConfig { cases: 24, ..ProptestConfig::default() })]

        #[test]
        fn the_condition_is_the_verdict(cases in proptest::collection::vec(case(), 60)) {
            let database = Database::open(&Location::Temporary, &Options::default(), Arc::new(PendingTouches::default())).unwrap();
            let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
            let (counted, judged) = runtime.block_on(database.driver.write(WriteClass::Ordinary, move |conn| {
                Box::pin(async move {
                    for (number, case) in (1..).zip(&cases) {
                        insert(conn, number, case).await?;
                    }
                    both(conn).await
                })
            })).unwrap();
            prop_assert_eq!(counted, judged);
        }
    }
}
