//! Contenders that take turns in windows, each over connections of its own.

use std::net::SocketAddr;
use std::time::Duration;

use async_trait::async_trait;
use tokio::task::JoinSet;

use crate::Failure;
use crate::bare::redis::Redis;
use crate::measure::{Contender, Sample};
use crate::window::{CONNECTIONS, Line, Load, connect, connect_as_many, window};

/// One who takes turns.
#[async_trait]
trait Turn {
    async fn take(&mut self) -> Result<Sample, Failure>;
}

struct Asking<C, F> {
    connections: Vec<C>,
    load: F,
}

#[async_trait]
impl<C: Line, L: Load, F: Fn() -> L + Send + Sync> Turn for Asking<C, F> {
    async fn take(&mut self) -> Result<Sample, Failure> {
        let (back, sample) = window(std::mem::take(&mut self.connections), &self.load).await?;
        self.connections = back;
        Ok(sample)
    }
}

/// What is asked of Redis, whose CPU time is told by another process.
struct AskingRedis<'r, A> {
    redis: &'r Redis,
    asking: A,
}

#[async_trait]
impl<A: Turn + Send> Turn for AskingRedis<'_, A> {
    async fn take(&mut self) -> Result<Sample, Failure> {
        let before = self.redis.cpu()?;
        let mut sample = self.asking.take().await?;
        sample.served_by(self.redis.cpu()?.saturating_sub(before));
        Ok(sample)
    }
}

/// Sends each of these requests once, over so many connections.
pub(crate) async fn each(
    server: SocketAddr,
    at_once: usize,
    count: usize,
    request: impl Fn(usize) -> Vec<u8> + Clone + Send + 'static,
) -> Result<(), Failure> {
    let mut callers = JoinSet::new();
    for (caller, mut connection) in connect_as_many(server, at_once).await?.into_iter().enumerate() {
        let request = request.clone();
        callers.spawn(async move {
            for number in (caller..count).step_by(at_once) {
                connection.served(&request(number)).await?;
            }
            Ok::<_, Failure>(())
        });
    }
    while let Some(done) = callers.join_next().await {
        done??;
    }
    Ok(())
}

/// Those who take turns, in their order.
#[derive(Default)]
pub(crate) struct Turns<'r> {
    turns: Vec<(Contender, Box<dyn Turn + Send + 'r>)>,
}

impl<'r> Turns<'r> {
    /// Adds one that asks a server for what `load` says.
    pub(crate) async fn add<L: Load>(
        &mut self,
        name: &'static str,
        server: SocketAddr,
        load: impl Fn() -> L + Send + Sync + 'r,
    ) -> Result<(), Failure> {
        self.turns.push((Contender::new(name), Box::new(Asking { connections: connect(server).await?, load })));
        Ok(())
    }

    /// Adds one that asks Redis.
    pub(crate) async fn add_redis(&mut self, redis: &'r Redis) -> Result<(), Failure> {
        let requests = Redis::requests();
        let asking = Asking { connections: redis.connect(CONNECTIONS).await?, load: move || requests.clone() };
        self.turns.push((Contender::new("Redis GET"), Box::new(AskingRedis { redis, asking })));
        Ok(())
    }

    /// Has everybody warm up for one window, and then measures as many as fit into `time` for each.
    pub(crate) async fn run(mut self, time: Duration) -> Result<Vec<Contender>, Failure> {
        for (_, turn) in &mut self.turns {
            turn.take().await?;
        }
        for _ in 0..time.as_secs() {
            for (contender, turn) in &mut self.turns {
                contender.add(turn.take().await?);
            }
        }
        Ok(self.turns.into_iter().map(|(contender, _)| contender).collect())
    }
}
