//! Runs `corpus.txt`.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::fmt::Write;

use jiff::Timestamp;
use membership_rule::{AssignedPlan, Facts, MembershipRule, Value};

const CORPUS: &str = include_str!("corpus.txt");
const RULES_MIN: usize = 200;

/// The corpus as it is read line by line.
struct Corpus {
    now: Timestamp,
    subjects: BTreeMap<&'static str, Facts>,
    rules: usize,
    rule: Option<&'static str>,
    /// What is not as the corpus says.
    wrong: String,
}

#[test]
fn rules_do_what_the_corpus_says() {
    let mut corpus =
        Corpus { now: Timestamp::MIN, subjects: BTreeMap::new(), rules: 0, rule: None, wrong: String::new() };
    let mut subject = None;
    for (index, line) in CORPUS.lines().enumerate() {
        let (word, rest) = line.trim().split_once(' ').unwrap_or((line.trim(), ""));
        let said = match word {
            "" | "#" | "##" => Ok(()),
            "now" => {
                corpus.now = rest.parse().unwrap();
                Ok(())
            }
            "user" | "device" => {
                corpus.subjects.insert(rest, if word == "user" { Facts::user() } else { Facts::device() });
                subject = Some(rest);
                Ok(())
            }
            "rule" => {
                corpus.rules += 1;
                corpus.rule = Some(rest);
                Ok(())
            }
            "selects" => corpus.selects(rest),
            "refused" => corpus.refused(rest),
            "reads" => corpus.reads(rest),
            _ => {
                let facts = corpus.subjects.remove(subject.unwrap()).unwrap();
                corpus.subjects.insert(subject.unwrap(), with(facts, line.trim()));
                Ok(())
            }
        };
        if let Err(found) = said {
            let rule = corpus.rule.unwrap_or_default();
            writeln!(corpus.wrong, "line {}: {rule}\n    {} {rest}\n    found: {found}", index + 1, word).unwrap();
        }
    }
    assert!(corpus.wrong.is_empty(), "\n{}", corpus.wrong);
    assert!(corpus.rules >= RULES_MIN, "{} rules", corpus.rules);
}

impl Corpus {
    fn parsed(&self) -> Result<MembershipRule, String> {
        MembershipRule::parse(&unescaped(self.rule.unwrap())).map_err(|error| format!("{} {error}", error.at))
    }

    /// The names of all that are selected, or `nobody`.
    fn selects(&self, names: &str) -> Result<(), String> {
        let rule = self.parsed()?;
        let mut found = Vec::new();
        for (name, facts) in &self.subjects {
            let evaluation = rule.evaluate(facts, self.now);
            assert_eq!(evaluation.result, rule.matches(facts, self.now), "{rule}, {name}");
            if evaluation.result {
                found.push(*name);
            }
        }
        let mut expected: Vec<&str> = names.split_whitespace().filter(|name| *name != "nobody").collect();
        expected.sort_unstable();
        assert!(expected.iter().all(|name| self.subjects.contains_key(name)), "unknown name in {names}");
        if found == expected { Ok(()) } else { Err(found.join(" ")) }
    }

    /// The place, and the sentence without what Graph puts before it.
    fn refused(&self, expected: &str) -> Result<(), String> {
        let found = self.parsed().map(|rule| rule.to_string()).map_or_else(|error| error, |rule| format!("no: {rule}"));
        let found = found.replace("Dynamic membership rule validation error: ", "");
        if found == expected { Ok(()) } else { Err(found) }
    }

    /// The canonical text.
    fn reads(&self, expected: &str) -> Result<(), String> {
        let found = self.parsed()?;
        assert_eq!(MembershipRule::parse(&found.to_string()).as_ref(), Ok(&found), "{found}");
        if found.to_string() == expected { Ok(()) } else { Err(found.to_string()) }
    }
}

/// `\n` and `\t` are what they are in most languages; a rule stands on one line here.
fn unescaped(rule: &str) -> String {
    rule.replace("\\n", "\n").replace("\\t", "\t")
}

/// `property = value`, of a collection with ` | ` between its items.
fn with(facts: Facts, line: &'static str) -> Facts {
    let (property, value) = line.split_once(" = ").unwrap_or_else(|| panic!("neither fact nor word: {line}"));
    match property {
        "manager" => facts.reports_to(value),
        "groups" => value.split(" | ").fold(facts, Facts::in_group),
        "assignedPlans" => facts.with(property, Value::Plans(items(value).map(plan).collect())),
        "otherMails" | "proxyAddresses" | "devicePhysicalIds" | "systemLabels" => {
            facts.with(property, Value::Texts(items(value).map(Cow::Borrowed).collect()))
        }
        "employeeHireDate" => facts.with(property, value.parse::<Timestamp>().unwrap()),
        _ if value == "true" || value == "false" => facts.with(property, value == "true"),
        _ => facts.with(property, value),
    }
}

fn items(value: &'static str) -> impl Iterator<Item = &'static str> {
    value.split(" | ").filter(|item| *item != "(none)")
}

/// `servicePlanId service capabilityStatus`; `-` for null.
fn plan(text: &'static str) -> AssignedPlan<'static> {
    let mut fields = text.split(' ').map(|field| (field != "-").then_some(Cow::Borrowed(field)));
    AssignedPlan {
        service_plan_id: fields.next().unwrap(),
        service: fields.next().unwrap(),
        capability_status: fields.next().unwrap(),
    }
}
