//! `seatwright subscription`, `seatwright product` and `seatwright clock`: they ask the running server of a store.

use crate::http::Request;
use crate::process::{Folder, Server};
use crate::world::{AS_ROBOT, CLEO, PARKING, TENANT, adding, contoso};
use serde_json::Value;
use std::net::TcpListener;

/// Runs a command line against the server.
#[track_caller]
fn run(folder: &Folder, server: &Server, line: &str) -> String {
    folder.run(&format!("{line} --url http://{}", server.address)).succeeds()
}

#[track_caller]
fn json(folder: &Folder, server: &Server, line: &str) -> Value {
    serde_json::from_str(&run(folder, server, &format!("{line} --json"))).unwrap()
}

#[test]
fn subscriptions_are_bought_changed_cancelled_and_renewed() {
    let folder = Folder::with_world(&contoso());
    let server = folder.serve();
    let bought = json(&folder, &server, "subscription buy parking 2 --until 2090-01-31 --trial");
    let id = bought["id"].as_str().unwrap();
    assert_eq!(
        (&bought["status"], &bought["totalLicenses"], &bought["isTrial"]),
        (&"Enabled".into(), &2.into(), &true.into())
    );
    assert_eq!(bought["nextLifecycleDateTime"], "2090-01-31T00:00:00Z");
    assert_eq!(json(&folder, &server, &format!("subscription set {id} 5"))["totalLicenses"], 5);
    let cancelled = run(&folder, &server, &format!("subscription cancel {id}"));
    assert!(cancelled.contains("Suspended"), "{cancelled}");
    let renewed = json(&folder, &server, &format!("subscription renew {id} --until 2091-01-31T12:00:00Z"));
    assert_eq!(
        (&renewed["status"], &renewed["nextLifecycleDateTime"]),
        (&"Enabled".into(), &"2091-01-31T12:00:00Z".into())
    );
    let again = format!("subscription buy {PARKING} 1 --id 30000000-0000-0000-0000-000000000003");
    for _ in 0..2 {
        assert_eq!(json(&folder, &server, &again)["id"], "30000000-0000-0000-0000-000000000003");
    }
    assert_eq!(json(&folder, &server, "subscription list").as_array().unwrap().len(), 4);
    let table = run(&folder, &server, "subscription list");
    let lines: Vec<Vec<&str>> = table.lines().map(|line| line.split_whitespace().collect()).collect();
    assert_eq!(lines[0], ["ID", "SKU", "STATUS", "UNITS", "NEXT", "STATE"]);
    assert_eq!(lines[1][1..], ["CANTEEN", "Enabled", "4", "never"]);
    assert!(lines.contains(&vec![id, "PARKING", "Enabled", "5", "2091-01-31T12:00:00Z"]), "{table}");
}

#[test]
fn a_product_is_added_and_bought() {
    let folder = Folder::with_world(&contoso());
    let server = folder.serve();
    let plan = "11b0131d-43c8-4bbb-b2c8-e80f9a508999";
    let added = json(&folder, &server, &format!("product add HEATING --plan WARMTH={plan} --plan LIGHT"));
    assert_eq!(
        (&added["skuPartNumber"], &added["servicePlans"][0]["servicePlanId"]),
        (&"HEATING".into(), &plan.into())
    );
    assert_eq!(json(&folder, &server, "subscription buy heating 3")["skuId"], added["skuId"]);
    let other = Folder::with_world(&serde_json::json!({ "tenants": [{ "displayName": "Bare" }] }));
    let bare = other.serve();
    assert_eq!(run(&other, &bare, "product list"), "The tenant has no products of its own.\n");
    let list = run(&folder, &server, "product list");
    assert!(list.contains(&format!("{}  HEATING\n  {plan}  WARMTH\n", added["skuId"].as_str().unwrap())), "{list}");
    let line = format!("product add HEATING --url http://{}", server.address);
    folder.run(&line).is_a_mistake("skuPartNumber already exists");
}

#[test]
fn a_clock_is_set_forward_and_takes_subscriptions_with_it() {
    let folder = Folder::with_world(&contoso());
    let server = folder.serve();
    assert!(run(&folder, &server, "clock show").ends_with("Z (the system's time)\n"));
    let id = json(&folder, &server, "subscription buy PARKING 9 --until 2090-01-31")["id"].clone();
    let set = run(&folder, &server, "clock set 2090-01-30T23:00:00Z");
    assert!(set.starts_with("2090-01-30T23:00:0") && set.contains(" ahead of the system"), "{set}");
    let token = folder.token(AS_ROBOT);
    let assign =
        || server.ask(Request::post(&format!("/v1.0/users/{CLEO}/assignLicense"), &adding(PARKING)).bearer(&token));
    let status = || {
        json(&folder, &server, "subscription list").as_array().unwrap().iter().find(|row| row["id"] == id).unwrap()["status"].clone()
    };
    assert_eq!(status(), "Enabled");
    assert!(
        json(&folder, &server, "clock advance 1h")["currentDateTime"]
            .as_str()
            .unwrap()
            .starts_with("2090-01-31T00:00:0")
    );
    assert_eq!(status(), "Warning");
    run(&folder, &server, "clock advance 30d");
    assert_eq!(status(), "Suspended");
    // The world's own seat has no end and is taken.
    assign().is_error(400, "Request_BadRequest");
    let line = format!("clock set 2026-01-01 --url http://{}", server.address);
    folder.run(&line).is_a_mistake("The clock of a tenant can only be set forward.");
    // What was set outlives the server.
    server.kill();
    let server = folder.serve();
    assert!(run(&folder, &server, "clock show").starts_with("2090-03-02T"));
    assert_eq!(json(&folder, &server, &format!("clock show --tenant {TENANT}"))["ahead"].as_str().unwrap()[..1], *"P");
}

#[test]
fn an_export_keeps_the_clock() {
    let folder = Folder::with_world(&contoso());
    let server = folder.serve();
    run(&folder, &server, "clock advance 30d");
    let export: Value = serde_json::from_str(&folder.run("export").succeeds()).unwrap();
    assert_eq!(export["tenants"][0]["clockAhead"], "P30D");
    let other = Folder::with_world(&export);
    let server = other.serve();
    assert_eq!(json(&other, &server, "clock show")["ahead"], "P30D");
}

#[test]
fn what_cannot_be_done_is_told_in_one_line() {
    let folder = Folder::with_world(&contoso());
    let server = folder.serve();
    let url = format!("--url http://{}", server.address);
    let nobody = "20000000-0000-0000-0000-000000000002";
    for (line, saying) in [
        (format!("subscription cancel {nobody}"), format!("Resource '{nobody}' does not exist")),
        ("subscription buy NOPE 1".to_owned(), "there is no SKU `NOPE`; data/skus.csv lists".to_owned()),
        ("subscription buy PARKING 2147483648".to_owned(), "2147483648 is not in 0..=2147483647".to_owned()),
        ("subscription buy PARKING 2147483647".to_owned(), "can have at most 2147483647 units together".to_owned()),
        ("subscription set abc 20".to_owned(), "`abc` is no GUID such as".to_owned()),
        ("product add HEATING --plan WARMTH --plan warmth".to_owned(), "the plan warmth is given twice".to_owned()),
        ("clock set 9999-12-31T23:59:59Z".to_owned(), "no later than 9999-01-01T00:00:00Z".to_owned()),
        ("clock set 9999-06-01".to_owned(), "can be set to 9999-01-01T00:00:00Z at the latest".to_owned()),
        ("clock advance 99999999999999d".to_owned(), "is too long".to_owned()),
        ("clock advance 3000000d".to_owned(), "can be set to 9999-01-01T00:00:00Z at the latest".to_owned()),
        ("subscription buy PARKING 1 --until 2020-01-01".to_owned(), "'nextLifecycleDateTime'".to_owned()),
        (format!("clock show --tenant {nobody}"), format!("has no tenant {nobody}")),
    ] {
        folder.run(&format!("{line} {url}")).is_a_mistake(&saying);
    }
    let free = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let saying = format!("no answer from a server at http://{free}");
    folder.run(&format!("clock show --url http://{free}")).is_a_mistake(&saying);
    let unclear = folder.run(&format!("subscription buy PARKING 1 --url http://{free}"));
    unclear.is_a_mistake(&saying);
    unclear.is_a_mistake("it is not bought twice)");
    let other = Folder::with_world(&contoso());
    other.serve().kill();
    let saying = "is not the one of sqlite:seatwright.db";
    other.run(&format!("clock show {url}")).is_a_mistake(saying);
}
