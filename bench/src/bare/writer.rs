//! A store in few lines over bare tokio-postgres: one thread with the driver's number of connections, point reads pipelined over
//! some of them, and one writer that drains a channel and answers after the commit.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};

use cloakroom_engine::secret::SessionSecretHash;
use cloakroom_store::driver::postgres::Options;
use futures_util::future::join;
use tokio::sync::{mpsc, oneshot};

use super::postgres::{Link, Person, Rest, Standing};
use crate::Failure;

/// What is to be written.
enum Command {
    Create(Person),
    Rotate(Person, Standing),
}

impl Command {
    async fn run<'l>(&self, link: &'l Link) -> Result<Rest<'l>, Failure> {
        match self {
            Self::Create(person) => link.create(person).await,
            Self::Rotate(person, from) => link.rotate(person, from).await,
        }
    }
}

type Queued = (Command, oneshot::Sender<()>);

/// Ends with its last owner.
pub(crate) struct Batching {
    reads: Vec<Arc<Link>>,
    next: AtomicUsize,
    commands: mpsc::UnboundedSender<Queued>,
}

impl Batching {
    /// Starts the thread, which all connections live on, as the driver's do.
    pub(crate) fn open(url: String) -> Result<Self, Failure> {
        let options = Options::default();
        let (commands, queue) = mpsc::unbounded_channel();
        let (opened, open) = std::sync::mpsc::sync_channel(1);
        let serve = move || {
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
            runtime.block_on(async {
                let mut reads = Vec::new();
                for _ in 0..options.read_connections {
                    reads.push(Link::open(&url).await?);
                }
                let writer = Link::open(&url).await?;
                opened.send(reads)?;
                write(&writer, queue, options.batch_max).await
            })
        };
        let report = move || {
            let served: Result<(), Failure> = serve();
            if let Err(error) = served {
                println!("the bare writer ended: {error:?}");
            }
        };
        std::thread::Builder::new().name("postgres-bare".into()).spawn(report)?;
        Ok(Self { reads: open.recv()?, next: AtomicUsize::new(0), commands })
    }

    fn read(&self) -> &Link {
        &self.reads[self.next.fetch_add(1, Relaxed) % self.reads.len()]
    }

    pub(crate) async fn validate(&self, secret: &SessionSecretHash) -> Result<(), Failure> {
        self.read().validate(secret).await
    }

    /// Answers when the session is durable.
    pub(crate) async fn create(&self, person: &Person) -> Result<(), Failure> {
        self.write(Command::Create(person.clone())).await
    }

    /// Reads the grant as whoever redeems must, then rotates it and answers when that is durable.
    pub(crate) async fn rotate(&self, person: &Person, grant: i64) -> Result<(), Failure> {
        let standing = self.read().standing(grant).await?;
        self.write(Command::Rotate(person.clone(), standing)).await
    }

    async fn write(&self, command: Command) -> Result<(), Failure> {
        let (done, answer) = oneshot::channel();
        self.commands.send((command, done)).map_err(|_| "the bare writer is gone")?;
        Ok(answer.await?)
    }
}

/// Until nobody can ask any more: whatever has queued becomes one transaction under the lock. What a command does not wait for is sent
/// before the next one's first statement.
async fn write(link: &Link, mut queue: mpsc::UnboundedReceiver<Queued>, most: usize) -> Result<(), Failure> {
    let mut batch = Vec::with_capacity(most);
    while queue.recv_many(&mut batch, most).await > 0 {
        let (begun, locked) = join(link.run(&link.begin), link.run(&link.lock)).await;
        begun.and(locked)?;
        let mut rest: Rest<'_> = Box::pin(async { Ok(()) });
        for (command, _) in &batch {
            let (done, next) = join(rest, command.run(link)).await;
            done?;
            rest = next?;
        }
        let (done, committed) = join(rest, link.run(&link.commit)).await;
        done.and(committed)?;
        for (_, done) in batch.drain(..) {
            // Whoever no longer waits has been served all the same.
            let _ = done.send(());
        }
    }
    Ok(())
}
