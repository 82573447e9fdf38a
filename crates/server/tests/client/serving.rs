//! The router on a socket, with a note of everything that was asked of it.

use std::sync::Arc;
use std::time::Duration;

use axum::extract::{Request, State};
use axum::middleware::{Next, from_fn_with_state};
use axum::response::Response;
use cloakroom_client::{Auth, AuthOptions, Client, ClientCredentials, Clock, Secret, Waiting};
use cloakroom_engine::clock::{Clock as _, ManualClock, Span};
use parking_lot::Mutex;
use tokio::net::TcpListener;
use tokio::task::JoinHandle;

use crate::server::{CLIENT_SECRET, PASSWORD, Server};

/// What was asked: method, path, status of the answer.
pub type Asked = (String, String, u16);

/// A server that serves.
pub struct Serving {
    pub server: Server,
    pub address: std::net::SocketAddr,
    asked: Arc<Mutex<Vec<Asked>>>,
    task: JoinHandle<()>,
}

/// The server's clock in the hands of the client. Waiting moves it.
#[derive(Debug)]
pub struct SharedClock(Arc<Hands>);

struct Hands(Arc<ManualClock>);

impl std::fmt::Debug for Hands {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("the server's clock")
    }
}

impl Clock for SharedClock {
    fn now(&self) -> Duration {
        Duration::from_millis(self.0.0.now().as_millis().unsigned_abs())
    }

    fn sleep(&self, duration: Duration) -> Waiting<'_> {
        self.0.0.advance(Span::from_millis(duration.as_millis().try_into().unwrap()));
        Box::pin(std::future::ready(()))
    }
}

async fn note(State(asked): State<Arc<Mutex<Vec<Asked>>>>, request: Request, next: Next) -> Response {
    let (method, path) = (request.method().to_string(), request.uri().path().to_owned());
    let response = next.run(request).await;
    asked.lock().push((method, path, response.status().as_u16()));
    response
}

/// With time enough for an answer of a machine that is busy: what is counted here is what was meant to be asked, not what was asked again.
pub fn patient() -> AuthOptions {
    let mut options = AuthOptions::default();
    options.reuse_interval = Duration::from_secs(300);
    options
}

impl Serving {
    pub async fn start() -> Self {
        let server = Server::start().await;
        let asked = Arc::new(Mutex::new(Vec::new()));
        let router = server.router.clone().layer(from_fn_with_state(asked.clone(), note));
        let listener = TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
        let address = listener.local_addr().unwrap();
        let task = tokio::spawn(async move { axum::serve(listener, router).await.unwrap() });
        Self { server, address, asked, task }
    }

    pub fn clock(&self) -> Arc<SharedClock> {
        Arc::new(SharedClock(Arc::new(Hands(self.server.clock.clone()))))
    }

    /// A client without credentials.
    pub fn client(&self) -> Client {
        self.client_by(self.address)
    }

    /// One that takes a detour.
    pub fn client_by(&self, address: std::net::SocketAddr) -> Client {
        Client::builder(&format!("http://{address}")).clock(self.clock()).build().unwrap()
    }

    pub async fn log_in(&self, user: &str) -> Auth {
        Auth::login_with(&self.client(), user, &Secret::new(PASSWORD), patient()).await.unwrap()
    }

    pub fn application(&self, client_id: &str) -> ClientCredentials {
        ClientCredentials::new(&self.client(), client_id, Secret::new(CLIENT_SECRET))
    }

    pub fn asked(&self) -> Vec<Asked> {
        self.asked.lock().clone()
    }

    /// How often this was asked.
    pub fn count(&self, path: &str) -> usize {
        self.asked.lock().iter().filter(|(_, asked, _)| asked == path).count()
    }
}

impl Drop for Serving {
    fn drop(&mut self) {
        self.task.abort();
    }
}
