//! Steps as commands.

use super::office::{Office, group_id, late_plan, plans, purchase_id, rule, sku_id, user_id};
use super::step::{Change, Step};
use licensing::Command;
use licensing::assignment::{DisabledPlans, WantedLicense};
use licensing::decide::{
    add_member::AddMember, add_owner::AddOwner, assign_to_group::AssignToGroup, assign_to_user::AssignToUser,
    buy_subscription::BuySubscription, cancel_subscription::CancelSubscription, change_product::ChangeProduct,
    change_subscription::ChangeSubscription, delete_group::DeleteGroup, delete_permanently::DeletePermanently,
    delete_user::DeleteUser, remove_member::RemoveMember, remove_owner::RemoveOwner,
    renew_subscription::RenewSubscription, reprocess_user::ReprocessUser, restore_group::RestoreGroup,
    restore_user::RestoreUser, set_clock::SetClock, set_manager::SetManager, update_group::UpdateGroup,
    update_user::UpdateUser,
};
use licensing::directory::{Properties, Value};
use licensing::facts::UserRef;
use licensing::ids::{ServicePlanId, SkuId, SubscriptionId};
use licensing::time::{DAY_MILLIS, Timestamp};
use licensing::usage_location::UsageLocation;

/// What a step asks for, in an office as it is; `None` when nothing can be asked.
pub(crate) async fn command(step: &Step, office: &Office, purchases: usize, now: i64) -> Option<Command> {
    let bought = |choice: &usize| SubscriptionId(purchase_id(choice % purchases));
    Some(match step {
        Step::Settle => return None,
        Step::RestoreGroup { group } => Command::RestoreGroup(RestoreGroup::of(office.profile(*group).await?.as_ref())),
        Step::Product { sku, late_plan: nth } => {
            let mut plans = office.product(*sku).await.plans.clone();
            if !plans.iter().any(|plan| plan.id == late_plan(*nth).id) {
                plans.push(late_plan(*nth));
            }
            Command::ChangeProduct(ChangeProduct { id: sku_id(*sku), plans })
        }
        Step::Buy { sku, units, days } => Command::BuySubscription(BuySubscription {
            id: SubscriptionId(purchase_id(purchases)),
            sku: sku_id(*sku),
            total_licenses: *units,
            is_trial: false,
            until: days.map(|days| Timestamp::from_unix_millis(now + days * DAY_MILLIS)),
        }),
        Step::Units { choice, units } => {
            Command::ChangeSubscription(ChangeSubscription { id: bought(choice), total_licenses: *units })
        }
        Step::Cancel { choice } => Command::CancelSubscription(CancelSubscription { id: bought(choice) }),
        Step::Renew { choice } => Command::RenewSubscription(RenewSubscription { id: bought(choice), until: None }),
        Step::Wait { days } => Command::SetClock(SetClock::ForwardMillis(days * DAY_MILLIS)),
        Step::License { .. }
        | Step::Join { .. }
        | Step::Leave { .. }
        | Step::Nest { .. }
        | Step::DeleteGroup { .. }
        | Step::DeleteGroupForGood { .. }
        | Step::Own { .. }
        | Step::Rule { .. } => of_group(step)?,
        _ => of_user(step)?,
    })
}

/// What is asked of a group.
fn of_group(step: &Step) -> Option<Command> {
    Some(match step {
        Step::License { group, change } => {
            let (add, remove) = (added(change), removed(change));
            Command::AssignToGroup(AssignToGroup { group: group_id(*group), add, remove })
        }
        Step::Join { user, group } => Command::AddMember(AddMember { group: group_id(*group), member: user_id(*user) }),
        Step::Leave { user, group } => {
            Command::RemoveMember(RemoveMember { group: group_id(*group), member: user_id(*user) })
        }
        Step::Nest { group, member, is_member: true } => {
            Command::AddMember(AddMember { group: group_id(*group), member: group_id(*member) })
        }
        Step::Nest { group, member, is_member: false } => {
            Command::RemoveMember(RemoveMember { group: group_id(*group), member: group_id(*member) })
        }
        Step::DeleteGroup { group } => Command::DeleteGroup(DeleteGroup { group: group_id(*group) }),
        Step::DeleteGroupForGood { group } => Command::DeletePermanently(DeletePermanently::Group(group_id(*group))),
        Step::Own { group, user, is_owner: true } => {
            Command::AddOwner(AddOwner { group: group_id(*group), owner: user_id(*user) })
        }
        Step::Own { group, user, is_owner: false } => {
            Command::RemoveOwner(RemoveOwner { group: group_id(*group), owner: user_id(*user) })
        }
        Step::Rule { group, department } => {
            let properties = property("membershipRule", rule(*department));
            Command::UpdateGroup(UpdateGroup { group: group_id(*group), properties, members: Vec::new() })
        }
        _ => return None,
    })
}

/// What is asked of a user.
fn of_user(step: &Step) -> Option<Command> {
    let user = |user: &usize| UserRef::Id(user_id(*user));
    Some(match step {
        Step::Assign { user: of, change } => {
            Command::AssignToUser(AssignToUser { user: user(of), add: added(change), remove: removed(change) })
        }
        Step::Move { user: of, department } => {
            let properties = property("department", format!("D{department}"));
            Command::UpdateUser(UpdateUser { user: user(of), principal_name: None, usage_location: None, properties })
        }
        Step::Locate { user: of, country } => Command::UpdateUser(UpdateUser {
            user: user(of),
            principal_name: None,
            usage_location: Some(country.and_then(UsageLocation::parse)),
            properties: Properties::default(),
        }),
        Step::Delete { user: of } => Command::DeleteUser(DeleteUser { user: user(of) }),
        Step::Restore { user } => Command::RestoreUser(RestoreUser { user: user_id(*user), ..RestoreUser::default() }),
        Step::DeleteForGood { user } => Command::DeletePermanently(DeletePermanently::User(user_id(*user))),
        Step::Manage { user: of, manager } => {
            Command::SetManager(SetManager { user: user(of), manager: manager.map(user_id) })
        }
        Step::Reprocess { user: of } => Command::ReprocessUser(ReprocessUser { user: user(of) }),
        _ => return None,
    })
}

fn property(name: &str, value: String) -> Properties {
    Properties([(name.to_owned(), Value::Text(value))].into())
}

fn added(change: &Change) -> Vec<WantedLicense> {
    let license = |sku: &usize| {
        let left_out = plans(*sku).into_iter().take(change.without_first_plan.into()).map(ServicePlanId);
        WantedLicense { sku: sku_id(*sku), disabled: DisabledPlans::new(left_out.collect()) }
    };
    change.add.iter().map(license).collect()
}

fn removed(change: &Change) -> Vec<SkuId> {
    change.remove.map(sku_id).into_iter().collect()
}
