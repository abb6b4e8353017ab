//! What some properties of a group may be, together and after its creation (specification 2.3).

use crate::Refusal;
use crate::directory::{Properties, Value, fold_name, is_findable, is_unified};

/// Members and owners that one request adds, at most, together.
pub const REFERENCES_MAX: usize = 20;
/// Properties that a group always has, in the order in which Graph asks for them.
const REQUIRED: [&str; 4] = ["displayName", "mailEnabled", "mailNickname", "securityEnabled"];
/// What a mail nickname must not contain.
const NOT_IN_NICKNAMES: &str = "@()\\[]\";:<>, ";
const HIDDEN: &str = "HiddenMembership";

/// Refuses what a group cannot be; `before` is what it was, nothing for a new one.
///
/// - Members are hidden from its creation on or never, and only of a Microsoft 365 group.
/// - It is a Microsoft 365 group from its creation on or never.
/// - A `uniqueName` stays once it is set. Its case is part of it, though not of what it identifies. It has at most
///   [`FOLDED_BYTES_MAX`](crate::directory::FOLDED_BYTES_MAX).
/// - A group that can be assigned to roles is security-enabled.
///
/// # Errors
/// [`Refusal::InvalidProperty`].
pub fn check(before: Option<&Properties>, after: &Properties) -> Result<(), Refusal> {
    let invalid = |property| Err(Refusal::InvalidProperty { property, resource: "Group" });
    if after.flag("isAssignableToRole") && !after.flag("securityEnabled") {
        return invalid(if before.is_some() { "securityEnabled" } else { "isAssignableToRole" });
    }
    let may_hide = match before {
        Some(before) => hides_members(before) == hides_members(after),
        None => !hides_members(after) || is_unified(after),
    };
    if !may_hide {
        return invalid("visibility");
    }
    if before.is_some_and(|before| is_unified(before) != is_unified(after)) {
        return invalid("groupTypes");
    }
    let (before, after) = (before.and_then(|before| before.text("uniqueName")), after.text("uniqueName"));
    let may_be_called = if before.is_some() { before == after } else { after.is_none_or(is_findable) };
    if may_be_called { Ok(()) } else { invalid("uniqueName") }
}

/// Refuses values that go beyond what the type of their property says.
///
/// - What a group always has is neither cleared nor empty.
/// - A mail nickname is ASCII without blanks and some punctuation.
/// - A group is a Microsoft 365 group, dynamic, both or neither.
///
/// # Errors
/// [`Refusal::InvalidProperty`].
pub fn check_values(given: &Properties) -> Result<(), Refusal> {
    let known = ["displayName", "groupTypes", "mailEnabled", "mailNickname", "securityEnabled"];
    let is_allowed = |name: &str| match given.get(name) {
        Some(Value::Null) => !REQUIRED.contains(&name),
        Some(Value::Text(text)) => !text.is_empty() && (name != "mailNickname" || is_nickname(text)),
        Some(Value::List(types)) => types.iter().all(is_group_type),
        _ => true,
    };
    match known.into_iter().find(|name| !is_allowed(name)) {
        Some(property) => Err(Refusal::InvalidProperty { property, resource: "Group" }),
        None => Ok(()),
    }
}

/// Refuses a new group without what it must have.
///
/// # Errors
/// [`Refusal::PropertyRequired`].
pub fn required(given: &Properties) -> Result<(), Refusal> {
    match REQUIRED.into_iter().find(|name| given.get(name).is_none_or(|value| *value == Value::Null)) {
        Some(property) => Err(Refusal::PropertyRequired { property, resource: "Group" }),
        None => Ok(()),
    }
}

/// Refuses a request that names more members and owners than [`REFERENCES_MAX`].
///
/// # Errors
/// [`Refusal::TooManyReferences`].
pub fn references(named: usize) -> Result<(), Refusal> {
    if named > REFERENCES_MAX { Err(Refusal::TooManyReferences) } else { Ok(()) }
}

fn is_nickname(text: &str) -> bool {
    text.is_ascii() && !text.contains(|letter: char| letter.is_ascii_control() || NOT_IN_NICKNAMES.contains(letter))
}

fn is_group_type(value: &Value) -> bool {
    value.as_text().is_some_and(|text| ["Unified", "DynamicMembership"].contains(&text))
}

/// Whether only some are told who the members of a group with these properties are.
#[must_use]
pub fn hides_members(properties: &Properties) -> bool {
    properties.text("visibility") == Some(HIDDEN)
}

/// The folded `uniqueName`, by which no other live group is known.
#[must_use]
pub fn unique_name(properties: &Properties) -> Option<String> {
    properties.text("uniqueName").map(fold_name)
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

    fn refused(property: &'static str) -> Result<(), Refusal> {
        Err(Refusal::InvalidProperty { property, resource: "Group" })
    }

    #[test]
    fn members_are_hidden_from_the_creation_of_a_microsoft_365_group_on_or_never() {
        let unified = ("groupTypes", Value::List(vec![text("Unified")]));
        let hidden = of(&[unified.clone(), ("visibility", text("HiddenMembership"))]);
        let public = of(&[unified.clone(), ("visibility", text("Public"))]);
        let private = of(&[unified, ("visibility", text("Private"))]);
        assert_eq!(check(None, &hidden), Ok(()));
        assert_eq!(check(None, &of(&[("visibility", text("HiddenMembership"))])), refused("visibility"));
        assert_eq!(check(Some(&public), &private), Ok(()));
        assert_eq!(check(Some(&hidden), &hidden), Ok(()));
        assert_eq!(check(Some(&public), &hidden), refused("visibility"));
        assert_eq!(check(Some(&hidden), &private), refused("visibility"));
    }

    #[test]
    fn a_group_is_a_microsoft_365_group_from_its_creation_on_or_never() {
        let types = |types: &[&str]| of(&[("groupTypes", Value::List(types.iter().copied().map(text).collect()))]);
        let (plain, unified, both) = (types(&[]), types(&["Unified"]), types(&["Unified", "DynamicMembership"]));
        assert_eq!(check(None, &unified), Ok(()));
        assert_eq!(check(Some(&unified), &both), Ok(()));
        assert_eq!(check(Some(&both), &unified), Ok(()));
        assert_eq!(check(Some(&plain), &types(&["DynamicMembership"])), Ok(()));
        assert_eq!(check(Some(&unified), &plain), refused("groupTypes"));
        assert_eq!(check(Some(&of(&[])), &unified), refused("groupTypes"));
    }

    #[test]
    fn a_unique_name_is_set_once() {
        let (none, staff, club) = (of(&[]), of(&[("uniqueName", text("staff"))]), of(&[("uniqueName", text("club"))]));
        assert_eq!(check(Some(&none), &staff), Ok(()));
        assert_eq!(check(Some(&staff), &staff), Ok(()));
        assert_eq!(check(Some(&staff), &club), refused("uniqueName"));
        assert_eq!(check(Some(&staff), &none), refused("uniqueName"));
    }

    #[test]
    fn a_group_for_roles_is_security_enabled() {
        let role = ("isAssignableToRole", Value::Bool(true));
        let whole = of(&[role.clone(), ("securityEnabled", Value::Bool(true))]);
        let lame = of(&[role, ("securityEnabled", Value::Bool(false))]);
        assert_eq!(check(None, &whole), Ok(()));
        assert_eq!(check(None, &lame), refused("isAssignableToRole"));
        assert_eq!(check(Some(&whole), &lame), refused("securityEnabled"));
    }

    #[test]
    fn what_every_group_has_is_neither_cleared_nor_empty() {
        for name in REQUIRED {
            assert_eq!(check_values(&of(&[(name, Value::Null)])), refused(name));
        }
        assert_eq!(check_values(&of(&[("displayName", text(""))])), refused("displayName"));
        assert_eq!(check_values(&of(&[("description", Value::Null)])), Ok(()));
    }

    #[test]
    fn a_mail_nickname_is_plain_and_a_type_is_known() {
        let nickname = |name: &str| check_values(&of(&[("mailNickname", text(name))]));
        assert_eq!(nickname("lab-1.b"), Ok(()));
        for name in ["a b", "a@b", "a\u{e4}", "a\n", "a;b"] {
            assert_eq!(nickname(name), refused("mailNickname"), "{name}");
        }
        let types = |names: &[&str]| {
            check_values(&of(&[("groupTypes", Value::List(names.iter().map(|name| text(name)).collect()))]))
        };
        assert_eq!(types(&["Unified", "DynamicMembership"]), Ok(()));
        assert_eq!(types(&["Unified", "Team"]), refused("groupTypes"));
    }

    #[test]
    fn a_new_group_is_asked_for_what_it_must_have_in_order() {
        let mut given = of(&[]);
        for name in REQUIRED {
            assert_eq!(required(&given), Err(Refusal::PropertyRequired { property: name, resource: "Group" }));
            given.0.insert(name.to_owned(), text("x"));
        }
        assert_eq!(required(&given), Ok(()));
    }

    #[test]
    fn a_request_names_so_many_members_and_owners_and_not_one_more() {
        assert_eq!(references(REFERENCES_MAX), Ok(()));
        assert_eq!(references(REFERENCES_MAX + 1), Err(Refusal::TooManyReferences));
    }
}
