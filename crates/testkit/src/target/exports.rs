//! What is exported comes back: loaded into an empty store, it gives everybody the licences that they have.

use engine::Engine;
use engine::builtin_catalog::builtin_catalog;
use engine::clock::SystemClock;
use engine::store::Store;
use engine::use_cases::Settings;
use engine::world::{World, build, export};
use std::sync::Arc;
use store::memory::MemoryStore;
use tokio_util::sync::CancellationToken;

/// Exports a settled store, loads that into an empty one, and tells of what differs there: at once, when both
/// exports are the same, and once its groups are processed, when nobody has lost a licence.
pub(super) async fn exports_come_back(engine: &Engine) -> anyhow::Result<Vec<String>> {
    let first = export(engine.store(), None).await?;
    let store = MemoryStore::new(builtin_catalog());
    match build(first.clone(), builtin_catalog(), engine.now()) {
        Ok(tenants) => drop(store.create_tenants(tenants).await?),
        Err(error) => return Ok(vec![format!("an export is not loaded: {error}")]),
    }
    let store: Arc<dyn Store> = Arc::new(store);
    let mut breaches = Vec::new();
    let second = export(store.as_ref(), None).await?;
    if second != first {
        let texts = [serde_json::to_string_pretty(&first)?, serde_json::to_string_pretty(&second)?];
        breaches.push(format!("an export comes back changed, from\n{}\nto\n{}", texts[0], texts[1]));
    }
    settle(&store).await?;
    let (_, wrong) = engine::verify::verify(store.as_ref(), engine.now()).await?;
    breaches.extend(wrong.iter().map(|breach| format!("of an export: {breach}")));
    breaches.extend(lost_licenses(&first, &export(store.as_ref(), None).await?));
    Ok(breaches)
}

async fn settle(store: &Arc<dyn Store>) -> anyhow::Result<()> {
    let engine = Engine::new(store.clone(), Arc::new(SystemClock), Settings::default());
    let stop = CancellationToken::new();
    let propagation = tokio::spawn({
        let (engine, stop) = (engine.clone(), stop.clone());
        async move { engine.propagate(stop).await }
    });
    engine.settle().await?;
    stop.cancel();
    Ok(propagation.await?)
}

fn lost_licenses(before: &World, after: &World) -> Vec<String> {
    let users = |world: &World| world.tenants.iter().flat_map(|tenant| tenant.users.clone()).collect::<Vec<_>>();
    let mut lost = Vec::new();
    for (had, has) in users(before).iter().zip(users(after)) {
        let held = had.assigned_licenses.iter().filter(|license| license.removed_date_time.is_none());
        for license in held.filter(|license| !has.assigned_licenses.contains(license)) {
            lost.push(format!("{} loses {license:?} by an export", had.user_principal_name));
        }
    }
    lost
}
