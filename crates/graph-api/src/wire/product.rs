//! A product of the tenant's own, in the shape of world files.

use crate::answer::Resource;
use crate::wire::service_plans::applies_to;
use crate::wire::values::{List, Text};
use engine::world::PlanWorld;
use licensing::catalog::Product;
use serde::ser::SerializeMap;

/// A product of the tenant's own.
pub(crate) struct OwnProduct<'a>(pub(crate) &'a Product);

impl Resource for OwnProduct<'_> {
    const TYPE: &'static str = "product";
    const DEFAULT: &'static [&'static str] = &["skuId", "skuPartNumber", "appliesTo", "servicePlans"];

    fn find(name: &str) -> Option<&'static str> {
        Self::DEFAULT.iter().find(|known| known.eq_ignore_ascii_case(name)).copied()
    }

    fn write<M: SerializeMap>(&self, property: &'static str, map: &mut M) -> Result<(), M::Error> {
        let Self(product) = self;
        match property {
            "skuId" => map.serialize_entry(property, &Text(product.id)),
            "skuPartNumber" => map.serialize_entry(property, &product.part_number),
            "appliesTo" => map.serialize_entry(property, applies_to(product.applies_to)),
            _ => map.serialize_entry(property, &List(product.plans.iter().map(|plan| PlanWorld::from(plan.as_ref())))),
        }
    }
}
