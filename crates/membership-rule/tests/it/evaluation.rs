//! The tree that explains a result.

use std::borrow::Cow;

use jiff::Timestamp;
use membership_rule::{AssignedPlan, Details, Evaluation, Facts, MembershipRule, Value};

fn now() -> Timestamp {
    "2026-01-15T12:00:00Z".parse().unwrap()
}

fn evaluated(rule: &str, facts: &Facts) -> Evaluation {
    MembershipRule::parse(rule).unwrap().evaluate(facts, now())
}

/// One line for each expression: depth, result, text, property and value.
fn lines(details: &Details) -> Vec<String> {
    let property = details.property.as_ref();
    let property = property.map(|p| format!(" [{}: {}]", p.name, p.value.as_deref().unwrap_or("null")));
    let own = format!("{} {}{}", details.result, details.expression, property.unwrap_or_default());
    let parts = details.parts.iter().flat_map(lines).map(|line| format!("  {line}"));
    std::iter::once(own).chain(parts).collect()
}

fn ada() -> Facts {
    let text = |text: &'static str| Some(Cow::Borrowed(text));
    let plan = |id, service, status| AssignedPlan {
        service_plan_id: text(id),
        service: text(service),
        capability_status: text(status),
    };
    Facts::user()
        .with("department", "Sales")
        .with("accountEnabled", true)
        .with("employeeHireDate", "2020-06-10T18:13:20Z".parse::<Timestamp>().unwrap())
        .with("otherMails", Value::Texts(vec!["a@x.example".into(), "b@x.example".into()]))
        .with("assignedPlans", Value::Plans(vec![plan("p", "SCO", "Deleted"), plan("q", "SCO", "Enabled")]))
        .reports_to("boss")
        .in_group("g")
}

#[test]
fn a_row_is_one_level_and_parentheses_are_another() {
    let rule = "user.department -eq 'sales' -and user.city -eq null -and -not (user.accountEnabled -eq false -or user.mail -ne null)";
    let expected = [
        "true user.department -eq \"sales\" -and user.city -eq null -and -not (user.accountEnabled -eq false -or user.mail -ne null)",
        "  true user.department -eq \"sales\" [department: Sales]",
        "  true user.city -eq null [city: null]",
        "  true -not (user.accountEnabled -eq false -or user.mail -ne null)",
        "    false user.accountEnabled -eq false -or user.mail -ne null",
        "      false user.accountEnabled -eq false [accountEnabled: true]",
        "      false user.mail -ne null [mail: null]",
    ];
    let found = evaluated(rule, &ada());
    assert!(found.result);
    assert_eq!(lines(&found.details), expected);
}

#[test]
fn clauses_that_decide_nothing_are_shown_too() {
    let found = evaluated("user.city -ne null -and user.department -eq 'sales'", &ada());
    assert!(!found.result);
    assert_eq!(found.details.parts.iter().map(|part| part.result).collect::<Vec<_>>(), [false, true]);
}

#[test]
fn the_deciding_item_is_shown() {
    let rule =
        "user.assignedPlans -any (assignedPlan.service -eq \"SCO\" -and assignedPlan.capabilityStatus -eq \"Enabled\")";
    let expected = [
        format!("true {rule} [assignedPlans: p, q]"),
        "  true assignedPlan.service -eq \"SCO\" -and assignedPlan.capabilityStatus -eq \"Enabled\"".to_owned(),
        "    true assignedPlan.service -eq \"SCO\" [service: SCO]".to_owned(),
        "    true assignedPlan.capabilityStatus -eq \"Enabled\" [capabilityStatus: Enabled]".to_owned(),
    ];
    assert_eq!(lines(&evaluated(rule, &ada()).details), expected);

    let found = evaluated("user.otherMails -all (_ -startsWith 'a')", &ada());
    let expected = [
        "false user.otherMails -all (_ -startsWith \"a\") [otherMails: a@x.example, b@x.example]",
        "  false _ -startsWith \"a\" [_: b@x.example]",
    ];
    assert_eq!(lines(&found.details), expected);

    let found = evaluated("user.otherMails -any (_ -startsWith 'z')", &ada());
    assert!(!found.result && found.details.parts.is_empty());
}

#[test]
fn times_managers_and_groups_are_shown() {
    let shown = |rule: &str| lines(&evaluated(rule, &ada()).details).concat();
    let expected = "true user.employeeHireDate -le system.now [employeeHireDate: 2020-06-10T18:13:20Z]";
    assert_eq!(shown("user.employeeHireDate -le system.now"), expected);
    assert_eq!(shown("direct reports for 'BOSS'"), "true Direct Reports for \"BOSS\" [manager: boss]");
    let expected = "true user.memberOf -any (group.objectId -in [\"f\", \"G\"]) [memberOf: G]";
    assert_eq!(shown("user.memberOf -any (group.objectId -in ['f', 'G'])"), expected);
    let expected = "false user.memberOf -any (group.objectId -in [\"f\"]) [memberOf: null]";
    assert_eq!(shown("user.memberOf -any (group.objectId -in ['f'])"), expected);
}

#[test]
fn a_subject_of_the_other_kind_is_never_selected() {
    let device = Facts::device().with("displayName", "x").in_group("g").reports_to("boss");
    for rule in
        ["user.displayName -ne null", "user.memberOf -any (group.objectId -in ['g'])", "direct reports for 'boss'"]
    {
        let found = evaluated(rule, &device);
        assert!(!found.result && !found.details.result, "{rule}");
    }
    let found = evaluated("user.displayName -eq null", &device);
    assert!(!found.result && found.details.result, "the details show a subject without values");
    assert!(!MembershipRule::parse("user.displayName -eq null").unwrap().matches(&device, now()));
}

#[test]
fn a_value_of_another_type_is_read_as_well_as_it_can_be() {
    let odd = Facts::user()
        .with("department", true)
        .with("accountEnabled", "TRUE")
        .with("employeeHireDate", "2020-06-10")
        .with("otherMails", "a@x.example");
    let yes = [
        "user.department -eq 'true'",
        "user.accountEnabled -eq true",
        "user.employeeHireDate -ne 2020-06-10",
        "user.otherMails -any (_ -startsWith 'a')",
    ];
    for rule in yes {
        assert!(evaluated(rule, &odd).result, "{rule}");
    }
}
