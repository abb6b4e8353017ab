//! `seatwright explain`: why a user has a service or lacks it.

use crate::process::Folder;
use crate::world::{ADELE, BEN, CLEO, TENANT, contoso};
use serde_json::{Value, json};

/// Ben has the only parking place; Staff wants one for each of its members, together with the canteen.
fn folder() -> Folder {
    let mut world = contoso();
    world["tenants"][0]["groups"][0]["assignedLicenses"] =
        json!([{ "skuPartNumber": "PARKING" }, { "skuPartNumber": "CANTEEN", "disabledPlans": [DINNER] }]);
    let folder = Folder::with_world(&world);
    let server = folder.serve();
    server.settle();
    server.terminate().succeeds();
    folder
}

const DINNER: &str = "11b0131d-43c8-4bbb-b2c8-e80f9a50834b";

#[test]
fn a_person_reads_what_stands_in_the_way_and_what_helps() {
    let folder = folder();
    let told = folder.run(&format!("explain {ADELE}")).succeeds();
    assert_eq!(
        told,
        "adele@contoso.example, usage location KE

Licences
  CANTEEN of the group Staff: Error, Other
      The group gives all of its licences or none, and PARKING cannot be applied. (rule Other)
      -> Solve what stands in the way of PARKING.
  PARKING of the group Staff: Error, CountViolation
      Subscription with SKU 53c01d8b-1d8b-53c0-8b1d-c0538b1dc054 does not have any available licenses. (rule E6)
      -> 1 of 1 seats of PARKING are in use: free one or buy more, then call reprocessLicenseAssignment.

Service plans
  LUNCH   Missing   would come by CANTEEN of the group Staff
  GARAGE  Missing   would come by PARKING of the group Staff
"
    );
    let told = folder.run(&format!("explain {CLEO}")).succeeds();
    assert!(told.ends_with("Licences\n  none, and no group of the user has any\n"), "{told}");
}

#[test]
fn one_plan_is_told_of_alone() {
    let folder = folder();
    let told = folder.run(&format!("explain {BEN} garage --tenant {TENANT}")).succeeds();
    assert_eq!(
        told,
        "ben@contoso.example, usage location US

Licences
  PARKING, assigned directly: Active
  PARKING of the group Staff: Active

Service plans
  GARAGE  Enabled   by PARKING, assigned directly; PARKING of the group Staff
"
    );
    let told = folder.run(&format!("explain {BEN} {DINNER}")).succeeds();
    assert!(told.ends_with("DINNER  Disabled  left out of CANTEEN of the group Staff\n"), "{told}");
}

#[test]
fn the_rule_that_makes_somebody_a_member_is_told() {
    let mut world = contoso();
    let rule = "user.usageLocation -eq \"KE\"";
    let group = &mut world["tenants"][0]["groups"][0];
    group["groupTypes"] = json!(["DynamicMembership"]);
    group["membershipRule"] = json!(rule);
    group["membershipRuleProcessingState"] = json!("On");
    group.as_object_mut().unwrap().remove("members");
    let folder = Folder::with_world(&world);
    let server = folder.serve();
    server.settle();
    server.terminate().succeeds();
    let told = folder.run(&format!("explain {ADELE} lunch")).succeeds();
    assert!(told.contains(&format!("\nGroups whose rules decide\n  Staff: {rule}\n")), "{told}");
}

#[test]
fn a_program_reads_json() {
    let folder = folder();
    let told: Value = serde_json::from_str(&folder.run(&format!("explain {ADELE} --json")).succeeds()).unwrap();
    assert_eq!(told["user"]["userPrincipalName"], ADELE);
    let parking = &told["licenses"][1];
    assert_eq!(parking["skuPartNumber"], "PARKING");
    assert_eq!(parking["assignedByGroup"]["displayName"], "Staff");
    assert_eq!((&parking["state"], &parking["error"]), (&json!("Error"), &json!("CountViolation")));
    assert_eq!(parking["rule"], "E6");
    assert_eq!(told["servicePlans"][0]["missingBy"][0]["skuPartNumber"], "CANTEEN");
}

#[test]
fn every_rule_that_is_named_is_in_the_manual() {
    let manual = std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/rules.md")).unwrap();
    for rule in ["E6", "E7", "E8", "E15", "E16", "Other"] {
        assert!(manual.contains(&format!("\n## {rule}\n")), "{rule}");
    }
}

#[test]
fn who_or_what_is_not_there_is_told_in_one_line() {
    let folder = folder();
    folder.run("explain dan@contoso.example").is_a_mistake("has no user dan@contoso.example");
    folder.run(&format!("explain {ADELE} sauna")).is_a_mistake("contains a service plan sauna");
    folder.run(&format!("explain {ADELE} --tenant {DINNER}")).is_a_mistake("has no tenant");
}
