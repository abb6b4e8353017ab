use super::*;
use proptest::prelude::*;

fn parsed(text: &str) -> Filter {
    Filter::parse(text).unwrap_or_else(|error| panic!("{text}: {error}"))
}

#[test]
fn filters_of_the_documentation_are_read() {
    let cases = [
        ("hasMembersWithLicenseErrors eq true", "hasMembersWithLicenseErrors"),
        ("assignedLicenses/any(a:a/skuId eq b05e124f-c7cc-45a0-a6aa-8cf78c946968)", "assignedLicenses"),
        ("not assignedLicenses/any(a:a/skuId eq b05e124f-c7cc-45a0-a6aa-8cf78c946968)", "assignedLicenses"),
        ("assignedLicenses/$count eq 0", "assignedLicenses"),
        ("assignedLicenses/any()", "assignedLicenses"),
        ("assignedLicenses/any(x:x/skuId eq '') or (userType eq 'Guest')", "assignedLicenses"),
        ("proxyAddresses/any (p:endsWith(p, 'OnMicrosoft.com'))", "proxyAddresses"),
        ("groupTypes/any(c:c eq 'Unified')", "groupTypes"),
        ("startsWith(displayName,'A') and accountEnabled eq true", "displayName"),
        ("startswith(tolower(displayName), 'a')", "displayName"),
        ("usageLocation in ('US','DE')", "usageLocation"),
        ("createdDateTime ge 2025-07-14T16:14:05Z", "createdDateTime"),
        ("companyName ne null and NOT(companyName eq 'Microsoft')", "companyName"),
        ("onPremisesExtensionAttributes/extensionAttribute1 eq 'x'", "onPremisesExtensionAttributes"),
        ("id eq 'a' OR id eq 'b'", "id"),
    ];
    for (text, property) in cases {
        assert_eq!(parsed(text).first_property(), Some(property), "{text}");
    }
}

#[test]
fn or_binds_loosest_then_and_then_not() {
    let cases = [
        ("a eq 1 or b eq 2 and not c eq 3 or d eq 4", "a eq 1 or b eq 2 and not (c eq 3) or d eq 4"),
        ("(a eq 1 or b eq 2) and c eq 3", "(a eq 1 or b eq 2) and c eq 3"),
        ("((a eq 1)) and (b eq 2 and c eq 3)", "a eq 1 and (b eq 2 and c eq 3)"),
        ("not not a eq 1", "a eq 1"),
        ("not a/any(x:x eq 1 or x eq 2) and b eq 3", "not (a/any(x:x eq 1 or x eq 2)) and b eq 3"),
    ];
    for (text, expected) in cases {
        assert_eq!(parsed(text).to_string(), expected, "{text}");
    }
    let Filter::Or(clauses) = parsed("a eq 1 or b eq 2 and c eq 3") else { panic!("it is an or") };
    assert_eq!(clauses[0].as_equality(), Some(("a", &Literal::Int(1))));
    assert!(matches!(&clauses[1], Filter::And(both) if both.len() == 2));
    assert_eq!(clauses[1].as_equality(), None);
}

#[test]
fn values_are_told_apart_by_how_they_are_written() {
    let guid = "b05e124f-c7cc-45a0-a6aa-8cf78c946968";
    let cases = [
        ("null", Literal::Null),
        ("true", Literal::Bool(true)),
        ("'it''s'", Literal::Text("it's".to_owned())),
        ("''", Literal::Text(String::new())),
        ("-12", Literal::Int(-12)),
        (guid, Literal::Guid(guid.to_owned())),
        ("2025-07-14", Literal::Time("2025-07-14".to_owned())),
        ("2025-07-14T16:14:05.5Z", Literal::Time("2025-07-14T16:14:05.5Z".to_owned())),
    ];
    for (text, expected) in cases {
        assert_eq!(parsed(&format!("a eq {text}")).as_equality(), Some(("a", &expected)), "{text}");
    }
    let Filter::In(_, values) = parsed("a in ('x', 2,null)") else { panic!("it is a list") };
    assert_eq!(values, [Literal::Text("x".to_owned()), Literal::Int(2), Literal::Null]);
}

#[test]
fn lambdas_nest() {
    let text = "a/any(x:x/b/all(y:y/c eq 1 and x/d ne 'e') or x/f eq true)";
    let filter = parsed(text);
    assert_eq!(filter.to_string(), text);
    let Filter::Lambda { path, quantifier, body: Some(body) } = filter else { panic!("it is a lambda") };
    assert_eq!((path.as_str(), quantifier, body.variable.as_str()), ("a", Quantifier::Any, "x"));
    let Filter::Or(clauses) = *body.filter else { panic!("its body is an or") };
    assert!(matches!(&clauses[0], Filter::Lambda { path, quantifier: Quantifier::All, .. } if path == "x/b"));
}

#[test]
fn what_the_grammar_does_not_know_is_refused_at_its_position() {
    let unexpected = |what: &str| Fault::Unexpected(what.to_owned());
    let cases = [
        ("", 0, Fault::Incomplete),
        ("displayName", 11, Fault::Incomplete),
        ("displayName eq", 14, Fault::Incomplete),
        ("displayName eq 'a", 15, Fault::OpenQuote),
        ("displayName eq other", 15, unexpected("other")),
        ("displayName is 'a'", 12, unexpected("is")),
        ("displayName eq 'ä' displayName", 19, unexpected("displayName")),
        ("(a eq 1", 7, Fault::Incomplete),
        ("a eq 1)", 6, unexpected(")")),
        ("a/any(1:a eq 1)", 6, unexpected("1:a")),
        ("a/any(x:x eq )", 13, unexpected(")")),
        ("a in ()", 6, unexpected(")")),
        ("a in ('b' 'c')", 10, unexpected("c")),
        ("; eq 1", 0, unexpected(";")),
        ("a eq 1.5", 5, unexpected("1.5")),
        ("a eq 99999999999999999999", 5, unexpected("99999999999999999999")),
    ];
    for (text, position, fault) in cases {
        assert_eq!(Filter::parse(text).unwrap_err(), FilterError { position, fault }, "{text}");
    }
    let sentence = Filter::parse("displayName is 'a'").unwrap_err().to_string();
    assert_eq!(sentence, "'is' is not expected at position 12.");
}

#[test]
fn depth_is_bounded() {
    let nested = |depth: usize| format!("{}a eq 1{}", "(".repeat(depth), ")".repeat(depth));
    assert!(Filter::parse(&nested(DEPTH_MAX - 1)).is_ok());
    for text in [nested(DEPTH_MAX), nested(5_000), "f(".repeat(5_000), "a/any(x:".repeat(5_000)] {
        assert_eq!(Filter::parse(&text).unwrap_err().fault, Fault::TooDeep);
    }
    // What is long is not deep.
    assert!(Filter::parse(&format!("{}a eq 1", "not ".repeat(5_000))).is_ok());
    assert!(Filter::parse(&format!("{}a eq 1", "a eq 1 or ".repeat(5_000))).is_ok());
}

fn literals() -> impl Strategy<Value = Literal> {
    prop_oneof![
        Just(Literal::Null),
        any::<bool>().prop_map(Literal::Bool),
        any::<i64>().prop_map(Literal::Int),
        "\\PC{0,12}".prop_map(Literal::Text),
        "[0-9a-fA-F]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}".prop_map(Literal::Guid),
        "[0-9]{4}-[0-9]{2}-[0-9]{2}(T[0-9]{2}:[0-9]{2}(:[0-9]{2}([.][0-9]{1,7})?)?Z)?".prop_map(Literal::Time),
    ]
}

fn operands() -> impl Strategy<Value = Operand> {
    let property = "p[a-z]{0,4}(/q[a-zA-Z]{0,4}){0,2}(/[$]count)?".prop_map(Operand::Property);
    let leaf = prop_oneof![4 => property, 1 => literals().prop_map(Operand::Literal)];
    leaf.prop_recursive(2, 4, 3, |inner| {
        ("f[a-z]{0,4}", prop::collection::vec(inner, 0..3)).prop_map(|(name, all)| Operand::Call(name, all))
    })
}

fn filters() -> impl Strategy<Value = Filter> {
    let comparisons = prop::sample::select(Comparison::ALL.map(|(comparison, _)| comparison).to_vec());
    let leaf = prop_oneof![
        (operands(), comparisons, literals()).prop_map(|(left, is, right)| Filter::Compare(left, is, right)),
        (operands(), prop::collection::vec(literals(), 1..4)).prop_map(|(left, right)| Filter::In(left, right)),
        ("f[a-z]{0,4}", prop::collection::vec(operands(), 0..3)).prop_map(|(name, all)| Filter::Call(name, all)),
        "c[a-z]{0,4}".prop_map(|path| Filter::Lambda { path, quantifier: Quantifier::Any, body: None }),
    ];
    leaf.prop_recursive(4, 24, 3, |inner| {
        let quantifiers = prop::sample::select(vec![Quantifier::Any, Quantifier::All]);
        let several = || prop::collection::vec(inner.clone(), 2..4);
        prop_oneof![
            several().prop_map(Filter::And),
            several().prop_map(Filter::Or),
            inner.clone().prop_filter("not twice", |inner| !matches!(inner, Filter::Not(_))).prop_map(not),
            ("c[a-z]{0,4}", quantifiers, "v[a-z]{0,3}", inner.clone()).prop_map(
                |(path, quantifier, variable, filter)| {
                    Filter::Lambda { path, quantifier, body: Some(Body { variable, filter: Box::new(filter) }) }
                }
            ),
        ]
    })
}

fn not(inner: Filter) -> Filter {
    Filter::Not(Box::new(inner))
}

proptest! {
    #[test]
    fn what_is_printed_is_read_as_the_same_filter(filter in filters()) {
        let text = filter.to_string();
        prop_assert_eq!(Filter::parse(&text), Ok(filter), "{}", text);
    }

    #[test]
    fn no_text_is_too_much(text in "[a-z(),:/' $.0-9-]{0,60}|\\PC{0,40}") {
        if let Err(error) = Filter::parse(&text) {
            prop_assert!(error.position <= text.chars().count());
        }
        drop(crate::QueryOptions::parse(&text));
        drop(crate::path::segments(&text));
        drop(crate::path::call(&text));
    }
}
