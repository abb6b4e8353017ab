//! From the text of a token to what it proves.

use std::collections::HashMap;
use std::fmt;
use std::sync::Arc;

use quick_cache::sync::Cache;
use sha2::{Digest as _, Sha256};

use crate::claims::Claims;
use crate::compact::Compact;
use crate::verified::{VerifiedToken, check_lifetime};
use crate::{IssuerTemplate, MAX_TOKEN_BYTES, TokenError, VERIFIED_TOKENS_CACHED_MAX, VerifyingKey};

/// What a [`Verifier`] accepts.
#[derive(Clone, Debug)]
pub struct VerifierSettings {
    /// Names of the resource; a token's `aud` must be one of them, to the letter.
    pub audiences: Vec<String>,
    /// Forms of the authorities' names; a token's `iss` must be one of them, filled with the token's own tenant.
    pub issuers: Vec<IssuerTemplate>,
    /// The keys that count. A token names the one that signed it.
    pub keys: Vec<VerifyingKey>,
}

/// Verifies access tokens. Share one among all threads.
///
/// A token that was accepted is remembered by the SHA-256 of its text, so that its signature is not computed again;
/// its lifetime is still checked each time. To add or remove a key, make a new verifier: what the old one remembers
/// goes with it.
pub struct Verifier {
    audiences: Vec<String>,
    issuers: Vec<IssuerTemplate>,
    keys: HashMap<String, VerifyingKey>,
    cache: Option<Cache<[u8; 32], Arc<VerifiedToken>>>,
}

impl Verifier {
    /// A verifier that remembers up to [`VERIFIED_TOKENS_CACHED_MAX`] tokens.
    pub fn new(settings: VerifierSettings) -> Self {
        Self { cache: Some(Cache::new(VERIFIED_TOKENS_CACHED_MAX)), ..Self::without_cache(settings) }
    }

    /// A verifier that remembers nothing and computes every signature, for tests and measurements.
    pub fn without_cache(settings: VerifierSettings) -> Self {
        Self {
            audiences: settings.audiences,
            issuers: settings.issuers,
            keys: settings.keys.into_iter().map(|key| (key.key_id().to_owned(), key)).collect(),
            cache: None,
        }
    }

    /// Accepts a token in the second `now_unix_seconds`, or says why not.
    ///
    /// # Errors
    ///
    /// The first that applies, in this order: [`TokenError::TooLong`], [`TokenError::Malformed`] (form and header),
    /// [`TokenError::WrongAlgorithm`], [`TokenError::NotAnAccessToken`] (by `typ`), [`TokenError::UnknownKey`],
    /// [`TokenError::BadSignature`], [`TokenError::Malformed`] (claims), [`TokenError::Expired`],
    /// [`TokenError::NotYetValid`], [`TokenError::WrongAudience`], [`TokenError::WrongIssuer`],
    /// [`TokenError::NotAnAccessToken`] (by claims).
    pub fn verify(&self, token: &str, now_unix_seconds: i64) -> Result<Arc<VerifiedToken>, TokenError> {
        if token.len() > MAX_TOKEN_BYTES {
            return Err(TokenError::TooLong { length_bytes: token.len() });
        }
        let Some(cache) = &self.cache else {
            return self.verify_afresh(token, now_unix_seconds).map(Arc::new);
        };
        let digest: [u8; 32] = Sha256::digest(token).into();
        if let Some(known) = cache.get(&digest) {
            known.check_lifetime(now_unix_seconds)?;
            return Ok(known);
        }
        let verified = Arc::new(self.verify_afresh(token, now_unix_seconds)?);
        cache.insert(digest, Arc::clone(&verified));
        Ok(verified)
    }

    fn verify_afresh(&self, token: &str, now_unix_seconds: i64) -> Result<VerifiedToken, TokenError> {
        let compact = Compact::parse(token)?;
        self.keys.get(&compact.key_id).ok_or(TokenError::UnknownKey)?.verify(compact.signed, &compact.signature)?;

        let claims: Claims = compact.claims()?;
        check_lifetime(claims.nbf, claims.exp, now_unix_seconds)?;
        if !self.audiences.contains(&claims.aud) {
            return Err(TokenError::WrongAudience);
        }
        if !self.is_issuer(&claims) {
            return Err(TokenError::WrongIssuer);
        }
        VerifiedToken::from_claims(claims)
    }

    fn is_issuer(&self, claims: &Claims) -> bool {
        self.issuers.iter().any(|template| template.is_issuer_of(&claims.iss, claims.tid))
    }
}

impl fmt::Debug for Verifier {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Verifier")
            .field("audiences", &self.audiences)
            .field("issuers", &self.issuers)
            .field("keys", &self.keys)
            .finish_non_exhaustive()
    }
}
