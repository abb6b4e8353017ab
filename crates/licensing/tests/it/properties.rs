//! What holds of every tenant, whatever happens in it. Every command is checked by `invariants` besides.

use crate::invariants;
use crate::random::{Layout, PLENTY, Step, layout, step};
use crate::work::Pending;
use crate::world::World;
use licensing::ChangeSet;
use licensing::directory::Member;
use proptest::collection::vec;
use proptest::prelude::{ProptestConfig, Strategy, prop_oneof, proptest};
use proptest::{prop_assert, prop_assert_eq};
use std::collections::BTreeMap;

const STEPS_MAX: usize = 40;
/// Each round of reprocessing heals somebody or is the last but one.
const ROUNDS_MAX: usize = 8;

fn few_seats() -> impl Strategy<Value = Layout> {
    layout(prop_oneof![1 => 0..=1_u32, 3 => 2..=5_u32])
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
    vec(step(), 0..=STEPS_MAX)
}

/// The world after these steps, with nothing left to do.
fn settled(layout: &Layout, steps: &[Step], users_max: u32) -> World {
    let mut world = World::of(layout);
    for step in steps {
        world.take(step, users_max);
    }
    world.settle_by(users_max);
    world
}

/// Each case is a whole history, so half as many as usual are enough.
fn config() -> ProptestConfig {
    let usual = ProptestConfig::default();
    ProptestConfig { cases: usual.cases / 2, ..usual }
}

proptest! {
    #![proptest_config(config())]

    #[test]
    fn the_invariants_hold_after_every_command(layout in few_seats(), steps in steps()) {
        let world = settled(&layout, &steps, 1_000);
        prop_assert_eq!(world.pending, Pending::default());
    }

    #[test]
    fn the_size_of_chunks_decides_nothing(layout in few_seats(), steps in steps()) {
        let one = settled(&layout, &steps, 1).facts;
        for users_max in [2, 7, 1_000] {
            let other = settled(&layout, &steps, users_max).facts;
            prop_assert_eq!(&one.users, &other.users);
            prop_assert_eq!(&one.consumed, &other.consumed);
            prop_assert_eq!(&one.groups, &other.groups);
            prop_assert_eq!(&one.memberships, &other.memberships);
            prop_assert_eq!(&one.tenant.licensed_groups, &other.tenant.licensed_groups);
        }
    }

    #[test]
    fn reprocessing_a_user_twice_changes_nothing_the_second_time(layout in few_seats(), steps in steps()) {
        let mut world = settled(&layout, &steps, 1_000);
        for user in world.user_names(false) {
            let first = world.reprocess(user);
            let second = world.reprocess(user);
            prop_assert_eq!(first, second);
            prop_assert!(world.written.paths.is_empty() && world.written.consumed.is_empty());
        }
    }

    #[test]
    fn reprocessing_everybody_comes_to_rest(layout in few_seats(), steps in steps()) {
        let mut world = settled(&layout, &steps, 1_000);
        let rounds = (0..ROUNDS_MAX).take_while(|_| world.reprocess_everybody()).count();
        prop_assert!(rounds < ROUNDS_MAX);
        prop_assert!(!world.reprocess_everybody());
    }

    #[test]
    fn with_seats_for_everybody_one_reprocessing_heals_all_that_can_be_healed(
        layout in layout(PLENTY..=PLENTY),
        steps in steps(),
    ) {
        let mut world = settled(&layout, &steps, 1_000);
        world.reprocess_everybody();
        prop_assert!(!world.reprocess_everybody());
    }

    #[test]
    fn with_the_setting_on_nobody_waits_for_a_seat_that_is_free(layout in few_seats(), steps in steps()) {
        let layout = Layout { reprocess_when_seats_free: true, ..layout };
        let steps: Vec<Step> = steps.into_iter().filter(|step| !matches!(step, Step::Decay { .. })).collect();
        let world = settled(&layout, &steps, 1);
        prop_assert_eq!(invariants::waiting_in_vain(&world.facts), []);
    }

    #[test]
    fn direct_licences_of_different_users_do_not_depend_on_their_order(
        layout in layout(PLENTY..=PLENTY),
        steps in steps(),
    ) {
        let of_user = |step: &Step| if let Step::Assign { user, .. } = step { Some(*user) } else { None };
        let mut steps: Vec<Step> = steps.into_iter().filter(|step| of_user(step).is_some()).collect();
        let as_given = settled(&layout, &steps, 1_000);
        steps.sort_by_key(of_user);
        let user_by_user = settled(&layout, &steps, 1_000);
        for user in as_given.user_names(false) {
            prop_assert_eq!(as_given.states(user), user_by_user.states(user));
        }
    }

    #[test]
    fn a_batch_of_changes_comes_to_the_same_as_its_changes_one_by_one(layout in few_seats(), steps in steps()) {
        let mut world = World::of(&layout);
        world.written = ChangeSet::default();
        let (before, mut pending) = (world.facts.clone(), world.pending.clone());
        let mut batch = ChangeSet::default();
        for step in steps.iter().filter(|step| !matches!(step, Step::Settle)) {
            world.take(step, 1);
            batch.then(std::mem::take(&mut world.written));
        }
        prop_assert!(batch.settled_users.iter().all(|user| !batch.pending_users.contains(user)));
        pending.follow(&batch);
        prop_assert_eq!(&world.pending, &pending);
        for (sku, consumed) in &world.facts.consumed {
            let was = before.consumed.get(sku).copied().unwrap_or(0);
            prop_assert_eq!(*consumed, was + batch.consumed.get(sku).copied().unwrap_or(0));
        }
        let mut users = before.users;
        for (key, change) in &batch.paths {
            users.get_mut(key).unwrap().change_path(change);
        }
        for member in &batch.purged {
            if let Member::User(key) = member {
                users.get_mut(key).unwrap().paths.clear();
            }
        }
        for (key, user) in &world.facts.users {
            prop_assert_eq!(&user.paths, &users[key].paths);
        }
        let processing: BTreeMap<_, _> = batch.processing.iter().copied().collect();
        for (key, state) in processing {
            prop_assert_eq!(world.facts.groups[&key].processing, Some(state));
        }
    }
}
