//! What a tenant has bought: subscriptions, their state, and the units they add up to.

pub mod lifecycle;

use crate::ids::SubscriptionId;
use crate::time::Timestamp;

/// State of a subscription, in the order of its decay (specification 2.6, 2.12).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum CapabilityStatus {
    /// Paid and usable.
    Enabled,
    /// Expired, in its grace period: usable, and still assignable.
    Warning,
    /// Cancelled: not assignable, data kept.
    Suspended,
    /// After suspension.
    LockedOut,
    /// Gone; data may be removed.
    Deleted,
}

impl CapabilityStatus {
    /// All states with their wire names.
    pub const ALL: [(Self, &'static str); 5] = [
        (Self::Enabled, "Enabled"),
        (Self::Warning, "Warning"),
        (Self::Suspended, "Suspended"),
        (Self::LockedOut, "LockedOut"),
        (Self::Deleted, "Deleted"),
    ];

    /// Whether units in this state can be assigned (specification 2.6).
    #[must_use]
    pub fn is_assignable(self) -> bool {
        matches!(self, Self::Enabled | Self::Warning)
    }

    /// The name on the wire.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        Self::ALL.iter().find(|(status, _)| *status == self).map_or("", |(_, name)| name)
    }

    /// The state of this wire name.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.iter().find(|(_, name)| *name == text).map(|(status, _)| *status)
    }
}

/// One purchase of a SKU (`companySubscription`).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Subscription {
    /// `id`.
    pub id: SubscriptionId,
    /// Its state.
    pub status: CapabilityStatus,
    /// `totalLicenses`: units bought.
    pub total_licenses: u32,
    /// When it was bought.
    pub created_at: Timestamp,
    /// Whether it is a trial.
    pub is_trial: bool,
    /// When its state changes next, if that is known.
    pub next_lifecycle_at: Option<Timestamp>,
}

/// `licenseUnitsDetail`: the units of one SKU by state (specification 2.10).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct PrepaidUnits {
    /// Units of enabled subscriptions.
    pub enabled: u32,
    /// Units in their grace period.
    pub warning: u32,
    /// Units of suspended subscriptions.
    pub suspended: u32,
    /// Units of locked-out subscriptions.
    pub locked_out: u32,
}

/// Units of one SKU, whatever the state of the subscriptions: `licenseUnitsDetail` has `Edm.Int32`.
pub const UNITS_MAX: u32 = i32::MAX.unsigned_abs();

impl PrepaidUnits {
    /// The units of these subscriptions added up.
    #[must_use]
    pub fn of(subscriptions: &[Subscription]) -> Self {
        let mut units = Self::default();
        for subscription in subscriptions {
            let counter = match subscription.status {
                CapabilityStatus::Enabled => &mut units.enabled,
                CapabilityStatus::Warning => &mut units.warning,
                CapabilityStatus::Suspended => &mut units.suspended,
                CapabilityStatus::LockedOut => &mut units.locked_out,
                CapabilityStatus::Deleted => continue,
            };
            *counter = counter.saturating_add(subscription.total_licenses);
        }
        units
    }

    /// Units in any state.
    #[must_use]
    pub fn total(&self) -> u64 {
        [self.enabled, self.warning, self.suspended, self.locked_out].into_iter().map(u64::from).sum()
    }

    /// Units that can be held by users: enabled and in grace (specification 4.5).
    #[must_use]
    pub fn assignable(&self) -> i64 {
        i64::from(self.enabled) + i64::from(self.warning)
    }
}

/// The best state among the subscriptions of a SKU: what `subscribedSku.capabilityStatus` shows.
#[must_use]
pub fn capability_status(subscriptions: &[Subscription]) -> CapabilityStatus {
    subscriptions.iter().map(|s| s.status).min().unwrap_or(CapabilityStatus::Deleted)
}
