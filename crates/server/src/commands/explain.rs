//! `seatwright explain`.

use crate::cli::ExplainArgs;
use crate::output;
use crate::store_location::find_or_only_tenant;
use anyhow::bail;
use engine::clock::{Clock, SystemClock};
use engine::explain::{Explanation, explain};
use licensing::assignment::{PathState, Source};
use licensing::explain::{ExplainedPath, ExplainedPlan};
use licensing::facts::UserRef;
use licensing::ids::{GroupKey, SkuKey};
use std::fmt::Write as _;
use std::process::ExitCode;

pub(crate) async fn run(args: ExplainArgs) -> anyhow::Result<ExitCode> {
    let store = args.store.open_snapshot().await?;
    let tenant = find_or_only_tenant(store.as_ref(), &args.store, args.tenant.as_deref()).await?;
    let user = UserRef::parse(&args.user);
    let Some(mut explanation) = explain(store.as_ref(), tenant.key, &user, SystemClock.now()).await? else {
        bail!("tenant {} has no user {}", tenant.profile.id, args.user);
    };
    if let Some(wanted) = &args.plan {
        narrow(&mut explanation, wanted)?;
    }
    let text = if args.json {
        serde_json::to_string_pretty(&graph_api::explanation_json(&explanation))? + "\n"
    } else {
        told(&explanation)?
    };
    output::write(|out| out.write_all(text.as_bytes()))?;
    Ok(ExitCode::SUCCESS)
}

/// Leaves what concerns one plan, named by its id or name.
fn narrow(explanation: &mut Explanation, wanted: &str) -> anyhow::Result<()> {
    let is_wanted = |explained: &ExplainedPlan| {
        explained.plan.name.eq_ignore_ascii_case(wanted) || explained.plan.id.to_string().eq_ignore_ascii_case(wanted)
    };
    explanation.plans.retain(is_wanted);
    let Some(plan) = explanation.plans.first() else {
        bail!("no licence that the user has or could have contains a service plan {wanted}");
    };
    let concerns = |path: &ExplainedPath| {
        [&plan.enabled_by, &plan.disabled_by, &plan.missing_by].into_iter().any(|ways| ways.contains(&path.path.key()))
    };
    explanation.paths.retain(concerns);
    Ok(())
}

/// The explanation for people.
fn told(explanation: &Explanation) -> Result<String, std::fmt::Error> {
    let mut text = String::new();
    let name = explanation.user.profile.as_ref().map_or("", |profile| &profile.principal_name);
    let location = explanation.user.usage_location.map_or("none".to_owned(), |code| code.as_str().to_owned());
    writeln!(text, "{name}, usage location {location}\n\nLicences")?;
    if explanation.paths.is_empty() {
        writeln!(text, "  none, and no group of the user has any")?;
    }
    for path in &explanation.paths {
        let way = way(explanation, path.path.key());
        writeln!(text, "  {way}: {}", state(path))?;
        if let Some(advice) = explanation.advice(path) {
            let rule = advice.rule.map_or(String::new(), |rule| format!(" (rule {rule})"));
            writeln!(text, "      {}{rule}\n      -> {}", advice.reason, advice.remedy)?;
        }
    }
    let ruled = |group: GroupKey| explanation.rule_of(group).map(|rule| (explanation.group_name(group), rule));
    let rules: Vec<_> = licensing::explain::groups(&explanation.paths).into_iter().filter_map(ruled).collect();
    if !rules.is_empty() {
        writeln!(text, "\nGroups whose rules decide")?;
    }
    for (group, rule) in rules {
        writeln!(text, "  {group}: {rule}")?;
    }
    if !explanation.plans.is_empty() {
        writeln!(text, "\nService plans")?;
    }
    let width = explanation.plans.iter().map(|plan| plan.plan.name.len()).max().unwrap_or(0);
    for plan in &explanation.plans {
        let (label, ways) = match plan.status() {
            "Enabled" => ("by", &plan.enabled_by),
            "Disabled" => ("left out of", &plan.disabled_by),
            _ => ("would come by", &plan.missing_by),
        };
        let ways: Vec<_> = ways.iter().map(|key| way(explanation, *key)).collect();
        writeln!(text, "  {:width$}  {:8}  {label} {}", plan.plan.name, plan.status(), ways.join("; "))?;
    }
    Ok(text)
}

fn way(explanation: &Explanation, (sku, source): (SkuKey, Source)) -> String {
    let name = explanation.part_number(sku);
    match source {
        Source::Direct => format!("{name}, assigned directly"),
        Source::Group(group) => format!("{name} of the group {}", explanation.group_name(group)),
    }
}

fn state(path: &ExplainedPath) -> String {
    let error = path.path.state.error().map_or("", |error| error.as_str());
    match path.path.state {
        _ if !path.is_stored => "not processed yet".to_owned(),
        PathState::Active | PathState::Removed => "Active".to_owned(),
        PathState::ActiveWithError(_) => format!("Active, but a change failed: {error}"),
        PathState::Error(_) => format!("Error, {error}"),
    }
}
