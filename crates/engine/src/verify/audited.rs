//! What the audit log last told of each user's licences. Users whose licences are other than that were changed behind
//! its back, and the seats that it adds up to are not those in use.

use crate::store::audit::{AuditOrder, AuditSet};
use crate::store::{Store, StoreError};
use licensing::audit::{AuditEntry, Licenses};
use licensing::ids::{TenantKey, UserKey};
use std::collections::BTreeMap;
use std::sync::Arc;

/// Entries read at a time: each may be about thousands of users.
const PAGE_ENTRIES: u32 = 64;

#[derive(Default)]
pub(super) struct Audited {
    last: BTreeMap<UserKey, Arc<Licenses>>,
    /// Whether the first entry is still there: then of whom nothing is told, nothing happened to.
    is_whole: bool,
}

impl Audited {
    pub(super) async fn read(store: &dyn Store, tenant: TenantKey) -> Result<Self, StoreError> {
        let mut audited = Self::default();
        let oldest_first = AuditSet { order: AuditOrder::OldestFirst, ..AuditSet::default() };
        let mut from = None;
        loop {
            let page = store.audit(tenant, &oldest_first, from, PAGE_ENTRIES).await?;
            for (sequence, entry) in page.entries {
                audited.is_whole |= sequence == 1;
                audited.follow(&entry);
            }
            from = page.next;
            if from.is_none() {
                return Ok(audited);
            }
        }
    }

    fn follow(&mut self, entry: &AuditEntry) {
        for affected in &entry.affected {
            let Some(change) = &affected.licenses else { continue };
            let after = Arc::new(change.after.clone());
            self.last.extend(affected.users.iter().map(|user| (*user, after.clone())));
        }
    }

    /// What is wrong with these licences of the user, if the log can tell.
    pub(super) fn breach(&self, user: UserKey, licenses: &Licenses) -> Option<&'static str> {
        let differs = "has other licences than the audit log last told of";
        match self.last.get(&user) {
            Some(last) => (**last != *licenses).then_some(differs),
            None => (self.is_whole && !licenses.is_empty()).then_some(differs),
        }
    }
}
