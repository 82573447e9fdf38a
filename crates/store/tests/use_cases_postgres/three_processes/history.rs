//! Living a history in three processes and in the model, and comparing the answers.

use std::fmt;
use std::future::poll_fn;
use std::ops::AddAssign;
use std::pin::pin;
use std::sync::Arc;
use std::task::Poll;

use cloakroom_engine::callers::OwnedClient;
use cloakroom_engine::directory::document::{ApplicationEntry, DirectoryDocument, UserEntry};
use cloakroom_engine::secret::ClientSecret;
use cloakroom_engine::sessions::SessionView;
use cloakroom_engine::sessions::authenticate::SessionRefusal;
use cloakroom_engine::sessions::open::SessionWish;
use proptest::prelude::*;
use proptest::sample::Index;
use proptest::test_runner::TestCaseError;

use super::deeds::Deed;
use super::trio::Trio;
use crate::model::{TENANTS, USERS};
use crate::world::{user, users, wish};

const SECRET: &str = "a-secret-of-the-keeper";

/// `at` and `asked` are processes.
#[derive(Clone, Debug)]
pub enum Step {
    Open {
        at: usize,
        user: usize,
        ttl: u32,
        slides: bool,
    },
    Validate {
        at: usize,
        session: Index,
    },
    Exchange {
        at: usize,
        session: Index,
    },
    Refresh {
        at: usize,
        grant: Index,
    },
    /// By the application that the first user owns, of a session of that user's.
    SetExpiry {
        at: usize,
        session: Index,
        ttl: u32,
    },
    /// A change that ends nothing.
    Rename {
        at: usize,
        user: usize,
    },
    End {
        at: usize,
        deed: Deed,
    },
    /// One process begins to read before the end, and hears of it after it: the other one has acknowledged it meanwhile, and the first one
    /// knows of it.
    Straddle {
        asked: usize,
        session: Index,
        at: usize,
        deed: Deed,
    },
    SetRight {
        at: usize,
        deed: Deed,
    },
    Advance(i64),
    Upkeep {
        at: usize,
    },
    Restart {
        at: usize,
    },
    /// Every connection of all.
    Cut,
}

/// Who is asked after a step, and about which: by the bits of their numbers.
#[derive(Clone, Copy, Debug)]
pub struct Look {
    pub at: usize,
    pub which: u32,
    pub by_secret: bool,
}

/// What the memories of all processes did.
#[derive(Default)]
pub struct Told {
    pub hits: u64,
    late_fills: u64,
    looks: u64,
}

impl AddAssign for Told {
    fn add_assign(&mut self, other: Self) {
        self.hits += other.hits;
        self.late_fills += other.late_fills;
        self.looks += other.looks;
    }
}

impl fmt::Display for Told {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} looks, {} answers from memory, {} that came too late for it", self.looks, self.hits, self.late_fills)
    }
}

pub async fn live_through(steps: Vec<(Step, Look)>) -> Result<Told, TestCaseError> {
    let mut trio = Trio::begin().await;
    trio.hire_a_keeper().await;
    let mut told = Told::default();
    for (step, look) in &steps {
        trio.take(step, &mut told).await?;
        trio.look(*look, &mut told).await?;
    }
    for at in 0..trio.processes.len() {
        for by_secret in [true, false] {
            trio.look(Look { at, which: u32::MAX, by_secret }, &mut told).await?;
        }
    }
    trio.processes.iter().for_each(|process| told.add(process));
    Ok(told)
}

impl Told {
    /// What a process did before it goes.
    fn add(&mut self, process: &crate::world::World) {
        let live = process.database.live_stats();
        self.hits += live.hits;
        self.late_fills += live.late_fills;
    }
}

impl Trio {
    async fn hire_a_keeper(&self) {
        let keeper = ApplicationEntry {
            tenant: Some(TENANTS[0].into()),
            owner: Some(USERS[0].into()),
            client_id: "keeper".into(),
            client_secret: Some(ClientSecret::new(SECRET.into())),
            ..ApplicationEntry::default()
        };
        self.processes[0].apply(DirectoryDocument { applications: vec![keeper], ..DirectoryDocument::default() }, true).await;
    }

    async fn take(&mut self, step: &Step, told: &mut Told) -> Result<(), TestCaseError> {
        match step {
            Step::Open { at, user, ttl, slides } => return self.open(*at, *user, *ttl, *slides).await,
            Step::Rename { at, user } => self.rename(*at, *user).await,
            Step::SetRight { at, deed } => self.set_right(*at, deed).await,
            Step::Advance(millis) => self.pass(*millis).await,
            Step::Upkeep { at } => self.keep_up(*at).await,
            Step::Restart { at } => self.restart(*at, told).await,
            Step::Cut => {
                let sql = "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity
                           WHERE application_name = 'cloakroom' AND datname = current_database()";
                prop_assert!(!self.processes[0].past().rows(sql).is_empty());
            }
            Step::Refresh { at, grant } if !self.grants.is_empty() => return self.refresh(*at, grant.index(self.grants.len())).await,
            Step::Refresh { .. } => {}
            _ if self.opened.is_empty() => {}
            of_a_session => return self.take_with_a_session(of_a_session).await,
        }
        Ok(())
    }

    async fn take_with_a_session(&mut self, step: &Step) -> Result<(), TestCaseError> {
        let index = |session: &Index| session.index(self.opened.len());
        match step {
            Step::Validate { at, session } => {
                let n = index(session);
                let answered = self.processes[*at].validate(&self.opened[n].secret).await;
                self.is_as_modelled(n, &answered)
            }
            Step::Exchange { at, session } => self.exchange(*at, index(session)).await,
            Step::SetExpiry { at, session, ttl } => self.set_expiry(*at, index(session), *ttl).await,
            Step::End { at, deed } => {
                self.perform(*at, deed).await;
                self.note(deed);
                Ok(())
            }
            Step::Straddle { asked, session, at, deed } => self.straddle(*asked, index(session), *at, deed).await,
            other => Err(TestCaseError::fail(format!("{other:?} has no session"))),
        }
    }

    /// What a validation answered is what the model answers to one.
    fn is_as_modelled(&mut self, n: usize, answered: &Result<SessionView, SessionRefusal>) -> Result<(), TestCaseError> {
        let answered = answered.as_ref().ok().map(|view| view.session.activity.expires_at.as_millis());
        prop_assert_eq!(answered, self.model.use_secret(n, true).ok().map(|seen| seen.expires_at), "session {}", n);
        Ok(())
    }

    async fn open(&mut self, at: usize, user: usize, ttl: u32, slides: bool) -> Result<(), TestCaseError> {
        if self.unverified[user] {
            return Ok(());
        }
        let wished = SessionWish { ttl_seconds: Some(ttl), slides: Some(slides), ..wish() };
        let opened = self.processes[at].try_open(USERS[user], wished).await;
        prop_assert_eq!(opened.is_ok(), self.model.open(user, ttl, slides).is_ok(), "opened by {}", at);
        self.opened.extend(opened);
        Ok(())
    }

    async fn straddle(&mut self, asked: usize, n: usize, at: usize, deed: &Deed) -> Result<(), TestCaseError> {
        let (process, secret) = (self.processes[asked].clone(), self.opened[n].secret.clone());
        // Where something is remembered, asking for it has memory catch up.
        self.portal(asked).await;
        let mut reading = pin!(process.validate(&secret));
        let first = poll_fn(|context| Poll::Ready(reading.as_mut().poll(context))).await;
        // On the same connection, so the read is over.
        process.database.others_connected().await.unwrap();
        self.perform(at, deed).await;
        self.portal(asked).await;
        let answered = match first {
            Poll::Ready(answered) => answered,
            Poll::Pending => reading.await,
        };
        // Who asked before the end may be told either.
        if answered.is_ok() {
            self.is_as_modelled(n, &answered)?;
            self.note(deed);
        } else {
            self.note(deed);
            self.is_as_modelled(n, &answered)?;
        }
        self.session_agrees(asked, n, true).await
    }

    async fn set_expiry(&mut self, at: usize, n: usize, ttl: u32) -> Result<(), TestCaseError> {
        // Of one who is suspended nobody acts.
        if self.model.user_of(n) != 0 || !self.model.may_open(0) || self.unverified[0] {
            return Ok(());
        }
        let engine = &self.processes[at].engine;
        let keeper = engine.authenticate_client("keeper", &ClientSecret::new(SECRET.into()), &Default::default()).await.unwrap().unwrap();
        let keeper = OwnedClient::of(keeper).unwrap();
        let id = keeper.storage_id(self.opened[n].view.session.number);
        let set = engine.set_stored_session_expiry(&keeper, &id, ttl, &Default::default()).await.unwrap();
        prop_assert_eq!(set.is_ok(), self.model.set_expiry(n, ttl), "session {} set by {}", n, at);
        Ok(())
    }

    async fn rename(&self, at: usize, number: usize) {
        let name = format!("{} {}", USERS[number], self.model.now);
        let entry = UserEntry { display_name: Some(name), email: None, ..user(USERS[number], None) };
        self.processes[at].apply(users(vec![entry]), true).await;
    }

    /// What the background tasks do, until nothing is left to do.
    async fn keep_up(&mut self, at: usize) {
        let engine = &self.processes[at].engine;
        while engine.sweep_dead_sessions(100).await.unwrap().ended > 0 {}
        while engine.stamp_moved_epochs(100).await.unwrap().1 {}
        self.model.sweep();
        self.model.stamp();
    }

    /// Another process in its place, which remembers nothing.
    async fn restart(&mut self, at: usize, told: &mut Told) {
        let before = &self.processes[at];
        before.engine.save_touches(true, 1000).await.unwrap();
        told.add(before);
        let after = before.after_a_crash();
        before.database.shutdown();
        self.processes[at] = Arc::new(after);
    }

    async fn look(&self, Look { at, which, by_secret }: Look, told: &mut Told) -> Result<(), TestCaseError> {
        let is_meant = |number: usize| which & (1 << (number % 32)) != 0;
        for session in (0..self.opened.len()).filter(|session| is_meant(*session)) {
            self.session_agrees(at, session, by_secret).await?;
            told.looks += 1;
        }
        for grant in (0..self.grants.len()).filter(|grant| is_meant(*grant)) {
            self.grant_agrees(at, grant).await?;
            told.looks += 1;
        }
        if by_secret { self.portal_agrees(at).await } else { Ok(()) }
    }
}
