//! `POST /groups/evaluateDynamicMembership` and `POST /groups/{group}/evaluateDynamicMembership` (beta)

use crate::answer::Answer;
use crate::call::{Call, missing_parameters, parse_guid, unknown_parameter};
use crate::error::ApiError;
use crate::options::Serves;
use crate::users::manager::live_manager;
use crate::version::Version;
use crate::wire::faults;
use crate::wire::rule_evaluation::RuleEvaluation;
use engine::Operation;
use licensing::Refusal;
use licensing::dynamic_group::{explain, named_groups};
use licensing::facts::UserRef;
use serde_json::{Map, Value};

const OPERATION: &str = "evaluateDynamicMembership";

/// Of any rule.
pub(crate) async fn handle(call: Call) -> Result<Answer, ApiError> {
    let body = begin(&call, &["memberId", "membershipRule"])?;
    let (member, rule) = (text(&body, "memberId")?, text(&body, "membershipRule")?);
    answer(&call, member, rule).await
}

/// Of the rule of a group.
pub(crate) async fn of_group(call: Call) -> Result<Answer, ApiError> {
    let body = begin(&call, &["memberId"])?;
    let member = text(&body, "memberId")?;
    let (_, group) = call.find_group("group").await?;
    let property = "membershipRule";
    let rule = group.profile.properties.text(property);
    let rule = rule.ok_or(Refusal::PropertyRequired { property, resource: "Group" })?;
    answer(&call, member, rule).await
}

fn begin(call: &Call, parameters: &[&str]) -> Result<Map<String, Value>, ApiError> {
    if call.version != Version::Beta {
        return Err(ApiError::unknown_segment(OPERATION));
    }
    call.check_options(Serves::SelectOnly)?;
    let body = call.json()?;
    let stray = body.keys().find(|name| !parameters.contains(&name.as_str()) && !faults::is_type_annotation(name));
    match stray {
        Some(name) => Err(unknown_parameter(name, OPERATION)),
        None => Ok(body),
    }
}

fn text<'a>(body: &'a Map<String, Value>, name: &'static str) -> Result<&'a str, ApiError> {
    match body.get(name) {
        Some(Value::String(text)) => Ok(text),
        None | Some(Value::Null) => Err(missing_parameters(name, OPERATION)),
        Some(_) => Err(faults::wrong_primitive("Edm.String")),
    }
}

async fn answer(call: &Call, member: &str, rule: &str) -> Result<Answer, ApiError> {
    // It tells what the user is like.
    call.caller.permit(Operation::ReadUser)?;
    let id = parse_guid(member).ok_or_else(|| ApiError::not_found(member))?;
    let (tenant, user) = call.find_user(&UserRef::Id(id)).await?;
    let mut member_of = Vec::new();
    for group in named_groups(rule) {
        member_of.push(match group {
            Some(group) => match call.store().group(call.tenant(), group).await?.value {
                Some(group) => call.store().is_member(call.tenant(), group.key, user.key).await?,
                None => false,
            },
            None => false,
        });
    }
    let manager = live_manager(call, &user).await?.value.and_then(|manager| manager.profile);
    let manager = manager.map(|profile| profile.id.0);
    let now = tenant.profile.time_at(call.api.engine.now());
    let evaluation = explain(&tenant, &user, rule, &member_of, manager, now)?;
    let context = call.context(|| "microsoft.graph.evaluateDynamicMembershipResult".to_owned());
    Answer::json(call, &RuleEvaluation::new(context, rule, &evaluation))
}
