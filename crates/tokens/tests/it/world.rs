//! The tenant, keys and tokens that the tests share, and a forge for hostile ones.

use std::sync::LazyLock;

use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::signature::{RSA_PKCS1_SHA256, RsaEncoding, RsaKeyPair};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::{Value, json};
use tokens::{
    ApplicationGrant, Claims, DelegatedGrant, Issuance, IssuerTemplate, SigningKey, Verifier, VerifierSettings,
};
use uuid::Uuid;

pub(crate) const NOW: i64 = 1_900_000_000;
pub(crate) const HOUR: i64 = 3600;
pub(crate) const TENANT: Uuid = Uuid::from_u128(0xA1);
pub(crate) const OTHER_TENANT: Uuid = Uuid::from_u128(0xA2);
pub(crate) const APP: Uuid = Uuid::from_u128(0xB1);
pub(crate) const SERVICE_PRINCIPAL: Uuid = Uuid::from_u128(0xB2);
pub(crate) const USER: Uuid = Uuid::from_u128(0xC1);
pub(crate) const LICENSE_ADMINISTRATOR: Uuid = Uuid::from_u128(0x4d6ac14f_3453_41d0_bef9_a3e0c569773a);
pub(crate) const GRAPH: &str = "https://graph.microsoft.com";
pub(crate) const AUDIENCES: [&str; 4] =
    [GRAPH, "https://graph.microsoft.com/", "00000003-0000-0000-c000-000000000000", "http://127.0.0.1:8080"];
pub(crate) const ISSUERS: [&str; 2] =
    ["https://sts.windows.net/{tenant}/", "https://login.microsoftonline.com/{tenant}/v2.0"];

/// The authority's own key.
pub(crate) static KEY: LazyLock<SigningKey> = LazyLock::new(|| SigningKey::generate().unwrap());
/// A key that the verifier does not hold.
pub(crate) static FOREIGN_KEY: LazyLock<SigningKey> = LazyLock::new(|| SigningKey::generate().unwrap());

pub(crate) fn settings() -> VerifierSettings {
    VerifierSettings {
        audiences: AUDIENCES.map(str::to_owned).to_vec(),
        issuers: ISSUERS.map(|template| IssuerTemplate::parse(template).unwrap()).to_vec(),
        keys: vec![KEY.verifying_key().clone()],
    }
}

pub(crate) fn issuance() -> Issuance {
    Issuance {
        issuer: issuer(TENANT),
        audience: GRAPH.to_owned(),
        tenant: TENANT,
        issued_at: NOW,
        not_before: NOW,
        expires_at: NOW + HOUR,
        unique_id: Uuid::from_u128(0xF0),
    }
}

pub(crate) fn issuer(tenant: Uuid) -> String {
    IssuerTemplate::parse(ISSUERS[0]).unwrap().issuer(tenant)
}

pub(crate) fn application_grant() -> ApplicationGrant {
    ApplicationGrant {
        app_id: APP,
        app_display_name: "Nightly licence run".to_owned(),
        object_id: SERVICE_PRINCIPAL,
        roles: vec!["LicenseAssignment.ReadWrite.All".to_owned(), "User.Read.All".to_owned()],
    }
}

pub(crate) fn delegated_grant() -> DelegatedGrant {
    DelegatedGrant {
        user_id: USER,
        user_principal_name: "ada@contoso.example".to_owned(),
        display_name: "Ada Lovelace".to_owned(),
        app_id: Some(APP),
        app_display_name: Some("Command line".to_owned()),
        scopes: vec!["User.Read".to_owned(), "Group.ReadWrite.All".to_owned()],
        directory_roles: vec![LICENSE_ADMINISTRATOR],
    }
}

pub(crate) fn application() -> Claims {
    Claims::application(issuance(), application_grant())
}

pub(crate) fn delegated() -> Claims {
    Claims::delegated(issuance(), delegated_grant())
}

/// The header of a genuine token.
pub(crate) fn header() -> Value {
    json!({ "typ": "JWT", "alg": "RS256", "kid": KEY.key_id() })
}

/// A JSON object with one member set.
pub(crate) fn with(mut object: Value, name: &str, value: impl Into<Value>) -> Value {
    object[name] = value.into();
    object
}

/// A JSON object with one member gone.
pub(crate) fn without(mut object: Value, name: &str) -> Value {
    object.as_object_mut().unwrap().shift_remove(name).unwrap();
    object
}

pub(crate) fn encode(part: impl AsRef<[u8]>) -> String {
    URL_SAFE_NO_PAD.encode(part)
}

/// A token with any header and claims whatever, properly signed with the authority's own key.
pub(crate) fn forge(header: impl AsRef<[u8]>, claims: impl AsRef<[u8]>) -> String {
    forge_with(&KEY, &RSA_PKCS1_SHA256, header, claims)
}

/// The same with any key and padding.
pub(crate) fn forge_with(
    key: &SigningKey,
    padding: &'static dyn RsaEncoding,
    header: impl AsRef<[u8]>,
    claims: impl AsRef<[u8]>,
) -> String {
    let message = format!("{}.{}", encode(header), encode(claims));
    let pair = RsaKeyPair::from_pkcs8(key.pkcs8_der()).unwrap();
    let mut signature = vec![0; pair.public_modulus_len()];
    pair.sign(padding, &SystemRandom::new(), message.as_bytes(), &mut signature).unwrap();
    format!("{message}.{}", encode(signature))
}

/// Genuine application claims as JSON, to be spoilt.
pub(crate) fn application_json() -> Value {
    serde_json::to_value(application()).unwrap()
}

/// Genuine delegated claims as JSON, to be spoilt.
pub(crate) fn delegated_json() -> Value {
    serde_json::to_value(delegated()).unwrap()
}

/// A token with these claims, genuinely signed.
pub(crate) fn claiming(claims: Value) -> String {
    forge(header().to_string(), claims.to_string())
}

/// A token whose claims are this text, genuinely signed.
pub(crate) fn claiming_text(claims: impl AsRef<[u8]>) -> String {
    forge(header().to_string(), claims)
}

/// An application token with one claim changed.
pub(crate) fn app_with(name: &str, value: impl Into<Value>) -> String {
    claiming(with(application_json(), name, value))
}

/// An application token with one claim gone.
pub(crate) fn app_without(name: &str) -> String {
    claiming(without(application_json(), name))
}

/// Fails unless every token of the table is refused for its reason (the error's `Debug` form), with and without a
/// cache, at the first attempt and when it is tried again.
pub(crate) fn assert_refused(table: &[(&str, String, &str)]) {
    for verifier in [Verifier::new(settings()), Verifier::without_cache(settings())] {
        for (attack, token, reason) in table {
            for attempt in ["first", "second"] {
                match verifier.verify(token, NOW) {
                    Ok(accepted) => panic!("{attack}: accepted at {attempt} attempt: {accepted:?}"),
                    Err(error) => assert_eq!(format!("{error:?}"), *reason, "{attack}: {error}"),
                }
            }
        }
    }
}

/// The same for tokens that are all refused for one reason.
pub(crate) fn assert_refused_as(reason: &str, table: Vec<(&str, String)>) {
    let table: Vec<_> = table.into_iter().map(|(attack, token)| (attack, token, reason)).collect();
    assert_refused(&table);
}
