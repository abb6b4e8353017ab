//! Who may call what: every route with every permission there is, as an application and as a signed-in user
//! with and without a directory role. The expected table is the engine's; this prints it.

use crate::office::{CANTEEN, KIM, LEE, Office, STAFF, every_route};
use engine::Operation;
use engine::permission::{DIRECTORY_ROLES, PERMISSIONS, Permission, permission};
use graph_api::{ROUTES, Route};
use std::collections::BTreeSet;
use uuid::Uuid;

/// A path of the route, with ids of nothing.
fn path(base: &str, route: &Route) -> String {
    let nothing = "00000000-0000-0000-0000-0000000000ff";
    let segments = route.path.split('/').map(|segment| if segment.starts_with('{') { nothing } else { segment });
    format!("{base}{}", segments.collect::<Vec<_>>().join("/"))
}

fn is_me(route: &Route) -> bool {
    route.path == "/me" || route.path.starts_with("/me/")
}

/// Rows of which one must be satisfied.
fn rows(route: &Route) -> Vec<&'static Permission> {
    let of_self = [Operation::ListLicenseDetails, Operation::ReadMemberOf, Operation::ReadManager];
    let may_be_of_self = is_me(route) && of_self.contains(&route.operation);
    let own = may_be_of_self.then(|| permission(Operation::ReadSelf));
    [Some(permission(route.operation)), own, part_of(route).map(permission)].into_iter().flatten().collect()
}

/// What lets somebody in to a part of what the route does.
fn part_of(route: &Route) -> Option<Operation> {
    match (route.operation, route.method.as_str()) {
        (Operation::ReadUser, _) => Some(Operation::ReadUserBasics),
        (Operation::UpdateUser, _) => Some(Operation::UpdateUsageLocation),
        (Operation::UpdateGroup, "PATCH") => Some(Operation::AddGroupMember),
        _ => None,
    }
}

#[tokio::test]
async fn the_table_holds_for_every_route() {
    let office = Office::open().await;
    let all: BTreeSet<&str> =
        PERMISSIONS.iter().flat_map(|row| row.scopes.iter().chain(row.app_roles)).copied().collect();
    let every_role: Vec<Uuid> = DIRECTORY_ROLES.iter().map(|role| role.template).collect();
    let mut checked = 0;
    for name in all.into_iter().chain(["Mail.Read"]) {
        let app = office.app(&[name]);
        let person = office.person(KIM, &[name], &[]);
        let officer = office.person(KIM, &[name], &every_role);
        for (base, route) in every_route() {
            let rows = rows(route);
            let by_scope = |row: &&&Permission| row.scopes.contains(&name);
            let cases = [
                (&app, rows.iter().any(|row| row.app_roles.contains(&name))),
                (&person, rows.iter().filter(by_scope).any(|row| row.directory_roles.is_empty())),
                (&officer, rows.iter().any(|row| by_scope(&row))),
            ];
            for (at, (token, allowed)) in cases.into_iter().enumerate() {
                let reply = office.call(token, route.method.clone(), &path(base, route), None).await;
                let case = format!("{} {} with {name}, case {at}: {}", route.method, route.path, reply.text);
                match at {
                    0 if is_me(route) => assert_eq!(reply.error().1, "BadRequest", "{case}"),
                    _ => assert_eq!(reply.status != 403, allowed, "{case}"),
                }
                checked += 1;
            }
        }
    }
    for (_, route) in every_route() {
        for row in rows(route) {
            let roles: Vec<&str> = row.directory_roles.iter().map(|role| role.name).collect();
            println!("{} {}\n  scopes: {}", route.method, route.path, row.scopes.join(", "));
            println!("  app roles: {}\n  directory roles: {}", row.app_roles.join(", "), roles.join(", "));
        }
    }
    println!("{checked} calls");
}

#[tokio::test]
async fn each_directory_role_counts_where_it_is_listed() {
    let office = Office::open().await;
    for role in DIRECTORY_ROLES {
        let token = office.person(KIM, &crate::office::ALL_ROLES, &[role.template]);
        for route in ROUTES.iter().filter(|route| !permission(route.operation).directory_roles.is_empty()) {
            let mut operations = std::iter::once(route.operation).chain(part_of(route));
            let allowed = operations.any(|operation| permission(operation).directory_roles.contains(&role));
            let reply = office.call(&token, route.method.clone(), &path("/v1.0", route), None).await;
            assert_eq!(reply.status != 403, allowed, "{} {} as {}", route.method, route.path, role.name);
        }
    }
}

#[tokio::test]
async fn a_license_administrator_sets_locations_and_nothing_else_of_a_user() {
    let office = Office::open().await;
    let role = engine::permission::find_role("License Administrator").unwrap();
    let token = office.person(KIM, &["User.ReadWrite.All"], &[role.template]);
    let path = format!("/v1.0/users/{KIM}");
    let patch = axum::http::Method::PATCH;
    let location = serde_json::json!({ "usageLocation": "KE" });
    assert_eq!(office.call(&token, patch.clone(), &path, Some(location)).await.status, 204);
    for more in [serde_json::json!({ "usageLocation": "KE", "city": "Nairobi" }), serde_json::json!({ "city": "X" })] {
        assert_eq!(office.call(&token, patch.clone(), &path, Some(more)).await.status, 403);
    }
}

#[tokio::test]
async fn a_refusal_tells_nothing_of_what_exists() {
    let office = Office::open().await;
    let token = office.app(&["Mail.Read"]);
    for user in [KIM, Uuid::nil()] {
        let reply = office.call(&token, axum::http::Method::GET, &format!("/v1.0/users/{user}"), None).await;
        let sentence = "Insufficient privileges to complete the operation.";
        assert_eq!(reply.error(), (403, "Authorization_RequestDenied", sentence));
    }
}

#[tokio::test]
async fn whoever_may_change_members_adds_them_by_patch_and_sets_nothing_else() {
    let office = Office::open().await;
    let token = office.app(&["GroupMember.ReadWrite.All"]);
    let path = format!("/v1.0/groups/{}", crate::office::STAFF);
    let patch = axum::http::Method::PATCH;
    let link = format!("https://graph.microsoft.com/v1.0/directoryObjects/{}", LEE);
    let members = serde_json::json!({ "members@odata.bind": [link], "description": "x" });
    assert_eq!(office.call(&token, patch.clone(), &path, Some(members)).await.status, 403);
    let members = serde_json::json!({ "members@odata.bind": [link] });
    assert_eq!(office.call(&token, patch.clone(), &path, Some(members)).await.status, 204);
}

/// As captured: what is not basic is there, and empty.
#[tokio::test]
async fn basic_reading_shows_names_and_addresses_of_others_and_all_of_oneself() {
    let office = Office::open().await;
    let get = async |path: String| {
        let token = office.person(LEE, &["User.ReadBasic.All"], &[]);
        office.call(&token, axum::http::Method::GET, &path, None).await
    };
    let whole = office.get(&format!("/v1.0/users/{KIM}")).await;
    assert_eq!((&whole.json["jobTitle"], &whole.json["businessPhones"][0]), (&"Cook".into(), &"+254 1".into()));
    let reply = get(format!("/v1.0/users/{KIM}")).await;
    assert_eq!(reply.keys(), whole.keys());
    assert_eq!((&reply.json["displayName"], &reply.json["surname"]), (&"Kim".into(), &"Abercrombie".into()));
    assert_eq!((&reply.json["jobTitle"], &reply.json["businessPhones"]), (&().into(), &serde_json::json!([])));
    let select = "$select=id,city,userType,usageLocation,assignedLicenses,createdDateTime";
    for path in [format!("/v1.0/users?{select}&$top=1"), format!("/v1.0/users?{select}&$filter=id eq '{KIM}'")] {
        let mut kim = get(path.replace(' ', "%20")).await.json["value"][0].clone();
        assert_eq!(kim.as_object_mut().unwrap().remove("id").unwrap(), serde_json::json!(KIM));
        let nothing = serde_json::json!({ "city": null, "userType": null, "usageLocation": null,
                                          "assignedLicenses": [], "createdDateTime": null });
        assert_eq!(kim, nothing);
    }
    let hidden = get("/v1.0/users?$filter=startswith(surname,'A')%20and%20jobTitle%20eq%20'Cook'".to_owned()).await;
    assert_eq!(hidden.status, 403, "{}", hidden.text);
    assert_eq!(get("/v1.0/users?$filter=startswith(surname,'A')".to_owned()).await.each("surname"), ["Abercrombie"]);
    let own = get(format!("/v1.0/users/{}?$select=userType", LEE)).await;
    assert_eq!(own.json["userType"], "Member");
}

#[tokio::test]
async fn who_reaches_somebody_through_another_object_sees_no_more_than_by_itself() {
    let office = Office::open().await;
    let get = async |token: &str, path: &str| {
        let reply = office.call(token, axum::http::Method::GET, path, None).await;
        assert_eq!(reply.status, 200, "{path}: {}", reply.text);
        reply.json
    };
    let manager = serde_json::json!({ "@odata.id": format!("https://graph.microsoft.com/v1.0/users/{KIM}") });
    let path = format!("/v1.0/users/{LEE}/manager/$ref");
    let set = office.call(&office.robot, axum::http::Method::PUT, &path, Some(manager)).await;
    assert_eq!(set.status, 204, "{}", set.text);
    office.give(KIM, CANTEEN).await;

    // Oneself: nothing but the id of the manager.
    let lee = office.person(LEE, &["User.Read"], &[]);
    let kim = get(&lee, "/v1.0/me/manager?$select=id,displayName,jobTitle,assignedLicenses").await;
    assert_eq!(kim["id"], KIM.to_string());
    let hidden = (&kim["displayName"], &kim["jobTitle"], &kim["assignedLicenses"]);
    assert_eq!(hidden, (&().into(), &().into(), &serde_json::json!([])));
    // Members of groups, to whom only the groups are open.
    let groups = office.app(&["GroupMember.Read.All"]);
    for path in ["members", "members/microsoft.graph.user", "transitiveMembers"] {
        let members = get(&groups, &format!("/v1.0/groups/{STAFF}/{path}?$select=id,mail,jobTitle,displayName")).await;
        let kim = members["value"].as_array().unwrap().iter().find(|one| one["id"] == KIM.to_string()).unwrap();
        assert_eq!((&kim["jobTitle"], &kim["displayName"]), (&().into(), &().into()), "{path}");
    }
    // Groups, to whom only users are open.
    let users = office.app(&["User.Read.All"]);
    let member_of = get(&users, &format!("/v1.0/users/{KIM}/memberOf?$select=id,displayName,createdDateTime")).await;
    assert_eq!(member_of["value"][0]["id"], STAFF.to_string());
    assert_eq!(member_of["value"][0]["displayName"], serde_json::Value::Null);
    // Whoever may read both sees both.
    let both = office.app(&["Directory.Read.All"]);
    let member_of = get(&both, &format!("/v1.0/users/{KIM}/memberOf")).await;
    assert_eq!(member_of["value"][0]["displayName"], "Staff");
    let members = get(&both, &format!("/v1.0/groups/{STAFF}/members")).await;
    assert_eq!(members["value"][0]["jobTitle"], "Cook");
}

#[tokio::test]
async fn evaluating_a_rule_takes_the_right_to_read_the_user() {
    let office = Office::open().await;
    let body = serde_json::json!({ "memberId": KIM, "membershipRule": "user.city -ne null" });
    let path = "/beta/groups/evaluateDynamicMembership";
    let post = async |roles: &[&str]| {
        office.call(&office.app(roles), axum::http::Method::POST, path, Some(body.clone())).await.status
    };
    assert_eq!(post(&["Group.Read.All"]).await, 403);
    assert_eq!(post(&["Group.Read.All", "User.Read.All"]).await, 200);
    assert_eq!(post(&["Directory.Read.All"]).await, 200);
}
