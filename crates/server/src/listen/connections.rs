//! Limits of connections: how many there are, and how soon each must send its first bytes.

use std::{
    io,
    pin::Pin,
    sync::Arc,
    task::{Context, Poll, ready},
    time::Duration,
};

use axum_server::accept::Accept;
use tokio::{
    io::{AsyncRead, AsyncWrite, ReadBuf},
    net::TcpStream,
    sync::{OwnedSemaphorePermit, Semaphore},
    time::Sleep,
};

/// The HTTP/2 preface, which hyper waits for without a limit before it knows which HTTP to speak.
const PREFACE_BYTES: usize = 24;

/// How many connections may be open.
#[derive(Clone)]
pub(super) struct Places(Option<Arc<Semaphore>>);

impl Places {
    pub(super) fn new(most: Option<u64>) -> Self {
        let most = most.map(|most| usize::try_from(most).unwrap_or(usize::MAX).min(Semaphore::MAX_PERMITS));
        Self(most.map(|most| Arc::new(Semaphore::new(most))))
    }

    fn take(&self) -> io::Result<Option<OwnedSemaphorePermit>> {
        let full = |_| io::Error::other("as many connections as allowed are open");
        self.0.as_ref().map(|places| Arc::clone(places).try_acquire_owned().map_err(full)).transpose()
    }
}

/// Accepts while there are places, else closes at once; turns Nagle's delay off.
#[derive(Clone)]
pub(super) struct Admit(Places);

impl Admit {
    pub(super) fn new(places: Places) -> Self {
        Self(places)
    }
}

impl<S> Accept<TcpStream, S> for Admit {
    type Stream = Placed;
    type Service = S;
    type Future = std::future::Ready<io::Result<(Placed, S)>>;

    fn accept(&self, stream: TcpStream, service: S) -> Self::Future {
        let placed = self.0.take().and_then(|place| {
            stream.set_nodelay(true)?;
            Ok((Placed { stream, _place: place }, service))
        });
        std::future::ready(placed)
    }
}

/// A connection and its place.
pub(super) struct Placed {
    stream: TcpStream,
    _place: Option<OwnedSemaphorePermit>,
}

/// Closes connections that have not sent their first bytes in time: hyper's own limit starts only after them.
#[derive(Clone)]
pub(super) struct Prompt<A> {
    inner: A,
    within: Duration,
}

impl<A> Prompt<A> {
    pub(super) fn new(inner: A, within: Duration) -> Self {
        Self { inner, within }
    }
}

type Accepting<Stream, Service> = Pin<Box<dyn Future<Output = io::Result<(Prompted<Stream>, Service)>> + Send>>;

impl<A, I, S> Accept<I, S> for Prompt<A>
where
    A: Accept<I, S>,
    A::Future: Send + 'static,
{
    type Stream = Prompted<A::Stream>;
    type Service = A::Service;
    type Future = Accepting<A::Stream, A::Service>;

    #[expect(clippy::disallowed_methods, reason = "a deadline of the transport: no rule of the engine sees it")]
    fn accept(&self, stream: I, service: S) -> Self::Future {
        let accepting = self.inner.accept(stream, service);
        let within = self.within;
        Box::pin(async move {
            let (stream, service) = accepting.await?;
            let deadline = Some(Box::pin(tokio::time::sleep(within)));
            Ok((Prompted { stream, deadline, missing: PREFACE_BYTES }, service))
        })
    }
}

/// A stream whose first bytes must come before a deadline.
pub(super) struct Prompted<S> {
    stream: S,
    deadline: Option<Pin<Box<Sleep>>>,
    missing: usize,
}

impl<S: AsyncRead + Unpin> AsyncRead for Prompted<S> {
    fn poll_read(mut self: Pin<&mut Self>, cx: &mut Context<'_>, buffer: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        let this = &mut *self;
        let before = buffer.filled().len();
        if let Poll::Ready(result) = Pin::new(&mut this.stream).poll_read(cx, buffer) {
            this.missing = this.missing.saturating_sub(buffer.filled().len() - before);
            if this.missing == 0 {
                this.deadline = None;
            }
            return Poll::Ready(result);
        }
        if let Some(deadline) = &mut this.deadline {
            ready!(deadline.as_mut().poll(cx));
            return Poll::Ready(Err(io::ErrorKind::TimedOut.into()));
        }
        Poll::Pending
    }
}

impl AsyncRead for Placed {
    fn poll_read(mut self: Pin<&mut Self>, cx: &mut Context<'_>, buffer: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_read(cx, buffer)
    }
}

/// Writing passes through.
macro_rules! write_through {
    ($([$($generics:tt)*] $type:ty;)+) => {
        $(impl<$($generics)*> AsyncWrite for $type {
            fn poll_write(mut self: Pin<&mut Self>, cx: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
                Pin::new(&mut self.stream).poll_write(cx, bytes)
            }

            fn poll_write_vectored(
                mut self: Pin<&mut Self>,
                cx: &mut Context<'_>,
                slices: &[io::IoSlice<'_>],
            ) -> Poll<io::Result<usize>> {
                Pin::new(&mut self.stream).poll_write_vectored(cx, slices)
            }

            fn is_write_vectored(&self) -> bool {
                self.stream.is_write_vectored()
            }

            fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
                Pin::new(&mut self.stream).poll_flush(cx)
            }

            fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
                Pin::new(&mut self.stream).poll_shutdown(cx)
            }
        })+
    };
}

write_through! {
    [] Placed;
    [S: AsyncWrite + Unpin] Prompted<S>;
}
