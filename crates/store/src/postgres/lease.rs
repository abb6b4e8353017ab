//! Which node does the work of a tenant. A lease is a part of the tenant's row: whoever takes it over waits for the commit
//! that has the row locked, and every later commit sees the new number.
//!
//! Time is that of the server. A lease that ends later than any can was given before the clock was set back; it counts
//! for nothing, or the work would wait until the clock is there again.

use super::connection::Result;
use super::rows::{self, Number};
use deadpool_postgres::Object;
use licensing::facts::Fence;
use licensing::ids::TenantKey;
use std::time::Duration;
use uuid::Uuid;

const CLAIM: &str = "UPDATE tenants SET lease_holder = $2, lease_until = now() + $3 * INTERVAL '1 second',
        lease_fence = lease_fence + (lease_holder IS DISTINCT FROM $2)::int4
     WHERE tenant_id = $1 AND (lease_holder = $2 OR lease_until IS NULL OR lease_until < now()
        OR lease_until > now() + $3 * INTERVAL '1 second' + INTERVAL '1 minute')
     RETURNING lease_fence";

const GIVE_BACK: &str = "UPDATE tenants SET lease_until = NULL WHERE tenant_id = $1 AND lease_holder = $2";

pub(super) async fn claim(client: &Object, tenant: TenantKey, node: Uuid, lasts: Duration) -> Result<Option<Fence>> {
    let claim = client.prepare_cached(CLAIM).await?;
    let claimed = client.query_opt(&claim, &[&Number(tenant.0), &node, &lasts.as_secs_f64()]).await?;
    claimed.map(|row| rows::fence(&row, 0)).transpose()
}

pub(super) async fn give_back(client: &Object, tenant: TenantKey, node: Uuid) -> Result<()> {
    let give_back = client.prepare_cached(GIVE_BACK).await?;
    client.execute(&give_back, &[&Number(tenant.0), &node]).await?;
    Ok(())
}
