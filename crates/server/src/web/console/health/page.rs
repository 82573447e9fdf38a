//! `/console/health`: whether the server may be sent traffic, and how it is doing since it started.

use askama::Template;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;

use super::numbers::{self, Numbers};
use crate::http::readiness::{Reason, checked};
use crate::version::BUILD_ID;
use crate::web::console::cells::grouped;
use crate::web::console::charts::{BarChart, ChartAssets};
use crate::web::console::frame::{ConsoleFrame, console_page};
use crate::web::console::guard::{AtConsole, forbidden};
use crate::web::console::paths::HEALTH;
use crate::web::error::{PageError, PageRefusals};
use crate::web::language::Language;
use crate::web::surface::{FrontDesk, Health};

#[derive(Template)]
#[template(path = "web/console/health.html")]
struct HealthPage {
    frame: ConsoleFrame,
    assets: ChartAssets,
    build: &'static str,
    reasons: Vec<Reason>,
    figures: Vec<(String, String)>,
    latency: BarChart,
    /// By name: rows and batches done, and batches that failed.
    tasks: Vec<(String, [String; 3])>,
}

/// Whether the server may be sent traffic, and its numbers since it started: requests by how long they took, what waits, and what the background
/// tasks did.
#[utoipa::path(get, path = "/console/health", operation_id = "showHealth", tag = "console",
    responses(
        (status = 200, description = "How it is doing.", body = str, content_type = "text/html"),
        (status = 303, description = "On to `/login`, which leads back; or to choosing a password where that has to come first."),
        (status = 403, description = "It is for operators and administrators of everything.", body = str, content_type = "text/html"),
        PageRefusals,
    ),
    security(()),
    extensions(("x-effect" = json!("reads")))
)]
pub async fn show(State(desk): State<FrontDesk>, at: AtConsole) -> Result<Response, PageError> {
    if !at.reaches_everything() {
        return Err(forbidden());
    }
    let Health { readiness, metrics } = &desk.surface.1;
    let (language, numbers) = (at.coming.language, Numbers::read(&metrics.render()));
    let page = HealthPage {
        frame: ConsoleFrame::of(&at, &desk, HEALTH),
        assets: ChartAssets::of(&desk.surface.0),
        build: BUILD_ID,
        reasons: checked(readiness).await,
        figures: figures(language, &numbers),
        latency: latency(language, &numbers),
        tasks: numbers.tasks().into_iter().map(|(name, counts)| (name, counts.map(|count| grouped(language, count)))).collect(),
    };
    Ok(console_page(&at, &desk, StatusCode::OK, &page))
}

/// The numbers that tell an operator most, each with its name.
fn figures(language: Language, numbers: &Numbers) -> Vec<(String, String)> {
    let counted = [
        ("health-in-flight", "cloakroom_in_flight"),
        ("health-writes-waiting", "cloakroom_store_queue_depth"),
        ("health-commit-errors", "cloakroom_store_commit_errors_total"),
        ("health-passwords-waiting", "cloakroom_hashing_queued"),
        ("health-passwords-refused", "cloakroom_hashing_refused_total"),
        ("health-touches", "cloakroom_pending_touches"),
        ("health-lines-dropped", "cloakroom_log_lines_dropped_total"),
    ];
    let bytes = [("health-memory", "cloakroom_process_resident_memory_bytes"), ("health-log-size", "cloakroom_store_wal_bytes")];
    let counted = counted.into_iter().filter_map(|(text, name)| Some((language.say(text), grouped(language, numbers.of(name)?))));
    let bytes = bytes
        .into_iter()
        .filter_map(|(text, name)| Some((language.say(text), format!("{} MiB", grouped(language, numbers.of(name)? >> 20)))));
    let hours =
        |seconds: u64| language.say_with("health-hours", &[("hours", (seconds / 3600).into()), ("minutes", (seconds / 60 % 60).into())]);
    let uptime = numbers.of("cloakroom_process_uptime_seconds").map(|seconds| (language.say("health-uptime"), hours(seconds)));
    uptime.into_iter().chain(counted).chain(bytes).collect()
}

fn latency(language: Language, numbers: &Numbers) -> BarChart {
    let up_to = |bound: &str| match bound {
        "+Inf" => language.say("health-longer"),
        bound => language.say_with("health-up-to", &[("milliseconds", numbers::milliseconds(bound).into())]),
    };
    BarChart {
        id: "chart-latency",
        title: language.say("health-latency"),
        unit: language.say("health-latency-unit"),
        kind: language.say("health-took"),
        class: "born",
        bars: BarChart::in_order(language, numbers.requests_by_seconds().into_iter().map(|(bound, count)| (up_to(&bound), count))),
    }
}
