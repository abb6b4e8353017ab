//! What a new user must have, and what some properties of a user may be (specification 2.1).

use crate::Refusal;
use crate::directory::{Properties, Value, addresses_of, is_findable};

/// Properties that cannot be cleared or empty.
const NEVER_EMPTY: [&str; 3] = ["accountEnabled", "displayName", "mailNickname"];
/// `businessPhones` of a user at most.
const BUSINESS_PHONES_MAX: usize = 1;

/// What a request for a new user says of its password. The password itself is nobody's business here, and kept nowhere.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Password {
    /// There is no `passwordProfile`.
    NoProfile,
    /// There is a `passwordProfile` without a password.
    Missing,
    /// There is one.
    Given,
}

/// Refuses values that go beyond what the type of their property says: some cannot be cleared or empty, and a user has
/// one business phone at most.
///
/// # Errors
/// [`Refusal::InvalidProperty`].
pub fn check(given: &Properties) -> Result<(), Refusal> {
    let known = ["accountEnabled", "businessPhones", "displayName", "mailNickname"];
    let is_allowed = |name: &str| match given.get(name) {
        Some(Value::Null) => !NEVER_EMPTY.contains(&name),
        Some(Value::Text(text)) => !text.is_empty() || !NEVER_EMPTY.contains(&name),
        Some(Value::List(items)) => items.len() <= BUSINESS_PHONES_MAX,
        _ => true,
    };
    match known.into_iter().find(|name| !is_allowed(name)) {
        Some(property) => Err(Refusal::InvalidProperty { property, resource: "User" }),
        None => Ok(()),
    }
}

/// Refuses proxy addresses that nobody could be found by: each has at most
/// [`FOLDED_BYTES_MAX`](crate::directory::FOLDED_BYTES_MAX).
///
/// # Errors
/// [`Refusal::InvalidProperty`].
pub fn addresses(given: &Properties) -> Result<(), Refusal> {
    let fit = addresses_of(given).all(is_findable);
    if fit { Ok(()) } else { Err(Refusal::InvalidProperty { property: "proxyAddresses", resource: "User" }) }
}

/// Refuses a new user without what it must have, in the order in which Graph asks for it.
///
/// # Errors
/// [`Refusal::PropertyRequired`].
pub fn required(principal_name: Option<&str>, password: Password, given: &Properties) -> Result<(), Refusal> {
    let is_given = |name: &str| given.get(name).is_some_and(|value| *value != Value::Null);
    let asked_for = [
        ("password", password != Password::Missing),
        ("accountEnabled", is_given("accountEnabled")),
        ("displayName", is_given("displayName")),
        ("mailNickname", is_given("mailNickname")),
        ("passwordProfile", password != Password::NoProfile),
        ("userPrincipalName", principal_name.is_some()),
    ];
    match asked_for.into_iter().find(|(_, is_there)| !is_there) {
        Some((property, _)) => Err(Refusal::PropertyRequired { property, resource: "User" }),
        None => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(properties: &[(&str, Value)]) -> Properties {
        Properties(properties.iter().map(|(name, value)| ((*name).to_owned(), value.clone())).collect())
    }

    fn text(text: &str) -> Value {
        Value::Text(text.to_owned())
    }

    #[test]
    fn what_every_user_has_is_neither_cleared_nor_empty() {
        for name in NEVER_EMPTY {
            let refused = Err(Refusal::InvalidProperty { property: name, resource: "User" });
            assert_eq!(check(&of(&[(name, Value::Null)])), refused);
            assert_eq!(check(&of(&[(name, text(""))])), refused);
        }
        assert_eq!(check(&of(&[("department", Value::Null), ("jobTitle", text(""))])), Ok(()));
    }

    #[test]
    fn a_user_has_one_business_phone_at_most() {
        let phones = |count| of(&[("businessPhones", Value::List(vec![text("1"); count]))]);
        assert_eq!(check(&phones(1)), Ok(()));
        let refused = Refusal::InvalidProperty { property: "businessPhones", resource: "User" };
        assert_eq!(check(&phones(2)), Err(refused));
    }

    #[test]
    fn a_new_user_is_asked_for_what_it_must_have_in_order() {
        let mut given = of(&[]);
        let missing = |given: &Properties, password, name| match required(name, password, given) {
            Err(Refusal::PropertyRequired { property, .. }) => property,
            other => panic!("{other:?}"),
        };
        assert_eq!(missing(&given, Password::Missing, None), "password");
        for name in NEVER_EMPTY {
            assert_eq!(missing(&given, Password::NoProfile, None), name);
            given.0.insert(name.to_owned(), text("x"));
        }
        assert_eq!(missing(&given, Password::NoProfile, None), "passwordProfile");
        assert_eq!(missing(&given, Password::Given, None), "userPrincipalName");
        assert_eq!(required(Some("new@contoso.example"), Password::Given, &given), Ok(()));
    }
}
