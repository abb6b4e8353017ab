//! Changing the plans of a product of the tenant's own. Graph has no call for it.

use super::create_product::check;
use super::put_product;
use crate::audit::Activity;
use crate::catalog::{Product, ServicePlan};
use crate::change_set::ChangeSet;
use crate::command::{Answer, Context, Decision};
use crate::facts::Facts;
use crate::ids::SkuId;
use crate::refusal::Refusal;
use std::sync::Arc;

/// Gives a product these plans.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ChangeProduct {
    /// The product.
    pub id: SkuId,
    /// All of its plans from now on.
    pub plans: Vec<Arc<ServicePlan>>,
}

impl ChangeProduct {
    /// Replaces the plans. Whoever has a product that was bought gets the plans that are added: licences name the plans
    /// that they leave out. Those that are there stay as they are, for licences and rules may name them.
    ///
    /// # Errors
    /// [`Refusal::ObjectNotFound`] for what is no product of the tenant's own, [`Refusal::ProductBought`],
    /// [`Refusal::PlanHasRules`], [`Refusal::InvalidProperty`] as for a new product.
    pub fn decide(&self, facts: &Facts, context: &Context) -> Result<Decision, Refusal> {
        let before = facts.tenant.catalog.own_product(self.id);
        let before = before.ok_or_else(|| Refusal::ObjectNotFound(self.id.to_string()))?;
        if facts.tenant.sku_key(self.id).is_some() {
            if !before.plans.iter().all(|plan| self.plans.contains(plan)) {
                return Err(Refusal::ProductBought);
            }
            let has_rules =
                |plan: &&Arc<ServicePlan>| !before.contains(plan.id) && facts.tenant.catalog.rules.mentions(plan.id);
            if let Some(plan) = self.plans.iter().find(has_rules) {
                return Err(Refusal::PlanHasRules(plan.id));
            }
        }
        let product = Product { plans: self.plans.clone(), ..before.as_ref().clone() };
        check(&product)?;
        if product == **before {
            return Ok(Decision::accepted(ChangeSet::default(), Answer::Tenant));
        }
        Ok(put_product(context, Activity::ChangeProduct, Some(before), Arc::new(product)))
    }
}
