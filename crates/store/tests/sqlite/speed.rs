//! Not a test of anything: `cargo test --release -p cloakroom-store --test sqlite -- --ignored --nocapture speed`.

use std::sync::Arc;
use std::time::Instant;

use cloakroom_store::driver::sqlite::{Location, Options, Sqlite};
use cloakroom_store::driver::{DriverError, query_one};

use crate::ORDINARY;

const CALLERS: i64 = 64;
const EACH: i64 = 2_000;

async fn prepare(store: &Sqlite) {
    for sql in [
        "CREATE TABLE load (id INTEGER PRIMARY KEY, uid BLOB NOT NULL UNIQUE, owner INTEGER NOT NULL, agent TEXT NOT NULL)",
        "CREATE INDEX load_owner ON load (owner, id)",
    ] {
        store.write(ORDINARY, move |conn| Box::pin(async move { conn.execute(sql, &[]).await })).await.unwrap();
    }
}

fn resident() -> String {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    status.lines().find(|line| line.starts_with("VmRSS")).unwrap_or("VmRSS unknown").to_owned()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "a measurement"]
async fn speed() {
    let home = tempfile::tempdir().unwrap();
    let store = Arc::new(Sqlite::open(&Location::File(home.path().join("store.db")), &Options::default()).unwrap());
    eprintln!("opened: {}", resident());
    prepare(&store).await;

    let begun = Instant::now();
    let tasks: Vec<_> = (0..CALLERS)
        .map(|caller| {
            let store = store.clone();
            tokio::spawn(async move {
                for step in 0..EACH {
                    let uid = u128::from((step * CALLERS + caller) as u64).to_be_bytes();
                    let insert = store.write(ORDINARY, move |conn| {
                        Box::pin(async move {
                            let sql = "INSERT INTO load (uid, owner, agent) VALUES ($1, $2, $3)";
                            conn.execute(sql, &[(&uid).into(), (caller % 1000).into(), "Mozilla/5.0 (X11; Linux x86_64)".into()]).await
                        })
                    });
                    insert.await.unwrap();
                }
            })
        })
        .collect();
    for task in tasks {
        task.await.unwrap();
    }
    let rows = CALLERS * EACH;
    let stats = store.stats();
    eprintln!(
        "{:.0} durable inserts/s, {:.1} a batch; {stats:?}",
        rows as f64 / begun.elapsed().as_secs_f64(),
        rows as f64 / stats.batches as f64
    );

    for threads in [1, 2] {
        let begun = Instant::now();
        std::thread::scope(|scope| {
            for thread in 0..threads {
                let store = &store;
                scope.spawn(move || {
                    for step in 0..200_000u64 {
                        let uid = u128::from((step * 7919 + thread) % rows as u64).to_be_bytes();
                        let found = store.read_here::<_, DriverError, _>(|conn| {
                            Box::pin(async {
                                query_one(conn, "SELECT id, owner, agent FROM load WHERE uid = $1", &[(&uid).into()], |row| {
                                    Ok((row.int(0)?, row.int(1)?, row.text(2)?.len()))
                                })
                                .await
                            })
                        });
                        assert!(found.unwrap().is_some());
                    }
                });
            }
        });
        eprintln!("{:.0} point reads/s on {threads} threads", (200_000 * threads) as f64 / begun.elapsed().as_secs_f64());
    }
}
