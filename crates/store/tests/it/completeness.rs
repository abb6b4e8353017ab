//! No fact is forgotten in the list of the suite.

use std::fs;
use std::path::Path;

#[test]
fn every_fact_is_in_the_list() {
    let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let list = fs::read_to_string(source.join("conformance.rs")).unwrap();
    let listed: Vec<&str> = list.split_whitespace().collect();
    let mut facts = 0;
    for file in fs::read_dir(source.join("conformance")).unwrap() {
        let file = file.unwrap().path();
        let text = fs::read_to_string(&file).unwrap();
        for fact in text.lines().filter_map(|line| line.strip_prefix("pub async fn ")) {
            let name = fact.split('(').next().unwrap();
            assert!(listed.contains(&name), "{name} of {} is in no test", file.display());
            facts += 1;
        }
    }
    assert!(facts > 100, "only {facts} facts were found");
}
