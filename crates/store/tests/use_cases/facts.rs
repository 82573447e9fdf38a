//! Facts in memory: they answer, and nothing that has ended is ever found alive by them.

use std::sync::Arc;
use std::sync::atomic::Ordering::SeqCst;
use std::sync::atomic::{AtomicBool, AtomicU64};
use std::time::Instant;

use cloakroom_engine::directory::{TenantStatus, UserStatus};
use cloakroom_engine::policy::Policy;
use cloakroom_engine::secret::SessionSecret;
use cloakroom_engine::sessions::log_out::LogOutReach;
use cloakroom_engine::sessions::open::{OpenedSession, SessionWish};

use crate::world::{World, bearer, user, users, wish};

/// How many end sessions side by side, in how many rounds, for how long at most; `scripts/long` asks for more.
fn many(variable: &str, usual: usize) -> usize {
    std::env::var(variable).map_or(usual, |number| number.parse().unwrap())
}

/// How often each asks after an acknowledged end.
const PROBES: usize = 50;

#[tokio::test]
async fn what_was_asked_once_is_answered_from_memory() {
    let world = World::peopled(Policy::default()).await;
    let opened = world.open("ada").await;
    for _ in 0..10 {
        world.validate(&opened.secret).await.unwrap();
    }
    let live = world.database.live_stats();
    assert_eq!((live.hits, live.fills, live.late_fills), (9, 1, 0), "{live:?}");
    assert!(live.entries == 1 && live.bytes > 0);
}

#[tokio::test]
async fn an_extension_that_is_saved_is_known_so_that_the_next_ones_are_saved_as_seldom() {
    let world = World::peopled(Policy::default()).await;
    let opened = world.open("ada").await;
    let mut saved = 0;
    for _ in 0..120 {
        world.advance(1);
        world.validate(&opened.secret).await.unwrap();
        saved += world.engine.save_touches(false, 100).await.unwrap();
    }
    assert!((10..=13).contains(&saved), "two minutes, a lag of ten seconds: {saved}");
    assert_eq!(world.database.live_stats().fills, 1, "a touch drops nothing");
}

#[tokio::test]
async fn what_expires_in_memory_is_looked_at_in_the_database_first() {
    let world = World::peopled(Policy::default()).await;
    let opened = world.open_as("ada", SessionWish { ttl_seconds: Some(60), ..wish() }).await;
    world.validate(&opened.secret).await.unwrap();
    world.engine.save_touches(true, 100).await.unwrap();
    // As another process would: nothing here knows of it.
    let later = world.now().as_millis() + 600_000;
    world.past().execute("UPDATE session_touches SET expires_at = $1", &[later.into()]);
    world.advance(120);
    assert!(world.validate(&opened.secret).await.is_ok());
}

/// In how many ways [`end`] ends a session.
pub const WAYS: usize = 6;

/// Ends the session of a user whom the tenant has to itself.
pub async fn end(world: &World, way: usize, opened: &OpenedSession, (name, tenant): (&str, &str)) {
    let nobody = Default::default();
    match way {
        0 => drop(world.close(&bearer(opened)).await.unwrap()),
        1 => drop(world.engine.log_out(&world.caller(&opened.secret).await, LogOutReach::Everywhere, &nobody).await.unwrap()),
        2 => {
            let other = world.open(name).await;
            world.engine.log_out(&world.caller(&other.secret).await, LogOutReach::OtherDevices, &nobody).await.unwrap();
        }
        3 => drop(world.set_user(name, UserStatus::Suspended).await),
        4 => drop(world.set_tenant(tenant, TenantStatus::Suspended).await),
        _ => {
            let caller = world.caller(&opened.secret).await;
            world.engine.end_own_session(&caller, opened.view.session.uid, &nobody).await.unwrap().unwrap();
        }
    }
}

async fn set_right(world: &World, ender: usize, round: usize) {
    match round % WAYS {
        3 => drop(world.set_user(&format!("user{ender}"), UserStatus::Verified).await),
        4 => drop(world.set_tenant(&format!("tenant{ender}"), TenantStatus::Verified).await),
        _ => {}
    }
}

/// Several end sessions in every way while others ask for the same sessions without a pause, so that answers are remembered at every
/// moment: whoever asks after the end was acknowledged is refused.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn whoever_asks_after_an_acknowledged_end_is_refused() {
    let world = Arc::new(World::peopled(Policy::default()).await);
    println!("{}", ask_after_ends(world.clone(), vec![world]).await);
}

/// What is ended, and who is asked about it.
pub struct Probed {
    ended_in: Arc<World>,
    asked_in: Vec<Arc<World>>,
    begun: Instant,
    /// How often somebody asked after an acknowledged end.
    probes: AtomicU64,
}

impl Probed {
    fn is_out_of_time(&self) -> bool {
        self.begun.elapsed().as_secs() >= many("CLOAKROOM_FACTS_SECONDS", 60) as u64
    }
}

/// Sessions end in the one process and are asked for in all of these: in so many rounds, or until the time is up. How often, in words.
pub async fn ask_after_ends(ended_in: Arc<World>, asked_in: Vec<Arc<World>>) -> String {
    // As many callers however many processes they ask: they never pause, and a PostgreSQL that gets no turn ends connections.
    let enders = many("CLOAKROOM_FACTS_ENDERS", 4 / asked_in.len());
    for ender in 0..enders {
        let tenant = format!("tenant{ender}");
        ended_in.set_tenant(&tenant, TenantStatus::Verified).await;
        ended_in.apply(users(vec![user(&format!("user{ender}"), Some(&tenant))]), true).await;
    }
    let probed = Arc::new(Probed { ended_in, asked_in, begun: Instant::now(), probes: AtomicU64::new(0) });
    let enders: Vec<_> = (0..enders).map(|ender| tokio::spawn(rounds_of(probed.clone(), ender))).collect();
    for ender in enders {
        ender.await.unwrap();
    }
    for asked in &probed.asked_in {
        let live = asked.database.live_stats();
        assert!(live.hits > 1000, "memory answered: {live:?}");
    }
    let (probes, processes) = (probed.probes.load(SeqCst), probed.asked_in.len());
    format!("facts: {probes} questions after acknowledged ends to {processes} processes, 0 valid, in {:.0?}", probed.begun.elapsed())
}

async fn rounds_of(probed: Arc<Probed>, ender: usize) {
    let Probed { ended_in, asked_in, probes, .. } = &*probed;
    for round in 0..many("CLOAKROOM_FACTS_ROUNDS", 30) {
        if probed.is_out_of_time() {
            return;
        }
        let opened = ended_in.open(&format!("user{ender}")).await;
        let over = Arc::new(AtomicBool::new(false));
        let askers = asked_in.iter().flat_map(|world| [world, world]);
        let askers: Vec<_> = askers.map(|world| tokio::spawn(ask(world.clone(), opened.secret.clone(), over.clone()))).collect();
        for world in asked_in {
            for _ in 0..20 {
                world.validate(&opened.secret).await.unwrap();
            }
        }
        end(ended_in, round % WAYS, &opened, (&format!("user{ender}"), &format!("tenant{ender}"))).await;
        over.store(true, SeqCst);
        for world in asked_in {
            for _ in 0..PROBES {
                assert!(world.validate(&opened.secret).await.is_err(), "{ender} in round {round}");
            }
            probes.fetch_add(PROBES as u64, SeqCst);
        }
        for asker in askers {
            asker.await.unwrap();
        }
        set_right(ended_in, ender, round).await;
        for world in asked_in {
            assert!(world.validate(&opened.secret).await.is_err(), "what has ended stays ended: {ender} in round {round}");
        }
    }
}

/// Asks until the session is refused. Whoever began after the end is refused.
async fn ask(world: Arc<World>, secret: SessionSecret, over: Arc<AtomicBool>) {
    loop {
        let begun_after = over.load(SeqCst);
        match world.try_validate(&secret).await {
            Ok(Ok(_)) => assert!(!begun_after, "found alive after its end was acknowledged"),
            Ok(Err(_)) => return,
            // In doubt nobody is told that it lives.
            Err(_) => {}
        }
        tokio::task::yield_now().await;
    }
}
