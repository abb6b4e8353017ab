//! `seatwright token`: access tokens that the server of the store accepts, or refuses for the right reason.

use crate::http::{Answer, Request};
use crate::process::{Folder, Server};
use crate::world::{ADELE, AS_ADELE, AS_ROBOT, CANTEEN, CLEO, ROBOT, TENANT, adding, contoso};
use serde_json::json;

fn assign(server: &Server, token: &str) -> Answer {
    let path = format!("/v1.0/users/{CLEO}/assignLicense");
    server.ask(Request::post(&path, &adding(CANTEEN)).bearer(token))
}

fn users(server: &Server, token: &str) -> Answer {
    server.ask(Request::get("/v1.0/users").bearer(token))
}

#[test]
fn an_application_acts_with_its_own_roles_or_those_that_are_given() {
    let folder = Folder::with_world(&contoso());
    let server = folder.serve();
    let own = folder.token(AS_ROBOT);
    assert_eq!(users(&server, &own).is(200)["value"].as_array().unwrap().len(), 3);
    assign(&server, &own).is(200);
    let reader = folder.token(&format!("{AS_ROBOT} --role User.Read.All --role Group.Read.All"));
    users(&server, &reader).is(200);
    assign(&server, &reader).is_error(403, "Authorization_RequestDenied");
    server.ask(Request::get("/v1.0/me").bearer(&own)).is_error(400, "BadRequest");
}

#[test]
fn a_user_acts_with_scopes_and_the_directory_roles_of_the_store() {
    let folder = Folder::with_world(&contoso());
    let server = folder.serve();
    let plain = folder.token(AS_ADELE);
    assert_eq!(server.ask(Request::get("/v1.0/me").bearer(&plain)).is(200)["userPrincipalName"], ADELE);
    assign(&server, &plain).is_error(403, "Authorization_RequestDenied");
    let administrator = folder.token(&format!("{AS_ADELE} --scope LicenseAssignment.ReadWrite.All"));
    assign(&server, &administrator).is(200);
    // Cleo has the scope and no directory role.
    let no_role = folder.token(&format!("--tenant {TENANT} --user {CLEO} --scope LicenseAssignment.ReadWrite.All"));
    assign(&server, &no_role).is_error(403, "Authorization_RequestDenied");
}

#[test]
fn a_tenant_goes_by_its_domain_too() {
    let folder = Folder::with_world(&contoso());
    let server = folder.serve();
    let token = folder.token(&format!("--tenant CONTOSO.example --app {ROBOT}"));
    users(&server, &token).is(200);
    let one = folder.run("export --tenant contoso.example").succeeds();
    assert!(one.contains(TENANT), "{one}");
}

#[test]
fn a_permission_that_opens_nothing_is_allowed_and_told() {
    let mut world = contoso();
    world["tenants"][0]["applications"][0]["appRoles"] = json!(["User.Read.All", "User.Raed.All"]);
    let folder = Folder::with_world(&world);
    let server = folder.serve();
    let told = |line: String| {
        let finished = folder.run(&line);
        let told = finished.stderr.clone();
        (finished.succeeds(), told)
    };
    let (token, said) = told(format!("token {AS_ROBOT} --role Group.Read.All --role Group.Reed.All"));
    assert_eq!(token.lines().count(), 1);
    assert_eq!(said, "seatwright: nothing here accepts the app role `Group.Reed.All`\n");
    let (_, said) = told(format!("token {AS_ADELE} --scope User.Read --scope Usr.Read"));
    assert_eq!(said, "seatwright: nothing here accepts the scope `Usr.Read`\n");
    let (_, said) = told(format!("token {AS_ROBOT} --role User.Read.All"));
    assert_eq!(said, "");
    let place = "seatwright: world.json: tenants[0].applications[0].appRoles: ";
    let said = server.terminate().stderr;
    assert!(said.starts_with(&format!("{place}nothing here accepts the app role `User.Raed.All`\n")), "{said}");
}

#[test]
fn a_token_is_refused_before_and_after_its_time() {
    let folder = Folder::with_world(&contoso());
    let server = folder.serve();
    for (flags, saying) in [
        ("--expires-in -5m", "the token is expired"),
        ("--expires-in=-1s", "the token is expired"),
        ("--not-before 1h --expires-in 2h", "the token is not yet valid"),
    ] {
        let refused = users(&server, &folder.token(&format!("{AS_ROBOT} {flags}")));
        refused.is_error(401, "InvalidAuthenticationToken");
        assert!(refused.text().contains(saying), "{}", refused.text());
    }
    users(&server, &folder.token(&format!("{AS_ROBOT} --not-before -1h --expires-in 30d"))).is(200);
}

#[test]
fn a_token_needs_a_tenant_and_a_caller_of_it() {
    let folder = Folder::with_world(&contoso());
    let _server = folder.serve();
    let nobody = "20000000-0000-0000-0000-000000000002";
    for (line, saying) in [
        (format!("token --tenant {nobody} --app {ROBOT}"), format!("has no tenant {nobody}")),
        (format!("token --tenant contoso --app {ROBOT}"), "this is no tenant id (a GUID), nor a verified".to_owned()),
        (format!("token --tenant {TENANT} --app {nobody}"), format!("has no application {nobody}")),
        (format!("token --tenant {TENANT} --user {nobody}"), format!("has no user {nobody}")),
        (format!("token --tenant {TENANT} --user dan@contoso.example"), "has no user dan@contoso.example".to_owned()),
        (format!("token --tenant {TENANT}"), "--app".to_owned()),
        (format!("token {AS_ROBOT} --user {ADELE}"), "--user".to_owned()),
        (format!("token {AS_ROBOT} --scope User.Read"), "cannot be used with '--scope".to_owned()),
        (format!("token {AS_ADELE} --role User.Read.All"), "cannot be used with '--role".to_owned()),
        (format!("token {AS_ADELE} --expires-in soon"), "soon".to_owned()),
    ] {
        folder.run(&line).is_a_mistake(&saying);
    }
}

#[test]
fn every_token_is_another_one_and_outlives_its_server() {
    let folder = Folder::with_world(&contoso());
    let server = folder.serve();
    let tokens = [folder.token(AS_ROBOT), folder.token(AS_ROBOT)];
    assert_ne!(tokens[0], tokens[1]);
    server.terminate().succeeds();
    let minted_without_a_server = folder.token(AS_ROBOT);
    let server = folder.serve();
    for token in tokens.iter().chain([&minted_without_a_server]) {
        users(&server, token).is(200);
    }
}

#[test]
fn a_token_of_another_store_is_refused() {
    let (folder, other) = (Folder::with_world(&contoso()), Folder::with_world(&contoso()));
    let server = folder.serve();
    other.serve().kill();
    users(&server, &other.token(AS_ROBOT)).is_error(401, "InvalidAuthenticationToken");
}
