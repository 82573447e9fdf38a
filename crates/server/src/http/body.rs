//! Bodies: read to their end before anything else is done for a request, within limits.
//!
//! A body that comes with its head, as nearly all do, takes nothing but its bytes. One that is not there after a moment is counted for
//! its address, and must come at a least rate: it holds no place (`limits.rs`), and nobody has been authenticated for it.

use std::pin::pin;
use std::time::{Duration, Instant};

use axum::body::{Body, Bytes, HttpBody as _};
use axum::extract::Request;
use axum::http::request::Parts;
use http_body_util::BodyExt as _;

use super::deadline::within;
use super::shares::{Counted, Full, Share, Shares};

/// How much of a body is read, and how long it may take.
#[derive(Clone, Copy, Debug)]
pub struct BodyLimits {
    /// Bytes.
    pub max_bytes: usize,
    /// For the whole of it.
    pub timeout: Duration,
    /// In which a body costs its address nothing: longer than most take, and too short to be worth holding.
    pub moment: Duration,
    /// For what is smaller than the least rate would allow.
    pub grace: Duration,
    /// The least rate after that.
    pub bytes_per_second: u64,
}

/// Why a body was not read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum BodyError {
    /// More bytes than allowed, announced or sent.
    #[error("the body is too large")]
    TooLarge,
    /// It did not arrive in time.
    #[error("the body did not arrive in time")]
    Timeout,
    /// The connection broke, or its framing is wrong.
    #[error("the body could not be read")]
    Broken,
}

/// Reads the bodies of all surfaces; clones share the counts.
#[derive(Clone, Debug)]
pub struct Bodies {
    pub limits: BodyLimits,
    /// The bytes that are held.
    pub bytes: Shares,
    /// The bodies that did not come within a moment.
    pub unfinished: Shares,
}

/// Why reading stopped.
#[derive(Debug)]
enum Stopped {
    Bad(BodyError),
    Full(Full),
}

impl From<BodyError> for Stopped {
    fn from(error: BodyError) -> Self {
        Self::Bad(error)
    }
}

impl From<Full> for Stopped {
    fn from(full: Full) -> Self {
        Self::Full(full)
    }
}

impl Bodies {
    /// The request with its whole body, and the bytes of that, to be held as long as the body is. What is wrong with a body is told by
    /// [`whole`], since who calls is judged before.
    ///
    /// # Errors
    /// When there is no room for it.
    pub async fn receive(&self, request: Request, whose: Option<Counted>) -> Result<(Request, Option<Share>), Full> {
        if request.body().is_end_stream() {
            return Ok((request, None));
        }
        let (mut parts, body) = request.into_parts();
        let (body, held) = match self.read(body, whose).await {
            Ok((bytes, held)) => (Body::from(bytes), Some(held)),
            Err(Stopped::Full(full)) => return Err(full),
            Err(Stopped::Bad(error)) => {
                parts.extensions.insert(error);
                (Body::empty(), None)
            }
        };
        Ok((Request::from_parts(parts, body), held))
    }

    async fn read(&self, body: Body, whose: Option<Counted>) -> Result<(Bytes, Share), Stopped> {
        if body.size_hint().lower() > self.limits.max_bytes as u64 {
            return Err(BodyError::TooLarge.into());
        }
        let mut arriving = Arriving { body, first: Bytes::new(), read: Vec::new(), held: self.bytes.nothing(whose), limits: self.limits };
        if let Ok(read) = within(self.limits.moment, pin!(arriving.all())).await {
            read?;
        } else {
            let _unfinished = self.unfinished.take(whose, 1)?;
            arriving.all_in_time().await?;
        }
        let whole = if arriving.read.is_empty() { arriving.first } else { Bytes::from(arriving.read) };
        Ok((whole, arriving.held))
    }
}

/// A body, and what has come of it.
struct Arriving {
    body: Body,
    /// The first piece, which is the whole of nearly all: it is not copied.
    first: Bytes,
    /// All pieces, where there are several.
    read: Vec<u8>,
    held: Share,
    limits: BodyLimits,
}

impl Arriving {
    /// Reads until the end. Dropped in between, it can be gone on with.
    async fn all(&mut self) -> Result<(), Stopped> {
        while self.one().await? {}
        Ok(())
    }

    /// As [`Self::all`], as long as it comes fast enough.
    #[expect(clippy::disallowed_methods, reason = "the pace of the transport: no rule of the engine sees it")]
    async fn all_in_time(&mut self) -> Result<(), Stopped> {
        let began = Instant::now();
        loop {
            let earned = Duration::from_secs(self.length() as u64 / self.limits.bytes_per_second.max(1));
            let allowed = (self.limits.grace + earned).min(self.limits.timeout);
            let left = allowed.saturating_sub(began.elapsed());
            match within(left, pin!(self.one())).await {
                Ok(Ok(true)) => {}
                Ok(Ok(false)) => return Ok(()),
                Ok(Err(stopped)) => return Err(stopped),
                Err(_) => return Err(BodyError::Timeout.into()),
            }
        }
    }

    /// Reads one piece; false at the end.
    async fn one(&mut self) -> Result<bool, Stopped> {
        let Some(frame) = self.body.frame().await else { return Ok(false) };
        let Ok(data) = frame.map_err(|_| BodyError::Broken)?.into_data() else { return Ok(true) };
        if self.length() + data.len() > self.limits.max_bytes {
            return Err(BodyError::TooLarge.into());
        }
        self.held.grow(data.len() as u64)?;
        if self.length() == 0 {
            self.first = data;
            return Ok(!self.body.is_end_stream());
        }
        if self.read.is_empty() {
            self.read.extend_from_slice(&self.first);
        }
        self.read.extend_from_slice(&data);
        Ok(true)
    }

    /// Bytes so far.
    fn length(&self) -> usize {
        if self.read.is_empty() { self.first.len() } else { self.read.len() }
    }
}

/// The body of a request that [`Bodies::receive`] let through.
///
/// # Errors
/// What was wrong with it.
pub async fn whole(parts: &Parts, body: Body) -> Result<Bytes, BodyError> {
    if let Some(error) = parts.extensions.get::<BodyError>() {
        return Err(*error);
    }
    let mut body = body;
    let Some(first) = body.frame().await else { return Ok(Bytes::new()) };
    let first = first.map_err(|_| BodyError::Broken)?.into_data().unwrap_or_default();
    if body.is_end_stream() {
        return Ok(first);
    }
    let rest = body.collect().await.map_err(|_| BodyError::Broken)?.to_bytes();
    Ok([first, rest].concat().into())
}

#[cfg(test)]
mod tests {
    use std::convert::Infallible;
    use std::pin::Pin;
    use std::task::{Context, Poll, Waker};

    use http_body::Frame;
    use http_body_util::{Full as Whole, Limited};

    use super::*;

    const LONG: Duration = Duration::from_secs(60);

    fn bodies(max_bytes: usize, moment: Duration, grace: Duration) -> Bodies {
        let limits = BodyLimits { max_bytes, timeout: LONG, moment, grace, bytes_per_second: 1 };
        Bodies { limits, bytes: Shares::new(20, 10), unfinished: Shares::new(3, 2) }
    }

    /// A client that announces a body and never sends it.
    struct Silent;

    impl axum::body::HttpBody for Silent {
        type Data = Bytes;
        type Error = Infallible;

        fn poll_frame(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, Infallible>>> {
            Poll::Pending
        }
    }

    async fn receive(bodies: &Bodies, address: &str, body: Body) -> Result<(Request, Option<Share>), Full> {
        let whose = Some(Counted::of(address.parse().unwrap()));
        bodies.receive(Request::post("/").body(body).unwrap(), whose).await
    }

    async fn read(bodies: &Bodies, body: Body) -> Result<Bytes, BodyError> {
        let (request, _held) = receive(bodies, "192.0.2.1", body).await.unwrap();
        let (parts, body) = request.into_parts();
        whole(&parts, body).await
    }

    #[tokio::test]
    async fn tells_its_ways_to_fail_apart() {
        let bodies = bodies(5, LONG, LONG);
        assert_eq!(read(&bodies, Body::from("12345")).await, Ok(Bytes::from("12345")));
        let pieces = futures_util::stream::iter(["", "12", "3", "45"].map(Ok::<_, Infallible>));
        assert_eq!(read(&bodies, Body::from_stream(pieces)).await, Ok(Bytes::from("12345")));
        assert_eq!(read(&bodies, Body::from("123456")).await, Err(BodyError::TooLarge));
        let unannounced = Body::new(Whole::new(Bytes::from("123456")).map_frame(|frame| frame));
        assert_eq!(unannounced.size_hint().lower(), 0);
        assert_eq!(read(&bodies, unannounced).await, Err(BodyError::TooLarge));
        let broken = Body::new(Limited::new(Whole::new(Bytes::from("1234")), 3));
        assert_eq!(read(&bodies, broken).await, Err(BodyError::Broken));
        assert_eq!(read(&self::bodies(5, Duration::ZERO, Duration::ZERO), Body::new(Silent)).await, Err(BodyError::Timeout));
        assert_eq!((bodies.bytes.taken(), bodies.unfinished.taken()), (0, 0));
    }

    #[tokio::test]
    async fn bytes_are_bounded_for_one_address_and_for_all() {
        let bodies = bodies(10, LONG, LONG);
        let held = receive(&bodies, "192.0.2.1", Body::from("12345678")).await.unwrap();
        assert_eq!(receive(&bodies, "192.0.2.1", Body::from("123")).await.unwrap_err(), Full::OfOne);
        let others = receive(&bodies, "192.0.2.2", Body::from("12345678")).await.unwrap();
        assert_eq!(receive(&bodies, "192.0.2.3", Body::from("12345")).await.unwrap_err(), Full::Everywhere);
        assert_eq!(bodies.bytes.taken(), 16);
        drop((held, others));
        assert_eq!(bodies.bytes.taken(), 0);
    }

    #[tokio::test]
    async fn those_that_do_not_come_are_counted_after_a_moment_and_those_that_come_are_not_refused_for_them() {
        let silent = |bodies: Bodies| async move { receive(&bodies, "192.0.2.1", Body::new(Silent)).await.map(|_| ()) };
        let mut cx = Context::from_waker(Waker::noop());
        let patient = bodies(10, LONG, LONG);
        assert!(Box::pin(silent(patient.clone())).as_mut().poll(&mut cx).is_pending());
        assert_eq!(patient.unfinished.taken(), 0, "the moment has not passed");
        let bodies = bodies(10, Duration::ZERO, LONG);
        let mut waiting = [(); 2].map(|()| Box::pin(silent(bodies.clone())));
        // Even a timer of no time at all may take a turn of the clock.
        while bodies.unfinished.taken() < 2 {
            assert!(waiting.iter_mut().all(|one| one.as_mut().poll(&mut cx).is_pending()));
            tokio::task::yield_now().await;
        }
        assert_eq!(silent(bodies.clone()).await.unwrap_err(), Full::OfOne);
        assert_eq!(read(&bodies, Body::from("12345")).await, Ok(Bytes::from("12345")));
        drop(waiting);
        assert_eq!(bodies.unfinished.taken(), 0);
    }
}
