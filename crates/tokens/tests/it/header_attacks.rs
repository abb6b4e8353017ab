//! A header cannot choose how, or by which key, its token is verified.

use aws_lc_rs::encoding::{AsDer as _, PublicKeyX509Der};
use aws_lc_rs::signature::{
    KeyPair as _, RSA_PKCS1_SHA256, RSA_PKCS1_SHA384, RSA_PKCS1_SHA512, RSA_PSS_SHA256, RsaKeyPair,
};
use jsonwebtoken::{Algorithm, EncodingKey};
use serde_json::{Value, json};
use tokens::Verifier;

use crate::world::*;

#[test]
fn the_algorithm_is_rs256_and_nothing_else() {
    let names = "none None NONE nOnE HS256 HS384 HS512 RS384 RS512 PS256 PS384 PS512 ES256 ES384 ES512 EdDSA rs256 \
                 Rs256 RS-256";
    let spoilt = ["", " ", "RS256 ", " RS256", "RS256\u{0}", "RS256,none"];
    let mut table = Vec::new();
    for name in names.split(' ').chain(spoilt) {
        let claimed = with(header(), "alg", name);
        let signed = forge(claimed.to_string(), application_json().to_string());
        let (message, _) = signed.rsplit_once('.').unwrap();
        table.push((name, format!("{message}."), "WrongAlgorithm"));
        table.push((name, signed, "WrongAlgorithm"));
    }
    let claims = application_json().to_string();
    table.extend([
        ("no algorithm", forge(without(header(), "alg").to_string(), &claims), "WrongAlgorithm"),
        ("null", forge(with(header(), "alg", Value::Null).to_string(), &claims), "WrongAlgorithm"),
        ("a number", forge(with(header(), "alg", 256).to_string(), &claims), "Malformed(Header)"),
        ("a list", forge(with(header(), "alg", json!(["RS256"])).to_string(), &claims), "Malformed(Header)"),
        (
            "named twice",
            forge(header().to_string().replacen('{', r#"{"alg":"none","#, 1), &claims),
            "Malformed(Header)",
        ),
    ]);
    assert_refused(&table);
}

#[test]
fn a_public_key_is_not_a_shared_secret() {
    let pair = RsaKeyPair::from_pkcs8(KEY.pkcs8_der()).unwrap();
    let public = pair.public_key();
    let x509: PublicKeyX509Der<'_> = public.as_der().unwrap();
    let secrets: [(&str, Vec<u8>); 5] = [
        ("the modulus", public.modulus().big_endian_without_leading_zero().to_vec()),
        ("the modulus as text", KEY.jwk()["n"].as_str().unwrap().into()),
        ("the key as PKCS#1", public.as_ref().to_vec()),
        ("the key as X.509", x509.as_ref().to_vec()),
        ("the JWK", KEY.jwk().to_string().into()),
    ];
    let mut table = Vec::new();
    for (attack, secret) in &secrets {
        for algorithm in [Algorithm::HS256, Algorithm::HS384, Algorithm::HS512] {
            let mut header = jsonwebtoken::Header::new(algorithm);
            header.kid = Some(KEY.key_id().to_owned());
            let secret = EncodingKey::from_secret(secret);
            let token = jsonwebtoken::encode(&header, &application(), &secret).unwrap();
            table.push((*attack, token, "WrongAlgorithm"));
        }
        let message = format!("{}.{}", encode(header().to_string()), encode(application_json().to_string()));
        let mac = jsonwebtoken::crypto::sign(message.as_bytes(), &EncodingKey::from_secret(secret), Algorithm::HS256)
            .unwrap();
        table.push((*attack, format!("{message}.{mac}"), "BadSignature"));
    }
    assert_refused(&table);
}

#[test]
fn our_own_key_signs_by_rs256_only() {
    let claims = application_json().to_string();
    let mut table = Vec::new();
    for (name, padding) in [("RS384", &RSA_PKCS1_SHA384), ("RS512", &RSA_PKCS1_SHA512), ("PS256", &RSA_PSS_SHA256)] {
        let honest = with(header(), "alg", name).to_string();
        table.push((name, forge_with(&KEY, padding, honest, &claims), "WrongAlgorithm"));
        let lying = header().to_string();
        table.push((name, forge_with(&KEY, padding, lying, &claims), "BadSignature"));
    }
    assert_refused(&table);
}

#[test]
fn the_key_must_be_named_and_known() {
    let claims = application_json().to_string();
    let foreign = |header: Value| forge_with(&FOREIGN_KEY, &RSA_PKCS1_SHA256, header.to_string(), &claims);
    let named = |kid: &str| forge(with(header(), "kid", kid).to_string(), &claims);
    assert_refused(&[
        ("signed by our key, not named", forge(without(header(), "kid").to_string(), &claims), "UnknownKey"),
        ("signed by our key, null", forge(with(header(), "kid", Value::Null).to_string(), &claims), "UnknownKey"),
        ("signed by our key, empty", named(""), "UnknownKey"),
        ("signed by our key, a path", named("../../../dev/null"), "UnknownKey"),
        ("signed by our key, a query", named("' OR '1'='1"), "UnknownKey"),
        ("signed by our key, its name in upper case", named(&KEY.key_id().to_uppercase()), "UnknownKey"),
        ("signed by our key, a foreign one named", named(FOREIGN_KEY.key_id()), "UnknownKey"),
        ("not text", forge(with(header(), "kid", 1).to_string(), &claims), "Malformed(Header)"),
        ("a foreign key, named", FOREIGN_KEY.sign(&application()).unwrap(), "UnknownKey"),
        ("a foreign key, not named", foreign(without(header(), "kid")), "UnknownKey"),
        ("a foreign key under our name", foreign(header()), "BadSignature"),
    ]);
}

/// Members by which a header may carry or point to a key, filled with the foreign key.
fn keys_in_headers() -> [(&'static str, Value); 5] {
    [
        ("jwk", FOREIGN_KEY.jwk()),
        ("jku", json!("https://attacker.example/keys")),
        ("x5u", json!("https://attacker.example/certificate")),
        ("x5c", json!([encode(FOREIGN_KEY.pkcs8_der())])),
        ("x5t", json!(FOREIGN_KEY.key_id())),
    ]
}

#[test]
fn a_key_that_the_token_brings_along_verifies_nothing() {
    let claims = application_json().to_string();
    let mut table = Vec::new();
    for (member, key) in keys_in_headers() {
        for (kid, reason) in [(KEY.key_id(), "BadSignature"), (FOREIGN_KEY.key_id(), "UnknownKey")] {
            let header = with(with(header(), member, key.clone()), "kid", kid).to_string();
            let token = forge_with(&FOREIGN_KEY, &RSA_PKCS1_SHA256, header, &claims);
            table.push((member, token, reason));
        }
    }
    assert_refused(&table);
}

#[test]
fn members_of_the_header_that_mean_nothing_here_do_no_harm() {
    let claims = application_json().to_string();
    let verifier = Verifier::new(settings());
    for (member, key) in keys_in_headers() {
        let token = forge(with(header(), member, key).to_string(), &claims);
        assert!(verifier.verify(&token, NOW).is_ok(), "{member}");
    }
}

#[test]
fn the_type_is_a_jwt_or_an_access_token_or_left_out() {
    let claims = application_json().to_string();
    let typed = |typ: Value| forge(with(header(), "typ", typ).to_string(), &claims);

    let verifier = Verifier::new(settings());
    let untyped = forge(without(header(), "typ").to_string(), &claims);
    assert!(verifier.verify(&untyped, NOW).is_ok());
    for typ in ["JWT", "jwt", "at+jwt", "AT+JWT", "application/at+jwt"] {
        assert!(verifier.verify(&typed(json!(typ)), NOW).is_ok(), "{typ}");
    }

    assert_refused(&[
        ("empty", typed(json!("")), "NotAnAccessToken"),
        ("an ID token", typed(json!("id_token+jwt")), "NotAnAccessToken"),
        ("a logout token", typed(json!("logout+jwt")), "NotAnAccessToken"),
        ("a proof of possession", typed(json!("dpop+jwt")), "NotAnAccessToken"),
        ("encrypted", typed(json!("JWE")), "NotAnAccessToken"),
        ("a number", typed(json!(1)), "Malformed(Header)"),
    ]);
}

#[test]
fn critical_extensions_are_refused_since_none_is_known() {
    let claims = application_json().to_string();
    let critical = |names: Value| {
        let header = with(with(header(), "b64", false), "crit", names);
        forge(header.to_string(), &claims)
    };
    assert_refused(&[
        ("one", critical(json!(["b64"])), "Malformed(CriticalHeader)"),
        ("none", critical(json!([])), "Malformed(CriticalHeader)"),
        ("not a list", critical(json!("exp")), "Malformed(CriticalHeader)"),
    ]);
}
