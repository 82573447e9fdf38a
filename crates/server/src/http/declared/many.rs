//! A parameter that may stand in a request several times.

use utoipa::openapi::path::{Parameter as Described, ParameterIn};

use super::About;
use super::parameters::{Given, Parameter, described};
use super::types::string;

/// Any number of values; empty ones count as absent.
pub struct Many;

impl Parameter for Many {
    type Value = Vec<String>;

    fn take(given: &mut Given, name: &'static str) -> Option<Vec<String>> {
        Some(given.all(name).filter(|value| !value.is_empty()).map(str::to_owned).collect())
    }

    fn describe(name: &'static str, place: ParameterIn, about: About) -> Vec<Described> {
        described(name, place, false, string(|_| {}), about)
    }
}
