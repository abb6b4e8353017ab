//! What some properties of a group may be, together and after its creation (specification 2.3).

use crate::Refusal;
use crate::directory::{Properties, fold_name, is_unified};

const HIDDEN: &str = "HiddenMembership";

/// Refuses what a group cannot be; `before` is what it was, nothing for a new one.
///
/// - Members are hidden from its creation on or never, and only of a Microsoft 365 group.
/// - It is a Microsoft 365 group from its creation on or never.
/// - A `uniqueName` stays once it is set. Its case is part of it, though not of what it identifies.
/// - A group that can be assigned to roles is security-enabled.
///
/// # Errors
/// [`Refusal::InvalidProperty`].
pub fn check(before: Option<&Properties>, after: &Properties) -> Result<(), Refusal> {
    let invalid = |property| Err(Refusal::InvalidProperty { property, resource: "Group" });
    if after.flag("isAssignableToRole") && !after.flag("securityEnabled") {
        return invalid(if before.is_some() { "securityEnabled" } else { "isAssignableToRole" });
    }
    let hides = |properties: &Properties| properties.text("visibility") == Some(HIDDEN);
    let may_hide = match before {
        Some(before) => hides(before) == hides(after),
        None => !hides(after) || is_unified(after),
    };
    if !may_hide {
        return invalid("visibility");
    }
    if before.is_some_and(|before| is_unified(before) != is_unified(after)) {
        return invalid("groupTypes");
    }
    let name = before.and_then(|before| before.text("uniqueName"));
    if name.is_some() && name != after.text("uniqueName") { invalid("uniqueName") } else { Ok(()) }
}

/// The folded `uniqueName`, by which no other live group is known.
#[must_use]
pub fn unique_name(properties: &Properties) -> Option<String> {
    properties.text("uniqueName").map(fold_name)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::directory::Value;

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
}
