//! Statistics of each tenant, held against the model.

use std::collections::BTreeSet;

use cloakroom_engine::clock::Span;
use cloakroom_engine::ids::TenantNumber;
use cloakroom_engine::sessions::statistics::{OTHER_APPLICATIONS, RECENT, SessionStatistics};
use cloakroom_engine::sessions::store::SessionStore as _;
use proptest::prelude::*;
use proptest::test_runner::TestCaseError;

use super::history::Both;
use super::{AGENTS, HOMES, TENANTS};

impl Both {
    /// Due touches must be stored.
    pub(super) async fn agree_on_statistics(&self) -> Result<(), TestCaseError> {
        for (tenant, code) in TENANTS.iter().enumerate() {
            let number = TenantNumber(tenant as i64 + 1);
            let counted = self.world.database.session_statistics(number, self.world.now()).await.unwrap();
            prop_assert_eq!(counted, self.expected(tenant), "{}", code);
        }
        Ok(())
    }

    fn expected(&self, tenant: usize) -> SessionStatistics {
        let (mut expected, mut users, mut lived) = (SessionStatistics::default(), BTreeSet::new(), 0);
        let since = self.model.now - RECENT.as_millis();
        for (n, seen) in self.model.under(|user| HOMES[user] == Some(tenant)) {
            expected.total += 1;
            expected.created_recently += u64::from(seen.created_at > since);
            if let Some((at, reason, _)) = seen.end {
                expected.ended_recently += u64::from(at > since);
                *expected.by_end_reason.entry(reason).or_default() += 1;
                lived += at - seen.created_at;
                continue;
            }
            let (device, application) = AGENTS[n % AGENTS.len()];
            let application = if application.is_empty() { OTHER_APPLICATIONS } else { application };
            expected.active += 1;
            *expected.by_device.entry(device).or_default() += 1;
            *expected.by_application.entry(application.to_owned()).or_default() += 1;
            users.insert(self.model.user_of(n));
        }
        expected.active_users = users.len() as u64;
        expected.ended_duration = Span::from_millis(lived);
        expected
    }
}
