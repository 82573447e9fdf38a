//! What a request says in its query and its body. Every bad value is told.

use std::convert::Infallible;

use axum::extract::{FromRequest, FromRequestParts, Request};
use axum::http::request::Parts;
use cloakroom_engine::page::PageNumber;

use super::V1;
use super::error::{V1Error, ValidationError};
use crate::http::body;
use crate::http::fields::Fields;

pub use super::path_ids::{PathIds, named};

/// The query. Of a name that occurs twice the last value counts.
pub struct Query {
    pairs: Vec<(String, String)>,
    problems: Vec<ValidationError>,
}

impl<S: Sync> FromRequestParts<S> for Query {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Infallible> {
        let pairs = form_urlencoded::parse(parts.uri.query().unwrap_or_default().as_bytes()).into_owned().collect();
        Ok(Self { pairs, problems: Vec::new() })
    }
}

impl Query {
    pub fn text(&self, name: &str) -> Option<String> {
        self.pairs.iter().rev().find(|(known, _)| known == name).map(|(_, value)| value.clone())
    }

    /// Tells that the value under `name` is bad.
    pub fn refuse(&mut self, name: &'static str, message: impl Into<String>, kind: &'static str) {
        self.problems.push(ValidationError::new("query", Some(name), message, kind));
    }

    /// A whole number of at least 1; `most` bounds it where there is a bound.
    pub fn number(&mut self, name: &'static str, default: u64, most: u64) -> u64 {
        let Some(text) = self.text(name) else { return default };
        let refuse = |message: String, kind| ValidationError::new("query", Some(name), message, kind);
        let problem = match text.trim().parse::<i64>() {
            Err(_) => refuse("Input should be a valid integer, unable to parse string as an integer".into(), "int_parsing"),
            Ok(number) if number < 1 => refuse("Input should be greater than or equal to 1".into(), "greater_than_equal"),
            Ok(number) if number.unsigned_abs() > most => {
                refuse(format!("Input should be less than or equal to {most}"), "less_than_equal")
            }
            Ok(number) => return number.unsigned_abs(),
        };
        self.problems.push(problem);
        default
    }

    pub fn page(&mut self) -> PageNumber {
        let page = self.number("page", 1, u64::MAX);
        let per_page = self.number("per_page", 20, 100);
        PageNumber { page, per_page: u32::try_from(per_page).unwrap_or(100) }
    }

    pub fn flag(&mut self, name: &'static str, default: bool) -> bool {
        let Some(text) = self.text(name) else { return default };
        match text.trim().to_ascii_lowercase().as_str() {
            "true" | "1" | "yes" | "on" | "t" | "y" => true,
            "false" | "0" | "no" | "off" | "f" | "n" => false,
            _ => {
                let message = "Input should be a valid boolean, unable to interpret input";
                self.problems.push(ValidationError::new("query", Some(name), message, "bool_parsing"));
                default
            }
        }
    }

    /// One of the given texts, to the letter.
    pub fn one_of(&mut self, name: &'static str, allowed: &[&'static str]) -> Option<&'static str> {
        let text = self.text(name)?;
        let found = allowed.iter().copied().find(|one| *one == text);
        if found.is_none() {
            self.problems.push(ValidationError::new("query", Some(name), format!("Input should be one of {}", allowed.join(", ")), "enum"));
        }
        found
    }

    /// Refuses the request if any value that was read is bad.
    pub fn finish(self) -> Result<(), V1Error> {
        if self.problems.is_empty() { Ok(()) } else { Err(V1Error::invalid(self.problems)) }
    }
}

/// A JSON object.
pub struct JsonBody(pub Fields);

impl FromRequest<V1> for JsonBody {
    type Rejection = V1Error;

    async fn from_request(request: Request, surface: &V1) -> Result<Self, V1Error> {
        let limits = surface.body_limits;
        let body = body::read(request.into_body(), limits.max_bytes, limits.timeout).await?;
        Ok(Self(Fields::parse(&body)?))
    }
}
