//! No text is too much: it is read or refused, at a place within it.

use membership_rule::limits::CHARACTERS_MAX;
use membership_rule::{Facts, MembershipRule, syntax};
use proptest::prelude::*;

const WORDS: &[&str] = &[
    "user.department",
    "user.accountEnabled",
    "user.otherMails",
    "user.assignedPlans",
    "user.memberOf",
    "device.displayName",
    "user.employeeHireDate",
    "assignedPlan.service",
    "group.objectId",
    "user.extensionAttribute1",
    "_",
    "accountEnabled",
    "-eq",
    "-ne",
    "-startsWith",
    "-match",
    "-in",
    "-notIn",
    "-le",
    "-ge",
    "-any",
    "-all",
    "-and",
    "-or",
    "-not",
    "–eq",
    "and",
    "or",
    "not",
    "(",
    ")",
    "((",
    "))",
    "[",
    "]",
    ",",
    "\"a\"",
    "'b'",
    "\"",
    "'",
    "`\"",
    "null",
    "$null",
    "true",
    "5",
    "-5",
    "2020-06-10",
    "system.now",
    "-plus",
    "-minus",
    "p1d",
    "Direct",
    "Reports",
    "for",
    "\"(a|b)*\"",
    "é",
    "\u{0}",
];

fn check(text: &str) -> Result<(), TestCaseError> {
    match MembershipRule::parse(text) {
        Ok(rule) => {
            let now = "2026-01-15T12:00:00Z".parse().unwrap();
            let user = Facts::user().with("department", "a");
            prop_assert_eq!(rule.evaluate(&user, now).result, rule.matches(&user, now));
            let canonical = rule.to_string();
            if canonical.chars().count() <= CHARACTERS_MAX {
                let again = MembershipRule::parse(&canonical);
                prop_assert_eq!(again.as_ref(), Ok(&rule), "{}", canonical);
            }
        }
        Err(error) => {
            prop_assert!(error.at <= text.chars().count(), "{} of {:?}", error.at, text);
            prop_assert!(!error.to_string().is_empty());
        }
    }
    if let Ok(rule) = syntax::Rule::parse(text) {
        prop_assert_eq!(syntax::Rule::parse(&rule.to_string()), Ok(rule));
    }
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2_000))]

    #[test]
    fn any_text(text in "\\PC{0,80}|[a-z._$`'\"()\\[\\], \n–0-9-]{0,80}") {
        check(&text)?;
    }

    #[test]
    fn any_words(words in prop::collection::vec(prop::sample::select(WORDS), 0..40), glue in "[ ]{0,1}") {
        check(&words.join(&glue))?;
    }

    #[test]
    fn a_rule_with_a_piece_cut_out(from in 0..150usize, length in 1..20usize) {
        let rule = "user.assignedPlans -any (assignedPlan.service -eq \"SCO\" -or -not assignedPlan.service -in ['a',\"`\"b\"]) \
                    -and user.employeeHireDate -ge system.now -plus p1d";
        let cut: String = rule.chars().take(from).chain(rule.chars().skip(from + length)).collect();
        check(&cut)?;
    }
}
