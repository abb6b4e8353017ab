//! What may happen in the tenant of the model test.

use proptest::collection::vec;
use proptest::prelude::{Strategy, any, prop_oneof};
use proptest::strategy::Just;

/// So many of each there are.
pub(crate) const USERS: usize = 4;
pub(crate) const SKUS: usize = 4;
/// The first of them have members by hand, the others by rules.
pub(crate) const GROUPS: usize = 4;
pub(crate) const BY_HAND: usize = 2;
/// Plans that products get later.
pub(crate) const LATE_PLANS: usize = 3;
pub(crate) const DEPARTMENTS: usize = 3;
/// Beyond this many days, what was deleted cannot be restored.
const DAYS_MAX: i64 = 45;
const TOGETHER_MAX: usize = 6;

/// Licences to add, without their first plans or whole, and one to remove: SKUs by their places.
#[derive(Clone, Debug)]
pub(crate) struct Change {
    pub(crate) add: Vec<usize>,
    pub(crate) without_first_plan: bool,
    pub(crate) remove: Option<usize>,
}

/// Something that happens.
#[derive(Clone, Debug)]
pub(crate) enum Step {
    Assign {
        user: usize,
        change: Change,
    },
    License {
        group: usize,
        change: Change,
    },
    Join {
        user: usize,
        group: usize,
    },
    Leave {
        user: usize,
        group: usize,
    },
    /// A group becomes a member of another, or is none any more.
    Nest {
        group: usize,
        member: usize,
        is_member: bool,
    },
    DeleteGroup {
        group: usize,
    },
    RestoreGroup {
        group: usize,
    },
    DeleteGroupForGood {
        group: usize,
    },
    /// The user moves to a department.
    Move {
        user: usize,
        department: usize,
    },
    Locate {
        user: usize,
        country: Option<&'static str>,
    },
    Delete {
        user: usize,
    },
    Restore {
        user: usize,
    },
    DeleteForGood {
        user: usize,
    },
    Manage {
        user: usize,
        manager: Option<usize>,
    },
    /// Somebody becomes an owner, or is none any more.
    Own {
        group: usize,
        user: usize,
        is_owner: bool,
    },
    /// A rule selects another department from now on.
    Rule {
        group: usize,
        department: usize,
    },
    Reprocess {
        user: usize,
    },
    /// A product gets one more plan.
    Product {
        sku: usize,
        late_plan: usize,
    },
    Buy {
        sku: usize,
        units: u32,
        days: Option<i64>,
    },
    /// One of the purchases, which wraps around.
    Units {
        choice: usize,
        units: u32,
    },
    Cancel {
        choice: usize,
    },
    Renew {
        choice: usize,
    },
    Wait {
        days: i64,
    },
    /// All work that waits is done.
    Settle,
}

/// What is asked for at the same time.
pub(crate) fn batch() -> impl Strategy<Value = Vec<Step>> {
    prop_oneof![2 => vec(step(), 1), 1 => vec(step(), 2..=TOGETHER_MAX)]
}

fn step() -> impl Strategy<Value = Step> {
    let (user, sku) = (|| 0..USERS, || 0..SKUS);
    let (group, department, choice) = (|| 0..GROUPS, || 0..DEPARTMENTS, || 0..8_usize);
    let country = prop_oneof![Just(None), Just(Some("US")), Just(Some("KE"))];
    let purchase = (sku(), 0..4_u32, proptest::option::of(1..DAYS_MAX));
    prop_oneof![
        20 => (user(), change()).prop_map(|(user, change)| Step::Assign { user, change }),
        20 => (group(), change()).prop_map(|(group, change)| Step::License { group, change }),
        10 => (user(), group()).prop_map(|(user, group)| Step::Join { user, group }),
        5 => (user(), group()).prop_map(|(user, group)| Step::Leave { user, group }),
        10 => (user(), department()).prop_map(|(user, department)| Step::Move { user, department }),
        2 => (user(), country).prop_map(|(user, country)| Step::Locate { user, country }),
        5 => user().prop_map(|user| Step::Delete { user }),
        5 => user().prop_map(|user| Step::Restore { user }),
        1 => user().prop_map(|user| Step::DeleteForGood { user }),
        3 => (user(), proptest::option::of(user())).prop_map(|(user, manager)| Step::Manage { user, manager }),
        4 => (group(), user(), any::<bool>()).prop_map(|(group, user, is_owner)| Step::Own { group, user, is_owner }),
        4 => (group(), group(), any::<bool>())
            .prop_map(|(group, member, is_member)| Step::Nest { group, member, is_member }),
        4 => group().prop_map(|group| Step::DeleteGroup { group }),
        5 => group().prop_map(|group| Step::RestoreGroup { group }),
        1 => group().prop_map(|group| Step::DeleteGroupForGood { group }),
        2 => (sku(), 0..LATE_PLANS).prop_map(|(sku, late_plan)| Step::Product { sku, late_plan }),
        3 => (BY_HAND..GROUPS, department()).prop_map(|(group, department)| Step::Rule { group, department }),
        4 => user().prop_map(|user| Step::Reprocess { user }),
        4 => purchase.prop_map(|(sku, units, days)| Step::Buy { sku, units, days }),
        3 => (choice(), 0..5_u32).prop_map(|(choice, units)| Step::Units { choice, units }),
        1 => choice().prop_map(|choice| Step::Cancel { choice }),
        2 => choice().prop_map(|choice| Step::Renew { choice }),
        4 => (0..DAYS_MAX).prop_map(|days| Step::Wait { days }),
        15 => Just(Step::Settle),
    ]
}

fn change() -> impl Strategy<Value = Change> {
    let add = proptest::collection::btree_set(0..SKUS, 0..=2);
    (add, any::<bool>(), proptest::option::weighted(0.4, 0..SKUS)).prop_map(|(add, without_first_plan, remove)| {
        Change { add: add.into_iter().collect(), without_first_plan, remove }
    })
}
