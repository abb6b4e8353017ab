//! Users and groups as their reader may see them. Who reaches an object through another one, and may not read it itself,
//! is shown its id and type only, as on Graph.

use crate::answer::Resource;
use crate::call::Call;
use crate::filter::Condition;
use crate::wire::group::Group;
use crate::wire::properties;
use crate::wire::user::User;
use engine::schema::{GROUP_PROPERTIES, Property, USER_PROPERTIES};
use engine::{EngineError, Operation};
use licensing::facts::{GroupFacts, UserFacts};
use licensing::tenant::Tenant;
use serde::ser::SerializeMap;

/// What `User.ReadBasic.All` shows of others.
const BASICS: &[&str] = &["displayName", "givenName", "id", "mail", "surname", "userPrincipalName"];
/// What is shown of an object to whom it is not for.
const ID: &[&str] = &["id"];

/// A type of objects with properties that may be hidden.
pub(crate) trait Hideable: Resource {
    const PROPERTIES: &'static [Property];
}

impl Hideable for User<'_> {
    const PROPERTIES: &'static [Property] = USER_PROPERTIES;
}

impl Hideable for Group<'_> {
    const PROPERTIES: &'static [Property] = GROUP_PROPERTIES;
}

/// An object of which all that is not for the reader to see is shown as if it were not set.
pub(crate) struct Visible<R> {
    resource: R,
    /// What is shown; all of it without a list.
    only: Option<&'static [&'static str]>,
}

pub(crate) type VisibleUser<'a> = Visible<User<'a>>;
pub(crate) type VisibleGroup<'a> = Visible<Group<'a>>;

/// What the caller may see of other users.
fn of_others(call: &Call) -> Option<&'static [&'static str]> {
    let may = |operation| call.caller.permit(operation).is_ok();
    if may(Operation::ReadUser) {
        None
    } else if may(Operation::ReadUserBasics) {
        Some(BASICS)
    } else {
        Some(ID)
    }
}

impl<'a> VisibleUser<'a> {
    /// Refuses a filter that would tell of others what the caller may not see.
    ///
    /// # Errors
    /// 403.
    pub(crate) fn check_filter(call: &Call, condition: &Condition) -> Result<(), EngineError> {
        match of_others(call) {
            Some(shown) if !condition.is_about(shown) => Err(EngineError::Denied),
            _ => Ok(()),
        }
    }

    /// What the caller may see of a user: all of itself.
    pub(crate) fn to(call: &Call, tenant: &'a Tenant, facts: &'a UserFacts) -> Self {
        let id = facts.profile.as_ref().map(|profile| profile.id.0);
        let is_caller = id.is_some() && call.signed_in == id;
        Self { resource: User { tenant, facts }, only: if is_caller { None } else { of_others(call) } }
    }
}

impl<'a> VisibleGroup<'a> {
    /// What the caller may see of a group.
    pub(crate) fn to(call: &Call, tenant: &'a Tenant, facts: &'a GroupFacts) -> Self {
        let only = if call.caller.permit(Operation::ReadGroup).is_ok() { None } else { Some(ID) };
        Self { resource: Group::new(tenant, facts), only }
    }
}

impl<R: Hideable> Resource for Visible<R> {
    const TYPE: &'static str = R::TYPE;
    const DEFAULT: &'static [&'static str] = R::DEFAULT;

    fn find(name: &str) -> Option<&'static str> {
        R::find(name)
    }

    fn write<M: SerializeMap>(&self, property: &'static str, map: &mut M) -> Result<(), M::Error> {
        if self.only.is_none_or(|shown| shown.contains(&property)) {
            self.resource.write(property, map)
        } else {
            properties::write(R::PROPERTIES, property, None, map)
        }
    }
}
