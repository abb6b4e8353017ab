//! `POST /directoryObjects/getByIds`

use super::{Projections, SET, ids};
use crate::answer::{Answer, Extent};
use crate::call::{Call, missing_parameters, unknown_parameter};
use crate::error::ApiError;
use crate::options::Serves;
use crate::wire::faults;
use crate::wire::visible::{VisibleGroup, VisibleUser};
use engine::store::DirectoryObject;
use serde_json::Value;
use uuid::Uuid;

const OPERATION: &str = "getByIds";
/// Ids in a request at most.
const IDS_MAX: usize = 1_000;

/// The types of objects that are wanted.
#[derive(Clone, Copy)]
struct Types {
    users: bool,
    groups: bool,
}

pub(crate) async fn handle(call: Call) -> Result<Answer, ApiError> {
    call.check_options(Serves::SelectOnly)?;
    let projections = Projections::of(&call)?;
    let (ids, types) = parameters(&call)?;
    let seen = call.store().objects(call.tenant(), &ids).await?;
    let tenant = &seen.tenant;
    let (mut users, mut groups) = (Vec::new(), Vec::new());
    for object in seen.value.iter().filter(|object| object.is_live()) {
        match object {
            DirectoryObject::User(facts) if types.users => users.push(VisibleUser::to(&call, tenant, facts)),
            DirectoryObject::Group(facts) if types.groups => groups.push(VisibleGroup::to(&call, tenant, facts)),
            _ => {}
        }
    }
    let users = users.iter().map(|user| projections.user(user));
    let items: Vec<_> = users.chain(groups.iter().map(|group| projections.group(group))).collect();
    Answer::page(&call, SET, &projections.all, &items, Extent::default())
}

fn parameters(call: &Call) -> Result<(Vec<Uuid>, Types), ApiError> {
    let (mut wanted, mut types) = (None, Types { users: true, groups: true });
    for (name, value) in &call.json()? {
        match name.as_str() {
            "ids" => wanted = Some(ids(name, value, IDS_MAX)?),
            "types" if value.is_null() => {}
            "types" => types = types_of(value)?,
            name if faults::is_type_annotation(name) => {}
            name => return Err(unknown_parameter(name, OPERATION)),
        }
    }
    Ok((wanted.ok_or_else(|| missing_parameters("ids", OPERATION))?, types))
}

/// No type at all means every type; types of which nothing is kept here find nothing.
fn types_of(value: &Value) -> Result<Types, ApiError> {
    let items = value.as_array().ok_or_else(|| faults::unexpected_node(value, "StartArray"))?;
    let mut types = Types { users: items.is_empty(), groups: items.is_empty() };
    for item in items {
        let name = item.as_str().ok_or_else(|| faults::wrong_primitive("Edm.String"))?;
        let name = name.strip_prefix("microsoft.graph.").unwrap_or(name).to_ascii_lowercase();
        types.users |= name == "user" || name == "directoryobject";
        types.groups |= name == "group" || name == "directoryobject";
    }
    Ok(types)
}
