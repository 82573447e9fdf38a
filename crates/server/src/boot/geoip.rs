//! Reading the database of places.

use std::path::Path;

use crate::failure::Failure;
use crate::http::geolocation::Places;

/// The database in this file.
///
/// # Errors
/// A file that cannot be read or is no such database: who configured one does not want to serve without.
#[expect(clippy::disallowed_methods, reason = "boot reads the files that the settings name")]
pub fn places(path: &Path) -> Result<Places, Failure> {
    let hint = "`geoip.database` names a database of places in MaxMind's format; without the key no session has a location";
    let refuse = |why: String| Failure::new(format_args!("{}: {why}", path.display())).hint(hint);
    let content = std::fs::read(path).map_err(|error| refuse(format!("cannot be read: {error}")))?;
    Places::of(content).map_err(|error| refuse(format!("is no database of places: {error}")))
}
