//! A tenant in the store under test, and short ways to ask what is in it.

use super::world::{id, new_tenant};
use engine::store::{GroupSet, Store, UserSet};
use licensing::directory::fold_name;
use licensing::facts::{Scope, UserFacts, UserRef};
use licensing::ids::{SkuKey, TenantKey, UserKey};
use licensing::tenant::Tenant;
use licensing::{ChangeSet, Facts};
use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};

/// More than any page that a fact reads.
pub(super) const ALL: u32 = 100_000;

/// A tenant in the store under test.
#[derive(Clone)]
pub(super) struct Office {
    pub(super) store: Arc<dyn Store>,
    pub(super) key: TenantKey,
}

impl Office {
    /// The only tenant of a store.
    pub(super) async fn new(store: Arc<dyn Store>) -> Self {
        assert!(store.create_tenants(vec![new_tenant("contoso")]).await.unwrap());
        Self { store, key: TenantKey(1) }
    }

    /// The only two tenants of a store.
    pub(super) async fn pair(store: Arc<dyn Store>) -> (Self, Self) {
        assert!(store.create_tenants(vec![new_tenant("contoso"), new_tenant("fabrikam")]).await.unwrap());
        (Self { store: store.clone(), key: TenantKey(1) }, Self { store, key: TenantKey(2) })
    }

    pub(super) async fn write(&self, changes: ChangeSet) {
        self.store.commit(self.key, Scope::default(), Box::new(|_| changes)).await.unwrap();
    }

    /// The facts that a decision on this scope gets.
    pub(super) async fn load(&self, scope: Scope) -> Facts {
        let slot: Arc<Mutex<Option<Facts>>> = Arc::default();
        let loaded = slot.clone();
        let decide = Box::new(move |facts| {
            *loaded.lock().unwrap() = Some(facts);
            ChangeSet::default()
        });
        self.store.commit(self.key, scope, decide).await.unwrap();
        slot.lock().unwrap().take().unwrap()
    }

    pub(super) async fn tenant(&self) -> Arc<Tenant> {
        let tenants = self.store.tenants().await.unwrap();
        tenants.into_iter().find(|tenant| tenant.key == self.key).unwrap()
    }

    /// The live user that a client names so.
    pub(super) async fn find(&self, user: &str) -> Option<UserFacts> {
        let shown = self.store.user(self.key, &UserRef::Name(user.to_owned())).await.unwrap().value?;
        let mut found = self.store.users_by_key(self.key, &[shown.key]).await.unwrap().value;
        let facts = found.pop()?;
        let (licensed_groups, ruled_groups) = (Vec::new(), Vec::new());
        assert_eq!(shown, UserFacts { address_taken: false, licensed_groups, ruled_groups, ..facts.clone() });
        Some(facts)
    }

    /// Keys of all users of a set, which counts as many.
    pub(super) async fn users(&self, of: UserSet) -> Vec<u32> {
        let users = self.store.users(self.key, of, None, ALL).await.unwrap().value;
        assert_eq!(self.store.count_users(self.key, of).await.unwrap(), users.len() as u64);
        users.into_iter().map(|user| user.key.0).collect()
    }

    /// Keys of all groups of a set, which counts as many.
    pub(super) async fn groups(&self, of: GroupSet) -> Vec<u32> {
        let groups = self.store.groups(self.key, of, None, ALL).await.unwrap().value;
        assert_eq!(self.store.count_groups(self.key, of).await.unwrap(), groups.len() as u64);
        groups.into_iter().map(|group| group.key.0).collect()
    }

    /// Seats in use; SKUs of which none is are left out.
    pub(super) async fn seats(&self) -> BTreeMap<SkuKey, i64> {
        in_use(self.store.consumed(self.key).await.unwrap().value)
    }

    /// All that can be read of the tenant, to be compared with what it was.
    pub(super) async fn everything(&self) -> String {
        let (store, key) = (&self.store, self.key);
        let keys: Vec<UserKey> = (0..100).map(UserKey).collect();
        let mut waiting = store.waiting(key).await.unwrap().value;
        waiting.sort_by_key(|waiting| waiting.work);
        let groups = store.groups(key, GroupSet::All, None, ALL).await.unwrap().value;
        let mut members = Vec::new();
        for group in &groups {
            members.push((self.users(UserSet::MembersOf(group.key)).await, group.key));
        }
        let people = (store.users(key, UserSet::All, None, ALL).await, store.users_by_key(key, &keys).await, members);
        let others =
            (store.devices(key, None).await, store.applications(key, None).await, store.roles(key, None).await);
        let facts = self.load(Scope::default()).await;
        format!("{people:#?} {groups:#?} {others:#?} {waiting:#?} {:#?} {:#?}", facts.next_keys, self.seats().await)
    }
}

/// Seats in use; SKUs of which none is are left out.
pub(super) fn in_use(mut seats: BTreeMap<SkuKey, i64>) -> BTreeMap<SkuKey, i64> {
    seats.retain(|_, seats| *seats != 0);
    seats
}

/// A scope that asks for users by name, and for users and groups by id.
pub(super) fn asking(names: &[&str], objects: &[&str]) -> Scope {
    Scope {
        names: names.iter().map(|name| fold_name(name)).collect(),
        objects: objects.iter().map(|name| id(name)).collect(),
        ..Scope::default()
    }
}
