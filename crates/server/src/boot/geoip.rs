//! Reading the database of places.

use std::path::Path;

use crate::failure::Failure;
use crate::http::geolocation::Places;

/// The database in this file.
///
/// # Errors
/// The file cannot be read or is not such a database. Without the configured database the server does not start.
#[expect(clippy::disallowed_methods, reason = "boot reads the files that the settings name")]
pub fn places(path: &Path) -> Result<Places, Failure> {
    let hint = "`geoip.database` names a database of places in MaxMind's format; without the key no session has a location";
    let refuse = |why: String| Failure::new(format_args!("{}: {why}", path.display())).hint(hint);
    let content = std::fs::read(path).map_err(|error| refuse(format!("cannot be read: {error}")))?;
    Places::of(content).map_err(|error| refuse(format!("is no database of places: {error}")))
}
