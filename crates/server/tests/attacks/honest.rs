//! Honest callers: validations at a steady rate whatever becomes of them, and now and then an end and a sign-in.

use std::net::SocketAddr;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering::Relaxed};
use std::sync::mpsc::channel;
use std::thread::Scope;
use std::time::{Duration, Instant};

use parking_lot::Mutex;

use crate::scene::Scene;
use crate::support::{Client, Running};

/// Validations a second, of all together.
const RATE: u32 = 1000;
const CALLERS: u32 = 16;
/// Between two ends.
pub const ENDS_EVERY: Duration = Duration::from_millis(500);
/// Between two sign-ins.
const SIGN_INS_EVERY: Duration = Duration::from_secs(1);
/// Between two looks at the server's memory.
const LOOKS_EVERY: Duration = Duration::from_millis(100);

/// What they saw.
#[derive(Default)]
pub struct Seen {
    asked: AtomicU64,
    /// Of each that was answered as it should be, from when it was due.
    latencies: Mutex<Vec<Duration>>,
    ends: Mutex<Vec<Duration>>,
    sign_ins: Mutex<Vec<Duration>>,
    most_bytes: AtomicU64,
}

/// Waits until a moment; nothing else ends the wait.
fn until(moment: Instant) {
    let (_held, never) = channel::<()>();
    let _ = never.recv_timeout(moment.saturating_duration_since(Instant::now()));
}

impl Seen {
    /// Begins to call, until it is over.
    pub fn call<'s>(&'s self, scope: &'s Scope<'s, '_>, scene: &'s Scene, ends: &'s [String], over: &'s AtomicBool) {
        let began = Instant::now();
        for caller in 0..CALLERS {
            scope.spawn(move || self.validate(scene.address, &scene.guid, began + Duration::from_secs(1) * caller / RATE, over));
        }
        scope.spawn(move || {
            for (nth, guid) in (1..).zip(ends) {
                until(began + ENDS_EVERY * nth);
                if over.load(Relaxed) {
                    return;
                }
                self.ends.lock().push(took(scene.address, "session/close", &json_of(guid)));
            }
        });
        scope.spawn(move || {
            for nth in 1.. {
                until(began + SIGN_INS_EVERY * nth);
                if over.load(Relaxed) {
                    return;
                }
                self.sign_ins.lock().push(took(scene.address, "session/create", &scene.sign_in));
            }
        });
    }

    /// Looks at the server's memory for so long.
    pub fn watch(&self, server: &Running, time: Duration) {
        let end = Instant::now() + time;
        while Instant::now() < end {
            self.most_bytes.fetch_max(server.resident(), Relaxed);
            until(end.min(Instant::now() + LOOKS_EVERY));
        }
    }

    /// One of the callers. What is due while an answer is waited for is asked late, and its latency counts from when it was due.
    fn validate(&self, server: SocketAddr, guid: &str, first: Instant, over: &AtomicBool) {
        let (mut due, mut client, interval) = (first, None, Duration::from_secs(1) * CALLERS / RATE);
        while !over.load(Relaxed) {
            until(due);
            self.asked.fetch_add(1, Relaxed);
            let answer = match client.take().or_else(|| Client::try_to(server)) {
                Some(mut line) => {
                    let answer = line.try_usm("session/validate", &json_of(guid));
                    client = answer.is_some().then_some(line);
                    answer
                }
                None => None,
            };
            if answer.is_some_and(|answer| answer.status == 200) {
                self.latencies.lock().push(due.elapsed());
            }
            due += interval;
        }
        // What came due meanwhile was not even asked.
        while due < Instant::now() {
            self.asked.fetch_add(1, Relaxed);
            due += interval;
        }
    }

    /// What was seen, for people, and what of it must not be. On a machine that is busy with other things only what no machine excuses
    /// is judged: an attack that works leaves one in a hundred answered.
    pub fn judged(self, is_quiet: bool) -> (String, Vec<String>) {
        let (asked, mut latencies) = (self.asked.into_inner(), self.latencies.into_inner());
        let (ends, sign_ins) = (self.ends.into_inner(), self.sign_ins.into_inner());
        latencies.sort();
        let answered = latencies.len() as u64;
        let nth = |percent: usize| latencies.get(latencies.len() * percent / 100).copied().unwrap_or(Duration::MAX);
        let (p50, p99) = (nth(50), nth(99));
        let slowest = |of: &[Duration]| of.iter().max().copied().unwrap_or(Duration::MAX);
        let megabytes = self.most_bytes.into_inner() / 1_000_000;
        let told = format!(
            "{answered} of {asked} validations answered, p50 {}, p99 {}; {} ends, the slowest {}; {} sign-ins, the slowest {}; {megabytes} MB",
            shown(p50),
            shown(p99),
            ends.len(),
            shown(slowest(&ends)),
            sign_ins.len(),
            shown(slowest(&sign_ins)),
        );
        let always = [
            (answered * 5 >= asked, "a fifth answered"),
            (slowest(&ends) < Duration::MAX, "each end answered"),
            (slowest(&sign_ins) < Duration::MAX, "each sign-in answered"),
            (megabytes < 300, "memory below 300 MB"),
        ];
        let where_quiet = [
            (answered * 100 >= asked * 99, "99 % answered"),
            (p99 < Duration::from_millis(100), "p99 below 100 ms"),
            (slowest(&ends) < Duration::from_secs(1), "each end within a second"),
        ];
        let bounds = always.into_iter().chain(where_quiet.into_iter().filter(|_| is_quiet));
        (told, bounds.filter(|(holds, _)| !holds).map(|(_, bound)| bound.to_owned()).collect())
    }
}

/// How long a call of USM took; for ever, where it was not answered with success.
fn took(server: SocketAddr, route: &str, body: &serde_json::Value) -> Duration {
    let asked = Instant::now();
    let answer = Client::try_to(server).and_then(|mut client| client.try_usm(route, body));
    if answer.is_some_and(|answer| answer.status == 200) { asked.elapsed() } else { Duration::MAX }
}

fn shown(time: Duration) -> String {
    if time == Duration::MAX { "never".to_owned() } else { format!("{:.1} ms", time.as_secs_f64() * 1e3) }
}

fn json_of(guid: &str) -> serde_json::Value {
    serde_json::json!({ "session_guid": guid })
}
