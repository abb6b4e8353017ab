//! Database files that are somebody else's, or that may only be read.

use crate::process::Folder;
use crate::world::{AS_ROBOT, contoso};
use rusqlite::Connection;
use std::fs::Permissions;
use std::os::unix::fs::PermissionsExt;
use std::os::unix::process::CommandExt;
use std::process::{Command, Output};

/// A user who owns nothing.
const NOBODY: u32 = 65_534;

#[track_caller]
fn is_left_alone(folder: &Folder) {
    // What SQLite needs to read a log may stay behind; it holds nothing.
    let names = || folder.names().into_iter().filter(|name| !name.ends_with("-shm")).collect::<Vec<_>>();
    let content = || ["foreign.db", "foreign.db-wal"].map(|name| std::fs::read(folder.path(name)).ok());
    let before = (names(), content());
    for command in ["serve --listen 127.0.0.1:0 --seed world.json", "verify", "export", &format!("token {AS_ROBOT}")] {
        let ended = folder.run(&format!("{command} --store sqlite:foreign.db"));
        ended.is_a_mistake("could not open the store: foreign.db is no Seatwright store");
    }
    assert_eq!(names(), before.0);
    assert!(content() == before.1, "it was changed");
}

#[test]
fn a_database_of_another_program_is_refused_and_left_as_it_was() {
    for table in [
        "CREATE TABLE letters (text TEXT)",
        "CREATE TABLE migrations (number INTEGER PRIMARY KEY, checksum INTEGER NOT NULL)",
        "CREATE TABLE migrations (name TEXT)",
        "PRAGMA application_id = 7",
    ] {
        let folder = Folder::with_world(&contoso());
        let foreign = Connection::open(folder.path("foreign.db")).unwrap();
        foreign.execute_batch(table).unwrap();
        is_left_alone(&folder);
        // Another program has it open, and its changes are in the log.
        foreign.pragma_update(None, "journal_mode", "WAL").unwrap();
        foreign.execute_batch("CREATE TABLE more (text TEXT)").unwrap();
        is_left_alone(&folder);
        // As above, but that program was killed.
        let killed = Folder::with_world(&contoso());
        for name in ["foreign.db", "foreign.db-wal"] {
            std::fs::copy(folder.path(name), killed.path(name)).unwrap();
        }
        is_left_alone(&killed);
        drop(foreign);
        is_left_alone(&folder);
    }
}

#[test]
fn an_empty_database_becomes_a_store() {
    let folder = Folder::with_world(&contoso());
    let empty = Connection::open(folder.path("seatwright.db")).unwrap();
    empty.execute_batch("VACUUM").unwrap();
    drop(empty);
    folder.run("verify").is_a_mistake("seatwright.db is no Seatwright store");
    folder.serve().terminate().succeeds();
    folder.run("verify").succeeds();
}

#[test]
fn a_store_from_before_stores_had_a_name_is_served_and_gets_one() {
    let folder = Folder::with_world(&contoso());
    folder.serve().terminate().succeeds();
    let set = |id: i32| {
        let store = Connection::open(folder.path("seatwright.db")).unwrap();
        let found: i32 = store.query_row("PRAGMA application_id", [], |row| row.get(0)).unwrap();
        store.pragma_update(None, "application_id", id).unwrap();
        found
    };
    let name = set(0);
    assert_ne!(name, 0);
    folder.run("verify").succeeds();
    folder.serve().kill();
    // The name is in the log as yet.
    folder.run("verify").succeeds();
    assert_eq!(set(0), name);
}

/// Runs a command as somebody who may read the folder and no more; `None` where that cannot be tried.
fn as_a_reader(folder: &Folder, line: &str) -> Option<Output> {
    std::fs::set_permissions(folder.path(""), Permissions::from_mode(0o555)).unwrap();
    let mut command = Command::new(env!("CARGO_BIN_EXE_seatwright"));
    command.args(line.split_whitespace()).current_dir(folder.path(""));
    if std::fs::write(folder.path("probe"), "").is_ok() {
        // Nothing is forbidden to this user, so another one has to do it.
        std::fs::remove_file(folder.path("probe")).unwrap();
        command.uid(NOBODY);
    }
    let output = command.output();
    std::fs::set_permissions(folder.path(""), Permissions::from_mode(0o755)).unwrap();
    output.ok()
}

#[test]
fn a_store_that_may_only_be_read_is_read() {
    let folder = Folder::with_world(&contoso());
    let server = folder.serve();
    server.settle();
    let expected = folder.run("verify").succeeds();
    // A store is its owner's alone, until the owner lets others read it.
    for name in ["seatwright.db", "seatwright.db-wal", "seatwright.db-shm"] {
        std::fs::set_permissions(folder.path(name), Permissions::from_mode(0o644)).unwrap();
    }
    let Some(beside_the_server) = as_a_reader(&folder, "verify") else { return };
    assert_eq!(String::from_utf8_lossy(&beside_the_server.stdout), expected, "{beside_the_server:?}");

    server.kill();
    std::fs::remove_file(folder.path("seatwright.db-shm")).unwrap();
    let with_a_log = as_a_reader(&folder, "verify").unwrap();
    let said = String::from_utf8_lossy(&with_a_log.stderr).into_owned();
    assert_eq!((with_a_log.status.code(), said.lines().count()), (Some(2), 1), "{said}");
    assert!(said.contains("seatwright.db-wal") && said.contains("copy both files elsewhere"), "{said}");

    folder.run("verify").succeeds();
    assert_eq!(folder.names(), ["seatwright.db", "seatwright.db.lock", "world.json"]);
    for command in ["verify", "export"] {
        let at_rest = as_a_reader(&folder, command).unwrap();
        assert_eq!(at_rest.status.code(), Some(0), "{at_rest:?}");
    }
    let served = as_a_reader(&folder, "serve --listen 127.0.0.1:0").unwrap();
    assert!(String::from_utf8_lossy(&served.stderr).contains("could not open the store: "), "{served:?}");
    assert_eq!(folder.names(), ["seatwright.db", "seatwright.db.lock", "world.json"]);
}
