//! What the engine asks of mass ends.

use async_trait::async_trait;
use cloakroom_engine::audit::AuditEntry;
use cloakroom_engine::callers::Authorisation::{self, Server};
use cloakroom_engine::callers::Basis;
use cloakroom_engine::clock::Timestamp;
use cloakroom_engine::error::StoreError;
use cloakroom_engine::ids::{MassEndNumber, MassEndUid, UserNumber};
use cloakroom_engine::sessions::mass_end::MassEnd;
use cloakroom_engine::sessions::mass_end::store::{MassEndBatch, MassEndStore, NewMassEnd};

use crate::database::Database;
use crate::driver::WriteClass;
use crate::sessions::mass_ends;
use crate::transactions::{answer, transactions};

transactions! {
    impl MassEndStore {
        fn ask_mass_end(by: Basis, new: NewMassEnd) -> () = write(End, by) |conn, _| mass_ends::ask(conn, &new);
        fn running_mass_end() -> Option<MassEnd> = read_point |conn, _| mass_ends::running(conn);
        fn run_mass_end(by: Basis, batch: MassEndBatch) -> u64 = write(End, by) |conn, touches| mass_ends::run(conn, &batch, &touches);
        fn stop_mass_end(number: MassEndNumber, at: Timestamp, audit: AuditEntry) -> ()
            = write(End, Server) |conn, _| mass_ends::stop(conn, number, at, &audit);
        fn mass_ends(user: Option<UserNumber>, limit: usize) -> Vec<MassEnd> = read |conn, _| mass_ends::newest(conn, user, limit);
        fn mass_end(uid: MassEndUid) -> Option<MassEnd> = read_point |conn, _| mass_ends::of_uid(conn, uid);
    }
}
