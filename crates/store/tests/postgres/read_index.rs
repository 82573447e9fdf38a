//! One question for all who ask whether memory has everything that was committed before.

use std::future::poll_fn;
use std::pin::{Pin, pin};
use std::sync::Arc;
use std::task::Poll;

use cloakroom_engine::audit::RequestOrigin;
use cloakroom_engine::error::{EngineError, StoreError};
use cloakroom_engine::sessions::get::SessionPointer;
use cloakroom_engine::sessions::open::OpenedSession;
use cloakroom_engine::{Engine, sessions::SessionView, sessions::authenticate::SessionRefusal};
use cloakroom_store::Database;
use cloakroom_store::driver::postgres::{Address, Options};
use futures_util::future::{join, join_all};

use crate::cluster::Scratch;
use crate::options;
use crate::transfer::{engine, lived_in};

pub type Validated = Result<Result<SessionView, SessionRefusal>, EngineError>;

/// A process over the database of a URL.
pub struct Process {
    pub database: Arc<Database>,
    pub engine: Engine,
}

impl Process {
    pub fn at(url: &str, options: &Options) -> Self {
        let address = Address::parse(url, options).unwrap();
        let database = Arc::new(Database::connect(&address, options, Arc::default()).unwrap());
        Self { engine: engine(&database), database }
    }

    pub fn over(scratch: &Scratch) -> Self {
        Self::at(&scratch.url(), &options())
    }

    pub async fn validate(&self, opened: &OpenedSession) -> Validated {
        self.engine.validate_session(&opened.secret, &RequestOrigin::default()).await
    }

    pub async fn lives(&self, opened: &OpenedSession) -> bool {
        self.validate(opened).await.unwrap().is_ok()
    }

    /// Ends it, and is told so.
    pub async fn end(&self, opened: &OpenedSession) {
        let pointer = SessionPointer::from_guid(*opened.secret.expose());
        self.engine.close_session(&pointer, None, &RequestOrigin::default()).await.unwrap().unwrap();
    }

    /// Has it remember the session: the second time it answers from memory.
    pub async fn remember(&self, opened: &OpenedSession) {
        // Its user may have come since this process last heard of anything.
        self.database.catch_up().await.unwrap();
        assert!(self.lives(opened).await);
        let hits = self.database.live_stats().hits;
        assert!(self.lives(opened).await);
        assert_eq!(self.database.live_stats().hits, hits + 1, "answered from memory");
    }

    pub fn questions(&self) -> u64 {
        self.database.stats().read_indexes
    }
}

pub fn is_unavailable(validated: &Validated) -> bool {
    matches!(validated, Err(EngineError::Store(StoreError::Unavailable(_))))
}

/// Two processes, and sessions of which every other one lives: those of the first users have odd numbers.
pub async fn two_processes() -> (Scratch, Process, Process, Vec<OpenedSession>) {
    let scratch = Scratch::new();
    let (here, there) = (Process::over(&scratch), Process::over(&scratch));
    let opened = lived_in(&there.database).await;
    (scratch, here, there, opened)
}

/// Holds a table so that nobody reads it, until it is let go.
pub struct Held {
    scratch: Arc<Scratch>,
    holding: std::thread::JoinHandle<()>,
}

const OF_HOLDER: &str = "FROM pg_locks WHERE relation = 'fact_heads'::REGCLASS AND mode = 'AccessExclusiveLock' AND granted";

impl Held {
    pub fn heads_of(scratch: &Arc<Scratch>) -> Self {
        let past = scratch.past();
        let hold = "DO $$ BEGIN LOCK TABLE fact_heads IN ACCESS EXCLUSIVE MODE; PERFORM pg_sleep(600);
                    EXCEPTION WHEN query_canceled THEN NULL; END $$";
        let holding = std::thread::spawn(move || past.batch(hold));
        while scratch.past().rows(&format!("SELECT 1 {OF_HOLDER}")).is_empty() {}
        Self { scratch: scratch.clone(), holding }
    }

    pub fn let_go(self) {
        self.scratch.past().rows(&format!("SELECT pg_cancel_backend(pid) {OF_HOLDER}"));
        self.holding.join().unwrap();
    }
}

/// Polls once.
pub async fn begin(waiting: &mut Pin<&mut impl Future<Output: std::fmt::Debug>>) {
    poll_fn(|context| {
        assert!(waiting.as_mut().poll(context).is_pending());
        Poll::Ready(())
    })
    .await;
}

#[tokio::test]
async fn what_another_process_ends_is_dead_here_at_once() {
    let (_scratch, here, there, opened) = two_processes().await;
    for session in opened.iter().step_by(2) {
        here.remember(session).await;
        there.end(session).await;
        assert!(!here.lives(session).await);
    }
    assert_eq!(here.database.live_stats().late_fills, 0);
}

#[tokio::test]
async fn all_who_ask_while_a_question_is_under_way_share_the_next_one() {
    let (scratch, here, _there, opened) = two_processes().await;
    let scratch = Arc::new(scratch);
    here.remember(&opened[0]).await;
    let (questions, hits) = (here.questions(), here.database.live_stats().hits);
    let held = Held::heads_of(&scratch);
    let asking = join_all((0..200).map(|_| here.lives(&opened[0])));
    let (lives, ()) = join(asking, async { held.let_go() }).await;
    assert!(lives.iter().all(|lives| *lives));
    assert_eq!(here.database.live_stats().hits, hits + 200);
    assert!(here.questions() - questions <= 2, "{} questions", here.questions() - questions);
}

/// Whoever asks while a question is under way may ask about something that it does not know of.
#[tokio::test]
async fn nobody_joins_a_question_that_was_sent() {
    let (scratch, here, there, opened) = two_processes().await;
    here.remember(&opened[0]).await;
    here.remember(&opened[2]).await;
    for _ in 0..20 {
        let mut first = pin!(here.lives(&opened[2]));
        begin(&mut first).await;
        assert!(here.lives(&opened[0]).await && first.await);
    }
    let mut first = pin!(here.lives(&opened[2]));
    begin(&mut first).await;
    there.end(&opened[0]).await;
    assert!(!here.lives(&opened[0]).await, "it ended before this was asked");
    assert!(first.await);
    drop(scratch);
}

/// A read that began before an end and is answered after it: the answer is not remembered.
#[tokio::test]
async fn a_late_fill_is_refused() {
    let (_scratch, here, there, opened) = two_processes().await;
    let (late, other) = (&opened[0], &opened[2]);
    here.remember(other).await;
    let mut reading = pin!(here.validate(late));
    begin(&mut reading).await;
    // On the same connection, so the first read is over.
    here.database.others_connected().await.unwrap();
    there.end(late).await;
    assert!(here.lives(other).await, "the end is known here");
    assert!(reading.await.unwrap().is_ok(), "who asked before the end may be told that it lived");
    assert_eq!(here.database.live_stats().late_fills, 1);
    assert!(!here.lives(late).await);
}

#[tokio::test]
async fn nothing_is_asked_where_nothing_is_remembered() {
    let scratch = Scratch::new();
    let without = Process::at(&scratch.url(), &Options { live_max_bytes: 0, ..options() });
    let opened = lived_in(&without.database).await;
    for _ in 0..3 {
        assert!(without.lives(&opened[0]).await);
    }
    assert_eq!((without.questions(), without.database.live_stats().hits), (0, 0));
    // Other tests ask on databases of their own of the same server.
    let questions = "SELECT 1 FROM pg_stat_activity WHERE datname = current_database() AND query LIKE '%FROM fact_heads'";
    assert_eq!(scratch.past().rows(questions), [[]; 0] as [[Option<String>; 0]; 0]);
}

/// Of what is asked when the store is shut down nobody is told anything, and nobody is left waiting.
#[tokio::test]
async fn the_end_of_the_store_ends_a_question() {
    let (scratch, here, _there, opened) = two_processes().await;
    let scratch = Arc::new(scratch);
    here.remember(&opened[0]).await;
    let held = Held::heads_of(&scratch);
    let mut waiting = pin!(here.validate(&opened[0]));
    begin(&mut waiting).await;
    here.database.shutdown();
    assert!(is_unavailable(&waiting.await));
    assert!(is_unavailable(&here.validate(&opened[0]).await));
    held.let_go();
}
