//! A token that this authority made is accepted, and says what was put into it.

use jsonwebtoken::{Algorithm, DecodingKey, Validation, jwk::Jwk};
use serde_json::{Value, json};
use tokens::{Claims, Issuance, IssuerTemplate, MAX_TOKEN_BYTES, Subject, TokenError, Verifier};
use uuid::Uuid;

use crate::world::*;

#[test]
fn an_application_token_names_the_application_and_its_roles() {
    let token = KEY.sign(&application()).unwrap();
    let verified = Verifier::new(settings()).verify(&token, NOW).unwrap();

    assert_eq!(verified.tenant, TENANT);
    assert_eq!(verified.not_before, NOW);
    assert_eq!(verified.expires_at, NOW + HOUR);
    assert_eq!(verified.unique_id, application().uti);
    assert_eq!(
        verified.subject,
        Subject::Application {
            app_id: APP,
            object_id: SERVICE_PRINCIPAL,
            roles: vec!["LicenseAssignment.ReadWrite.All".to_owned(), "User.Read.All".to_owned()],
        }
    );
}

#[test]
fn an_application_without_roles_is_known_but_has_none() {
    let mut claims = application();
    claims.roles.clear();
    let token = KEY.sign(&claims).unwrap();
    let verified = Verifier::new(settings()).verify(&token, NOW).unwrap();
    assert!(matches!(&verified.subject, Subject::Application { roles, .. } if roles.is_empty()));
}

#[test]
fn a_delegated_token_names_the_user_the_scopes_and_the_directory_roles() {
    let token = KEY.sign(&delegated()).unwrap();
    let verified = Verifier::new(settings()).verify(&token, NOW).unwrap();
    assert_eq!(
        verified.subject,
        Subject::Delegated {
            user_id: USER,
            app_id: Some(APP),
            scopes: vec!["User.Read".to_owned(), "Group.ReadWrite.All".to_owned()],
            directory_roles: vec![LICENSE_ADMINISTRATOR],
        }
    );
}

#[test]
fn a_delegated_token_needs_neither_application_nor_directory_roles() {
    let mut grant = delegated_grant();
    grant.app_id = None;
    grant.directory_roles.clear();
    let token = KEY.sign(&Claims::delegated(issuance(), grant)).unwrap();
    let verified = Verifier::new(settings()).verify(&token, NOW).unwrap();
    assert!(matches!(
        &verified.subject,
        Subject::Delegated { app_id: None, directory_roles, .. } if directory_roles.is_empty()
    ));
}

#[test]
fn claims_have_microsofts_names_and_empty_ones_are_left_out() {
    assert_eq!(
        application_json(),
        json!({
            "aud": "https://graph.microsoft.com",
            "iss": "https://sts.windows.net/00000000-0000-0000-0000-0000000000a1/",
            "iat": NOW, "nbf": NOW, "exp": NOW + HOUR,
            "app_displayname": "Nightly licence run",
            "appid": APP, "azp": APP, "idtyp": "app", "oid": SERVICE_PRINCIPAL,
            "roles": ["LicenseAssignment.ReadWrite.All", "User.Read.All"],
            "sub": SERVICE_PRINCIPAL.to_string(), "tid": TENANT,
            "uti": "AAAAAAAAAAAAAAAAAAAA8A", "ver": "1.0",
        })
    );
    assert_eq!(
        delegated_json(),
        json!({
            "aud": "https://graph.microsoft.com",
            "iss": "https://sts.windows.net/00000000-0000-0000-0000-0000000000a1/",
            "iat": NOW, "nbf": NOW, "exp": NOW + HOUR,
            "app_displayname": "Command line",
            "appid": APP, "azp": APP, "idtyp": "user", "name": "Ada Lovelace", "oid": USER,
            "scp": "User.Read Group.ReadWrite.All",
            "sub": USER.to_string(), "tid": TENANT,
            "unique_name": "ada@contoso.example", "upn": "ada@contoso.example",
            "uti": "AAAAAAAAAAAAAAAAAAAA8A", "ver": "1.0", "wids": [LICENSE_ADMINISTRATOR],
        })
    );
}

#[test]
fn every_audience_and_issuer_form_is_accepted() {
    let verifier = Verifier::new(settings());
    for audience in AUDIENCES {
        for (template, version) in ISSUERS.into_iter().zip(["1.0", "2.0"]) {
            let issuer = IssuerTemplate::parse(template).unwrap().issuer(TENANT);
            let claims = Claims::application(
                Issuance { issuer, audience: audience.to_owned(), ..issuance() },
                application_grant(),
            );
            assert_eq!(claims.ver, version);
            let token = KEY.sign(&claims).unwrap();
            assert!(verifier.verify(&token, NOW).is_ok(), "{audience} {template}");
        }
    }
}

#[test]
fn a_token_is_valid_from_its_first_second_until_before_its_expiry() {
    let token = KEY.sign(&application()).unwrap();
    let table = [
        (i64::MIN, "NotYetValid"),
        (NOW - 1, "NotYetValid"),
        (NOW, "ok"),
        (NOW + HOUR - 1, "ok"),
        (NOW + HOUR, "Expired"),
        (i64::MAX, "Expired"),
    ];
    for (now, expected) in table {
        let verdict = Verifier::without_cache(settings()).verify(&token, now);
        let verdict = verdict.map_or_else(|error| format!("{error:?}"), |_| "ok".to_owned());
        assert_eq!(verdict, expected, "at {now}");
    }
}

#[test]
fn two_tokens_of_the_same_second_differ_by_their_unique_id() {
    let other = Issuance { unique_id: Uuid::from_u128(0xF1), ..issuance() };
    let other = Claims::application(other, application_grant());
    assert_ne!(KEY.sign(&application()).unwrap(), KEY.sign(&other).unwrap());
}

#[test]
fn an_independent_implementation_reads_our_tokens_with_our_published_key() {
    let jwk: Jwk = serde_json::from_value(KEY.jwk()).unwrap();
    let mut validation = Validation::new(Algorithm::RS256);
    validation.validate_exp = false;
    validation.set_audience(&[GRAPH]);
    validation.set_issuer(&[issuer(TENANT)]);

    let token = KEY.sign(&delegated()).unwrap();
    let key = DecodingKey::from_jwk(&jwk).unwrap();
    let read = jsonwebtoken::decode::<Value>(&token, &key, &validation).unwrap();

    assert_eq!(read.claims, delegated_json());
    assert_eq!(read.header.kid.as_deref(), Some(KEY.key_id()));
    assert_eq!(read.header.typ.as_deref(), Some("JWT"));
    assert_eq!(jwk.common.key_id.as_deref(), Some(KEY.key_id()));
}

#[test]
fn the_longest_token_is_accepted_and_a_longer_one_neither_made_nor_read() {
    let padded = |length: usize| {
        let claims = with(application_json(), "padding", "x".repeat(length));
        forge(header().to_string(), claims.to_string())
    };
    // Three more characters of claims are four more of token.
    let unpadded = padded(0).len();
    let token = padded((MAX_TOKEN_BYTES - unpadded) / 4 * 3);
    assert!(token.len() <= MAX_TOKEN_BYTES);
    assert!(token.len() > MAX_TOKEN_BYTES - 4);
    assert!(Verifier::new(settings()).verify(&token, NOW).is_ok());

    let mut claims = application();
    claims.roles = vec!["LicenseAssignment.ReadWrite.All".to_owned(); 1000];
    assert!(matches!(
        KEY.sign(&claims),
        Err(TokenError::TooLong { length_bytes }) if length_bytes > MAX_TOKEN_BYTES
    ));
}
