//! Short forms of what scenarios check most: seats, and the licence paths of a user.

use super::document::PathRow;
use super::run::Running;
use anyhow::Context;
use serde_json::Value;
use std::collections::BTreeMap;

/// Compares `consumedUnits` with what is expected.
pub(super) async fn seats(running: &mut Running<'_>, expected: &BTreeMap<String, i64>) -> anyhow::Result<Vec<String>> {
    if expected.is_empty() {
        return Ok(Vec::new());
    }
    let skus = running.ask("/v1.0/subscribedSkus?$select=skuPartNumber,consumedUnits").await?;
    let skus = skus["value"].as_array().context("subscribedSkus has no value")?;
    let mut problems = Vec::new();
    for (part_number, seats) in expected {
        let found = skus.iter().find(|sku| sku["skuPartNumber"] == **part_number).map(|sku| &sku["consumedUnits"]);
        if found.and_then(Value::as_i64) != Some(*seats) {
            let found = found.map_or_else(|| "no such SKU".to_owned(), Value::to_string);
            problems.push(format!("seats of {part_number}: expected {seats}, found {found}"));
        }
    }
    Ok(problems)
}

/// Compares all entries of `licenseAssignmentStates` of a user with what is expected, in any order.
pub(super) async fn states(running: &mut Running<'_>, user: &str, rows: &[PathRow]) -> anyhow::Result<Vec<String>> {
    let user = running.names.in_text(user)?;
    let url = format!("/v1.0/users/{user}?$select=licenseAssignmentStates");
    let answer = running.ask(&url).await.with_context(|| format!("states of {user}"))?;
    let entries = answer["licenseAssignmentStates"].as_array().context("licenseAssignmentStates is no list")?;
    let names = &running.names;
    let named = |kind: &str, name: &str| names.in_text(name).map(|name| names.text_or_name(kind, &name));
    let mut wanted = Vec::new();
    for row in rows {
        let group = row.group.as_deref().map(|group| named("group", group)).transpose()?;
        let plans = row.disabled.iter().map(|plan| named("plan", plan)).collect::<Result<_, _>>()?;
        let error = row.error.as_deref().unwrap_or("None");
        wanted.push(line(&named("sku", &row.sku)?, group.as_deref(), &row.state, error, plans));
    }
    let mut found: Vec<String> = entries.iter().map(found_line).collect();
    wanted.sort();
    found.sort();
    if wanted == found {
        return Ok(Vec::new());
    }
    let show = |lines: &[String]| match lines {
        [] => "none".to_owned(),
        lines => format!("\n      {}", lines.join("\n      ")),
    };
    Ok(vec![format!("states of {user}\n    expected: {}\n    found: {}", show(&wanted), show(&found))])
}

fn found_line(entry: &Value) -> String {
    let text = |name: &str| entry[name].as_str().unwrap_or("nothing").to_owned();
    let plans = entry["disabledPlans"].as_array().into_iter().flatten();
    let plans = plans.map(|plan| plan.as_str().unwrap_or("nothing").to_owned()).collect();
    line(&text("skuId"), entry["assignedByGroup"].as_str(), &text("state"), &text("error"), plans)
}

fn line(sku: &str, group: Option<&str>, state: &str, error: &str, mut plans: Vec<String>) -> String {
    plans.sort();
    let source = group.map_or_else(|| "direct".to_owned(), |group| format!("group {group}"));
    let disabled = if plans.is_empty() { String::new() } else { format!(", disabled {}", plans.join(" ")) };
    format!("sku {sku}, {source}: {state} {error}{disabled}")
}
