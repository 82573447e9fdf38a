//! What the windows stand on: databases that begin alike, and the processes that call.

use std::path::Path;
use std::time::Instant;

use super::cluster::Cluster;
use super::process::Process;
use super::{By, CALLERS, Doer, Job};
use crate::Failure;
use crate::bare::pgbench::Pgbench;
use crate::bare::postgres::{connect, grants, multiply, people, settle};
use crate::in_process::runtime;
use crate::people::Home;

/// The database that the engine works on; the others are copies of it.
const ENGINE: &str = "engine";
const COPIES: [&str; 3] = ["bare", "connections", "pgbench"];

pub(super) struct Ground {
    pub(super) pgbench: Pgbench,
    pub(super) doers: Vec<Doer>,
}

pub(super) fn prepare(cluster: &Cluster, scratch: &Path, sessions: usize, users: usize) -> Result<Ground, Failure> {
    let begun = Instant::now();
    let seeding = runtime("seed", 2)?;
    let pgbench = seeding.block_on(populate(cluster, scratch, sessions, users))?;
    drop(seeding);
    println!("{sessions} sessions of {users} users opened and copied in {:.0} s", begun.elapsed().as_secs_f64());
    Ok(Ground { pgbench, doers: doers(cluster, scratch)? })
}

async fn populate(cluster: &Cluster, scratch: &Path, sessions: usize, users: usize) -> Result<Pgbench, Failure> {
    let maintenance = connect(&cluster.url("postgres")).await?;
    maintenance.batch_execute(&format!("CREATE DATABASE {ENGINE}")).await?;
    let home = Home::settle_on(&cluster.url(ENGINE), users).await?;
    // First, so that their numbers leave no gap.
    for caller in 0..CALLERS {
        home.log_in(caller).await?;
    }
    home.open_session(0).await?;
    home.database.shutdown();
    let client = connect(&cluster.url(ENGINE)).await?;
    let secrets = multiply(&client, sessions).await?;
    std::fs::write(scratch.join("secrets"), secrets.concat())?;
    settle(&client).await?;
    let (people, grants) = (people(&client).await?, grants(&client).await?);
    // What somebody is connected to cannot be copied; PostgreSQL waits for whoever is about to go.
    drop((client, home));
    for copy in COPIES {
        maintenance.batch_execute(&format!("CREATE DATABASE {copy} TEMPLATE {ENGINE} STRATEGY file_copy")).await?;
    }
    let client = connect(&cluster.url("pgbench")).await?;
    let program = cluster.binaries.join("pgbench");
    let found = (people.as_slice(), grants.as_slice(), sessions);
    let pgbench = Pgbench::prepare((program, &cluster.sockets, "pgbench", &client), scratch, found).await?;
    settle(&client).await?;
    Ok(pgbench)
}

fn doers(cluster: &Cluster, scratch: &Path) -> Result<Vec<Doer>, Failure> {
    let secrets = scratch.join("secrets");
    let secrets = secrets.to_str().ok_or("the temporary directory has no name in UTF-8")?;
    let start = |kind: &str, database: &str, processes: usize| {
        let each = CALLERS / processes;
        let started = (0..processes).map(|process| {
            let (first, callers) = ((process * each).to_string(), each.to_string());
            Process::start(&[kind, &cluster.url(database), &first, &callers, secrets])
        });
        started.collect::<Result<Vec<_>, _>>()
    };
    let mut doers = vec![
        ("engine, one process", &Job::ALL[..], start("engine", ENGINE, 1)?),
        ("engine, two processes", &Job::ALL, start("engine", ENGINE, 2)?),
        ("bare, batched", &Job::ALL, start("batched", "bare", 1)?),
        ("bare, 64 connections", &Job::ALL[1..], start("connections", "connections", 1)?),
    ];
    for process in doers.iter_mut().flat_map(|(_, _, processes)| processes) {
        process.hear("ready")?;
    }
    Ok(doers.into_iter().map(|(name, jobs, processes)| Doer { name, jobs, by: By::Processes(processes) }).collect())
}
