//! Query options that are not served are refused, and pages hold together (specification 5).

use crate::office::{KIM, Office, Reply, STAFF, contoso};
use axum::body::Body;
use axum::http::{Request, header};
use graph_api::ApiSettings;
use serde_json::{Value, json};

#[tokio::test]
async fn nothing_is_ignored_silently() {
    let office = Office::open().await;
    let top = |value: &str| {
        format!(
            "Invalid value '{value}' for $top query option found. The $top query option requires a non-negative integer \
             value."
        )
    };
    let size = |value: &str| format!("Invalid page size specified: '{value}'. Must be between 1 and 999 inclusive.");
    let search = "Request with $search query parameter only works through MSGraph with a special request header: \
                  'ConsistencyLevel: eventual'";
    let complex =
        "Unsupported or invalid query filter clause specified for property 'assignedLicenses' of resource 'User'.";
    let cases = [
        ("$top=x", "BadRequest", top("x")),
        ("$top=-1", "BadRequest", top("-1")),
        ("$top=0", "Request_UnsupportedQuery", size("0")),
        ("$top=1000", "Request_UnsupportedQuery", size("1000")),
        ("$top=99999999999999999999", "Request_UnsupportedQuery", size("99999999999999999999")),
        ("$skip=1", "BadRequest", "'$skip' is not supported by the service.".to_owned()),
        ("$search=%22displayName:k%22", "Request_UnsupportedQuery", search.to_owned()),
        ("$orderby=displayName", "Request_UnsupportedQuery", "Sorting not supported for current query.".to_owned()),
        ("$expand=memberOf", "Request_UnsupportedQuery", "Expand is not supported for current query.".to_owned()),
        ("$filter=assignedLicenses/$count%20ne%200", "Request_UnsupportedQuery", complex.to_owned()),
        ("$filter=displayName%20eq", "BadRequest", "Invalid filter clause".to_owned()),
        ("$nope=1", "BadRequest", "The query parameter '$nope' is not supported.".to_owned()),
        (
            "$top=1&top=2",
            "BadRequest",
            "Query option '$top' was specified more than once, but it must be specified at most once.".to_owned(),
        ),
        (
            "$skiptoken=x",
            "Directory_ExpiredPageToken",
            "The specified page token value has expired and can no longer be included in your request.".to_owned(),
        ),
    ];
    for (query, code, sentence) in cases {
        let reply = office.get(&format!("/v1.0/users?{query}")).await;
        assert_eq!(reply.error(), (400, code, sentence.as_str()), "{query}");
    }
    assert_eq!(office.get("/v1.0/users?$count=true&client-request-id=x").await.status, 200);
    for query in ["$top=1", "$filter=id%20eq%20'x'", "$skiptoken=x"] {
        let reply = office.get(&format!("/v1.0/users/{KIM}?{query}")).await;
        assert_eq!((reply.error().0, reply.error().1), (400, "Request_UnsupportedQuery"), "{query}");
    }
}

#[tokio::test]
async fn searching_is_refused_with_the_header_too() {
    let office = Office::open().await;
    let request = Request::get("/v1.0/users?$search=%22displayName:k%22&$count=true")
        .header(header::AUTHORIZATION, format!("Bearer {}", office.robot))
        .header("ConsistencyLevel", "eventual");
    let reply = office.send(request.body(Body::empty()).unwrap()).await;
    let sentence = "Searches against this resource are not supported.";
    assert_eq!(reply.error(), (400, "Request_UnsupportedQuery", sentence));
}

#[tokio::test]
async fn a_collection_is_counted_for_whoever_accepts_that_the_count_lags() {
    let office = office_with_users(10).await;
    let get = |path: &str, level: Option<&str>| {
        let request = Request::get(path).header(header::AUTHORIZATION, format!("Bearer {}", office.admin()));
        let request = level.into_iter().fold(request, |request, level| request.header("ConsistencyLevel", level));
        request.body(Body::empty()).unwrap()
    };
    for (path, count) in [
        ("/v1.0/users?$count=true&$top=2&$select=id".to_owned(), 13),
        ("/v1.0/users?$count=true&$filter=id%20eq%20'5'".to_owned(), 0),
        ("/v1.0/groups?$count=true".to_owned(), 2),
        ("/v1.0/groups?$count=true&$filter=hasMembersWithLicenseErrors%20eq%20true".to_owned(), 0),
        (format!("/v1.0/groups/{STAFF}/members?$count=true&$top=1"), 3),
        (format!("/v1.0/groups/{STAFF}/membersWithLicenseErrors?$count=true"), 0),
        ("/v1.0/subscribedSkus?$count=true".to_owned(), 6),
    ] {
        let reply = office.send(get(&path, Some("Eventual"))).await;
        assert_eq!(reply.json["@odata.count"], json!(count), "{path}: {}", reply.text);
        assert_eq!(reply.keys()[..2], ["@odata.context", "@odata.count"]);
        let reply = office.send(get(&path, None)).await;
        assert_eq!((reply.status, reply.json.get("@odata.count")), (200, None), "{path}");
    }
    let reply = office.send(get("/v1.0/users?$count=false", Some("eventual"))).await;
    assert_eq!(reply.keys(), ["@odata.context", "value"]);
}

async fn office_with_users(count: usize) -> Office {
    let mut world = contoso();
    let user = |number| json!({ "userPrincipalName": format!("u{number}@contoso.example"), "displayName": number });
    world["tenants"][0]["users"].as_array_mut().unwrap().extend((0..count).map(|number| {
        let mut user = user(number);
        user["displayName"] = json!(format!("U{number}"));
        user
    }));
    Office::of(&world, ApiSettings::default()).await
}

fn next(reply: &Reply) -> Option<String> {
    reply.json["@odata.nextLink"].as_str().map(|link| link.strip_prefix("http://graph.test").unwrap().to_owned())
}

#[tokio::test]
async fn a_walk_through_all_pages_meets_every_user_once() {
    let office = office_with_users(247).await;
    let reply = office.get("/v1.0/users").await;
    assert_eq!(reply.each("id").len(), 100);
    let mut names: Vec<Value> = Vec::new();
    let mut link = Some("/v1.0/users?$top=125&$select=displayName&x=1".to_owned());
    let mut pages = 0;
    while let Some(path) = link {
        let reply = office.get(&path).await;
        names.extend(reply.each("displayName").into_iter().cloned());
        link = next(&reply);
        if let Some(link) = &link {
            assert!(link.starts_with("/v1.0/users?$top=125&$select=displayName&x=1&$skiptoken=RFNwd"), "{link}");
        }
        pages += 1;
    }
    assert_eq!((pages, names.len()), (2, 250));
    names.sort_by_key(ToString::to_string);
    names.dedup();
    assert_eq!(names.len(), 250);
}

#[tokio::test]
async fn a_page_token_is_of_use_only_where_it_was_given() {
    let office = office_with_users(3).await;
    let link = next(&office.get("/v1.0/users?$top=1").await).unwrap();
    assert_eq!(office.get(&link).await.status, 200);
    let (_, token) = link.split_once("$skiptoken=").unwrap();
    let mut changed = token.to_owned();
    changed.pop();
    for path in [
        format!("/v1.0/groups?$top=1&$skiptoken={token}"),
        format!("/v1.0/groups/{STAFF}/members?$top=1&$skiptoken={token}"),
        format!("/v1.0/users?$skiptoken={changed}"),
        format!("/v1.0/users?$skiptoken={token}A"),
        "/v1.0/users?$skiptoken=".to_owned(),
    ] {
        let reply = office.get(&path).await;
        assert_eq!((reply.status, reply.error().1), (400, "Directory_ExpiredPageToken"), "{path}");
    }
    // In the second tenant the same token means nothing either.
    let other = crate::office::app_token(&office.keys, crate::office::OTHER_TENANT, &["User.Read.All"]);
    assert_eq!(office.call(&other, axum::http::Method::GET, &link, None).await.error().1, "Directory_ExpiredPageToken");
}
