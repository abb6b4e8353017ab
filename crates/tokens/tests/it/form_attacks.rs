//! What is not, byte for byte, a token that we signed is refused.

use serde_json::json;
use tokens::{MAX_TOKEN_BYTES, Verifier};

use crate::world::*;

#[test]
fn text_that_is_no_signed_jwt_is_refused() {
    let token = KEY.sign(&application()).unwrap();
    let parts: Vec<&str> = token.split('.').collect();
    let [header, claims, signature] = parts[..] else {
        panic!("a token has three parts")
    };
    let no_dots = "Malformed(Segments { dots: 0 })";
    assert_refused(&[
        ("nothing", String::new(), no_dots),
        ("a word", "token".into(), no_dots),
        ("no dots", token.replace('.', ""), no_dots),
        (
            "one dot",
            format!("{header}.{claims}"),
            "Malformed(Segments { dots: 1 })",
        ),
        ("two dots only", "..".into(), "Malformed(Header)"),
        (
            "encrypted form",
            format!("{token}.."),
            "Malformed(Segments { dots: 4 })",
        ),
        (
            "a dot more",
            format!("{token}."),
            "Malformed(Segments { dots: 3 })",
        ),
        (
            "a dot before",
            format!(".{token}"),
            "Malformed(Segments { dots: 3 })",
        ),
        (
            "no header",
            format!(".{claims}.{signature}"),
            "Malformed(Header)",
        ),
        (
            "no claims",
            format!("{header}..{signature}"),
            "BadSignature",
        ),
        (
            "no signature",
            format!("{header}.{claims}."),
            "Malformed(Signature)",
        ),
        (
            "header is no base64url",
            format!("!{header}.{claims}.{signature}"),
            "Malformed(Header)",
        ),
        (
            "signature is no base64url",
            format!("{header}.{claims}.{signature}+"),
            "Malformed(Signature)",
        ),
        (
            "header is no JSON",
            format!("{}.{claims}.{signature}", encode("x")),
            "Malformed(Header)",
        ),
        (
            "header is a list",
            forge(r#"["RS256"]"#, "{}"),
            "Malformed(Header)",
        ),
        (
            "header is text",
            forge(json!(header).to_string(), "{}"),
            "Malformed(Header)",
        ),
        (
            "with the scheme",
            format!("Bearer {token}"),
            "Malformed(Header)",
        ),
        ("a space before", format!(" {token}"), "Malformed(Header)"),
        ("a space after", format!("{token} "), "Malformed(Signature)"),
        (
            "a line end after",
            format!("{token}\n"),
            "Malformed(Signature)",
        ),
        (
            "a zero byte after",
            format!("{token}\0"),
            "Malformed(Signature)",
        ),
        (
            "twice",
            format!("{token},{token}"),
            "Malformed(Segments { dots: 4 })",
        ),
        (
            "other letters",
            "\u{1F511}.\u{1F511}.\u{1F511}".into(),
            "Malformed(Header)",
        ),
    ]);
}

#[test]
fn parts_are_encoded_in_one_way_only() {
    let token = KEY.sign(&application()).unwrap();
    let (message, signature) = token.rsplit_once('.').unwrap();
    // 256 bytes end in two characters, the last with four unused bits, which must be zero.
    let (rest, last) = signature.split_at(signature.len() - 1);
    let sibling = match last {
        "A" => "B",
        "Q" => "R",
        "g" => "h",
        _ => "x",
    };
    let (header, rest_of_token) = token.split_once('.').unwrap();
    let padded = format!("{header}=.{rest_of_token}");
    assert_refused(&[
        ("padding", format!("{token}=="), "Malformed(Signature)"),
        ("padding of the header", padded, "Malformed(Header)"),
        (
            "unused bits",
            format!("{message}.{rest}{sibling}"),
            "Malformed(Signature)",
        ),
    ]);
}

#[test]
fn contents_that_were_changed_are_refused() {
    let token = KEY.sign(&application()).unwrap();
    let parts: Vec<&str> = token.split('.').collect();
    let [header, claims, signature] = parts[..] else {
        panic!("a token has three parts")
    };
    let elevated = with(
        application_json(),
        "roles",
        json!(["Directory.ReadWrite.All"]),
    );
    let elsewhere = with(
        with(application_json(), "tid", OTHER_TENANT.to_string()),
        "iss",
        issuer(OTHER_TENANT),
    );
    let lasting = with(application_json(), "exp", i64::MAX);
    let other = KEY.sign(&delegated()).unwrap();
    let (_, other_signature) = other.rsplit_once('.').unwrap();
    let spoilt = |claims: String| format!("{header}.{}.{signature}", encode(claims));
    let signed = |signature: &[u8]| format!("{header}.{claims}.{}", encode(signature));
    assert_refused(&[
        ("more roles", spoilt(elevated.to_string()), "BadSignature"),
        (
            "another tenant",
            spoilt(elsewhere.to_string()),
            "BadSignature",
        ),
        ("a longer life", spoilt(lasting.to_string()), "BadSignature"),
        (
            "a space more",
            spoilt(application_json().to_string() + " "),
            "BadSignature",
        ),
        ("no claims at all", spoilt(String::new()), "BadSignature"),
        (
            "another token's signature",
            format!("{header}.{claims}.{other_signature}"),
            "BadSignature",
        ),
        ("a signature of zeros", signed(&[0; 256]), "BadSignature"),
        ("a signature of ones", signed(&[0xff; 256]), "BadSignature"),
        (
            "the number one",
            signed(&[&[0; 255][..], &[1]].concat()),
            "BadSignature",
        ),
        ("one byte", signed(&[0]), "BadSignature"),
        ("a byte too few", signed(&[0; 255]), "BadSignature"),
        ("a byte too many", signed(&[0; 257]), "BadSignature"),
        (
            "a psychic signature",
            signed(&[0x30, 6, 2, 1, 0, 2, 1, 0]),
            "BadSignature",
        ),
        ("a very long signature", signed(&[1; 4096]), "BadSignature"),
    ]);
}

#[test]
fn a_token_is_refused_whichever_character_is_changed_and_wherever_it_is_cut() {
    let token = KEY.sign(&application()).unwrap();
    let verifier = Verifier::new(settings());
    assert!(verifier.verify(&token, NOW).is_ok());
    for (position, character) in token.char_indices() {
        let replacement = if character == 'A' { "B" } else { "A" };
        let mut changed = token.clone();
        changed.replace_range(position..=position, replacement);
        assert!(
            verifier.verify(&changed, NOW).is_err(),
            "changed at {position}"
        );
        let cut = &token[..position];
        assert!(verifier.verify(cut, NOW).is_err(), "cut at {position}");
    }
}

#[test]
fn what_is_too_long_is_not_looked_at() {
    let token = KEY.sign(&application()).unwrap();
    let long = "x".repeat(MAX_TOKEN_BYTES + 1);
    let claims = with(application_json(), "padding", long.as_str()).to_string();
    let verifier = Verifier::new(settings());
    for text in [
        long.clone(),
        ".".repeat(1 << 20),
        format!("{token}{long}"),
        forge(header().to_string(), claims),
        "[".repeat(1 << 20),
    ] {
        let error = verifier.verify(&text, NOW).unwrap_err();
        let length = text.len();
        assert_eq!(
            format!("{error:?}"),
            format!("TooLong {{ length_bytes: {length} }}")
        );
    }
    let all_dots = ".".repeat(MAX_TOKEN_BYTES);
    assert_refused(&[
        ("dots", all_dots, "Malformed(Segments { dots: 8192 })"),
        (
            "depth",
            format!("{}.e30.AA", encode("[".repeat(6000))),
            "Malformed(Header)",
        ),
    ]);
}

#[test]
fn no_message_repeats_the_token() {
    let secret = "attacker-chosen-text";
    let verifier = Verifier::new(settings());
    let spoilt = |name| {
        forge(
            header().to_string(),
            with(application_json(), name, secret).to_string(),
        )
    };
    for token in [
        secret.to_owned(),
        format!("{secret}.{secret}.{secret}"),
        forge(with(header(), "alg", secret).to_string(), "{}"),
        forge(with(header(), "kid", secret).to_string(), "{}"),
        forge(with(header(), "typ", secret).to_string(), "{}"),
        spoilt("exp"),
        spoilt("tid"),
        spoilt("aud"),
        spoilt("iss"),
        spoilt("idtyp"),
    ] {
        let error = verifier.verify(&token, NOW).unwrap_err();
        assert!(!format!("{error} {error:?}").contains(secret), "{error}");
    }
}
