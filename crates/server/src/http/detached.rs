//! Running a mutation to its end whatever the client does, once it has begun to change something.

use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};

use tokio::runtime::Handle;
use tokio::sync::watch;
use tokio::task::JoinHandle;
use tracing::Instrument as _;

use super::cost::Cost;
use super::course::Course;
use super::panics::poll_caught;

/// Starts mutations in tasks of their own and counts them; clones share the count.
#[derive(Clone, Debug)]
pub struct Detached(Arc<watch::Sender<usize>>);

/// The mutation did not come to its end: it panicked, or the runtime was torn down. Its outcome is unknown, hence 503, never 2xx.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the operation was lost half-way")]
pub struct Lost;

impl Default for Detached {
    fn default() -> Self {
        Self(Arc::new(watch::Sender::new(0)))
    }
}

impl Detached {
    /// Runs `mutation` to its end, even when the returned future is dropped. It starts when that is first polled.
    ///
    /// # Errors
    /// [`Lost`] when it panicked.
    pub async fn run<T: Send + 'static>(&self, mutation: impl Future<Output = T> + Send + 'static) -> Result<T, Lost> {
        on_its_own(Counted::new(&self.0), Cost::carried(mutation).in_current_span()).await.map_err(|_| Lost)
    }

    /// Does `work` for a client, and gives it up with the returned future unless it has begun to change something: then it runs to its end.
    ///
    /// # Errors
    /// [`Lost`] when it panicked.
    pub async fn run_for_client<T: Send + 'static>(
        &self,
        course: Course,
        work: impl Future<Output = T> + Send + 'static,
    ) -> Result<T, Lost> {
        let counted = Counted::new(&self.0);
        Awaited { work: Some((Box::pin(course.clone().follow(work)), counted)), course }.await
    }

    /// How many are under way.
    #[must_use]
    pub fn in_flight(&self) -> usize {
        *self.0.borrow()
    }

    /// Waits until none is under way: the last step before the store is closed.
    pub async fn idle(&self) {
        // The sender lives as long as self, so waiting cannot fail.
        let _ = self.0.subscribe().wait_for(|count| *count == 0).await;
    }
}

/// Work that somebody waits for. Most is waited for to its end, so it gets a task of its own only where whoever waits goes before that.
struct Awaited<W: Future<Output: Send> + Send + 'static> {
    course: Course,
    /// `None`: it has ended.
    work: Option<(Pin<Box<W>>, Counted)>,
}

impl<W: Future<Output: Send> + Send> Future for Awaited<W> {
    type Output = Result<W::Output, Lost>;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        let Some((work, _)) = &mut self.work else { return Poll::Ready(Err(Lost)) };
        let ended = ready!(poll_caught(work, cx));
        self.work = None;
        Poll::Ready(ended.map_err(|_panic| Lost))
    }
}

impl<W: Future<Output: Send> + Send> Drop for Awaited<W> {
    fn drop(&mut self) {
        let Some((work, counted)) = self.work.take().filter(|_| !self.course.give_up()) else { return };
        // There is none where the server is torn down, and its tasks with it.
        if Handle::try_current().is_ok() {
            on_its_own(counted, work);
        }
    }
}

/// Runs a mutation to its end in a task.
#[expect(clippy::disallowed_methods, reason = "the one place that lets a mutation outlive its client")]
fn on_its_own<T: Send + 'static>(counted: Counted, mutation: impl Future<Output = T> + Send + 'static) -> JoinHandle<T> {
    tokio::spawn(async move {
        let _counted = counted;
        mutation.await
    })
}

struct Counted(Arc<watch::Sender<usize>>);

impl Counted {
    fn new(count: &Arc<watch::Sender<usize>>) -> Self {
        count.send_modify(|count| *count += 1);
        Self(Arc::clone(count))
    }
}

impl Drop for Counted {
    fn drop(&mut self) {
        self.0.send_modify(|count| *count -= 1);
    }
}

#[cfg(test)]
mod tests {
    use std::task::{Context, Waker};

    use tokio::sync::oneshot;

    use super::*;

    #[tokio::test]
    async fn ends_though_nobody_waits() {
        let detached = Detached::default();
        let (release, held) = oneshot::channel::<()>();
        let (done, ended) = oneshot::channel();
        let mut answer = Box::pin(detached.run(async move {
            held.await.unwrap();
            done.send(7).unwrap();
        }));
        assert!(answer.as_mut().poll(&mut Context::from_waker(Waker::noop())).is_pending());
        drop(answer);
        assert_eq!(detached.in_flight(), 1);
        release.send(()).unwrap();
        assert_eq!(ended.await, Ok(7));
        detached.idle().await;
        assert_eq!(detached.in_flight(), 0);
    }

    #[tokio::test]
    async fn work_whose_client_has_gone_is_given_up_until_it_changes_something() {
        let detached = Detached::default();
        for changes in [false, true] {
            let (begun, has_begun) = oneshot::channel();
            let (release, held) = oneshot::channel::<()>();
            let (done, ended) = oneshot::channel();
            let mut answer = Box::pin(detached.run_for_client(Course::of(None), async move {
                assert!(!changes || Course::may_change());
                begun.send(()).unwrap();
                held.await.unwrap();
                done.send(Course::may_change()).unwrap();
            }));
            assert!(answer.as_mut().poll(&mut Context::from_waker(Waker::noop())).is_pending());
            has_begun.await.unwrap();
            drop(answer);
            let _ = release.send(());
            assert_eq!(ended.await.ok(), changes.then_some(true));
            detached.idle().await;
        }
    }

    #[tokio::test]
    async fn what_was_given_up_begins_no_change() {
        let course = Course::of(None);
        assert!(course.give_up() && !course.give_up());
        assert!(!course.clone().follow(async { Course::may_change() }).await);
        let course = Course::of(None);
        assert!(course.clone().follow(async { Course::may_change() && Course::may_change() }).await && !course.give_up());
        assert!(Course::may_change(), "nobody asked");
    }

    #[tokio::test]
    async fn a_panic_is_an_error_and_is_not_counted_for_ever() {
        let detached = Detached::default();
        assert_eq!(detached.run(async { 1 }).await, Ok(1));
        assert_eq!(detached.run(async { panic!("boom") }).await, Err::<(), _>(Lost));
        detached.idle().await;
    }
}
