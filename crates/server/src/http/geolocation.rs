//! Where addresses are, by a database in MaxMind's format that the operator brings.

use std::net::IpAddr;

use cloakroom_engine::sessions::device::MAX_NAME_BYTES;
use cloakroom_engine::sessions::location::{Geolocation, Location};
use maxminddb::{MaxMindDbError, Reader};
use serde::Deserialize;

/// A database of places, held in memory as a whole.
pub struct Places(Reader<Vec<u8>>);

/// What is read of a record: the same in databases of countries and of cities.
#[derive(Deserialize)]
struct Record<'a> {
    #[serde(borrow, default)]
    country: Option<Country<'a>>,
    #[serde(borrow, default)]
    subdivisions: Vec<Named<'a>>,
    #[serde(borrow, default)]
    city: Option<Named<'a>>,
}

#[derive(Deserialize)]
struct Country<'a> {
    #[serde(borrow, default)]
    iso_code: Option<&'a str>,
}

#[derive(Deserialize)]
struct Named<'a> {
    #[serde(borrow, default)]
    names: Option<Names<'a>>,
}

#[derive(Deserialize)]
struct Names<'a> {
    #[serde(borrow, default)]
    en: Option<&'a str>,
}

impl Places {
    /// A database with this content, checked from end to end.
    ///
    /// # Errors
    /// What is wrong with it.
    pub fn of(content: Vec<u8>) -> Result<Self, MaxMindDbError> {
        let reader = Reader::from_source(content)?;
        reader.verify()?;
        Ok(Self(reader))
    }
}

impl Geolocation for Places {
    fn locate(&self, address: IpAddr) -> Option<Location> {
        // The reader reports an IPv6 address in a database of IPv4 as an error; here it is an unknown place.
        let record: Record<'_> = self.0.lookup(address).ok()?.decode().ok()??;
        let name = |named: &Named<'_>| named.names.as_ref().and_then(|names| names.en).map(bounded);
        let location = Location {
            country: record.country.and_then(|country| country.iso_code).map(bounded),
            region: record.subdivisions.first().and_then(name),
            city: record.city.as_ref().and_then(name),
        };
        let is_known = location.country.is_some() || location.region.is_some() || location.city.is_some();
        is_known.then_some(location)
    }
}

fn bounded(text: &str) -> String {
    text[..text.floor_char_boundary(MAX_NAME_BYTES)].to_owned()
}
