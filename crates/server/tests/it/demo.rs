//! `seatwright demo`: the main job, told step by step.

use crate::http::Request;
use crate::process::{Folder, Server};

const STEPS: [&str; 9] = [
    "1. Get a token for the application",
    "2. See which SKUs Contoso has",
    "3. Assign Office 365 E5 to a user",
    "4. Take Yammer and Sway out of the same licence",
    "5. Run out of seats",
    "6. License the group \"All Staff\"",
    "7. See who got none, and why",
    "CountViolation",
    "That is all",
];

#[test]
fn once_tells_each_step_in_plain_text_and_ends() {
    let folder = Folder::new();
    let told = folder.run("demo --once").succeeds();
    let mut rest = told.as_str();
    for step in STEPS {
        let (_, after) = rest.split_once(step).unwrap_or_else(|| panic!("no `{step}`, or out of order:\n{told}"));
        rest = after;
    }
    assert!(!told.contains('\x1b'), "colour codes, though nobody looks: {told:?}");
    assert!(folder.names().is_empty());
    assert!(!told.contains("http://127.0.0.1:8080"), "the usual port is for servers that stay: {told}");
}

#[test]
fn otherwise_it_stays_and_what_it_invites_to_works() {
    let folder = Folder::new();
    let process = folder.start("demo --listen 127.0.0.1:0");
    let mut told = String::new();
    // The last line but one begins the command that prints a token; the last one ends it.
    while !told.contains("seatwright token") || told.trim_end().ends_with('\\') {
        told += &format!("{}\n", process.line().unwrap_or_else(|| panic!("it ended:\n{told}")));
    }
    let (program, command) = told.split_once(" token --store").unwrap();
    assert!(program.ends_with(env!("CARGO_BIN_EXE_seatwright")), "{program}");
    let command = format!("--store {command}");
    assert!(command.contains("/seatwright-demo-"), "{command}");
    let token = folder.token(&command.replace('\\', " "));
    let (_, url) = told.split_once("Serving http://").unwrap();
    let address = url.split(' ').next().unwrap().parse().unwrap();
    let server = Server { process, address };
    let details = server.ask(Request::get("/v1.0/me/licenseDetails").bearer(&token)).is(200);
    let names: Vec<_> = details["value"].as_array().unwrap().iter().map(|held| &held["skuPartNumber"]).collect();
    assert_eq!(names, ["SPE_E5", "CONTOSO_TRAINING", "CONTOSO_LEGACY_CRM"]);
    server.terminate().succeeds();
}
