//! The store on PostgreSQL: validations, durable creates and rotations by 64 callers in one process and in two, against the same
//! statements on bare tokio-postgres and by pgbench.

mod cluster;
mod ground;
mod job;
pub(crate) mod load;
mod process;

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use self::cluster::Cluster;
use self::ground::Ground;
pub(crate) use self::job::Job;
use self::process::{Process, window};
use crate::bare::pgbench::Pgbench;
use crate::measure::{self, Contender, Ratios, Sample};
use crate::{Failure, Outcome, Wanted};

pub(crate) const CALLERS: usize = 64;
/// pgbench counts in seconds, and one is too short for 64 new connections that each plan their statements.
const WINDOW: Duration = Duration::from_secs(2);
/// Those of the other tables, with PostgreSQL in the place of the server.
const PARTS: [&str; 6] = ["", "per s", "p50", "p99", "CPU each, PostgreSQL + store + callers", "ratio (least to most)"];

/// Who does jobs.
struct Doer {
    name: &'static str,
    jobs: &'static [Job],
    by: By,
}

enum By {
    Processes(Vec<Process>),
    Pgbench(Pgbench),
}

impl Doer {
    fn window(&mut self, job: Job, cluster: &Cluster) -> Result<Sample, Failure> {
        let before = cluster.cpu()?;
        let mut sample = match &mut self.by {
            By::Processes(processes) => window(processes, job, WINDOW)?,
            By::Pgbench(pgbench) => pgbench.window(job, WINDOW)?,
        };
        sample.served_by(cluster.cpu()?.saturating_sub(before));
        Ok(sample)
    }
}

pub(crate) fn run(wanted: &Wanted, scratch: &Path) -> Result<Outcome, Failure> {
    let cluster = Arc::new(Cluster::start(scratch, wanted.keep)?);
    println!("{}", cluster.told);
    let (sessions, users) = (wanted.sessions(100_000), wanted.users.unwrap_or(2_000));
    let Ground { pgbench, mut doers } = ground::prepare(&cluster, scratch, sessions, users)?;
    doers.push(Doer { name: "pgbench", jobs: &Job::ALL, by: By::Pgbench(pgbench) });
    let rounds = (wanted.seconds(10) / 2).as_secs().max(1);
    println!(
        "{CALLERS} callers, {rounds} rounds of {} s each; {sessions} sessions of {users} users; all share the same cores",
        WINDOW.as_secs()
    );
    let mut found = Ratios::default();
    for job in Job::ALL {
        let mut able: Vec<_> = doers.iter_mut().filter(|doer| doer.jobs.contains(&job)).collect();
        let mut contenders: Vec<_> = able.iter().map(|doer| Contender::new(doer.name)).collect();
        for round in 0..usize::try_from(rounds)? {
            // Each goes first in its turn.
            for turn in 0..able.len() {
                let at = (round + turn) % able.len();
                contenders[at].add(able[at].window(job, &cluster)?);
            }
        }
        println!("\n{}", job.name());
        print!("{}", measure::table(&mut contenders, PARTS, None));
        let (engines, others) = contenders.split_at(2);
        for engine in engines.iter() {
            let ratios: Vec<_> = others.iter().map(|other| format!("{} of {}", engine.ratio_to(other), other.name)).collect();
            println!("{}: {}", engine.name, ratios.join(", "));
        }
        let (name, [one, two]) = (job.name(), engines) else { return Err("an engine is missing".into()) };
        found.compare(format!("{name}/bare"), one, &others[0]);
        found.compare(format!("{name}_by_two/{name}"), two, one);
    }
    Ok(found.into())
}
