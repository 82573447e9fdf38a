//! How the server is doing.

mod numbers;
mod page;

pub use self::page::{__path_show, show};
