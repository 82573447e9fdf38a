//! Latencies, rates, who used the cores, and how busy the machine was.

use std::fmt;
use std::time::{Duration, Instant};

use super::Failure;

/// CPU time by part of the process, as the names of its threads tell.
#[derive(Clone, Copy, Default, Debug)]
pub struct Cpu {
    /// The runtime that serves, or the processes of PostgreSQL.
    pub server: Duration,
    /// The threads of the store.
    pub store: Duration,
    /// The runtime that asks.
    pub client: Duration,
}

impl Cpu {
    /// What every living thread has used so far.
    ///
    /// # Errors
    /// When the kernel does not tell.
    pub fn now() -> Result<Self, Failure> {
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

    /// What was used since `earlier`.
    #[must_use]
    pub fn minus(self, earlier: Self) -> Self {
        Self { server: self.server - earlier.server, store: self.store - earlier.store, client: self.client - earlier.client }
    }

    fn plus(self, other: Self) -> Self {
        Self { server: self.server + other.server, store: self.store + other.store, client: self.client + other.client }
    }
}

/// When a window began.
pub struct Begun {
    at: Instant,
    cpu: Cpu,
}

/// Begins a window.
///
/// # Errors
/// When the kernel does not tell what was used so far.
pub fn begin() -> Result<Begun, Failure> {
    Ok(Begun { cpu: Cpu::now()?, at: Instant::now() })
}

/// What was done in one window, or in several.
#[derive(Default)]
pub struct Sample {
    /// Nanoseconds each; sorted when asked.
    latencies: Vec<u32>,
    elapsed: Duration,
    cpu: Cpu,
}

impl Sample {
    /// Ends a window in which these latencies were seen.
    ///
    /// # Errors
    /// When the kernel does not tell what was used.
    pub fn end(begun: Begun, latencies: Vec<u32>) -> Result<Self, Failure> {
        let elapsed = begun.at.elapsed();
        Ok(Self { latencies, elapsed, cpu: Cpu::now()?.minus(begun.cpu) })
    }

    /// A window that was measured elsewhere.
    pub const fn of(latencies: Vec<u32>, elapsed: Duration, cpu: Cpu) -> Self {
        Self { latencies, elapsed, cpu }
    }

    /// Elapsed time, CPU time, and each latency in nanoseconds.
    pub fn parts(&self) -> (Duration, Cpu, &[u32]) {
        (self.elapsed, self.cpu, &self.latencies)
    }

    /// Adds the CPU time of the process that served.
    pub fn served_by(&mut self, server: Duration) {
        self.cpu.server += server;
    }

    /// Takes in what another process did in the same window.
    pub fn join(&mut self, other: Self) {
        self.latencies.extend(other.latencies);
        self.elapsed = self.elapsed.max(other.elapsed);
        self.cpu = self.cpu.plus(other.cpu);
    }

    /// Counts a window in that came after these.
    pub fn add(&mut self, other: Self) {
        self.latencies.extend(other.latencies);
        self.elapsed += other.elapsed;
        self.cpu = self.cpu.plus(other.cpu);
    }

    /// How many a second.
    pub fn rate(&self) -> f64 {
        self.latencies.len() as f64 / self.elapsed.as_secs_f64()
    }

    /// Microseconds below which this share of the latencies lies.
    pub fn percentile(&mut self, share: f64) -> f64 {
        self.latencies.sort_unstable();
        let last = self.latencies.len().saturating_sub(1);
        let at = (last as f64 * share).round() as usize;
        f64::from(self.latencies.get(at).copied().unwrap_or(0)) / 1000.0
    }

    /// Microseconds of CPU time for each, by part.
    pub fn cpu_each(&self) -> [f64; 3] {
        let each = |used: Duration| used.as_secs_f64() * 1e6 / self.latencies.len().max(1) as f64;
        [each(self.cpu.server), each(self.cpu.store), each(self.cpu.client)]
    }
}

/// The sum of some fields of a process's `stat` (counted from behind its name), which are in the kernel's ticks of 10 ms.
pub fn ticks(stat: &str, fields: std::ops::Range<usize>) -> Option<Duration> {
    let fields = stat.rsplit_once(')')?.1.split_whitespace().skip(fields.start).take(fields.len());
    let ticks: u64 = fields.map(str::parse::<u64>).sum::<Result<_, _>>().ok()?;
    Some(Duration::from_millis(ticks * 10))
}

/// Time since `begun`, as latencies are kept.
pub fn nanos(begun: Instant) -> u32 {
    u32::try_from(begun.elapsed().as_nanos()).unwrap_or(u32::MAX)
}

/// One contender: all its windows together and, for ratios, the rate of each.
pub struct Contender {
    /// What its row is called.
    pub name: String,
    /// All of its windows.
    pub all: Sample,
    rates: Vec<f64>,
}

impl Contender {
    /// One without a window yet.
    pub fn new(name: impl Into<String>) -> Self {
        Self { name: name.into(), all: Sample::default(), rates: Vec::new() }
    }

    /// Counts its next window in.
    pub fn add(&mut self, window: Sample) {
        self.rates.push(window.rate());
        self.all.add(window);
    }

    /// Its rate as a share of another's, window by window.
    pub fn ratio_to(&self, other: &Self) -> Spread {
        Spread::of(self.rates.iter().zip(&other.rates).map(|(ours, theirs)| ours / theirs).collect())
    }
}

/// Several measurements of one thing.
pub struct Spread {
    /// The smallest.
    pub least: f64,
    /// The one in the middle.
    pub median: f64,
    /// The largest.
    pub most: f64,
}

impl Spread {
    /// Of these, in any order.
    pub fn of(mut values: Vec<f64>) -> Self {
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

/// What a measurement is held to: medians of ratios by name, in one line that a program reads.
#[derive(Clone, Default, Debug)]
pub struct Ratios(Vec<(String, f64)>);

impl Ratios {
    /// Adds one, taken elsewhere.
    pub fn add(&mut self, name: impl Into<String>, ratio: f64) {
        self.0.push((name.into(), ratio));
    }

    /// Adds the median of the windows of `of` beside those of `to`.
    pub fn compare(&mut self, name: impl Into<String>, of: &Contender, to: &Contender) {
        self.add(name, of.ratio_to(to).median);
    }
}

impl fmt::Display for Ratios {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("ratios:")?;
        self.0.iter().try_for_each(|(name, ratio)| write!(f, " {name}={ratio:.3}"))
    }
}

/// The columns of the table in bench/README.md.
pub const COLUMNS: [&str; 6] = ["", "per s", "p50", "p99", "CPU each, server + store + callers", "ratio (least to most)"];

/// Rates, latencies, CPU time by part and, with `base`, ratios to the contender at that place: as the table in bench/README.md is
/// written. Without, the last column is left out.
pub fn table(contenders: &mut [Contender], columns: [&str; 6], base: Option<usize>) -> String {
    let mut lines = vec![columns.map(str::to_owned)];
    for at in 0..contenders.len() {
        let ratio = base
            .filter(|base| *base != at)
            .map_or_else(String::new, |base| format!("{} of {}", contenders[at].ratio_to(&contenders[base]), contenders[base].name));
        let Contender { name, all, .. } = &mut contenders[at];
        let [server, store, client] = all.cpu_each();
        let cpu = format!("{server:.1} + {store:.1} + {client:.1} µs");
        let milliseconds = |micros: f64| format!("{:.2} ms", micros / 1000.0);
        lines.push([name.clone(), grouped(all.rate()), milliseconds(all.percentile(0.5)), milliseconds(all.percentile(0.99)), cpu, ratio]);
    }
    let shown = if base.is_some() { columns.len() } else { columns.len() - 1 };
    let widest = |column: usize| lines.iter().map(|line| line[column].chars().count()).max().unwrap_or(0);
    let widths: Vec<usize> = (0..shown).map(widest).collect();
    let written = |line: &[String; 6]| {
        let cells: Vec<String> = line.iter().zip(&widths).map(|(cell, width)| format!("{cell:<width$}")).collect();
        format!("| {} |\n", cells.join(" | "))
    };
    let ruler: String = widths.iter().map(|width| "-".repeat(width + 2) + "|").collect();
    let mut text = written(&lines[0]) + "|" + &ruler + "\n";
    text.extend(lines[1..].iter().map(written));
    text
}

/// To three digits, in groups: what comes behind them is chance.
pub fn grouped(rate: f64) -> String {
    let step = 10_f64.powi((rate.max(1.0).log10().floor() as i32 - 2).max(0));
    let digits = format!("{:.0}", (rate / step).round() * step);
    let first = digits.len() % 3;
    let (head, tail) = digits.split_at(first);
    let groups = tail.as_bytes().chunks(3).map(|group| group.iter().map(|digit| char::from(*digit)).collect::<String>());
    let groups: Vec<String> = (!head.is_empty()).then(|| head.to_owned()).into_iter().chain(groups).collect();
    groups.join(",")
}

/// The one, five and fifteen minute averages.
pub fn load_average() -> String {
    let text = std::fs::read_to_string("/proc/loadavg").unwrap_or_default();
    text.split_whitespace().take(3).collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn windows(name: &str, each: &[(u32, u64)]) -> Contender {
        let mut contender = Contender::new(name);
        for (count, millis) in each {
            let latencies = (1..=*count).map(|number| number * 1000).collect();
            contender.add(Sample::of(latencies, Duration::from_millis(*millis), Cpu::default()));
        }
        contender
    }

    #[test]
    fn a_ratio_is_of_windows_side_by_side() {
        let (fast, slow) = (windows("fast", &[(100, 10), (100, 20), (100, 10)]), windows("slow", &[(50, 10), (100, 20), (10, 10)]));
        assert_eq!(slow.ratio_to(&fast).to_string(), "0.50 (0.10 to 1.00)");
    }

    #[test]
    fn ratios_are_one_line_of_names_and_medians() {
        let (fast, slow) = (windows("fast", &[(100, 10), (100, 20), (100, 10)]), windows("slow", &[(50, 10), (100, 20), (10, 10)]));
        let mut ratios = Ratios::default();
        ratios.compare("slow/fast", &slow, &fast);
        ratios.add("two/one", 1.25);
        assert_eq!(ratios.to_string(), "ratios: slow/fast=0.500 two/one=1.250");
    }

    #[test]
    fn percentiles_are_of_all_windows() {
        let mut all = windows("", &[(100, 10), (1, 10)]).all;
        assert_eq!((all.percentile(0.0), all.percentile(0.5), all.percentile(1.0)), (1.0, 50.0, 100.0));
    }

    #[test]
    fn a_table_is_one_of_markdown_in_line() {
        let mut contenders = [windows("no-op", &[(1000, 10)]), windows("twice as slow", &[(500, 10)])];
        let expected = "\
| a             | b       | c       | d       | e                  | f                            |
|---------------|---------|---------|---------|--------------------|------------------------------|
| no-op         | 100,000 | 0.50 ms | 0.99 ms | 0.0 + 0.0 + 0.0 µs |                              |
| twice as slow | 50,000  | 0.25 ms | 0.49 ms | 0.0 + 0.0 + 0.0 µs | 0.50 (0.50 to 0.50) of no-op |
";
        assert_eq!(table(&mut contenders, ["a", "b", "c", "d", "e", "f"], Some(0)), expected);
        let without = table(&mut contenders, ["a", "b", "c", "d", "e", "f"], None);
        assert!(without.lines().all(|line| line.matches('|').count() == 6), "{without}");
    }

    #[test]
    fn a_rate_has_three_digits() {
        let written = [0.4, 7.0, 999.4, 1234.0, 96_449.0, 1_234_567.0].map(grouped);
        assert_eq!(written, ["0", "7", "999", "1,230", "96,400", "1,230,000"]);
    }
}
