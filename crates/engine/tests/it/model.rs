//! The model test: whatever happens, the engine on SQLite answers and keeps what it does on the memory store, and both
//! keep what a naive recomputation from the answers expects.
//!
//! `PROPTEST_CASES` and `PROPTEST_RNG_SEED` choose how many cases and which; a failing one is shrunk and kept in
//! `tests/proptest-regressions`.

mod naive;
mod office;
mod step;

use engine::builtin_catalog::builtin_catalog;
use licensing::Command;
use licensing::assignment::{DisabledPlans, WantedLicense};
use licensing::decide::{
    add_member::AddMember, add_owner::AddOwner, assign_to_group::AssignToGroup, assign_to_user::AssignToUser,
    buy_subscription::BuySubscription, cancel_subscription::CancelSubscription,
    change_subscription::ChangeSubscription, delete_permanently::DeletePermanently, delete_user::DeleteUser,
    remove_member::RemoveMember, remove_owner::RemoveOwner, renew_subscription::RenewSubscription,
    reprocess_user::ReprocessUser, restore_user::RestoreUser, set_clock::SetClock, set_manager::SetManager,
    update_group::UpdateGroup, update_user::UpdateUser,
};
use licensing::directory::{Properties, Value};
use licensing::facts::UserRef;
use licensing::ids::{ServicePlanId, SkuId, SubscriptionId};
use licensing::time::{DAY_MILLIS, Timestamp};
use licensing::usage_location::UsageLocation;
use naive::Naive;
use office::{BEGINNING, Hand, Office, group_id, plans, purchase_id, rule, sku_id, user_id, world};
use proptest::collection::vec;
use proptest::prelude::{ProptestConfig, any, proptest};
use proptest::test_runner::TestCaseError;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use step::{Change, SKUS, Step, step};
use store::memory::MemoryStore;
use store::sqlite::SqliteStore;

const STEPS_MAX: usize = 40;
/// More than there are users.
const UNITS_MAX: u32 = 5;
/// As many cases as take a few seconds.
const CASES: u32 = 40;
/// Time that passes with each step, in milliseconds.
const TICK: i64 = 1_000;

proptest! {
    #![proptest_config(config())]

    #[test]
    fn stores_and_a_naive_recomputation_agree(
        units in vec(0..=UNITS_MAX, SKUS),
        reprocess_when_seats_free in any::<bool>(),
        steps in vec(step(), 1..=STEPS_MAX),
    ) {
        run(&units, reprocess_when_seats_free, &steps).map_err(TestCaseError::fail)?;
    }
}

/// Found by the test above: one store moved a purchase that changed behind the others.
#[test]
fn a_purchase_that_changes_keeps_its_place() {
    let buy = Step::Buy { sku: 0, units: 0, days: None };
    run(&[0; SKUS], false, &[Step::Wait { days: 11 }, buy, Step::Wait { days: 20 }]).unwrap();
}

fn run(units: &[u32], reprocess_when_seats_free: bool, steps: &[Step]) -> Result<(), String> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(agree(units, reprocess_when_seats_free, steps))
}

/// The number of cases, unless the environment says otherwise.
fn config() -> ProptestConfig {
    match std::env::var_os("PROPTEST_CASES") {
        Some(_) => ProptestConfig::default(),
        None => ProptestConfig::with_cases(CASES),
    }
}

async fn agree(units: &[u32], reprocess_when_seats_free: bool, steps: &[Step]) -> Result<(), String> {
    let clock = Arc::new(Hand::default());
    clock.0.store(BEGINNING, Ordering::SeqCst);
    let folder = tempfile::tempdir().unwrap();
    let sqlite = Arc::new(SqliteStore::open(&folder.path().join("model.db"), builtin_catalog()).unwrap());
    let world = world(units, reprocess_when_seats_free);
    let model = Office::open(Arc::new(MemoryStore::new(builtin_catalog())), clock.clone(), &world).await;
    let tested = Office::open(sqlite, clock.clone(), &world).await;
    let (mut naive, mut purchases, mut ahead) = (Naive::new(), SKUS, 0);
    for (at, step) in steps.iter().chain([&Step::Settle]).enumerate() {
        let now = clock.0.fetch_add(TICK, Ordering::SeqCst) + TICK + ahead;
        let step = &naive.aim(step);
        let Some(command) = command(step, purchases, now) else {
            model.settle().await;
            tested.settle().await;
            continue;
        };
        let (wanted, found) = (model.run(command.clone()).await, tested.run(command).await);
        if wanted != found {
            return Err(format!("step {at}, {step:?}\n in memory: {wanted:?}\n on SQLite: {found:?}"));
        }
        naive.take(step, now, wanted.is_ok()).map_err(|breach| format!("step {at}: {breach}"))?;
        match step {
            Step::Buy { .. } if wanted.is_ok() => purchases += 1,
            Step::Wait { days } => ahead += days * DAY_MILLIS,
            _ => {}
        }
    }
    let (wanted, found) = (model.state().await, tested.state().await);
    if wanted != found {
        return Err(format!("in the end\n{}", differences(&format!("{wanted:#?}"), &format!("{found:#?}"))));
    }
    let mut breaches = naive.breaches(&found);
    breaches.extend(tested.verify().await);
    if found.clock_ahead_millis != ahead {
        breaches.push(format!("the clock is {} ahead, not {ahead}", found.clock_ahead_millis));
    }
    if breaches.is_empty() { Ok(()) } else { Err(breaches.join("\n")) }
}

/// The lines that only one of the stores has.
fn differences(in_memory: &str, on_sqlite: &str) -> String {
    let pairs = in_memory.lines().zip(on_sqlite.lines()).filter(|(one, other)| one != other);
    pairs.map(|(one, other)| format!(" in memory: {}\n on SQLite: {}\n", one.trim(), other.trim())).collect()
}

/// What a step asks for; `None` when work is to be done.
fn command(step: &Step, purchases: usize, now: i64) -> Option<Command> {
    let user = |user: &usize| UserRef::Id(user_id(*user));
    let bought = |choice: &usize| SubscriptionId(purchase_id(choice % purchases));
    Some(match step {
        Step::Assign { user: of, change } => {
            Command::AssignToUser(AssignToUser { user: user(of), add: added(change), remove: removed(change) })
        }
        Step::License { group, change } => {
            let (add, remove) = (added(change), removed(change));
            Command::AssignToGroup(AssignToGroup { group: group_id(*group), add, remove })
        }
        Step::Join { user, group } => Command::AddMember(AddMember { group: group_id(*group), member: user_id(*user) }),
        Step::Leave { user, group } => {
            Command::RemoveMember(RemoveMember { group: group_id(*group), member: user_id(*user) })
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
        Step::Reprocess { user: of } => Command::ReprocessUser(ReprocessUser { user: user(of) }),
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
        Step::Settle => return None,
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
