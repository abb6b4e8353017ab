//! Client secrets: kept as salted hashes only.

use argon2::password_hash::{PasswordHasher, PasswordVerifier, phc::PasswordHash};
use argon2::{Algorithm, Argon2, Params, Version};

/// Memory that checking a hash made elsewhere may take; hashes made here take 19 MiB.
const MEMORY_KIB_MAX: u32 = 256 * 1_024;
/// Passes over that memory; hashes made here take 2.
const PASSES_MAX: u32 = 32;
/// Parallel lanes; hashes made here have 1.
const LANES_MAX: u32 = 16;

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

/// Whether a text is an Argon2 hash as [`hash`] makes them, and cheap enough to check a secret against.
#[must_use]
pub fn is_hash(text: &str) -> bool {
    PasswordHash::new(text).is_ok_and(|hash| {
        let is_complete = hash.salt.is_some() && hash.hash.is_some();
        let is_known = Algorithm::try_from(hash.algorithm.as_str()).is_ok()
            && hash.version.is_none_or(|version| Version::try_from(version).is_ok());
        let is_cheap = Params::try_from(&hash).is_ok_and(|params| {
            params.m_cost() <= MEMORY_KIB_MAX && params.t_cost() <= PASSES_MAX && params.p_cost() <= LANES_MAX
        });
        is_complete && is_known && is_cheap
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_hash_is_told_from_what_is_none() {
        let hashed = hash("secret").unwrap();
        assert!(is_hash(&hashed) && matches("secret", &hashed), "{hashed}");
        let parts: Vec<&str> = hashed.split('$').collect();
        let without_output = parts[..5].join("$");
        for wrong in [
            "",
            "secret",
            "$argon2id$",
            &without_output,
            &hashed.replace("argon2id", "scrypt"),
            &hashed.replace("v=19", "v=18"),
            &hashed.replace("m=19456", "m=4000000"),
            &hashed.replace("t=2", "t=2000"),
            &hashed.replace("p=1", "p=200"),
            &format!("{hashed}!"),
        ] {
            assert!(!is_hash(wrong), "{wrong}");
        }
    }
}
