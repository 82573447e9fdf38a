//! The directory file in YAML or JSON (docs/contracts/directory.md).

mod file;
mod identity_provider;

pub use file::read;
