//! What the store and the hashing threads tell Prometheus, asked at each scrape.

use std::fmt;
use std::sync::Arc;

use cloakroom_engine::Engine;
use cloakroom_engine::callers::Refused;
use cloakroom_store::Database;
use prometheus_client::collector::Collector;
use prometheus_client::encoding::{DescriptorEncoder, EncodeMetric};
use prometheus_client::metrics::counter::ConstCounter;
use prometheus_client::metrics::gauge::ConstGauge;

use crate::tasks::hashing::HashingPool;

/// Callers who were refused, by what did not make them one.
const REFUSALS: [(Refused, &str, &str); 4] = [
    (Refused::Client, "refused_clients", "Client secrets and assertions that were refused"),
    (Refused::ApiKey, "refused_api_keys", "API keys that were refused"),
    (Refused::Token, "refused_tokens", "Access and refresh tokens that were refused"),
    (Refused::Role, "refused_roles", "Callers who lacked the role or the scope"),
];

/// The numbers of everything below HTTP.
pub struct Inner {
    pub engine: Arc<Engine>,
    pub database: Arc<Database>,
    pub hashing: HashingPool,
}

impl fmt::Debug for Inner {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Inner")
    }
}

impl Collector for Inner {
    fn encode(&self, mut encoder: DescriptorEncoder) -> Result<(), fmt::Error> {
        let (store, live, hashing) = (self.database.stats(), self.database.live_stats(), self.hashing.stats());
        let mut counter = |name: &str, help: &str, value: u64| {
            let counter = ConstCounter::new(value);
            counter.encode(encoder.encode_descriptor(name, help, None, counter.metric_type())?)
        };
        counter("store_commands", "Write commands that the store ran", store.commands)?;
        counter("store_batches", "Transactions that carried them", store.batches)?;
        counter("store_commit_errors", "Commits that failed", store.commit_errors)?;
        counter("store_checkpoints", "Checkpoints of the write-ahead log", store.checkpoints)?;
        counter("hashing_done", "Passwords checked or hashed", hashing.done)?;
        counter("hashing_refused", "Passwords refused because too many waited", hashing.refused)?;
        for (what, name, help) in REFUSALS {
            counter(name, help, self.engine.refusals(what))?;
        }
        counter("live_hits", "Questions that facts in memory answered", live.hits)?;
        counter("live_fills", "Answers of the database that were remembered", live.fills)?;
        counter("live_late_fills", "Answers of the database that had changed before they could be remembered", live.late_fills)?;
        counter("live_drops", "Facts that changed", live.drops)?;
        let mut gauge = |name: &str, help: &str, value: u64| {
            let gauge = ConstGauge::new(i64::try_from(value).unwrap_or(i64::MAX));
            gauge.encode(encoder.encode_descriptor(name, help, None, gauge.metric_type())?)
        };
        gauge("store_queue_depth", "Write commands that wait", store.queue_depth)?;
        gauge("store_largest_batch", "Most commands in one transaction", store.largest_batch)?;
        gauge("store_last_commit_microseconds", "Duration of the last commit", store.last_commit_micros)?;
        gauge("store_wal_bytes", "Length of the write-ahead log", store.wal_bytes)?;
        gauge("live_entries", "Sessions, grants, keys and applications in memory", live.entries)?;
        gauge("live_bytes", "Memory that they take", live.bytes)?;
        gauge("hashing_queued", "Passwords that wait", hashing.queued)?;
        gauge("hashing_running", "Passwords being hashed", hashing.running)?;
        gauge("pending_touches", "Sessions with a touch that is not on disk yet", self.engine.pending_touches() as u64)?;
        let verified = self.engine.verified_tokens_bytes() as u64;
        gauge("verified_tokens_bytes", "Memory of access tokens that were signed here or verified before", verified)
    }
}
