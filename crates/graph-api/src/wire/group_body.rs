//! Bodies of `POST /groups` and `PATCH /groups/{id}`.

use crate::error::ApiError;
use crate::wire::properties::Resource;
use crate::wire::{faults, reference};
use engine::schema::GROUP_PROPERTIES;
use licensing::directory::Properties;
use serde_json::{Map, Value as Json};
use uuid::Uuid;

/// What a body sets, and whom it adds.
#[derive(Debug, Default, PartialEq)]
pub(crate) struct GroupBody {
    pub(crate) properties: Properties,
    pub(crate) members: Vec<Uuid>,
    pub(crate) owners: Vec<Uuid>,
}

impl GroupBody {
    /// The body of a new group: what is null is as if it were left out.
    pub(crate) fn of_new(body: &Map<String, Json>) -> Result<Self, ApiError> {
        Self::read(resource(true), body.iter().filter(|(_, value)| !value.is_null()))
    }

    /// The body of a change; null clears, and owners come one at a time.
    pub(crate) fn of_change(body: &Map<String, Json>) -> Result<Self, ApiError> {
        Self::read(resource(false), body.iter())
    }

    fn read<'a>(resource: Resource, members: impl Iterator<Item = (&'a String, &'a Json)>) -> Result<Self, ApiError> {
        let mut read = Self::default();
        for (name, value) in members {
            match name.as_str() {
                "members@odata.bind" => read.members = reference::bound(name, value)?,
                "owners@odata.bind" if resource.creating => read.owners = reference::bound(name, value)?,
                "@odata.type" => faults::check_type_name(value, resource.type_name)?,
                name if faults::is_type_annotation(name) => {}
                name => {
                    let (name, value) = resource.read(name, value)?;
                    read.properties.0.insert(name.to_owned(), value);
                }
            }
        }
        Ok(read)
    }
}

fn resource(creating: bool) -> Resource {
    Resource { name: "Group", type_name: "microsoft.graph.group", table: GROUP_PROPERTIES, creating }
}
