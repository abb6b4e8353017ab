//! Files and functions stay short enough to be read at one go.

use syn::visit::{self, Visit};

use super::Violation;
use super::source::Source;

const FILE_LINES_MAX: usize = 500;
const FUNCTION_LINES_MAX: usize = 70;

/// What may be longer: `path` for a file, `path::function` for a function. Empty, and to stay so.
pub(super) const EXCEPTIONS: &[&str] = &[];

pub(super) fn check(sources: &[Source], exceptions: &[&str]) -> Vec<Violation> {
    let mut violations = Vec::new();
    for source in sources.iter().filter(|source| source.is_in_src()) {
        let lines = lines_without_tests(source);
        if lines > FILE_LINES_MAX && !exceptions.contains(&source.path.as_str()) {
            let what = format!("the file has {lines} lines before its tests, {FILE_LINES_MAX} are allowed");
            violations.push(Violation::new(&source.path, 1, what, "split it by what its parts do"));
        }
        let mut functions = Functions(Vec::new());
        functions.visit_file(&source.syntax);
        for Function { name, line, lines } in functions.0 {
            let key = format!("{}::{name}", source.path);
            if lines > FUNCTION_LINES_MAX && !exceptions.contains(&key.as_str()) {
                let what = format!("`{name}` has {lines} lines, {FUNCTION_LINES_MAX} are allowed");
                violations.push(Violation::new(&source.path, line, what, "move its steps into functions of their own"));
            }
        }
    }
    violations
}

/// Lines of the file without the `#[cfg(test)] mod tests { .. }` that may end it.
fn lines_without_tests(source: &Source) -> usize {
    match source.syntax.items.last() {
        Some(syn::Item::Mod(module)) if is_tests_block(module) => {
            let attributes = module.attrs.iter().map(|attribute| attribute.pound_token.span.start().line);
            let start = attributes.chain([module.mod_token.span.start().line]).min();
            start.map_or(source.line_count, |line| line - 1)
        }
        _ => source.line_count,
    }
}

fn is_tests_block(module: &syn::ItemMod) -> bool {
    let is_cfg_test = |attribute: &syn::Attribute| {
        attribute.path().is_ident("cfg") && attribute.parse_args::<syn::Ident>().is_ok_and(|word| word == "test")
    };
    module.ident == "tests" && module.content.is_some() && module.attrs.iter().any(is_cfg_test)
}

struct Function {
    name: String,
    line: usize,
    /// From the line of `fn` to that of the closing brace.
    lines: usize,
}

struct Functions(Vec<Function>);

impl Functions {
    fn add(&mut self, signature: &syn::Signature, block: &syn::Block) {
        let line = signature.fn_token.span.start().line;
        let end = block.brace_token.span.close().end().line;
        self.0.push(Function { name: signature.ident.to_string(), line, lines: end - line + 1 });
    }
}

impl<'ast> Visit<'ast> for Functions {
    fn visit_item_fn(&mut self, function: &'ast syn::ItemFn) {
        self.add(&function.sig, &function.block);
        visit::visit_item_fn(self, function);
    }

    fn visit_impl_item_fn(&mut self, function: &'ast syn::ImplItemFn) {
        self.add(&function.sig, &function.block);
        visit::visit_impl_item_fn(self, function);
    }

    fn visit_trait_item_fn(&mut self, function: &'ast syn::TraitItemFn) {
        if let Some(block) = &function.default {
            self.add(&function.sig, block);
        }
        visit::visit_trait_item_fn(self, function);
    }
}

#[cfg(test)]
mod tests {
    use super::super::tree::source;
    use super::*;

    const PATH: &str = "crates/a/src/lib.rs";

    fn found(text: &str, exceptions: &[&str]) -> Vec<String> {
        check(&[source(PATH, text)], exceptions).iter().map(ToString::to_string).collect()
    }

    fn constants(count: usize) -> String {
        "const _: () = ();\n".repeat(count)
    }

    fn function(lines: usize) -> String {
        format!("/// Words.\nfn long() {{\n{}}}\n", "    work();\n".repeat(lines - 2))
    }

    #[test]
    fn a_long_file_is_found() {
        assert!(found(&constants(500), &[]).is_empty());
        let said = "crates/a/src/lib.rs:1: the file has 501 lines before its tests, 500 are allowed, split it by what its parts do";
        assert_eq!(found(&constants(501), &[]), [said]);
        assert!(found(&constants(501), &[PATH]).is_empty());
    }

    #[test]
    fn only_the_tests_that_end_the_file_are_free() {
        let tests = format!("#[cfg(test)]\nmod tests {{\n{}}}\n", constants(300));
        assert!(found(&format!("{}{tests}", constants(500)), &[]).is_empty());
        assert_eq!(found(&format!("{}{tests}", constants(501)), &[]).len(), 1);
        assert_eq!(found(&format!("{tests}{}", constants(300)), &[]).len(), 1);
        assert_eq!(found(&format!("mod tests {{\n{}}}\n", constants(500)), &[]).len(), 1);
    }

    #[test]
    fn a_long_function_is_found_wherever_it_stands() {
        assert!(found(&function(70), &[]).is_empty());
        let said =
            "crates/a/src/lib.rs:2: `long` has 71 lines, 70 are allowed, move its steps into functions of their own";
        assert_eq!(found(&function(71), &[]), [said]);
        assert!(found(&function(71), &["crates/a/src/lib.rs::long"]).is_empty());
        for holder in ["impl A", "trait A", "mod a"] {
            assert_eq!(
                found(&format!("{holder} {{\n{}}}\n", function(71)), &[])[0],
                said.replace(":2:", ":3:"),
                "{holder}"
            );
        }
    }

    #[test]
    fn integration_tests_may_be_long() {
        assert!(check(&[source("crates/a/tests/it/main.rs", &constants(900))], &[]).is_empty());
    }
}
