//! What grows with the number of sessions and what does not: first pages, totals, statistics, a tenant-wide end, validations over HTTP,
//! bytes on disk.

use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant};

use cloakroom_engine::audit::{Action, Actor, AuditEntry, ResourceKind};
use cloakroom_engine::callers::Authorisation;
use cloakroom_engine::clock::Clock as _;
use cloakroom_engine::ids::{PartnerNumber, TenantNumber};
use cloakroom_engine::page::PageNumber;
use cloakroom_engine::secret::SessionSecret;
use cloakroom_engine::sessions::Birth;
use cloakroom_engine::sessions::admin::end_tenant::NAMED_AT_MOST;
use cloakroom_engine::sessions::list::{ListQuery, SideQuery};
use cloakroom_engine::sessions::pages::{ArchivedFilter, ListScope, Side};
use cloakroom_engine::sessions::scope::SessionScope;
use cloakroom_engine::sessions::store::EndSessionsOfTenant;
use cloakroom_engine::sessions::store::SessionStore as _;
use cloakroom_engine::sessions::{End, EndReason};
use cloakroom_server::boot::ambient::MachineClock;

use crate::bare::disk::Disk;
use crate::in_process::runtime;
use crate::measure::{self, Ratios, Spread};
use crate::people::{Home, origin};
use crate::plot;
use crate::validate::{Secrets, beside_noop, seed};
use crate::{Failure, Outcome, Wanted};

/// Asked so often for each figure of a list.
const ASKED: usize = 500;
const PER_PAGE: u32 = 20;
/// No wait for a refusal is longer.
const MOST_WAIT: Duration = Duration::from_secs(60);

/// The bounds that lists must keep, at the largest number: the page without its total against the least number, the page with it.
const MOST_GROWTH: f64 = 1.5;
const MOST_WITH_TOTAL_US: f64 = 50_000.0;
/// And statistics, before and after a tenant-wide end.
const MOST_STATISTICS_US: f64 = 500_000.0;
const STATISTICS: [&str; 2] = ["statistics", "statistics after its end"];
/// How long validations and the no-op are measured for, each.
const VALIDATING: Duration = Duration::from_secs(5);
/// Taken at once of what is written after a measurement.
const MANY: usize = 10_000;
/// Asked so often for each figure of statistics.
const COUNTED: usize = 20;

/// What was measured at one size: each figure with its median and its 99th percentile, in microseconds.
pub(crate) struct Row {
    pub(crate) sessions: usize,
    pub(crate) figures: Vec<Figure>,
    /// Rate of validations of all of them to that of the no-op.
    validate: Spread,
    disk: Disk,
}

pub(crate) fn run(wanted: &Wanted, scratch: &Path) -> Result<Outcome, Failure> {
    let most = wanted.sessions(1_000_000);
    let mut rows = Vec::new();
    for sessions in [10_000, 100_000, 1_000_000].into_iter().filter(|sessions| *sessions < most).chain([most]) {
        let row = at(wanted, &scratch.join(format!("{sessions}.db")), sessions)?;
        print_row(&row);
        rows.push(row);
    }
    if let Some(file) = &wanted.plot {
        plot::growth(file, &rows)?;
        println!("drawn in {}", file.display());
    }
    let (Some(least), Some(largest)) = (rows.first(), rows.last()) else { return Err("nothing was measured".into()) };
    let p99 = |row: &Row, name: &str| row.figures.iter().find(|(figure, ..)| *figure == name).map_or(f64::NAN, |(_, _, p99)| *p99);
    let growth = p99(largest, OWN) / p99(least, OWN);
    println!("own list without total, p99 at {} to p99 at {}: {growth:.2}", largest.sessions, least.sessions);
    let kept = growth <= MOST_GROWTH
        && SCOPES.iter().all(|(name, _)| p99(largest, name) <= MOST_WITH_TOTAL_US)
        && STATISTICS.iter().all(|name| p99(largest, name) <= MOST_STATISTICS_US);
    Ok(Outcome { kept, ratios: Some(ratios(least, largest)) })
}

/// How much longer each figure's median is at the largest number than at the least; validations and bytes at the largest.
fn ratios(least: &Row, largest: &Row) -> Ratios {
    let mut ratios = Ratios::default();
    ratios.add("validate/noop", largest.validate.median);
    ratios.add("session_bytes", largest.each(largest.disk.sessions));
    ratios.add("trail_bytes", largest.each(largest.disk.trail));
    for ((name, at_least, _), (_, at_most, _)) in least.figures.iter().zip(&largest.figures) {
        let words = name.replace(',', "").replace(' ', "_");
        ratios.add(format!("{words}/at_{}", least.sessions), at_most / at_least);
    }
    ratios
}

const OWN: &str = "own list, no total";

/// Numbers are those of the directory that `people` makes.
const SCOPES: [(&str, SessionScope); 4] = [
    ("tenant, with total", SessionScope { tenant: Some(TenantNumber(1)), partner: None, user: None }),
    ("partner, with total", SessionScope { tenant: None, partner: Some(PartnerNumber(1)), user: None }),
    ("all, with total", SessionScope { tenant: None, partner: None, user: None }),
    ("user, with total", SessionScope { tenant: None, partner: None, user: Some(cloakroom_engine::ids::UserNumber(1)) }),
];

fn print_row(row: &Row) {
    println!("{} sessions (load {})", row.sessions, measure::load_average());
    for (name, p50, p99) in &row.figures {
        println!("  {name:<34}{:>12.3} ms p50{:>12.3} ms p99", p50 / 1000.0, p99 / 1000.0);
    }
    println!("  validate over HTTP, rate to no-op: {}", row.validate);
    println!(
        "  bytes on disk: {:.0} a session with its indices, {:.0} its lines in the trail",
        row.each(row.disk.sessions),
        row.each(row.disk.trail)
    );
}

impl Row {
    fn each(&self, bytes: u64) -> f64 {
        bytes as f64 / self.sessions.max(1) as f64
    }
}

fn at(wanted: &Wanted, path: &Path, sessions: usize) -> Result<Row, Failure> {
    let asking = runtime("client", 2)?;
    let users = wanted.users.unwrap_or((sessions / 200).max(1));
    let home = Arc::new(asking.block_on(Home::settle(path, users))?);
    let begun = Instant::now();
    let secrets = asking.block_on(seed(&home, sessions, Birth::Usm))?;
    println!("{sessions} sessions of {users} users opened in {:.0} s", begun.elapsed().as_secs_f64());
    let mut figures = asking.block_on(async {
        let mut figures = vec![own_list(&home, &secrets).await?];
        for (name, scope) in SCOPES {
            figures.push(page(&home, (name, scope), 1, true).await?);
        }
        // Past the end there is nothing but the total.
        figures.push(page(&home, ("tenant, total alone", SCOPES[0].1), u64::from(u32::MAX), true).await?);
        figures.push(page(&home, ("tenant, ended ones too", SCOPES[0].1), 1, false).await?);
        figures.push(statistics(&home, STATISTICS[0]).await?);
        Ok::<_, Failure>(figures)
    })?;
    let [noop, validate] = beside_noop(&home, &secrets, VALIDATING)?;
    asking.block_on(async {
        // What validations moved is written before the end is measured.
        while home.engine.save_touches(true, MANY).await? == MANY {}
        figures.extend(end_tenant(&home, &secrets).await?);
        figures.push(page(&home, ("tenant after its end", SCOPES[0].1), 1, true).await?);
        figures.push(statistics(&home, STATISTICS[1]).await?);
        while home.engine.seal_audit_entries(MANY).await?.1 {}
        Ok::<_, Failure>(())
    })?;
    home.database.shutdown();
    Ok(Row { sessions, figures, validate: validate.ratio_to(&noop), disk: Disk::of(path)? })
}

pub(crate) type Figure = (&'static str, f64, f64);

/// Half of them took no longer, and 99 of a hundred.
fn figure(name: &'static str, mut waited: Vec<Duration>) -> Figure {
    waited.sort_unstable();
    let at = |share: f64| waited.get(((waited.len().saturating_sub(1)) as f64 * share).round() as usize).copied().unwrap_or_default();
    (name, micros(at(0.5)), micros(at(0.99)))
}

fn micros(waited: Duration) -> f64 {
    waited.as_secs_f64() * 1e6
}

async fn own_list(home: &Home, secrets: &Secrets) -> Result<Figure, Failure> {
    let secret = SessionSecret::from_bytes(secrets[0]);
    let caller = home.engine.authenticate_session(&secret, &origin()).await?.map_err(|refused| format!("no caller: {refused:?}"))?;
    let query = ListQuery {
        sides: vec![SideQuery { side: Side::Live, after: None }],
        caption: None,
        label: Some("web".to_owned()),
        archived: ArchivedFilter::default(),
        limit: PER_PAGE as usize,
    };
    let mut waited = Vec::with_capacity(ASKED);
    for _ in 0..ASKED {
        let asked = Instant::now();
        home.engine.list_sessions(&caller, &query).await?.map_err(|refused| format!("no list: {refused:?}"))?;
        waited.push(asked.elapsed());
    }
    Ok(figure(OWN, waited))
}

async fn page(home: &Home, (name, scope): (&'static str, SessionScope), page: u64, active_only: bool) -> Result<Figure, Failure> {
    let mut waited = Vec::with_capacity(ASKED);
    for _ in 0..ASKED {
        let list = ListScope { scope, active_only, page: PageNumber { page, per_page: PER_PAGE }.into(), now: MachineClock.now() };
        let asked = Instant::now();
        home.database.page_of_scope(list).await?;
        waited.push(asked.elapsed());
    }
    Ok(figure(name, waited))
}

async fn statistics(home: &Home, name: &'static str) -> Result<Figure, Failure> {
    let mut waited = Vec::with_capacity(COUNTED);
    for _ in 0..COUNTED {
        let asked = Instant::now();
        home.database.session_statistics(TenantNumber(1), MachineClock.now()).await?;
        waited.push(asked.elapsed());
    }
    Ok(figure(name, waited))
}

/// Ends everything while somebody validates without pause.
async fn end_tenant(home: &Arc<Home>, secrets: &Secrets) -> Result<Vec<Figure>, Failure> {
    let (prober, secret) = (home.clone(), SessionSecret::from_bytes(secrets[0]));
    let begun = Instant::now();
    let refused = tokio::spawn(async move {
        while begun.elapsed() < MOST_WAIT {
            if prober.engine.validate_session(&secret, &origin()).await?.is_err() {
                return Ok(begun.elapsed());
            }
        }
        Err(Failure::from("a session outlived its tenant's end"))
    });
    let end = End { at: MachineClock.now(), reason: EndReason::Revoked, by: None };
    let audit = AuditEntry::success(end.at, Action::SessionsRevoked, ResourceKind::Tenant, Actor::System("bench"), origin());
    let asked = Instant::now();
    let ending = EndSessionsOfTenant { tenant: TenantNumber(1), end, list: NAMED_AT_MOST, audit };
    let told = home.database.end_sessions_of_tenant(Authorisation::Server, ending).await?;
    let acknowledged = asked.elapsed();
    let refused = refused.await??;
    let asked = Instant::now();
    let counted = home.database.ended_with_tenant(told.moved, NAMED_AT_MOST).await?;
    let afterwards = asked.elapsed();
    if told.ended.as_ref().is_some_and(|ended| *ended != counted) || counted.count != secrets.len() as u64 {
        return Err(format!("{} ended, told as {:?}", counted.count, told.ended.map(|ended| ended.count)).into());
    }
    println!("  the end was {}", if told.ended.is_some() { "counted with its move" } else { "counted after its move" });
    let once = |name, waited| figure(name, vec![waited]);
    Ok(vec![
        once("end acknowledged, counted", acknowledged),
        once("first refused validate", refused),
        once("the same counted row by row", afterwards),
    ])
}
