//! `managedDevice`: what the licensing routes need of it (decisions, "Managed devices").

use crate::answer::Resource;
use crate::wire::values::Text;
use licensing::directory;
use serde::ser::SerializeMap;

/// A managed device.
pub(crate) struct ManagedDevice<'a>(pub(crate) &'a directory::ManagedDevice);

impl Resource for ManagedDevice<'_> {
    const TYPE: &'static str = "microsoft.graph.managedDevice";
    const DEFAULT: &'static [&'static str] = &["id", "deviceName"];

    fn find(name: &str) -> Option<&'static str> {
        Self::DEFAULT.iter().find(|known| known.eq_ignore_ascii_case(name)).copied()
    }

    fn write<M: SerializeMap>(&self, property: &'static str, map: &mut M) -> Result<(), M::Error> {
        match property {
            "id" => map.serialize_entry(property, &Text(self.0.id)),
            _ => map.serialize_entry(property, &self.0.name),
        }
    }
}
