//! The operators' list of users who have live sessions, of everybody and of one tenant: the first page, one in the middle, the last.

use std::path::Path;
use std::sync::Arc;
use std::time::Instant;

use cloakroom_engine::ids::TenantNumber;
use cloakroom_engine::page::PageNumber;
use cloakroom_engine::sessions::pages::ListUsers;
use cloakroom_engine::sessions::scope::SessionScope;
use cloakroom_engine::sessions::store::SessionStore as _;
use tokio::task::JoinSet;

use crate::in_process::runtime;
use crate::measure::{self, Contender, Sample, nanos};
use crate::people::Home;
use crate::{Failure, Wanted};

const CALLERS: usize = 64;
const PAGES: usize = 100;
const PER_PAGE: u32 = 25;

pub(crate) fn run(wanted: &Wanted, scratch: &Path) -> Result<bool, Failure> {
    let users = wanted.users.unwrap_or(100_000);
    let sessions = wanted.sessions(users);
    let runtime = runtime("client", std::thread::available_parallelism()?.get())?;
    let home = Arc::new(runtime.block_on(Home::settle(&scratch.join("operators.db"), users))?);
    runtime.block_on(fill(&home, sessions))?;
    println!("{users} users, {sessions} sessions; {PAGES} pages of {PER_PAGE} each, one caller");
    let everybody = SessionScope::default();
    let tenant = SessionScope { tenant: Some(TenantNumber(1)), ..everybody };
    let last = users.min(sessions).div_ceil(PER_PAGE as usize) as u64;
    let mut contenders = Vec::new();
    let pages = [("all, first page", everybody, 1), ("all, middle page", everybody, last.div_ceil(2)), ("all, last page", everybody, last)];
    let of_tenant =
        [("tenant, first page", tenant, 1), ("tenant, middle page", tenant, last.div_ceil(2)), ("tenant, last page", tenant, last)];
    for (name, scope, page) in pages.into_iter().chain(of_tenant) {
        let mut contender = Contender::new(name);
        contender.add(runtime.block_on(ask(&home, scope, page, users.min(sessions)))?);
        contenders.push(contender);
    }
    crate::print_table(&mut contenders);
    home.database.shutdown();
    Ok(true)
}

async fn fill(home: &Arc<Home>, sessions: usize) -> Result<(), Failure> {
    let mut callers = JoinSet::new();
    for caller in 0..CALLERS {
        let home = home.clone();
        callers.spawn(async move {
            for session in (caller..sessions).step_by(CALLERS) {
                home.open_session(session).await?;
            }
            Ok::<_, Failure>(())
        });
    }
    while let Some(filled) = callers.join_next().await {
        filled??;
    }
    Ok(())
}

async fn ask(home: &Home, scope: SessionScope, page: u64, total: usize) -> Result<Sample, Failure> {
    let begun = measure::begin()?;
    let mut latencies = Vec::with_capacity(PAGES);
    for _ in 0..PAGES {
        let asked = Instant::now();
        let page = PageNumber { page, per_page: PER_PAGE };
        let list = ListUsers { scope, page: page.into(), now: home.engine.now() };
        let found = home.database.users_with_sessions(list).await?;
        latencies.push(nanos(asked));
        if found.total != total as u64 || found.rows.is_empty() {
            return Err(format!("{} users were counted, {total} have sessions", found.total).into());
        }
    }
    Sample::end(begun, latencies)
}
