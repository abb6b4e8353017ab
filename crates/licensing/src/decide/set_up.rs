//! What a world declares besides users and groups: products, purchases, devices, applications, roles; and the
//! licences and owners of a world that was exported.

use super::add_owner::{AddOwner, owners_added};
use super::take_over::{self, HeldLicense};
use super::{check_units, find_group, find_user};
use crate::assignment::WantedLicense;
use crate::catalog::Product;
use crate::change_set::ChangeSet;
use crate::command::{Answer, Context, Decision};
use crate::directory::{Application, ManagedDevice};
use crate::facts::{Facts, Scope, UserRef};
use crate::ids::{DeviceId, SkuId};
use crate::refusal::Refusal;
use crate::subscription::Subscription;
use std::sync::Arc;
use uuid::Uuid;

/// One thing that an operator declares; Graph has no call for it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SetUp {
    /// A product of the tenant's own.
    Product(Arc<Product>),
    /// A purchase of a SKU.
    Subscription(SkuId, Subscription),
    /// A managed device with its name and users.
    Device(DeviceId, String, Vec<UserRef>),
    /// An application that may ask for tokens.
    Application(Application),
    /// A directory role (template id) of a user.
    Role(UserRef, Uuid),
    /// Licences that a user (by id) has, taken over as they were.
    UserLicenses(Uuid, Vec<HeldLicense>),
    /// Licences that a group (by id) has, taken over as they were.
    GroupLicenses(Uuid, Vec<WantedLicense>),
    /// An owner of a group (both by id), taken over as it was: there may be more than a group can get, for deleted ones
    /// do not count until they are restored.
    Owner(Uuid, Uuid),
}

impl SetUp {
    pub(crate) fn add_to(&self, scope: &mut Scope) {
        match self {
            Self::Device(_, _, users) => users.iter().for_each(|user| user.add_to(scope)),
            Self::Role(user, _) => user.add_to(scope),
            Self::UserLicenses(user, licenses) => {
                scope.objects.insert(*user);
                for group in licenses.iter().filter_map(|license| license.group) {
                    scope.objects.insert(group);
                    scope.memberships.insert((group, *user));
                }
            }
            Self::GroupLicenses(group, _) => drop(scope.objects.insert(*group)),
            Self::Owner(group, owner) => AddOwner { group: *group, owner: *owner }.add_to(scope),
            Self::Product(_) | Self::Subscription(..) | Self::Application(_) => {}
        }
    }

    /// Declares it.
    ///
    /// # Errors
    /// [`Refusal::UnknownSku`] for a purchase of what no catalogue has, [`Refusal::TooManyUnits`],
    /// [`Refusal::ObjectNotFound`]; for owners also
    /// [`Refusal::ReferenceExists`] and [`Refusal::InvalidProperty`]; for licences
    /// also [`Refusal::SkuNamedTwice`], and for those of a group [`Refusal::NothingToDo`] and
    /// [`Refusal::GroupNotEligible`].
    pub fn decide(&self, facts: &Facts, context: &Context) -> Result<Decision, Refusal> {
        let mut changes = ChangeSet::default();
        match self {
            Self::Product(product) => changes.products.push(product.clone()),
            Self::Subscription(sku, subscription) => {
                facts.tenant.catalog.product(*sku).ok_or(Refusal::UnknownSku(*sku))?;
                check_units(facts, *sku, subscription)?;
                let key = facts.tenant.sku_key(*sku).unwrap_or(facts.next_keys.sku);
                changes.subscriptions.push((key, *sku, subscription.clone()));
            }
            Self::Device(id, name, users) => {
                let users =
                    users.iter().map(|user| find_user(facts, user).map(|user| user.key)).collect::<Result<_, _>>()?;
                let device = ManagedDevice { id: *id, name: name.clone(), users };
                changes.devices.push((facts.next_keys.device, device));
            }
            Self::Application(application) => changes.applications.push(application.clone()),
            Self::Role(user, role) => changes.roles.push((find_user(facts, user)?.key, *role)),
            Self::UserLicenses(user, licenses) => return take_over::by_user(facts, context, *user, licenses),
            Self::Owner(group, owner) => {
                let group = find_group(facts, *group)?.key;
                changes = owners_added(facts, context, group, &[*owner], usize::MAX)?;
            }
            Self::GroupLicenses(group, licenses) => return take_over::by_group(facts, context, *group, licenses),
        }
        Ok(Decision::accepted(changes, Answer::Done))
    }
}
