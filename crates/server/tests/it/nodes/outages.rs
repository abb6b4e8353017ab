//! The database server crashes and recovers, under load; nobody starts the nodes again.

use super::BREAK_AFTER_MS;
use super::cluster::Cluster;
use super::fleet::Fleet;
use crate::crash::{cycles, town};
use crate::http::Request;
use crate::world::adding;

use std::time::{Duration, Instant};

/// From the start of the database server until each node is ready.
const RECOVERY_TIME_MAX: Duration = Duration::from_secs(5);
const LOOK_PERIOD: Duration = Duration::from_millis(20);
/// Commits are acknowledged before they are written.
const ACKNOWLEDGES_EARLY: &str = "&options=-c%20synchronous_commit%3Doff";

/// All nodes say that they cannot serve, and when to try again.
fn are_unready(fleet: &Fleet) {
    for answer in fleet.ask_each(&Request::get("/healthz")) {
        answer.is_text(200, "ok");
    }
    for answer in fleet.ask_each(&Request::get("/readyz")) {
        assert_eq!(answer.status, 503, "{}", answer.text());
    }
    let write =
        Request::post(&format!("/v1.0/users/{}/assignLicense", town::user_id(0)), &adding(&town::direct_sku(0)));
    for request in [write, Request::get("/v1.0/subscribedSkus")] {
        for answer in fleet.ask_each(&request.bearer(&fleet.token)) {
            assert_eq!(answer.status, 503, "{}", answer.text());
            assert!(answer.header("Retry-After").is_some(), "{answer:?}");
        }
    }
}

/// How long it took until all nodes were ready.
fn become_ready(fleet: &Fleet) -> Duration {
    let begun = Instant::now();
    while fleet.ask_each(&Request::get("/readyz")).iter().any(|answer| answer.status != 200) {
        assert!(begun.elapsed() < RECOVERY_TIME_MAX, "the nodes do not recover");
        std::thread::sleep(LOOK_PERIOD);
    }
    begun.elapsed()
}

#[test]
fn no_crash_of_the_database_server_loses_what_was_acknowledged() {
    let (cluster, cycles, begun) = (Cluster::start(), cycles(2), Instant::now());
    let mut fleet = Fleet::start("outages", &cluster.flag(""));
    let (mut written, mut slowest) = (0, Duration::ZERO);
    for cycle in 0..cycles {
        let after = fleet.moment(&BREAK_AFTER_MS);
        written += fleet.load(|fleet| {
            std::thread::sleep(after);
            cluster.crash();
            are_unready(fleet);
            cluster.go();
            slowest = slowest.max(become_ready(fleet));
            std::thread::sleep(after);
        });
        fleet.settle();
        assert_eq!(fleet.breaches(), Vec::<String>::new(), "cycle {cycle}");
    }
    println!("{cycles} crashes in {:?}, {written} acknowledged writes, none lost", begun.elapsed());
    println!("the nodes were ready {slowest:?} after the database server at most");
    fleet.stop();
}

/// The harness must be able to fail: here the database acknowledges what it has not written. What it has not is less than a
/// page, so that one crash may find nothing.
#[test]
fn a_database_that_acknowledges_before_it_writes_is_found_out() {
    const CRASHES_MAX: usize = 10;
    let cluster = Cluster::start();
    let mut fleet = Fleet::start("hasty database", &cluster.flag(ACKNOWLEDGES_EARLY));
    let mut lost_in = |crash: &usize| {
        fleet.load(|_| std::thread::sleep(Duration::from_millis(200)));
        cluster.crash();
        cluster.go();
        become_ready(&fleet);
        fleet.settle();
        let breaches = fleet.breaches();
        println!("crash {crash}: {} subjects lost what was acknowledged", breaches.len());
        !breaches.is_empty()
    };
    assert!((1..=CRASHES_MAX).any(|crash| lost_in(&crash)), "nothing was lost");
}
