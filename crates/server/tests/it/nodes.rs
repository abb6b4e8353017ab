//! Several servers on one database, under load, while something breaks: a server, connections, the database server. What
//! was acknowledged is there, no seat is sold twice, and work goes on without anybody's help.
//!
//! Each harness breaks something a few times; `SEATWRIGHT_FAULT_CYCLES` says how often instead (docs/reliability.md).

pub(crate) mod cluster;
mod fleet;
mod hasty;
mod load;
mod outages;
mod race;

use crate::crash::cycles;
use crate::database::Database;
use fleet::{Fleet, NODES};
use std::ops::Range;
use std::time::{Duration, Instant};

/// How long others may take to finish what a killed node had begun (R2).
const TAKEOVER_TIME_MAX: Duration = Duration::from_secs(10);
/// When something breaks, in milliseconds after the load begins.
const BREAK_AFTER_MS: Range<usize> = 20..400;
/// How long the load goes on then.
const GOES_ON: Duration = Duration::from_millis(150);
/// Connections that are ended in one cycle.
const TERMINATIONS: usize = 10;
/// Ends one connection of some node.
const TERMINATE: &str = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity
     WHERE datname = current_database() AND application_name = 'seatwright' ORDER BY random() LIMIT 1";

#[test]
fn no_kill_of_a_node_loses_what_was_acknowledged() {
    let (database, cycles, begun) = (Database::new(), cycles(3), Instant::now());
    let mut fleet = Fleet::start("nodes", &database.flag());
    let (mut written, mut half_done, mut slowest) = (0, 0, Duration::ZERO);
    for cycle in 0..cycles {
        let victim = fleet.dice.below(NODES);
        let after = fleet.moment(&BREAK_AFTER_MS);
        written += fleet.load(|fleet| {
            std::thread::sleep(after);
            fleet.kill(victim);
            std::thread::sleep(GOES_ON);
        });
        half_done += usize::from(fleet.has_work());
        // While the killed one is away.
        let waited = Instant::now();
        fleet.settle();
        slowest = slowest.max(waited.elapsed());
        assert_eq!(fleet.breaches(), Vec::<String>::new(), "cycle {cycle}");
        fleet.start_again(victim);
    }
    println!(
        "{cycles} kills of one of {NODES} nodes in {:?}, {written} acknowledged writes, none lost",
        begun.elapsed()
    );
    println!("{half_done} kills left groups half done; the others were done after {slowest:?} at most");
    assert!(half_done > 0, "no kill met work that others had to go on with");
    assert!(slowest < TAKEOVER_TIME_MAX, "{slowest:?}");
    fleet.stop();
}

/// The harness must be able to fail: here one node acknowledges what it has not committed.
#[test]
fn a_node_that_acknowledges_before_it_commits_is_found_out() {
    let database = Database::new();
    let mut fleet = Fleet::start("hasty", &database.flag());
    let hasty = hasty::before(fleet.address(0));
    fleet.load_at(&[hasty], |fleet| {
        std::thread::sleep(Duration::from_millis(300));
        fleet.kill(0);
        std::thread::sleep(Duration::from_millis(50));
    });
    fleet.settle();
    let breaches = fleet.breaches();
    println!("{} subjects lost what was acknowledged", breaches.len());
    assert!(!breaches.is_empty());
}

#[test]
fn no_connection_that_breaks_loses_what_was_acknowledged() {
    let (database, cycles, begun) = (Database::new(), cycles(3), Instant::now());
    let mut fleet = Fleet::start("connections", &database.flag());
    let (mut written, mut ended) = (0, 0);
    for cycle in 0..cycles {
        written += fleet.load(|fleet| {
            for _ in 0..TERMINATIONS {
                std::thread::sleep(fleet.moment(&(1..60)));
                ended += database.run(TERMINATE);
            }
        });
        fleet.settle();
        assert_eq!(fleet.breaches(), Vec::<String>::new(), "cycle {cycle}");
    }
    println!("{ended} connections ended in {:?}, {written} acknowledged writes, none lost", begun.elapsed());
    assert!(ended > 0, "no connection was ended");
    fleet.stop();
}

/// Here a database loses half of the licences that it was given.
#[test]
fn a_database_that_loses_rows_is_found_out() {
    let database = Database::new();
    let mut fleet = Fleet::start("lossy", &database.flag());
    fleet.load(|_| std::thread::sleep(Duration::from_millis(400)));
    fleet.settle();
    assert!(database.run("DELETE FROM assignments WHERE user_key % 2 = 0") > 0);
    let breaches = fleet.breaches();
    println!("{} breaches", breaches.len());
    assert!(breaches.iter().any(|breach| breach.contains("acknowledged")), "{breaches:?}");
    assert!(breaches.iter().any(|breach| breach.contains("problem")), "{breaches:?}");
}
