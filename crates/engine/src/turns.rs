//! Whose turn it is to do a tenant's work, where several nodes have one database.
//!
//! A turn ends by itself, so that another node goes on with the work of one that died. Who does the work goes on with its
//! turn in time; who comes too late is refused by the number that its command carries (docs/decisions/0018).

use crate::store::{Store, StoreError};
use licensing::facts::Fence;
use licensing::ids::TenantKey;
use std::collections::HashMap;
use std::time::{Duration, Instant};

/// How long a turn lasts: as long as the work of a node that died waits for another one.
pub const TURN: Duration = Duration::from_secs(5);
/// How old a turn is, at most, when whoever works begins a chunk without asking to go on with it: a third of it.
pub const TURN_AGE_MAX: Duration = Duration::from_millis(1_667);

/// The turns that this node has.
#[derive(Default)]
pub(crate) struct Turns {
    had: HashMap<TenantKey, Turn>,
}

struct Turn {
    fence: Fence,
    /// From before it was asked for. Only decides when to ask again: whether it is over is for the store to say.
    begun: Instant,
}

impl Turns {
    /// The number of the turn in which this node may work now; `None` while it is another's.
    pub(crate) async fn take(&mut self, store: &dyn Store, tenant: TenantKey) -> Result<Option<Fence>, StoreError> {
        if let Some(turn) = self.had.get(&tenant)
            && turn.begun.elapsed() < TURN_AGE_MAX
        {
            return Ok(Some(turn.fence));
        }
        let begun = Instant::now();
        let fence = store.claim_work(tenant, TURN).await?;
        match fence {
            Some(fence) => drop(self.had.insert(tenant, Turn { fence, begun })),
            None => self.is_over(tenant),
        }
        Ok(fence)
    }

    /// Somebody else has it by now.
    pub(crate) fn is_over(&mut self, tenant: TenantKey) {
        self.had.remove(&tenant);
    }

    /// Forgets the turns that nobody went on with.
    pub(crate) fn tidy(&mut self) {
        self.had.retain(|_, turn| turn.begun.elapsed() < TURN);
    }

    /// Lets others have the work at once. What cannot be given back ends by itself.
    pub(crate) async fn give_back(self, store: &dyn Store) {
        for tenant in self.had.into_keys() {
            if let Err(error) = store.give_back_work(tenant).await {
                tracing::debug!(%error, tenant = tenant.0, "propagation.turn is not given back");
            }
        }
    }
}
