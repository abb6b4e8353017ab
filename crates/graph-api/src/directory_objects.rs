//! Endpoints of directory objects of any type, and what their collections share.

pub(crate) mod check_member_groups;
pub(crate) mod get;
pub(crate) mod get_by_ids;
pub(crate) mod get_member_groups;
pub(crate) mod page;

use crate::answer::{Answer, Metadata, Object, Resource as _};
use crate::call::{Call, parse_guid};
use crate::error::ApiError;
use crate::hidden::Seen;
use crate::options::{PAGE_SIZE_MAX, Projection};
use crate::users::served_in_collections;
use crate::wire::faults;
use crate::wire::group::Group;
use crate::wire::user::User;
use crate::wire::visible::{VisibleGroup, VisibleUser};
use engine::store::{DirectoryObject, GroupSet};
use licensing::directory::Member;
use licensing::facts::GroupFacts;
use licensing::tenant::Tenant;
use serde::Serialize;
use serde_json::Value;
use uuid::Uuid;

pub(crate) const SET: &str = "directoryObjects";

/// One object of a collection of several types.
#[derive(Serialize)]
#[serde(untagged)]
pub(crate) enum Item<'a> {
    User(Object<'a, VisibleUser<'a>>),
    Group(Object<'a, VisibleGroup<'a>>),
}

/// The properties of a user or a group, each of the ones that its type has.
pub(crate) struct Projections {
    pub(crate) all: Projection,
    of_users: Projection,
    of_groups: Projection,
    says_types: bool,
}

impl Projections {
    /// What is selected may be a property of users or of groups.
    pub(crate) fn of(call: &Call) -> Result<Self, ApiError> {
        let find = |name: &str| User::find(name).or_else(|| Group::find(name));
        let all = Projection::by(&call.options, &[], find, "microsoft.graph.directoryObject")?;
        served_in_collections(&all)?;
        let (of_users, of_groups) = (all.known_to::<User<'_>>(), all.known_to::<Group<'_>>());
        Ok(Self { all, of_users, of_groups, says_types: call.metadata == Metadata::Minimal })
    }

    fn odata_type(&self, name: &'static str) -> Option<&'static str> {
        Some(name).filter(|_| self.says_types)
    }

    pub(crate) fn user<'a>(&'a self, resource: &'a VisibleUser<'a>) -> Item<'a> {
        let odata_type = self.odata_type("#microsoft.graph.user");
        Item::User(Object { context: None, odata_type, resource, projection: &self.of_users })
    }

    pub(crate) fn group<'a>(&'a self, resource: &'a VisibleGroup<'a>) -> Item<'a> {
        let odata_type = self.odata_type("#microsoft.graph.group");
        Item::Group(Object { context: None, odata_type, resource, projection: &self.of_groups })
    }
}

/// 200 with an object of either type.
pub(crate) fn one(call: &Call, tenant: &Tenant, object: &DirectoryObject) -> Result<Answer, ApiError> {
    match object {
        DirectoryObject::User(facts) => {
            let projection = Projection::of::<User<'_>>(&call.options)?;
            Answer::typed_object(call, SET, "#microsoft.graph.user", &VisibleUser::to(call, tenant, facts), &projection)
        }
        DirectoryObject::Group(facts) => {
            let projection = Projection::of::<Group<'_>>(&call.options)?;
            Answer::typed_object(
                call,
                SET,
                "#microsoft.graph.group",
                &VisibleGroup::to(call, tenant, facts),
                &projection,
            )
        }
    }
}

/// Whose groups are asked for: the group of the path, else its user or the one who is signed in.
async fn subject(call: &Call) -> Result<Member, ApiError> {
    if call.has_param("group") {
        return Ok(Member::Group(call.find_group("group").await?.1.key));
    }
    Ok(Member::User(call.find_user(&call.user()).await?.1.key))
}

/// All groups that somebody is in, however deep, and that the caller is told of; at most `limit` and one.
async fn groups_of(call: &Call, member: Member, limit: u32) -> Result<Vec<GroupFacts>, ApiError> {
    let seen = Seen::by(call).await?;
    let mut groups = Vec::new();
    let (mut after, set) = (None, GroupSet::TransitivelyWithMember(member));
    loop {
        let page = call.store().groups(call.tenant(), set, after, PAGE_SIZE_MAX).await?.value;
        let is_last = page.len() < PAGE_SIZE_MAX as usize;
        after = page.last().map(|group| group.key);
        groups.extend(page.into_iter().filter(|group| seen.shows(group)));
        if is_last || groups.len() > limit as usize {
            return Ok(groups);
        }
        tokio::task::yield_now().await;
    }
}

/// The parameter that holds ids; at most so many, in the order in which they are given, each once.
fn ids(name: &str, value: &Value, ids_max: usize) -> Result<Vec<Uuid>, ApiError> {
    let items = match value {
        Value::Array(items) => items,
        Value::Null => return Err(faults::null_collection(name)),
        _ => return Err(faults::unexpected_node(value, "StartArray")),
    };
    if items.len() > ids_max {
        return Err(ApiError::refused(format!(
            "Too many values in '{name}': at most {ids_max} can be specified in a request."
        )));
    }
    let mut ids = Vec::with_capacity(items.len());
    for item in items {
        let text = item.as_str().ok_or_else(|| faults::wrong_primitive("Edm.String"))?;
        let id = parse_guid(text).ok_or_else(|| ApiError::refused(format!("Invalid object identifier '{text}'.")))?;
        if !ids.contains(&id) {
            ids.push(id);
        }
    }
    Ok(ids)
}

/// 200 with a collection of ids.
fn id_list(call: &Call, ids: impl Iterator<Item = Uuid>) -> Result<Answer, ApiError> {
    let ids: Vec<String> = ids.map(|id| id.to_string()).collect();
    let extent = crate::answer::Extent::default();
    Answer::page(call, "Collection(Edm.String)", &Projection::fixed(&[]), &ids, extent)
}
