//! Every scenario of `scenarios/`, on the memory store, on SQLite, on PostgreSQL, and over HTTP against the program itself
//! on either database.

use std::path::{Path, PathBuf};
use testkit::suite::{Place, run};

async fn all_scenarios_hold(place: Place) {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../scenarios").canonicalize().unwrap();
    let report = run(&folder, &place).await.unwrap();
    assert!(report.run > 0, "there is no scenario");
    let failures = report.failures;
    assert!(failures.is_empty(), "{} failures in {} scenarios:\n{}", failures.len(), report.run, failures.join("\n"));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn scenarios_hold_in_memory() {
    all_scenarios_hold(Place::Memory).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn scenarios_hold_on_sqlite() {
    all_scenarios_hold(Place::Sqlite).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn scenarios_hold_on_postgresql() {
    all_scenarios_hold(Place::Postgres).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn scenarios_hold_over_http() {
    all_scenarios_hold(Place::Http(PathBuf::from(env!("CARGO_BIN_EXE_seatwright")))).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn scenarios_hold_over_http_on_postgresql() {
    all_scenarios_hold(Place::HttpPostgres(PathBuf::from(env!("CARGO_BIN_EXE_seatwright")))).await;
}
