//! The table of routes and its test files.

use graph_api::ROUTES;
use std::collections::BTreeSet;

#[test]
fn every_route_has_a_test_file_that_is_compiled() {
    let main = include_str!("main.rs");
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/it/");
    for route in ROUTES {
        let file = format!("routes{}/{}.rs", route.path, route.method.as_str().to_lowercase());
        assert!(main.contains(&format!("#[path = \"{file}\"]")), "{file} is not compiled");
        let text = std::fs::read_to_string(format!("{folder}{file}")).unwrap();
        assert!(text.contains("#[tokio::test]") && text.contains("assert"), "{file} tests nothing");
    }
    assert_eq!(main.matches("#[path = \"routes/").count(), ROUTES.len());
}

#[test]
fn no_route_is_there_twice() {
    let rows: BTreeSet<_> = ROUTES.iter().map(|route| (route.path, route.method.as_str())).collect();
    assert_eq!(rows.len(), ROUTES.len());
}
