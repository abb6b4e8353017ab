//! E8: no two enabled plans exclude each other (specification 3.4).

use crate::Refusal;
use crate::catalog::PlanRules;
use crate::ids::ServicePlanId;

/// Refuses enabled plans (sorted) of which two exclude each other; the pair with the smallest ids is named.
///
/// # Errors
/// [`Refusal::MutuallyExclusive`].
pub fn check(rules: &PlanRules, enabled: &[ServicePlanId]) -> Result<(), Refusal> {
    conflicts(rules, enabled)
        .next()
        .map_or(Ok(()), |(smaller, larger)| Err(Refusal::MutuallyExclusive { smaller, larger }))
}

/// All pairs that exclude each other, smaller id first.
pub fn conflicts<'a>(
    rules: &'a PlanRules,
    enabled: &'a [ServicePlanId],
) -> impl Iterator<Item = (ServicePlanId, ServicePlanId)> + 'a {
    enabled.iter().enumerate().flat_map(move |(at, smaller)| {
        // Most exclude nothing, and then need not be compared with the others.
        rules.excluded_by(*smaller).into_iter().flat_map(move |excluded| {
            let larger = enabled.iter().skip(at + 1);
            larger.filter(|larger| excluded.contains(larger)).map(|larger| (*smaller, *larger))
        })
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use uuid::Uuid;

    #[test]
    fn the_smaller_plan_of_an_exclusive_pair_is_named_first() {
        let [kiosk, standard] = [1, 2].map(|n| ServicePlanId(Uuid::from_u128(n)));
        let mut rules = PlanRules::default();
        rules.excludes(standard, kiosk);
        let refusal = Refusal::MutuallyExclusive { smaller: kiosk, larger: standard };
        assert_eq!(check(&rules, &[kiosk, standard]), Err(refusal));
        assert_eq!(check(&rules, &[standard]), Ok(()));
    }
}
