//! A server inside the test: real store, real engine, real routes; the clock stands still until the test moves it.

mod answer;
#[path = "../database.rs"]
mod database;
mod documented;
mod org;
mod request;
#[path = "../server.rs"]
pub mod server;
mod setup;

pub use answer::Answer;
pub use documented::{Operation, usm_operations};
pub use org::Owned;
pub use request::{call, from_address, usm};
pub use setup::{ADA, ADA_PASSCODE, BOB, Guids, HashingMood, ISSUER, MoodyHashing, Server, Setup};
