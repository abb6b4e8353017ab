//! Which node does the work of a tenant. A lease is a part of the tenant's row: whoever takes it over waits for the commit
//! that has the row locked, and every later commit sees the new number.
//!
//! Time is that of the server. A lease that ends later than any can was given before the clock was set back; it counts
//! for nothing, or the work would wait until the clock is there again.

use super::connection::Result;
use super::listen::TELL_ANYHOW;
use super::pool::Connection;
use super::rows::{self, Number};
use super::transaction::{Parameter, Transaction};
use licensing::facts::Fence;
use licensing::ids::TenantKey;
use std::time::Duration;
use tokio_postgres::types::ToSql;
use uuid::Uuid;

/// The row is waited for as long as commits that go well have it, not for a node that hangs with it: whoever looks for work
/// has other tenants' to do.
const BEGIN_AND_WAIT_BRIEFLY: &str = "BEGIN ISOLATION LEVEL READ COMMITTED; SET LOCAL lock_timeout = '250ms'";

const CLAIM: &str = "UPDATE tenants SET lease_holder = $2, lease_until = now() + $3 * INTERVAL '1 second',
        lease_fence = lease_fence + (lease_holder IS DISTINCT FROM $2)::int4
     WHERE tenant_id = $1 AND (lease_holder = $2 OR lease_until IS NULL OR lease_until < now()
        OR lease_until > now() + $3 * INTERVAL '1 second' + INTERVAL '1 minute')
     RETURNING lease_fence";

const GIVE_BACK: &str = "UPDATE tenants SET lease_until = NULL WHERE tenant_id = $1 AND lease_holder = $2";

pub(super) async fn claim(client: Connection, tenant: TenantKey, node: Uuid, lasts: Duration) -> Result<Option<Fence>> {
    let values: [&(dyn ToSql + Sync); 3] = [&Number(tenant.0), &node, &lasts.as_secs_f64()];
    let (open, claimed) = Transaction::begin_with(client, BEGIN_AND_WAIT_BRIEFLY, CLAIM, &values).await?;
    let Some(row) = claimed.first() else { return Ok(None) };
    let fence = rows::fence(row, 0)?;
    open.commit().await?;
    Ok(Some(fence))
}

pub(super) async fn give_back(client: Connection, tenant: TenantKey, node: Uuid) -> Result<()> {
    let open = Transaction::begin(client, BEGIN_AND_WAIT_BRIEFLY).await?;
    // What is due is work as well as what waits, so all are told whatever there is: each of them looks.
    let given_back: Vec<Parameter> = vec![Box::new(Number(tenant.0)), Box::new(node)];
    open.run(&[(GIVE_BACK, given_back), (TELL_ANYHOW, Vec::new())]).await?;
    open.commit().await
}
