//! Every claim is in the list, has a witness that is there, and is shown as the list has it.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use anyhow::Result;
use proc_macro2::{Delimiter, TokenStream, TokenTree};

use super::Violation;
use super::source::{Source, each_level, read, read_demanded};
use crate::parity::{Claim, LIST, TABLES, Table, pages, parse};

pub(super) fn check(root: &Path, sources: &[Source]) -> Result<Vec<Violation>> {
    let expected: Vec<String> = TABLES.iter().flat_map(Table::ids).collect();
    check_rows(root, sources, &expected)
}

fn check_rows(root: &Path, sources: &[Source], expected: &[String]) -> Result<Vec<Violation>> {
    let text = match read_demanded(root, LIST, "write it: each row of the specification with its witnesses")? {
        Ok(text) => text,
        Err(violation) => return Ok(vec![violation]),
    };
    let claims = match parse(&text) {
        Ok(claims) => claims,
        Err(error) => return Ok(vec![Violation::new(LIST, 1, format!("it cannot be read ({error:#})"), "mend it")]),
    };
    let mut violations = rows(&claims, expected);
    let sources: BTreeMap<&str, &Source> = sources.iter().map(|source| (source.path.as_str(), source)).collect();
    for claim in &claims {
        let line = line_of(&text, &claim.id);
        let told = |(what, remedy)| Violation::new(LIST, line, what, remedy);
        violations.extend(witnessed(claim).map(told));
        for witness in &claim.witnesses {
            violations.extend(missing(root, &sources, witness)?.map(told));
        }
    }
    for (page, text) in pages(&claims) {
        if read_demanded(root, page, "")?.ok().as_ref() != Some(&text) {
            violations.push(Violation::new(
                page,
                1,
                format!("this is not what {LIST} says"),
                "run `cargo xtask parity`",
            ));
        }
    }
    Ok(violations)
}

/// The list has each row once, in the order of the tables.
fn rows(claims: &[Claim], expected: &[String]) -> Vec<Violation> {
    let found: Vec<&String> = claims.iter().map(|claim| &claim.id).collect();
    if found.iter().copied().eq(expected) {
        return Vec::new();
    }
    let told = |what: String| Violation::new(LIST, 1, what, "have each row of the tables once, in their order");
    let lacking = expected.iter().filter(|id| !found.contains(id)).map(|id| told(format!("row {id} is missing")));
    let unknown = found.iter().filter(|id| !expected.contains(id)).map(|id| told(format!("there is no row {id}")));
    let mut violations: Vec<Violation> = lacking.chain(unknown).collect();
    if violations.is_empty() {
        violations.push(told("rows are out of order or there twice".to_owned()));
    }
    violations
}

/// What is wrong, and what to do.
type Fault = (String, &'static str);

fn witnessed(claim: &Claim) -> Option<Fault> {
    let id = &claim.id;
    match (claim.witnesses.is_empty(), &claim.not_built) {
        (true, None) => Some((format!("{id} has no witness"), "name a test that shows it, or say why it is not built")),
        (false, Some(_)) => Some((format!("{id} has witnesses and is not built"), "leave one of both out")),
        (true, Some(_)) | (false, None) => None,
    }
}

fn missing(root: &Path, sources: &BTreeMap<&str, &Source>, witness: &str) -> Result<Option<Fault>> {
    let remedy = "name a scenario, a test that is run, or a line of a corpus";
    let is_there = match witness.split_once("::") {
        Some((file, test)) if file.ends_with(".rs") => {
            sources.get(file).is_some_and(|file| tests_of(file).contains(test))
        }
        Some((file, line)) if file.ends_with(".txt") && root.join(file).is_file() => {
            read(root, file)?.lines().any(|other| other == line)
        }
        Some(_) => false,
        None => witness.starts_with("scenarios/") && root.join(witness).is_file(),
    };
    Ok((!is_there).then(|| (format!("there is no {witness}"), remedy)))
}

/// The tests of a file that are run, those in macros included.
fn tests_of(source: &Source) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    each_level(&source.tokens, &mut |level| {
        let (mut is_test, mut is_ignored) = (false, false);
        for (index, token) in level.iter().enumerate() {
            match (token, level.get(index + 1)) {
                (TokenTree::Punct(hash), Some(TokenTree::Group(group)))
                    if hash.as_char() == '#' && group.delimiter() == Delimiter::Bracket =>
                {
                    let name = attribute(&group.stream());
                    is_test |= name == "test";
                    is_ignored |= name == "ignore";
                }
                (TokenTree::Ident(word), Some(TokenTree::Ident(name))) if word == "fn" => {
                    if is_test && !is_ignored {
                        found.insert(name.to_string());
                    }
                    (is_test, is_ignored) = (false, false);
                }
                _ => {}
            }
        }
    });
    found
}

/// The last word of an attribute's path: `test` of `tokio::test(flavor = "...")`.
fn attribute(tokens: &TokenStream) -> String {
    let path = tokens.clone().into_iter().take_while(|token| match token {
        TokenTree::Ident(_) => true,
        TokenTree::Punct(punct) => punct.as_char() == ':',
        TokenTree::Group(_) | TokenTree::Literal(_) => false,
    });
    path.last().map(|word| word.to_string()).unwrap_or_default()
}

/// Where the row is; the first line when it is nowhere to be seen.
fn line_of(text: &str, id: &str) -> usize {
    let begin = format!("- id: {id}");
    text.lines().position(|line| line.trim_end() == begin).map_or(1, |index| index + 1)
}

#[cfg(test)]
mod tests {
    use super::super::tree::{plant, source};
    use super::*;

    const TESTS: &str = "crates/a/tests/it.rs";
    const FILE: &str = "
        #[test]
        fn plain() {}
        #[tokio::test(flavor = \"multi_thread\")]
        async fn asynchronous() {}
        #[test]
        #[ignore]
        fn asleep() {}
        #[cfg(test)]
        fn helper() {}
        proptest! {
            /// Of any number.
            #[test]
            fn of_any(number in 0..3) {}
        }
    ";
    const GOOD: &str = "
- id: E1
  claim: One
  source: D
  witnesses: [crates/a/tests/it.rs::plain, scenarios/a.yaml]
- id: E2
  claim: Two
  source: D
  notBuilt: Nobody asked.
";

    fn found(list: &str) -> Vec<String> {
        let pages = parse(list).map(|claims| pages(&claims)).unwrap_or_default();
        let mut files =
            vec![(LIST, list), ("scenarios/a.yaml", "a"), ("crates/a/tests/corpus.txt", "rule a -eq \"b\"\n")];
        files.extend(pages.iter().map(|(page, text)| (*page, text.as_str())));
        found_in(&files)
    }

    fn found_in(files: &[(&str, &str)]) -> Vec<String> {
        let expected = ["E1".to_owned(), "E2".to_owned()];
        let violations = check_rows(plant(files).path(), &[source(TESTS, FILE)], &expected).unwrap();
        violations
            .into_iter()
            .map(|violation| format!("{}:{}: {}", violation.path, violation.line, violation.what))
            .collect()
    }

    #[test]
    fn a_list_with_all_rows_and_witnesses_passes() {
        assert_eq!(found(GOOD), Vec::<String>::new());
        let others = "crates/a/tests/it.rs::asynchronous, crates/a/tests/it.rs::of_any, 'crates/a/tests/corpus.txt::rule a -eq \"b\"'";
        assert_eq!(found(&GOOD.replace("scenarios/a.yaml", others)), Vec::<String>::new());
    }

    #[test]
    fn a_witness_that_is_not_there_is_found() {
        for gone in [
            "crates/a/tests/it.rs::gone",
            "crates/a/tests/it.rs::asleep",
            "crates/a/tests/it.rs::helper",
            "crates/b/tests/it.rs::plain",
            "crates/a/tests/corpus.txt::rule a",
            "scenarios/b.yaml",
            "crates/a/tests/corpus.txt",
        ] {
            let list = GOOD.replace("scenarios/a.yaml", gone);
            assert_eq!(found(&list), [format!("docs/parity.yaml:2: there is no {gone}")]);
        }
    }

    #[test]
    fn a_claim_without_a_test_is_found() {
        let list = GOOD.replace("  notBuilt: Nobody asked.\n", "");
        assert_eq!(found(&list), ["docs/parity.yaml:6: E2 has no witness"]);
        let list = GOOD.replace("  notBuilt", "  witnesses: [scenarios/a.yaml]\n  notBuilt");
        assert_eq!(found(&list), ["docs/parity.yaml:6: E2 has witnesses and is not built"]);
    }

    #[test]
    fn a_row_that_is_missing_or_strange_is_found() {
        let list = GOOD.replace("id: E2", "id: E3");
        assert_eq!(found(&list), ["docs/parity.yaml:1: row E2 is missing", "docs/parity.yaml:1: there is no row E3"]);
        let twice = format!("{GOOD}{}", GOOD.split("- id: E2").next().unwrap());
        assert_eq!(found(&twice), ["docs/parity.yaml:1: rows are out of order or there twice"]);
    }

    #[test]
    fn a_page_that_is_old_or_gone_is_found() {
        let claims = parse(GOOD).unwrap();
        let [(parity, old), (invariants, _)] = <[_; 2]>::try_from(pages(&claims)).unwrap();
        let newer = GOOD.replace("One", "Uno");
        let planted = [(LIST, newer.as_str()), ("scenarios/a.yaml", "a"), (parity, &old)];
        let say = |page: &str| format!("{page}:1: this is not what docs/parity.yaml says");
        assert_eq!(found_in(&planted), [say(parity), say(invariants)]);
    }

    #[test]
    fn a_list_that_cannot_be_read_or_is_gone_is_found() {
        assert!(found("- id: E1\n  claims: x\n")[0].starts_with("docs/parity.yaml:1: it cannot be read"));
        assert_eq!(found_in(&[]), ["docs/parity.yaml:1: this file is missing"]);
    }
}
