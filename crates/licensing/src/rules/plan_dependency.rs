//! E7: an enabled plan that needs others has at least one of them (specification 3.5).

use crate::Refusal;
use crate::catalog::PlanRules;
use crate::ids::ServicePlanId;

/// Refuses enabled plans (sorted) of which one lacks all of its alternatives; the smallest such plan is named.
///
/// # Errors
/// [`Refusal::DependencyUnmet`].
pub fn check(rules: &PlanRules, enabled: &[ServicePlanId]) -> Result<(), Refusal> {
    for plan in enabled {
        let alternatives = rules.alternatives_of(*plan);
        if !alternatives.is_empty() && !alternatives.iter().any(|other| enabled.binary_search(other).is_ok()) {
            return Err(Refusal::DependencyUnmet { plan: *plan, needs_one_of: alternatives.to_vec() });
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use uuid::Uuid;

    #[test]
    fn one_alternative_is_enough_and_none_is_not() {
        let [phone, teams, skype] = [1, 2, 3].map(|n| ServicePlanId(Uuid::from_u128(n)));
        let mut rules = PlanRules::default();
        rules.depends_on(phone, teams);
        rules.depends_on(phone, skype);
        assert_eq!(check(&rules, &[phone, skype]), Ok(()));
        let refusal = Refusal::DependencyUnmet { plan: phone, needs_one_of: vec![teams, skype] };
        assert_eq!(check(&rules, &[phone]), Err(refusal));
        assert_eq!(check(&rules, &[teams]), Ok(()));
    }
}
