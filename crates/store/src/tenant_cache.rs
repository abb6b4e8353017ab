//! Tenants that a store has read: kept until their structure changes.

use licensing::catalog::Catalog;
use licensing::ids::TenantKey;
use licensing::tenant::Tenant;
use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// Tenants by key. Whoever changes the structure of one, in whatever process, raises its version.
pub(crate) struct TenantCache {
    catalog: Arc<Catalog>,
    kept: Mutex<Kept>,
}

#[derive(Default)]
struct Kept {
    /// Each with the version of its structure at which it was read.
    tenants: HashMap<TenantKey, (i64, Arc<Tenant>)>,
    /// How often all were forgotten.
    forgotten: u64,
}

/// A tenant that is not kept at this version, and has to be read.
#[derive(Debug)]
pub(crate) struct Missing {
    key: TenantKey,
    version: i64,
    /// As [`Kept::forgotten`] was before it is read.
    forgotten: u64,
}

impl TenantCache {
    /// None yet. Each has this catalogue, and what it adds to it.
    pub(crate) fn new(catalog: Arc<Catalog>) -> Self {
        Self { catalog, kept: Mutex::default() }
    }

    /// What every tenant begins with.
    pub(crate) fn catalog(&self) -> &Arc<Catalog> {
        &self.catalog
    }

    /// The tenant at this version of its structure, if it is kept.
    pub(crate) fn find(&self, key: TenantKey, version: i64) -> Result<Arc<Tenant>, Missing> {
        let kept = self.lock();
        match kept.tenants.get(&key) {
            Some((known, tenant)) if *known == version => Ok(tenant.clone()),
            _ => Err(Missing { key, version, forgotten: kept.forgotten }),
        }
    }

    /// Keeps what was read for one that was missing, unless a newer one is kept, or all were forgotten meanwhile.
    pub(crate) fn keep(&self, missing: &Missing, tenant: &Arc<Tenant>) {
        let mut kept = self.lock();
        let Missing { key, version, forgotten } = *missing;
        if kept.forgotten == forgotten && kept.tenants.get(&key).is_none_or(|(known, _)| *known < version) {
            kept.tenants.insert(key, (version, tenant.clone()));
        }
    }

    /// Forgets all. For a database that may not be the one that they were read from: where it went back in time, what
    /// has the same version may be something else.
    pub(crate) fn forget(&self) {
        let mut kept = self.lock();
        kept.tenants.clear();
        kept.forgotten += 1;
    }

    /// What it guards is whole between any two statements.
    fn lock(&self) -> MutexGuard<'_, Kept> {
        self.kept.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use licensing::ids::TenantId;
    use licensing::tenant::{TenantProfile, TenantSettings};
    use licensing::time::Timestamp;
    use licensing::usage_location::UsageLocation;

    const KEY: TenantKey = TenantKey(1);

    fn tenant() -> Arc<Tenant> {
        let profile = TenantProfile {
            id: TenantId(uuid::Uuid::nil()),
            display_name: String::new(),
            country: UsageLocation::parse("US").unwrap(),
            default_usage_location: None,
            verified_domains: Vec::new(),
            created_at: Timestamp::from_unix_millis(0),
            settings: TenantSettings::default(),
            clock_ahead_millis: 0,
        };
        Arc::new(Tenant {
            key: KEY,
            profile,
            skus: Default::default(),
            catalog: Arc::default(),
            licensed_groups: Default::default(),
            dynamic_groups: Default::default(),
        })
    }

    #[test]
    fn the_newest_of_what_was_read_is_kept() {
        let cache = TenantCache::new(Arc::default());
        let (old, new) = (cache.find(KEY, 1).unwrap_err(), cache.find(KEY, 2).unwrap_err());
        let (first, second) = (tenant(), tenant());
        cache.keep(&new, &second);
        cache.keep(&old, &first);
        assert!(Arc::ptr_eq(&cache.find(KEY, 2).unwrap(), &second));
        assert!(cache.find(KEY, 1).is_err());
    }

    #[test]
    fn what_was_being_read_when_all_were_forgotten_is_not_kept() {
        let cache = TenantCache::new(Arc::default());
        let missing = cache.find(KEY, 1).unwrap_err();
        cache.forget();
        cache.keep(&missing, &tenant());
        let missing = cache.find(KEY, 1).unwrap_err();
        cache.keep(&missing, &tenant());
        cache.find(KEY, 1).unwrap();
        cache.forget();
        cache.find(KEY, 1).unwrap_err();
    }
}
