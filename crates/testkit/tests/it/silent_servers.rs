//! A database that says nothing any more, on connections that are there: nobody waits for it without end.

use crate::commit_cuts::{OFFICE, Setup, is_written, setup_with, write};
use engine::store::{Store, StoreError};
use licensing::ids::UserKey;
use std::time::{Duration, Instant};
use testkit::commit_cutter::Cut;
use tokio_postgres::NoTls;

/// An answer is waited for 3 seconds longer than the server gives a statement.
const HURRIED: &str = "&connect_timeout=1&options=-c%20statement_timeout%3D1s";
/// When it must have been given up, on a machine that is busy, and when it cannot have been yet.
const GIVEN_UP: Duration = Duration::from_secs(9);
const NOT_YET: Duration = Duration::from_secs(3);
/// For what is not disturbed.
const AT_ONCE: Duration = Duration::from_secs(2);

async fn in_time<T>(limit: Duration, what: impl Future<Output = T>) -> T {
    tokio::time::timeout(limit, what).await.expect("it waits without end")
}

async fn read(setup: &Setup) -> Result<(), StoreError> {
    setup.cut.roles(OFFICE, None).await.map(drop)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_commit_that_is_not_answered_is_given_up_and_its_outcome_is_unknown() {
    let setup = setup_with(HURRIED).await;
    setup.cutter.cut_next(Cut::Silence);
    let begun = Instant::now();
    let (told, ()) = tokio::join!(in_time(GIVEN_UP, write(&setup.cut, UserKey(0))), async {
        tokio::time::sleep(NOT_YET / 2).await;
        in_time(AT_ONCE, read(&setup)).await.expect("others have connections of their own");
    });
    assert!(matches!(told, Err(StoreError::OutcomeUnknown { .. })), "{told:?}");
    assert!(begun.elapsed() > NOT_YET, "a slow server is given its time");
    // The connection was closed, and so the tenant is free.
    in_time(AT_ONCE, write(&setup.cut, UserKey(1))).await.unwrap();
    assert!(!is_written(&setup, UserKey(0)).await);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn whoever_asks_a_server_that_hangs_is_told_that_it_is_away() {
    let setup = setup_with(HURRIED).await;
    read(&setup).await.unwrap();
    setup.cutter.freeze(true);
    let (read_one, written, claimed, ready) = in_time(GIVEN_UP, async {
        tokio::join!(
            read(&setup),
            write(&setup.cut, UserKey(0)),
            setup.cut.claim_work(OFFICE, AT_ONCE),
            setup.cut.ping()
        )
    })
    .await;
    for told in [read_one, written, claimed.map(drop), ready] {
        assert!(matches!(told, Err(StoreError::Unavailable { .. })), "{told:?}");
    }
    // What was connected is given up, and nobody is let in.
    let told = in_time(AT_ONCE, read(&setup)).await.unwrap_err();
    assert!(told.to_string().contains("no connection came in time"), "{told}");
    setup.cutter.freeze(false);
    in_time(AT_ONCE, write(&setup.cut, UserKey(0))).await.unwrap();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_looks_through_whole_tables_is_given_its_time() {
    let setup = setup_with(HURRIED).await;
    let (other, connection) = tokio_postgres::connect(&setup.database.url(), NoTls).await.unwrap();
    tokio::spawn(connection);
    other.batch_execute("BEGIN; LOCK TABLE devices").await.unwrap();
    let (found, ()) = tokio::join!(setup.cut.check(), async {
        tokio::time::sleep(NOT_YET * 2).await;
        other.batch_execute("COMMIT").await.unwrap();
    });
    assert_eq!(found.unwrap(), Vec::<String>::new());
}
