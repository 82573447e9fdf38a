//! Log lines on their way out: gathered in memory and written many at a time by a thread of their own, so that no request waits for
//! whoever reads them.

use std::io::{self, Write};
use std::sync::Arc;
use std::time::Duration;

use parking_lot::{Condvar, Mutex};
use prometheus_client::metrics::counter::Counter;
use tracing_subscriber::fmt::MakeWriter;

/// Bytes that may wait. At the rate of a busy server that is a stop of some thirty milliseconds of whoever reads.
pub const MOST: usize = 1 << 20;
/// As many bytes are written at once, without waiting for more.
const ENOUGH: usize = 1 << 16;
/// How long a line that nobody hurries for waits for others.
const GATHERING: Duration = Duration::from_millis(10);

/// How lines are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LineFormat {
    /// One JSON object a line.
    Json,
    /// For people.
    Text,
}

/// The lines that wait, in their order; clones share them. A line that finds no room is dropped and counted.
#[derive(Clone)]
pub struct LogLines(Arc<Shared>);

struct Shared {
    gathered: Mutex<Gathered>,
    awaited: Condvar,
    /// Taken before `gathered`, so that lines are written in the order of their coming, whoever writes.
    out: Mutex<Out>,
    most: usize,
    dropped: Counter,
}

#[derive(Default)]
struct Gathered {
    bytes: Vec<u8>,
    /// Whether what waits should be written now.
    is_urgent: bool,
    /// Lines that found no room since the last writing.
    missing: u64,
    /// Whether each line is written by whoever brings it.
    is_closed: bool,
}

impl Gathered {
    fn has_something(&self) -> bool {
        !self.bytes.is_empty() || self.missing > 0
    }
}

struct Out {
    to: Box<dyn Write + Send>,
    spare: Vec<u8>,
}

impl LogLines {
    /// Starts the thread that writes. `most` bytes may wait.
    ///
    /// # Errors
    /// When the system cannot start a thread.
    pub fn start(to: impl Write + Send + 'static, most: usize) -> io::Result<Self> {
        let lines = Self::new(to, most);
        let written = lines.clone();
        std::thread::Builder::new().name("log-lines".into()).spawn(move || written.write_until_closed())?;
        Ok(lines)
    }

    fn new(to: impl Write + Send + 'static, most: usize) -> Self {
        let out = Mutex::new(Out { to: Box::new(to), spare: Vec::new() });
        Self(Arc::new(Shared { gathered: Mutex::default(), awaited: Condvar::new(), out, most, dropped: Counter::default() }))
    }

    /// Lines that were dropped, since whoever reads them did not keep up.
    #[must_use]
    pub fn dropped(&self) -> Counter {
        self.0.dropped.clone()
    }

    /// Adds a whole line, with its end, that may wait a moment for others.
    pub fn gather(&self, line: &[u8]) {
        self.add(line, false);
    }

    /// Returns when every line that was added before has been written.
    pub fn flush(&self) {
        while let missing @ 1.. = self.write_out() {
            tell(missing);
        }
    }

    /// Writes what waits; from then on, each line is written by whoever adds it, so that none is lost however soon the process ends.
    pub fn close(&self) {
        self.0.gathered.lock().is_closed = true;
        self.0.awaited.notify_one();
        self.flush();
    }

    fn add(&self, line: &[u8], is_urgent: bool) {
        let mut gathered = self.0.gathered.lock();
        let before = gathered.bytes.len();
        let after = before + line.len();
        // Once one is missing, so are those after it until there is room again: what is left is without holes. Lines of the program
        // itself have some room that requests cannot take from them.
        let fits = if is_urgent { after <= self.0.most + ENOUGH } else { gathered.missing == 0 && after <= self.0.most };
        let wakes = if fits {
            gathered.bytes.extend_from_slice(line);
            let is_urgent = is_urgent || (before < ENOUGH && after >= ENOUGH);
            let was_urgent = gathered.is_urgent;
            gathered.is_urgent |= is_urgent;
            before == 0 || (is_urgent && !was_urgent)
        } else {
            gathered.missing += 1;
            self.0.dropped.inc();
            gathered.missing == 1
        };
        let is_closed = gathered.is_closed;
        drop(gathered);
        if is_closed {
            self.write_out();
        } else if wakes {
            self.0.awaited.notify_one();
        }
    }

    /// Writes what waits; returns how many lines are missing after it.
    fn write_out(&self) -> u64 {
        let mut out = self.0.out.lock();
        let Out { to, spare } = &mut *out;
        let mut gathered = self.0.gathered.lock();
        std::mem::swap(&mut gathered.bytes, spare);
        gathered.is_urgent = false;
        let missing = std::mem::take(&mut gathered.missing);
        drop(gathered);
        // What cannot be written is lost: there is no other place to say so.
        let _ = to.write_all(spare).and_then(|()| to.flush());
        spare.clear();
        spare.shrink_to(2 * ENOUGH);
        missing
    }

    fn write_until_closed(&self) {
        loop {
            let mut gathered = self.0.gathered.lock();
            while !gathered.has_something() && !gathered.is_closed {
                self.0.awaited.wait(&mut gathered);
            }
            if gathered.is_closed {
                return;
            }
            if !gathered.is_urgent {
                self.0.awaited.wait_for(&mut gathered, GATHERING);
            }
            drop(gathered);
            self.flush();
        }
    }
}

fn tell(missing: u64) {
    tracing::warn!(lines = missing, "log lines were dropped: whoever reads them did not keep up");
}

/// For lines of the program itself, which are few: they do not wait for others.
impl<'a> MakeWriter<'a> for LogLines {
    type Writer = &'a Self;

    fn make_writer(&'a self) -> &'a Self {
        self
    }
}

impl Write for &LogLines {
    fn write(&mut self, line: &[u8]) -> io::Result<usize> {
        self.add(line, true);
        Ok(line.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use std::sync::mpsc;

    use super::*;

    /// Tells each writing, and ends it when it is allowed to.
    struct Watched {
        written: mpsc::Sender<String>,
        allowed: mpsc::Receiver<()>,
    }

    impl Write for Watched {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            self.written.send(String::from_utf8(bytes.to_vec()).unwrap()).unwrap();
            self.allowed.recv().map_err(io::Error::other)?;
            Ok(bytes.len())
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    fn watched() -> (Watched, mpsc::Receiver<String>, mpsc::Sender<()>) {
        let ((written, told), (allow, allowed)) = (mpsc::channel(), mpsc::channel());
        (Watched { written, allowed }, told, allow)
    }

    /// A writer that is never held up.
    fn unwatched() -> (Watched, mpsc::Receiver<String>) {
        let (out, told, allow) = watched();
        (0..99).for_each(|_| allow.send(()).unwrap());
        (out, told)
    }

    #[test]
    fn what_comes_while_one_writing_is_under_way_is_written_as_one() {
        let (out, told, allow) = watched();
        let lines = LogLines::start(out, MOST).unwrap();
        (&lines).write_all(b"first\n").unwrap();
        assert_eq!(told.recv().unwrap(), "first\n");
        for line in ["second\n", "third\n", "fourth\n"] {
            lines.gather(line.as_bytes());
        }
        (0..2).for_each(|_| allow.send(()).unwrap());
        assert_eq!(told.recv().unwrap(), "second\nthird\nfourth\n");
        lines.flush();
        assert_eq!(lines.dropped().get(), 0);
    }

    #[test]
    fn a_line_that_nobody_hurries_for_is_written_all_the_same() {
        let (out, told) = unwatched();
        let lines = LogLines::start(out, MOST).unwrap();
        lines.gather(b"alone\n");
        assert_eq!(told.recv().unwrap(), "alone\n");
    }

    #[test]
    fn lines_without_room_are_dropped_counted_and_told_of_in_their_place() {
        let (out, told) = unwatched();
        let lines = LogLines::new(out, 12);
        let subscriber = tracing_subscriber::fmt().with_writer(lines.clone()).with_ansi(false).without_time().finish();
        tracing::subscriber::with_default(subscriber, || {
            // Too long even for an empty buffer, which is not to keep the others out for ever.
            lines.gather(b"a line that is too long\n");
            lines.flush();
            assert!(told.try_iter().collect::<String>().ends_with("keep up lines=1\n"));
            for line in ["one\n", "two\n", "three\n", "4\n", "5\n"] {
                lines.gather(line.as_bytes());
            }
            lines.flush();
        });
        assert_eq!(lines.dropped().get(), 4);
        let told: String = told.try_iter().collect();
        assert!(told.starts_with("one\ntwo\n WARN ") && told.ends_with("keep up lines=3\n"), "{told}");
    }

    #[test]
    fn whoever_ends_loses_nothing() {
        let (out, told) = unwatched();
        let lines = LogLines::start(out, MOST).unwrap();
        lines.gather(b"before\n");
        lines.close();
        assert_eq!(told.try_iter().collect::<String>(), "before\n");
        lines.gather(b"after\n");
        assert_eq!(told.try_iter().collect::<String>(), "after\n");
    }
}
