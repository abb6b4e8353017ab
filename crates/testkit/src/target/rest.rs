//! Invariant 4: evaluating an unchanged world again changes nothing.

use engine::Engine;
use engine::store::{Store, UserSet};
use licensing::Command;
use licensing::assignment::{DisabledPlans, PathState, Source};
use licensing::decide::reprocess_user::ReprocessUser;
use licensing::facts::{UserFacts, UserRef};
use licensing::ids::{SkuKey, TenantKey, UserKey};
use std::collections::BTreeMap;

/// Users read at a time.
const PAGE_USERS: u32 = 999;
/// How often all users are reprocessed. Seats that nobody was told of are found once; a user who gives one up
/// may make room for others, once more.
const ROUNDS_MAX: usize = 4;

type Path = (SkuKey, Source, PathState, DisabledPlans);

/// Reprocesses every user again and again, and tells of tenants where that does not come to rest.
pub(super) async fn reprocessing_comes_to_rest(engine: &Engine) -> anyhow::Result<Vec<String>> {
    let mut breaches = Vec::new();
    for tenant in engine.store().tenants().await? {
        let mut rounds = 0;
        let mut before = paths(engine.store(), tenant.key).await?;
        loop {
            reprocess(engine, tenant.key).await?;
            let after = paths(engine.store(), tenant.key).await?;
            if after == before {
                break;
            }
            before = after;
            rounds += 1;
            if rounds == ROUNDS_MAX {
                let id = tenant.profile.id;
                breaches
                    .push(format!("tenant {id}: reprocessing all users {ROUNDS_MAX} times still changes something"));
                break;
            }
        }
    }
    Ok(breaches)
}

async fn reprocess(engine: &Engine, tenant: TenantKey) -> anyhow::Result<()> {
    for user in users(engine.store(), tenant).await? {
        if let Some(profile) = user.profile {
            let command = Command::ReprocessUser(ReprocessUser { user: UserRef::Id(profile.id.0) });
            // What cannot be healed is refused; that is as it should be.
            drop(engine.run_as_operator(tenant, command).await);
        }
    }
    Ok(engine.settle().await?)
}

async fn paths(store: &dyn Store, tenant: TenantKey) -> anyhow::Result<BTreeMap<UserKey, Vec<Path>>> {
    let users = users(store, tenant).await?;
    let path = |path: licensing::assignment::Path| (path.sku, path.source, path.state, path.disabled);
    Ok(users.into_iter().map(|user| (user.key, user.paths.into_iter().map(path).collect())).collect())
}

async fn users(store: &dyn Store, tenant: TenantKey) -> anyhow::Result<Vec<UserFacts>> {
    let mut all: Vec<UserFacts> = Vec::new();
    loop {
        let after = all.last().map(|user| user.key);
        let page = store.users(tenant, UserSet::All, after, PAGE_USERS).await?.value;
        if page.is_empty() {
            return Ok(all);
        }
        all.extend(page);
    }
}
