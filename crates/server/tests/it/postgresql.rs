//! `--store postgres://…`: a database instead of a file, for one server or several.

use crate::database::Database;
use crate::http::{Answer, Request};
use crate::process::{Folder, Server};
use crate::stores::STRAY_ROWS;
use crate::world::{AS_ROBOT, CANTEEN, CLEO, adding, contoso};
use std::time::{Duration, Instant};

/// How long a server may take to see what happened to its database.
const READINESS_TIME_MAX: Duration = Duration::from_secs(10);
/// When a database that hangs is given up: its time for a statement, 3 seconds, and a busy machine's.
const GIVEN_UP: Duration = Duration::from_secs(9);
/// When a server has stopped whose database hangs.
const STOPPED: Duration = Duration::from_secs(7);
/// Longer than it takes to connect again.
const A_MOMENT: Duration = Duration::from_millis(500);

fn gives_dinner(folder: &Folder, server: &Server, database: &Database) -> Request {
    let path = format!("/v1.0/users/{CLEO}/assignLicense");
    server.settle();
    Request::post(&path, &adding(CANTEEN)).bearer(&folder.token(&format!("{AS_ROBOT} {}", database.flag())))
}

#[test]
fn a_database_is_served_read_and_verified_like_a_file() {
    let (folder, database) = (Folder::with_world(&contoso()), Database::new());
    let server = folder.serve_with(&format!("--seed world.json {}", database.flag()));
    server.ask(gives_dinner(&folder, &server, &database)).is(200);
    server.settle();
    let exported = folder.run(&format!("export {}", database.flag())).succeeds();
    assert!(exported.contains(CANTEEN), "{exported}");
    server.kill();
    let verified = folder.run(&format!("verify {}", database.flag())).succeeds();
    assert_eq!(verified, "1 tenant, 3 users, 4 licence paths checked: 0 problems\n");
    assert_eq!(folder.run(&format!("export {}", database.flag())).succeeds(), exported);
    // The same world on a file is the same.
    let file = Folder::with_world(&serde_json::from_str(&exported).unwrap());
    let server = file.serve();
    server.settle();
    assert_eq!(file.run("export").succeeds(), exported);
}

#[test]
fn two_servers_serve_one_database() {
    let (folder, database) = (Folder::with_world(&contoso()), Database::new());
    let one = folder.serve_with(&format!("--seed world.json {}", database.flag()));
    let other = folder.serve_with(&format!("--seed world.json {}", database.flag()));
    // What one server has made, a token too, holds for the other.
    one.ask(gives_dinner(&folder, &one, &database)).is(200);
    let token = folder.token(&format!("{AS_ROBOT} {}", database.flag()));
    let path = format!("/v1.0/users/{CLEO}?$select=assignedLicenses");
    for server in [&one, &other] {
        let cleo = server.ask(Request::get(&path).bearer(&token)).is(200);
        assert!(cleo.to_string().contains(CANTEEN), "{cleo}");
    }
}

#[test]
fn while_the_database_is_away_requests_are_put_off_and_then_served() {
    let (folder, database) = (Folder::with_world(&contoso()), Database::new());
    let server = folder.serve_with(&format!("--seed world.json {}", database.flag()));
    let dinner = gives_dinner(&folder, &server, &database);
    let again = gives_dinner(&folder, &server, &database);
    database.goes_away();
    server.ask(Request::get("/healthz")).is_text(200, "ok");
    assert_eq!(server.ask(Request::get("/readyz")).status, 503);
    let refused = server.ask(dinner);
    assert_eq!(refused.status, 503, "{}", refused.text());
    assert!(refused.header("Retry-After").is_some());
    database.comes_back();
    server.settle();
    server.ask(again).is(200);
    assert_eq!(folder.run(&format!("verify {}", database.flag())).code, Some(0));
}

/// The line of a log about a request; it is the only one that says why.
#[track_caller]
fn line_about<'a>(log: &'a str, request: &Answer, cause: &str) -> &'a str {
    let id = request.header("request-id").unwrap();
    let lines: Vec<&str> = log.lines().filter(|line| line.contains(id)).collect();
    assert_eq!(lines.len(), 1, "{log}");
    assert!(lines[0].contains(cause), "not `{cause}`: {log}");
    lines[0]
}

#[test]
fn the_log_has_one_line_for_each_request_that_the_database_fails() {
    let (folder, database) = (Folder::with_world(&contoso()), Database::new());
    let server = folder.serve_with(&format!("--seed world.json {}", database.flag()));
    let token = folder.token(&format!("{AS_ROBOT} {}", database.flag()));
    let dinner = || gives_dinner(&folder, &server, &database);
    let planted = "RAISE E'No dinner\n  today.' USING DETAIL = 'The cook\nis ill.', HINT = 'Eat out.'";
    let [mut failed, mut refused] = [const { None }; 2];
    let busy = format!("{planted}, ERRCODE = 'lock_not_available';");
    database.with_trigger("BEFORE INSERT ON assignments", &busy, || {
        failed = Some(server.ask(dinner()));
    });
    database.with_trigger("BEFORE INSERT ON assignments", &format!("{planted}, ERRCODE = 'check_violation';"), || {
        refused = Some(server.ask(dinner()));
    });
    let (failed, refused) = (failed.unwrap(), refused.unwrap());
    let dinner = dinner();
    database.goes_away();
    let unserved = server.ask(dinner);
    let unread = server.ask(Request::get("/v1.0/subscribedSkus").bearer(&token));
    database.comes_back();
    assert_eq!([&failed, &refused, &unserved, &unread].map(|answer| answer.status), [503, 500, 503, 503]);
    let log = server.terminate().stderr;
    // Of data that is refused, which the details may show, they are left out.
    let said = |detail| {
        format!("error=could not commit the change: db error: ERROR: No dinner; today.; {detail}HINT: Eat out.")
    };
    for (request, detail) in [(&failed, "DETAIL: The cook; is ill.; "), (&refused, "")] {
        let line = line_about(&log, request, &said(detail));
        assert!(line.contains("operation=POST /users/{user}/assignLicense error="), "{line}");
    }
    line_about(&log, &unserved, "operation=POST /users/{user}/assignLicense error=could not commit the change: ");
    line_about(&log, &unread, "operation=GET /subscribedSkus error=could not read the seats: ");
    // No other error is told but by who works in the background.
    let errors = log.lines().filter(|line| line.contains(" ERROR ") && !line.contains(" propagation."));
    assert_eq!(errors.count(), 4, "{log}");
}

#[test]
fn a_server_is_ready_however_long_it_takes_to_count_its_work() {
    let (folder, database) = (Folder::with_world(&contoso()), Database::new());
    let server = folder.serve_with(&format!("--seed world.json {}", database.flag()));
    server.settle();
    // Nobody can look at marked users for so long.
    let lock = "BEGIN; LOCK TABLE pending_users IN ACCESS EXCLUSIVE MODE; SELECT pg_sleep(4); ROLLBACK";
    std::thread::scope(|scope| {
        scope.spawn(|| database.batch(lock));
        std::thread::sleep(A_MOMENT);
        let asked = Instant::now();
        server.ask(Request::get("/readyz")).is_text(200, "ok");
        let ready = asked.elapsed();
        server.ask(Request::get("/workz")).is(200);
        assert!(ready < Duration::from_secs(2), "{ready:?}");
        assert!(asked.elapsed() > Duration::from_secs(2), "the lock was not noticed");
    });
}

#[test]
fn while_the_database_hangs_requests_are_put_off_and_the_server_stops_when_it_is_told() {
    let (folder, database) = (Folder::with_world(&contoso()), Database::new());
    let proxy = database.proxy();
    let hurried = "&connect_timeout=1&options=-c%20statement_timeout%3D1s";
    let server = folder.serve_with(&format!("--seed world.json --store {}{hurried}", proxy.url()));
    let dinner = gives_dinner(&folder, &server, &database);
    let again = gives_dinner(&folder, &server, &database);
    proxy.freeze(true);
    for request in [dinner, again] {
        let begun = Instant::now();
        let refused = server.ask(request);
        assert_eq!(refused.status, 503, "{}", refused.text());
        assert!(refused.header("Retry-After").is_some());
        assert!(begun.elapsed() < GIVEN_UP, "it took {:?}", begun.elapsed());
    }
    let begun = Instant::now();
    server.terminate().succeeds();
    assert!(begun.elapsed() < STOPPED, "it took {:?}", begun.elapsed());
}

/// Runs statements where the database takes no writes by itself.
fn writes_are_taken(database: &Database, taken: &str) {
    database.batch(&format!(
        "BEGIN READ WRITE; DO $$ BEGIN
         EXECUTE format('ALTER DATABASE %I SET default_transaction_read_only = {taken}', current_database());
         END $$; COMMIT"
    ));
    // A connection has the settings of the time when it was made.
    database.batch(
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity
         WHERE datname = current_database() AND pid <> pg_backend_pid()",
    );
}

/// Waits until the server answers so.
fn readiness_becomes(server: &Server, status: u16) {
    let begun = Instant::now();
    while server.ask(Request::get("/readyz")).status != status {
        assert!(begun.elapsed() < READINESS_TIME_MAX, "/readyz is not {status}");
        std::thread::sleep(Duration::from_millis(20));
    }
}

#[test]
fn a_server_whose_database_takes_no_writes_is_not_ready() {
    let (folder, database) = (Folder::with_world(&contoso()), Database::new());
    let server = folder.serve_with(&format!("--seed world.json {}", database.flag()));
    server.settle();
    writes_are_taken(&database, "on");
    readiness_becomes(&server, 503);
    // Not only because it had lost its connections.
    std::thread::sleep(A_MOMENT);
    assert_eq!(server.ask(Request::get("/readyz")).status, 503);
    writes_are_taken(&database, "off");
    readiness_becomes(&server, 200);
}

#[test]
fn a_file_is_copied_into_a_database_and_served_there() {
    let (folder, database) = (Folder::with_world(&contoso()), Database::new());
    let server = folder.serve();
    server.settle();
    let copy = format!("store copy sqlite:seatwright.db {}", database.url());
    // Beside the running server.
    let said = folder.run(&copy).succeeds();
    assert!(
        said.contains("rows of sqlite:seatwright.db copied to postgres") && said.contains("counted there"),
        "{said}"
    );
    server.terminate().succeeds();
    folder.run(&copy).is_a_mistake("the store that is to be the copy is not empty");
    assert_eq!(folder.run(&format!("verify {}", database.flag())).code, Some(0));
    assert_eq!(folder.run(&format!("export {}", database.flag())).succeeds(), folder.run("export").succeeds());
    // A token of the file is good at the database, and what comes next fits what was there.
    let token = folder.token(AS_ROBOT);
    let server = folder.serve_with(&database.flag());
    let path = format!("/v1.0/users/{CLEO}/assignLicense");
    server.ask(Request::post(&path, &adding(CANTEEN)).bearer(&token)).is(200);
    server.terminate().succeeds();
    assert_eq!(folder.run(&format!("verify {}", database.flag())).code, Some(0));
    folder.run("store copy memory: sqlite:x.db").is_a_mistake("it can be no end of a copy");
    folder.run(&format!("store copy {} sqlite:back.db", database.url())).succeeds();
    assert_eq!(folder.run("verify --store sqlite:back.db").code, Some(0));
}

#[test]
fn a_database_that_is_served_already_becomes_no_copy() {
    let (folder, database) = (Folder::with_world(&contoso()), Database::new());
    folder.serve().terminate().succeeds();
    let early = folder.serve_with(&database.flag());
    let copy = format!("store copy sqlite:seatwright.db {}", database.url());
    folder.run(&copy).is_a_mistake("a server was started on the database that is to be the copy");
    early.terminate().succeeds();
    folder.run(&copy).is_a_mistake("stop whatever runs on it, and create it again, or DELETE FROM signing_keys");
    assert_eq!(database.run("DELETE FROM signing_keys"), 1);
    folder.run(&copy).succeeds();
    // What the copy's server takes for a token is what the file's did.
    let token = folder.token(AS_ROBOT);
    let server = folder.serve_with(&database.flag());
    server.ask(Request::get("/v1.0/subscribedSkus").bearer(&token)).is(200);
}

/// What Citus stands for here is told in its file.
const STAND_IN: &str = include_str!("../../../store/tests/it/citus_stand_in.sql");

#[test]
fn a_database_is_declared_to_citus_where_there_is_one() {
    let (folder, database) = (Folder::with_world(&contoso()), Database::new());
    folder.run(&format!("store distribute {}", database.url())).is_a_mistake("the server has no Citus");
    folder.run("store distribute sqlite:seatwright.db").is_a_mistake("only a PostgreSQL database can be distributed");
    database.batch(STAND_IN);
    let distribute =
        format!("store distribute {}&options=-c%20search_path%3Dpublic,stand_in,pg_catalog", database.url());
    let said = folder.run(&distribute).succeeds();
    assert!(said.contains("tenants: distributed by tenant\n"), "{said}");
    assert!(said.contains("tenant_ids: put on every node\n"), "{said}");
    let again = folder.run(&distribute).succeeds();
    assert_eq!(again.matches(": left as it is, it was declared before\n").count(), said.lines().count() - 1, "{again}");
}

#[test]
fn a_mistake_in_the_url_is_told_without_its_password() {
    let folder = Folder::new();
    folder.run("verify --store postgres:host/database").is_a_mistake("a URL has two slashes");
    let nobody_listens = folder.run("verify --store postgres://ann:secret@127.0.0.1:1/database");
    assert!(!nobody_listens.stderr.contains("secret"), "{nobody_listens:?}");
    assert!(
        nobody_listens.stderr.contains("127.0.0.1:1: ") && nobody_listens.stderr.contains("refused"),
        "{nobody_listens:?}"
    );
    let mistaken = folder.run("verify --store postgres://ann:se@cr,et@127.0.0.1/database");
    assert!(!mistaken.stderr.contains("cr,") && !mistaken.stderr.contains("cr:"), "{mistaken:?}");
    assert_ne!(nobody_listens.code, Some(0));
}

/// As in a file, damage by damage: the database is made sound again after each.
#[test]
fn rows_that_refer_to_what_another_tenant_has_are_found_in_a_database_too() {
    let (folder, database) = (Folder::with_world(&contoso()), Database::new());
    let server = folder.serve_with(&format!("--seed world.json {}", database.flag()));
    server.settle();
    server.terminate().succeeds();
    let verify = format!("verify {}", database.flag());
    database.keep_rows();
    for (damage, said) in STRAY_ROWS {
        folder.run(&verify).succeeds();
        assert!(database.run(damage) > 0, "nothing was damaged: {damage}");
        let found = folder.run(&verify);
        assert_eq!((found.code, found.stderr.as_str()), (Some(1), ""), "{damage}: {found:?}");
        assert!(found.stdout.contains(said), "{damage}: not `{said}`: {found:?}");
        database.put_rows_back();
    }
}
