//! Pages of a set of which a condition admits only some.

use async_trait::async_trait;
use engine::browse::{Browsed, EXAMINED_MAX, count, page};
use engine::builtin_catalog::builtin_catalog;
use engine::clock::{Clock, SystemClock};
use engine::store::{Seen, Store, StoreError};
use licensing::ids::TenantKey;
use store::memory::MemoryStore;

/// The numbers from 1 to one that names the set.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Number(u32);

#[async_trait]
impl Browsed for Number {
    type Set = u32;
    type Key = u32;

    fn key(&self) -> u32 {
        self.0
    }

    async fn read(
        store: &dyn Store,
        _: TenantKey,
        of: u32,
        after: Option<u32>,
        limit: u32,
    ) -> Result<Seen<Vec<Self>>, StoreError> {
        let tenant = store.tenants().await?.remove(0);
        let value = (after.unwrap_or(0) + 1..=of).take(limit as usize).map(Self).collect();
        Ok(Seen { tenant, value })
    }

    async fn count(_: &dyn Store, _: TenantKey, of: u32) -> Result<u64, StoreError> {
        Ok(u64::from(of))
    }
}

async fn store() -> MemoryStore {
    let store = MemoryStore::new(builtin_catalog());
    let world = engine::world::parse(r#"{ "tenants": [{ "displayName": "Contoso" }] }"#).unwrap();
    let tenants = engine::world::build(world, builtin_catalog(), SystemClock.now()).unwrap();
    assert!(store.create_tenants(tenants).await.unwrap());
    store
}

/// The numbers on a page, and where to go on.
async fn numbers(of: u32, after: Option<u32>, size: u32, each: Option<u32>) -> (Vec<u32>, Option<u32>) {
    let admits = |_: &_, number: &Number| each.is_none_or(|each| number.0.is_multiple_of(each));
    let admits = each.is_some().then_some(&admits as _);
    let page = page::<Number>(&store().await, TenantKey(1), of, after, size, admits).await.unwrap();
    (page.objects.into_iter().map(|number| number.0).collect(), page.next)
}

#[tokio::test]
async fn a_page_holds_what_is_admitted_and_the_last_one_leads_nowhere() {
    assert_eq!(numbers(10, None, 4, None).await, (vec![1, 2, 3, 4], Some(4)));
    assert_eq!(numbers(10, Some(8), 4, None).await, (vec![9, 10], None));
    assert_eq!(numbers(8, Some(4), 4, None).await, (vec![5, 6, 7, 8], None), "a full page may be the last");
    assert_eq!(numbers(2_000, None, 3, Some(600)).await, (vec![600, 1_200, 1_800], None));
    assert_eq!(numbers(2_000, None, 2, Some(600)).await, (vec![600, 1_200], Some(1_200)));
    assert_eq!(numbers(2_000, Some(1_200), 2, Some(600)).await, (vec![1_800], None));
}

#[tokio::test]
async fn a_rare_match_does_not_hold_a_request_forever() {
    let all = 2 * EXAMINED_MAX + 10;
    let (mut found, mut next, mut requests) = (Vec::new(), None, 0);
    loop {
        let (page, after) = numbers(all, next, 5, Some(2 * EXAMINED_MAX)).await;
        found.extend(page);
        (next, requests) = (after, requests + 1);
        if next.is_none() {
            break;
        }
        assert_eq!(next, Some(requests * EXAMINED_MAX), "it goes on where it stopped looking");
    }
    assert_eq!((found, requests), (vec![2 * EXAMINED_MAX], 3));
}

#[tokio::test]
async fn a_count_leaves_nothing_out() {
    let (store, all) = (store().await, EXAMINED_MAX + 700);
    let is_even = |_: &_, number: &Number| number.0.is_multiple_of(2);
    assert_eq!(count::<Number>(&store, TenantKey(1), all, Some(&is_even)).await.unwrap(), u64::from(all / 2));
    assert_eq!(count::<Number>(&store, TenantKey(1), all, None).await.unwrap(), u64::from(all));
}
