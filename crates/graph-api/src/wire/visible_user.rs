//! A user as its reader may see it.

use crate::answer::Resource;
use crate::call::Call;
use crate::filter::Condition;
use crate::wire::properties;
use crate::wire::user::User;
use engine::schema::USER_PROPERTIES;
use engine::{EngineError, Operation};
use licensing::facts::UserFacts;
use licensing::tenant::Tenant;
use serde::ser::SerializeMap;

/// What `User.ReadBasic.All` shows of others.
const BASICS: [&str; 6] = ["displayName", "givenName", "id", "mail", "surname", "userPrincipalName"];

fn shows_all(call: &Call) -> bool {
    call.permit.operation() != Operation::ReadUserBasics
}

/// A user of whom all that is not for the reader to see is shown as if it were not set.
pub(crate) struct VisibleUser<'a> {
    user: User<'a>,
    shows_all: bool,
}

impl<'a> VisibleUser<'a> {
    /// Refuses a filter that would tell of others what the caller may not see.
    ///
    /// # Errors
    /// 403.
    pub(crate) fn check_filter(call: &Call, condition: &Condition) -> Result<(), EngineError> {
        if shows_all(call) || condition.is_about(&BASICS) { Ok(()) } else { Err(EngineError::Denied) }
    }

    /// What the caller may see of a user.
    pub(crate) fn to(call: &Call, tenant: &'a Tenant, facts: &'a UserFacts) -> Self {
        Self { user: User { tenant, facts }, shows_all: shows_all(call) }
    }
}

impl Resource for VisibleUser<'_> {
    const TYPE: &'static str = User::TYPE;
    const DEFAULT: &'static [&'static str] = User::DEFAULT;

    fn find(name: &str) -> Option<&'static str> {
        User::find(name)
    }

    fn write<M: SerializeMap>(&self, property: &'static str, map: &mut M) -> Result<(), M::Error> {
        if self.shows_all || BASICS.contains(&property) {
            self.user.write(property, map)
        } else {
            properties::write(USER_PROPERTIES, property, None, map)
        }
    }
}
