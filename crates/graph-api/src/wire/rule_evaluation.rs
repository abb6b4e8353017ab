//! `evaluateDynamicMembershipResult` (specification 1.9, beta).

use licensing::dynamic_group::{Details, Evaluation, PropertyToEvaluate};
use serde::Serialize;

/// Whether a rule selects an object, and why.
#[derive(Serialize)]
pub(crate) struct RuleEvaluation<'a> {
    #[serde(rename = "@odata.context", skip_serializing_if = "Option::is_none")]
    context: Option<String>,
    #[serde(rename = "membershipRule")]
    rule: &'a str,
    #[serde(rename = "membershipRuleEvaluationResult")]
    result: bool,
    #[serde(rename = "membershipRuleEvaluationDetails")]
    details: Expression<'a>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Expression<'a> {
    expression: &'a str,
    expression_result: bool,
    property_to_evaluate: Option<Property<'a>>,
    expression_evaluation_details: Vec<Expression<'a>>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Property<'a> {
    property_name: &'a str,
    property_value: Option<&'a str>,
}

impl<'a> RuleEvaluation<'a> {
    pub(crate) fn new(context: Option<String>, rule: &'a str, evaluation: &'a Evaluation) -> Self {
        Self { context, rule, result: evaluation.result, details: Expression::of(&evaluation.details) }
    }
}

impl<'a> Expression<'a> {
    fn of(details: &'a Details) -> Self {
        let property = |property: &'a PropertyToEvaluate| Property {
            property_name: &property.name,
            property_value: property.value.as_deref(),
        };
        Self {
            expression: &details.expression,
            expression_result: details.result,
            property_to_evaluate: details.property.as_ref().map(property),
            expression_evaluation_details: details.parts.iter().map(Self::of).collect(),
        }
    }
}
