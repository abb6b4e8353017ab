//! A killed server loses nothing that it acknowledged, and what it did not is wholly there or not at all.

pub(crate) mod clients;
pub(crate) mod ledger;
pub(crate) mod town;

use crate::dice::Dice;
use crate::http::Request;
use crate::process::{Folder, Server};
use clients::load_and_kill;
use ledger::Ledger;
use std::ops::Range;
use std::time::{Duration, Instant};

/// How often the server is killed, unless the environment says otherwise.
const CYCLES: usize = 30;
/// When it is killed, in milliseconds after the load begins.
const KILL_AFTER_MS: Range<usize> = 20..500;
/// From the start of the process to an answer from `/readyz` (R1).
const RESTART_TIME_MAX: Duration = Duration::from_secs(2);

/// How often something is to break: `SEATWRIGHT_FAULT_CYCLES`, or so often in a quick run.
pub(crate) fn cycles(quick: usize) -> usize {
    std::env::var("SEATWRIGHT_FAULT_CYCLES").map_or(quick, |text| text.parse().unwrap())
}

/// A server on a store with the town in it.
struct Drill {
    folder: Folder,
    token: String,
    dice: Dice,
    restarts: Vec<Duration>,
    unsettled: usize,
}

impl Drill {
    /// Makes the store; gives what is in it.
    fn new(name: &str) -> (Self, Ledger) {
        let folder = Folder::with_world(&town::world());
        let server = folder.serve();
        let token = folder.token(&town::as_application());
        let ledger = Ledger::of(town::observe(&server, &token));
        server.terminate().succeeds();
        (Self { folder, token, dice: Dice::new(name), restarts: Vec::new(), unsettled: 0 }, ledger)
    }

    fn restart(&mut self) -> Server {
        let begun = Instant::now();
        let server = self.folder.serve();
        server.ask(Request::get("/readyz")).is_text(200, "ok");
        self.restarts.push(begun.elapsed());
        let work = server.ask(Request::get("/workz")).is(200);
        self.unsettled += usize::from(work["pendingGroups"] != 0 || work["pendingUsers"] != 0);
        server
    }

    /// Loads a server until it is killed.
    fn kill_under_load(&mut self, server: Server, ledger: &mut Ledger) -> u32 {
        let after = KILL_AFTER_MS.start + self.dice.below(KILL_AFTER_MS.len());
        load_and_kill(server, &self.token, ledger, &mut self.dice, Duration::from_millis(after as u64))
    }
}

#[test]
fn no_kill_loses_what_was_acknowledged() {
    let (mut drill, mut ledger) = Drill::new("crash");
    let (begun, cycles) = (Instant::now(), cycles(CYCLES));
    let mut written = 0;
    for cycle in 0..=cycles {
        // In turns the killed file is verified as it lies, and beside the server that recovers it.
        if cycle % 2 == 0 {
            drill.folder.run("verify").succeeds();
        }
        let server = drill.restart();
        let observed = town::observe(&server, &drill.token);
        assert_eq!(ledger.losses(&observed), Vec::<String>::new(), "cycle {cycle}");
        assert_eq!(town::oversold(&server, &drill.token), Vec::<String>::new(), "cycle {cycle}");
        ledger = Ledger::of(observed);
        if cycle % 2 == 1 {
            drill.folder.run("verify").succeeds();
        }
        if cycle < cycles {
            written += drill.kill_under_load(server, &mut ledger);
        } else {
            server.settle();
            server.terminate().succeeds();
        }
    }
    drill.folder.run("verify").succeeds();
    let (slowest, unsettled) = (drill.restarts.iter().max().unwrap(), drill.unsettled);
    println!("{cycles} kills in {:?}, {written} acknowledged writes, none lost", begun.elapsed());
    println!("{unsettled} restarts had groups half done; the slowest was ready after {slowest:?}");
    assert!(*slowest < RESTART_TIME_MAX, "{slowest:?}");
}

/// The drill must be able to fail: here a store forgets what it acknowledged.
#[test]
fn a_store_that_forgets_is_found_out() {
    const FILES: [&str; 2] = ["seatwright.db", "seatwright.db-wal"];
    let (mut drill, mut ledger) = Drill::new("forgetful");
    let server = drill.restart();
    drill.kill_under_load(server, &mut ledger);
    let kept = FILES.map(|name| std::fs::read(drill.folder.path(name)).unwrap());
    let server = drill.restart();
    let observed = town::observe(&server, &drill.token);
    assert_eq!(ledger.losses(&observed), Vec::<String>::new());
    ledger = Ledger::of(observed);
    let written = load_and_kill(server, &drill.token, &mut ledger, &mut drill.dice, Duration::from_millis(500));
    std::fs::remove_file(drill.folder.path("seatwright.db-shm")).unwrap();
    for (name, bytes) in FILES.iter().zip(kept) {
        std::fs::write(drill.folder.path(name), bytes).unwrap();
    }
    let server = drill.restart();
    let losses = ledger.losses(&town::observe(&server, &drill.token));
    println!("{written} writes forgotten, {} of {} subjects differ", losses.len(), ledger.subjects().len());
    assert!(!losses.is_empty());
    // Only the comparison can tell: the old store is sound in itself.
    drill.folder.run("verify").succeeds();
}
