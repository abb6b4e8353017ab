//! Subscriptions and the tenant's clock (specification 2.10, 2.12, 3.3, 4.5; docs/decisions/0013).

use crate::names::{all_of, sku_id};
use crate::office::{everybody_joins, office};
use crate::world::{Answered, World};
use licensing::audit::{Activity, Actor, Detail};
use licensing::catalog::AppliesTo;
use licensing::command::Context;
use licensing::decide::buy_subscription::BuySubscription;
use licensing::decide::cancel_subscription::CancelSubscription;
use licensing::decide::change_subscription::ChangeSubscription;
use licensing::decide::pass_time::PassTime;
use licensing::decide::renew_subscription::RenewSubscription;
use licensing::decide::set_clock::SetClock;
use licensing::directory::Value;
use licensing::ids::SubscriptionId;
use licensing::subscription::{CapabilityStatus, PrepaidUnits, Subscription};
use licensing::time::{DAY_MILLIS, TIME_MAX, Timestamp};
use licensing::{Answer, ChangeSet, Command, Decision, Refusal};
use proptest::collection::vec;
use proptest::prelude::{Strategy, any, proptest};
use proptest::{option, prop_assert, prop_assert_eq, sample};
use uuid::Uuid;

use CapabilityStatus::{Deleted, Enabled, LockedOut, Suspended, Warning};

const BOUGHT: SubscriptionId = SubscriptionId(Uuid::from_u128(77));
const TERM: i64 = 10;

fn day(day: i64) -> Timestamp {
    Timestamp::from_unix_millis(day * DAY_MILLIS)
}

/// The office, and ten units of SEAT that are paid until the tenth day.
fn shop() -> World {
    let mut world = office();
    world.product("SEAT", AppliesTo::User, &["seat"]);
    buy(&mut world, BOUGHT, Some(day(TERM))).unwrap();
    world
}

fn buy(world: &mut World, id: SubscriptionId, until: Option<Timestamp>) -> Answered {
    let sku = sku_id("SEAT");
    world.run(&Command::BuySubscription(BuySubscription { id, sku, total_licenses: 10, is_trial: false, until }))
}

/// Sets the clock.
fn on_day(world: &mut World, number: i64) {
    let answer = world.run(&Command::SetClock(SetClock::To(day(number))));
    assert_eq!(answer, Ok(Answer::Tenant));
}

fn bought(world: &World) -> &Subscription {
    world.facts.tenant.subscription(BOUGHT).unwrap().2
}

fn change(world: &mut World, total_licenses: u32) -> Answered {
    world.run(&Command::ChangeSubscription(ChangeSubscription { id: BOUGHT, total_licenses }))
}

fn cancel(world: &mut World) -> Answered {
    world.run(&Command::CancelSubscription(CancelSubscription { id: BOUGHT }))
}

fn renew(world: &mut World, until: Option<Timestamp>) -> Answered {
    world.run(&Command::RenewSubscription(RenewSubscription { id: BOUGHT, until }))
}

#[test]
fn a_subscription_that_nobody_renews_decays_step_by_step() {
    let mut world = shop();
    for (today, status, next) in [
        (9, Enabled, Some(10)),
        (10, Warning, Some(40)),
        (39, Warning, Some(40)),
        (40, Suspended, Some(130)),
        (130, LockedOut, Some(220)),
        (220, Deleted, None),
        (9_999, Deleted, None),
    ] {
        on_day(&mut world, today);
        assert_eq!((bought(&world).status, bought(&world).next_lifecycle_at), (status, next.map(day)), "day {today}");
    }
}

#[test]
fn one_without_a_date_never_decays() {
    let mut world = shop();
    let for_ever = SubscriptionId(Uuid::from_u128(78));
    buy(&mut world, for_ever, None).unwrap();
    on_day(&mut world, 300_000);
    assert_eq!(world.facts.tenant.subscription(for_ever).unwrap().2.status, Enabled);
    assert_eq!(bought(&world).status, Deleted);
}

#[test]
fn a_purchase_that_is_asked_for_again_buys_nothing_more() {
    let mut world = shop();
    let first = BuySubscription {
        id: BOUGHT,
        sku: sku_id("SEAT"),
        total_licenses: 10,
        is_trial: false,
        until: Some(day(TERM)),
    };
    let decision = world.decide(&Command::BuySubscription(first.clone()));
    assert_eq!(decision, Decision::accepted(ChangeSet::default(), Answer::Tenant));
    for other in [
        BuySubscription { sku: sku_id("COMPANY"), ..first.clone() },
        BuySubscription { total_licenses: 11, ..first.clone() },
        BuySubscription { is_trial: true, ..first.clone() },
        BuySubscription { until: None, ..first.clone() },
    ] {
        assert_eq!(world.run(&Command::BuySubscription(other)), Err(Refusal::NameTaken("id")));
    }
    // By then it is something else.
    change(&mut world, 5).unwrap();
    assert_eq!(world.run(&Command::BuySubscription(first)), Err(Refusal::NameTaken("id")));
}

#[test]
fn several_subscriptions_of_a_sku_add_up() {
    let mut world = shop();
    buy(&mut world, SubscriptionId(Uuid::from_u128(78)), None).unwrap();
    let units = |world: &World| world.facts.tenant.skus[&world.sku_key("SEAT")].prepaid_units();
    assert_eq!(units(&world), PrepaidUnits { enabled: 20, ..PrepaidUnits::default() });
    on_day(&mut world, 10);
    assert_eq!(units(&world), PrepaidUnits { enabled: 10, warning: 10, ..PrepaidUnits::default() });
    on_day(&mut world, 40);
    assert_eq!(units(&world), PrepaidUnits { enabled: 10, suspended: 10, ..PrepaidUnits::default() });
    on_day(&mut world, 130);
    assert_eq!(units(&world), PrepaidUnits { enabled: 10, locked_out: 10, ..PrepaidUnits::default() });
}

#[test]
fn what_has_lapsed_is_kept_and_not_given_any_more() {
    let mut world = shop();
    world.assign("ann", &[all_of("SEAT")], &[]).unwrap();
    on_day(&mut world, 10);
    world.assign("bob", &[all_of("SEAT")], &[]).unwrap();
    on_day(&mut world, 40);
    assert_eq!(world.assign("cyd", &[all_of("SEAT")], &[]), Err(Refusal::NoSeat(sku_id("SEAT"))));
    assert_eq!(world.licenses("ann"), ["SEAT"]);
    assert_eq!(world.consumed("SEAT"), 2);
    renew(&mut world, None).unwrap();
    world.assign("cyd", &[all_of("SEAT")], &[]).unwrap();
}

#[test]
fn fewer_units_take_no_licence_away() {
    let mut world = shop();
    world.assign("ann", &[all_of("SEAT")], &[]).unwrap();
    world.assign("bob", &[all_of("SEAT")], &[]).unwrap();
    change(&mut world, 1).unwrap();
    assert_eq!(world.consumed("SEAT"), 2);
    assert_eq!(world.assign("cyd", &[all_of("SEAT")], &[]), Err(Refusal::NoSeat(sku_id("SEAT"))));
    change(&mut world, 3).unwrap();
    world.assign("cyd", &[all_of("SEAT")], &[]).unwrap();
}

#[test]
fn cancelling_suspends_at_once() {
    let mut world = shop();
    on_day(&mut world, 5);
    cancel(&mut world).unwrap();
    assert_eq!((bought(&world).status, bought(&world).next_lifecycle_at.unwrap() >= day(95)), (Suspended, true));
    let before = bought(&world).clone();
    cancel(&mut world).unwrap();
    assert_eq!(bought(&world), &before);
    assert!(world.written.is_empty());
    on_day(&mut world, 400);
    cancel(&mut world).unwrap();
    assert_eq!(bought(&world).status, Deleted);
}

#[test]
fn renewing_counts_from_the_end_or_from_now() {
    let mut world = shop();
    renew(&mut world, None).unwrap();
    assert_eq!(bought(&world).next_lifecycle_at, Some(day(TERM + 365)));
    on_day(&mut world, TERM + 365 + 31);
    assert_eq!(bought(&world).status, Suspended);
    let now = world.now();
    renew(&mut world, None).unwrap();
    assert_eq!(bought(&world).status, Enabled);
    assert!(bought(&world).next_lifecycle_at.unwrap() >= now.plus_millis(365 * DAY_MILLIS));
    renew(&mut world, Some(day(1_000))).unwrap();
    assert_eq!(bought(&world).next_lifecycle_at, Some(day(1_000)));
    let for_ever = SubscriptionId(Uuid::from_u128(78));
    buy(&mut world, for_ever, None).unwrap();
    world.run(&Command::RenewSubscription(RenewSubscription { id: for_ever, until: None })).unwrap();
    assert_eq!(world.facts.tenant.subscription(for_ever).unwrap().2.next_lifecycle_at, None);
}

#[test]
fn what_is_deleted_can_be_neither_changed_nor_renewed() {
    let mut world = shop();
    on_day(&mut world, 220);
    assert_eq!(change(&mut world, 5), Err(Refusal::SubscriptionDeleted));
    assert_eq!(renew(&mut world, None), Err(Refusal::SubscriptionDeleted));
}

#[test]
fn wrong_purchases_are_refused() {
    let mut world = shop();
    let end = Refusal::InvalidProperty { property: "nextLifecycleDateTime", resource: "companySubscription" };
    on_day(&mut world, 5);
    for until in [day(4), day(5), TIME_MAX.plus_millis(1)] {
        assert_eq!(buy(&mut world, SubscriptionId(Uuid::nil()), Some(until)), Err(end.clone()));
        assert_eq!(renew(&mut world, Some(until)), Err(end.clone()));
    }
    let nothing = SubscriptionId(Uuid::from_u128(1_000));
    let missing = Err(Refusal::ObjectNotFound(nothing.to_string()));
    assert_eq!(world.run(&Command::CancelSubscription(CancelSubscription { id: nothing })), missing);
    let unknown =
        BuySubscription { id: nothing, sku: sku_id("OTHER"), total_licenses: 1, is_trial: false, until: None };
    assert_eq!(world.run(&Command::BuySubscription(unknown)), Err(Refusal::UnknownSku(sku_id("OTHER"))));
}

#[test]
fn a_clock_goes_forward_only_and_not_for_ever() {
    let mut world = shop();
    on_day(&mut world, 5);
    let back = Command::SetClock(SetClock::To(day(4)));
    assert_eq!(world.run(&back), Err(Refusal::ClockSetBack));
    assert_eq!(world.run(&Command::SetClock(SetClock::ForwardMillis(-1))), Err(Refusal::ClockSetBack));
    assert_eq!(world.run(&Command::SetClock(SetClock::ForwardMillis(i64::MAX))), Err(Refusal::ClockTooFar));
    let before = world.facts.tenant.profile.clock_ahead_millis;
    world.run(&Command::SetClock(SetClock::ForwardMillis(DAY_MILLIS))).unwrap();
    assert_eq!(world.facts.tenant.profile.clock_ahead_millis, before + DAY_MILLIS);
}

#[test]
fn a_user_can_be_restored_for_thirty_days() {
    let mut world = shop();
    world.delete_user("ann").unwrap();
    on_day(&mut world, 30);
    world.restore_user("ann").unwrap();
    world.delete_user("ann").unwrap();
    on_day(&mut world, 61);
    assert!(matches!(world.restore_user("ann"), Err(Refusal::ObjectNotFound(_))));
}

#[test]
fn each_of_these_is_remembered() {
    let mut world = shop();
    let remembered = |world: &World| -> Vec<Activity> { world.written.audit.iter().map(|e| e.activity).collect() };
    assert_eq!(remembered(&world), [Activity::BuySubscription]);
    change(&mut world, 5).unwrap();
    assert_eq!(remembered(&world), [Activity::ChangeSubscription]);
    renew(&mut world, Some(day(20))).unwrap();
    assert_eq!(remembered(&world), [Activity::RenewSubscription]);
    on_day(&mut world, 19);
    assert_eq!(remembered(&world), [Activity::SetClock]);
    on_day(&mut world, 20);
    assert_eq!(remembered(&world), [Activity::SetClock, Activity::AdvanceSubscriptions]);
    assert_eq!(world.written.audit[0].at, world.written.audit[1].at, "both at the new time");
    cancel(&mut world).unwrap();
    assert_eq!(remembered(&world), [Activity::CancelSubscription]);
}

#[test]
fn entries_of_purchases_tell_of_units_and_state_before_and_after() {
    let mut world = shop();
    let told = |world: &World| match &world.written.audit[0].detail {
        Detail::Purchase(purchase) => {
            assert_eq!((purchase.id, purchase.sku), (BOUGHT, world.sku_key("SEAT")));
            purchase.changes.iter().map(|c| (c.name.clone(), c.old.clone(), c.new.clone())).collect::<Vec<_>>()
        }
        other => panic!("{other:?}"),
    };
    let units = |old, new| ("totalLicenses".to_owned(), old, new);
    let state = |old, new| ("status".to_owned(), old, Value::Text(format!("{new:?}")));
    let text = |state: CapabilityStatus| Value::Text(format!("{state:?}"));
    let seats = Value::Int(bought(&world).total_licenses.into());
    assert_eq!(told(&world), [units(Value::Null, seats.clone()), state(Value::Null, Enabled)]);
    change(&mut world, 5).unwrap();
    assert_eq!(told(&world), [units(seats, Value::Int(5))]);
    cancel(&mut world).unwrap();
    assert_eq!(told(&world), [units(Value::Int(5), Value::Int(5)), state(text(Enabled), Suspended)]);
    renew(&mut world, None).unwrap();
    assert_eq!(told(&world), [units(Value::Int(5), Value::Int(5)), state(text(Suspended), Enabled)]);
}

#[test]
fn time_alone_takes_the_steps_that_are_due() {
    let mut world = shop();
    world.run(&Command::PassTime(PassTime { fence: world.facts.fence })).unwrap();
    assert!(world.written.is_empty());
    let context = Context { now: day(41), actor: Actor::GroupLicensing, request: None };
    let decision = Command::PassTime(PassTime { fence: world.facts.fence }).decide(&world.facts, &context);
    world.facts.apply(&decision.changes);
    assert_eq!(bought(&world).status, Suspended);
    // One that lapsed without anybody noticing yet is treated as what it is.
    let mut late = shop();
    let change = Command::ChangeSubscription(ChangeSubscription { id: BOUGHT, total_licenses: 2 });
    late.facts.apply(&change.decide(&late.facts, &context).changes);
    assert_eq!((bought(&late).status, bought(&late).total_licenses), (Suspended, 2));
}

#[test]
fn with_the_setting_on_bought_and_renewed_seats_wake_those_who_wait() {
    let mut world = shop();
    world.tenant().profile.settings.reprocess_when_seats_free = true;
    change(&mut world, 0).unwrap();
    world.license("sales", &[all_of("SEAT")], &[]).unwrap();
    everybody_joins(&mut world, "sales");
    assert_eq!(world.states("ann"), ["SEAT by sales: Error CountViolation"]);
    cancel(&mut world).unwrap();
    change(&mut world, 10).unwrap();
    world.settle();
    assert_eq!(world.states("ann"), ["SEAT by sales: Error CountViolation"]);
    renew(&mut world, None).unwrap();
    world.settle();
    assert_eq!(world.states("ann"), ["SEAT by sales: Active"]);
}

fn subscription() -> impl Strategy<Value = Subscription> {
    let statuses = sample::select(CapabilityStatus::ALL.map(|(status, _)| status).to_vec());
    (statuses, option::of(-400_i64..400), any::<bool>()).prop_map(|(status, next, is_trial)| Subscription {
        id: BOUGHT,
        status,
        total_licenses: 1,
        created_at: day(0),
        is_trial,
        next_lifecycle_at: next.map(day),
    })
}

proptest! {
    #[test]
    fn one_long_wait_is_many_short_ones(subscription in subscription(), waits in vec(0_i64..60, 0..30)) {
        let (mut step_by_step, mut now) = (subscription.clone(), 0);
        for wait in waits {
            now += wait;
            step_by_step = step_by_step.at(day(now));
        }
        prop_assert_eq!(&step_by_step.at(day(now)), &subscription.at(day(now)));
    }

    #[test]
    fn time_never_makes_a_subscription_better(subscription in subscription(), now in -500_i64..1_000) {
        let later = subscription.at(day(now));
        prop_assert!(later.status >= subscription.status);
        prop_assert!(later.next_lifecycle_at.is_none_or(|next| next > day(now)));
        prop_assert_eq!(later.at(day(now)), later);
    }
}
