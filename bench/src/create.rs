//! Durable creates through the engine, against the same statements without it.

use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant};

use tokio::task::JoinSet;

use crate::bare::sqlite::Bare;
use crate::in_process::runtime;
use crate::measure::{self, Contender, Sample, nanos};
use crate::people::Home;
use crate::{Failure, Wanted};

const CALLERS: usize = 64;
const ROUNDS: usize = 10;

/// Who creates.
#[derive(Clone)]
enum Creator {
    Engine(Arc<Home>),
    Bare(Arc<Bare>, Arc<Home>),
}

impl Creator {
    async fn create(&self, user: usize) -> Result<(), Failure> {
        match self {
            Self::Engine(home) => home.open_session(user).await.map(drop),
            Self::Bare(bare, home) => {
                let user = home.users.get(user % home.users.len()).ok_or("there is nobody to open a session for")?;
                bare.create(user).await.map(drop)
            }
        }
    }
}

pub(crate) fn run(wanted: &Wanted, scratch: &Path) -> Result<bool, Failure> {
    let (count, users) = (wanted.sessions(200_000), wanted.users.unwrap_or(10_000));
    let each = (count / ROUNDS / CALLERS).max(1);
    let runtime = runtime("client", std::thread::available_parallelism()?.get())?;
    let path = |name: &str| scratch.join(format!("{name}.db"));
    let settle = |name: &str| runtime.block_on(Home::settle(&path(name), users)).map(Arc::new);
    let (home, bare, savepoints) = (settle("engine")?, settle("bare")?, settle("savepoints")?);
    for other in [&bare, &savepoints] {
        other.database.shutdown();
    }
    let mut creators = vec![
        (Creator::Engine(home.clone()), Contender::new("engine")),
        (Creator::Bare(Arc::new(Bare::open(&path("bare"), false)?), bare), Contender::new("bare rusqlite")),
        (Creator::Bare(Arc::new(Bare::open(&path("savepoints"), true)?), savepoints), Contender::new("bare, savepoints")),
    ];
    println!(
        "{CALLERS} callers, {ROUNDS} rounds of {} creates each, {users} users; callers and writers share the same cores",
        each * CALLERS
    );
    for round in 0..ROUNDS {
        // Each goes first in its turn.
        for turn in 0..creators.len() {
            let at = (round + turn) % creators.len();
            let (creator, contender) = &mut creators[at];
            contender.add(runtime.block_on(window(creator, round * each * CALLERS, each, wanted.seconds(30)))?);
        }
    }
    let stats = home.database.stats();
    let (creators, mut contenders): (Vec<_>, Vec<_>) = creators.into_iter().unzip();
    crate::print_table(&mut contenders);
    println!("engine to bare, median of the rounds (least to most): {}", contenders[0].ratio_to(&contenders[1]));
    println!("engine to bare with savepoints: {}", contenders[0].ratio_to(&contenders[2]));
    println!("creates in one transaction: {:.1}; store: {stats:?}", stats.commands as f64 / stats.batches.max(1) as f64);
    drop(creators);
    home.database.shutdown();
    drop(home);
    for name in ["engine", "bare", "savepoints"] {
        let bytes = std::fs::metadata(path(name))?.len();
        println!("{name}.db: {} bytes for each session", bytes / (each * CALLERS * ROUNDS) as u64);
    }
    Ok(true)
}

/// Every caller creates its share, one after the other.
async fn window(creator: &Creator, first: usize, each: usize, most: Duration) -> Result<Sample, Failure> {
    let begun = measure::begin()?;
    let until = Instant::now() + most;
    let mut callers = JoinSet::new();
    for caller in 0..CALLERS {
        let creator = creator.clone();
        callers.spawn(async move {
            let mut latencies = Vec::with_capacity(each);
            for step in 0..each {
                let asked = Instant::now();
                if asked >= until {
                    break;
                }
                // Neighbours in time are different users, as in life.
                creator.create(first + step * CALLERS + caller).await?;
                latencies.push(nanos(asked));
            }
            Ok::<_, Failure>(latencies)
        });
    }
    let mut latencies = Vec::with_capacity(each * CALLERS);
    while let Some(seen) = callers.join_next().await {
        latencies.extend(seen??);
    }
    Sample::end(begun, latencies)
}
