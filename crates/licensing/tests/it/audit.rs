//! What entries tell (specification 4.9). That they tell it truly is checked after every command by `invariants`.

use crate::names::{all_of, id, sku_id, user_ref, without};
use crate::office::{everybody_joins, office};
use crate::world::World;
use licensing::Command;
use licensing::audit::{
    Activity, Affected, AuditEntry, Detail, Event, GroupTotals, LicenseChange, Licenses, PropertyChange,
};
use licensing::decide::update_group::UpdateGroup;
use licensing::decide::update_user::UpdateUser;
use licensing::directory::{Member, Properties, Value};
use licensing::facts::{Chunk, Work};
use licensing::ids::{GroupKey, SkuKey, TenantId, UserKey};
use uuid::Uuid;

/// The entries of an activity that the last command wrote.
fn entries(world: &World, activity: Activity) -> Vec<&AuditEntry> {
    world.written.audit.iter().filter(|entry| entry.activity == activity).collect()
}

fn licenses(world: &World, skus: &[&str]) -> Licenses {
    skus.iter().map(|sku| (world.sku_key(sku), all_of(sku).disabled)).collect()
}

fn text(text: &str) -> Value {
    Value::Text(text.to_owned())
}

fn change(name: &str, old: Value, new: Value) -> PropertyChange {
    PropertyChange { name: name.to_owned(), old, new }
}

#[test]
fn hundreds_of_users_alike_cost_one_pair_of_sets() {
    let mut world = office();
    world.sku("MANY", 10_000, &["many"]);
    let users: Vec<String> = (0..150).map(|number| format!("user-{number:03}")).collect();
    for user in &users {
        world.user(user);
        world.join(user, "sales").unwrap();
    }
    // Every third one has something of its own, so that no two neighbours are alike.
    for user in users.iter().step_by(3).take(9) {
        world.assign(user, &[all_of("SKYPE")], &[]).unwrap();
    }
    world.license("sales", &[all_of("MANY")], &[]).unwrap();
    world.run_chunk(Chunk { of: Work::Group(GroupKey(1)), users_max: 4_096 });
    let [entry] = entries(&world, Activity::ChangeUserLicense)[..] else { panic!() };
    let sizes: Vec<usize> = entry.affected.iter().map(|affected| affected.users.len()).collect();
    assert_eq!(sizes, [141, 9]);
    let (before, after) = (Licenses::new(), licenses(&world, &["MANY"]));
    assert_eq!(entry.affected[0].licenses, Some(LicenseChange { before, after }));
}

/// More kinds of users, in turns, than a user is compared with at once.
#[test]
fn users_alike_find_each_other_among_many_kinds() {
    let mut world = office();
    let skus: Vec<String> = (0..12).map(|number| format!("S{number:02}")).collect();
    skus.iter().for_each(|sku| world.sku(sku, 10, &[sku]));
    for number in 0..36 {
        let user = format!("user-{number:02}");
        world.user(&user);
        world.join(&user, "sales").unwrap();
        world.assign(&user, &[all_of(&skus[number % skus.len()])], &[]).unwrap();
    }
    world.sku("MANY", 100, &["many"]);
    world.license("sales", &[all_of("MANY")], &[]).unwrap();
    world.run_chunk(Chunk { of: Work::Group(GroupKey(1)), users_max: 4_096 });
    let [entry] = entries(&world, Activity::ChangeUserLicense)[..] else { panic!() };
    assert!(entry.affected.iter().all(|affected| affected.users.len() == 3), "{:?}", entry.affected);
    assert_eq!(entry.affected.len(), skus.len());
}

#[test]
fn who_failed_is_told_with_the_reason_and_the_group_with_its_totals() {
    let mut world = office();
    everybody_joins(&mut world, "sales");
    world.license("sales", &[all_of("ONE")], &[]).unwrap();
    let [set] = entries(&world, Activity::SetGroupLicense)[..] else { panic!() };
    let change = LicenseChange { before: Licenses::new(), after: licenses(&world, &["ONE"]) };
    assert_eq!(set.detail, Detail::Licenses(change.clone()));
    world.run_chunk(Chunk { of: Work::Group(GroupKey(1)), users_max: 4_096 });
    let [entry] = entries(&world, Activity::ChangeUserLicense)[..] else { panic!() };
    let failure = format!("Subscription with SKU {} does not have any available licenses.", sku_id("ONE"));
    let nothing = LicenseChange::default();
    let expected = [
        Affected { users: vec![UserKey(0)], failure: None, licenses: Some(change) },
        Affected { users: vec![UserKey(1), UserKey(2)], failure: Some(failure), licenses: Some(nothing) },
    ];
    assert_eq!(entry.affected, expected);
    let [finish] = entries(&world, Activity::FinishApplyingGroupLicense)[..] else { panic!() };
    assert_eq!(finish.detail, Detail::Totals(GroupTotals { succeeded: 1, failed: 2 }));
}

#[test]
fn direct_licences_are_told_before_and_after() {
    let mut world = office();
    world.assign("ann", &[all_of("E3")], &[]).unwrap();
    world.assign("ann", &[without("E3", &["docs"])], &[]).unwrap();
    let change = |world: &World| world.written.audit[0].affected[0].licenses.clone().unwrap();
    let after: Licenses = [(world.sku_key("E3"), without("E3", &["docs"]).disabled)].into();
    assert_eq!(change(&world), LicenseChange { before: licenses(&world, &["E3"]), after: after.clone() });
    world.assign("ann", &[], &["E3"]).unwrap();
    assert_eq!(change(&world), LicenseChange { before: after, after: Licenses::new() });
}

#[test]
fn updates_name_what_they_changed_and_nothing_else() {
    let mut world = office();
    let properties = |city: Value| Properties([("city".to_owned(), city), ("jobTitle".to_owned(), Value::Null)].into());
    let update = |name: Option<&str>, location, city| {
        let principal_name = name.map(str::to_owned);
        let properties = properties(city);
        Command::UpdateUser(UpdateUser { user: user_ref("ann"), principal_name, usage_location: location, properties })
    };
    let germany = Some(Some(crate::names::country("DE")));
    world.run(&update(Some("anna@contoso.example"), germany, text("Kisumu"))).unwrap();
    let expected = vec![
        change("city", Value::Null, text("Kisumu")),
        change("usageLocation", text("US"), text("DE")),
        change("userPrincipalName", text("ann@contoso.example"), text("anna@contoso.example")),
    ];
    assert_eq!(world.written.audit[0].detail, Detail::Properties(expected));
    world.run(&update(Some("anna@contoso.example"), Some(None), Value::Null)).unwrap();
    let cleared = vec![change("city", text("Kisumu"), Value::Null), change("usageLocation", text("DE"), Value::Null)];
    assert_eq!(world.written.audit[0].detail, Detail::Properties(cleared));
    let update = UpdateGroup { group: id("lab"), properties: properties(text("Busia")), members: Vec::new() };
    world.run(&Command::UpdateGroup(update)).unwrap();
    let expected = vec![change("city", Value::Null, text("Busia"))];
    assert_eq!(world.written.audit[0].detail, Detail::Properties(expected));
}

#[test]
fn an_entry_has_one_event_for_each_user_or_one_in_all() {
    let mut world = office();
    world.join("lab", "sales").unwrap();
    let [entry] = &world.written.audit[..] else { panic!() };
    assert_eq!(entry.events(), [Event { position: 0, activity: Activity::AddMember, user: None, affected: None }]);
    let (lab, sales) = (Member::Group(GroupKey(0)), Member::Group(GroupKey(1)));
    assert_eq!(entry.targets(&entry.events()[0]), [lab, sales]);
    assert!(entry.concerns(lab) && entry.concerns(sales) && !entry.concerns(Member::User(UserKey(0))));

    world.join("ann", "sales").unwrap();
    let entry = &world.written.audit[0];
    assert_eq!(entry.targets(&entry.events()[0]), [Member::User(UserKey(0)), sales]);

    world.join("cyd", "sales").unwrap();
    world.license("sales", &[all_of("ONE")], &[]).unwrap();
    world.run_chunk(Chunk { of: Work::Group(GroupKey(1)), users_max: 4_096 });
    let [entry] = entries(&world, Activity::ChangeUserLicense)[..] else { panic!() };
    let event = |position, activity, user: u32, affected| Event {
        position,
        activity,
        user: Some(UserKey(user)),
        affected: Some(affected),
    };
    // Who got a licence was updated as well; who got none was not.
    let (licensed, updated) = (Activity::ChangeUserLicense, Activity::UpdateUser);
    assert_eq!(entry.events(), [event(0, licensed, 0, 0), event(1, updated, 0, 0), event(2, licensed, 2, 1)]);
    assert!(entry.may_tell_of(licensed) && entry.may_tell_of(updated) && !entry.may_tell_of(Activity::AddUser));
    assert_eq!(entry.targets(&entry.events()[2]), [Member::User(UserKey(2))], "the group was not changed");
    assert!(entry.concerns(Member::User(UserKey(2))) && !entry.concerns(sales));
}

#[test]
fn entries_of_one_request_belong_together_and_others_stand_alone() {
    let mut world = office();
    world.assign("ann", &[all_of("E3")], &[]).unwrap();
    let mut entry = world.written.audit[0].clone();
    let tenant = TenantId(Uuid::from_u128(0xe8e9_6c2a_d787_4eb1_98d7_9e57_c965_f1de));
    let (one, other) = (entry.correlation_id(tenant, 1), entry.correlation_id(tenant, 2));
    assert!(one != other && one == entry.correlation_id(tenant, 1) && one.get_version_num() == 4);
    entry.request = Some(id("request"));
    assert_eq!(entry.correlation_id(tenant, 1), id("request"));
}

#[test]
fn entries_alike_are_taken_in() {
    let licenses = |sku| {
        let after = [(SkuKey(sku), all_of("x").disabled)].into();
        Some(LicenseChange { before: Licenses::new(), after })
    };
    let entry = |user, sku| AuditEntry {
        affected: vec![Affected { licenses: licenses(sku), ..Affected::succeeded(UserKey(user)) }],
        ..office().written.audit.first().cloned().unwrap()
    };
    let mut all = entry(0, 0);
    [entry(1, 1), entry(2, 0), entry(3, 1)].into_iter().for_each(|entry| all.absorb(entry));
    let users: Vec<_> = all.affected.iter().map(|affected| affected.users.clone()).collect();
    assert_eq!(users, [[UserKey(0), UserKey(2)], [UserKey(1), UserKey(3)]]);
    assert_eq!(all.user_count(), 4);
}
