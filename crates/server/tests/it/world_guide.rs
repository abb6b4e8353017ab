//! docs/world.md: the world that stands there loads, and no key is missing.

use crate::http::Request;
use crate::process::Folder;

const GUIDE: &str = include_str!("../../../../docs/world.md");
/// Where the keys of a world are declared.
const DECLARED: [&str; 2] =
    [include_str!("../../../engine/src/world/declared.rs"), include_str!("../../../engine/src/world/directory.rs")];
const TENANT: &str = "11111111-1111-1111-1111-111111111111";
const ROBOT: &str = "22222222-2222-2222-2222-222222222222";

#[test]
fn the_small_world_loads_and_its_application_logs_in() {
    let (_, rest) = GUIDE.split_once("```json\n").unwrap();
    let (world, _) = rest.split_once("```").unwrap();
    assert!(world.lines().count() <= 16, "it is meant to be small");
    let folder = Folder::new();
    folder.write("world.json", world);
    let server = folder.serve();
    let form = format!(
        "grant_type=client_credentials&client_id={ROBOT}&client_secret=a+secret+of+yours\
         &scope=https%3A%2F%2Fgraph.microsoft.com%2F.default"
    );
    let answer = server.ask(Request::new("POST", &format!("/{TENANT}/oauth2/v2.0/token")).form(form)).is(200);
    let token = answer["access_token"].as_str().unwrap();
    let held = server.ask(Request::get("/v1.0/users/ann@fabrikam.example/licenseDetails").bearer(token)).is(200);
    assert_eq!(held["value"][0]["skuPartNumber"], "SPE_E5");
}

#[test]
fn every_key_of_a_world_is_explained() {
    let fields = DECLARED.iter().flat_map(|source| source.lines());
    let fields = fields.filter_map(|line| line.strip_prefix("    pub ")?.split_once(": ").map(|(name, _)| name));
    let mut count = 0;
    for field in fields.filter(|field| *field != "properties") {
        let key = camel_case(field);
        assert!(GUIDE.contains(&format!("`{key}`")) || GUIDE.contains(&format!("\"{key}\"")), "{key} is missing");
        count += 1;
    }
    assert!(count > 50, "only {count} keys were found");
}

fn camel_case(field: &str) -> String {
    let capital = |word: &str| word[..1].to_uppercase() + &word[1..];
    let mut words = field.split('_');
    let first = words.next().unwrap().to_owned();
    words.fold(first, |key, word| key + &capital(word))
}
