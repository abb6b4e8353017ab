//! Rules that are too large.

use std::time::{Duration, Instant};

use membership_rule::limits::{
    CHARACTERS_MAX, DEPTH_MAX, MEMBER_OF_GROUPS_MAX, PATTERN_CACHE_BYTES_MAX, PATTERNS_BYTES_MAX,
};
use membership_rule::{Facts, Fault, MembershipRule, RuleError};

fn fault(rule: &str) -> Option<RuleError> {
    MembershipRule::parse(rule).err()
}

#[test]
fn length_is_bounded_in_characters() {
    let of_length = |length: usize| {
        let frame = "user.city -eq \"\"".len();
        format!("user.city -eq \"{}\"", "é".repeat(length - frame))
    };
    assert_eq!(fault(&of_length(CHARACTERS_MAX)), None);
    let error = fault(&of_length(CHARACTERS_MAX + 1)).unwrap();
    assert_eq!((error.fault.clone(), error.at), (Fault::TooLong, CHARACTERS_MAX));
    assert!(error.to_string().ends_with("The rule is longer than 3072 characters."));
    assert_eq!(fault(&"(".repeat(1_000_000)).unwrap().fault, Fault::TooLong);
}

#[test]
fn depth_is_bounded() {
    let nested = |depth: usize| format!("{}user.city -eq 1{}", "(".repeat(depth), ")".repeat(depth));
    assert_eq!(fault(&nested(DEPTH_MAX)), None);
    let error = fault(&nested(DEPTH_MAX + 1)).unwrap();
    assert!(error.to_string().ends_with("error: Parentheses nest deeper than 64 levels at character 65."));
    assert_eq!((error.fault, error.at), (Fault::TooDeep, DEPTH_MAX));
    for bomb in ["(", "-not (", "user.otherMails -any (", "user.a -eq 1 -or ("] {
        let text = bomb.repeat(CHARACTERS_MAX / bomb.len());
        assert_eq!(fault(&text).unwrap().fault, Fault::TooDeep, "{bomb}");
    }
    let row = vec!["(user.city -eq 1)"; 100].join(" -or ");
    assert_eq!(fault(&row), None, "what is closed does not count");
}

#[test]
fn the_longest_rows_are_read() {
    for connective in [" or ", " and "] {
        let count = (CHARACTERS_MAX + connective.len()) / (connective.len() + "user.mail eq 1".len());
        let rule = MembershipRule::parse(&vec!["user.mail eq 1"; count].join(connective)).unwrap();
        let evaluation = rule.evaluate(&Facts::user().with("mail", "1"), "2026-01-15T12:00:00Z".parse().unwrap());
        assert!(evaluation.result);
        assert_eq!(evaluation.details.parts.len(), count);
    }
}

#[test]
fn the_number_of_groups_is_bounded() {
    let naming = |count: usize| format!("user.memberOf -any (group.objectId -in [{}])", vec!["'g'"; count].join(","));
    assert_eq!(MembershipRule::parse(&naming(MEMBER_OF_GROUPS_MAX)).unwrap().groups().len(), MEMBER_OF_GROUPS_MAX);
    let error = fault(&naming(MEMBER_OF_GROUPS_MAX + 1)).unwrap();
    assert!(error.to_string().ends_with("error: A memberOf rule cannot name more than 50 groups."));
    assert_eq!((error.fault, error.at), (Fault::TooManyGroups, 39));
}

#[test]
fn regular_expressions_neither_explode_nor_hang() {
    for pattern in ["(a{1000}){1000}", "a{100000}", "\\w{500}", "((((a{9}){9}){9}){9}){9}{9}"] {
        let found = fault(&format!("user.city -match '{pattern}'")).map(|error| error.fault);
        assert_eq!(found, Some(Fault::InvalidPattern(pattern.to_owned())), "{pattern}");
    }
    for pattern in [
        "^\\w{3}-\\d{4}$",
        "^[a-z0-9._%+-]+@[a-z0-9.-]+\\.[a-z]{2,24}$",
        "^(sales|marketing).*$",
        "\\d{10}",
        "^\\w{16}$",
    ] {
        assert_eq!(fault(&format!("user.city -match '{pattern}'")), None, "{pattern}");
    }
    let clause = "user.mail -match '\\w{9}'";
    let many = vec![clause; 100].join(" or ");
    let error = fault(&many).unwrap();
    assert_eq!(error.fault, Fault::InvalidPattern("\\w{9}".to_owned()));
    assert!(error.at > 3 * clause.len(), "some fit: {}", error.at);

    let rule = MembershipRule::parse("user.city -match '^(a+)+$'").unwrap();
    let city = "a".repeat(20_000) + "b";
    let user = Facts::user().with("city", membership_rule::Value::Text(city.into()));
    let start = Instant::now();
    assert!(!rule.matches(&user, "2026-01-15T12:00:00Z".parse().unwrap()));
    assert!(start.elapsed() < Duration::from_secs(5));
}

#[test]
fn a_rule_tells_what_its_regular_expressions_take() {
    let bytes = |text: &str| MembershipRule::parse(text).unwrap().pattern_bytes();
    assert_eq!(bytes("user.city -startsWith 'Bus'"), 0);
    let one = bytes("user.city -match '^Bus'");
    assert!((PATTERN_CACHE_BYTES_MAX..PATTERNS_BYTES_MAX).contains(&one), "{one}");
    assert_eq!(bytes("user.city -match '^Bus' -or user.city -match '^Nai'"), 2 * one);
    let fits = PATTERNS_BYTES_MAX / one;
    let row = |count: usize| vec!["user.city match 'a'"; count].join(" or ");
    assert_eq!(bytes(&row(fits)), fits * one);
    assert!(fault(&row(fits + 1)).is_some());
}
