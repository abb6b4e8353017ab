//! A tenant in memory with everything loaded: what a store would keep, small enough to read.

use crate::invariants;
use crate::names::{country, id, name, plan_id, sku_id, user_ref};
use crate::work::Pending;
use licensing::assignment::{DisabledPlans, PathState, Source, WantedLicense};
use licensing::audit::Actor;
use licensing::catalog::{AppliesTo, Catalog, Product, ServicePlan};
use licensing::command::{Context, Decision};
use licensing::decide::{
    add_member::AddMember, assign_to_group::AssignToGroup, assign_to_user::AssignToUser, create_group::CreateGroup,
    create_user::CreateUser, delete_group::DeleteGroup, delete_user::DeleteUser, remove_member::RemoveMember,
    reprocess_user::ReprocessUser, restore_user::RestoreUser, set_up::SetUp, update_user::UpdateUser,
};
use licensing::directory::{GroupProfile, Properties, UserProfile, Value};
use licensing::dynamic_group::DynamicGroups;
use licensing::effective::assigned_licenses;
use licensing::facts::{GroupFacts, ProcessingState, UserFacts};
use licensing::ids::{GroupId, SkuKey, SubscriptionId, TenantId, TenantKey, UserId};
use licensing::subscription::{CapabilityStatus, Subscription};
use licensing::tenant::{Tenant, TenantProfile, TenantSettings, TenantSku};
use licensing::time::Timestamp;
use licensing::usage_location::UsageLocation;
use licensing::{Answer, ChangeSet, Command, Facts, Refusal};
use std::collections::BTreeMap;
use std::sync::Arc;
use uuid::Uuid;

/// What a command was answered.
pub(crate) type Answered = Result<Answer, Refusal>;

pub(crate) struct World {
    pub(crate) facts: Facts,
    pub(crate) pending: Pending,
    /// What the last command wrote.
    pub(crate) written: ChangeSet,
    /// When the first entry of the audit log was written.
    pub(crate) audited_at: Option<Timestamp>,
    plans: BTreeMap<String, ServicePlan>,
    now: i64,
}

impl World {
    /// A tenant in the United States that has nothing.
    pub(crate) fn new() -> Self {
        let profile = TenantProfile {
            id: TenantId(id("contoso")),
            display_name: "Contoso".to_owned(),
            country: country("US"),
            default_usage_location: None,
            verified_domains: vec!["contoso.example".to_owned()],
            created_at: Timestamp::default(),
            clock_ahead_millis: 0,
            settings: TenantSettings::default(),
        };
        let tenant = Tenant {
            key: TenantKey(1),
            profile,
            catalog: Arc::new(Catalog::default()),
            skus: BTreeMap::new(),
            licensed_groups: BTreeMap::new(),
            dynamic_groups: DynamicGroups::default(),
        };
        Self {
            facts: Facts::of(Arc::new(tenant)),
            pending: Pending::default(),
            written: ChangeSet::default(),
            audited_at: None,
            plans: BTreeMap::new(),
            now: 0,
        }
    }

    /// By the clock of the tenant. Time goes on by one with each command and each settling, so that what happened when can be told.
    pub(crate) fn now(&self) -> Timestamp {
        self.facts.tenant.profile.time_at(Timestamp::from_unix_millis(self.now))
    }

    pub(crate) fn tick(&mut self) {
        self.now += 1;
    }

    /// Runs a command of its own time.
    pub(crate) fn run(&mut self, command: &Command) -> Answered {
        self.tick();
        self.run_now(command)
    }

    pub(crate) fn decide(&self, command: &Command) -> Decision {
        command.decide(&self.facts, &Context { now: self.now(), actor: Actor::Operator, request: None })
    }

    /// Decides a command and keeps what it writes, as a store would.
    pub(crate) fn run_now(&mut self, command: &Command) -> Answered {
        self.facts.aged = self.aged();
        let decision = self.decide(command);
        let before = self.facts.clone();
        self.facts.apply(&decision.changes);
        self.pending.follow(&decision.changes);
        invariants::check(&self.facts);
        invariants::check_command(command, &decision.answer, &decision.changes, &before, &self.facts);
        self.written = decision.changes;
        decision.answer
    }

    /// Edits what no command can.
    pub(crate) fn tenant(&mut self) -> &mut Tenant {
        Arc::make_mut(&mut self.facts.tenant)
    }
}

/// Products and rules.
impl World {
    /// A plan as products bought from now on will contain it: for users, nothing special.
    pub(crate) fn plan(&mut self, name: &str) -> &mut ServicePlan {
        self.plans.entry(name.to_owned()).or_insert_with(|| ServicePlan {
            id: plan_id(name),
            name: name.to_owned(),
            applies_to: AppliesTo::User,
            service: name.to_owned(),
            prohibited_in: Vec::new(),
        })
    }

    /// `plan` needs one of `alternatives`.
    pub(crate) fn needs(&mut self, plan: &str, alternatives: &[&str]) {
        let rules = &mut Arc::make_mut(&mut self.tenant().catalog).rules;
        alternatives.iter().for_each(|other| rules.depends_on(plan_id(plan), plan_id(other)));
        self.look_up_rules();
    }

    pub(crate) fn excludes(&mut self, one: &str, other: &str) {
        Arc::make_mut(&mut self.tenant().catalog).rules.excludes(plan_id(one), plan_id(other));
        self.look_up_rules();
    }

    fn look_up_rules(&mut self) {
        let tenant = self.tenant();
        for sku in tenant.skus.values_mut() {
            *sku = TenantSku::new(sku.product.clone(), sku.subscriptions.clone(), &tenant.catalog);
        }
    }

    /// Declares a product with these plans.
    pub(crate) fn product(&mut self, name: &str, applies_to: AppliesTo, plans: &[&str]) {
        let plans = plans.iter().map(|plan| Arc::new(self.plan(plan).clone())).collect();
        let product = Product { id: sku_id(name), part_number: name.to_owned(), applies_to, plans };
        self.run(&Command::SetUp(SetUp::Product(Arc::new(product)))).unwrap();
    }

    /// Declares a product and buys seats of it.
    pub(crate) fn sku(&mut self, name: &str, seats: u32, plans: &[&str]) {
        self.product(name, AppliesTo::User, plans);
        self.buy(name, seats);
    }

    pub(crate) fn buy(&mut self, sku: &str, seats: u32) {
        let subscription = Subscription {
            id: SubscriptionId(Uuid::from_u128(self.now.unsigned_abs().into())),
            status: CapabilityStatus::Enabled,
            total_licenses: seats,
            created_at: self.now(),
            is_trial: false,
            next_lifecycle_at: None,
        };
        self.run(&Command::SetUp(SetUp::Subscription(sku_id(sku), subscription))).unwrap();
    }

    /// All purchases of the SKU get this state.
    pub(crate) fn decay(&mut self, sku: &str, status: CapabilityStatus) {
        let key = self.sku_key(sku);
        let sku = self.tenant().skus.get_mut(&key).unwrap();
        sku.subscriptions.iter_mut().for_each(|subscription| subscription.status = status);
    }

    pub(crate) fn sku_key(&self, sku: &str) -> SkuKey {
        self.facts.tenant.sku_key(sku_id(sku)).unwrap()
    }

    /// `consumedUnits`.
    pub(crate) fn consumed(&self, sku: &str) -> i64 {
        self.facts.consumed.get(&self.sku_key(sku)).copied().unwrap_or(0)
    }
}

/// The directory.
impl World {
    /// A user in the United States.
    pub(crate) fn user(&mut self, name: &str) {
        self.user_in(name, Some(country("US")));
    }

    pub(crate) fn user_in(&mut self, name: &str, usage_location: Option<UsageLocation>) {
        self.create_user(name, &format!("{name}@contoso.example"), usage_location).unwrap();
    }

    pub(crate) fn create_user(&mut self, name: &str, upn: &str, usage_location: Option<UsageLocation>) -> Answered {
        let profile = UserProfile {
            id: UserId(id(name)),
            principal_name: upn.to_owned(),
            created_at: self.now(),
            properties: Properties::default(),
        };
        self.run(&Command::CreateUser(CreateUser::told(profile, usage_location)))
    }

    /// A security group.
    pub(crate) fn group(&mut self, name: &str) {
        self.create_group(name, true).unwrap();
    }

    pub(crate) fn create_group(&mut self, name: &str, security_enabled: bool) -> Answered {
        let properties = Properties([("securityEnabled".to_owned(), Value::Bool(security_enabled))].into());
        let profile = GroupProfile { id: GroupId(id(name)), created_at: self.now(), properties };
        self.run(&Command::CreateGroup(CreateGroup::told(profile)))
    }

    pub(crate) fn join(&mut self, member: &str, group: &str) -> Answered {
        self.run(&Command::AddMember(AddMember { group: id(group), member: id(member) }))
    }

    pub(crate) fn leave(&mut self, member: &str, group: &str) -> Answered {
        self.run(&Command::RemoveMember(RemoveMember { group: id(group), member: id(member) }))
    }

    pub(crate) fn delete_user(&mut self, user: &str) -> Answered {
        self.run(&Command::DeleteUser(DeleteUser { user: user_ref(user) }))
    }

    pub(crate) fn restore_user(&mut self, user: &str) -> Answered {
        self.run(&Command::RestoreUser(RestoreUser { user: id(user), ..RestoreUser::default() }))
    }

    pub(crate) fn delete_group(&mut self, group: &str) -> Answered {
        self.run(&Command::DeleteGroup(DeleteGroup { group: id(group) }))
    }

    pub(crate) fn locate(&mut self, user: &str, usage_location: Option<UsageLocation>) -> Answered {
        self.run(&Command::UpdateUser(UpdateUser {
            user: user_ref(user),
            principal_name: None,
            usage_location: Some(usage_location),
            properties: Properties::default(),
        }))
    }

    /// Says whether another user has one of this user's proxy addresses.
    pub(crate) fn address_taken(&mut self, user: &str, taken: bool) {
        let key = self.user_facts(user).key;
        self.facts.users.get_mut(&key).unwrap().address_taken = taken;
    }

    /// The user of this name, deleted or not.
    pub(crate) fn user_facts(&self, user: &str) -> &UserFacts {
        self.facts.users.values().find(|facts| facts.profile.as_ref().unwrap().id.0 == id(user)).unwrap()
    }

    pub(crate) fn group_facts(&self, group: &str) -> &GroupFacts {
        self.facts.groups.values().find(|facts| facts.profile.id.0 == id(group)).unwrap()
    }

    pub(crate) fn processing(&self, group: &str) -> Option<ProcessingState> {
        self.group_facts(group).processing
    }
}

/// Licences.
impl World {
    pub(crate) fn assign(&mut self, user: &str, add: &[WantedLicense], remove: &[&str]) -> Answered {
        self.run(&Command::AssignToUser(AssignToUser {
            user: user_ref(user),
            add: add.to_vec(),
            remove: remove.iter().map(|sku| sku_id(sku)).collect(),
        }))
    }

    pub(crate) fn license(&mut self, group: &str, add: &[WantedLicense], remove: &[&str]) -> Answered {
        self.run(&Command::AssignToGroup(AssignToGroup {
            group: id(group),
            add: add.to_vec(),
            remove: remove.iter().map(|sku| sku_id(sku)).collect(),
        }))
    }

    pub(crate) fn reprocess(&mut self, user: &str) -> Answered {
        self.run(&Command::ReprocessUser(ReprocessUser { user: user_ref(user) }))
    }

    /// `licenseAssignmentStates`, as `SKU by source: state error`.
    pub(crate) fn states(&self, user: &str) -> Vec<String> {
        let paths = self.user_facts(user).paths.iter();
        paths
            .filter(|path| path.state != PathState::Removed)
            .map(|path| {
                let source = match path.source {
                    Source::Direct => "direct".to_owned(),
                    Source::Group(key) => name(self.facts.groups[&key].profile.id.0),
                };
                let state = match path.state {
                    PathState::Active => "Active".to_owned(),
                    PathState::ActiveWithError(error) => format!("ActiveWithError {}", error.as_str()),
                    PathState::Error(error) => format!("Error {}", error.as_str()),
                    PathState::Removed => unreachable!(),
                };
                format!("{} by {source}: {state}", self.license_text(path.sku, &path.disabled))
            })
            .collect()
    }

    /// `assignedLicenses`, as `SKU` or `SKU-plan-plan`.
    pub(crate) fn licenses(&self, user: &str) -> Vec<String> {
        let licenses = assigned_licenses(&self.user_facts(user).paths);
        licenses.iter().map(|(sku, disabled)| self.license_text(*sku, disabled)).collect()
    }

    fn license_text(&self, sku: SkuKey, disabled: &DisabledPlans) -> String {
        let disabled = disabled.as_slice().iter().map(|plan| format!("-{}", name(plan.0)));
        self.facts.tenant.skus[&sku].product.part_number.clone() + &disabled.collect::<String>()
    }
}
