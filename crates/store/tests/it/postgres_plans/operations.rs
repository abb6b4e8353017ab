//! All that a store is asked for, one after the other, and for how much each asks.

use super::meter::Meter;
use super::world::{
    ALL_STAFF, ALPHA, BETA, NESTED, Size, TENANT, at, device_id, group, group_id, path, user, user_id, user_name,
};
use engine::store::audit::{AuditOrder, AuditSet};
use engine::store::{GroupSet, Store, UserSet};
use licensing::ChangeSet;
use licensing::assignment::{PathState, Source};
use licensing::audit::Activity;
use licensing::change_set::{Forgotten, PathChange, RuleUpdate};
use licensing::directory::Member;
use licensing::dynamic_group::RuleStatus;
use licensing::facts::{Chunk, ProcessingState, Progress, Scope, UserRef, Work};
use licensing::ids::{DeviceId, GroupKey, SkuKey, TenantId, UserKey};
use std::collections::BTreeSet;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;
use store::postgres::PostgresStore;
use uuid::Uuid;

/// Users and groups on a page.
const PAGE: u32 = 20;
/// Users of a chunk.
const CHUNK: u32 = 50;

/// So many keys from all over a range; which ones depends on the round.
fn scattered(count: u32, below: u32, round: u32) -> Vec<u32> {
    let keys: BTreeSet<u32> = (0..count).map(|at| (at * (below / count).max(1) + 7 * round + at % 3) % below).collect();
    keys.into_iter().collect()
}

/// The `round` tells apart what is done to the same tenant again.
pub(super) async fn all(meter: &mut Meter<'_>, size: Size, round: u32) {
    singles(meter, size, round).await;
    pages_of_users(meter, size).await;
    pages_of_groups(meter, size).await;
    chunks(meter).await;
    licenses(meter, size, round).await;
    directory(meter, size, round).await;
    ends(meter, size, round).await;
}

/// What is looked up by its name, id or key.
async fn singles(meter: &mut Meter<'_>, size: Size, round: u32) {
    let store = meter.store;
    let key = size.users / 2 + round;
    let name = UserRef::Name(user_name(key));
    meter.asks("user by name", async { store.user(TENANT, &name).await.unwrap().value.iter().len() }).await;
    let id = UserRef::Id(user_id(key));
    meter.asks("user by id", async { store.user(TENANT, &id).await.unwrap().value.iter().len() }).await;
    let group = group_id(size.groups / 2);
    meter.asks("group", async { store.group(TENANT, group).await.unwrap().value.iter().len() }).await;
    meter.asks("object: user", async { store.object(TENANT, user_id(key)).await.unwrap().iter().len() }).await;
    meter.asks("object: group", async { store.object(TENANT, group).await.unwrap().iter().len() }).await;
    let users = scattered(20, size.users, round);
    let mut ids: Vec<Uuid> = users.iter().map(|key| user_id(*key)).collect();
    ids.extend(scattered(20, size.groups, round).into_iter().map(group_id));
    meter.asks("objects", async { store.objects(TENANT, &ids).await.unwrap().value.len() }).await;
    let keys: Vec<UserKey> = users.into_iter().map(UserKey).collect();
    meter.asks("users by key", async { store.users_by_key(TENANT, &keys).await.unwrap().value.len() }).await;
    let keys: Vec<GroupKey> = scattered(20, size.groups, round).into_iter().map(GroupKey).collect();
    meter.asks("groups by key", async { store.groups_by_key(TENANT, &keys).await.unwrap().len() }).await;
    let member = async { usize::from(store.is_member(TENANT, ALL_STAFF, UserKey(key)).await.unwrap()) };
    meter.asks("is member", member).await;
    let device = Some(DeviceId(device_id(size.users / 20)));
    meter.asks("device", async { store.devices(TENANT, device).await.unwrap().len() }).await;
    meter.asks("devices", async { store.devices(TENANT, None).await.unwrap().len() }).await;
    meter.asks("roles of a user", async { store.roles(TENANT, Some(UserKey(key))).await.unwrap().len() }).await;
    meter.asks("roles", async { store.roles(TENANT, None).await.unwrap().len() }).await;
    meter.asks("applications", async { store.applications(TENANT, None).await.unwrap().len() }).await;
    meter.asks("seats", async { store.consumed(TENANT).await.unwrap().value.len() }).await;
    meter.asks("tenant", async { store.tenant(TenantId(Uuid::from_u128(1))).await.unwrap().iter().len() }).await;
    meter
        .asks("tenant of domain", async { store.tenant_of_domain("contoso.example").await.unwrap().iter().len() })
        .await;
    meter.asks("tenants due", async { store.tenants_due(at(i64::MAX)).await.unwrap().len() }).await;
    meter.asks("tenants with work", async { store.tenants_with_work().await.unwrap().len() }).await;
    meter.asks("waiting", async { store.waiting(TENANT).await.unwrap().value.len() }).await;
    let turn = Duration::from_secs(10);
    meter.asks("claim work", async { store.claim_work(TENANT, turn).await.unwrap().iter().len() }).await;
    meter.asks("give work back", async { store.give_back_work(TENANT).await.map(|()| 1).unwrap() }).await;
    audit(meter).await;
}

/// A look asks for what it examines: for its page if all entries are of the set, else for all that it came to.
async fn audit(meter: &mut Meter<'_>) {
    let store = meter.store;
    for order in [AuditOrder::NewestFirst, AuditOrder::OldestFirst] {
        let all = AuditSet { order, ..AuditSet::default() };
        let late = AuditSet { since: Some(at(3_000)), ..all.clone() };
        let none = AuditSet { activities: Some(vec![Activity::DeleteGroup]), ..all.clone() };
        for (set, limit) in [(&all, 1), (&all, PAGE), (&late, PAGE), (&none, PAGE)] {
            let look = async {
                let page = store.audit(TENANT, set, None, limit).await.unwrap();
                usize::try_from(page.examined).unwrap()
            };
            meter.asks(&format!("audit, {limit} of {set:?}"), look).await;
        }
    }
}

/// No index has the users with a licence, or those without: users are looked at until there is a page of them. A walk may
/// look at every user, with as many rows for each as for one that is asked for: only a plan that looks at all of them for
/// each of them is convicted.
fn walks_users(set: UserSet) -> bool {
    matches!(set, UserSet::WithLicense(_) | UserSet::Licensed(_))
}

/// No index has the groups from which somebody has a faulty path: groups are looked at until there is a page of them, and
/// only what looks at all groups for each of them is convicted.
fn walks_groups(set: GroupSet) -> bool {
    matches!(set, GroupSet::WithMemberErrors(_))
}

/// A page of each set, from the middle of the keys where that has any.
async fn pages_of_users(meter: &mut Meter<'_>, size: Size) {
    let store = meter.store;
    let nested = GroupKey(size.groups / 12);
    let sets = [
        UserSet::All,
        UserSet::MembersOf(ALL_STAFF),
        UserSet::MembersOf(nested),
        UserSet::TransitiveMembersOf(nested),
        UserSet::WithErrorsFrom(ALL_STAFF),
        UserSet::WithErrorsFrom(nested),
        UserSet::DeletedAfter(at(0)),
        UserSet::DeletedAfter(at(i64::MAX)),
        UserSet::ReportsTo(UserKey(size.users / 40)),
        UserSet::OwnersOf(nested),
        UserSet::WithLicense(ALPHA),
        UserSet::WithLicense(BETA),
        UserSet::Licensed(true),
        UserSet::Licensed(false),
    ];
    for set in sets {
        for after in [None, Some(UserKey(size.users / 2))] {
            let walked = if walks_users(set) { size.users as usize } else { 0 };
            let page = async { walked + store.users(TENANT, set, after, PAGE).await.unwrap().value.len() };
            meter.asks(&format!("users, {set:?} after {after:?}"), page).await;
        }
    }
}

async fn pages_of_groups(meter: &mut Meter<'_>, size: Size) {
    let store = meter.store;
    let nested = GroupKey(size.groups / 12);
    let inner = GroupKey(nested.0 * NESTED + 2);
    // Of the whole staff, and of its inner group.
    let somebody = Member::User(UserKey(inner.0 * 5));
    let sets = [
        GroupSet::All,
        GroupSet::DeletedAfter(at(0)),
        GroupSet::DeletedAfter(at(i64::MAX)),
        GroupSet::WithMemberErrors(true),
        GroupSet::WithMemberErrors(false),
        GroupSet::MembersOf(nested),
        GroupSet::TransitiveMembersOf(nested),
        GroupSet::OwnedBy(UserKey(nested.0)),
        GroupSet::WithMember(somebody),
        GroupSet::WithMember(Member::Group(inner)),
        GroupSet::TransitivelyWithMember(somebody),
        GroupSet::TransitivelyWithMember(Member::Group(inner)),
    ];
    for set in sets {
        for after in [None, Some(GroupKey(size.groups / 2))] {
            let walked = if walks_groups(set) { size.groups as usize } else { 0 };
            let page = async { walked + store.groups(TENANT, set, after, PAGE).await.unwrap().value.len() };
            meter.asks(&format!("groups, {set:?} after {after:?}"), page).await;
        }
    }
}

/// Commits these changes with the facts of a scope: how many users and groups they had.
async fn commit(store: &PostgresStore, scope: Scope, changes: ChangeSet) -> usize {
    let loaded = Arc::new(AtomicUsize::new(0));
    let count = loaded.clone();
    let decide = Box::new(move |facts: licensing::Facts| {
        count.store(facts.users.len() + facts.groups.len(), Ordering::Relaxed);
        changes
    });
    store.commit(TENANT, scope, decide).await.unwrap();
    loaded.load(Ordering::Relaxed)
}

async fn chunks(meter: &mut Meter<'_>) {
    let store = meter.store;
    for of in [Work::Group(ALL_STAFF), Work::Sku(ALPHA), Work::Rule(GroupKey(1)), Work::Users] {
        let scope = Scope { chunk: Some(Chunk { of, users_max: CHUNK }), ..Scope::default() };
        meter.asks(&format!("chunk, {of:?}"), commit(store, scope, ChangeSet::default())).await;
    }
    let scope = Scope { chunk: Some(Chunk { of: Work::Users, users_max: CHUNK }), ..Scope::default() };
    let settled: Arc<std::sync::Mutex<Vec<UserKey>>> = Arc::default();
    let of_chunk = settled.clone();
    let decide = Box::new(move |facts: licensing::Facts| {
        let users = facts.chunk.map(|chunk| chunk.users).unwrap_or_default();
        *of_chunk.lock().unwrap() = users.clone();
        ChangeSet { settled_users: users, ..ChangeSet::default() }
    });
    let settle = async {
        store.commit(TENANT, scope, decide).await.unwrap();
        settled.lock().unwrap().len()
    };
    meter.asks("settle a chunk", settle).await;
    let again = settled.lock().unwrap().iter().copied().collect();
    meter.asks("mark users", changed(store, CHUNK, ChangeSet { pending_users: again, ..ChangeSet::default() })).await;
}

/// Commits changes of so many users and groups.
async fn changed(store: &PostgresStore, count: u32, changes: ChangeSet) -> usize {
    commit(store, Scope::default(), changes).await;
    count as usize
}

fn naming(users: &[u32]) -> Scope {
    Scope { objects: users.iter().map(|key| user_id(*key)).collect(), ..Scope::default() }
}

async fn licenses(meter: &mut Meter<'_>, size: Size, round: u32) {
    let store = meter.store;
    for count in [1, 64] {
        let users = scattered(count.min(size.users / 4), size.users, round + 1);
        let direct = path(BETA, Source::Direct, PathState::Active);
        let put = users.iter().map(|key| (UserKey(*key), PathChange::Put(direct.clone())));
        let seats = i64::from(count);
        let assign = ChangeSet { paths: put.collect(), consumed: [(BETA, seats)].into(), ..ChangeSet::default() };
        meter.asks(&format!("assign to {count}"), commit(store, naming(&users), assign)).await;
        let drop = users.iter().map(|key| (UserKey(*key), PathChange::Drop(BETA, Source::Direct)));
        let remove = ChangeSet { paths: drop.collect(), consumed: [(BETA, -seats)].into(), ..ChangeSet::default() };
        meter.asks(&format!("remove from {count}"), commit(store, naming(&users), remove)).await;
    }
    let groups = [(GroupKey(2), ProcessingState::ProcessingInProgress)];
    let processing = ChangeSet { processing: groups.to_vec(), ..ChangeSet::default() };
    meter.asks("processing state", changed(store, 1, processing)).await;
    let waits = |progress| ChangeSet {
        pending_groups: vec![(GroupKey(2), progress)],
        pending_skus: vec![(SkuKey(1), progress)],
        pending_rules: vec![(GroupKey(2), progress)],
        ..ChangeSet::default()
    };
    meter.asks("work waits", changed(store, 3, waits(Some(Progress::default())))).await;
    meter.asks("work is done", changed(store, 3, waits(None))).await;
}

async fn directory(meter: &mut Meter<'_>, size: Size, round: u32) {
    let store = meter.store;
    let new = size.users + 1_000_000 + round;
    meter.asks("create a user", changed(store, 1, ChangeSet { users: vec![user(new)], ..ChangeSet::default() })).await;
    let key = size.users / 3 + round;
    let update = ChangeSet { users: vec![user(key)], ..ChangeSet::default() };
    meter.asks("update a user", commit(store, naming(&[key]), update)).await;
    let many: Vec<u32> = scattered(64.min(size.users / 4), size.users, round + 2);
    let update = ChangeSet { users: many.iter().map(|key| user(*key)).collect(), ..ChangeSet::default() };
    meter.asks("update 64 users", commit(store, naming(&many), update)).await;
    let mut gone = user(key);
    gone.deleted_at = Some(at(9_000));
    meter
        .asks("delete a user", commit(store, naming(&[key]), ChangeSet { users: vec![gone], ..ChangeSet::default() }))
        .await;
    meter
        .asks(
            "restore a user",
            commit(store, naming(&[key]), ChangeSet { users: vec![user(key)], ..ChangeSet::default() }),
        )
        .await;

    let (in_group, member) = (size.groups / 3, size.users / 5 + round);
    let scope = |member: Uuid| Scope {
        objects: [group_id(in_group), member].into(),
        memberships: [(group_id(in_group), member)].into(),
        owners_of: [group_id(in_group)].into(),
        ..Scope::default()
    };
    for (joins, name) in [(true, "join"), (false, "leave")] {
        let user = ChangeSet {
            memberships: vec![(GroupKey(in_group), Member::User(UserKey(member)), joins)],
            ..ChangeSet::default()
        };
        meter.asks(&format!("user: {name}"), commit(store, scope(user_id(member)), user)).await;
        let group = ChangeSet {
            memberships: vec![(GroupKey(in_group), Member::Group(GroupKey(1)), joins)],
            ..ChangeSet::default()
        };
        meter.asks(&format!("group: {name}"), commit(store, scope(group_id(1)), group)).await;
        let owner = ChangeSet { owners: vec![(GroupKey(in_group), UserKey(member), joins)], ..ChangeSet::default() };
        meter.asks(&format!("owner: {name}"), commit(store, scope(user_id(member)), owner)).await;
    }
    let many = scattered(64.min(size.users / 4), size.users, round + 3);
    for (joins, name) in [(true, "join"), (false, "leave")] {
        let pairs = many.iter().map(|key| (GroupKey(key % size.groups), Member::User(UserKey(*key)), joins));
        let memberships = ChangeSet { memberships: pairs.collect(), ..ChangeSet::default() };
        meter.asks(&format!("64 users: {name}"), changed(store, 64, memberships)).await;
    }
    meter
        .asks("update a group", changed(store, 1, ChangeSet { groups: vec![group(in_group)], ..ChangeSet::default() }))
        .await;
    let by_name = Scope { unique_names: [format!("group-{in_group}")].into(), ..Scope::default() };
    meter.asks("group by unique name", async { commit(store, by_name, ChangeSet::default()).await.max(1) }).await;
    let statuses = ChangeSet {
        rule_updates: vec![
            (GroupKey(in_group), RuleUpdate::Status(RuleStatus::Running)),
            (GroupKey(in_group), RuleUpdate::Members(at(1))),
        ],
        dynamic_groups: vec![(GroupKey(in_group), None)],
        ..ChangeSet::default()
    };
    meter.asks("what became of a rule", changed(store, 1, statuses)).await;
}

/// What is deleted for good or forgotten.
async fn ends(meter: &mut Meter<'_>, size: Size, round: u32) {
    let store = meter.store;
    let aged = Scope { aged: Some(CHUNK), ..Scope::default() };
    meter.asks("what is aged", async { commit(store, aged, ChangeSet::default()).await + CHUNK as usize }).await;
    for count in [1, 20] {
        let users = scattered(count, size.users, round + 4);
        let purged = users.iter().map(|key| Member::User(UserKey(*key))).collect();
        meter
            .asks(&format!("purge {count} users"), changed(store, count, ChangeSet { purged, ..ChangeSet::default() }))
            .await;
        // They come back for the next round, but for what hung on them.
        let back = users.iter().map(|key| user(*key)).collect();
        let back = ChangeSet { users: back, ..ChangeSet::default() };
        meter.asks("they come back", changed(store, count, back)).await;
    }
    let purged = vec![Member::Group(GroupKey(size.groups / 4 + round))];
    meter.asks("purge a group", changed(store, 1, ChangeSet { purged, ..ChangeSet::default() })).await;
    let nested = GroupKey(size.groups / 12 + 1 + round);
    let without = ChangeSet { without_nested: vec![nested], ..ChangeSet::default() };
    meter.asks("without nested groups", changed(store, NESTED, without)).await;
    let forgotten = Some(Forgotten { before: at(i64::MAX), entries_max: 20 });
    meter.asks("forget", changed(store, 20, ChangeSet { forgotten, ..ChangeSet::default() })).await;
}
