//! What is known of a commit: an acknowledgement is one, and whatever is not sure is not called done.

use cloakroom_store::driver::DriverError;

use crate::cluster::Scratch;
use crate::{note, noted, notes, open, options};

/// Has something happen while PostgreSQL commits.
fn at_the_commit(happens: &str) -> Scratch {
    let scratch = noted();
    scratch.past().batch(&format!(
        "CREATE FUNCTION at_the_commit() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN {happens}; RETURN NULL; END $$;
         CREATE CONSTRAINT TRIGGER at_the_commit AFTER INSERT ON notes DEFERRABLE INITIALLY DEFERRED
             FOR EACH ROW WHEN (NEW.text = 'troubled') EXECUTE FUNCTION at_the_commit()"
    ));
    scratch
}

#[tokio::test]
async fn a_warning_at_the_commit_is_no_acknowledgement() {
    let scratch = at_the_commit("RAISE WARNING 'the standby does not have it'");
    let postgres = open(&scratch, &options());
    assert!(matches!(note(&postgres, "troubled").await, Err(DriverError::OutcomeUnknown(_))));
    assert_eq!(notes(&postgres).await, Ok(1), "this one does hold; nobody could know");
    assert_eq!(note(&postgres, "after").await, Ok(()));
}

#[tokio::test]
async fn a_connection_that_is_lost_at_the_commit_leaves_it_unknown() {
    let scratch = at_the_commit("PERFORM pg_terminate_backend(pg_backend_pid())");
    let postgres = open(&scratch, &options());
    assert!(matches!(note(&postgres, "troubled").await, Err(DriverError::OutcomeUnknown(_))));
    assert_eq!(note(&postgres, "after").await, Ok(()), "the next one has a connection of its own");
}

#[tokio::test]
async fn an_error_at_the_commit_is_a_rollback() {
    let scratch = at_the_commit("RAISE EXCEPTION 'no' USING ERRCODE = 'check_violation'");
    let postgres = open(&scratch, &options());
    assert!(matches!(note(&postgres, "troubled").await, Err(DriverError::Constraint(_))));
    assert_eq!(notes(&postgres).await, Ok(0));
    assert_eq!(note(&postgres, "after").await, Ok(()));
}

/// What a command swallowed leaves the transaction broken; its commit would quietly be a rollback.
#[tokio::test]
async fn a_swallowed_error_is_not_committed() {
    let scratch = noted();
    let postgres = open(&scratch, &options());
    let swallowing = postgres.write(cloakroom_store::driver::WriteClass::Ordinary, |conn| {
        Box::pin(async move {
            crate::insert(conn, "one").await?;
            let _ = crate::insert(conn, "one").await;
            Ok::<_, DriverError>(())
        })
    });
    assert!(swallowing.await.is_err());
    assert_eq!(notes(&postgres).await, Ok(0));
    assert_eq!(note(&postgres, "after").await, Ok(()));
}
