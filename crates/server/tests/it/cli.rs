//! The command line: what its help teaches, and mistakes, each told in one line with nothing left behind.

use crate::http::Request;
use crate::process::Folder;
use crate::world::{BEN, TENANT, contoso};
use serde_json::{Value, json};
use std::net::TcpListener;
use std::os::unix::fs::PermissionsExt;

const NOTHING: [&str; 0] = [];

#[track_caller]
fn help_names(line: &str, words: &[&str]) {
    let help = Folder::new().run(line).succeeds();
    for word in words {
        assert!(help.contains(word), "`{line}` does not mention {word}:\n{help}");
    }
    assert!(!help.contains('\x1b'), "{help:?}");
}

#[test]
fn help_names_what_a_person_needs() {
    help_names(
        "--help",
        &["serve", "demo", "token", "explain", "export", "verify", "Examples:", "--seed world.json", "RUST_LOG"],
    );
    help_names("--help", &["Exit codes:", "verify found something broken"]);
    help_names("export --help", &["docs/world.md", "the key that signs tokens", "the audit"]);
    help_names("serve --help", &["docs/world.md"]);
    help_names("serve --help", &["--listen", "127.0.0.1:8080", "--store", "sqlite:PATH", "memory:", "--seed"]);
    help_names("serve --help", &["--group-delay", "500ms"]);
    help_names("serve --help", &["--https-listen", "--tls-cert", "--tls-key", "PEM"]);
    help_names("demo --help", &["--listen", "--https-listen", "--once"]);
    help_names("token --help", &["--store", "--tenant", "--app", "--user", "--role", "--scope"]);
    help_names("token --help", &["--expires-in", "--not-before", "negative"]);
    help_names("explain --help", &["--store", "--tenant", "--json", "PLAN"]);
    help_names(
        "subscription --help",
        &["list", "buy", "set", "cancel", "renew", "--url", "--store", "--tenant", "--json"],
    );
    help_names("subscription buy --help", &["--until", "--trial", "ENTERPRISEPACK"]);
    help_names("clock --help", &["show", "set", "advance", "http://127.0.0.1:8080"]);
    help_names("clock advance --help", &["30d"]);
    help_names("export --help", &["--store", "--tenant", "world file"]);
    help_names("verify --help", &["--store", "invariants", "exit with 1"]);
    help_names("store copy --help", &["FROM", "TO", "sqlite:PATH", "postgres://", "goes on"]);
    help_names("--version", &["seatwright 0"]);
}

#[test]
fn a_mistyped_command_line_is_told_in_one_line() {
    let folder = Folder::new();
    for (line, saying) in [
        ("serve --sed world.json", "--sed"),
        ("serve --listen 8080", "8080"),
        ("serve --https-listen 8443", "8443"),
        ("serve --store seatwright.db", "sqlite:PATH"),
        ("serve --store sqlite:", "needs a path"),
        ("serve --store postgres:localhost/x", "a URL has two slashes"),
        ("serve --group-delay 5", "write a number and a unit"),
        ("serve --group-delay=-5s", "must not be negative"),
        ("server", "server"),
        ("verify --log-format loud", "loud"),
        ("token --app 10000000-0000-0000-0000-000000000001", "--tenant"),
        ("clock advance 30", "write a number and a unit"),
        ("clock advance -- -1d", "must not be negative"),
        ("clock set tomorrow", "2027-01-31"),
        ("clock show --url https://127.0.0.1:8443", "write http://HOST:PORT"),
        ("subscription buy EMS many", "many"),
        ("subscription cancel EMS", "EMS"),
    ] {
        folder.run(line).is_a_mistake(saying);
    }
    assert_eq!(folder.names(), NOTHING);
}

#[test]
fn a_mistyped_store_does_not_tell_its_password() {
    let folder = Folder::new();
    for (store, shown) in [
        ("mysql://ann:zzz@h/d", "'mysql://ann@h/d'"),
        ("postgres:/ann:zzz@h/d", "@h/d'"),
        ("postgres://ann:zz?z@127.0.0.1:1/d", "could not open the store: 127.0.0.1:1: error connecting to server"),
    ] {
        let ended = folder.run(&format!("verify --store {store}"));
        ended.is_a_mistake(shown);
        assert!(!ended.stderr.contains("zz"), "{}", ended.stderr);
    }
    for (command, shown) in [
        ("verify --store sqlite:postgres://ann:zzz@h/d", "'sqlite:postgres://ann@h/d'"),
        ("verify --store postgre://h/d?password=zzz&user=ann", "'postgre://h/d?user=ann'"),
        ("verify --store password=zzz", "invalid value '…'"),
        ("serve postgres://ann:zzz@h/d", "unexpected argument 'postgres://ann@h/d'"),
    ] {
        let ended = folder.run(command);
        ended.is_a_mistake(shown);
        assert!(!ended.stderr.contains("zz"), "{}", ended.stderr);
    }
}

#[test]
fn a_store_that_is_not_there_is_not_made_by_looking_at_it() {
    let folder = Folder::new();
    for command in ["export", "verify", "clock show", "subscription list", &format!("token --tenant {TENANT} --user x")]
    {
        folder.run(command).is_a_mistake("there is no store at seatwright.db");
        folder.run(&format!("{command} --store memory:")).is_a_mistake("a memory store lives in its server only");
    }
    assert_eq!(folder.names(), NOTHING);
}

#[test]
fn a_broken_world_is_told_with_its_place_and_leaves_nothing() {
    let spoilt = |path: &str, value: Value| {
        let mut world = contoso();
        *world.pointer_mut(path).unwrap() = value;
        world.to_string()
    };
    let two_in_one_place = json!([{ "skuPartNumber": "PARKING" }]);
    for (text, saying) in [
        ("{ \"tenants\": [".to_owned(), "could not use world.json: the world is not JSON: it ends too early"),
        ("{}".to_owned(), "missing field `tenants`"),
        (spoilt("/tenants/0/users/0", json!({ "userPrincipalName": "a@contoso.example", "cty": "Rome" })), "cty"),
        (
            spoilt("/tenants/0/users/1/usageLocation", json!("XX")),
            "could not use world.json: tenants[0].users[1].usageLocation: ",
        ),
        (
            spoilt("/tenants/0/groups/0/members", json!(["nobody@x"])),
            "could not use world.json: tenants[0].groups[0].members[0]: ",
        ),
        (
            spoilt("/tenants/0/subscriptions/1/totalLicenses", json!(0)),
            "could not use world.json: tenants[0].users[1].assignedLicenses",
        ),
        (
            spoilt("/tenants/0/groups/0/assignedLicenses", two_in_one_place).replace("true", "false"),
            "could not use world.json: tenants[0].",
        ),
    ] {
        let folder = Folder::new();
        folder.write("world.json", &text);
        folder.run("serve --listen 127.0.0.1:0 --seed world.json").is_a_mistake(saying);
        assert_eq!(folder.names(), ["world.json"]);
    }
    let folder = Folder::new();
    folder.run("serve --listen 127.0.0.1:0 --seed world.json").is_a_mistake("could not read world.json");
    assert_eq!(folder.names(), NOTHING);
}

#[test]
fn a_port_in_use_is_told_and_leaves_nothing() {
    let folder = Folder::with_world(&contoso());
    let taken = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = taken.local_addr().unwrap();
    let saying = format!("could not listen on {address}: Address already in use");
    folder.run(&format!("serve --listen {address} --seed world.json")).is_a_mistake(&saying);
    let other = "choose another with --listen";
    folder.run(&format!("serve --listen {address} --seed world.json")).is_a_mistake(other);
    let other = "choose another with --https-listen";
    folder.run(&format!("serve --listen 127.0.0.1:0 --https-listen {address}")).is_a_mistake(other);
    folder.run(&format!("demo --once --listen {address}")).is_a_mistake(&saying);
    assert_eq!(folder.names(), ["world.json"]);
}

#[test]
fn a_store_that_cannot_be_opened_is_told_with_its_path() {
    let folder = Folder::with_world(&contoso());
    folder.write("letter.txt", "Dear reader, this is no database, and it should not become one.");
    std::fs::create_dir(folder.path("cellar")).unwrap();
    for (path, saying) in [
        ("nowhere/seatwright.db", "nowhere/seatwright.db: there is no folder nowhere"),
        ("cellar", "cellar is a directory"),
        ("letter.txt", "letter.txt is no Seatwright store"),
        ("/dev/null", "/dev/null is no Seatwright store"),
    ] {
        let line = format!("serve --listen 127.0.0.1:0 --seed world.json --store sqlite:{path}");
        folder.run(&line).is_a_mistake(&format!("could not open the store: {saying}"));
        folder.run(&format!("verify --store sqlite:{path}")).is_a_mistake(path);
    }
    assert_eq!(folder.names(), ["cellar", "letter.txt", "world.json"]);
    assert!(std::fs::read_to_string(folder.path("letter.txt")).unwrap().starts_with("Dear reader"));
}

#[test]
fn a_store_is_locked_by_whatever_name_it_is_opened() {
    let folder = Folder::with_world(&contoso());
    let server = folder.serve();
    std::os::unix::fs::symlink("seatwright.db", folder.path("alias.db")).unwrap();
    let saying = "seatwright.db is in use by another server";
    folder.run("serve --listen 127.0.0.1:0 --store sqlite:alias.db").is_a_mistake(saying);
    std::fs::hard_link(folder.path("seatwright.db"), folder.path("twin.db")).unwrap();
    folder.run("serve --listen 127.0.0.1:0 --store sqlite:twin.db").is_a_mistake("several names (hard links)");
    server.terminate().succeeds();
    std::fs::remove_file(folder.path("twin.db")).unwrap();
    folder.start("serve --listen 127.0.0.1:0 --store sqlite:alias.db").line().unwrap();
}

#[test]
fn nobody_else_may_read_a_store() {
    let folder = Folder::with_world(&contoso());
    let _server = folder.serve();
    for name in ["seatwright.db", "seatwright.db-wal"] {
        let mode = std::fs::metadata(folder.path(name)).unwrap().permissions().mode();
        assert_eq!(mode & 0o077, 0, "{name}: {mode:o}");
    }
}

#[test]
fn a_second_server_of_one_file_is_refused_and_the_first_stays() {
    let folder = Folder::with_world(&contoso());
    let server = folder.serve();
    for _ in 0..2 {
        folder.run("serve --listen 127.0.0.1:0").is_a_mistake("seatwright.db is in use by another server");
    }
    let token = folder.token(crate::world::AS_ROBOT);
    let user = server.ask(Request::get(&format!("/v1.0/users/{BEN}")).bearer(&token)).is(200);
    assert_eq!(user["userPrincipalName"], BEN);
}
