//! A genuine signature is not enough: the token must be for us, from our authority, and for now.

use serde_json::{Value, json};

use crate::world::*;

#[test]
fn a_token_outside_its_lifetime_is_refused() {
    assert_refused(&[
        ("expires now", app_with("exp", NOW), "Expired"),
        ("expired a second ago", app_with("exp", NOW - 1), "Expired"),
        ("expired long ago", app_with("exp", i64::MIN), "Expired"),
        ("expired in 1970", app_with("exp", 0), "Expired"),
        ("starts in a second", app_with("nbf", NOW + 1), "NotYetValid"),
        ("never starts", app_with("nbf", i64::MAX), "NotYetValid"),
        ("no expiry", app_without("exp"), "Malformed(Claims)"),
        ("no start", app_without("nbf"), "Malformed(Claims)"),
        ("null", app_with("exp", Value::Null), "Malformed(Claims)"),
        ("text", app_with("exp", "1900003600"), "Malformed(Claims)"),
        ("a fraction", app_with("exp", 1_900_003_600.5), "Malformed(Claims)"),
        ("beyond 64 bits", app_with("exp", u64::MAX), "Malformed(Claims)"),
        ("beyond numbers", app_with("exp", 1e300), "Malformed(Claims)"),
        ("a list", app_with("exp", json!([NOW + HOUR])), "Malformed(Claims)"),
    ]);
}

#[test]
fn a_token_for_another_audience_is_refused() {
    assert_refused(&[
        ("another resource", app_with("aud", "https://management.azure.com"), "WrongAudience"),
        ("the application", app_with("aud", APP.to_string()), "WrongAudience"),
        ("empty", app_with("aud", ""), "WrongAudience"),
        ("longer", app_with("aud", "https://graph.microsoft.com.attacker.example"), "WrongAudience"),
        ("shorter", app_with("aud", "https://graph.microsoft.co"), "WrongAudience"),
        ("a path more", app_with("aud", "https://graph.microsoft.com//"), "WrongAudience"),
        ("in other letters", app_with("aud", "https://GRAPH.microsoft.com"), "WrongAudience"),
        ("with a space", app_with("aud", " https://graph.microsoft.com"), "WrongAudience"),
        ("without TLS", app_with("aud", "http://graph.microsoft.com"), "WrongAudience"),
        ("none", app_without("aud"), "Malformed(Claims)"),
        ("null", app_with("aud", Value::Null), "Malformed(Claims)"),
        ("a list with ours", app_with("aud", json!([GRAPH])), "Malformed(Claims)"),
        ("a list with ours and another", app_with("aud", json!([GRAPH, "x"])), "Malformed(Claims)"),
        ("an empty list", app_with("aud", json!([])), "Malformed(Claims)"),
        ("an object", app_with("aud", json!({})), "Malformed(Claims)"),
    ]);
}

#[test]
fn a_token_of_another_issuer_is_refused() {
    let id = TENANT.to_string();
    let from = |issuer: String| app_with("iss", issuer);
    assert_refused(&[
        ("another tenant's issuer", from(issuer(OTHER_TENANT)), "WrongIssuer"),
        ("another host", from(format!("https://attacker.example/{id}/")), "WrongIssuer"),
        ("without a tenant", from("https://sts.windows.net//".into()), "WrongIssuer"),
        ("for all tenants", from("https://sts.windows.net/common/".into()), "WrongIssuer"),
        ("the template", from(ISSUERS[0].into()), "WrongIssuer"),
        ("no slash at the end", from(format!("https://sts.windows.net/{id}")), "WrongIssuer"),
        ("more at the end", from(format!("https://sts.windows.net/{id}/v2.0")), "WrongIssuer"),
        ("forms mixed", from(format!("https://login.microsoftonline.com/{id}/")), "WrongIssuer"),
        ("upper case", from(issuer(TENANT).to_uppercase()), "WrongIssuer"),
        ("no hyphens", from(issuer(TENANT).replace(&id, &TENANT.simple().to_string())), "WrongIssuer"),
        ("two tenants", from(issuer(TENANT).replace(&id, &format!("{OTHER_TENANT}/{id}"))), "WrongIssuer"),
        ("without TLS", from(issuer(TENANT).replace("https", "http")), "WrongIssuer"),
        ("empty", from(String::new()), "WrongIssuer"),
        ("none", app_without("iss"), "Malformed(Claims)"),
        ("null", app_with("iss", Value::Null), "Malformed(Claims)"),
        ("a list", app_with("iss", json!([issuer(TENANT)])), "Malformed(Claims)"),
    ]);
}

#[test]
fn a_token_without_its_tenant_is_refused() {
    assert_refused(&[
        ("none", app_without("tid"), "Malformed(Claims)"),
        ("null", app_with("tid", Value::Null), "Malformed(Claims)"),
        ("empty", app_with("tid", ""), "Malformed(Claims)"),
        ("a name", app_with("tid", "common"), "Malformed(Claims)"),
        ("a domain", app_with("tid", "contoso.example"), "Malformed(Claims)"),
        ("a list", app_with("tid", json!([TENANT])), "Malformed(Claims)"),
        ("another than the issuer's", app_with("tid", OTHER_TENANT.to_string()), "WrongIssuer"),
    ]);
}
