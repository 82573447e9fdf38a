//! Threads for work that keeps a core busy for long, such as hashing a password.
//!
//! They are lowered in priority, so that a flood of sign-ins does not slow the validation of sessions, and the queue before them is
//! bounded, so that it is refused rather than waited for. Whoever asks for much waits for those who ask for little; what nobody waits
//! for any more leaves the queue at once. The pool knows nothing of what it runs.

use std::{
    panic::{AssertUnwindSafe, catch_unwind, resume_unwind},
    sync::Arc,
};

use parking_lot::{Condvar, Mutex};
use tokio::sync::oneshot;

pub use super::fair_queue::Asker;
use super::fair_queue::{FairQueue, Ticket};

/// Runs the work, or skips it if nobody waits any more; returns whether it ran.
type Job = Box<dyn FnOnce() -> bool + Send>;

/// Added to the nice value of the threads; 19 is the least favourable there is.
#[cfg(target_os = "linux")]
const NICER: i32 = 10;

/// The work was refused: the queue is full, or the pool has closed. Try later.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("too much hashing is waiting")]
pub struct QueueFull;

/// The numbers of the pool.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct HashingStats {
    /// Jobs in the queue.
    pub queued: u64,
    /// Jobs that run.
    pub running: u64,
    /// Jobs refused since the start.
    pub refused: u64,
    /// Jobs finished since the start.
    pub done: u64,
    /// Jobs that were skipped, since their caller had gone.
    pub skipped: u64,
}

/// The pool; clones share it. Its threads end when the last clone is dropped.
#[derive(Clone)]
pub struct HashingPool(Arc<Owner>);

struct Owner(Arc<Shared>);

struct Shared {
    state: Mutex<State>,
    work: Condvar,
    capacity: usize,
}

#[derive(Default)]
struct State {
    queue: FairQueue<Job>,
    stats: HashingStats,
    closed: bool,
}

impl HashingPool {
    /// Starts `threads` threads (at least one) with a queue of `capacity` jobs.
    ///
    /// # Errors
    /// When the system cannot start a thread.
    pub fn start(threads: usize, capacity: usize) -> std::io::Result<Self> {
        Self::named("hashing", threads, capacity)
    }

    /// As [`HashingPool::start`], for other slow work: the threads are called `name-0` and so on.
    ///
    /// # Errors
    /// When the system cannot start a thread.
    pub fn named(name: &str, threads: usize, capacity: usize) -> std::io::Result<Self> {
        let shared = Arc::new(Shared { state: Mutex::default(), work: Condvar::new(), capacity });
        let pool = Self(Arc::new(Owner(Arc::clone(&shared))));
        for number in 0..threads.max(1) {
            let shared = Arc::clone(&shared);
            std::thread::Builder::new().name(format!("{name}-{number}")).spawn(move || shared.serve())?;
        }
        Ok(pool)
    }

    /// Runs `job` on one of the threads and gives back what it returns. A panic of the job continues in the caller.
    ///
    /// When the returned future is dropped, a job that still waits is not run.
    ///
    /// # Errors
    /// [`QueueFull`]: at once where this asker has as many waiting as any other, or later, when one with fewer needs the room.
    pub async fn run<T: Send + 'static>(&self, asker: Asker, job: impl FnOnce() -> T + Send + 'static) -> Result<T, QueueFull> {
        let (sender, receiver) = oneshot::channel();
        let ticket = self.0.0.push(
            asker,
            Box::new(move || {
                if sender.is_closed() {
                    return false;
                }
                // The send fails if the caller went away while its job ran.
                let _ = sender.send(catch_unwind(AssertUnwindSafe(job)));
                true
            }),
        )?;
        let _queued = Queued { shared: &self.0.0, ticket };
        match receiver.await {
            Ok(Ok(value)) => Ok(value),
            Ok(Err(panic)) => resume_unwind(panic),
            Err(_closed) => Err(QueueFull),
        }
    }

    /// The numbers of the pool.
    #[must_use]
    pub fn stats(&self) -> HashingStats {
        let state = self.0.0.state.lock();
        HashingStats { queued: state.queue.len() as u64, ..state.stats }
    }
}

impl Drop for Owner {
    fn drop(&mut self) {
        let mut state = self.0.state.lock();
        state.closed = true;
        let abandoned = std::mem::take(&mut state.queue);
        drop(state);
        drop(abandoned);
        self.0.work.notify_all();
    }
}

impl Shared {
    fn push(&self, asker: Asker, job: Job) -> Result<Ticket, QueueFull> {
        let mut state = self.state.lock();
        let full = state.queue.len() >= self.capacity;
        let displaced = if full { state.queue.displace_for(asker) } else { None };
        if state.closed || (full && displaced.is_none()) {
            state.stats.refused += 1;
            return Err(QueueFull);
        }
        state.stats.refused += u64::from(full);
        let ticket = state.queue.push(asker, job);
        drop(state);
        // Whoever waits for it is told only now: it may take the lock.
        drop(displaced);
        self.work.notify_one();
        Ok(ticket)
    }

    /// Takes out what nobody waits for any more, unless it has begun.
    fn abandon(&self, ticket: Ticket) {
        let mut state = self.state.lock();
        let abandoned = state.queue.remove(ticket);
        state.stats.skipped += u64::from(abandoned.is_some());
        drop(state);
        drop(abandoned);
    }

    fn serve(&self) {
        lower_priority();
        let mut state = self.state.lock();
        loop {
            if let Some(job) = state.queue.pop() {
                state.stats.running += 1;
                drop(state);
                let ran = job();
                state = self.state.lock();
                state.stats.running -= 1;
                if ran {
                    state.stats.done += 1;
                } else {
                    state.stats.skipped += 1;
                }
            } else if state.closed {
                return;
            } else {
                self.work.wait(&mut state);
            }
        }
    }
}

/// A job that somebody waits for.
struct Queued<'p> {
    shared: &'p Shared,
    ticket: Ticket,
}

impl Drop for Queued<'_> {
    fn drop(&mut self) {
        self.shared.abandon(self.ticket);
    }
}

/// On Linux a thread has a nice value of its own; elsewhere this would slow the whole process.
fn lower_priority() {
    #[cfg(target_os = "linux")]
    {
        let thread = Some(rustix::thread::gettid());
        let now = rustix::process::getpriority_process(thread).unwrap_or(0);
        if let Err(error) = rustix::process::setpriority_process(thread, (now + NICER).min(19)) {
            tracing::warn!(%error, "cannot lower the priority of a hashing thread");
        }
    }
}

#[cfg(test)]
mod tests {
    use std::{
        sync::mpsc,
        task::{Context, Waker},
    };

    use super::*;

    /// Polls once, which queues the job.
    fn begin<F: Future>(future: F) -> std::pin::Pin<Box<F>> {
        let mut future = Box::pin(future);
        assert!(future.as_mut().poll(&mut Context::from_waker(Waker::noop())).is_pending());
        future
    }

    #[tokio::test]
    async fn returns_what_the_job_returns() {
        let pool = HashingPool::start(2, 4).unwrap();
        assert_eq!(pool.run(Asker::default(), || 6 * 7).await, Ok(42));
    }

    #[tokio::test]
    async fn a_full_queue_refuses_at_once_and_abandoned_jobs_are_skipped() {
        let pool = HashingPool::start(1, 1).unwrap();
        let (release, held) = mpsc::channel::<()>();
        let (started, running) = mpsc::channel();
        let busy = begin(pool.run(Asker::default(), move || {
            started.send(()).unwrap();
            held.recv().unwrap();
        }));
        running.recv().unwrap();
        let abandoned = begin(pool.run(Asker::default(), || -> () { panic!("must not run") }));
        assert_eq!(pool.run(Asker::default(), || ()).await, Err(QueueFull));
        assert_eq!(pool.stats(), HashingStats { queued: 1, running: 1, refused: 1, ..HashingStats::default() });
        drop(abandoned);
        assert_eq!(pool.stats().queued, 0, "its room is free at once");
        release.send(()).unwrap();
        busy.await.unwrap();
        assert_eq!(pool.run(Asker::default(), || 1).await, Ok(1));
        assert_eq!(pool.stats().skipped, 1);
    }

    #[tokio::test]
    async fn whoever_asks_for_little_is_served_beside_a_flood() {
        let pool = HashingPool::start(1, 3).unwrap();
        let (release, held) = mpsc::channel::<()>();
        let (started, running) = mpsc::channel();
        let asker = |address: &str| Asker::at(address.parse().ok());
        let busy = begin(pool.run(Asker::default(), move || {
            started.send(()).unwrap();
            held.recv().unwrap();
        }));
        running.recv().unwrap();
        let order = Arc::new(Mutex::new(Vec::new()));
        let job = |name: &'static str| {
            let order = order.clone();
            move || order.lock().push(name)
        };
        let first = begin(pool.run(asker("192.0.2.1"), job("first of many")));
        let second = begin(pool.run(asker("192.0.2.1"), job("second of many")));
        let last = begin(pool.run(asker("192.0.2.1"), job("last of many")));
        assert_eq!(pool.run(asker("192.0.2.1"), job("too many")).await, Err(QueueFull));
        let single = begin(pool.run(asker("198.51.100.1"), job("single")));
        assert_eq!(last.await, Err(QueueFull), "it makes room");
        release.send(()).unwrap();
        assert_eq!((busy.await, first.await, single.await, second.await), (Ok(()), Ok(()), Ok(()), Ok(())));
        assert_eq!(*order.lock(), ["first of many", "single", "second of many"]);
    }

    #[tokio::test]
    async fn a_panic_continues_in_the_caller_and_the_thread_lives() {
        let pool = HashingPool::start(1, 4).unwrap();
        let other = pool.clone();
        let panicked = tokio::spawn(async move { other.run(Asker::default(), || -> () { panic!("boom") }).await }).await;
        assert!(panicked.unwrap_err().is_panic());
        assert_eq!(pool.run(Asker::default(), || 5).await, Ok(5));
    }

    #[cfg(target_os = "linux")]
    #[tokio::test]
    async fn threads_are_nicer_than_the_rest() {
        let pool = HashingPool::start(1, 4).unwrap();
        let nice = || rustix::process::getpriority_process(Some(rustix::thread::gettid())).unwrap();
        let ours = nice();
        assert_eq!(pool.run(Asker::default(), nice).await, Ok((ours + NICER).min(19)));
    }
}
