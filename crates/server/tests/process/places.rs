//! A database of places that is configured.

use crate::places_file::{city, database};
use crate::support::Home;

#[test]
fn a_database_of_places_is_read_or_the_server_does_not_start() {
    let (good, bad) = (tempfile::NamedTempFile::new().unwrap(), tempfile::NamedTempFile::new().unwrap());
    let content = database(&[("81.2.69.0/24", city("GB", "England", "Boxford"))]);
    std::fs::write(good.path(), &content).unwrap();
    std::fs::write(bad.path(), &content[..content.len() / 2]).unwrap();
    let with = |path: &str| Home::new().setting("GEOIP__DATABASE", path);
    with(good.path().to_str().unwrap()).serve(&[]).stop();
    for refused in [bad.path().to_str().unwrap(), "/nowhere/places.mmdb"] {
        let finished = with(refused).refuse_to_serve(&[]);
        assert_eq!(finished.status.code(), Some(1));
        assert!(finished.stderr.contains(refused) && finished.stderr.contains("geoip.database"), "{}", finished.stderr);
    }
}
