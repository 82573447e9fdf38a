//! Old entries leave the trail when their time is over; what is left is whole from a sealed checkpoint on, and nobody without the
//! master key makes one.

use std::path::Path;
use std::sync::Arc;

use cloakroom_engine::EngineError;
use cloakroom_engine::error::StoreError;
use cloakroom_engine::policy::{Policy, RetentionAction};
use cloakroom_server::boot::TrailFolder;
use cloakroom_store::driver::sqlite::Location;

use crate::audit_export::judged;
use crate::audit_verify::{tampered, verify};
use crate::server::Server;

const DAY: u32 = 86_400;

fn keeping_a_day(retention_action: RetentionAction) -> Policy {
    let mut policy = Policy::default();
    policy.audit.retention_seconds = DAY;
    policy.audit.retention_action = retention_action;
    policy
}

/// A server that keeps its trail for a day, with entries of the first and the third day.
async fn of_two_days(file: &Path, action: RetentionAction) -> Server {
    let archive = TrailFolder::new(file.with_extension("trail"));
    let server = Server::keeping(&Location::File(file.to_owned()), keeping_a_day(action), Arc::new(archive)).await;
    for address in ["203.0.113.1", "2001:db8::3"] {
        server.login_at(address, "end_user").await;
    }
    server.seal().await;
    server.advance(2 * DAY + 1);
    server.login_at("203.0.113.4", "bob").await;
    server.seal().await;
    server
}

async fn retire(server: &Server) -> usize {
    let mut retired = 0;
    loop {
        let (went, more) = server.engine.retire_audit_entries(4).await.unwrap();
        retired += went;
        if !more {
            return retired;
        }
    }
}

#[tokio::test]
async fn old_entries_become_files_and_files_and_trail_together_are_whole() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("cloakroom.db");
    let server = of_two_days(&file, RetentionAction::Export).await;
    let root = server.login("super_admin").await;
    server.seal().await;
    let before = server.trail(&root, "").await;
    assert_eq!(verify(&file, &[]).0, 0);
    let retired = retire(&server).await;
    assert!(retired > 8, "{retired}: several batches");
    let (code, out, err) = verify(&file, &[]);
    assert!(code == 0 && out.contains(&format!("{retired} links before it were exported or dropped")), "{out}{err}");
    let after = server.trail(&root, "").await;
    let told = after.iter().filter(|entry| entry["action"] == "audit.retired").count();
    assert_eq!(told, retired.div_ceil(4));
    assert_eq!(after[told..], before[..before.len() - retired], "newest first: the oldest are gone, nothing else");
    let (earlier, export) = (archived(&file), server.get("/api/v1/admin/audit/export", &root).await.expect(200).text);
    assert_eq!(earlier.lines().count(), retired);
    if let Some(said) = judged(&format!("{earlier}{export}"), &[]) {
        assert_eq!(said, "whole");
    }
    server.seal().await;
    assert_eq!((verify(&file, &[]).0, retire(&server).await), (0, 0), "told once a day");
    // The next day's go behind them, and the chain goes on.
    server.advance(2 * DAY);
    assert!(retire(&server).await > 0);
    server.seal().await;
    assert_eq!(verify(&file, &[]).0, 0);
}

/// What the archive has, in the order of its files.
fn archived(file: &Path) -> String {
    let mut files: Vec<_> = std::fs::read_dir(file.with_extension("trail")).unwrap().flatten().map(|entry| entry.path()).collect();
    files.sort_unstable();
    files.iter().map(|file| std::fs::read_to_string(file).unwrap()).collect()
}

#[tokio::test]
async fn by_choice_they_are_dropped_and_by_default_kept() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("cloakroom.db");
    let server = of_two_days(&file, RetentionAction::Drop).await;
    assert!(retire(&server).await > 8);
    assert!(!file.with_extension("trail").exists());
    server.seal().await;
    assert_eq!(verify(&file, &[]).0, 0);
    let kept = Server::start().await;
    kept.login("end_user").await;
    kept.seal().await;
    kept.advance(4000 * DAY);
    assert_eq!(retire(&kept).await, 0);
}

#[tokio::test]
async fn the_last_link_stays_and_minimised_entries_go_too() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("cloakroom.db");
    let server = of_two_days(&file, RetentionAction::Drop).await;
    server.advance(200 * DAY);
    while server.engine.minimise_audit_addresses(5).await.unwrap().1 {}
    server.seal().await;
    assert_eq!(verify(&file, &[]).0, 0);
    server.advance(2 * DAY);
    retire(&server).await;
    assert!(server.engine.audit_head().await.unwrap().is_some());
    server.seal().await;
    assert_eq!(verify(&file, &[]).0, 0);
}

#[tokio::test]
async fn a_trail_that_was_cut_by_others_is_not_whole() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("cloakroom.db");
    let server = of_two_days(&file, RetentionAction::Drop).await;
    assert_eq!(server.engine.retire_audit_entries(4).await.unwrap().0, 4);
    server.seal().await;
    server.database.shutdown();
    let copy = folder.path().join("copy.db");
    let cut = |through: i64| {
        [format!("DELETE FROM audit_log WHERE sequence <= {through}"), format!("DELETE FROM audit_chain WHERE position <= {through}")]
    };
    let forged = |set: &str| vec![format!("UPDATE audit_checkpoint SET {set}")];
    let further = "position = 6, sequence = 6, hash = (SELECT hash FROM audit_chain WHERE position = 6)";
    let cases: [(Vec<String>, &str); 6] = [
        (cut(6).to_vec(), "(link 5): the chain has no such link"),
        ([forged(further), cut(6).to_vec()].concat(), "(link 6): the checkpoint is not the server's"),
        (forged("hash = randomblob(32)"), "the checkpoint is not the server's"),
        (forged("at = at + 1"), "the checkpoint is not the server's"),
        (vec!["DELETE FROM audit_checkpoint".into()], "(link 1): the chain has no such link"),
        (
            vec![
                "INSERT INTO audit_log (sequence, at, action, result, actor_kind, resource_kind, detail)
                  VALUES (2, 0, 'session.created', 'success', 'user', 'session', '{}')"
                    .into(),
            ],
            "entry 2 (link 5): no link leads to the entry",
        ),
    ];
    for (statements, expected) in cases {
        tampered(&file, &copy, &statements.iter().map(String::as_str).collect::<Vec<_>>()).await;
        let (code, out, err) = verify(&copy, &[]);
        assert!(code == 1 && err.contains(expected), "{statements:?}: {code} {out}{err}");
    }
}

/// Letting altered entries go would destroy the evidence, and going on behind a forged checkpoint would give the server's word to it.
#[tokio::test]
async fn the_server_lets_nothing_go_that_is_not_whole_and_seals_nothing_behind_a_forged_checkpoint() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("cloakroom.db");
    let server = of_two_days(&file, RetentionAction::Export).await;
    server.engine.retire_audit_entries(4).await.unwrap();
    server.seal().await;
    server.database.shutdown();
    let copy = folder.path().join("copy.db");
    let erased = "UPDATE audit_chain SET salt = NULL WHERE commitment IS NOT NULL";
    let without = "UPDATE audit_log SET user_agent = NULL, address = NULL WHERE user_agent IS NOT NULL OR address IS NOT NULL";
    let is_refused = |outcome: Result<(usize, bool), EngineError>| matches!(outcome, Err(EngineError::Store(StoreError::Corrupt(_))));
    for statements in
        [&["UPDATE audit_log SET at = at + 1 WHERE sequence = 6"][..], &[erased, without], &["DELETE FROM audit_chain WHERE position = 6"]]
    {
        tampered(&file, &copy, statements).await;
        let archive = Arc::new(TrailFolder::new(folder.path().join("none")));
        let server = Server::keeping(&Location::File(copy.clone()), keeping_a_day(RetentionAction::Export), archive).await;
        server.advance(2 * DAY + 1);
        assert!(is_refused(server.engine.retire_audit_entries(100).await), "{statements:?}");
        assert!(!folder.path().join("none").exists(), "{statements:?}");
        server.database.shutdown();
    }
    for statement in ["UPDATE audit_checkpoint SET hash = randomblob(32)", "UPDATE audit_checkpoint SET position = 9000"] {
        tampered(&file, &copy, &[statement]).await;
        let server = Server::at(&Location::File(copy.clone())).await;
        assert!(is_refused(server.engine.seal_audit_entries(10).await), "{statement}");
        server.database.shutdown();
    }
}
