//! Keys that sign tokens, and whether the store answers.

use engine::store::Store;
use std::sync::Arc;

/// A key of every byte, as long as a real one.
fn key(first: u8) -> Vec<u8> {
    std::iter::once(first).chain(0..=255).cycle().take(1_200).collect()
}

pub async fn there_is_no_signing_key_at_first(store: Arc<dyn Store>) {
    assert!(store.signing_keys().await.unwrap().is_empty());
}

pub async fn the_first_signing_key_wins(store: Arc<dyn Store>) {
    store.keep_first_signing_key(key(1)).await.unwrap();
    assert_eq!(store.signing_keys().await.unwrap(), [key(1)]);
    store.keep_first_signing_key(key(2)).await.unwrap();
    assert_eq!(store.signing_keys().await.unwrap(), [key(1)]);
}

pub async fn the_first_of_many_signing_keys_wins(store: Arc<dyn Store>) {
    let keep = |first: u8| {
        let store = store.clone();
        tokio::spawn(async move {
            store.keep_first_signing_key(key(first)).await.unwrap();
            store.signing_keys().await.unwrap()
        })
    };
    let kept: Vec<_> = (0..20).map(keep).collect();
    let winner = store_of_one(store.clone(), kept).await;
    assert!((0..20).any(|first| winner == key(first)));
}

/// The one key that everybody saw.
async fn store_of_one(store: Arc<dyn Store>, seen: Vec<tokio::task::JoinHandle<Vec<Vec<u8>>>>) -> Vec<u8> {
    let mut all = Vec::new();
    for seen in seen {
        all.push(seen.await.unwrap());
    }
    let kept = store.signing_keys().await.unwrap();
    assert_eq!(kept.len(), 1);
    assert!(all.iter().all(|seen| *seen == kept), "a key that was seen was not kept");
    kept.concat()
}

pub async fn a_store_that_can_be_reached_answers(store: Arc<dyn Store>) {
    store.ping().await.unwrap();
}
