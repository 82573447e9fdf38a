//! Limits of connections: how many there are, and how soon each must send its first bytes.

use std::{
    io,
    pin::Pin,
    task::{Context, Poll, ready},
    time::Duration,
};

use axum_server::accept::Accept;
use tokio::{
    io::{AsyncRead, AsyncWrite, ReadBuf},
    net::TcpStream,
    time::Sleep,
};

use super::accepting::ListenMetrics;
use super::on_connection::OnConnection;
use crate::http::client_address::TrustedProxies;
use crate::http::hang_up::HangUp;
use crate::http::shares::{Counted, Share, Shares};

/// The HTTP/2 preface, which hyper waits for without a limit before it knows which HTTP to speak.
const PREFACE_BYTES: usize = 24;

/// How many connections may be open.
#[derive(Clone, Debug)]
pub struct ConnectionLimits {
    pub all: u64,
    /// Of one address.
    pub of_one: u64,
    /// Whose connections are counted in all alone.
    pub trusted: TrustedProxies,
}

/// Accepts while there is room, else closes at once; turns Nagle's delay off.
#[derive(Clone)]
pub(super) struct Admit {
    room: Shares,
    trusted: TrustedProxies,
    pub(super) metrics: ListenMetrics,
}

impl Admit {
    pub(super) fn new(limits: &ConnectionLimits, metrics: ListenMetrics) -> Self {
        Self { room: Shares::new(limits.all, limits.of_one), trusted: limits.trusted.clone(), metrics }
    }

    fn take(&self, stream: &TcpStream) -> io::Result<Share> {
        let peer = stream.peer_addr()?.ip().to_canonical();
        let whose = Some(peer).filter(|peer| !self.trusted.contain(*peer)).map(Counted::of);
        self.room.take(whose, 1).map_err(|_full| {
            self.metrics.refused.inc();
            io::Error::other("as many connections as allowed are open")
        })
    }
}

impl<S> Accept<TcpStream, OnConnection<S>> for Admit {
    type Stream = Placed;
    type Service = OnConnection<S>;
    type Future = std::future::Ready<io::Result<(Placed, Self::Service)>>;

    fn accept(&self, stream: TcpStream, service: OnConnection<S>) -> Self::Future {
        let placed = self.take(&stream).and_then(|share| {
            stream.set_nodelay(true)?;
            Ok((Placed { stream, hang_up: service.line(), _share: share }, service))
        });
        std::future::ready(placed)
    }
}

/// A connection that can be cut off, and its part of what there may be.
pub(super) struct Placed {
    stream: TcpStream,
    hang_up: HangUp,
    _share: Share,
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

impl Placed {
    /// Asked at each step of reading and writing, whichever the connection waits for.
    fn unless_cut(&self, cx: &Context<'_>) -> io::Result<()> {
        if self.hang_up.poll(cx) { Err(io::ErrorKind::ConnectionAborted.into()) } else { Ok(()) }
    }
}

impl AsyncRead for Placed {
    fn poll_read(mut self: Pin<&mut Self>, cx: &mut Context<'_>, buffer: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        self.unless_cut(cx)?;
        Pin::new(&mut self.stream).poll_read(cx, buffer)
    }
}

/// Writing passes through, where a check is named after it.
macro_rules! write_through {
    ($([$($generics:tt)*] $type:ty $(, $checked:ident)?;)+) => {
        $(impl<$($generics)*> AsyncWrite for $type {
            fn poll_write(mut self: Pin<&mut Self>, cx: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
                $(self.$checked(cx)?;)?
                Pin::new(&mut self.stream).poll_write(cx, bytes)
            }

            fn poll_write_vectored(
                mut self: Pin<&mut Self>,
                cx: &mut Context<'_>,
                slices: &[io::IoSlice<'_>],
            ) -> Poll<io::Result<usize>> {
                $(self.$checked(cx)?;)?
                Pin::new(&mut self.stream).poll_write_vectored(cx, slices)
            }

            fn is_write_vectored(&self) -> bool {
                self.stream.is_write_vectored()
            }

            fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
                $(self.$checked(cx)?;)?
                Pin::new(&mut self.stream).poll_flush(cx)
            }

            fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
                Pin::new(&mut self.stream).poll_shutdown(cx)
            }
        })+
    };
}

write_through! {
    [] Placed, unless_cut;
    [S: AsyncWrite + Unpin] Prompted<S>;
}
