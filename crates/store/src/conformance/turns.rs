//! Whose turn it is to do a tenant's work. What several nodes see of each other's turns only a database server can show.

use super::office::Office;
use engine::store::Store;
use licensing::facts::{Fence, Scope};
use std::sync::Arc;
use std::time::Duration;

/// Longer than a fact takes.
const LONG: Duration = Duration::from_secs(60);

async fn claim(office: &Office) -> Fence {
    office.store.claim_work(office.key, LONG).await.unwrap().unwrap()
}

pub async fn the_number_of_the_turn_is_in_the_facts(store: Arc<dyn Store>) {
    let office = Office::new(store).await;
    let fence = claim(&office).await;
    assert_eq!(office.load(Scope::default()).await.fence, fence);
}

pub async fn who_goes_on_keeps_its_turn(store: Arc<dyn Store>) {
    let office = Office::new(store).await;
    let fence = claim(&office).await;
    assert_eq!(claim(&office).await, fence);
    assert_eq!(office.load(Scope::default()).await.fence, fence);
}

pub async fn who_gave_the_work_back_can_take_it_again(store: Arc<dyn Store>) {
    let office = Office::new(store).await;
    claim(&office).await;
    office.store.give_back_work(office.key).await.unwrap();
    let fence = claim(&office).await;
    assert_eq!(office.load(Scope::default()).await.fence, fence);
}

pub async fn a_turn_in_one_tenant_is_none_in_another(store: Arc<dyn Store>) {
    let (one, other) = Office::pair(store).await;
    let fence = claim(&one).await;
    other.store.give_back_work(other.key).await.unwrap();
    claim(&other).await;
    assert_eq!(claim(&one).await, fence);
}
