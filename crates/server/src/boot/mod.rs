//! Where the pieces are put together: the only place that knows the clock, the randomness, the store and the routes at once.

pub mod admission;
pub mod ambient;
mod assemble;
mod audit;
mod backup;
mod control;
mod document;
mod examine;
mod export_file;
mod files;
mod first_start;
mod geoip;
pub mod measured;
mod observe;
mod outbox;
mod restore;
mod run;
mod serve;
mod trail_archive;
mod transfer;

pub use self::audit::{VerifyRequest, verify_audit};
pub use self::backup::{BackupRequest, back_up};
pub use self::document::{ApplyRequest, Source};
pub use self::examine::{FUTURE_SECONDS, Finding, Health, examine, running};
pub use self::export_file::{ExportFile, public_folder};
pub use self::files::data_dir as private_data_dir;
pub use self::restore::{RestoreRequest, restore};
pub use self::run::run_command;
pub use self::serve::{Prepared, Serving, prepare};
pub use self::trail_archive::TrailFolder;
pub use self::transfer::{TransferRequest, transfer};
pub use cloakroom_store::driver::sqlite::Step;
pub use cloakroom_store::transfer::Step as TransferStep;
