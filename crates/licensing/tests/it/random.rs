//! Small random tenants, and random things that happen in them.

use crate::names::{all_of, country, without};
use crate::world::{Answered, World};
use licensing::Command;
use licensing::assignment::{DisabledPlans, Path, PathState, Source, WantedLicense};
use licensing::decide::cancel_subscription::CancelSubscription;
use licensing::decide::change_subscription::ChangeSubscription;
use licensing::decide::renew_subscription::RenewSubscription;
use licensing::decide::set_clock::SetClock;
use licensing::directory::Member;
use licensing::ids::{SkuKey, SubscriptionId};
use licensing::subscription::CapabilityStatus;
use licensing::time::DAY_MILLIS;
use proptest::collection::{btree_map, btree_set, vec};
use proptest::prelude::{Strategy, any, prop_oneof};
use proptest::strategy::Just;
use std::collections::{BTreeMap, BTreeSet};

const PLANS: [&str; 5] = ["mail", "calls", "p2", "p3", "p4"];
const SKUS: [&str; 4] = ["S0", "S1", "S2", "S3"];
const USERS: [&str; 4] = ["u0", "u1", "u2", "u3"];
const GROUPS: [&str; 3] = ["g0", "g1", "g2"];
const STATUSES: [CapabilityStatus; 3] =
    [CapabilityStatus::Enabled, CapabilityStatus::Warning, CapabilityStatus::Suspended];
/// More seats than there are users.
pub(crate) const PLENTY: u32 = 9;

/// What a tenant starts with. Users, groups and names are always the same; one user has a taken address.
#[derive(Clone, Debug)]
pub(crate) struct Layout {
    /// Seats and plans of each SKU.
    pub(crate) skus: Vec<(u32, BTreeSet<usize>)>,
    pub(crate) needs: Vec<(usize, usize)>,
    pub(crate) excludes: Vec<(usize, usize)>,
    /// Who is in which group.
    pub(crate) members: BTreeSet<(usize, usize)>,
    /// Whether users begin with a direct licence that rests on one of a group, as far as they can.
    pub(crate) on_top: bool,
    pub(crate) reprocess_when_seats_free: bool,
}

/// Licences to add: which SKUs, and which of its plans to leave out, one bit each.
type Adds = BTreeMap<usize, u8>;

/// What becomes of a purchase.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Trade {
    Change(u32),
    Cancel,
    Renew,
}

/// Something that happens. What is chosen from a changing list is a number that wraps around.
#[derive(Clone, Debug)]
pub(crate) enum Step {
    /// Licences are removed from those that the user has directly.
    Assign {
        user: usize,
        add: Adds,
        remove: Option<usize>,
    },
    /// Licences are removed from those that the group has.
    License {
        group: usize,
        add: Adds,
        remove: Option<usize>,
    },
    Join {
        user: usize,
        group: usize,
    },
    /// The user leaves one of its groups.
    Leave {
        user: usize,
        choice: usize,
    },
    Delete {
        user: usize,
    },
    /// One of the deleted users is restored.
    Restore {
        choice: usize,
    },
    Move {
        user: usize,
        to: Option<&'static str>,
    },
    Reprocess {
        user: usize,
    },
    DeleteGroup {
        group: usize,
    },
    Buy {
        sku: usize,
    },
    Decay {
        sku: usize,
        status: usize,
    },
    /// One of the purchases is changed, cancelled or renewed.
    Trade {
        choice: usize,
        trade: Trade,
    },
    /// The clock is set forward.
    Wait {
        days: i64,
    },
    Settle,
}

pub(crate) fn layout(seats: impl Strategy<Value = u32>) -> impl Strategy<Value = Layout> {
    let pair = || (0..SKUS.len(), 0..SKUS.len()).prop_filter("two plans", |(one, other)| one != other);
    let own_plan_too = |mut skus: Vec<(u32, BTreeSet<usize>)>| {
        for (own, (_, plans)) in skus.iter_mut().enumerate() {
            plans.insert(own);
        }
        skus
    };
    let skus = vec((seats, btree_set(0..PLANS.len(), 0..=1)), SKUS.len()).prop_map(own_plan_too);
    let members = btree_set((0..USERS.len(), 0..GROUPS.len()), 0..=10);
    (skus, vec(pair(), 0..=2), vec(pair(), 0..=1), members, any::<bool>(), any::<bool>()).prop_map(
        |(skus, needs, excludes, members, on_top, reprocess_when_seats_free)| Layout {
            skus,
            needs,
            excludes,
            members,
            on_top,
            reprocess_when_seats_free,
        },
    )
}

pub(crate) fn step() -> impl Strategy<Value = Step> {
    let user = || 0..USERS.len();
    let group = || 0..GROUPS.len();
    let choice = || 0..12_usize;
    let adds = |least| btree_map(0..SKUS.len(), prop_oneof![2 => Just(0), 1 => 1..4_u8], least..=2);
    let adds_and_remove = || {
        prop_oneof![
            3 => adds(1).prop_map(|add| (add, None)),
            1 => (adds(1), choice().prop_map(Some)),
            2 => (adds(0), choice().prop_map(Some)),
        ]
    };
    let to = prop_oneof![Just(None), Just(Some("US")), Just(Some("CN"))];
    prop_oneof![
        30 => (user(), adds_and_remove()).prop_map(|(user, (add, remove))| Step::Assign { user, add, remove }),
        30 => (group(), adds_and_remove()).prop_map(|(group, (add, remove))| Step::License { group, add, remove }),
        5 => (user(), group()).prop_map(|(user, group)| Step::Join { user, group }),
        9 => (user(), choice()).prop_map(|(user, choice)| Step::Leave { user, choice }),
        2 => user().prop_map(|user| Step::Delete { user }),
        4 => choice().prop_map(|choice| Step::Restore { choice }),
        3 => (user(), to).prop_map(|(user, to)| Step::Move { user, to }),
        4 => user().prop_map(|user| Step::Reprocess { user }),
        1 => group().prop_map(|group| Step::DeleteGroup { group }),
        2 => (0..SKUS.len()).prop_map(|sku| Step::Buy { sku }),
        2 => (0..SKUS.len(), 0..STATUSES.len()).prop_map(|(sku, status)| Step::Decay { sku, status }),
        4 => (choice(), trade()).prop_map(|(choice, trade)| Step::Trade { choice, trade }),
        2 => (0_i64..100).prop_map(|days| Step::Wait { days }),
        18 => Just(Step::Settle),
    ]
}

fn trade() -> impl Strategy<Value = Trade> {
    prop_oneof![(0_u32..5).prop_map(Trade::Change), Just(Trade::Cancel), Just(Trade::Renew)]
}

/// One of these, or none when there are none.
fn one_of<T: Copy>(choices: &[T], choice: usize) -> Option<T> {
    choices.get(choice % choices.len().max(1)).copied()
}

impl World {
    pub(crate) fn of(layout: &Layout) -> Self {
        let mut world = Self::new();
        world.tenant().profile.settings.reprocess_when_seats_free = layout.reprocess_when_seats_free;
        world.plan("mail").service = "exchange".to_owned();
        world.plan("calls").prohibited_in = vec![country("CN")];
        layout.needs.iter().for_each(|(plan, other)| world.needs(PLANS[*plan], &[PLANS[*other]]));
        layout.excludes.iter().for_each(|(one, other)| world.excludes(PLANS[*one], PLANS[*other]));
        for (name, (seats, plans)) in SKUS.iter().zip(&layout.skus) {
            let plans: Vec<&str> = plans.iter().map(|plan| PLANS[*plan]).collect();
            world.sku(name, *seats, &plans);
        }
        USERS.iter().for_each(|user| world.user(user));
        GROUPS.iter().for_each(|group| world.group(group));
        for (user, group) in &layout.members {
            world.join(USERS[*user], GROUPS[*group]).unwrap();
        }
        world.address_taken("u1", true);
        if layout.on_top {
            world.begin_on_top();
        }
        world
    }

    fn begin_on_top(&mut self) {
        self.needs(PLANS[1], &[PLANS[0]]);
        // In some tenants one of these is refused, and that is as good a beginning.
        drop(self.license(GROUPS[0], &[all_of(SKUS[0])], &[]));
        self.settle();
        for user in USERS {
            drop(self.assign(user, &[all_of(SKUS[1])], &[]));
        }
    }

    /// Lets a step happen; what it was answered if it was a command.
    pub(crate) fn take(&mut self, step: &Step, users_max: u32) -> Option<Answered> {
        let answered = match step {
            Step::Assign { user, add, remove } => self.assign_some(USERS[*user], add, *remove),
            Step::License { group, add, remove } => self.license_some(GROUPS[*group], add, *remove),
            Step::Join { user, group } => self.join(USERS[*user], GROUPS[*group]),
            Step::Leave { user, choice } => self.leave(USERS[*user], one_of(&self.groups_of(USERS[*user]), *choice)?),
            Step::Delete { user } => self.delete_user(USERS[*user]),
            Step::Restore { choice } => self.restore_user(one_of(&self.user_names(true), *choice)?),
            Step::Move { user, to } => self.locate(USERS[*user], to.map(country)),
            Step::Reprocess { user } => self.reprocess(USERS[*user]),
            Step::DeleteGroup { group } => self.delete_group(GROUPS[*group]),
            Step::Buy { sku } => {
                self.buy(SKUS[*sku], 1);
                return None;
            }
            Step::Decay { sku, status } => {
                self.decay(SKUS[*sku], STATUSES[*status]);
                return None;
            }
            Step::Trade { choice, trade } => self.trade(one_of(&self.purchases(), *choice)?, *trade),
            Step::Wait { days } => self.run(&Command::SetClock(SetClock::ForwardMillis(days * DAY_MILLIS))),
            Step::Settle => {
                self.settle_by(users_max);
                return None;
            }
        };
        Some(answered)
    }

    fn purchases(&self) -> Vec<SubscriptionId> {
        let skus = self.facts.tenant.skus.values();
        skus.flat_map(|sku| sku.subscriptions.iter().map(|subscription| subscription.id)).collect()
    }

    fn trade(&mut self, id: SubscriptionId, trade: Trade) -> Answered {
        self.run(&match trade {
            Trade::Change(total_licenses) => Command::ChangeSubscription(ChangeSubscription { id, total_licenses }),
            Trade::Cancel => Command::CancelSubscription(CancelSubscription { id }),
            Trade::Renew => Command::RenewSubscription(RenewSubscription { id, until: None }),
        })
    }

    fn assign_some(&mut self, user: &str, add: &Adds, remove: Option<usize>) -> Answered {
        let direct = |path: &&Path| path.source == Source::Direct && path.state != PathState::Removed;
        let held: Vec<SkuKey> = self.user_facts(user).paths.iter().filter(direct).map(|path| path.sku).collect();
        let (add, remove) = (self.wanted(add), self.removed(&held, add, remove));
        self.assign(user, &add, &remove)
    }

    fn license_some(&mut self, group: &str, add: &Adds, remove: Option<usize>) -> Answered {
        let held: Vec<SkuKey> = self.licenses_of(group).map(|(sku, _)| *sku).collect();
        let (add, remove) = (self.wanted(add), self.removed(&held, add, remove));
        self.license(group, &add, &remove)
    }

    fn wanted(&self, add: &Adds) -> Vec<WantedLicense> {
        let license = |(sku, mask): (&usize, &u8)| {
            let plans = &self.facts.tenant.skus[&self.sku_key(SKUS[*sku])].product.plans;
            let left_out = plans.iter().enumerate().filter(|(bit, _)| mask >> bit & 1 == 1);
            let left_out: Vec<&str> = left_out.map(|(_, plan)| plan.name.as_str()).collect();
            without(SKUS[*sku], &left_out)
        };
        add.iter().map(license).collect()
    }

    /// One of the SKUs that are held and not to be added; sometimes any.
    fn removed(&self, held: &[SkuKey], add: &Adds, choice: Option<usize>) -> Vec<&'static str> {
        let left =
            SKUS.iter().enumerate().filter(|(at, sku)| !add.contains_key(at) && held.contains(&self.sku_key(sku)));
        let left: Vec<&str> = left.map(|(_, sku)| *sku).collect();
        let chosen = |choice| if choice == 0 { Some(SKUS[0]) } else { one_of(&left, choice) };
        choice.and_then(chosen).into_iter().collect()
    }

    fn licenses_of(&self, group: &str) -> impl Iterator<Item = (&SkuKey, &DisabledPlans)> {
        let licensed = self.facts.tenant.licensed_groups.get(&self.group_facts(group).key);
        licensed.into_iter().flat_map(|licensed| &licensed.licenses)
    }

    fn groups_of(&self, user: &str) -> Vec<&'static str> {
        let member = Member::User(self.user_facts(user).key);
        let has_member = |group: &&str| self.facts.memberships.contains(&(self.group_facts(group).key, member));
        GROUPS.into_iter().filter(has_member).collect()
    }

    pub(crate) fn user_names(&self, deleted: bool) -> Vec<&'static str> {
        USERS.into_iter().filter(|user| self.user_facts(user).deleted_at.is_some() == deleted).collect()
    }

    /// Has everybody evaluated again: groups get their identical licences, users are marked. Whether a path changed.
    pub(crate) fn reprocess_everybody(&mut self) -> bool {
        let before = self.facts.users.clone();
        for group in GROUPS {
            let sku_id = |sku: &SkuKey| self.facts.tenant.skus[sku].product.id;
            let licenses = self.licenses_of(group);
            let add: Vec<WantedLicense> = licenses
                .map(|(sku, disabled)| WantedLicense { sku: sku_id(sku), disabled: disabled.clone() })
                .collect();
            if !add.is_empty() {
                self.license(group, &add, &[]).unwrap();
            }
        }
        self.pending.users.extend(self.facts.users.keys().copied());
        self.settle();
        self.facts.users != before
    }
}
