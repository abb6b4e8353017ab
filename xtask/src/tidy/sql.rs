//! SQL is written in `crates/store` and nowhere else.

use proc_macro2::TokenTree;

use super::Violation;
use super::source::{Source, each_level};

/// Whose text may hold SQL; the bench measures the bound that the database itself sets.
const MAY_HOLD_SQL: &[&str] = &["crates/store/", "xtask/src/bench/", "xtask/src/bench.rs"];

/// A statement has the first word and, after it, the second. (Written apart so that this file holds no SQL.)
const STATEMENTS: &[(&str, &str)] =
    &[("SELECT", "FROM"), ("INSERT", "INTO"), ("UPDATE", "SET"), ("DELETE", "FROM"), ("CREATE", "TABLE")];

pub(super) fn check(sources: &[Source]) -> Vec<Violation> {
    let may_hold = |source: &&Source| MAY_HOLD_SQL.iter().any(|start| source.path.starts_with(start));
    let concerned = sources.iter().filter(|source| source.is_in_src() && !may_hold(source));
    concerned.flat_map(statements_in).collect()
}

fn statements_in(source: &Source) -> Vec<Violation> {
    let mut violations = Vec::new();
    each_level(&source.tokens, &mut |level| {
        if is_documentation(level) {
            return;
        }
        for token in level {
            let TokenTree::Literal(literal) = token else {
                continue;
            };
            if let Some((first, second)) = text_of(literal).as_deref().and_then(statement) {
                let what = format!("this text is SQL ({first} .. {second})");
                let remedy = "move it to crates/store and reach it through the engine's port";
                violations.push(Violation::new(&source.path, literal.span().start().line, what, remedy));
            }
        }
    });
    violations
}

/// A comment such as this one reaches us as `doc = "..."`.
fn is_documentation(level: &[TokenTree]) -> bool {
    matches!(level, [TokenTree::Ident(name), TokenTree::Punct(_), TokenTree::Literal(_)] if name == "doc")
}

fn text_of(literal: &proc_macro2::Literal) -> Option<String> {
    match syn::Lit::new(literal.clone()) {
        syn::Lit::Str(text) => Some(text.value()),
        syn::Lit::ByteStr(bytes) => Some(String::from_utf8_lossy(&bytes.value()).into_owned()),
        syn::Lit::CStr(text) => Some(text.value().to_string_lossy().into_owned()),
        _ => None,
    }
}

fn statement(text: &str) -> Option<(&'static str, &'static str)> {
    let words: Vec<&str> = text.split(|letter: char| !letter.is_alphanumeric() && letter != '_').collect();
    let after = |first: &str| words.iter().skip_while(|word| **word != first).skip(1).copied().collect::<Vec<_>>();
    STATEMENTS.iter().copied().find(|(first, second)| after(first).contains(second))
}

#[cfg(test)]
mod tests {
    use super::super::tree::source;
    use super::*;

    /// `{}` in the code becomes a statement, so that these tests hold no SQL either.
    fn found(path: &str, code: &str, statement: (&str, &str)) -> Vec<usize> {
        let text = format!("{} a, b {} c", statement.0, statement.1);
        check(&[source(path, &code.replace("{}", &text))]).iter().map(|violation| violation.line).collect()
    }

    #[test]
    fn every_statement_is_found() {
        for statement in STATEMENTS {
            assert_eq!(found("crates/engine/src/a.rs", "\nconst A: &str = \"{}\";", *statement), [2]);
            assert_eq!(found("xtask/src/main.rs", "const A: &[u8] = b\"{}\";", *statement), [1]);
        }
    }

    #[test]
    fn a_statement_inside_macros_and_raw_text_is_found() {
        let code = "fn a() {\n    run(&format!(\"{}\"));\n    vec![vec![r#\"\n  {}\"#]];\n}";
        assert_eq!(found("crates/server/src/a.rs", code, STATEMENTS[0]), [2, 3]);
    }

    #[test]
    fn the_store_the_bench_tests_and_comments_may_hold_it() {
        let code = "fn a() { run(\"{}\") }";
        for path in ["crates/store/src/a.rs", "xtask/src/bench/bound.rs", "xtask/src/bench.rs", "crates/a/tests/b.rs"] {
            assert!(found(path, code, STATEMENTS[0]).is_empty(), "{path}");
        }
        assert!(found("crates/engine/src/a.rs", "/// {}\n// {}\nstruct A;", STATEMENTS[0]).is_empty());
    }

    #[test]
    fn words_of_prose_are_not_sql() {
        for text in
            ["Select a plan from the list", "UPDATE the SETTINGS", "FROM there SELECT", "$select=a,b", "SELECTED FROM"]
        {
            assert_eq!(statement(text), None, "{text}");
        }
    }
}
