//! One verb a file: facts and a command in, a [`Decision`] out.

pub mod add_member;
pub mod add_owner;
pub mod assign_to_group;
pub mod assign_to_user;
pub mod buy_subscription;
pub mod cancel_subscription;
pub mod change_product;
pub mod change_subscription;
pub mod continue_work;
pub mod create_group;
pub mod create_product;
pub mod create_user;
pub mod delete_group;
pub mod delete_permanently;
pub mod delete_user;
pub mod pass_time;
pub mod remove_member;
pub mod remove_owner;
pub mod renew_subscription;
pub mod reprocess_user;
pub mod restore_group;
pub mod restore_user;
mod rule_of_group;
pub mod set_clock;
pub mod set_manager;
pub mod set_up;
pub mod take_over;
pub mod update_group;
pub mod update_user;

use crate::Refusal;
use crate::audit::{Activity, AuditEntry, Detail, Offer, PropertyChange, Purchase};
use crate::catalog::Product;
use crate::change_set::ChangeSet;
use crate::command::{Answer, Context, Decision};
use crate::decide::restore_user::is_restorable;
use crate::directory::{Member, Properties, Value};
use crate::facts::{Facts, GroupFacts, UserFacts, UserRef};
use crate::ids::{GroupKey, SkuId, SkuKey, SubscriptionId};
use crate::rules::group_properties;
use crate::subscription::{PrepaidUnits, Subscription, UNITS_MAX};
use std::sync::Arc;
use uuid::Uuid;

fn find_user<'a>(facts: &'a Facts, user: &UserRef) -> Result<&'a UserFacts, Refusal> {
    facts.live_user(user).ok_or_else(|| Refusal::ObjectNotFound(user.to_string()))
}

fn find_group(facts: &Facts, group: Uuid) -> Result<&GroupFacts, Refusal> {
    facts.live_group(group).ok_or_else(|| Refusal::ObjectNotFound(group.to_string()))
}

/// The purchase as it is by now: a step may be due that nobody has written yet.
fn find_subscription(
    facts: &Facts,
    context: &Context,
    id: SubscriptionId,
) -> Result<(SkuKey, SkuId, Subscription), Refusal> {
    let found = facts.tenant.subscription(id).ok_or_else(|| Refusal::ObjectNotFound(id.to_string()))?;
    let (key, sku, subscription) = found;
    Ok((key, sku.product.id, subscription.at(context.now)))
}

/// Refuses properties that a group cannot have, or a unique name that another group has.
fn check_group(facts: &Facts, key: GroupKey, before: Option<&Properties>, after: &Properties) -> Result<(), Refusal> {
    group_properties::check(before, after)?;
    let owner = group_properties::unique_name(after).and_then(|name| facts.unique_names.get(&name));
    if owner.is_some_and(|owner| *owner != key) { Err(Refusal::NameTaken("uniqueName")) } else { Ok(()) }
}

/// Refuses a purchase with which its SKU would have more units than can be shown. Deleted ones count for nothing.
fn check_units(facts: &Facts, sku: SkuId, subscription: &Subscription) -> Result<(), Refusal> {
    let bought = facts.tenant.sku_key(sku).and_then(|key| facts.tenant.skus.get(&key));
    let known = bought.into_iter().flat_map(|sku| &sku.subscriptions);
    let others = known.filter(|known| known.id != subscription.id).cloned();
    let all: Vec<Subscription> = others.chain([subscription.clone()]).collect();
    let fits = PrepaidUnits::of(&all).total() <= UNITS_MAX.into();
    if fits { Ok(()) } else { Err(Refusal::TooManyUnits(sku)) }
}

/// Writes one purchase, which was so before.
fn put_subscription(
    context: &Context,
    activity: Activity,
    key: SkuKey,
    sku: SkuId,
    before: Option<&Subscription>,
    subscription: Subscription,
) -> Decision {
    let units = |bought: &Subscription| Value::Int(bought.total_licenses.into());
    let status = |bought: &Subscription| Value::Text(bought.status.as_str().to_owned());
    let change = |name: &str, value: &dyn Fn(&Subscription) -> Value| {
        let (old, new) = (before.map_or(Value::Null, value), value(&subscription));
        PropertyChange { name: name.to_owned(), old, new }
    };
    let mut properties = vec![change("totalLicenses", &units)];
    properties.extend(Some(change("status", &status)).filter(|change| change.old != change.new));
    let purchase = Purchase { id: subscription.id, sku: key, changes: properties };
    let changes = ChangeSet {
        subscriptions: vec![(key, sku, subscription)],
        audit: vec![AuditEntry { detail: Detail::Purchase(purchase), ..context.audit(activity) }],
        ..ChangeSet::default()
    };
    Decision::accepted(changes, Answer::Tenant)
}

/// Writes one product of the tenant's own, which was so before.
fn put_product(context: &Context, activity: Activity, before: Option<&Product>, product: Arc<Product>) -> Decision {
    let plans =
        |product: &Product| Value::List(product.plans.iter().map(|plan| Value::Text(plan.name.clone())).collect());
    let (old, new) = (before.map_or(Value::Null, plans), plans(&product));
    let changes = vec![PropertyChange { name: "servicePlans".to_owned(), old, new }];
    let offer = Offer { sku: product.id, changes };
    let changes = ChangeSet {
        products: vec![product],
        audit: vec![AuditEntry { detail: Detail::Offer(offer), ..context.audit(activity) }],
        ..ChangeSet::default()
    };
    Decision::accepted(changes, Answer::Tenant)
}

/// The user of this id that was deleted, but not for good.
fn find_deleted_user<'a>(facts: &'a Facts, id: Uuid, context: &Context) -> Result<&'a UserFacts, Refusal> {
    let user = match facts.objects.get(&id) {
        Some(Member::User(key)) => facts.users.get(key),
        _ => None,
    };
    user.filter(|user| user.deleted_at.is_some_and(|at| is_restorable(at, context.now)))
        .ok_or_else(|| Refusal::ObjectNotFound(id.to_string()))
}

/// The group of this id that was deleted, but not for good.
fn find_deleted_group<'a>(facts: &'a Facts, id: Uuid, context: &Context) -> Result<&'a GroupFacts, Refusal> {
    let group = match facts.objects.get(&id) {
        Some(Member::Group(key)) => facts.groups.get(key),
        _ => None,
    };
    group
        .filter(|group| group.deleted_at.is_some_and(|at| is_restorable(at, context.now)))
        .ok_or_else(|| Refusal::ObjectNotFound(id.to_string()))
}
