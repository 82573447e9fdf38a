//! Latencies, rates, who used the cores, and how busy the machine was.

use std::fmt;
use std::time::{Duration, Instant};

use crate::Failure;

/// CPU time by part of the process, as the names of its threads tell.
#[derive(Clone, Copy, Default, Debug)]
pub(crate) struct Cpu {
    /// The runtime that serves, or the processes of PostgreSQL.
    pub(crate) server: Duration,
    /// The threads of the store.
    pub(crate) store: Duration,
    /// The runtime that asks.
    pub(crate) client: Duration,
}

impl Cpu {
    /// What every living thread has used so far.
    pub(crate) fn now() -> Result<Self, Failure> {
        let mut used = Self::default();
        for task in std::fs::read_dir("/proc/self/task")? {
            let task = task?.path();
            let (Ok(name), Ok(text)) = (std::fs::read_to_string(task.join("comm")), std::fs::read_to_string(task.join("schedstat"))) else {
                continue; // It has ended.
            };
            let nanos = text.split_whitespace().next().and_then(|nanos| nanos.parse().ok()).unwrap_or(0);
            let part = match name.trim() {
                name if name.starts_with("server") => &mut used.server,
                name if name.starts_with("sqlite") || name.starts_with("postgres") => &mut used.store,
                name if name.starts_with("client") => &mut used.client,
                _ => continue,
            };
            *part += Duration::from_nanos(nanos);
        }
        Ok(used)
    }

    pub(crate) fn minus(self, earlier: Self) -> Self {
        Self { server: self.server - earlier.server, store: self.store - earlier.store, client: self.client - earlier.client }
    }

    fn plus(self, other: Self) -> Self {
        Self { server: self.server + other.server, store: self.store + other.store, client: self.client + other.client }
    }
}

/// When a window began.
pub(crate) struct Begun {
    at: Instant,
    cpu: Cpu,
}

pub(crate) fn begin() -> Result<Begun, Failure> {
    Ok(Begun { cpu: Cpu::now()?, at: Instant::now() })
}

/// What was done in one window, or in several.
#[derive(Default)]
pub(crate) struct Sample {
    /// Nanoseconds each; sorted when asked.
    latencies: Vec<u32>,
    elapsed: Duration,
    cpu: Cpu,
}

impl Sample {
    /// Ends a window in which these latencies were seen.
    pub(crate) fn end(begun: Begun, latencies: Vec<u32>) -> Result<Self, Failure> {
        let elapsed = begun.at.elapsed();
        Ok(Self { latencies, elapsed, cpu: Cpu::now()?.minus(begun.cpu) })
    }

    /// A window that was measured elsewhere.
    pub(crate) const fn of(latencies: Vec<u32>, elapsed: Duration, cpu: Cpu) -> Self {
        Self { latencies, elapsed, cpu }
    }

    /// Counts the CPU time of whoever served.
    pub(crate) fn served_by(&mut self, server: Duration) {
        self.cpu.server += server;
    }

    /// Takes in what another process did in the same window.
    pub(crate) fn join(&mut self, other: Self) {
        self.latencies.extend(other.latencies);
        self.elapsed = self.elapsed.max(other.elapsed);
        self.cpu = self.cpu.plus(other.cpu);
    }

    pub(crate) fn add(&mut self, other: Self) {
        self.latencies.extend(other.latencies);
        self.elapsed += other.elapsed;
        self.cpu = self.cpu.plus(other.cpu);
    }

    pub(crate) fn rate(&self) -> f64 {
        self.latencies.len() as f64 / self.elapsed.as_secs_f64()
    }

    /// Microseconds below which this share of the latencies lies.
    pub(crate) fn percentile(&mut self, share: f64) -> f64 {
        self.latencies.sort_unstable();
        let last = self.latencies.len().saturating_sub(1);
        let at = (last as f64 * share).round() as usize;
        f64::from(self.latencies.get(at).copied().unwrap_or(0)) / 1000.0
    }

    /// Microseconds of CPU time for each, by part.
    pub(crate) fn cpu_each(&self) -> [f64; 3] {
        let each = |used: Duration| used.as_secs_f64() * 1e6 / self.latencies.len().max(1) as f64;
        [each(self.cpu.server), each(self.cpu.store), each(self.cpu.client)]
    }
}

/// The sum of some fields of a process's `stat` (counted from behind its name), which are in the kernel's ticks of 10 ms.
pub(crate) fn ticks(stat: &str, fields: std::ops::Range<usize>) -> Option<Duration> {
    let fields = stat.rsplit_once(')')?.1.split_whitespace().skip(fields.start).take(fields.len());
    let ticks: u64 = fields.map(str::parse::<u64>).sum::<Result<_, _>>().ok()?;
    Some(Duration::from_millis(ticks * 10))
}

/// Time since `begun`, as latencies are kept.
pub(crate) fn nanos(begun: Instant) -> u32 {
    u32::try_from(begun.elapsed().as_nanos()).unwrap_or(u32::MAX)
}

/// One contender: all its windows together and, for ratios, the rate of each.
pub(crate) struct Contender {
    pub(crate) name: &'static str,
    pub(crate) all: Sample,
    rates: Vec<f64>,
}

impl Contender {
    pub(crate) fn new(name: &'static str) -> Self {
        Self { name, all: Sample::default(), rates: Vec::new() }
    }

    pub(crate) fn add(&mut self, window: Sample) {
        self.rates.push(window.rate());
        self.all.add(window);
    }

    /// Its rate as a share of another's, window by window.
    pub(crate) fn ratio_to(&self, other: &Self) -> Spread {
        Spread::of(self.rates.iter().zip(&other.rates).map(|(ours, theirs)| ours / theirs).collect())
    }
}

/// Several measurements of one thing.
pub(crate) struct Spread {
    least: f64,
    pub(crate) median: f64,
    most: f64,
}

impl Spread {
    pub(crate) fn of(mut values: Vec<f64>) -> Self {
        values.sort_by(f64::total_cmp);
        let at = |index: usize| values.get(index).copied().unwrap_or(f64::NAN);
        Self { least: at(0), median: at(values.len() / 2), most: at(values.len().saturating_sub(1)) }
    }
}

impl fmt::Display for Spread {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:.2} ({:.2} to {:.2})", self.median, self.least, self.most)
    }
}

/// Prints rate, latencies and CPU time of each.
pub(crate) fn print_table(contenders: &mut [Contender]) {
    print_parts("server + store threads + callers", contenders);
}

/// As [`print_table`], with what the parts of the CPU time are.
pub(crate) fn print_parts(parts: &str, contenders: &mut [Contender]) {
    println!("{:<22}{:>10}{:>10}{:>10}   CPU us each: {parts}", "", "per s", "p50 us", "p99 us");
    for contender in contenders {
        let [server, store, client] = contender.all.cpu_each();
        let (rate, p50, p99) = (contender.all.rate(), contender.all.percentile(0.5), contender.all.percentile(0.99));
        println!("{:<22}{rate:>10.0}{p50:>10.0}{p99:>10.0}   {server:.1} + {store:.1} + {client:.1}", contender.name);
    }
}

/// The one, five and fifteen minute averages.
pub(crate) fn load_average() -> String {
    let text = std::fs::read_to_string("/proc/loadavg").unwrap_or_default();
    text.split_whitespace().take(3).collect::<Vec<_>>().join(" ")
}
