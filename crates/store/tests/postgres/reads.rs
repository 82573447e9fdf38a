//! Reads: from one snapshot where they are of several statements, and no further than they are wanted.

use std::ops::ControlFlow;

use cloakroom_store::driver::{DriverError, Param, Row, WriteClass, query_all, query_one};

use crate::{counted, note, noted, open, options};

#[tokio::test]
async fn several_statements_see_one_state() {
    let scratch = noted();
    let postgres = std::sync::Arc::new(open(&scratch, &options()));
    let writing = postgres.clone();
    let both = postgres.read(move |conn| {
        Box::pin(async move {
            let before = counted(conn).await?;
            note(&writing, "meanwhile").await?;
            Ok::<_, DriverError>((before, counted(conn).await?))
        })
    });
    assert_eq!(both.await, Ok((0, 0)));
    assert_eq!(postgres.read(|conn| Box::pin(counted(conn))).await, Ok(1));
}

#[tokio::test]
async fn a_read_cannot_write() {
    let scratch = noted();
    let postgres = open(&scratch, &options());
    let writing = postgres.read(|conn| Box::pin(async move { crate::insert(conn, "one").await }));
    assert!(writing.await.is_err());
    assert_eq!(postgres.read(|conn| Box::pin(counted(conn))).await, Ok(0), "and the next one reads");
}

#[tokio::test]
async fn too_many_reads_are_refused_at_once() {
    let scratch = noted();
    let postgres = open(&scratch, &cloakroom_store::driver::postgres::Options { snapshot_queue_capacity: 1, ..options() });
    let (release, released) = tokio::sync::oneshot::channel::<()>();
    let (tell, begun) = tokio::sync::oneshot::channel::<()>();
    let once = std::sync::Arc::new(tokio::sync::Mutex::new(Some((tell, released))));
    let held = postgres.read(move |_| {
        Box::pin(async move {
            let (tell, released) = once.lock().await.take().unwrap();
            tell.send(()).unwrap();
            let _ = released.await;
            Ok::<_, DriverError>(())
        })
    });
    begun.await.unwrap();
    assert_eq!(postgres.read(|conn| Box::pin(counted(conn))).await, Err(DriverError::Overloaded));
    drop(release);
    assert_eq!(held.await, Ok(()));
    assert_eq!(postgres.read(|conn| Box::pin(counted(conn))).await, Ok(0));
}

/// The function tells how many rows it was asked for.
#[tokio::test]
async fn a_scan_reads_little_more_than_is_looked_at() {
    let scratch = noted();
    scratch.past().batch("INSERT INTO notes SELECT 'note ' || number FROM generate_series(1, 20000) AS number; CREATE SEQUENCE read");
    let postgres = open(&scratch, &options());
    let scanned = postgres.write(WriteClass::Ordinary, |conn| {
        Box::pin(async move {
            let mut seen = 0;
            for enough in [3, 300, 0] {
                let mut visit = |row: &dyn Row| {
                    row.int(1)?;
                    seen += 1;
                    Ok(if seen >= enough { ControlFlow::Break(()) } else { ControlFlow::Continue(()) })
                };
                conn.scan("SELECT text, nextval('read') FROM notes WHERE text <> $1".into(), &[Param::from("no such")], &mut visit).await?;
            }
            Ok::<_, DriverError>(seen)
        })
    });
    assert_eq!(scanned.await, Ok(301));
    let read: i64 = scratch.past().rows("SELECT last_value FROM read")[0][0].as_ref().unwrap().parse().unwrap();
    assert!(read < 2000, "{read} rows were read");
}

#[tokio::test]
async fn values_come_back_as_they_were_given() {
    let scratch = noted();
    let postgres = open(&scratch, &options());
    let sql = "SELECT $1 + 0, $2 || '', $3 || ''::bytea, $4 + 0, $5 || '', 7, 1 = 1, $1 IS NULL";
    let read = postgres.read(move |conn| {
        Box::pin(async move {
            let none: (Option<i64>, Option<&str>) = (None, None);
            let params: [Param<'_>; 5] = [i64::MIN.into(), "d\0é".into(), (&[0_u8, 255]).into(), none.0.into(), none.1.into()];
            query_one(conn, sql, &params, |row| {
                assert_eq!(row.int(0), Ok(i64::MIN));
                assert_eq!(row.text(1), Ok("d\u{fffd}é"), "PostgreSQL has no NUL");
                assert_eq!(row.blob(2), Ok(&[0_u8, 255][..]));
                assert_eq!((row.opt_int(3), row.opt_text(4)), (Ok(None), Ok(None)));
                assert_eq!((row.int(5), row.bool(6), row.bool(7)), (Ok(7), Ok(true), Ok(false)));
                assert!(matches!(row.int(1), Err(DriverError::Corrupt(_))) && matches!(row.text(0), Err(DriverError::Corrupt(_))));
                assert!(matches!(row.int(3), Err(DriverError::Corrupt(_))) && matches!(row.int(8), Err(DriverError::Sql(_))));
                Ok(())
            })
            .await
        })
    });
    assert_eq!(read.await, Ok(Some(())));
    let twice = postgres.read(|conn| Box::pin(query_all(conn, "SELECT 1 UNION ALL SELECT 2", &[], |row| row.int(0))));
    assert_eq!(twice.await, Ok(vec![1, 2]));
}
