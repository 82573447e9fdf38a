//! Numbers for charts: added to when the trail is sealed and when ends are stamped, read by the range of one index.

use std::collections::BTreeMap;

use cloakroom_engine::clock::Timestamp;
use cloakroom_engine::error::StoreError;
use cloakroom_engine::ids::{PartnerNumber, TenantNumber};
use cloakroom_engine::sessions::activity::{Activity, ActivityKind, ActivityNumber, AskActivity, Bucket, Counted};
use cloakroom_engine::sessions::scope::SessionScope;
use const_format::concatcp;

use super::counts;
use crate::driver::{Connection, DriverError, Record, all, one, record};
use crate::params;

/// What was counted and is not stored yet, by tenant, day or hour, and kind.
#[derive(Default)]
pub(crate) struct Tally(BTreeMap<(Option<TenantNumber>, i64, Counted), u64>);

impl Tally {
    pub(crate) fn add(&mut self, tenant: Option<TenantNumber>, at: Timestamp, counted: Counted, times: u64) {
        *self.0.entry((tenant, Bucket::Hour.begin(at), counted)).or_default() += times;
    }

    /// Adds everything to what is stored: for the tenant, for its partner, and for everything.
    pub(crate) async fn store(self, conn: &mut dyn Connection) -> Result<(), DriverError> {
        let mut sums: BTreeMap<(i64, (i64, i64), i64, Counted), u64> = BTreeMap::new();
        let mut partners: BTreeMap<TenantNumber, Option<i64>> = BTreeMap::new();
        for ((tenant, hour, counted), times) in self.0 {
            let mut scopes = vec![scope_key(&SessionScope::default())];
            if let Some(tenant) = tenant {
                scopes.push((TENANT, tenant.0));
                let partner = match partners.get(&tenant) {
                    Some(known) => *known,
                    None => *partners.entry(tenant).or_insert(one(conn, PARTNER_OF, params![tenant.0]).await?),
                };
                scopes.extend(partner.map(|partner| (PARTNER, partner)));
            }
            for bucket in Bucket::ALL {
                let starts_at = bucket.begin(Timestamp::from_millis(hour.saturating_mul(1000)));
                for scope in &scopes {
                    *sums.entry((bucket.seconds(), *scope, starts_at, counted)).or_default() += times;
                }
            }
        }
        for ((bucket, (scope, number), starts_at, Counted { kind, word }), times) in sums {
            let events = i64::try_from(times).unwrap_or(i64::MAX);
            conn.change(ADD, params![bucket, scope, number, starts_at, kind.as_str(), word, events]).await?;
        }
        Ok(())
    }
}

const PARTNER_OF: &str = "SELECT partner_number FROM tenants WHERE number = $1 AND partner_number IS NOT NULL";
const ADD: &str = "INSERT INTO activity (bucket_seconds, scope, scope_number, starts_at, kind, word, events)
    VALUES ($1, $2, $3, $4, $5, $6, $7)
    ON CONFLICT (bucket_seconds, scope, scope_number, starts_at, kind, word) DO UPDATE SET events = activity.events + $7";

/// Scopes as `activity` has them.
const EVERYTHING: (i64, i64) = (0, 1);
const PARTNER: i64 = 1;
const TENANT: i64 = 2;

/// The narrowest scope that is named.
const fn scope_key(scope: &SessionScope) -> (i64, i64) {
    match scope {
        SessionScope { tenant: Some(TenantNumber(tenant)), .. } => (TENANT, *tenant),
        SessionScope { partner: Some(PartnerNumber(partner)), .. } => (PARTNER, *partner),
        SessionScope { tenant: None, partner: None, .. } => EVERYTHING,
    }
}

/// Forgets numbers that no chart shows any more.
pub(crate) async fn forget(conn: &mut dyn Connection, now: Timestamp) -> Result<(), DriverError> {
    for bucket in Bucket::ALL {
        let before = bucket.begin(now.minus(bucket.kept()));
        conn.change("DELETE FROM activity WHERE bucket_seconds = $1 AND starts_at < $2", params![bucket.seconds(), before]).await?;
    }
    Ok(())
}

record! { struct Number { starts_at: i64, kind: String, word: String, events: i64 } }

const NUMBERS: &str = concatcp!(
    Number::SELECT,
    " FROM activity WHERE bucket_seconds = $1 AND scope = $2 AND scope_number = $3 AND starts_at >= $4 ORDER BY starts_at, kind, word"
);

pub(crate) async fn read(conn: &mut dyn Connection, asked: AskActivity) -> Result<Activity, StoreError> {
    let AskActivity { scope, bucket, since, now } = asked;
    let (kind, number) = scope_key(&scope);
    let rows = all::<Number>(conn, NUMBERS, params![bucket.seconds(), kind, number, bucket.begin(since)]).await?;
    let numbers = rows.into_iter().filter_map(|Number { starts_at, kind, word, events }| {
        let starts_at = Timestamp::from_millis(starts_at.saturating_mul(1000));
        // A newer version may count what this one does not know.
        Some(ActivityNumber { starts_at, kind: ActivityKind::parse(&kind)?, word, events: u64::try_from(events).unwrap_or(0) })
    });
    Ok(Activity { numbers: numbers.collect(), live_by_device: counts::live_by_device(conn, &scope, now).await? })
}

#[cfg(test)]
pub(crate) const fn statements() -> [&'static str; 1] {
    [NUMBERS]
}
