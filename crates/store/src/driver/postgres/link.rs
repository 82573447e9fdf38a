//! One connection to PostgreSQL, and the statements that are prepared on it.

use std::collections::HashMap;
use std::error::Error as _;
use std::future::poll_fn;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering::Relaxed};
use std::task::Poll;
use std::time::Duration;

use parking_lot::Mutex;
use tokio::runtime::Handle;
use tokio_postgres::error::Severity;
use tokio_postgres::types::Type;
use tokio_postgres::{AsyncMessage, Client, Column, Config, Error, Statement as Prepared};

use super::connection::Failed;
use super::{Address, Options};
use crate::driver::{Kind, Param, Statement};

/// An open connection. Statements sent by several callers are pipelined: answered in the order in which they were sent.
pub(super) struct Link {
    client: Client,
    prepared: Mutex<HashMap<(usize, usize, usize), Prepared>>,
    warned: Arc<AtomicBool>,
}

/// Why there is no connection.
#[derive(Debug, thiserror::Error)]
pub(super) enum NoLink {
    #[error("{}", told(.0))]
    Refused(#[from] Error),
    /// It took the connection, and then gave no answer.
    #[error("it said nothing for {} s", .0.as_secs_f64())]
    Silent(Duration),
}

/// With the system's own words where it has some.
fn told(error: &Error) -> String {
    error.source().map_or_else(|| error.to_string(), |source| format!("{error}: {source}"))
}

impl Link {
    /// Connects, on the runtime that all connections of this store live on; the caller may be on another. Of several hosts, each has its
    /// own time, with all that is said until statements can be run: one that is silent keeps nobody from the next.
    pub(super) async fn open(address: &Address, options: &Options, further: &str, runtime: &Handle) -> Result<Arc<Self>, NoLink> {
        let mut failed = NoLink::Silent(options.connect_timeout);
        for (host, patience) in address.hosts(options) {
            let opening = Self::open_one(&host, address, options, further, runtime);
            match tokio::time::timeout(patience, opening).await {
                Ok(Ok(link)) => return Ok(link),
                Ok(Err(error)) => failed = error.into(),
                Err(_) => failed = NoLink::Silent(patience),
            }
        }
        Err(failed)
    }

    async fn open_one(host: &Config, address: &Address, options: &Options, further: &str, runtime: &Handle) -> Result<Arc<Self>, Error> {
        let (client, mut connection) = host.connect(address.tls.clone()).await?;
        let warned = Arc::new(AtomicBool::new(false));
        let seen = warned.clone();
        let driven = poll_fn(move |context| {
            loop {
                match connection.poll_message(context) {
                    Poll::Ready(Some(Ok(AsyncMessage::Notice(notice)))) => {
                        // Notices keep their place among the answers: this is seen before the answer that it belongs to.
                        if notice.parsed_severity() == Some(Severity::Warning) || notice.code().code().starts_with("01") {
                            seen.store(true, Relaxed);
                            tracing::warn!(code = notice.code().code(), "PostgreSQL warned");
                        }
                    }
                    Poll::Ready(Some(Ok(_))) => {}
                    Poll::Ready(Some(Err(_)) | None) => return Poll::Ready(()),
                    Poll::Pending => return Poll::Pending,
                }
            }
        });
        drive(runtime, driven);
        client.batch_execute(&format!("{};{further}", settings(options))).await?;
        Ok(Arc::new(Self { client, prepared: Mutex::default(), warned }))
    }

    pub(super) const fn client(&self) -> &Client {
        &self.client
    }

    pub(super) fn is_closed(&self) -> bool {
        self.client.is_closed()
    }

    /// Whether PostgreSQL warned since this was last asked.
    pub(super) fn take_warning(&self) -> bool {
        self.warned.swap(false, Relaxed)
    }

    /// The statement, prepared once for this connection with the types of `params`, and held against its record.
    pub(super) async fn prepare(&self, statement: Statement, params: &[Param<'_>]) -> Result<Prepared, Failed> {
        if let Some(prepared) = self.prepared.lock().get(&statement.key()) {
            return Ok(prepared.clone());
        }
        let prepared = self.client.prepare_typed(statement.sql, &types(params)).await?;
        statement.check(prepared.columns().iter().map(Column::name)).map_err(Failed::Visit)?;
        self.prepared.lock().insert(statement.key(), prepared.clone());
        Ok(prepared)
    }
}

#[expect(clippy::disallowed_methods, reason = "connections are tasks of the driver's own runtime, and end with it")]
fn drive(runtime: &Handle, connection: impl Future<Output = ()> + Send + 'static) {
    runtime.spawn(connection);
}

/// Types are given, since inference would leave `$1 IS NULL` without one.
pub(super) fn types(params: &[Param<'_>]) -> Vec<Type> {
    let types = params.iter().map(|param| match param.kind() {
        Kind::Int => Type::INT8,
        Kind::Text => Type::TEXT,
        Kind::Blob => Type::BYTEA,
    });
    types.collect()
}

/// What holds for a connection as long as it is open. A commit that does not wait for its own disk is not durable, whatever the
/// server's default is; what it waits for beyond that is the server's to say.
fn settings(options: &Options) -> String {
    let (statement, lock, idle) =
        (options.statement_timeout.as_millis(), options.lock_timeout.as_millis(), options.idle_timeout.as_millis());
    format!(
        "SET statement_timeout = {statement}; SET lock_timeout = {lock}; SET idle_in_transaction_session_timeout = {idle};
         SET default_transaction_isolation = 'read committed'; SET jit = off;
         SELECT set_config('synchronous_commit', 'on', false) WHERE current_setting('synchronous_commit') = 'off'"
    )
}
