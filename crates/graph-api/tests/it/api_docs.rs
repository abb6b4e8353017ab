//! The requests of the API pages that this product was made from, with their bodies as they
//! are printed there.

use crate::office::{CANTEEN, KIM, Office, STAFF, TENANT, TILL, adding};
use axum::body::Body;
use axum::http::{Method, Request, header};
use serde_json::json;
use uuid::{Uuid, uuid};

async fn replay(office: &Office, path: &str, body: &str) -> crate::office::Reply {
    let request = Request::builder()
        .method(Method::POST)
        .uri(format!("https://graph.microsoft.com{path}"))
        .header(header::AUTHORIZATION, format!("Bearer {}", office.admin()))
        .header("Content-type", "application/json");
    office.send(request.body(Body::from(body.to_owned())).unwrap()).await
}

/// user-assignlicense-v1.0-2024.md, first request
const USER_ADDS: &str = r#"{
"addLicenses": [
{
"disabledPlans": [
"8a256a2b-b617-496d-b51b-e76466e88db0"
],
"skuId": "84a661c4-e949-4bd2-a560-ed7766fcaf2b"
},
{
"disabledPlans": [],
"skuId": "f30db892-07e9-47e9-837c-80727f46fd3d"
}
],
"removeLicenses": []
}"#;

/// user-assignlicense-v1.0-2024.md, second request
const USER_REMOVES: &str = r#"{
"addLicenses": [],
"removeLicenses": [
"f30db892-07e9-47e9-837c-80727f46fd3d",
"84a661c4-e949-4bd2-a560-ed7766fcaf2b"
]
}"#;

/// user-assignlicense-v1.0-2015.md
const USER_2015: &str = r#"{
  "addLicenses": [
    {
      "disabledPlans": [ "11b0131d-43c8-4bbb-b2c8-e80f9a50834a" ],
      "skuId": "guid"
    }
  ],
  "removeLicenses": [ "bea13e0c-3828-4daa-a392-28af7ff61a0f" ]
}"#;

/// group-assignlicense-beta-2024.md, first request
const GROUP_ADDS: &str = r#"{
  "addLicenses": [
    {
      "disabledPlans": [
        "113feb6c-3fe4-4440-bddc-54d774bf0318",
        "14ab5db5-e6c4-4b20-b4bc-13e36fd2227f"
      ],
      "skuId": "b05e124f-c7cc-45a0-a6aa-8cf78c946968"
    },
    {
      "disabledPlans": [
        "a413a9ff-720c-4822-98ef-2f37c2a21f4c"
      ],
      "skuId": "c7df2760-2c81-4ef7-b578-5b5392b571df"
    }
  ],
  "removeLicenses": []
}"#;

/// group-assignlicense-beta-2024.md, second request
const GROUP_REMOVES: &str = r#"{
  "addLicenses": [],
  "removeLicenses": [
    "c7df2760-2c81-4ef7-b578-5b5392b571df",
    "b05e124f-c7cc-45a0-a6aa-8cf78c946968"
  ]
}"#;

/// group-assignlicense-localtest.md and managed-device-user-assignlicense-localtest.md
const LOCALTEST: &str = r#"{
  "addLicenses": [
    {
      "@odata.type": "microsoft.graph.assignedLicense"
    }
  ],
  "removeLicenses": [
    "53c01d8b-1d8b-53c0-8b1d-c0538b1dc053"
  ]
}"#;

#[tokio::test]
async fn user_assignlicense_of_2024() {
    let office = Office::open().await;
    let reply = replay(&office, "/v1.0/me/assignLicense", USER_ADDS).await;
    assert_eq!(reply.status, 200, "{}", reply.text);
    assert_eq!(
        (&reply.json["accountEnabled"], &reply.json["city"], &reply.json["companyName"]),
        (&json!(true), &json!("Nairobi"), &json!("Contoso"))
    );
    let mut licenses = reply.json["assignedLicenses"].as_array().unwrap().clone();
    licenses.sort_by_key(|license| license["skuId"].to_string());
    assert_eq!(
        licenses,
        [
            json!({ "disabledPlans": ["8a256a2b-b617-496d-b51b-e76466e88db0"], "skuId": "84a661c4-e949-4bd2-a560-ed7766fcaf2b" }),
            json!({ "disabledPlans": [], "skuId": "f30db892-07e9-47e9-837c-80727f46fd3d" }),
        ]
    );
    let reply = replay(&office, "/v1.0/me/assignLicense", USER_REMOVES).await;
    assert_eq!((reply.status, &reply.json["assignedLicenses"]), (200, &json!([])), "{}", reply.text);
}

#[tokio::test]
async fn user_assignlicense_of_2015() {
    let office = Office::open().await;
    let reply = replay(&office, "/v1.0/me/assignLicense", USER_2015).await;
    let sentence =
        "Cannot convert a primitive value to the expected type 'Edm.Guid'. See the inner exception for more details.";
    assert_eq!(reply.error(), (400, "Request_BadRequest", sentence));
}

#[tokio::test]
async fn group_assignlicense_of_2024() {
    let office = Office::open().await;
    let path = format!("/beta/groups/{}/assignLicense", uuid!("1132b215-826f-42a9-8cfe-1643d19d17fd"));
    for (body, licenses) in [(GROUP_ADDS, 2), (GROUP_REMOVES, 0)] {
        let reply = replay(&office, &path, body).await;
        assert_eq!(reply.status, 202, "{}", reply.text);
        let location = "https://graph.microsoft.com/v2/e8e96c2a-d787-4eb1-98d7-9e57c965f1de/directoryObjects/\
                        1132b215-826f-42a9-8cfe-1643d19d17fd/Microsoft.DirectoryServices.Group";
        // Without a setting that says otherwise the request came over http.
        assert_eq!(reply.header("location"), location.replace("https:", "http:"));
        assert_eq!(
            (
                &reply.json["id"],
                &reply.json["createdDateTime"],
                &reply.json["groupTypes"],
                &reply.json["securityEnabled"]
            ),
            (&json!(STAFF), &json!("2021-03-12T11:15:03Z"), &json!([]), &json!(true))
        );
        office.engine.settle().await.unwrap();
        let reply = office.get(&format!("/v1.0/users/{KIM}?$select=assignedLicenses,licenseAssignmentStates")).await;
        assert_eq!(reply.json["assignedLicenses"].as_array().unwrap().len(), licenses, "{}", reply.text);
    }
    assert_eq!(TENANT, uuid!("e8e96c2a-d787-4eb1-98d7-9e57c965f1de"));
}

#[tokio::test]
async fn the_generated_page_of_groups() {
    let office = Office::open().await;
    for path in [
        format!("/localtest/groups/{STAFF}/assignLicense"),
        format!("/localtest/me/joinedGroups/{STAFF}/assignLicense"),
        format!("/localtest/users/{KIM}/joinedGroups/{STAFF}/assignLicense"),
    ] {
        office.give_group(STAFF, CANTEEN).await;
        let reply = replay(&office, &path, LOCALTEST).await;
        assert_eq!(reply.status, 200, "{}", reply.text);
        assert_eq!(reply.json["value"]["@odata.type"], "#microsoft.graph.group");
        assert_eq!(reply.json["value"]["assignedLicenses"], json!([]));
    }
}

#[tokio::test]
async fn the_generated_page_of_users_on_managed_devices() {
    let office = Office::open().await;
    let max: Uuid = crate::office::MAX;
    office.post(&format!("/v1.0/users/{max}/assignLicense"), adding(CANTEEN)).await;
    let path = format!("/localtest/me/managedDevices/{TILL}/users/{max}/assignLicense");
    let reply = replay(&office, &path, LOCALTEST).await;
    assert_eq!(reply.status, 200, "{}", reply.text);
    assert_eq!(reply.json["value"]["@odata.type"], "#microsoft.graph.user");
    assert_eq!(reply.json["value"]["assignedLicenses"], json!([]));
}
