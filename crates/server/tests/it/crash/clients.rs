//! Clients that change what is theirs as fast as they can, one request after the other, and note each
//! acknowledgement.

use super::ledger::{Ledger, State, Subject};
use super::town::{
    DIRECT_SKUS, GROUP_SKUS, RESTLESS_USERS, direct_sku, group_id, group_sku, license, plan_of, user_id,
};
use crate::dice::Dice;
use crate::http::{Connection, Request};
use crate::process::Server;
use serde_json::{Value, json};
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

/// Clients that license users; each has users of its own.
const USER_CLIENTS: usize = 6;

/// Changes everything in the ledger until the server is killed, this long after the beginning. Gives the
/// number of acknowledged writes.
pub(super) fn load_and_kill(server: Server, token: &str, ledger: &mut Ledger, dice: &mut Dice, time: Duration) -> u32 {
    let killed = &AtomicBool::new(false);
    let address = server.address;
    std::thread::scope(|scope| {
        let mut clients = Vec::new();
        for part in parts(ledger) {
            let connection = Connection::open(address);
            let wishes = Wishes { ledger: part, dice: dice.split() };
            let mut client = Client { wishes, connection, token, written: 0 };
            clients.push(scope.spawn(move || {
                client.play(killed);
                client
            }));
        }
        std::thread::sleep(time);
        killed.store(true, Ordering::SeqCst);
        server.kill();
        let clients = clients.into_iter().map(|client| client.join().unwrap());
        clients.fold(0, |written, client| {
            ledger.join(client.wishes.ledger);
            written + client.written
        })
    })
}

/// Gives each subject to one client.
pub(crate) fn parts(ledger: &mut Ledger) -> Vec<Ledger> {
    let user_parts = (0..USER_CLIENTS)
        .map(|client| move |subject| matches!(subject, Subject::LicensesOfUser(n) if n % USER_CLIENTS == client));
    let mut parts: Vec<_> = user_parts.map(|belongs| ledger.take(belongs)).collect();
    parts.push(ledger.take(|subject| matches!(subject, Subject::LicensesOfGroup(_))));
    parts.push(ledger.take(|subject| matches!(subject, Subject::MembersOfGroup(_))));
    assert!(ledger.subjects().is_empty());
    parts
}

struct Client<'a> {
    wishes: Wishes,
    connection: Connection,
    token: &'a str,
    written: u32,
}

impl Client<'_> {
    fn play(&mut self, killed: &AtomicBool) {
        loop {
            let (subject, request) = self.wishes.next();
            match self.connection.ask(&request.bearer(self.token)) {
                Ok(answer) => assert!((200..300).contains(&answer.status), "{subject:?}: {answer:?} {}", answer.text()),
                Err(error) => {
                    assert!(killed.load(Ordering::SeqCst), "{subject:?}: {error}");
                    return;
                }
            }
            self.wishes.ledger.acknowledge(subject);
            self.written += 1;
        }
    }
}

/// What a client asks for.
pub(crate) struct Wishes {
    pub(crate) ledger: Ledger,
    pub(crate) dice: Dice,
}

impl Wishes {
    /// A change of one of the subjects, which is in flight from now on.
    pub(crate) fn next(&mut self) -> (Subject, Request) {
        let subject = self.dice.pick(&self.ledger.subjects());
        let (request, state) = self.change(subject);
        self.ledger.ask(subject, state);
        (subject, request)
    }

    /// A request that changes the subject, and the state to which it leads.
    fn change(&mut self, subject: Subject) -> (Request, State) {
        let state = self.ledger.acknowledged(subject).clone();
        match subject {
            Subject::LicensesOfUser(n) => {
                let sku = direct_sku(self.dice.below(DIRECT_SKUS));
                let (body, state) = self.relicense(&sku, state);
                (Request::post(&format!("/v1.0/users/{}/assignLicense", user_id(n)), &body), state)
            }
            Subject::LicensesOfGroup(n) => {
                let sku = group_sku(self.dice.below(GROUP_SKUS));
                let (body, state) = self.relicense(&sku, state);
                (Request::post(&format!("/v1.0/groups/{}/assignLicense", group_id(n)), &body), state)
            }
            Subject::MembersOfGroup(n) => join_or_leave(n, user_id(self.dice.below(RESTLESS_USERS)), state),
        }
    }

    /// Adds a SKU with or without its plan, or removes it.
    fn relicense(&mut self, sku: &str, mut state: State) -> (Value, State) {
        let held = state.iter().find(|item| item.starts_with(sku)).cloned();
        if let Some(held) = &held {
            state.remove(held);
        }
        if held.is_some() && self.dice.below(2) == 0 {
            return (json!({ "addLicenses": [], "removeLicenses": [sku] }), state);
        }
        let without_plan = self.dice.below(2) == 0;
        state.insert(license(sku, without_plan));
        let disabled: Vec<_> = without_plan.then(|| plan_of(sku)).into_iter().collect();
        (json!({ "addLicenses": [{ "skuId": sku, "disabledPlans": disabled }], "removeLicenses": [] }), state)
    }
}

fn join_or_leave(group: usize, user: String, mut state: State) -> (Request, State) {
    let members = format!("/v1.0/groups/{}/members", group_id(group));
    if state.remove(&user) {
        return (Request::new("DELETE", &format!("{members}/{user}/$ref")), state);
    }
    let body = json!({ "@odata.id": format!("https://graph.microsoft.com/v1.0/directoryObjects/{user}") });
    state.insert(user);
    (Request::post(&format!("{members}/$ref"), &body), state)
}
