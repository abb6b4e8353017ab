//! One tenant in one store, and all that can be read of it.

use super::step::{BY_HAND, GROUPS, SKUS, USERS};
use engine::Engine;
use engine::builtin_catalog::builtin_catalog;
use engine::clock::Clock;
use engine::store::audit::{AuditOrder, AuditSet};
use engine::store::{DirectoryObject, GroupSet, Store, UserSet, Waiting};
use engine::use_cases::Settings;
use engine::writer::Shown;
use licensing::Command;
use licensing::audit::AuditEntry;
use licensing::catalog::{AppliesTo, Product, ServicePlan};
use licensing::directory::GroupProfile;
use licensing::facts::{GroupFacts, UserFacts};
use licensing::ids::{GroupKey, ServicePlanId, SkuId, SkuKey, TenantKey, UserKey};
use licensing::subscription::Subscription;
use licensing::time::Timestamp;
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use tokio_util::sync::CancellationToken;
use uuid::Uuid;

/// 2030-01-01.
pub(crate) const BEGINNING: i64 = 1_893_456_000_000;
const TENANT: TenantKey = TenantKey(1);
const ALL: u32 = 10_000;
/// EXCHANGE_S_STANDARD and EXCHANGE_S_ENTERPRISE, which exclude each other.
const MAIL: [&str; 2] = ["9aaf7827-d63c-4b61-89c3-182f06f82e5c", "efb87545-963c-4e0d-99df-69c6916d9eb0"];

pub(crate) fn user_id(user: usize) -> Uuid {
    Uuid::from_u128(0x100 + user as u128)
}

pub(crate) fn group_id(group: usize) -> Uuid {
    Uuid::from_u128(0x200 + group as u128)
}

pub(crate) fn sku_id(sku: usize) -> SkuId {
    SkuId(Uuid::from_u128(0x300 + sku as u128))
}

/// The purchases, in the order in which they are made; the first ones are the world's.
pub(crate) fn purchase_id(nth: usize) -> Uuid {
    Uuid::from_u128(0x400 + nth as u128)
}

/// The plans of a SKU.
pub(crate) fn plans(sku: usize) -> Vec<Uuid> {
    let own = |nth: u128| Uuid::from_u128(0x500 + nth);
    match sku {
        0 => vec![own(0), own(1)],
        1 => vec![own(1), own(2)],
        _ => vec![own(3), MAIL[sku - 2].parse().unwrap()],
    }
}

/// A plan that any product may get.
pub(crate) fn late_plan(nth: usize) -> Arc<ServicePlan> {
    Arc::new(ServicePlan {
        id: ServicePlanId(Uuid::from_u128(0x600 + nth as u128)),
        name: format!("LATE{nth}"),
        applies_to: AppliesTo::User,
        service: "late".to_owned(),
        prohibited_in: Vec::new(),
    })
}

/// Whether a group is a Microsoft 365 group, which can be restored.
pub(crate) fn is_unified(group: usize) -> bool {
    group.is_multiple_of(2)
}

pub(crate) fn rule(department: usize) -> String {
    format!("user.department -eq \"D{department}\"")
}

/// The tenant in the beginning, with so many units of each SKU.
pub(crate) fn world(units: &[u32], reprocess_when_seats_free: bool) -> Value {
    let plan = |id: Uuid| json!({ "servicePlanId": id, "servicePlanName": format!("P{id}") });
    let product = |sku: usize| {
        let plans: Vec<Value> = plans(sku).into_iter().map(plan).collect();
        json!({ "skuId": sku_id(sku).0, "skuPartNumber": format!("S{sku}"), "servicePlans": plans })
    };
    let subscription = |(sku, units): (usize, &u32)| {
        json!({ "id": purchase_id(sku), "skuPartNumber": format!("S{sku}"), "totalLicenses": units,
            "nextLifecycleDateTime": "2030-02-01T00:00:00Z" })
    };
    let user = |user: usize| {
        json!({ "id": user_id(user), "userPrincipalName": format!("u{user}@contoso.example"), "usageLocation": "KE",
            "department": "D0" })
    };
    let group = |group: usize| {
        let mut shown = json!({ "id": group_id(group), "displayName": format!("G{group}"), "securityEnabled": true });
        let kinds = [(is_unified(group), "Unified"), (group >= BY_HAND, "DynamicMembership")];
        shown["groupTypes"] = kinds.iter().filter(|(is_so, _)| *is_so).map(|(_, kind)| *kind).collect();
        shown["mailEnabled"] = json!(is_unified(group));
        if group >= BY_HAND {
            shown["membershipRule"] = json!(rule(group - BY_HAND));
            shown["membershipRuleProcessingState"] = json!("On");
        }
        shown
    };
    json!({ "tenants": [{
        "id": Uuid::from_u128(1),
        "verifiedDomains": ["contoso.example"],
        "settings": { "reprocessWhenSeatsFree": reprocess_when_seats_free },
        "products": (0..SKUS).map(product).collect::<Vec<_>>(),
        "subscriptions": units.iter().enumerate().map(subscription).collect::<Vec<_>>(),
        "users": (0..USERS).map(user).collect::<Vec<_>>(),
        "groups": (0..GROUPS).map(group).collect::<Vec<_>>(),
    }] })
}

/// A clock that only the test moves.
#[derive(Default)]
pub(crate) struct Hand(pub(crate) AtomicI64);

impl Clock for Hand {
    fn now(&self) -> Timestamp {
        Timestamp::from_unix_millis(self.0.load(Ordering::SeqCst))
    }
}

/// All that can be read once.
#[derive(Debug, PartialEq)]
pub(crate) struct State {
    /// Live users with all that is known of them.
    pub(crate) users: Vec<UserFacts>,
    /// All users, deleted ones included.
    deleted: Vec<UserFacts>,
    groups: Vec<GroupFacts>,
    deleted_groups: Vec<GroupFacts>,
    /// Live direct members, users who are members however deep, groups that are members, and owners, group by group.
    pub(crate) members: Vec<Vec<UserKey>>,
    pub(crate) transitive_members: Vec<Vec<UserKey>>,
    pub(crate) nested: Vec<Vec<GroupKey>>,
    pub(crate) owners: Vec<Vec<UserKey>>,
    /// Seats in use, SKU by SKU.
    pub(crate) consumed: Vec<i64>,
    purchases: BTreeMap<SkuKey, (SkuId, Vec<Subscription>)>,
    waiting: Vec<Waiting>,
    marked_users: u64,
    pub(crate) clock_ahead_millis: i64,
    audit: Vec<(u64, AuditEntry)>,
}

impl State {
    /// The place of a SKU.
    pub(crate) fn sku(&self, key: SkuKey) -> usize {
        (0..SKUS).find(|sku| self.purchases[&key].0 == sku_id(*sku)).unwrap()
    }

    /// The key of a live group.
    pub(crate) fn group_key(&self, group: usize) -> Option<GroupKey> {
        key_of(&self.groups, group)
    }
}

fn key_of(groups: &[GroupFacts], group: usize) -> Option<GroupKey> {
    groups.iter().find(|facts| facts.profile.id.0 == group_id(group)).map(|facts| facts.key)
}

/// One tenant in one store.
pub(crate) struct Office {
    engine: Engine,
}

impl Office {
    pub(crate) async fn open(store: Arc<dyn Store>, clock: Arc<Hand>, world: &Value) -> Self {
        let world = engine::world::parse(&world.to_string()).unwrap();
        let tenants = engine::world::build(world, builtin_catalog(), clock.now()).unwrap();
        assert!(store.create_tenants(tenants).await.unwrap());
        Self { engine: Engine::new(store, clock, Settings::default()) }
    }

    /// What a command is answered: the object as it is shown, or the sentence of the refusal.
    pub(crate) async fn run(&self, command: Command) -> Result<String, String> {
        match self.engine.run_as_operator(TENANT, command).await {
            Ok(Shown::User(_, user)) => Ok(format!("{user:?}")),
            Ok(Shown::Group(_, group)) => Ok(format!("{group:?}")),
            Ok(Shown::Tenant(tenant)) => Ok(format!("{:?} {:?}", tenant.profile, tenant.skus)),
            Ok(Shown::Done) => Ok("done".to_owned()),
            Err(refused) => Err(refused.to_string()),
        }
    }

    /// Works until nothing is left to do. At other times nothing is worked on, so that both stores do all in one order.
    pub(crate) async fn settle(&self) {
        let stop = CancellationToken::new();
        let (engine, until) = (self.engine.clone(), stop.clone());
        let working = tokio::spawn(async move { engine.propagate(until).await });
        self.engine.settle().await.unwrap();
        stop.cancel();
        working.await.unwrap();
    }

    /// The invariants that are broken.
    pub(crate) async fn verify(&self) -> Vec<String> {
        let (_, breaches) = engine::verify::verify(self.engine.store(), self.engine.now()).await.unwrap();
        breaches.iter().map(ToString::to_string).collect()
    }

    /// As [`run`](Self::run), all at once: they wait together, and so are decided in one commit.
    pub(crate) async fn run_together(&self, commands: Vec<Command>) -> Vec<Result<String, String>> {
        let asked = commands.into_iter().map(|command| {
            let office = Self { engine: self.engine.clone() };
            tokio::spawn(async move { office.run(command).await })
        });
        let mut answers = Vec::new();
        for answer in asked.collect::<Vec<_>>() {
            answers.push(answer.await.unwrap());
        }
        answers
    }

    /// A group, deleted or not, unless it is gone.
    pub(crate) async fn profile(&self, group: usize) -> Option<Arc<GroupProfile>> {
        match self.engine.store().objects(TENANT, &[group_id(group)]).await.unwrap().value.pop()? {
            DirectoryObject::Group(facts) => Some(facts.profile),
            DirectoryObject::User(_) => None,
        }
    }

    pub(crate) async fn product(&self, sku: usize) -> Arc<Product> {
        let tenants = self.engine.store().tenants().await.unwrap();
        tenants[0].catalog.own_product(sku_id(sku)).unwrap().clone()
    }

    pub(crate) async fn state(&self) -> State {
        let store = self.engine.store();
        let users = store.users(TENANT, UserSet::All, None, ALL).await.unwrap();
        let every_key: Vec<UserKey> = (0..=USERS as u32).map(UserKey).collect();
        let keys = |users: Vec<UserFacts>| users.into_iter().map(|user| user.key).collect::<Vec<_>>();
        let groups = store.groups(TENANT, GroupSet::All, None, ALL).await.unwrap().value;
        let deleted_since = GroupSet::DeletedAfter(Timestamp::from_unix_millis(BEGINNING));
        let keys_of = async |set: fn(GroupKey) -> UserSet| {
            let mut all = Vec::new();
            for key in (0..GROUPS).map(|group| key_of(&groups, group)) {
                all.push(match key {
                    Some(key) => keys(store.users(TENANT, set(key), None, ALL).await.unwrap().value),
                    None => Vec::new(),
                });
            }
            all
        };
        let mut nested = Vec::new();
        for key in (0..GROUPS).map(|group| key_of(&groups, group)) {
            let set = key.map(GroupSet::MembersOf);
            let found = match set {
                Some(set) => store.groups(TENANT, set, None, ALL).await.unwrap().value,
                None => Vec::new(),
            };
            nested.push(found.into_iter().map(|group| group.key).collect());
        }
        let members = keys_of(UserSet::MembersOf).await;
        let transitive_members = keys_of(UserSet::TransitiveMembersOf).await;
        let owners = keys_of(UserSet::OwnersOf).await;
        let consumed = store.consumed(TENANT).await.unwrap();
        let (tenant, consumed) = (consumed.tenant, consumed.value);
        let seats = |sku| tenant.sku_key(sku_id(sku)).and_then(|key| consumed.get(&key)).copied().unwrap_or(0);
        let mut waiting = store.waiting(TENANT).await.unwrap().value;
        waiting.sort_by_key(|waiting| waiting.work);
        let set = AuditSet { order: AuditOrder::OldestFirst, ..AuditSet::default() };
        State {
            users: users.value,
            deleted: store.users_by_key(TENANT, &every_key).await.unwrap().value,
            deleted_groups: store.groups(TENANT, deleted_since, None, ALL).await.unwrap().value,
            members,
            transitive_members,
            nested,
            owners,
            groups,
            consumed: (0..SKUS).map(seats).collect(),
            purchases: tenant
                .skus
                .iter()
                .map(|(key, sku)| (*key, (sku.product.id, sku.subscriptions.clone())))
                .collect(),
            waiting,
            marked_users: store.marked_users(TENANT).await.unwrap(),
            clock_ahead_millis: tenant.profile.clock_ahead_millis,
            audit: store.audit(TENANT, &set, None, ALL).await.unwrap().entries,
        }
    }
}
