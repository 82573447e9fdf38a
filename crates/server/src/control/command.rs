//! What commands do and say.

use cloakroom_engine::Engine;
use cloakroom_engine::clock::Span;
use cloakroom_engine::directory::document::DirectoryDocument;
use cloakroom_engine::tokens::SigningKeyState;
use cloakroom_engine::tokens::signing_keys::PublishedKey;

use super::Command;
use crate::directory_file;
use crate::failure::Failure;
use crate::http::time::millis;
use crate::jose::issuer::CACHE_SECONDS;
use crate::report::Report;

/// Runs a command on an engine.
///
/// # Errors
/// What is wrong with what was asked, or with the store.
pub async fn execute(engine: &Engine, command: Command) -> Result<Report, Failure> {
    match command {
        Command::Apply { document, overwrite } => {
            apply(engine, directory_file::read(&document).map_err(Failure::new)?, overwrite, "apply").await
        }
        Command::ListSigningKeys => {
            let keys = engine.published_keys().await.map_err(Failure::new)?;
            Ok(Report { lines: keys.iter().map(line).collect(), warnings: Vec::new() })
        }
        Command::RotateSigningKeys => {
            let keys = engine.rotate_signing_keys("signing-keys rotate").await.map_err(Failure::new)?;
            let warnings = keys.iter().filter_map(|key| unknown_to_verifiers(key, engine)).collect();
            Ok(Report { lines: keys.iter().map(line).collect(), warnings })
        }
    }
}

/// Brings identities to what a document says; the trail names `actor`.
///
/// # Errors
/// What is wrong with the document, or with the store.
pub async fn apply(engine: &Engine, document: DirectoryDocument, overwrite: bool, actor: &'static str) -> Result<Report, Failure> {
    let applied = engine.apply_directory(document, overwrite, actor).await.map_err(Failure::new)?;
    let report = applied.map_err(|wrong| Failure::new(wrong).hint("nothing was applied"))?;
    let (created, changed, unchanged, ended) = (report.created, report.changed, report.unchanged, report.sessions_ended);
    let line = format!("applied: {created} created, {changed} changed, {unchanged} unchanged, {ended} sessions ended");
    Ok(Report { lines: vec![line], warnings: report.warnings.iter().map(ToString::to_string).collect() })
}

fn line(key: &PublishedKey) -> String {
    let (algorithm, purpose, state) = (key.algorithm.as_str(), key.purpose.as_str(), key.state.as_str());
    format!("{}  {algorithm:<5}  {state:<7}  since {}  signs {purpose}", key.kid, millis(key.state_since.as_millis()))
}

fn unknown_to_verifiers(key: &PublishedKey, engine: &Engine) -> Option<String> {
    let published = engine.now().since(key.created_at);
    let unknown = key.state == SigningKeyState::Active && published < Span::from_seconds(CACHE_SECONDS);
    unknown.then(|| {
        format!(
            "{} was first published {} seconds ago: verifiers that keep the published keys (for up to {CACHE_SECONDS} seconds) may \
             refuse its tokens until they ask again",
            key.kid,
            published.as_millis() / 1000
        )
    })
}
