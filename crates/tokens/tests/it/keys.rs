//! Keys: what they are called, how they travel, and what they keep to themselves.

use std::error::Error as _;

use aws_lc_rs::signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair};
use jsonwebtoken::jwk::JwkSet;
use tokens::{IssuerTemplate, SigningKey, TokenError, Verifier, key_set};

use crate::world::*;

#[test]
fn a_stored_key_is_the_same_key_when_it_is_loaded() {
    let loaded = SigningKey::from_pkcs8_der(KEY.pkcs8_der()).unwrap();
    assert_eq!(loaded.key_id(), KEY.key_id());
    assert_eq!(loaded.jwk(), KEY.jwk());
    assert_eq!(loaded.pkcs8_der(), KEY.pkcs8_der());

    let token = loaded.sign(&application()).unwrap();
    assert_eq!(token, KEY.sign(&application()).unwrap());
    assert!(Verifier::new(settings()).verify(&token, NOW).is_ok());
}

#[test]
fn a_key_is_named_by_a_short_digest_that_is_safe_in_urls() {
    assert_eq!(KEY.key_id().len(), 27);
    assert!(KEY.key_id().chars().all(|c| c.is_ascii_alphanumeric() || "-_".contains(c)));
    assert_ne!(KEY.key_id(), FOREIGN_KEY.key_id());
    assert_eq!(KEY.verifying_key().key_id(), KEY.key_id());
}

#[test]
fn a_key_set_publishes_the_public_halves_and_nothing_more() {
    let set = key_set(&[&KEY, &FOREIGN_KEY]);
    let keys = set["keys"].as_array().unwrap();
    assert_eq!(keys.len(), 2);
    for (jwk, key) in keys.iter().zip([&KEY, &FOREIGN_KEY]) {
        let names: Vec<&String> = jwk.as_object().unwrap().keys().collect();
        assert_eq!(names, ["kty", "use", "alg", "kid", "n", "e"]);
        assert_eq!(jwk["kty"], "RSA");
        assert_eq!(jwk["use"], "sig");
        assert_eq!(jwk["alg"], "RS256");
        assert_eq!(jwk["kid"], key.key_id());
        assert_eq!(jwk["e"], "AQAB");
        assert_eq!(jwk["n"].as_str().unwrap().len(), 342);
    }
    let read: JwkSet = serde_json::from_value(set).unwrap();
    assert!(read.find(FOREIGN_KEY.key_id()).is_some());
    assert_eq!(key_set(&[]).to_string(), r#"{"keys":[]}"#);
}

#[test]
fn a_key_keeps_its_secret_when_it_is_printed() {
    let expected = format!("SigningKey {{ key_id: \"{}\", .. }}", KEY.key_id());
    assert_eq!(format!("{:?}", *KEY), expected);
    let expected = format!("VerifyingKey {{ key_id: \"{}\", .. }}", KEY.key_id());
    assert_eq!(format!("{:?}", KEY.verifying_key()), expected);
}

#[test]
fn bytes_that_are_no_rsa_key_are_refused_with_the_cause() {
    let elliptic = EcdsaKeyPair::generate(&ECDSA_P256_SHA256_FIXED_SIGNING).unwrap();
    let elliptic = elliptic.to_pkcs8v1().unwrap();
    let whole = KEY.pkcs8_der();
    for (what, der) in [
        ("nothing", &[][..]),
        ("noise", &[0x30; 64][..]),
        ("half a key", &whole[..whole.len() / 2]),
        ("an elliptic curve", elliptic.as_ref()),
    ] {
        match SigningKey::from_pkcs8_der(der) {
            Err(error @ TokenError::KeyFormat { .. }) => {
                assert!(error.source().is_some(), "{what}")
            }
            other => panic!("{what}: {other:?}"),
        }
    }
}

#[test]
fn an_issuer_template_names_the_tenant_once() {
    for template in ["https://sts.windows.net/", "", "{tenant}/{tenant}", "{Tenant}", "{ tenant }"] {
        match IssuerTemplate::parse(template) {
            Err(error @ TokenError::IssuerFormat { .. }) => {
                assert!(error.to_string().contains("must contain {tenant} once"), "{error}");
            }
            other => panic!("{template}: {other:?}"),
        }
    }
    let template = IssuerTemplate::parse("https://localhost:8443/{tenant}/v2.0").unwrap();
    assert_eq!(template.issuer(TENANT), format!("https://localhost:8443/{TENANT}/v2.0"));
}
