//! The clock of a tenant, which is not Graph's.

use crate::answer::Resource;
use crate::wire::time::Time;
use licensing::tenant::TenantProfile;
use licensing::time::Timestamp;
use serde::ser::SerializeMap;

/// A clock at one moment.
pub(crate) struct Clock {
    time: Timestamp,
    ahead_millis: i64,
}

impl Clock {
    /// The clock of a tenant when the system's shows `now`.
    pub(crate) fn of(tenant: &TenantProfile, now: Timestamp) -> Self {
        Self { time: tenant.time_at(now), ahead_millis: tenant.clock_ahead_millis }
    }
}

impl Resource for Clock {
    const TYPE: &'static str = "seatwright.clock";
    const DEFAULT: &'static [&'static str] = &["currentDateTime", "ahead"];

    fn find(name: &str) -> Option<&'static str> {
        Self::DEFAULT.iter().find(|known| known.eq_ignore_ascii_case(name)).copied()
    }

    fn write<M: SerializeMap>(&self, property: &'static str, map: &mut M) -> Result<(), M::Error> {
        match property {
            "currentDateTime" => map.serialize_entry(property, &Time(self.time)),
            _ => map.serialize_entry(property, &engine::span::show(self.ahead_millis)),
        }
    }
}
