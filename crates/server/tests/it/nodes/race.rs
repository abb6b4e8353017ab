//! Many clients want the same seats of several nodes at once.

use crate::database::Database;
use crate::http::{Connection, Request};
use crate::process::{Folder, Server};
use crate::world::{AS_ROBOT, PARKING, ROBOT, TENANT, adding};
use serde_json::{Value, json};
use std::time::Instant;

const NODES: usize = 3;

/// What came of it.
#[derive(Debug, Default)]
struct Outcome {
    given: usize,
    refused: usize,
    /// Answers that are neither a seat nor Graph's error for there being none.
    other: Vec<String>,
    /// `consumedUnits` as each node tells it.
    consumed: Vec<Value>,
    verified: String,
}

impl Outcome {
    fn breaches(&self, seats: usize, users: usize) -> Vec<String> {
        let mut breaches = self.other.clone();
        if (self.given, self.refused) != (seats, users - seats) {
            breaches.push(format!("{} got one of {seats} seats, {} were refused", self.given, self.refused));
        }
        if self.consumed.iter().any(|consumed| *consumed != json!(seats)) {
            breaches.push(format!("seats counted: {:?}", self.consumed));
        }
        if !self.verified.ends_with(": 0 problems\n") {
            breaches.push(self.verified.clone());
        }
        breaches
    }
}

fn user_id(n: usize) -> String {
    format!("00000003-0000-4000-8000-{n:012x}")
}

fn world(seats: usize, users: usize) -> Value {
    let user =
        |n| json!({ "id": user_id(n), "userPrincipalName": format!("u{n}@race.example"), "usageLocation": "KE" });
    json!({ "tenants": [{
        "id": TENANT, "displayName": "Race",
        "products": [{ "skuId": PARKING, "skuPartNumber": "PARKING", "servicePlans": [
            { "servicePlanId": "11b0131d-43c8-4bbb-b2c8-e80f9a50834c", "servicePlanName": "GARAGE" } ] }],
        "subscriptions": [{ "skuPartNumber": "PARKING", "totalLicenses": seats }],
        "users": (0..users).map(user).collect::<Vec<_>>(),
        "applications": [{ "appId": ROBOT, "displayName": "Robot", "appRoles": [
            "LicenseAssignment.ReadWrite.All", "Directory.ReadWrite.All" ] }],
    }] })
}

/// Each client licenses users of its own, at one of the nodes.
fn race(
    database: &Database,
    seats: usize,
    users: usize,
    clients: usize,
    around: impl FnOnce(&mut dyn FnMut()),
) -> Outcome {
    let folder = Folder::with_world(&world(seats, users));
    let flags = format!("--seed world.json {}", database.flag());
    let nodes: Vec<Server> = (0..NODES).map(|_| folder.serve_with(&flags)).collect();
    let token = folder.token(&format!("{AS_ROBOT} {}", database.flag()));
    let mut outcome = Outcome::default();
    around(&mut || outcome = run(&nodes, &token, users, clients));
    let sku = format!("/v1.0/subscribedSkus/{TENANT}_{PARKING}");
    let consumed = |node: &Server| node.ask(Request::get(&sku).bearer(&token)).is(200)["consumedUnits"].clone();
    outcome.consumed = nodes.iter().map(consumed).collect();
    outcome.verified = folder.run(&format!("verify {}", database.flag())).stdout;
    outcome
}

fn run(nodes: &[Server], token: &str, users: usize, clients: usize) -> Outcome {
    std::thread::scope(|scope| {
        let client = |client: usize| {
            let address = nodes[client % nodes.len()].address;
            scope.spawn(move || {
                let (mut connection, mut outcome) = (Connection::open(address), Outcome::default());
                for user in (client..users).step_by(clients) {
                    let path = format!("/v1.0/users/{}/assignLicense", user_id(user));
                    let answer = connection.ask(&Request::post(&path, &adding(PARKING)).bearer(token)).unwrap();
                    match answer.status {
                        200 => outcome.given += 1,
                        400 if answer.text().contains("does not have any available licenses.") => outcome.refused += 1,
                        status => outcome.other.push(format!("{status} {}", answer.text())),
                    }
                }
                outcome
            })
        };
        let running: Vec<_> = (0..clients).map(client).collect();
        running.into_iter().map(|client| client.join().unwrap()).fold(Outcome::default(), |mut all, one| {
            all.given += one.given;
            all.refused += one.refused;
            all.other.extend(one.other);
            all
        })
    })
}

#[test]
fn of_a_thousand_seats_that_all_want_each_is_given_once() {
    const SEATS: usize = 1_000;
    const USERS: usize = 1_600;
    const CLIENTS: usize = 64;
    let (database, begun) = (Database::new(), Instant::now());
    let outcome = race(&database, SEATS, USERS, CLIENTS, |run| run());
    println!(
        "{} given, {} refused, counted {:?} in {:?}",
        outcome.given,
        outcome.refused,
        outcome.consumed,
        begun.elapsed()
    );
    assert_eq!(outcome.breaches(SEATS, USERS), Vec::<String>::new());
}

/// The race must be able to fail: here the counter loses what every other commit added, as it would if two nodes
/// counted on from the same number without the lock.
#[test]
fn a_counter_that_loses_updates_is_found_out() {
    let database = Database::new();
    let outcome = race(&database, 100, 200, 16, |run| {
        let lose = "IF random() < 0.5 THEN NEW.consumed := OLD.consumed; END IF;";
        database.with_trigger("BEFORE UPDATE ON skus", lose, run);
    });
    let breaches = outcome.breaches(100, 200);
    println!("{} got one of 100 seats", outcome.given);
    assert!(breaches.iter().any(|breach| breach.contains("of 100 seats")), "{breaches:?}");
    assert!(outcome.given > 100, "{breaches:?}");
}
