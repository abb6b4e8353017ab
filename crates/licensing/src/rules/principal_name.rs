//! A principal name is a name at one of the tenant's verified domains.

use crate::Refusal;
use crate::directory::fold_name;
use crate::tenant::Tenant;

/// Characters in a principal name at most: 64, `@`, 48.
const CHARS_MAX: usize = 113;

/// Refuses what is not of the form `name@domain`. Guests have such names too: `ann_fabrikam.example#EXT#@contoso.example`.
///
/// # Errors
/// [`Refusal::InvalidProperty`].
pub fn form(name: &str) -> Result<(), Refusal> {
    let has_parts = domain(name).is_some_and(|(name, domain)| !name.is_empty() && !domain.is_empty());
    let is_clean = !name.contains(|letter: char| letter.is_whitespace() || letter.is_control());
    if has_parts && is_clean && name.chars().count() <= CHARS_MAX {
        Ok(())
    } else {
        Err(Refusal::InvalidProperty { property: "userPrincipalName", resource: "User" })
    }
}

/// Refuses a name of the wrong form, or at a domain that the tenant has not verified, case ignored. Graph has no tenant
/// without a domain; one that names none here is not held to any.
///
/// # Errors
/// [`Refusal::InvalidProperty`], [`Refusal::DomainNotVerified`].
pub fn check(tenant: &Tenant, name: &str) -> Result<(), Refusal> {
    form(name)?;
    let verified = &tenant.profile.verified_domains;
    let of_name = domain(name).map(|(_, domain)| fold_name(domain));
    let is_verified = verified.is_empty() || verified.iter().any(|known| Some(fold_name(known)) == of_name);
    if is_verified { Ok(()) } else { Err(Refusal::DomainNotVerified) }
}

/// What is before and after the only `@`.
fn domain(name: &str) -> Option<(&str, &str)> {
    name.split_once('@').filter(|(_, domain)| !domain.contains('@'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_has_one_at_sign_and_something_on_both_sides() {
        let longest = format!("{}@{}", "x".repeat(64), "y".repeat(48));
        for name in ["ann@contoso.example", "ann_fabrikam.example#EXT#@contoso.example", "o'neil@x", &longest] {
            assert_eq!(form(name), Ok(()), "{name}");
        }
        for name in ["ann", "@x", "ann@", "a@b@c", "a b@x", "a@x\n", &format!("x{longest}")] {
            assert!(form(name).is_err(), "{name}");
        }
    }
}
