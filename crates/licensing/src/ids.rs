//! One type for each kind of id, in one list, so that no id can stand where another belongs.
//!
//! *Ids* are the GUIDs that clients see. *Keys* are the dense integers that stand for them inside a
//! tenant: rows written in key order keep a million-member group fast.

use std::fmt;
use uuid::Uuid;

macro_rules! ids {
    ($($(#[$doc:meta])* $name:ident)+) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name(pub Uuid);

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.fmt(f)
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, "{}({})", stringify!($name), self.0)
            }
        }
    )+};
}

macro_rules! keys {
    ($($(#[$doc:meta])* $name:ident)+) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name(pub u32);

        impl $name {
            /// The key that follows this one.
            #[must_use]
            pub fn next(self) -> Self {
                Self(self.0 + 1)
            }
        }
    )+};
}

ids! {
    /// `appId` of a registered application.
    ApplicationId
    /// `id` of a managed device.
    DeviceId
    /// `id` of a group.
    GroupId
    /// `servicePlanId`: one service inside a SKU; the same plan may be in many SKUs.
    ServicePlanId
    /// `skuId`: a product that is licensed by seats.
    SkuId
    /// `id` of a company subscription.
    SubscriptionId
    /// Tenant (directory) id.
    TenantId
    /// `id` of a user.
    UserId
}

keys! {
    /// A managed device within its tenant.
    DeviceKey
    /// A group within its tenant; creation order.
    GroupKey
    /// A SKU within its tenant; the order in which the tenant first had it.
    SkuKey
    /// A tenant within its store.
    TenantKey
    /// A user within its tenant; creation order.
    UserKey
}
