//! Reading the audit log: compact entries become records, one for each user, with the names of those concerned.

use crate::store::audit::{AUDIT_EXAMINED_MAX, AuditOrder, AuditSet};
use crate::store::{Store, StoreError};
use licensing::audit::{Activity, Actor, Affected, AuditEntry, Event};
use licensing::directory::{Application, Member};
use licensing::facts::{GroupFacts, UserFacts};
use licensing::ids::{ApplicationId, GroupKey, TenantId, TenantKey, UserKey};
use licensing::tenant::Tenant;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use uuid::Uuid;

/// Entries that are held at a time: each may be about thousands of users.
const ENTRIES_AT_ONCE_MAX: u32 = 64;

/// What is asked of the log.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct AuditQuery {
    /// Of which entries.
    pub set: AuditSet,
    /// Only what failed (`true`), or only what succeeded.
    pub failed: Option<bool>,
}

/// One event of the log.
#[derive(Clone, Debug)]
pub struct AuditRecord {
    /// The number of its entry.
    pub sequence: u64,
    /// Its entry.
    pub entry: Arc<AuditEntry>,
    /// The event.
    pub event: Event,
}

/// Where reading goes on: in the entry of this number, after the event of this position.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Place {
    /// The number of the entry.
    pub sequence: u64,
    /// The last event of it that was read, if one was.
    pub after: Option<u32>,
}

/// A page of records.
#[derive(Clone, Debug, Default)]
pub struct AuditRecords {
    /// The records.
    pub records: Vec<AuditRecord>,
    /// Where to go on. A page with room left has one too, when finding more would have taken too long.
    pub next: Option<Place>,
}

/// Everything that records name, as it is now: deleted users and groups keep their last names.
#[derive(Clone, Debug)]
pub struct Named {
    /// The tenant.
    pub tenant: Arc<Tenant>,
    /// Users concerned and users who acted.
    pub users: BTreeMap<UserKey, UserFacts>,
    /// Groups concerned.
    pub groups: BTreeMap<GroupKey, GroupFacts>,
    /// Applications that acted.
    pub applications: BTreeMap<ApplicationId, Application>,
    actors: BTreeMap<Uuid, UserKey>,
}

impl AuditRecord {
    /// What happened to the user of the record, beside others of its entry.
    #[must_use]
    pub fn affected(&self) -> Option<&Affected> {
        self.entry.affected.get(self.event.affected?)
    }

    /// Why it failed, if it did.
    #[must_use]
    pub fn failure(&self) -> Option<&str> {
        self.affected()?.failure.as_deref()
    }

    /// What ties records of one cause together.
    #[must_use]
    pub fn correlation_id(&self, tenant: TenantId) -> Uuid {
        self.entry.correlation_id(tenant, self.sequence)
    }
}

impl AuditQuery {
    fn admits(&self, record: &AuditRecord) -> bool {
        let targets = || record.entry.targets(&record.event);
        self.failed.is_none_or(|failed| record.failure().is_some() == failed)
            && self.set.activities.as_ref().is_none_or(|wanted| wanted.contains(&record.event.activity))
            && (self.set.targets.is_empty() || self.set.targets.iter().all(|target| targets().contains(target)))
    }

    /// The records of an entry that are asked for and that come after `after`.
    fn records(&self, sequence: u64, entry: AuditEntry, after: Option<u32>) -> Vec<AuditRecord> {
        let mut events = entry.events();
        if self.set.order == AuditOrder::NewestFirst {
            events.reverse();
        }
        let entry = Arc::new(entry);
        let is_read = |event: &Event| after.is_some_and(|after| event.position != after);
        let passed = usize::from(after.is_some());
        let rest = events.into_iter().skip_while(is_read).skip(passed);
        let records = rest.map(|event| AuditRecord { sequence, entry: entry.clone(), event });
        records.filter(|record| self.admits(record)).collect()
    }
}

/// A page of at most `size` records.
///
/// # Errors
/// When the store fails.
pub async fn page(
    store: &dyn Store,
    tenant: TenantKey,
    query: &AuditQuery,
    from: Option<Place>,
    size: u32,
) -> Result<AuditRecords, StoreError> {
    let size = usize::try_from(size).unwrap_or(usize::MAX);
    let mut found = AuditRecords { records: Vec::new(), next: from };
    let mut examined = 0;
    while examined < AUDIT_EXAMINED_MAX {
        let place = found.next;
        let look = store.audit(tenant, &query.set, place.map(|place| place.sequence), ENTRIES_AT_ONCE_MAX).await?;
        for (sequence, entry) in look.entries {
            let after = place.filter(|place| place.sequence == sequence).and_then(|place| place.after);
            let mut records = query.records(sequence, entry, after);
            let room = size - found.records.len();
            if records.len() > room {
                records.truncate(room);
                let last = records.last().map(|record| record.event.position).or(after);
                found.records.extend(records);
                found.next = Some(Place { sequence, after: last });
                return Ok(found);
            }
            found.records.extend(records);
        }
        examined += look.examined;
        found.next = look.next.map(|sequence| Place { sequence, after: None });
        if found.next.is_none() {
            break;
        }
    }
    Ok(found)
}

/// The record of this place, if there is one.
///
/// # Errors
/// When the store fails.
pub async fn record(
    store: &dyn Store,
    tenant: TenantKey,
    sequence: u64,
    position: u32,
) -> Result<Option<AuditRecord>, StoreError> {
    let set = AuditSet { order: AuditOrder::OldestFirst, ..AuditSet::default() };
    let found = store.audit(tenant, &set, Some(sequence), 1).await?.entries.pop();
    Ok(found.filter(|(number, _)| *number == sequence).and_then(|(sequence, entry)| {
        let event = entry.events().into_iter().find(|event| event.position == position)?;
        Some(AuditRecord { sequence, entry: Arc::new(entry), event })
    }))
}

/// Activities whose names begin so, case ignored.
pub fn activities_beginning(with: &str) -> impl Iterator<Item = Activity> {
    let with = with.to_lowercase();
    let begins = move |name: &str| name.to_lowercase().starts_with(&with);
    Activity::ALL.into_iter().filter(move |(_, name)| begins(name)).map(|(activity, _)| activity)
}

impl Named {
    /// Everything that these records name.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn of(store: &dyn Store, tenant: TenantKey, records: &[AuditRecord]) -> Result<Self, StoreError> {
        let (mut users, mut groups) = (BTreeSet::new(), BTreeSet::new());
        let (mut people, mut has_applications) = (BTreeSet::new(), false);
        for record in records {
            for target in record.entry.targets(&record.event) {
                match target {
                    Member::User(key) => drop(users.insert(key)),
                    Member::Group(key) => drop(groups.insert(key)),
                }
            }
            match record.entry.actor {
                Actor::User(id) => drop(people.insert(id.0)),
                Actor::Application(_) => has_applications = true,
                Actor::GroupLicensing | Actor::DynamicMembership | Actor::Operator => {}
            }
        }
        let mut actors = BTreeMap::new();
        for id in people {
            if let Some(Member::User(key)) = store.object(tenant, id).await? {
                actors.insert(id, key);
            }
        }
        users.extend(actors.values());
        let users: Vec<UserKey> = users.into_iter().collect();
        let groups: Vec<GroupKey> = groups.into_iter().collect();
        let seen = store.users_by_key(tenant, &users).await?;
        let groups = store.groups_by_key(tenant, &groups).await?;
        let applications = if has_applications { store.applications(tenant, None).await? } else { Vec::new() };
        Ok(Self {
            tenant: seen.tenant,
            users: seen.value.into_iter().map(|user| (user.key, user)).collect(),
            groups: groups.into_iter().map(|group| (group.key, group)).collect(),
            applications: applications.into_iter().map(|application| (application.id, application)).collect(),
            actors,
        })
    }

    /// The user who acted.
    #[must_use]
    pub fn actor(&self, id: Uuid) -> Option<&UserFacts> {
        self.users.get(self.actors.get(&id)?)
    }
}
