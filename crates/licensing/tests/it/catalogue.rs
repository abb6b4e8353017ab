//! The published SKUs under their published rules (specification 3.4, 3.5; decisions, "Dependencies").

use crate::names::{sku_id, user_ref};
use crate::world::{Answered, World};
use licensing::assignment::{DisabledPlans, WantedLicense};
use licensing::catalog::{AppliesTo, Catalog, Product, ServicePlan};
use licensing::decide::assign_to_user::AssignToUser;
use licensing::ids::{ServicePlanId, SkuId, SkuKey, SubscriptionId};
use licensing::subscription::{CapabilityStatus, Subscription};
use licensing::tenant::TenantSku;
use licensing::{Command, Refusal};
use std::collections::BTreeMap;
use std::sync::Arc;
use uuid::Uuid;

const SKUS: &str = include_str!("../../../../data/skus.csv");
const SKU_SERVICE_PLANS: &str = include_str!("../../../../data/sku_service_plans.csv");
const PLAN_RULES: &str = include_str!("../../../../data/plan_rules.csv");

fn rows(text: &'static str) -> impl Iterator<Item = csv::StringRecord> {
    csv::Reader::from_reader(text.as_bytes()).into_records().map(Result::unwrap)
}

fn plan(text: &str) -> ServicePlanId {
    ServicePlanId(Uuid::try_parse(text).unwrap())
}

fn catalog() -> Catalog {
    let mut plans_of: BTreeMap<String, Vec<Arc<ServicePlan>>> = BTreeMap::new();
    for row in rows(SKU_SERVICE_PLANS) {
        let name = row[2].to_owned();
        let service = name.clone();
        let (applies_to, prohibited_in) = (AppliesTo::User, Vec::new());
        let plan = ServicePlan { id: plan(&row[1]), name, applies_to, service, prohibited_in };
        plans_of.entry(row[0].to_owned()).or_default().push(Arc::new(plan));
    }
    let mut catalog = Catalog::default();
    for row in rows(SKUS) {
        let id = SkuId(Uuid::try_parse(&row[0]).unwrap());
        let (part_number, plans) = (row[1].to_owned(), plans_of.remove(&row[0]).unwrap());
        catalog.add(Arc::new(Product { id, part_number, applies_to: AppliesTo::User, plans }));
    }
    for row in rows(PLAN_RULES) {
        match &row[0] {
            "excludes" => catalog.rules.excludes(plan(&row[1]), plan(&row[3])),
            "depends_on" => catalog.rules.depends_on(plan(&row[1]), plan(&row[3])),
            other => panic!("a rule of the kind {other}"),
        }
    }
    catalog
}

/// A tenant that bought one seat of everything, with one user.
fn collector() -> World {
    let mut world = World::new();
    world.user("ann");
    let catalog = catalog();
    let subscription = Subscription {
        id: SubscriptionId(Uuid::nil()),
        status: CapabilityStatus::Enabled,
        total_licenses: 1,
        created_at: world.now(),
        is_trial: false,
        next_lifecycle_at: None,
    };
    let sku = |product: &Arc<Product>| TenantSku::new(product.clone(), vec![subscription.clone()], &catalog);
    world.tenant().skus = (0..).map(SkuKey).zip(catalog.products().map(sku)).collect();
    world.tenant().catalog = Arc::new(catalog);
    world
}

fn assignment(add: &[SkuId], remove: &[SkuId]) -> Command {
    let all_of = |sku: &SkuId| WantedLicense { sku: *sku, disabled: DisabledPlans::default() };
    let add = add.iter().map(all_of).collect();
    Command::AssignToUser(AssignToUser { user: user_ref("ann"), add, remove: remove.to_vec() })
}

fn assign(world: &mut World, add: &[SkuId], remove: &[SkuId]) -> Answered {
    world.run(&assignment(add, remove))
}

fn named(world: &World, part_number: &str) -> SkuId {
    world.facts.tenant.catalog.product_by_part_number(part_number).unwrap().id
}

/// The names of the plans that a refusal speaks of.
fn plans_named(world: &World, refusal: &Refusal) -> Vec<String> {
    let plans = match refusal {
        Refusal::DependencyUnmet { plan, .. } => vec![*plan],
        Refusal::MutuallyExclusive { smaller, larger } => vec![*smaller, *larger],
        other => panic!("{other:?}"),
    };
    let name = |id: &ServicePlanId| {
        let all = world.facts.tenant.catalog.products().flat_map(|product| &product.plans);
        all.filter(|plan| plan.id == *id).map(|plan| plan.name.clone()).next().unwrap()
    };
    plans.iter().map(name).collect()
}

#[test]
fn every_published_sku_can_be_assigned_alone_unless_it_is_an_add_on() {
    let world = collector();
    let mut add_ons = 0;
    for product in world.facts.tenant.catalog.products() {
        match world.decide(&assignment(&[product.id], &[])).answer {
            Ok(_) => {}
            Err(Refusal::DependencyUnmet { needs_one_of, .. }) => {
                add_ons += 1;
                assert!(needs_one_of.iter().all(|plan| !product.contains(*plan)), "{}", product.part_number);
            }
            Err(other) => panic!("{}: {other:?}", product.part_number),
        }
    }
    assert!((1..40).contains(&add_ons), "{add_ons} add-ons");
}

#[test]
fn an_add_on_goes_with_a_bundle_that_has_what_it_needs() {
    let mut world = collector();
    let bundle = named(&world, "ENTERPRISEPACK");
    for add_on in ["MCOEV", "MCOMEETADV", "THREAT_INTELLIGENCE", "WORKPLACE_ANALYTICS"] {
        let add_on = named(&world, add_on);
        assert!(matches!(assign(&mut world, &[add_on], &[]), Err(Refusal::DependencyUnmet { .. })));
        assign(&mut world, &[add_on, bundle], &[]).unwrap();
        assert!(matches!(assign(&mut world, &[], &[bundle]), Err(Refusal::DependencyUnmet { .. })));
        assign(&mut world, &[], &[add_on, bundle]).unwrap();
    }
}

#[test]
fn bundles_with_rival_plans_can_be_swapped_and_not_be_held_together() {
    let mut world = collector();
    let [small, large] = ["STANDARDPACK", "ENTERPRISEPACK"].map(|name| named(&world, name));
    assign(&mut world, &[small], &[]).unwrap();
    let refusal = assign(&mut world, &[large], &[]).unwrap_err();
    assert_eq!(plans_named(&world, &refusal), ["SHAREPOINTENTERPRISE", "SHAREPOINTSTANDARD"]);
    assign(&mut world, &[large], &[small]).unwrap();
}

#[test]
fn every_published_pair_of_rivals_is_refused_in_either_order() {
    let pairs: Vec<_> = rows(PLAN_RULES).filter(|row| &row[0] == "excludes").collect();
    let catalog = catalog();
    for row in &pairs {
        let (one, other) = (plan(&row[1]), plan(&row[3]));
        let mut enabled = [one, other];
        enabled.sort();
        let refusal = Refusal::MutuallyExclusive { smaller: enabled[0], larger: enabled[1] };
        assert_eq!(licensing::rules::plan_exclusion::check(&catalog.rules, &enabled), Err(refusal));
        assert!(catalog.rules.exclude_each_other(other, one));
    }
    assert_eq!(pairs.len(), 98);
}

#[test]
fn of_two_skus_with_one_part_number_the_smaller_id_is_meant() {
    let catalog = catalog();
    let bearers: Vec<SkuId> =
        catalog.products().filter(|product| product.part_number == "MCOPSTN5").map(|product| product.id).collect();
    assert_eq!(bearers.len(), 2);
    assert_eq!(catalog.product_by_part_number("mcopstn5").unwrap().id, bearers[0]);
    assert_eq!(catalog.product(sku_id("NOWHERE")), None);
}
