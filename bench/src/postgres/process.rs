//! A process of this binary that calls, as its parent sees it.

use std::io::{BufRead as _, BufReader, Write as _};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};
use std::time::Duration;

use super::Job;
use crate::Failure;
use crate::measure::{Cpu, Sample};

/// Ends when its standard input does.
pub(crate) struct Process {
    child: Child,
    orders: Option<ChildStdin>,
    answers: BufReader<ChildStdout>,
}

impl Process {
    /// Starts one with these arguments, as [`super::load::run`] understands them.
    pub(super) fn start(arguments: &[&str]) -> Result<Self, Failure> {
        let mut command = Command::new(std::env::current_exe()?);
        let mut child = command.arg(super::load::NAME).args(arguments).stdin(Stdio::piped()).stdout(Stdio::piped()).spawn()?;
        let answers = BufReader::new(child.stdout.take().ok_or("a process has no output")?);
        Ok(Self { orders: child.stdin.take(), child, answers })
    }

    /// The next line that it says; whatever is not asked for is why it failed.
    pub(super) fn hear(&mut self, wanted: &str) -> Result<String, Failure> {
        let mut line = String::new();
        self.answers.read_line(&mut line)?;
        let rest = line.trim_end().strip_prefix(wanted).map(str::to_owned);
        rest.ok_or_else(|| format!("a process that calls said {line:?}").into())
    }

    fn order(&mut self, job: Job, length: Duration) -> Result<(), Failure> {
        let orders = self.orders.as_mut().ok_or("a process takes no orders")?;
        Ok(writeln!(orders, "{} {}", job.name(), length.as_millis())?)
    }

    /// What it did, as [`super::load`] writes it.
    fn sample(&mut self) -> Result<Sample, Failure> {
        let line = self.hear("did ")?;
        let mut numbers = line.split(' ').map(str::parse::<u64>);
        let mut time = || Ok::<_, Failure>(Duration::from_nanos(numbers.next().ok_or("a process said too little")??));
        let (elapsed, store, client) = (time()?, time()?, time()?);
        let latencies = numbers.map(|latency| Ok::<_, Failure>(u32::try_from(latency?)?)).collect::<Result<_, _>>()?;
        Ok(Sample::of(latencies, elapsed, Cpu { store, client, ..Cpu::default() }))
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        self.orders = None;
        if self.child.wait().is_err() {
            println!("a process that calls could not be ended");
        }
    }
}

/// One window of all of them together.
pub(super) fn window(processes: &mut [Process], job: Job, length: Duration) -> Result<Sample, Failure> {
    for process in &mut *processes {
        process.order(job, length)?;
    }
    let mut together = Sample::default();
    for process in processes {
        together.join(process.sample()?);
    }
    Ok(together)
}
