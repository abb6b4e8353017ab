//! What can be licensed: products (SKUs), their service plans, and the rules between plans.

use crate::ids::{ServicePlanId, SkuId};
use crate::usage_location::UsageLocation;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// Whether something is given to a user or belongs to the whole company (specification 2.8, 2.9).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum AppliesTo {
    /// Assignable to users.
    User,
    /// Provisioned once for the tenant; never assignable, never a user's plan.
    Company,
}

/// One service inside a product.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ServicePlan {
    /// `servicePlanId`.
    pub id: ServicePlanId,
    /// `servicePlanName`, such as `EXCHANGE_S_ENTERPRISE`.
    pub name: String,
    /// Users or the company.
    pub applies_to: AppliesTo,
    /// The service that provides it, as in `assignedPlan.service`, such as `exchange`.
    pub service: String,
    /// Countries where the service is not offered (E16). Empty for built-in plans: no public list exists.
    pub prohibited_in: Vec<UsageLocation>,
}

impl ServicePlan {
    /// Whether the plan gives a mailbox, and so needs addresses that nobody else has (E15).
    ///
    /// `EXCHANGE_S_FOUNDATION` has the service `exchange` too but only provisions the company.
    #[must_use]
    pub fn gives_mailbox(&self) -> bool {
        self.service.eq_ignore_ascii_case("exchange") && self.applies_to == AppliesTo::User
    }
}

/// A SKU: a product that is sold by the seat.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Product {
    /// `skuId`.
    pub id: SkuId,
    /// `skuPartNumber`, such as `ENTERPRISEPREMIUM`.
    pub part_number: String,
    /// `User` or `Company`; only `User` products are assignable (E9).
    pub applies_to: AppliesTo,
    /// Its service plans, in the catalogue's order.
    pub plans: Vec<Arc<ServicePlan>>,
}

impl Product {
    /// The place of the first plan that stands before it too.
    #[must_use]
    pub fn plan_named_twice(&self) -> Option<usize> {
        (1..self.plans.len()).find(|at| self.plans[..*at].iter().any(|plan| plan.id == self.plans[*at].id))
    }

    /// Whether the product contains this plan.
    #[must_use]
    pub fn contains(&self, plan: ServicePlanId) -> bool {
        self.plans.iter().any(|p| p.id == plan)
    }
}

/// Which plans need which, and which cannot be together (specification 3.4, 3.5). Data, not code.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PlanRules {
    prerequisites: BTreeMap<ServicePlanId, Vec<ServicePlanId>>,
    exclusions: BTreeMap<ServicePlanId, BTreeSet<ServicePlanId>>,
    ruled: BTreeSet<ServicePlanId>,
}

impl PlanRules {
    /// Adds one alternative: `plan` is satisfied when `alternative` is enabled.
    pub fn depends_on(&mut self, plan: ServicePlanId, alternative: ServicePlanId) {
        self.prerequisites.entry(plan).or_default().push(alternative);
        self.ruled.extend([plan, alternative]);
    }

    /// Declares that the two plans cannot be enabled on one user.
    pub fn excludes(&mut self, one: ServicePlanId, other: ServicePlanId) {
        self.exclusions.entry(one).or_default().insert(other);
        self.exclusions.entry(other).or_default().insert(one);
        self.ruled.extend([one, other]);
    }

    /// The alternatives of which `plan` needs one; empty when it needs nothing.
    #[must_use]
    pub fn alternatives_of(&self, plan: ServicePlanId) -> &[ServicePlanId] {
        self.prerequisites.get(&plan).map_or(&[], Vec::as_slice)
    }

    /// The plans that cannot be enabled where `plan` is, if there are any.
    #[must_use]
    pub fn excluded_by(&self, plan: ServicePlanId) -> Option<&BTreeSet<ServicePlanId>> {
        self.exclusions.get(&plan)
    }

    /// Whether the two plans exclude each other.
    #[must_use]
    pub fn exclude_each_other(&self, one: ServicePlanId, other: ServicePlanId) -> bool {
        self.excluded_by(one).is_some_and(|others| others.contains(&other))
    }

    /// Whether `plan` takes part in any rule. Most plans do not, which keeps checks short.
    #[must_use]
    pub fn mentions(&self, plan: ServicePlanId) -> bool {
        self.ruled.contains(&plan)
    }
}

/// Products by id, and the rules between plans.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Catalog {
    products: BTreeMap<SkuId, Arc<Product>>,
    /// Which of them are the tenant's own.
    own: BTreeSet<SkuId>,
    /// The rules between service plans.
    pub rules: PlanRules,
}

impl Catalog {
    /// Adds a product, replacing one of the same id.
    pub fn add(&mut self, product: Arc<Product>) {
        self.products.insert(product.id, product);
    }

    /// Adds a product of the tenant's own, which covers a built-in one of the same id.
    pub fn add_own(&mut self, product: Arc<Product>) {
        self.own.insert(product.id);
        self.add(product);
    }

    /// The product of the tenant's own that has this id.
    #[must_use]
    pub fn own_product(&self, sku: SkuId) -> Option<&Arc<Product>> {
        self.product(sku).filter(|product| self.own.contains(&product.id))
    }

    /// The tenant's own products, by id.
    pub fn own_products(&self) -> impl Iterator<Item = &Arc<Product>> {
        self.own.iter().filter_map(|sku| self.products.get(sku))
    }

    /// The product of this id.
    #[must_use]
    pub fn product(&self, sku: SkuId) -> Option<&Arc<Product>> {
        self.products.get(&sku)
    }

    /// The product of this part number (case ignored). One built-in part number, `MCOPSTN5`, names two
    /// SKUs; the one with the smaller id is meant.
    #[must_use]
    pub fn product_by_part_number(&self, part_number: &str) -> Option<&Arc<Product>> {
        self.products.values().find(|p| p.part_number.eq_ignore_ascii_case(part_number))
    }

    /// All products, by id.
    pub fn products(&self) -> impl Iterator<Item = &Arc<Product>> {
        self.products.values()
    }
}
