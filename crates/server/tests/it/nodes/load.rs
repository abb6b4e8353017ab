//! Clients that do not give up: what was not acknowledged they ask for again, of another node.

use crate::crash::clients::{Wishes, parts};
use crate::crash::ledger::Ledger;
use crate::dice::Dice;
use crate::http::{Answer, Connection, Request};
use std::net::SocketAddr;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

/// How long a client waits before it asks again.
const PAUSE: Duration = Duration::from_millis(10);
/// How long one change may take with all its tries.
const CHANGE_TIME_MAX: Duration = Duration::from_secs(60);

/// Changes everything in the ledger while `meanwhile` lasts. Whatever is in flight then is waited for. Gives the number of
/// acknowledged writes.
pub(super) fn during(
    addresses: &[SocketAddr],
    token: &str,
    ledger: &mut Ledger,
    dice: &mut Dice,
    meanwhile: impl FnOnce(),
) -> u32 {
    let is_over = &AtomicBool::new(false);
    std::thread::scope(|scope| {
        let mut clients = Vec::new();
        for (nth, part) in parts(ledger).into_iter().enumerate() {
            let wishes = Wishes { ledger: part, dice: dice.split() };
            let mut client = Client { wishes, addresses, at: nth, connection: None, token, written: 0 };
            clients.push(scope.spawn(move || {
                while !is_over.load(Ordering::SeqCst) {
                    client.change_something();
                }
                client
            }));
        }
        meanwhile();
        is_over.store(true, Ordering::SeqCst);
        clients.into_iter().map(|client| client.join().unwrap()).fold(0, |written, client| {
            ledger.join(client.wishes.ledger);
            written + client.written
        })
    })
}

struct Client<'a> {
    wishes: Wishes,
    addresses: &'a [SocketAddr],
    /// The node that is asked now; it wraps around.
    at: usize,
    connection: Option<Connection>,
    token: &'a str,
    written: u32,
}

impl Client<'_> {
    fn change_something(&mut self) {
        let (subject, request) = self.wishes.next();
        let request = request.bearer(self.token);
        let begun = Instant::now();
        for tries in 1.. {
            match self.ask(&request) {
                Some(answer) if (200..300).contains(&answer.status) => break,
                // What was asked for before was done, though nobody said so.
                Some(answer) if tries > 1 && (400..500).contains(&answer.status) => break,
                Some(answer) if answer.status == 503 => {
                    assert!(answer.header("Retry-After").is_some(), "{subject:?}: {}", answer.text());
                }
                Some(answer) => panic!("{subject:?}: {answer:?} {}", answer.text()),
                None => {}
            }
            assert!(begun.elapsed() < CHANGE_TIME_MAX, "{subject:?} was never acknowledged");
            self.at += 1;
            self.connection = None;
            std::thread::sleep(PAUSE);
        }
        self.wishes.ledger.acknowledge(subject);
        self.written += 1;
    }

    /// The answer, or `None` where there was none.
    fn ask(&mut self, request: &Request) -> Option<Answer> {
        let address = self.addresses[self.at % self.addresses.len()];
        if self.connection.is_none() {
            self.connection = Connection::try_open(address).ok();
        }
        self.connection.as_mut()?.ask(request).ok()
    }
}
