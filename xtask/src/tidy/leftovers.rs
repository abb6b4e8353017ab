//! Nothing is left to do in the code, and no probe is left in it.

use proc_macro2::TokenTree;

use super::Violation;
use super::source::{Source, each_level};

const MACROS: &[&str] = &["todo", "unimplemented", "dbg"];

/// Looks at tokens, so that words in comments and texts do not count and code inside macros does.
pub(super) fn check(sources: &[Source]) -> Vec<Violation> {
    let mut violations = Vec::new();
    for source in sources {
        each_level(&source.tokens, &mut |level| {
            for window in level.windows(3) {
                let [TokenTree::Ident(name), TokenTree::Punct(mark), TokenTree::Group(_)] = window else {
                    continue;
                };
                if mark.as_char() == '!' && MACROS.iter().any(|banned| name == banned) {
                    let line = name.span().start().line;
                    let what = format!("`{name}!` is left in the code");
                    violations.push(Violation::new(&source.path, line, what, "finish it or take it out"));
                }
            }
        });
    }
    violations
}

#[cfg(test)]
mod tests {
    use super::super::tree::source;
    use super::*;

    fn found(text: &str) -> Vec<String> {
        check(&[source("crates/a/tests/b.rs", text)]).iter().map(ToString::to_string).collect()
    }

    #[test]
    fn each_macro_is_found_at_its_line() {
        for name in MACROS {
            let said = format!("crates/a/tests/b.rs:2: `{name}!` is left in the code, finish it or take it out");
            assert_eq!(found(&format!("fn a() {{\n    {name}!()\n}}")), [said.as_str()]);
            assert_eq!(found(&format!("fn a() {{\n    assert!(std::{name}!(1) == 1)\n}}")), [said.as_str()]);
        }
    }

    #[test]
    fn names_comments_and_texts_are_not_macros() {
        let text = "// todo!()\nfn todo(todo: bool) -> bool { todo != (true) && \"dbg!(1)\" == \"\" }";
        assert!(found(text).is_empty());
    }
}
