//! The table of routes and its test files.

use crate::office::every_route;
use std::collections::BTreeSet;

#[test]
fn every_route_has_a_test_file_that_is_compiled() {
    let main = include_str!("main.rs");
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/it/");
    for (_, route) in every_route() {
        let file = format!("routes{}/{}.rs", route.path, route.method.as_str().to_lowercase());
        assert!(main.contains(&format!("#[path = \"{file}\"]")), "{file} is not compiled");
        let text = std::fs::read_to_string(format!("{folder}{file}")).unwrap();
        assert!(text.contains("#[tokio::test]") && text.contains("assert"), "{file} tests nothing");
    }
    assert_eq!(main.matches("#[path = \"routes/").count(), every_route().count());
}

#[test]
fn no_route_is_there_twice() {
    let rows: BTreeSet<_> = every_route().map(|(base, route)| (base, route.path, route.method.as_str())).collect();
    assert_eq!(rows.len(), every_route().count());
}
