//! What is not, byte for byte, a token that we signed is refused.

use serde_json::json;
use tokens::{MAX_TOKEN_BYTES, Verifier};

use crate::world::*;

/// Header, claims and signature of a genuine token, still encoded.
fn parts(token: &str) -> (&str, &str, &str) {
    let (header, rest) = token.split_once('.').unwrap();
    let (claims, signature) = rest.split_once('.').unwrap();
    (header, claims, signature)
}

#[test]
fn a_token_has_two_dots() {
    let token = KEY.sign(&application()).unwrap();
    let (header, claims, _) = parts(&token);
    let table = [
        ("nothing", String::new(), 0),
        ("a word", "token".into(), 0),
        ("parts joined", token.replace('.', ""), 0),
        ("no signature part", format!("{header}.{claims}"), 1),
        ("a dot before", format!(".{token}"), 3),
        ("a dot more", format!("{token}."), 3),
        ("a part more", format!("{token}.{claims}"), 3),
        ("the encrypted form", format!("{token}.."), 4),
        ("a token twice", format!("{token},{token}"), 4),
    ];
    for (attack, token, dots) in table {
        let reason = format!("Malformed(Segments {{ dots: {dots} }})");
        assert_refused_as(&reason, vec![(attack, token)]);
    }
}

#[test]
fn a_header_is_base64url_text_of_a_json_object() {
    let token = KEY.sign(&application()).unwrap();
    let (header, claims, signature) = parts(&token);
    let values = json!(["RS256", KEY.key_id(), "JWT", null]);
    let headed = |header: &str| format!("{header}.{claims}.{signature}");
    assert_refused_as(
        "Malformed(Header)",
        vec![
            ("two dots only", "..".into()),
            ("none", headed("")),
            ("no base64url", headed("!!!!")),
            ("standard base64", headed("+/+/")),
            ("some letters too few", headed(&header[1..])),
            ("no JSON", headed(&encode("x"))),
            ("a list", forge(values.to_string(), application_json().to_string())),
            ("a text", forge(json!(header).to_string(), "{}")),
            ("with the scheme", format!("Bearer {token}")),
            ("a space before", format!(" {token}")),
            ("a byte order mark", format!("\u{feff}{token}")),
            ("pictures", "\u{1F511}.\u{1F511}.\u{1F511}".into()),
        ],
    );
}

#[test]
fn a_signature_is_base64url_text() {
    let token = KEY.sign(&application()).unwrap();
    let (header, claims, _) = parts(&token);
    assert_refused_as(
        "Malformed(Signature)",
        vec![
            ("none", format!("{header}.{claims}.")),
            ("no base64url", format!("{header}.{claims}.!!!!")),
            ("standard base64", format!("{header}.{claims}.+/+/")),
            ("a space after", format!("{token} ")),
            ("a line end after", format!("{token}\n")),
            ("a zero byte after", format!("{token}\0")),
            ("a semicolon after", format!("{token};")),
        ],
    );
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
        ("unused bits", format!("{message}.{rest}{sibling}"), "Malformed(Signature)"),
    ]);
}

#[test]
fn contents_that_were_changed_are_refused() {
    let token = KEY.sign(&application()).unwrap();
    let (header, claims, signature) = parts(&token);
    let elevated = with(application_json(), "roles", json!(["Directory.ReadWrite.All"]));
    let elsewhere = with(with(application_json(), "tid", OTHER_TENANT.to_string()), "iss", issuer(OTHER_TENANT));
    let lasting = with(application_json(), "exp", i64::MAX);
    let other = KEY.sign(&delegated()).unwrap();
    let (_, other_signature) = other.rsplit_once('.').unwrap();
    let spoilt = |claims: String| format!("{header}.{}.{signature}", encode(claims));
    let signed = |signature: &[u8]| format!("{header}.{claims}.{}", encode(signature));
    assert_refused(&[
        ("more roles", spoilt(elevated.to_string()), "BadSignature"),
        ("another tenant", spoilt(elsewhere.to_string()), "BadSignature"),
        ("a longer life", spoilt(lasting.to_string()), "BadSignature"),
        ("a space more", spoilt(application_json().to_string() + " "), "BadSignature"),
        ("no claims at all", spoilt(String::new()), "BadSignature"),
        ("another token's signature", format!("{header}.{claims}.{other_signature}"), "BadSignature"),
        ("a signature of zeros", signed(&[0; 256]), "BadSignature"),
        ("a signature of ones", signed(&[0xff; 256]), "BadSignature"),
        ("the number one", signed(&[&[0; 255][..], &[1]].concat()), "BadSignature"),
        ("one byte", signed(&[0]), "BadSignature"),
        ("a byte too few", signed(&[0; 255]), "BadSignature"),
        ("a byte too many", signed(&[0; 257]), "BadSignature"),
        ("a psychic signature", signed(&[0x30, 6, 2, 1, 0, 2, 1, 0]), "BadSignature"),
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
        assert!(verifier.verify(&changed, NOW).is_err(), "changed at {position}");
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
        assert_eq!(format!("{error:?}"), format!("TooLong {{ length_bytes: {length} }}"));
    }
    let all_dots = ".".repeat(MAX_TOKEN_BYTES);
    assert_refused(&[
        ("dots", all_dots, "Malformed(Segments { dots: 8192 })"),
        ("depth", format!("{}.e30.AA", encode("[".repeat(6000))), "Malformed(Header)"),
    ]);
}

#[test]
fn no_message_repeats_the_token() {
    let secret = "attacker-chosen-text";
    let verifier = Verifier::new(settings());
    let spoilt = |name| forge(header().to_string(), with(application_json(), name, secret).to_string());
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
