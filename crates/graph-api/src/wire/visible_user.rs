//! A user as its reader may see it.

use crate::answer::Resource;
use crate::call::Call;
use crate::wire::properties;
use crate::wire::user::User;
use engine::Operation;
use engine::schema::USER_PROPERTIES;
use licensing::facts::UserFacts;
use licensing::tenant::Tenant;
use serde::ser::SerializeMap;

/// What `User.ReadBasic.All` shows of others.
const BASICS: [&str; 6] = ["displayName", "givenName", "id", "mail", "surname", "userPrincipalName"];

/// A user of whom all that is not for the reader to see is shown as if it were not set.
pub(crate) struct VisibleUser<'a> {
    user: User<'a>,
    shows_all: bool,
}

impl<'a> VisibleUser<'a> {
    /// What the caller may see of a user.
    pub(crate) fn to(call: &Call, tenant: &'a Tenant, facts: &'a UserFacts) -> Self {
        Self { user: User { tenant, facts }, shows_all: call.permit.operation() != Operation::ReadUserBasics }
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
