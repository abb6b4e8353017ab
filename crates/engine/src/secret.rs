//! Client secrets: kept as salted hashes only.

use argon2::Argon2;
use argon2::password_hash::{PasswordHasher, PasswordVerifier, phc::PasswordHash};

/// A secret could not be hashed.
#[derive(Debug, thiserror::Error)]
#[error("could not hash a client secret: {0}")]
pub struct HashError(String);

/// The hash of a secret, with a salt of its own, as a PHC string.
///
/// # Errors
/// When the secret is too long to hash.
pub fn hash(secret: &str) -> Result<String, HashError> {
    Argon2::default()
        .hash_password(secret.as_bytes())
        .map(|hash| hash.to_string())
        .map_err(|e| HashError(e.to_string()))
}

/// Whether a secret is the hashed one. Takes about 20 ms of processor time, so not on a thread that others wait for.
#[must_use]
pub fn matches(secret: &str, hash: &str) -> bool {
    PasswordHash::new(hash).is_ok_and(|hash| Argon2::default().verify_password(secret.as_bytes(), &hash).is_ok())
}
