//! Durable rotations of refresh tokens through the engine, against durable creates without it.

use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant};

use cloakroom_engine::tokens::log_in::TokenPair;
use tokio::task::JoinSet;

use crate::bare::sqlite::Bare;
use crate::in_process::runtime;
use crate::measure::{self, Contender, Ratios, Sample, nanos};
use crate::people::{Home, origin};
use crate::{Failure, Outcome, Wanted};

const CALLERS: usize = 64;
const WINDOW: Duration = Duration::from_secs(1);
/// A window ends after so many of one caller, whatever the time.
const MOST_EACH: usize = 10_000;

pub(crate) fn run(wanted: &Wanted, scratch: &Path) -> Result<Outcome, Failure> {
    let runtime = runtime("client", std::thread::available_parallelism()?.get())?;
    let users = wanted.users.unwrap_or(10_000);
    let home = Arc::new(runtime.block_on(Home::settle(&scratch.join("engine.db"), users))?);
    let other = Arc::new(runtime.block_on(Home::settle(&scratch.join("bare.db"), users))?);
    other.database.shutdown();
    let bare = Arc::new(Bare::open(&scratch.join("bare.db"), true)?);
    let mut pairs = runtime.block_on(async {
        let mut pairs = Vec::with_capacity(CALLERS);
        for caller in 0..CALLERS {
            pairs.push(home.log_in(caller).await?);
        }
        Ok::<_, Failure>(pairs)
    })?;
    println!("{CALLERS} callers; callers and writers share the same cores");
    let mut contenders = [Contender::new("refresh"), Contender::new("bare create")];
    for _ in 0..wanted.seconds(10).as_secs() {
        let (back, sample) = runtime.block_on(rotations(&home, pairs))?;
        pairs = back;
        contenders[0].add(sample);
        contenders[1].add(runtime.block_on(creates(&bare, &other))?);
    }
    crate::print_table(&mut contenders);
    println!("refresh to bare create, median of the windows (least to most): {}", contenders[0].ratio_to(&contenders[1]));
    println!("store: {:?}", home.database.stats());
    home.database.shutdown();
    let mut ratios = Ratios::default();
    ratios.compare("refresh/create", &contenders[0], &contenders[1]);
    Ok(ratios.into())
}

/// Every caller redeems its own token, one successor after the other.
async fn rotations(home: &Arc<Home>, pairs: Vec<TokenPair>) -> Result<(Vec<TokenPair>, Sample), Failure> {
    let begun = measure::begin()?;
    let until = Instant::now() + WINDOW;
    let mut callers = JoinSet::new();
    for mut pair in pairs {
        let home = home.clone();
        callers.spawn(async move {
            let (mut latencies, origin) = (Vec::new(), origin());
            while latencies.len() < MOST_EACH && Instant::now() < until {
                let asked = Instant::now();
                let redeemed = home.engine.refresh_tokens(&pair.access.text, &pair.refresh.expose(), &origin).await?;
                pair = redeemed.map_err(|refused| format!("a refresh token was refused: {refused:?}"))?;
                latencies.push(nanos(asked));
            }
            Ok::<_, Failure>((pair, latencies))
        });
    }
    let (mut back, mut latencies) = (Vec::new(), Vec::new());
    while let Some(done) = callers.join_next().await {
        let (pair, seen) = done??;
        back.push(pair);
        latencies.extend(seen);
    }
    Ok((back, Sample::end(begun, latencies)?))
}

async fn creates(bare: &Arc<Bare>, home: &Arc<Home>) -> Result<Sample, Failure> {
    let begun = measure::begin()?;
    let until = Instant::now() + WINDOW;
    let mut callers = JoinSet::new();
    for caller in 0..CALLERS {
        let (bare, home) = (bare.clone(), home.clone());
        callers.spawn(async move {
            let mut latencies = Vec::new();
            while latencies.len() < MOST_EACH && Instant::now() < until {
                let asked = Instant::now();
                let user = &home.users[(latencies.len() * CALLERS + caller) % home.users.len()];
                bare.create(user).await?;
                latencies.push(nanos(asked));
            }
            Ok::<_, Failure>(latencies)
        });
    }
    let mut latencies = Vec::new();
    while let Some(seen) = callers.join_next().await {
        latencies.extend(seen??);
    }
    Sample::end(begun, latencies)
}
