//! Making a product of the tenant's own. Graph has no call for it.

use super::put_product;
use crate::audit::Activity;
use crate::catalog::Product;
use crate::command::{Context, Decision};
use crate::facts::Facts;
use crate::refusal::Refusal;
use std::sync::Arc;

/// The length of a part number, and of the name of a plan or a service, in characters.
pub const NAME_CHARS_MAX: usize = 256;

/// Makes a product that can be bought.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CreateProduct {
    /// The product.
    pub product: Arc<Product>,
}

impl CreateProduct {
    /// Adds the product to the tenant's catalogue.
    ///
    /// # Errors
    /// [`Refusal::NameTaken`] when the catalogue, built-in products included, has its id or its part number,
    /// [`Refusal::InvalidProperty`] for names that are empty or too long and for a plan that is named twice.
    pub fn decide(&self, facts: &Facts, context: &Context) -> Result<Decision, Refusal> {
        let catalog = &facts.tenant.catalog;
        if catalog.product(self.product.id).is_some() {
            return Err(Refusal::NameTaken("skuId"));
        }
        if catalog.product_by_part_number(&self.product.part_number).is_some() {
            return Err(Refusal::NameTaken("skuPartNumber"));
        }
        check(&self.product)?;
        Ok(put_product(context, Activity::CreateProduct, None, self.product.clone()))
    }
}

/// Refuses what no product can be.
pub(super) fn check(product: &Product) -> Result<(), Refusal> {
    let is_name = |name: &str| !name.trim().is_empty() && name.chars().count() <= NAME_CHARS_MAX;
    let invalid = |property| Err(Refusal::InvalidProperty { property, resource: "product" });
    if !is_name(&product.part_number) {
        return invalid("skuPartNumber");
    }
    let are_named = product.plans.iter().all(|plan| is_name(&plan.name) && is_name(&plan.service));
    if !are_named || product.plan_named_twice().is_some() { invalid("servicePlans") } else { Ok(()) }
}
