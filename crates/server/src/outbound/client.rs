//! Asking.

use std::net::IpAddr;
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use axum::http::{Request, Response, Uri};
use reqwest::Client;
use reqwest::redirect::Policy;
use tokio::sync::Semaphore;
use url::Host;

use super::cause::{Cause, cause};
use super::names::{Names, NotReachable};
use super::public::Reachable;

/// How much an answer may cost.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// From the connection to the last byte.
    pub timeout: Duration,
    /// Bytes that the body of an answer may have.
    pub max_body_bytes: usize,
    /// Requests under way at the same time, to all servers together.
    pub at_a_time: usize,
}

/// Asks servers of others.
pub struct Outbound {
    reachable: Reachable,
    limits: Limits,
    places: Semaphore,
    /// Made with the first request: it reads all root certificates of the machine, which a server that asks nobody has no use for.
    client: OnceLock<Option<Client>>,
}

/// Why there is no answer.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
pub enum Unreached {
    /// The address is none that is asked, or leads to one that is not.
    #[error("the address is not public and not in outbound.allowed_networks, or it is not https")]
    NotAllowed,
    /// As many requests are under way as there may be.
    #[error("too many requests to others are under way")]
    Busy,
    #[error("it did not answer in time")]
    TooLate,
    #[error("its answer is too large")]
    TooLarge,
    #[error("its certificate {0}")]
    Certificate(&'static str),
    #[error("it cannot be reached: {0}")]
    Unreachable(std::io::ErrorKind),
    #[error("the conversation with it failed")]
    Broken,
}

impl Outbound {
    pub const fn new(reachable: Reachable, limits: Limits) -> Self {
        Self { reachable, limits, places: Semaphore::const_new(limits.at_a_time), client: OnceLock::new() }
    }

    /// The answer to this request, whatever its status. Redirections are answers like others.
    ///
    /// # Errors
    /// When there is none, and why; nothing of what the other server said is in it. Whether it got the request is not known then, but for
    /// [`Unreached::NotAllowed`] and [`Unreached::Busy`].
    pub async fn ask(&self, request: Request<Vec<u8>>) -> Result<Response<Vec<u8>>, Unreached> {
        self.may_ask(request.uri())?;
        let Ok(_place) = self.places.try_acquire() else { return Err(Unreached::Busy) };
        let client = self.client.get_or_init(|| self.make()).as_ref().ok_or(Unreached::Broken)?;
        let request = reqwest::Request::try_from(request).map_err(|_| Unreached::NotAllowed)?;
        let mut answer = client.execute(request).await.map_err(|error| unreached(&error))?;
        let (mut response, mut body) = (Response::builder().status(answer.status()), Vec::new());
        if let Some(headers) = response.headers_mut() {
            *headers = std::mem::take(answer.headers_mut());
        }
        while let Some(piece) = answer.chunk().await.map_err(|error| unreached(&error))? {
            if body.len() + piece.len() > self.limits.max_body_bytes {
                return Err(Unreached::TooLarge);
            }
            body.extend_from_slice(&piece);
        }
        response.body(body).map_err(|_| Unreached::Broken)
    }

    /// Whether an address may be asked, as far as its text tells: what a name leads to is seen when it is.
    ///
    /// # Errors
    /// [`Unreached::NotAllowed`]
    pub fn may_ask(&self, uri: &Uri) -> Result<(), Unreached> {
        let host = uri.host().and_then(|host| Host::parse(host).ok()).ok_or(Unreached::NotAllowed)?;
        let (address, is_local) = match host {
            Host::Ipv4(address) => (Some(IpAddr::V4(address)), address.is_loopback()),
            Host::Ipv6(address) => (Some(IpAddr::V6(address)), address.is_loopback()),
            Host::Domain(name) => (None, name == "localhost"),
        };
        let is_private = match uri.scheme_str() {
            Some("https") => true,
            Some("http") => is_local,
            _ => false,
        };
        if is_private && address.is_none_or(|address| self.reachable.has(address)) { Ok(()) } else { Err(Unreached::NotAllowed) }
    }

    /// Without any proxy of the environment: that would look the name up in our place.
    fn make(&self) -> Option<Client> {
        let names = Names(self.reachable.clone());
        let builder = Client::builder().no_proxy().redirect(Policy::none()).referer(false).http1_only().dns_resolver(Arc::new(names));
        let builder = builder.timeout(self.limits.timeout).connect_timeout(self.limits.timeout);
        builder.user_agent(concat!("cloakroom/", env!("CARGO_PKG_VERSION"))).pool_max_idle_per_host(4).build().ok()
    }
}

fn unreached(error: &reqwest::Error) -> Unreached {
    if has_source::<NotReachable>(error) {
        return Unreached::NotAllowed;
    }
    if error.is_timeout() {
        return Unreached::TooLate;
    }
    match cause(error) {
        Some(Cause::Certificate(problem)) => Unreached::Certificate(problem),
        Some(Cause::Io(kind)) => Unreached::Unreachable(kind),
        None => Unreached::Broken,
    }
}

fn has_source<E: std::error::Error + 'static>(error: &(dyn std::error::Error + 'static)) -> bool {
    std::iter::successors(Some(error), |&error| error.source()).any(|error| error.is::<E>())
}

#[cfg(test)]
mod tests {
    use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
    use tokio::net::TcpListener;

    use super::*;

    fn outbound(allowed: &[&str]) -> Outbound {
        let allowed = allowed.iter().map(|network| network.parse().unwrap()).collect();
        let limits = Limits { timeout: Duration::from_millis(500), max_body_bytes: 64, at_a_time: 2 };
        Outbound::new(Reachable::with(allowed), limits)
    }

    fn get(uri: &str) -> Request<Vec<u8>> {
        Request::get(uri).body(Vec::new()).unwrap()
    }

    /// A server that answers each connection with this, and never where it is empty. Its port.
    async fn serving(answer: &'static str) -> u16 {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        tokio::spawn(async move {
            let mut held = Vec::new();
            while let Ok((mut connection, _)) = listener.accept().await {
                let _ = connection.read(&mut [0; 1024]).await;
                connection.write_all(answer.as_bytes()).await.unwrap();
                if answer.is_empty() {
                    held.push(connection);
                }
            }
        });
        port
    }

    #[tokio::test]
    async fn an_answer_is_given_as_it_is_and_no_redirection_is_followed() {
        let port = serving("HTTP/1.1 302 Found\r\nlocation: http://127.0.0.1:1/\r\ncontent-length: 2\r\nconnection: close\r\n\r\nno").await;
        let answer = outbound(&["127.0.0.0/8"]).ask(get(&format!("http://127.0.0.1:{port}/"))).await.unwrap();
        assert_eq!((answer.status().as_u16(), answer.body().as_slice()), (302, &b"no"[..]));
    }

    #[tokio::test]
    async fn what_is_not_public_is_asked_where_it_is_allowed_only() {
        let port = serving("HTTP/1.1 200 OK\r\ncontent-length: 0\r\nconnection: close\r\n\r\n").await;
        for host in ["127.0.0.1", "localhost", "[::1]", "127.1", "0x7f.1", "2130706433"] {
            let asked = outbound(&[]).ask(get(&format!("http://{host}:{port}/"))).await;
            assert_eq!(asked.map(|_| ()), Err(Unreached::NotAllowed), "{host}");
        }
        for host in ["127.0.0.1", "localhost"] {
            assert!(outbound(&["127.0.0.0/8"]).ask(get(&format!("http://{host}:{port}/"))).await.is_ok(), "{host}");
        }
    }

    #[tokio::test]
    async fn without_tls_nobody_is_asked_but_this_machine() {
        let outbound = outbound(&["127.0.0.0/8", "10.0.0.0/8"]);
        for uri in ["http://10.0.0.1/", "http://app.example.com/", "http://1.1.1.1/", "ftp://1.1.1.1/", "/nowhere"] {
            assert_eq!(outbound.ask(get(uri)).await.map(|_| ()), Err(Unreached::NotAllowed), "{uri}");
        }
        assert_eq!(outbound.may_ask(&"https://10.0.0.1/".parse().unwrap()), Ok(()));
        assert_eq!(outbound.may_ask(&"https://10.0.0.1.nip.example/".parse().unwrap()), Ok(()));
        assert_eq!(outbound.may_ask(&"https://192.168.0.1/".parse().unwrap()), Err(Unreached::NotAllowed));
    }

    #[tokio::test]
    async fn an_answer_is_bounded_in_bytes_and_time() {
        let outbound = outbound(&["127.0.0.0/8"]);
        let large = serving(concat!(
            "HTTP/1.1 200 OK\r\nconnection: close\r\n\r\n",
            "0123456789012345678901234567890123456789012345678901234567890123456789"
        ));
        let (large, silent) = (large.await, serving("").await);
        assert_eq!(outbound.ask(get(&format!("http://127.0.0.1:{large}/"))).await.map(|_| ()), Err(Unreached::TooLarge));
        assert_eq!(outbound.ask(get(&format!("http://127.0.0.1:{silent}/"))).await.map(|_| ()), Err(Unreached::TooLate));
        let silent = format!("http://127.0.0.1:{silent}/");
        let all = tokio::join!(outbound.ask(get(&silent)), outbound.ask(get(&silent)), outbound.ask(get(&silent)));
        assert_eq!(all.2.map(|_| ()), Err(Unreached::Busy));
    }

    #[tokio::test]
    async fn who_is_not_there_is_told_as_such() {
        let port = TcpListener::bind("127.0.0.1:0").await.unwrap().local_addr().unwrap().port();
        let asked = outbound(&["127.0.0.0/8"]).ask(get(&format!("http://127.0.0.1:{port}/"))).await;
        assert_eq!(asked.map(|_| ()), Err(Unreached::Unreachable(std::io::ErrorKind::ConnectionRefused)));
    }
}
