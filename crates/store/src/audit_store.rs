//! What the engine asks of the trail.

use async_trait::async_trait;
use cloakroom_engine::audit::AuditEntry;
use cloakroom_engine::audit::chain::{ChainHead, Link};
use cloakroom_engine::audit::minimised::MinimisedRange;
use cloakroom_engine::audit::recorded::RecordedEntry;
use cloakroom_engine::audit::store::{
    AuditDue, AuditStore, ExportWindow, ListAudit, MinimisableLinks, NewLinks, OldestLinks, RetireLinks, ToldRanges, Unsealed,
};
use cloakroom_engine::callers::Authorisation::{self, Server};
use cloakroom_engine::callers::Basis;
use cloakroom_engine::cursor::Place;
use cloakroom_engine::error::StoreError;
use cloakroom_engine::page::ListPage;

use crate::audit::{append, append_all, chain, list as trail, minimise, retire};
use crate::database::Database;
use crate::driver::WriteClass;
use crate::transactions::{answer, transactions};

transactions! {
    impl AuditStore {
        fn audit_page(wanted: ListAudit) -> ListPage<RecordedEntry, Place> = read |conn, _| trail::page(conn, wanted);
        fn record_audit(by: Basis, entry: AuditEntry) -> () = write(Ordinary, by) |conn, _| append(conn, &entry);
        fn record_refusals(entries: Vec<AuditEntry>) -> () = write(Ordinary, Server) |conn, _| append_all(conn, &entries);
        fn audit_head() -> Option<ChainHead> = read_point |conn, _| chain::head(conn);
        fn unsealed_audit(limit: usize) -> Unsealed = read |conn, _| chain::unsealed(conn, limit);
        fn seal_audit(links: NewLinks) -> bool = write(Ordinary, Server) |conn, _| chain::append_links(conn, &links);
        fn audit_links(window: ExportWindow) -> Vec<Link> = read |conn, _| chain::within(conn, window);
        fn minimisable_audit(due: AuditDue, limit: usize) -> Option<MinimisableLinks>
            = read |conn, _| minimise::minimisable(conn, due, limit);
        fn minimise_audit(range: MinimisedRange, audit: AuditEntry) -> bool
            = write(Ordinary, Server) |conn, _| minimise::minimise(conn, range, &audit);
        fn minimised_ranges(after: i64, limit: usize) -> ToldRanges = read |conn, _| minimise::told(conn, after, limit);
        fn oldest_audit_links(limit: usize) -> OldestLinks = read |conn, _| retire::oldest(conn, limit);
        fn retire_audit_links(going: RetireLinks, audit: AuditEntry) -> bool
            = write(Ordinary, Server) |conn, _| retire::retire(conn, &going, &audit);
    }
}
