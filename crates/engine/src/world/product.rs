//! Products as world files and the administration write them.

use super::declared::{PlanWorld, ProductWorld};
use super::text::{Applies, Country, Guid};
use licensing::catalog::{Product, ServicePlan};
use licensing::ids::{ServicePlanId, SkuId};
use std::sync::Arc;

impl From<&Product> for ProductWorld {
    fn from(product: &Product) -> Self {
        Self {
            sku_id: Guid(product.id.0),
            sku_part_number: product.part_number.clone(),
            applies_to: Applies(product.applies_to),
            service_plans: product.plans.iter().map(|plan| PlanWorld::from(plan.as_ref())).collect(),
        }
    }
}

impl From<&ServicePlan> for PlanWorld {
    fn from(plan: &ServicePlan) -> Self {
        Self {
            service_plan_id: Guid(plan.id.0),
            service_plan_name: plan.name.clone(),
            applies_to: Applies(plan.applies_to),
            service: Some(plan.service.clone()),
            prohibited_usage_locations: plan.prohibited_in.iter().copied().map(Country).collect(),
        }
    }
}

impl From<ProductWorld> for Product {
    fn from(product: ProductWorld) -> Self {
        Self {
            id: SkuId(product.sku_id.0),
            part_number: product.sku_part_number,
            applies_to: product.applies_to.0,
            plans: product.service_plans.into_iter().map(|plan| Arc::new(plan.into())).collect(),
        }
    }
}

impl From<PlanWorld> for ServicePlan {
    fn from(plan: PlanWorld) -> Self {
        Self {
            id: ServicePlanId(plan.service_plan_id.0),
            applies_to: plan.applies_to.0,
            service: plan.service.unwrap_or_else(|| plan.service_plan_name.clone()),
            name: plan.service_plan_name,
            prohibited_in: plan.prohibited_usage_locations.into_iter().map(|Country(code)| code).collect(),
        }
    }
}
