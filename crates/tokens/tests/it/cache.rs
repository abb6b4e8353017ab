//! Remembering verified tokens changes how fast an answer comes, never the answer.

use std::sync::Arc;

use tokens::{Claims, Issuance, Subject, Verifier, VerifierSettings};
use uuid::Uuid;

use crate::world::*;

#[test]
fn a_token_is_verified_once_and_then_remembered() {
    let token = KEY.sign(&application()).unwrap();
    let remembering = Verifier::new(settings());
    let first = remembering.verify(&token, NOW).unwrap();
    let second = remembering.verify(&token, NOW + 1).unwrap();
    assert!(Arc::ptr_eq(&first, &second));

    let forgetting = Verifier::without_cache(settings());
    let first = forgetting.verify(&token, NOW).unwrap();
    let second = forgetting.verify(&token, NOW).unwrap();
    assert!(!Arc::ptr_eq(&first, &second));
    assert_eq!(first, second);
}

#[test]
fn a_remembered_token_is_refused_outside_its_lifetime() {
    let token = KEY.sign(&application()).unwrap();
    let verifier = Verifier::new(settings());
    let verdict = |now| match verifier.verify(&token, now) {
        Ok(_) => "ok".to_owned(),
        Err(error) => format!("{error:?}"),
    };
    // The clock may also be set back.
    let table = [
        (NOW, "ok"),
        (NOW + HOUR - 1, "ok"),
        (NOW + HOUR, "Expired"),
        (i64::MAX, "Expired"),
        (NOW + 1, "ok"),
        (NOW - 1, "NotYetValid"),
        (NOW, "ok"),
    ];
    for (now, expected) in table {
        assert_eq!(verdict(now), expected, "at {now}");
    }
}

#[test]
fn a_refusal_is_not_remembered() {
    let token = KEY.sign(&application()).unwrap();
    let verifier = Verifier::new(settings());
    assert!(verifier.verify(&token, NOW - 1).is_err());
    assert!(verifier.verify(&token, NOW).is_ok());
}

#[test]
fn tokens_are_not_mixed_up() {
    let verifier = Verifier::new(settings());
    let tokens: Vec<(Uuid, String)> = (1..=50)
        .map(|number| {
            let tenant = Uuid::from_u128(number);
            let issuance = Issuance { tenant, issuer: issuer(tenant), ..issuance() };
            let mut grant = application_grant();
            grant.object_id = tenant;
            (tenant, KEY.sign(&Claims::application(issuance, grant)).unwrap())
        })
        .collect();
    for _ in 0..3 {
        for (tenant, token) in &tokens {
            let verified = verifier.verify(token, NOW).unwrap();
            assert_eq!(verified.tenant, *tenant);
            assert!(matches!(verified.subject, Subject::Application { object_id, .. } if object_id == *tenant));
        }
    }
}

#[test]
fn a_remembered_token_does_not_vouch_for_a_spoilt_copy() {
    let token = KEY.sign(&application()).unwrap();
    let verifier = Verifier::new(settings());
    assert!(verifier.verify(&token, NOW).is_ok());

    let (message, _) = token.rsplit_once('.').unwrap();
    let spoilt = format!("{message}.{}", encode([0; 256]));
    assert!(verifier.verify(&spoilt, NOW).is_err());
    assert!(verifier.verify(&token, NOW).is_ok());
}

#[test]
fn a_token_dies_with_its_key() {
    let token = KEY.sign(&application()).unwrap();
    assert!(Verifier::new(settings()).verify(&token, NOW).is_ok());

    let rotated = Verifier::new(VerifierSettings { keys: vec![FOREIGN_KEY.verifying_key().clone()], ..settings() });
    let error = rotated.verify(&token, NOW).unwrap_err();
    assert_eq!(format!("{error:?}"), "UnknownKey");
}

#[test]
fn both_keys_count_while_one_replaces_the_other() {
    let verifier = Verifier::new(VerifierSettings {
        keys: vec![KEY.verifying_key().clone(), FOREIGN_KEY.verifying_key().clone()],
        ..settings()
    });
    for key in [&KEY, &FOREIGN_KEY] {
        let token = key.sign(&application()).unwrap();
        assert!(verifier.verify(&token, NOW).is_ok(), "{}", key.key_id());
    }
}

#[test]
fn threads_share_a_verifier() {
    let verifier = Verifier::new(settings());
    let token = KEY.sign(&delegated()).unwrap();
    std::thread::scope(|scope| {
        for _ in 0..4 {
            scope.spawn(|| {
                for _ in 0..100 {
                    assert!(verifier.verify(&token, NOW).is_ok());
                    assert!(verifier.verify(&token, NOW + HOUR).is_err());
                }
            });
        }
    });
}
