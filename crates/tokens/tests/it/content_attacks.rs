//! Genuinely signed claims that are of no access token, or of two at once.

use serde_json::{Value, json};

use crate::world::*;

fn user_with(name: &str, value: Value) -> String {
    claiming(with(delegated_json(), name, value))
}

fn user_without(name: &str) -> String {
    claiming(without(delegated_json(), name))
}

#[test]
fn what_is_neither_an_applications_nor_a_users_access_token_is_refused() {
    let user_roles = user_with("roles", json!(["User.Read.All"]));
    assert_refused_as(
        "NotAnAccessToken",
        vec![
            ("a user without scopes", user_without("scp")),
            ("a user with no scope", user_with("scp", json!(""))),
            ("a user with blanks", user_with("scp", json!("  "))),
            ("a user without object id", user_without("oid")),
            ("a user with app roles", user_roles),
            ("a user as application", user_with("idtyp", json!("app"))),
            ("an application with scopes", app_with("scp", "User.Read")),
            ("an application as user", app_with("idtyp", "user")),
            ("an application of no kind", app_without("idtyp")),
            ("an application without client id", app_without("appid")),
            ("an application without object id", app_without("oid")),
            ("another kind", app_with("idtyp", "device")),
            ("a kind in other letters", app_with("idtyp", "APP")),
        ],
    );
}

#[test]
fn an_id_token_is_no_access_token() {
    let id_token = without(without(delegated_json(), "scp"), "idtyp");
    let for_its_client = with(id_token.clone(), "aud", APP.to_string());
    assert_refused(&[
        ("for Graph", claiming(id_token), "NotAnAccessToken"),
        ("for its client", claiming(for_its_client), "WrongAudience"),
    ]);
}

#[test]
fn grants_of_the_wrong_type_are_refused() {
    assert_refused_as(
        "Malformed(Claims)",
        vec![
            ("roles that are no list", app_with("roles", "User.Read.All")),
            ("roles that are no text", app_with("roles", json!([1]))),
            ("roles that are null", app_with("roles", Value::Null)),
            ("scopes in a list", user_with("scp", json!(["User.Read"]))),
            ("directory role by name", user_with("wids", json!(["A"]))),
            ("object id by name", user_with("oid", json!("ada"))),
            ("unique id missing", app_without("uti")),
            ("unique id a number", app_with("uti", 1)),
        ],
    );
}

#[test]
fn a_claim_that_is_made_twice_is_refused() {
    let claims = application_json().to_string();
    let before = |member: &str| claiming_text(claims.replacen('{', &format!("{{{member},"), 1));
    let after = |member: &str| {
        let (rest, _) = claims.rsplit_once('}').unwrap();
        claiming_text(format!("{rest},{member}}}"))
    };
    let other = format!(r#""tid":"{OTHER_TENANT}""#);
    let same = format!(r#""tid":"{TENANT}""#);
    assert_refused(&[
        ("tenant, first", before(&other), "Malformed(Claims)"),
        ("tenant, last", after(&other), "Malformed(Claims)"),
        ("tenant, the same", after(&same), "Malformed(Claims)"),
        ("expiry", before(r#""exp":9999999999"#), "Malformed(Claims)"),
        ("expiry, escaped", before(r#""\u0065xp":9999999999"#), "Malformed(Claims)"),
        ("roles", after(r#""roles":["Directory.ReadWrite.All"]"#), "Malformed(Claims)"),
        ("audience", before(r#""aud":"x""#), "Malformed(Claims)"),
        ("an unknown claim", after(r#""x":1,"x":2"#), "Malformed(Claims)"),
        ("inside an unknown claim", after(r#""x":{"y":1,"y":2}"#), "Malformed(Claims)"),
    ]);
}

#[test]
fn claims_that_are_not_one_json_object_are_refused() {
    let object = application_json();
    let claims = object.to_string();
    let values: Vec<&Value> = object.as_object().unwrap().values().collect();
    let deep = format!("{}1{}", "[".repeat(2000), "]".repeat(2000));
    let reason = "Malformed(Claims)";
    assert_refused(&[
        ("empty object", claiming_text("{}"), reason),
        ("nothing", claiming_text(""), reason),
        ("null", claiming_text("null"), reason),
        ("a list of the values", claiming_text(json!(values).to_string()), reason),
        ("a list with the object", claiming_text(format!("[{claims}]")), reason),
        ("text", claiming_text(json!(claims).to_string()), reason),
        ("two objects", claiming_text(format!("{claims}{claims}")), reason),
        ("more after the object", claiming_text(format!("{claims}x")), reason),
        ("a byte order mark", claiming_text(format!("\u{feff}{claims}")), reason),
        ("cut short", claiming_text(&claims[..claims.len() - 1]), reason),
        ("a comma too many", claiming_text(claims.replace('}', ",}")), reason),
        ("a comment", claiming_text(format!("/**/{claims}")), reason),
        ("not UTF-8", claiming_text([claims.as_bytes(), b"\xff"].concat()), reason),
        ("a lone surrogate", app_text_claim(r#""\ud800""#), reason),
        ("nested deeply", app_text_claim(&deep), reason),
    ]);
}

/// An application token with one unknown claim of this JSON text.
fn app_text_claim(value: &str) -> String {
    let claims = application_json().to_string();
    claiming_text(claims.replacen('{', &format!(r#"{{"unknown":{value},"#), 1))
}
