//! Keys: one signs, its public half verifies.

use std::fmt;

use aws_lc_rs::encoding::{AsDer as _, Pkcs8V1Der};
use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::rsa::KeySize;
use aws_lc_rs::signature::{KeyPair as _, ParsedPublicKey, RSA_PKCS1_2048_8192_SHA256, RSA_PKCS1_SHA256, RsaKeyPair};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};

use crate::claims::Claims;
use crate::compact::ALGORITHM;
use crate::{MAX_TOKEN_BYTES, TokenError};

/// How much of the public key's SHA-256 its name keeps; 27 characters of text.
const KEY_ID_BYTES: usize = 20;

/// An RSA key that signs tokens with RS256. Everything is parsed once, so keep it and share it.
///
/// ```
/// use tokens::SigningKey;
///
/// let key = SigningKey::generate()?;
/// let loaded = SigningKey::from_pkcs8_der(key.pkcs8_der())?;
/// assert_eq!(loaded.key_id(), key.key_id());
/// # Ok::<(), tokens::TokenError>(())
/// ```
pub struct SigningKey {
    pair: RsaKeyPair,
    /// Wiped from memory when dropped.
    pkcs8: Pkcs8V1Der<'static>,
    public: VerifyingKey,
    /// The encoded header, the same for every token of this key.
    header: String,
}

/// The public half of a [`SigningKey`]: recognises what that key signed. Cheap to clone.
#[derive(Clone)]
pub struct VerifyingKey {
    id: String,
    key: ParsedPublicKey,
}

impl SigningKey {
    /// Makes a new 2048-bit RSA key; takes tens to hundreds of milliseconds.
    ///
    /// # Errors
    ///
    /// [`TokenError::KeyGeneration`] if the operating system has no randomness to give.
    pub fn generate() -> Result<Self, TokenError> {
        let pair =
            RsaKeyPair::generate(KeySize::Rsa2048).map_err(|e| TokenError::KeyGeneration { source: Box::new(e) })?;
        Self::from_pair(pair)
    }

    /// Loads a key from unencrypted PKCS#8 DER, as [`Self::pkcs8_der`] gives it. RSA keys of 2048 to 8192 bits.
    ///
    /// # Errors
    ///
    /// [`TokenError::KeyFormat`] if the bytes are anything else.
    pub fn from_pkcs8_der(der: &[u8]) -> Result<Self, TokenError> {
        let pair = RsaKeyPair::from_pkcs8(der).map_err(|e| TokenError::KeyFormat { source: Box::new(e) })?;
        Self::from_pair(pair)
    }

    fn from_pair(pair: RsaKeyPair) -> Result<Self, TokenError> {
        let pkcs8 = pair.as_der().map_err(|e| TokenError::KeyFormat { source: Box::new(e) })?;
        let public = VerifyingKey::new(pair.public_key().as_ref())?;
        let header = json!({ "typ": "JWT", "alg": ALGORITHM, "kid": public.id });
        Ok(Self { pair, pkcs8, public, header: URL_SAFE_NO_PAD.encode(header.to_string()) })
    }

    /// The private key, to be stored where only this service can read it.
    pub fn pkcs8_der(&self) -> &[u8] {
        self.pkcs8.as_ref()
    }

    /// The key's name, a digest of its public half: the same wherever the key is loaded.
    pub fn key_id(&self) -> &str {
        &self.public.id
    }

    /// The public half, for a [`crate::Verifier`].
    pub fn verifying_key(&self) -> &VerifyingKey {
        &self.public
    }

    /// The public half as a JSON Web Key (RFC 7517).
    ///
    /// ```
    /// let key = tokens::SigningKey::generate()?;
    /// assert_eq!(key.jwk()["kty"], "RSA");
    /// assert_eq!(key.jwk()["kid"], key.key_id());
    /// # Ok::<(), tokens::TokenError>(())
    /// ```
    pub fn jwk(&self) -> Value {
        let public = self.pair.public_key();
        json!({
            "kty": "RSA",
            "use": "sig",
            "alg": ALGORITHM,
            "kid": self.key_id(),
            "n": URL_SAFE_NO_PAD.encode(public.modulus().big_endian_without_leading_zero()),
            "e": URL_SAFE_NO_PAD.encode(public.exponent().big_endian_without_leading_zero()),
        })
    }

    /// Makes a token: a JWT in compact form, signed with RS256. The same claims always give the same text.
    ///
    /// # Errors
    ///
    /// [`TokenError::TooLong`] if the claims make a token that no verifier would take, and [`TokenError::Signing`] if
    /// the cryptographic library fails.
    pub fn sign(&self, claims: &Claims) -> Result<String, TokenError> {
        let claims = serde_json::to_vec(claims).map_err(|e| TokenError::Signing { source: Box::new(e) })?;
        let mut token = format!("{}.", self.header);
        URL_SAFE_NO_PAD.encode_string(claims, &mut token);

        let mut signature = vec![0; self.pair.public_modulus_len()];
        self.pair
            .sign(&RSA_PKCS1_SHA256, &SystemRandom::new(), token.as_bytes(), &mut signature)
            .map_err(|e| TokenError::Signing { source: Box::new(e) })?;
        token.push('.');
        URL_SAFE_NO_PAD.encode_string(signature, &mut token);

        match token.len() {
            0..=MAX_TOKEN_BYTES => Ok(token),
            length_bytes => Err(TokenError::TooLong { length_bytes }),
        }
    }
}

impl VerifyingKey {
    /// From the DER form of an `RSAPublicKey` (RFC 8017).
    fn new(public_key_der: &[u8]) -> Result<Self, TokenError> {
        let digest: [u8; 32] = Sha256::digest(public_key_der).into();
        let key = ParsedPublicKey::new(&RSA_PKCS1_2048_8192_SHA256, public_key_der)
            .map_err(|e| TokenError::KeyFormat { source: Box::new(e) })?;
        Ok(Self { id: URL_SAFE_NO_PAD.encode(&digest[..KEY_ID_BYTES]), key })
    }

    /// The key's name, that of its [`SigningKey`].
    pub fn key_id(&self) -> &str {
        &self.id
    }

    /// Whether this key's other half signed `message`, by RS256.
    pub(crate) fn verify(&self, message: &str, signature: &[u8]) -> Result<(), TokenError> {
        self.key.verify_sig(message.as_bytes(), signature).map_err(|_| TokenError::BadSignature)
    }
}

impl fmt::Debug for SigningKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SigningKey").field("key_id", &self.key_id()).finish_non_exhaustive()
    }
}

impl fmt::Debug for VerifyingKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("VerifyingKey").field("key_id", &self.id).finish_non_exhaustive()
    }
}

/// The public halves of some keys as a JSON Web Key Set (RFC 7517), what a `jwks_uri` answers.
///
/// ```
/// use tokens::{SigningKey, key_set};
///
/// let (old, new) = (SigningKey::generate()?, SigningKey::generate()?);
/// let set = key_set(&[&new, &old]);
/// assert_eq!(set["keys"][1]["kid"], old.key_id());
/// # Ok::<(), tokens::TokenError>(())
/// ```
pub fn key_set(keys: &[&SigningKey]) -> Value {
    json!({ "keys": keys.iter().map(|key| key.jwk()).collect::<Vec<_>>() })
}
