//! Somebody who is in more groups than are read at a time.

use crate::office::{KIM, Office, contoso};
use graph_api::ApiSettings;
use serde_json::{Value, json};
use uuid::Uuid;

fn group(at: u128) -> Uuid {
    Uuid::from_u128(0x5000 + at)
}

/// Kim is in every third of 180 groups, in one of them by another.
async fn office() -> Office {
    let mut world = contoso();
    let groups = world["tenants"][0]["groups"].as_array_mut().unwrap();
    for at in 0..180 {
        let members = if at % 3 == 0 { json!(["kim@contoso.example"]) } else { json!([]) };
        let name = format!("Group {at}");
        groups.push(json!({ "id": group(at), "displayName": name, "securityEnabled": true, "members": members }));
    }
    let outer = groups.iter_mut().find(|candidate| candidate["id"] == json!(group(100))).unwrap();
    outer["members"] = json!([group(99)]);
    Office::of(&world, ApiSettings::default()).await
}

#[tokio::test]
async fn groups_are_found_wherever_they_stand_among_many() {
    let office = office().await;
    let path = format!("/v1.0/users/{KIM}/checkMemberGroups");
    let ask = async |ids: &[u128]| -> Value {
        let ids: Vec<Uuid> = ids.iter().map(|at| group(*at)).collect();
        office.post(&path, json!({ "groupIds": ids })).await.json["value"].clone()
    };
    let asked = [179, 0, 1, 177, 100, 99, 98, 60, 61, 62, 63, 3, 120, 150, 151, 30, 31, 33, 90, 9];
    let expected: Vec<Uuid> = asked.iter().filter(|at| **at % 3 == 0 || **at == 100).map(|at| group(*at)).collect();
    assert_eq!(ask(&asked).await, json!(expected));
    assert_eq!(ask(&[1, 2, 4]).await, json!([]));
    assert_eq!(ask(&[177]).await, json!([group(177)]));
}
