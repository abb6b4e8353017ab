//! Rules of dynamic groups, and the work that they are.

use super::office::{Office, asking};
use super::world::{ALPHA, Draft, at, deleted, group, id, licenses, queued, user};
use engine::store::{GroupSet, Store, UserSet, Waiting};
use licensing::ChangeSet;
use licensing::change_set::RuleUpdate;
use licensing::directory::Member;
use licensing::dynamic_group::{DynamicGroup, Named, RuleStatus};
use licensing::facts::{Chunk, ChunkFacts, GroupFacts, Progress, Scope, UserRef, Work};
use licensing::ids::{GroupKey, TenantKey, UserKey};
use licensing::tenant::Tenant;
use std::sync::Arc;

const STAFF: GroupKey = GroupKey(0);
const SALES: GroupKey = GroupKey(1);

/// Users 0 to 4, of whom 3 is deleted, and three groups.
async fn five(store: Arc<dyn Store>) -> Office {
    let office = Office::new(store).await;
    let people = (0..5).fold(ChangeSet::default(), |changes, key| changes.user(user(key, &format!("user-{key}"))));
    let groups = people.group(group(0, "staff")).group(group(1, "sales")).group(group(2, "board"));
    office.write(groups.user(deleted(user(3, "user-3")))).await;
    office
}

fn rule(text: &str) -> DynamicGroup {
    DynamicGroup::new(text, true, Named::default()).unwrap()
}

fn follower() -> DynamicGroup {
    let text = format!("user.memberOf -any (group.objectId -in ['{}', 'x', '{}'])", id("board"), id("staff"));
    let groups = vec![Some(GroupKey(2)), None, Some(STAFF)];
    DynamicGroup::new(&text, true, Named { groups, manager: None }).unwrap()
}

fn rules(key: GroupKey, group: Option<DynamicGroup>) -> ChangeSet {
    ChangeSet { dynamic_groups: vec![(key, group)], ..ChangeSet::default() }
}

fn waits(key: GroupKey, progress: Option<Progress>) -> ChangeSet {
    ChangeSet { pending_rules: vec![(key, progress)], ..ChangeSet::default() }
}

/// Asserts the same of the tenant, whichever way it is read.
async fn everywhere(office: &Office, check: impl Fn(&Tenant)) {
    check(office.tenant().await.as_ref());
    check(&office.load(Scope::default()).await.tenant);
    check(&office.store.user(office.key, &UserRef::Name("nobody".to_owned())).await.unwrap().tenant);
}

pub async fn rules_of_groups_round_trip_and_are_replaced(store: Arc<dyn Store>) {
    let office = five(store).await;
    everywhere(&office, |tenant| assert!(tenant.dynamic_groups.is_empty() && !tenant.dynamic_groups.any_is_on())).await;
    let text = "user.department -eq \"Größe ' 端末\"";
    let mut changes = rules(STAFF, Some(rule(text)));
    changes.then(rules(SALES, Some(follower().turned(false))));
    office.write(changes).await;
    everywhere(&office, |tenant| {
        assert_eq!(tenant.dynamic_groups.get(STAFF), Some(&rule(text)));
        assert_eq!(tenant.dynamic_groups.get(SALES), Some(&follower().turned(false)));
    })
    .await;
    let mut changes = rules(STAFF, None);
    changes.then(rules(SALES, Some(rule("user.city -eq null"))));
    office.write(changes).await;
    everywhere(&office, |tenant| {
        assert!(tenant.dynamic_groups.iter().map(|(key, _)| key).eq([SALES]));
        assert_eq!(tenant.dynamic_groups.get(SALES), Some(&rule("user.city -eq null")));
    })
    .await;
}

pub async fn the_manager_that_a_rule_names_round_trips(store: Arc<dyn Store>) {
    let office = five(store).await;
    let text = format!("Direct Reports for \"{}\"", id("user-1"));
    for manager in [None, Some(UserKey(1))] {
        let reports = DynamicGroup::new(&text, true, Named { groups: Vec::new(), manager }).unwrap();
        office.write(rules(STAFF, Some(reports.clone()))).await;
        everywhere(&office, |tenant| assert_eq!(tenant.dynamic_groups.get(STAFF), Some(&reports))).await;
    }
}

pub async fn when_a_rule_was_last_run_round_trips(store: Arc<dyn Store>) {
    let office = five(store).await;
    let hired = rule("user.employeeHireDate -le system.now");
    for run_at in [Some(at(7)), Some(at(9)), None] {
        let hired = hired.clone().run(run_at);
        assert_eq!(hired.run_at(), run_at);
        office.write(rules(STAFF, Some(hired.clone()))).await;
        everywhere(&office, |tenant| assert_eq!(tenant.dynamic_groups.get(STAFF), Some(&hired))).await;
    }
    assert_eq!(hired.run(Some(at(9))).turned(false).run_at(), None, "it is paused");
    assert_eq!(rule("user.city -eq null").run(Some(at(9))).run_at(), None, "it does not follow time");
}

pub async fn users_know_the_groups_that_rules_are_about(store: Arc<dyn Store>) {
    let office = five(store).await;
    office.write(ChangeSet::default().joins(0, 0).joins(1, 0).joins(2, 0)).await;
    let ruled = async || office.find("user-0").await.unwrap().ruled_groups;
    assert!(ruled().await.is_empty());
    office.write(rules(SALES, Some(follower()))).await;
    assert_eq!(ruled().await, [STAFF, SALES, GroupKey(2)]);
    office.write(rules(SALES, Some(rule("user.city -eq null")))).await;
    assert_eq!(ruled().await, [SALES]);
    let facts = office.load(asking(&["user-0"], &[])).await;
    assert_eq!(facts.users[&UserKey(0)].ruled_groups, [SALES]);
    office.write(ChangeSet::default().leaves(1, 0).licenses(0, licenses("staff", 0, &[ALPHA]))).await;
    assert!(ruled().await.is_empty());
    assert_eq!(office.find("user-0").await.unwrap().licensed_groups, [STAFF]);
}

pub async fn what_became_of_a_rule_round_trips(store: Arc<dyn Store>) {
    let office = five(store).await;
    let read = async || office.store.group(office.key, id("staff")).await.unwrap().value.unwrap();
    assert_eq!((read().await.rule_status, read().await.members_updated_at), (None, None));
    let updates = |updates: Vec<RuleUpdate>| ChangeSet {
        rule_updates: updates.into_iter().map(|update| (STAFF, update)).collect(),
        ..ChangeSet::default()
    };
    for (status, _) in RuleStatus::ALL {
        office.write(updates(vec![RuleUpdate::Status(RuleStatus::Running), RuleUpdate::Status(status)])).await;
        assert_eq!(read().await.rule_status, Some(status));
    }
    office.write(updates(vec![RuleUpdate::Members(at(-5)), RuleUpdate::Members(at(1_763_786_402_123))])).await;
    let expected = GroupFacts {
        rule_status: Some(RuleStatus::Succeeded),
        members_updated_at: Some(at(1_763_786_402_123)),
        ..group(0, "staff")
    };
    assert_eq!(read().await, expected);
    office.write(ChangeSet::default().group(group(0, "staff"))).await;
    assert_eq!(read().await, group(0, "staff"));
}

pub async fn a_rule_waits_with_its_progress(store: Arc<dyn Store>) {
    let office = five(store).await;
    office.write(rules(STAFF, Some(rule("user.city -eq null")))).await;
    let waiting = async || office.store.waiting(office.key).await.unwrap().value;
    assert!(office.store.tenants_with_work().await.unwrap().is_empty());
    office.write(waits(STAFF, Some(queued()))).await;
    assert_eq!(waiting().await, [Waiting { work: Work::Rule(STAFF), progress: queued() }]);
    assert_eq!(office.store.tenants_with_work().await.unwrap(), [TenantKey(1)]);
    let advanced = Progress { cursor: Some(UserKey(1)), succeeded: 7, failed: 2, queued_at: at(-5) };
    office.write(waits(STAFF, Some(advanced))).await;
    assert_eq!(waiting().await, [Waiting { work: Work::Rule(STAFF), progress: advanced }]);
    office.write(waits(STAFF, None)).await;
    assert!(waiting().await.is_empty());
}

pub async fn a_chunk_of_a_rule_has_live_users_with_profiles(store: Arc<dyn Store>) {
    let office = five(store).await;
    office.write(rules(STAFF, Some(rule("user.city -eq null")))).await;
    let next = async |users_max| {
        let chunk = Some(Chunk { of: Work::Rule(STAFF), users_max });
        let facts = office.load(Scope { chunk, ..Scope::default() }).await;
        let ChunkFacts { users, is_last, progress, .. } = facts.chunk.clone().unwrap();
        assert!(users.iter().all(|user| facts.users[user].profile.is_some()));
        (users.into_iter().map(|user| user.0).collect::<Vec<_>>(), is_last, progress)
    };
    assert_eq!(next(9).await, (vec![], true, None));
    office.write(waits(STAFF, Some(queued()))).await;
    assert_eq!(next(9).await, (vec![0, 1, 2, 4], true, Some(queued())));
    assert_eq!(next(2).await, (vec![0, 1], false, Some(queued())));
    let after = |cursor| Progress { cursor: Some(UserKey(cursor)), ..queued() };
    office.write(waits(STAFF, Some(after(1)))).await;
    assert_eq!(next(2).await, (vec![2, 4], true, Some(after(1))));
    office.write(waits(STAFF, Some(after(4)))).await;
    assert_eq!(next(2).await, (vec![], true, Some(after(4))));
}

pub async fn marked_users_come_with_profiles_where_a_rule_is_on(store: Arc<dyn Store>) {
    let office = five(store).await;
    office.write(ChangeSet { pending_users: [UserKey(1)].into(), ..ChangeSet::default() }).await;
    office.write(rules(STAFF, Some(rule("user.city -eq null")))).await;
    let chunk = Some(Chunk { of: Work::Users, users_max: 5 });
    let facts = office.load(Scope { chunk, ..Scope::default() }).await;
    assert_eq!(facts.users[&UserKey(1)].profile, user(1, "user-1").profile);
}

pub async fn a_group_loses_its_nested_groups_before_others_join(store: Arc<dyn Store>) {
    let office = five(store).await;
    let nests = |member, present| ChangeSet {
        memberships: vec![(STAFF, Member::Group(GroupKey(member)), present)],
        ..ChangeSet::default()
    };
    office.write(nests(1, true)).await;
    office.write(ChangeSet::default().joins(0, 0)).await;
    let mut changes = nests(2, true);
    changes.then(ChangeSet { without_nested: vec![STAFF], ..ChangeSet::default() });
    office.write(changes).await;
    assert!(office.groups(GroupSet::MembersOf(STAFF)).await.is_empty());
    assert_eq!(office.users(UserSet::MembersOf(STAFF)).await, [0]);
    let mut changes = ChangeSet { without_nested: vec![STAFF], ..ChangeSet::default() };
    changes.then(nests(2, true));
    office.write(changes).await;
    assert_eq!(office.groups(GroupSet::MembersOf(STAFF)).await, [2]);
}
