//! The audit log: what is written is read, in either order, in looks of a bounded length.

use super::office::Office;
use super::world::{Draft, at, deleted, deleted_group, group, id, plan_id, text, user};
use engine::store::Store;
use engine::store::audit::{AUDIT_DISORDER_MAX, AUDIT_EXAMINED_MAX, AuditOrder, AuditPage, AuditSet};
use licensing::ChangeSet;
use licensing::assignment::DisabledPlans;
use licensing::audit::{
    Activity, Actor, Affected, AuditEntry, Detail, GroupTotals, LicenseChange, Licenses, Offer, PropertyChange,
    Purchase,
};
use licensing::change_set::Forgotten;
use licensing::directory::{Member, Value};
use licensing::facts::Scope;
use licensing::ids::{ApplicationId, GroupKey, SkuId, SkuKey, SubscriptionId, TenantId, UserId, UserKey};
use std::sync::Arc;

fn entry(time: i64, activity: Activity) -> AuditEntry {
    AuditEntry {
        at: at(time),
        actor: Actor::Operator,
        request: None,
        activity,
        group: None,
        affected: Vec::new(),
        detail: Detail::None,
    }
}

fn of_users(time: i64, users: &[u32]) -> AuditEntry {
    let users = users.iter().map(|user| UserKey(*user)).collect();
    let affected = vec![Affected { users, failure: None, licenses: None }];
    AuditEntry { affected, ..entry(time, Activity::ChangeUserLicense) }
}

async fn write(office: &Office, audit: Vec<AuditEntry>) {
    office.write(ChangeSet { audit, ..ChangeSet::default() }).await;
}

async fn read(office: &Office, of: &AuditSet, from: Option<u64>, limit: u32) -> AuditPage {
    office.store.audit(office.key, of, from, limit).await.unwrap()
}

/// The numbers of all entries of a set, in its order, by looks that give so many each.
async fn numbers(office: &Office, of: &AuditSet, limit: u32) -> Vec<u64> {
    let (mut found, mut from) = (Vec::new(), None);
    loop {
        let page = read(office, of, from, limit).await;
        assert!(page.entries.len() <= limit as usize);
        found.extend(page.entries.iter().map(|(number, _)| *number));
        match page.next {
            Some(next) => from = Some(next),
            None => return found,
        }
    }
}

fn oldest_first() -> AuditSet {
    AuditSet { order: AuditOrder::OldestFirst, ..AuditSet::default() }
}

pub async fn there_are_no_entries_at_first(store: Arc<dyn Store>) {
    let office = Office::new(store).await;
    for set in [AuditSet::default(), oldest_first()] {
        for from in [None, Some(1), Some(7)] {
            assert_eq!(read(&office, &set, from, 5).await, AuditPage::default());
        }
    }
}

async fn forget(office: &Office, before: i64, entries_max: u32) {
    let forgotten = Some(Forgotten { before: at(before), entries_max });
    office.write(ChangeSet { forgotten, ..ChangeSet::default() }).await;
}

pub async fn the_first_entries_are_forgotten_and_the_others_keep_their_numbers(store: Arc<dyn Store>) {
    let (office, other) = Office::pair(store).await;
    write(&other, vec![entry(1, Activity::AddUser)]).await;
    forget(&office, 100, 9).await;
    // The third one is out of order: it waits for the second.
    write(&office, [1, 5, 2, 6, 7].map(|time| entry(time, Activity::AddUser)).to_vec()).await;
    let audited_at = async || office.load(Scope { aged: Some(1), ..Scope::default() }).await.aged.audited_at;
    forget(&office, 1, 9).await;
    assert_eq!((numbers(&office, &oldest_first(), 9).await, audited_at().await), (vec![1, 2, 3, 4, 5], Some(at(1))));
    forget(&office, 5, 9).await;
    assert_eq!((numbers(&office, &oldest_first(), 1).await, audited_at().await), (vec![2, 3, 4, 5], Some(at(5))));
    forget(&office, 100, 2).await;
    assert_eq!(numbers(&office, &AuditSet::default(), 1).await, [5, 4], "so many at a time");
    assert_eq!(read(&office, &oldest_first(), Some(1), 1).await.entries[0].0, 4);
    assert_eq!(read(&office, &AuditSet::default(), Some(3), 9).await, AuditPage::default());
    let since = AuditSet { since: Some(at(7)), ..AuditSet::default() };
    assert_eq!(numbers(&office, &since, 9).await, [5]);
    forget(&office, 100, 9).await;
    assert_eq!((numbers(&office, &oldest_first(), 9).await, audited_at().await), (vec![], None));
    write(&office, vec![entry(8, Activity::AddUser)]).await;
    assert_eq!(numbers(&office, &AuditSet::default(), 9).await, [6]);
    assert_eq!(numbers(&other, &AuditSet::default(), 9).await, [1]);
}

pub async fn entries_round_trip(store: Arc<dyn Store>) {
    let office = Office::new(store).await;
    let plans = |names: &[&str]| DisabledPlans::new(names.iter().map(|name| plan_id(name)).collect());
    let before: Licenses = [(SkuKey(0), plans(&[])), (SkuKey(300), plans(&["a-basic", "a-more"]))].into();
    let change = LicenseChange { before: before.clone(), after: Licenses::new() };
    let users: Vec<UserKey> = [5, 6, 1_000_000, 3, u32::MAX].map(UserKey).to_vec();
    let affected = [
        Affected { users: users.clone(), failure: None, licenses: None },
        Affected { users: (0..5_000).map(UserKey).collect(), failure: Some(String::new()), licenses: None },
        Affected { users, failure: Some("é ' \" \\ \0 😀".to_owned()), licenses: Some(change.clone()) },
    ];
    let value = Value::List(vec![text("x"), Value::Null, Value::Int(-7), Value::Bool(true)]);
    let changed = PropertyChange { name: "city".to_owned(), old: Value::Null, new: value };
    let details = [
        Detail::None,
        Detail::Totals(GroupTotals { succeeded: u64::MAX, failed: 0 }),
        Detail::Licenses(change),
        Detail::Properties(vec![
            changed.clone(),
            PropertyChange { name: String::new(), old: text("'"), new: Value::Null },
        ]),
        Detail::Properties(Vec::new()),
        Detail::Nested(GroupKey(u32::MAX)),
        Detail::Manager(UserKey(u32::MAX)),
        Detail::Offer(Offer { sku: SkuId(id("OWN")), changes: vec![changed.clone()] }),
        Detail::Purchase(Purchase { id: SubscriptionId(id("bought")), sku: SkuKey(u32::MAX), changes: vec![changed] }),
    ];
    let actors = [
        Actor::Operator,
        Actor::Application(ApplicationId(id("app"))),
        Actor::User(UserId(id("ann"))),
        Actor::GroupLicensing,
        Actor::DynamicMembership,
    ];
    let mut entries = Vec::new();
    for (number, (activity, _)) in Activity::ALL.into_iter().enumerate() {
        entries.push(AuditEntry {
            at: at(-5 + i64::try_from(number).unwrap()),
            actor: actors[number % actors.len()].clone(),
            request: (number % 2 == 0).then(|| id("request")),
            activity,
            group: (number % 3 == 0).then_some(GroupKey(u32::MAX)),
            affected: affected[..number % 4].to_vec(),
            detail: details[number % details.len()].clone(),
        });
    }
    write(&office, entries.clone()).await;
    let page = read(&office, &oldest_first(), None, 100).await;
    let expected: Vec<(u64, AuditEntry)> = (1..).zip(entries).collect();
    assert_eq!(page, AuditPage { examined: expected.len() as u64, entries: expected, next: None });
}

pub async fn entries_are_read_from_both_ends(store: Arc<dyn Store>) {
    let office = Office::new(store).await;
    for number in 1..=7 {
        write(&office, vec![entry(number, Activity::AddUser)]).await;
    }
    for limit in 1..=8 {
        assert_eq!(numbers(&office, &AuditSet::default(), limit).await, [7, 6, 5, 4, 3, 2, 1], "{limit} at once");
        assert_eq!(numbers(&office, &oldest_first(), limit).await, [1, 2, 3, 4, 5, 6, 7], "{limit} at once");
    }
    let page = read(&office, &AuditSet::default(), Some(5), 2).await;
    assert_eq!((page.next, page.examined, page.entries[0].1.at), (Some(3), 2, at(5)));
    let page = read(&office, &oldest_first(), Some(6), 2).await;
    assert_eq!((page.next, page.examined, page.entries[0].0), (None, 2, 6));
    for (set, from) in [(oldest_first(), 8), (AuditSet::default(), 0)] {
        assert_eq!(read(&office, &set, Some(from), 2).await, AuditPage::default());
    }
    assert_eq!(read(&office, &AuditSet::default(), Some(u64::MAX), 1).await.entries[0].0, 7);
    assert_eq!(read(&office, &oldest_first(), Some(u64::MAX), 1).await, AuditPage::default());
}

pub async fn entries_are_told_apart_by_what_is_asked_for(store: Arc<dyn Store>) {
    let office = Office::new(store).await;
    let (sales, lab) = (GroupKey(1), GroupKey(2));
    let nested = AuditEntry { detail: Detail::Nested(lab), group: Some(sales), ..entry(40, Activity::AddMember) };
    let entries = vec![
        AuditEntry { group: Some(sales), actor: Actor::GroupLicensing, ..of_users(10, &[1, 2]) },
        AuditEntry { request: Some(id("request")), ..of_users(20, &[2, 3]) },
        AuditEntry { group: Some(sales), ..entry(30, Activity::SetGroupLicense) },
        nested,
        AuditEntry { actor: Actor::User(UserId(id("ann"))), group: Some(lab), ..of_users(50, &[3]) },
    ];
    write(&office, entries).await;
    let tenant = office.tenant().await.profile.id;
    let own = entry(0, Activity::AddUser).correlation_id(tenant, 3);
    let elsewhere = entry(0, Activity::AddUser).correlation_id(TenantId(id("elsewhere")), 3);
    let set = oldest_first;
    let targets = |targets: &[Member]| AuditSet { targets: targets.to_vec(), ..set() };
    let person = |key| Member::User(UserKey(key));
    let activities = |list: &[Activity]| AuditSet { activities: Some(list.to_vec()), ..set() };
    let actors = |list: &[Actor]| AuditSet { actors: Some(list.to_vec()), ..set() };
    let cases: Vec<(AuditSet, &[u64])> = vec![
        (AuditSet { since: Some(at(20)), ..set() }, &[2, 3, 4, 5]),
        (AuditSet { until: Some(at(20)), ..set() }, &[1]),
        (AuditSet { since: Some(at(20)), until: Some(at(41)), ..set() }, &[2, 3, 4]),
        (activities(&[Activity::SetGroupLicense, Activity::AddMember]), &[3, 4]),
        (activities(&[]), &[]),
        (actors(&[Actor::GroupLicensing, Actor::User(UserId(id("ann")))]), &[1, 5]),
        (actors(&[Actor::User(UserId(id("bob")))]), &[]),
        (AuditSet { correlation: Some(id("request")), ..set() }, &[2]),
        (AuditSet { correlation: Some(own), ..set() }, &[3]),
        (AuditSet { correlation: Some(elsewhere), ..set() }, &[]),
        (targets(&[person(2)]), &[1, 2]),
        (targets(&[person(2), person(3)]), &[2]),
        (targets(&[Member::Group(sales)]), &[3, 4]),
        (targets(&[Member::Group(lab)]), &[4]),
        (AuditSet { since: Some(at(15)), ..targets(&[person(2)]) }, &[2]),
    ];
    for (set, expected) in cases {
        for limit in [1, 10] {
            assert_eq!(numbers(&office, &set, limit).await, expected, "{set:?}");
        }
    }
}

/// Also where the clock was set back a little.
pub async fn entries_are_found_by_time_however_many_there_are(store: Arc<dyn Store>) {
    let office = Office::new(store).await;
    let (count, step) = (3 * AUDIT_EXAMINED_MAX, 10_000);
    let time = |number: i64| number * step + if number % 7 == 0 { AUDIT_DISORDER_MAX / 2 } else { 0 };
    let entries = (1..=i64::try_from(count).unwrap()).map(|number| entry(time(number), Activity::AddUser));
    write(&office, entries.collect()).await;
    let between =
        |order| AuditSet { order, since: Some(at(5_000 * step)), until: Some(at(5_003 * step)), ..oldest_first() };
    let mut expected: Vec<u64> = (1..=count)
        .filter(|number| (5_000 * step..5_003 * step).contains(&time(i64::try_from(*number).unwrap())))
        .collect();
    assert!(expected.len() > 2);
    let page = read(&office, &between(AuditOrder::OldestFirst), None, 100).await;
    assert_eq!(page.entries.iter().map(|(number, _)| *number).collect::<Vec<_>>(), expected, "by one look");
    assert_eq!(page.next, None);
    expected.reverse();
    assert_eq!(numbers(&office, &between(AuditOrder::NewestFirst), 2).await, expected);
    let late = AuditSet { since: Some(at(i64::MAX)), ..AuditSet::default() };
    let early = AuditSet { until: Some(at(i64::MIN)), ..AuditSet::default() };
    for set in [late, early] {
        assert_eq!(read(&office, &set, None, 5).await, AuditPage::default());
    }
}

pub async fn a_look_goes_so_far_at_most(store: Arc<dyn Store>) {
    let office = Office::new(store).await;
    let count = AUDIT_EXAMINED_MAX + 1;
    let entries = (1..=count).map(|number| match number {
        1 => entry(1, Activity::AddGroup),
        number if number == count => entry(1, Activity::DeleteGroup),
        _ => entry(1, Activity::AddUser),
    });
    write(&office, entries.collect()).await;
    for (set, sought) in [(AuditSet::default(), Activity::AddGroup), (oldest_first(), Activity::DeleteGroup)] {
        let set = AuditSet { activities: Some(vec![sought]), ..set };
        let page = read(&office, &set, None, 5).await;
        assert!(page.entries.is_empty() && page.examined == AUDIT_EXAMINED_MAX);
        let page = read(&office, &set, page.next, 5).await;
        assert_eq!((page.entries[0].1.activity, page.next, page.examined), (sought, None, 1));
    }
}

pub async fn a_log_that_grows_is_read_without_repeats(store: Arc<dyn Store>) {
    let office = Office::new(store).await;
    write(&office, (1..=4).map(|time| entry(time, Activity::AddUser)).collect()).await;
    let first = read(&office, &AuditSet::default(), None, 2).await;
    write(&office, vec![entry(5, Activity::AddUser)]).await;
    let second = read(&office, &AuditSet::default(), first.next, 2).await;
    assert_eq!(second.entries.iter().map(|(number, _)| *number).collect::<Vec<_>>(), [2, 1]);
    assert_eq!(second.next, None);
    let first = read(&office, &oldest_first(), None, 4).await;
    assert_eq!(first.next, Some(5));
    assert_eq!(read(&office, &oldest_first(), first.next, 4).await.entries[0].1.at, at(5));
}

pub async fn entries_of_another_tenant_are_not_read(store: Arc<dyn Store>) {
    let (contoso, fabrikam) = Office::pair(store).await;
    write(&contoso, vec![entry(1, Activity::AddUser)]).await;
    write(&fabrikam, vec![entry(2, Activity::AddGroup), entry(3, Activity::AddGroup)]).await;
    assert_eq!(numbers(&contoso, &AuditSet::default(), 5).await, [1]);
    assert_eq!(read(&contoso, &AuditSet::default(), None, 5).await.entries[0].1.at, at(1));
    assert_eq!(numbers(&fabrikam, &AuditSet::default(), 5).await, [2, 1]);
}

pub async fn deleted_objects_are_found_and_read_by_key(store: Arc<dyn Store>) {
    let office = Office::new(store).await;
    let gone = deleted_group(group(3, "gone"));
    let people = ChangeSet::default().user(user(0, "ann")).user(deleted(user(4, "bob")));
    office.write(people.group(group(0, "staff")).group(gone.clone())).await;
    let object = |name| office.store.object(office.key, id(name));
    assert_eq!(object("ann").await.unwrap(), Some(Member::User(UserKey(0))));
    assert_eq!(object("bob").await.unwrap(), Some(Member::User(UserKey(4))));
    assert_eq!(object("staff").await.unwrap(), Some(Member::Group(GroupKey(0))));
    assert_eq!(object("gone").await.unwrap(), Some(Member::Group(GroupKey(3))));
    assert_eq!(object("nobody").await.unwrap(), None);
    let keys = [GroupKey(3), GroupKey(7), GroupKey(0), GroupKey(3)];
    let groups = office.store.groups_by_key(office.key, &keys).await.unwrap();
    assert_eq!(groups, [group(0, "staff"), gone]);
    assert!(office.store.groups_by_key(office.key, &[]).await.unwrap().is_empty());
}
