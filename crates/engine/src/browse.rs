//! Reading a set of users or groups page by page, of which a condition may admit only some.
//!
//! The condition is the caller's; here is how far a request reads for it.

use crate::store::{GroupSet, Seen, Store, StoreError, UserSet};
use async_trait::async_trait;
use licensing::facts::{GroupFacts, UserFacts};
use licensing::ids::{GroupKey, TenantKey, UserKey};
use licensing::tenant::Tenant;
use std::sync::Arc;

/// Objects that a request for a page looks at, at most: then it answers with what it found.
pub const EXAMINED_MAX: u32 = 50_000;
/// Objects that are read at a time: other requests get the thread in between.
const AT_ONCE_MAX: u32 = 500;

/// What can be read page by page.
#[async_trait]
pub trait Browsed: Sized + Send + Sync {
    /// Names a set of them.
    type Set: Copy + Send + Sync;
    /// Orders them.
    type Key: Copy + Ord + Send + Sync;

    /// Its key.
    fn key(&self) -> Self::Key;

    /// At most `limit` of a set, in the order of their keys, after a key.
    async fn read(
        store: &dyn Store,
        tenant: TenantKey,
        of: Self::Set,
        after: Option<Self::Key>,
        limit: u32,
    ) -> Result<Seen<Vec<Self>>, StoreError>;

    /// How many a set has.
    async fn count(store: &dyn Store, tenant: TenantKey, of: Self::Set) -> Result<u64, StoreError>;
}

#[async_trait]
impl Browsed for UserFacts {
    type Set = UserSet;
    type Key = UserKey;

    fn key(&self) -> UserKey {
        self.key
    }

    async fn read(
        store: &dyn Store,
        tenant: TenantKey,
        of: UserSet,
        after: Option<UserKey>,
        limit: u32,
    ) -> Result<Seen<Vec<Self>>, StoreError> {
        store.users(tenant, of, after, limit).await
    }

    async fn count(store: &dyn Store, tenant: TenantKey, of: UserSet) -> Result<u64, StoreError> {
        store.count_users(tenant, of).await
    }
}

#[async_trait]
impl Browsed for GroupFacts {
    type Set = GroupSet;
    type Key = GroupKey;

    fn key(&self) -> GroupKey {
        self.key
    }

    async fn read(
        store: &dyn Store,
        tenant: TenantKey,
        of: GroupSet,
        after: Option<GroupKey>,
        limit: u32,
    ) -> Result<Seen<Vec<Self>>, StoreError> {
        store.groups(tenant, of, after, limit).await
    }

    async fn count(store: &dyn Store, tenant: TenantKey, of: GroupSet) -> Result<u64, StoreError> {
        store.count_groups(tenant, of).await
    }
}

/// Objects of a set.
#[derive(Debug)]
pub struct Page<T: Browsed> {
    /// As it was when the last of them were read.
    pub tenant: Arc<Tenant>,
    /// The objects.
    pub objects: Vec<T>,
    /// The key after which to go on. A page with room left has one too, when finding more would have taken too long.
    pub next: Option<T::Key>,
}

/// Which objects of a set are wanted.
pub type Admits<'a, T> = &'a (dyn Fn(&Tenant, &T) -> bool + Sync);

/// A page of at most `size` objects of a set: those that are admitted, or all.
///
/// # Errors
/// When the store fails.
pub async fn page<T: Browsed>(
    store: &dyn Store,
    tenant: TenantKey,
    of: T::Set,
    after: Option<T::Key>,
    size: u32,
    admits: Option<Admits<'_, T>>,
) -> Result<Page<T>, StoreError> {
    let at_once = if admits.is_some() { AT_ONCE_MAX } else { size.saturating_add(1) };
    let (mut after, mut objects, mut examined) = (after, Vec::new(), 0);
    loop {
        let Seen { tenant: seen, value } = T::read(store, tenant, of, after, at_once).await?;
        let (read, last) = (value.len(), value.last().map(T::key));
        examined += at_once;
        objects.extend(value.into_iter().filter(|object| admits.is_none_or(|admits| admits(&seen, object))));
        after = last.or(after);
        if objects.len() > size as usize {
            objects.truncate(size as usize);
            let next = objects.last().map(T::key);
            return Ok(Page { tenant: seen, objects, next });
        }
        if read < at_once as usize {
            return Ok(Page { tenant: seen, objects, next: None });
        }
        if examined >= EXAMINED_MAX {
            return Ok(Page { tenant: seen, objects, next: after });
        }
        tokio::task::yield_now().await;
    }
}

/// How many objects of a set are admitted, or are there at all. What is admitted is found by looking at all of them,
/// however long that takes: a count that leaves some out is none. Other requests get the thread in between.
///
/// # Errors
/// When the store fails.
pub async fn count<T: Browsed>(
    store: &dyn Store,
    tenant: TenantKey,
    of: T::Set,
    admits: Option<Admits<'_, T>>,
) -> Result<u64, StoreError> {
    let Some(admits) = admits else { return T::count(store, tenant, of).await };
    let (mut after, mut count) = (None, 0);
    loop {
        let Seen { tenant: seen, value } = T::read(store, tenant, of, after, AT_ONCE_MAX).await?;
        count += value.iter().filter(|object| admits(&seen, object)).count() as u64;
        if value.len() < AT_ONCE_MAX as usize {
            return Ok(count);
        }
        after = value.last().map(T::key);
        tokio::task::yield_now().await;
    }
}
