//! Servers on one database with the town in it, and what clients know of it.

use super::load;
use crate::crash::ledger::Ledger;
use crate::crash::town;
use crate::dice::Dice;
use crate::http::{Connection, Request};
use crate::process::{Folder, Server};
use std::net::SocketAddr;
use std::ops::Range;
use std::time::Duration;

/// Servers at a time.
pub(super) const NODES: usize = 3;

pub(super) struct Fleet {
    folder: Folder,
    /// Names the database to every command.
    store: String,
    /// Those that were killed are `None`.
    nodes: Vec<Option<Server>>,
    pub(super) token: String,
    ledger: Ledger,
    pub(super) dice: Dice,
}

impl Fleet {
    /// Fills an empty database, which this flag names.
    pub(super) fn start(name: &str, store: &str) -> Self {
        let folder = Folder::with_world(&town::world());
        let serve = |_| Some(folder.serve_with(&format!("--seed world.json {store}")));
        let nodes: Vec<_> = (0..NODES).map(serve).collect();
        let token = folder.token(&format!("{} {store}", town::as_application()));
        let dice = Dice::new(name);
        let mut fleet = Self { folder, store: store.to_owned(), nodes, token, ledger: Ledger::default(), dice };
        fleet.ledger = Ledger::of(town::observe(fleet.some_node(), &fleet.token));
        fleet
    }

    /// A moment in a range of milliseconds.
    pub(super) fn moment(&mut self, range: &Range<usize>) -> Duration {
        Duration::from_millis((range.start + self.dice.below(range.len())) as u64)
    }

    pub(super) fn live(&self) -> impl Iterator<Item = &Server> {
        self.nodes.iter().flatten()
    }

    fn some_node(&self) -> &Server {
        self.live().next().unwrap()
    }

    pub(super) fn address(&self, node: usize) -> SocketAddr {
        self.nodes[node].as_ref().unwrap().address
    }

    /// Changes everything in the ledger at all nodes while `meanwhile` lasts; how many writes were acknowledged.
    pub(super) fn load(&mut self, meanwhile: impl FnOnce(&mut Self)) -> u32 {
        let addresses: Vec<_> = self.live().map(|node| node.address).collect();
        self.load_at(&addresses, meanwhile)
    }

    /// As [`load`](Self::load), at these addresses.
    pub(super) fn load_at(&mut self, addresses: &[SocketAddr], meanwhile: impl FnOnce(&mut Self)) -> u32 {
        let (mut ledger, mut dice, token) = (std::mem::take(&mut self.ledger), self.dice.split(), self.token.clone());
        let written = load::during(addresses, &token, &mut ledger, &mut dice, || meanwhile(self));
        self.ledger = ledger;
        written
    }

    /// Kills a node as `kill -9` does.
    pub(super) fn kill(&mut self, node: usize) {
        self.nodes[node].take().unwrap().kill();
    }

    pub(super) fn start_again(&mut self, node: usize) {
        self.nodes[node] = Some(self.folder.serve_with(&self.store));
    }

    /// Whether groups are half done.
    pub(super) fn has_work(&self) -> bool {
        let work = self.some_node().ask(Request::get("/workz")).is(200);
        work["pendingGroups"] != 0 || work["pendingUsers"] != 0
    }

    /// Waits until the nodes that live have done all work.
    pub(super) fn settle(&self) {
        self.some_node().settle();
    }

    /// What was acknowledged and is not there, seats that were sold twice, and what `verify` says. What is there is taken
    /// for known from then on.
    pub(super) fn breaches(&mut self) -> Vec<String> {
        let observed = town::observe(self.some_node(), &self.token);
        let mut breaches = self.ledger.losses(&observed);
        breaches.extend(town::oversold(self.some_node(), &self.token));
        let verified = self.folder.run(&format!("verify {}", self.store));
        if verified.code != Some(0) {
            breaches.push(format!("{}{}", verified.stdout, verified.stderr));
        }
        self.ledger = Ledger::of(observed);
        breaches
    }

    /// Asks all nodes to stop.
    pub(super) fn stop(self) {
        for node in self.nodes.into_iter().flatten() {
            node.terminate().succeeds();
        }
    }

    /// Asks each node for this, on a connection of its own.
    pub(super) fn ask_each(&self, request: &Request) -> Vec<crate::http::Answer> {
        self.live().map(|node| Connection::open(node.address).ask(request).unwrap()).collect()
    }
}
