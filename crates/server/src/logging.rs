//! Log lines on standard error, as JSON or for people.

use std::io::IsTerminal as _;

use prometheus_client::metrics::counter::Counter;
use tracing::{Level, Metadata, level_filters::LevelFilter};
use tracing_subscriber::fmt::MakeWriter;
use tracing_subscriber::{EnvFilter, Layer as _, filter::filter_fn, layer::SubscriberExt as _, util::SubscriberInitExt as _};

use crate::config::{Log, LogFormat};
use crate::http::access_log::AccessLog;
use crate::tasks::log_lines::{self, LineFormat, LogLines};

/// What the target of every event of our crates begins with.
const OURS: &str = "cloakroom";

/// Starts logging for the process, each line written as it is logged, and replaces the panic hook by one that logs the place without the
/// message, which may quote data.
///
/// # Errors
/// When the level cannot be parsed, or logging was started before.
pub fn start(config: &Log) -> Result<(), String> {
    begin(config, std::io::stderr, || ())
}

/// Lines that are gathered and written by a thread of their own. When this is dropped, all are written, and those to come at once.
pub struct Gathering {
    lines: LogLines,
    format: LineFormat,
}

impl Gathering {
    /// As [`start`], for whoever logs a line for each request.
    ///
    /// # Errors
    /// As [`start`], and when there is no thread.
    pub fn start(config: &Log) -> Result<Self, String> {
        let lines =
            LogLines::start(std::io::stderr(), log_lines::MOST).map_err(|error| format!("cannot start the log's thread: {error}"))?;
        let panicked = lines.clone();
        begin(config, lines.clone(), move || panicked.flush())?;
        Ok(Self { lines, format: line_format(config.format) })
    }

    /// Where the lines of requests go. `micros` tells the time, in microseconds since 1970.
    #[must_use]
    pub fn of_requests(&self, micros: fn() -> i64) -> AccessLog {
        AccessLog::new(self.lines.clone(), self.format, micros)
    }

    /// Lines that were dropped, since whoever reads them did not keep up.
    #[must_use]
    pub fn dropped(&self) -> Counter {
        self.lines.dropped()
    }
}

impl Drop for Gathering {
    fn drop(&mut self) {
        self.lines.close();
    }
}

/// `panicked` is called after a panic was logged, which may be the last that the process does.
fn begin<W>(config: &Log, writer: W, panicked: impl Fn() + Send + Sync + 'static) -> Result<(), String>
where
    W: for<'writer> MakeWriter<'writer> + Send + Sync + 'static,
{
    let level = levels(&config.level)?;
    // A line that cannot be written is lost; reporting that on the same handle would panic.
    let lines = tracing_subscriber::fmt::layer().with_writer(writer).log_internal_errors(false);
    let lines = match line_format(config.format) {
        LineFormat::Json => lines.json().flatten_event(true).with_current_span(false).with_span_list(false).boxed(),
        LineFormat::Text => lines.with_ansi(false).with_target(false).boxed(),
    };
    tracing_subscriber::registry()
        .with(lines.with_filter(level).with_filter(filter_fn(may_log)))
        .try_init()
        .map_err(|error| error.to_string())?;
    std::panic::set_hook(Box::new(move |panic| {
        let location = panic.location().map(ToString::to_string).unwrap_or_default();
        tracing::error!(target: "cloakroom::panic", location, "a thread panicked");
        panicked();
    }));
    Ok(())
}

fn line_format(wished: LogFormat) -> LineFormat {
    match wished {
        LogFormat::Json => LineFormat::Json,
        LogFormat::Text => LineFormat::Text,
        LogFormat::Auto if std::io::stderr().is_terminal() => LineFormat::Text,
        LogFormat::Auto => LineFormat::Json,
    }
}

/// Reads `log.level`: a level, or several for parts of the code, such as `info,cloakroom_store=debug`.
///
/// # Errors
/// Which word is no level. The library would take an unknown one for the name of a part, and log nothing else.
pub fn levels(text: &str) -> Result<EnvFilter, String> {
    let directives: Vec<_> = text.split(',').map(str::trim).filter(|directive| !directive.is_empty()).collect();
    for directive in &directives {
        let level = directive.rsplit_once('=').map_or(*directive, |(_, level)| level).trim();
        if level.parse::<LevelFilter>().is_err() {
            let all = "`error`, `warn`, `info`, `debug`, `trace` or `off`";
            return Err(format!("holds `{level}`, must be {all}, or such levels for parts of the code: `info,cloakroom_store=debug`"));
        }
    }
    EnvFilter::try_new(directives.join(",")).map_err(|error| error.to_string())
}

/// Lets a command that asks a server tell what it asks, as its user wished: once the calls, twice all that our client has to say.
/// Nothing of the HTTP libraries, whatever is wished: they print what is secret.
pub fn verbose(wish: u8) {
    let level = match wish {
        0 => return,
        1 => LevelFilter::DEBUG,
        _ => LevelFilter::TRACE,
    };
    let ours = filter_fn(|metadata| metadata.target().starts_with(OURS));
    let lines = tracing_subscriber::fmt::layer().with_writer(std::io::stderr).without_time().with_ansi(false);
    // If a test in this process has started logging before, that stays.
    let _ = tracing_subscriber::registry().with(lines.with_filter(level).with_filter(ours)).try_init();
}

/// HTTP libraries print headers, and with them secrets, below `info`.
fn may_log(metadata: &Metadata<'_>) -> bool {
    metadata.target().starts_with(OURS) || LevelFilter::from_level(Level::INFO) >= *metadata.level()
}

#[cfg(test)]
mod tests {
    use tracing::subscriber::with_default;

    use super::*;

    #[test]
    fn what_is_no_level_is_refused() {
        for level in ["warn", "WARN", "off", "info,cloakroom_store=debug", "info, h2=off", "cloakroom_server[span]=trace", ""] {
            assert!(levels(level).is_ok(), "{level}");
        }
        for level in ["warning", "info,warning", "verbose", "cloakroom_store", "cloakroom_store=warning", "info=info=x"] {
            let refused = levels(level).unwrap_err();
            assert!(refused.contains("must be `error`"), "{level}: {refused}");
        }
    }

    #[test]
    fn libraries_stay_quiet_below_info() {
        let subscriber = tracing_subscriber::registry().with(filter_fn(may_log));
        with_default(subscriber, || {
            assert!(!tracing::enabled!(target: "h2::codec", Level::DEBUG));
            assert!(tracing::enabled!(target: "h2::codec", Level::INFO));
            assert!(tracing::enabled!(target: "cloakroom_server::http", Level::TRACE));
        });
    }
}
