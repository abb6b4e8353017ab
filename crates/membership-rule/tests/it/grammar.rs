//! The tree that a rule is read as.

use membership_rule::syntax::{Clause, Expression, Operand, Operator, Rule, Value};

fn clause(expression: &Expression<Clause>) -> &Clause {
    match expression {
        Expression::Clause(clause) => clause,
        other => panic!("{other}"),
    }
}

#[test]
fn not_binds_before_and_before_or() {
    let rule = Rule::parse("user.a -eq 1 -or -not user.b -eq 2 -and user.c -eq 3").unwrap();
    let Rule::Where(Expression::Or(left, right)) = rule else { panic!("{rule}") };
    assert_eq!(left.to_string(), "user.a -eq 1");
    let Expression::And(negated, last) = *right else { panic!("{right}") };
    assert!(matches!(*negated, Expression::Not(_)));
    assert_eq!(last.to_string(), "user.c -eq 3");
}

#[test]
fn a_comparison_has_its_places() {
    let Rule::Where(expression) = Rule::parse(" user.city  -in [\"é\", 'b']").unwrap() else { panic!() };
    let Clause::Compare(comparison) = clause(&expression) else { panic!() };
    assert_eq!(*comparison.operand, Operand::Property { object: "user".to_owned(), name: "city".to_owned() });
    assert_eq!((*comparison.operator, comparison.operator.at), (Operator::In, 12));
    let Value::List(values) = &*comparison.value else { panic!() };
    assert_eq!((comparison.value.at, values.iter().map(|value| value.at).collect::<Vec<_>>()), (16, vec![17, 22]));
}

#[test]
fn a_place_does_not_make_a_difference() {
    assert_eq!(Rule::parse("user.a -eq 1"), Rule::parse("  (user.a   eq\n1)"));
    assert_ne!(Rule::parse("user.a -eq 1"), Rule::parse("user.a -eq 2"));
}

#[test]
fn the_grammar_alone_asks_for_no_table() {
    let text = "planet.mass -ge 5 -and user.x -any (_ -eq true -or galaxy.y -all (_ -ne null))";
    assert_eq!(Rule::parse(text).unwrap().to_string(), text);
}

#[test]
fn every_operator_is_read_with_and_without_hyphen_in_any_case() {
    for operator in Operator::ALL {
        let name = operator.spelling().trim_start_matches('-');
        for written in [name.to_owned(), format!("-{name}"), format!("–{}", name.to_uppercase()), name.to_lowercase()]
        {
            let rule = Rule::parse(&format!("user.x {written} 1")).unwrap();
            assert_eq!(rule.to_string(), format!("user.x {operator} 1"));
        }
        assert_eq!(operator.is_negative(), name == "ne" || name.starts_with("not"));
    }
}
