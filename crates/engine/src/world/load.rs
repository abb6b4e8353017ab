//! One tenant of a world, decided command by command on facts that live in memory only.

mod directory;
mod licenses;
mod set_up;

use super::WorldError;
use super::build::invalid;
use super::declared::TenantWorld;
use super::text::Guid;
use directory::Members;
use licensing::audit::{Actor, AuditEntry};
use licensing::catalog::Catalog;
use licensing::command::Context;
use licensing::dynamic_group::DynamicGroups;
use licensing::facts::UserRef;
use licensing::ids::{SkuId, TenantKey};
use licensing::tenant::{Tenant, TenantProfile};
use licensing::time::Timestamp;
use licensing::{ChangeSet, Command, Decision, Facts, Refusal};
use std::collections::{BTreeMap, HashMap};
use std::fmt::Display;
use std::sync::Arc;
use uuid::Uuid;

/// At most so many users share one audit entry.
const AUDIT_USERS_MAX: usize = 1_000;

pub(super) struct Loading {
    /// Which tenant of the world this is, for error messages.
    place: usize,
    facts: Facts,
    content: ChangeSet,
    context: Context,
    /// SKUs by part number in lower case.
    part_numbers: HashMap<String, SkuId>,
}

impl Loading {
    pub(super) fn new(place: usize, profile: TenantProfile, catalog: Arc<Catalog>, now: Timestamp) -> Self {
        // The store gives the tenant its key; no rule reads it.
        let key = TenantKey::default();
        let tenant = Tenant {
            key,
            profile,
            catalog,
            skus: BTreeMap::new(),
            licensed_groups: BTreeMap::new(),
            dynamic_groups: DynamicGroups::default(),
        };
        Self {
            place,
            facts: Facts::of(Arc::new(tenant)),
            content: ChangeSet::default(),
            context: Context { now, actor: Actor::Operator, request: None },
            part_numbers: HashMap::new(),
        }
    }

    /// Groups get their licences after their members, so that one mark for each group does instead of one
    /// for each member.
    pub(super) fn load(mut self, tenant: TenantWorld) -> Result<ChangeSet, WorldError> {
        self.products(tenant.products)?;
        self.subscriptions(tenant.subscriptions)?;
        let users = self.users(tenant.users)?;
        if tenant.licenses_as_they_were {
            let groups = self.groups(tenant.groups, Members::AsTheyWere)?;
            self.take_over_of_groups(&groups)?;
            self.take_over_of_users(&users)?;
        } else {
            self.assign_to_users(&users)?;
            let groups = self.groups(tenant.groups, Members::Declared)?;
            self.assign_to_groups(&groups)?;
        }
        self.devices(tenant.managed_devices)?;
        self.applications(tenant.applications)?;
        self.roles(tenant.role_assignments)?;
        Ok(self.content)
    }

    /// Decides a command and keeps what it writes; the path says where the world asks for it.
    fn run(&mut self, path: impl Display, command: &Command) -> Result<(), WorldError> {
        let Decision { mut changes, answer } = command.decide(&self.facts, &self.context);
        answer.map_err(|refusal| self.refused(path, refusal))?;
        self.facts.apply(&changes);
        for entry in std::mem::take(&mut changes.audit) {
            self.remember(entry);
        }
        self.content.then(changes);
        Ok(())
    }

    /// Users to whom the same is done share an entry.
    fn remember(&mut self, entry: AuditEntry) {
        let alike = |last: &&mut AuditEntry| {
            (last.activity, last.group, last.at, &last.actor) == (entry.activity, entry.group, entry.at, &entry.actor)
                && last.detail == entry.detail
                && last.user_count() < AUDIT_USERS_MAX
                && !entry.affected.is_empty()
        };
        match self.content.audit.last_mut().filter(alike) {
            Some(last) => last.absorb(entry),
            None => self.content.audit.push(entry),
        }
    }

    fn at(&self, path: impl Display) -> String {
        format!("tenants[{}].{path}", self.place)
    }

    fn refused(&self, path: impl Display, refusal: Refusal) -> WorldError {
        WorldError::Refused { path: self.at(path), refusal }
    }

    fn invalid(&self, path: impl Display, problem: impl Into<String>) -> WorldError {
        invalid(self.at(path), problem.into())
    }

    /// The SKU that a place names, by its id or its part number.
    fn sku(&self, path: impl Display, id: Option<Guid>, part_number: Option<&str>) -> Result<SkuId, WorldError> {
        match (id, part_number) {
            (Some(Guid(id)), None) => Ok(SkuId(id)),
            (None, Some(name)) => self.part_numbers.get(&name.to_lowercase()).copied().ok_or_else(|| {
                self.invalid(format_args!("{path}.skuPartNumber"), format!("no product is called `{name}`"))
            }),
            _ => Err(self.invalid(path, "give either skuId or skuPartNumber")),
        }
    }

    /// The id of the live user that a place names.
    fn user_id(&self, path: impl Display, text: &str) -> Result<Uuid, WorldError> {
        self.facts
            .live_user(&UserRef::parse(text))
            .and_then(|user| user.profile.as_ref())
            .map(|profile| profile.id.0)
            .ok_or_else(|| self.refused(path, Refusal::ObjectNotFound(text.to_owned())))
    }
}
