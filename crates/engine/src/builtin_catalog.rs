//! The public catalogue of Microsoft's SKUs, embedded: `data/` with its provenance in `data/README.md`.

use licensing::catalog::{AppliesTo, Catalog, Product, ServicePlan};
use licensing::ids::{ServicePlanId, SkuId};
use std::collections::{BTreeMap, HashMap};
use std::sync::{Arc, OnceLock};
use uuid::Uuid;

const SKUS: &str = include_str!("../../../data/skus.csv");
const SKU_SERVICE_PLANS: &str = include_str!("../../../data/sku_service_plans.csv");
const PLAN_APPLIES_TO: &str = include_str!("../../../data/plan_applies_to.csv");
const PLAN_SERVICE_NAMES: &str = include_str!("../../../data/plan_service_names.csv");
const PLAN_RULES: &str = include_str!("../../../data/plan_rules.csv");

/// All built-in products and the rules between their plans. Read once; 620 SKUs take a few milliseconds.
#[must_use]
pub fn builtin_catalog() -> Arc<Catalog> {
    static CATALOG: OnceLock<Arc<Catalog>> = OnceLock::new();
    CATALOG.get_or_init(|| Arc::new(read())).clone()
}

fn read() -> Catalog {
    let company: Vec<ServicePlanId> =
        rows(PLAN_APPLIES_TO).filter(|row| &row[2] == "Company").filter_map(|row| plan_id(&row[0])).collect();
    let services: HashMap<ServicePlanId, String> =
        rows(PLAN_SERVICE_NAMES).filter_map(|row| Some((plan_id(&row[0])?, row[2].to_owned()))).collect();
    let mut plans: HashMap<ServicePlanId, Arc<ServicePlan>> = HashMap::new();
    let mut plans_of: BTreeMap<String, Vec<Arc<ServicePlan>>> = BTreeMap::new();
    for row in rows(SKU_SERVICE_PLANS) {
        let Some(id) = plan_id(&row[1]) else { continue };
        let plan = plans.entry(id).or_insert_with(|| {
            Arc::new(ServicePlan {
                id,
                name: row[2].to_owned(),
                applies_to: if company.contains(&id) { AppliesTo::Company } else { AppliesTo::User },
                service: services.get(&id).cloned().unwrap_or_else(|| service_of(&row[2])),
                prohibited_in: Vec::new(),
            })
        });
        plans_of.entry(row[0].to_owned()).or_default().push(plan.clone());
    }
    let mut catalog = Catalog::default();
    for row in rows(SKUS) {
        let Ok(id) = Uuid::try_parse(&row[0]) else { continue };
        let plans = plans_of.remove(&row[0]).unwrap_or_default();
        let part_number = row[1].to_owned();
        catalog.add(Arc::new(Product { id: SkuId(id), part_number, applies_to: AppliesTo::User, plans }));
    }
    read_rules(&mut catalog);
    catalog
}

fn read_rules(catalog: &mut Catalog) {
    for row in rows(PLAN_RULES) {
        let (Some(one), Some(other)) = (plan_id(&row[1]), plan_id(&row[3])) else { continue };
        match &row[0] {
            "excludes" => catalog.rules.excludes(one, other),
            "depends_on" => catalog.rules.depends_on(one, other),
            _ => {}
        }
    }
}

/// `assignedPlan.service` of a plan for which no real value is public: by the family that its name shows,
/// else the name itself.
fn service_of(name: &str) -> String {
    let families = [
        ("EXCHANGE", "exchange"),
        ("SHAREPOINT", "SharePoint"),
        ("ONEDRIVE", "SharePoint"),
        ("INTUNE", "SCO"),
        ("MCO", "MicrosoftCommunicationsOnline"),
        ("TEAMS", "TeamspaceAPI"),
        ("YAMMER", "YammerEnterprise"),
        ("RMS_S", "RMSOnline"),
        ("AAD_", "AADPremiumService"),
        ("POWERAPPS", "PowerAppsService"),
        ("FLOW", "ProcessSimple"),
    ];
    families.iter().find(|(prefix, _)| name.starts_with(prefix)).map_or_else(|| name.to_owned(), |f| f.1.to_owned())
}

fn plan_id(text: &str) -> Option<ServicePlanId> {
    Uuid::try_parse(text).ok().map(ServicePlanId)
}

/// The records of an embedded table, header left out. A record that cannot be read is left out too: the
/// tests below count them.
fn rows(text: &'static str) -> impl Iterator<Item = csv::StringRecord> {
    csv::Reader::from_reader(text.as_bytes()).into_records().filter_map(Result::ok)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_whole_catalogue_is_there() {
        let catalog = builtin_catalog();
        assert_eq!(catalog.products().count(), 620);
        assert_eq!(catalog.products().map(|product| product.plans.len()).sum::<usize>(), 6_000);
        assert_eq!(rows(PLAN_RULES).count(), PLAN_RULES.lines().count() - 1);
        let e5 = catalog.product_by_part_number("enterprisepremium").unwrap();
        assert_eq!(e5.id.to_string(), "c7df2760-2c81-4ef7-b578-5b5392b571df");
        assert!(e5.plans.iter().any(|plan| plan.name == "EXCHANGE_S_ENTERPRISE" && plan.service == "exchange"));
    }
}
