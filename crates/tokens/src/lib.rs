//! OAuth 2.0 access tokens: claims, signing, verification, key sets.
//!
//! The crate is pure: the present time, the keys and the unique ids are arguments. It opens no file and no socket,
//! asks no clock, and knows nothing of HTTP. Time is always Unix time in whole seconds.
//!
//! * [`Claims`] says what a token states; its two constructors name the two kinds of token.
//! * [`SigningKey`] makes tokens, [`key_set`] publishes the keys.
//! * [`Verifier`] turns the text of a token into a [`VerifiedToken`], or says why not ([`TokenError`]).
//!
//! What never happens here: the algorithm is never taken from the token (a key is an RS256 key and nothing else), a
//! key is never taken from the token (`jwk`, `jku`, `x5u`, `x5c` are not read), and a failure is never remembered.
//!
//! ```
//! use tokens::{ApplicationGrant, Claims, IssuerTemplate, Issuance, SigningKey, Subject, Verifier, VerifierSettings};
//! use uuid::Uuid;
//!
//! # fn main() -> Result<(), tokens::TokenError> {
//! let key = SigningKey::generate()?;
//! let authority = IssuerTemplate::parse("https://sts.windows.net/{tenant}/")?;
//! let verifier = Verifier::new(VerifierSettings {
//!     audiences: vec!["https://graph.microsoft.com".to_owned()],
//!     issuers: vec![authority.clone()],
//!     keys: vec![key.verifying_key().clone()],
//! });
//!
//! let tenant = Uuid::from_u128(1);
//! let now = 1_900_000_000;
//! let token = key.sign(&Claims::application(
//!     Issuance {
//!         issuer: authority.issuer(tenant),
//!         audience: "https://graph.microsoft.com".to_owned(),
//!         tenant,
//!         issued_at: now,
//!         not_before: now,
//!         expires_at: now + 3600,
//!         unique_id: Uuid::from_u128(2),
//!     },
//!     ApplicationGrant {
//!         app_id: Uuid::from_u128(3),
//!         app_display_name: "Nightly licence run".to_owned(),
//!         object_id: Uuid::from_u128(4),
//!         roles: vec!["LicenseAssignment.ReadWrite.All".to_owned()],
//!     },
//! ))?;
//!
//! let verified = verifier.verify(&token, now + 1)?;
//! assert_eq!(verified.tenant, tenant);
//! assert!(matches!(verified.subject, Subject::Application { .. }));
//! # Ok(())
//! # }
//! ```

#![deny(missing_docs)]

mod claims;
mod compact;
mod error;
mod issuer;
mod key;
mod strict_json;
mod verified;
mod verifier;

pub use claims::{ApplicationGrant, Claims, DelegatedGrant, Issuance};
pub use error::{Defect, TokenError};
pub use issuer::IssuerTemplate;
pub use key::{SigningKey, VerifyingKey, key_set};
pub use verified::{Subject, VerifiedToken};
pub use verifier::{Verifier, VerifierSettings};

/// The longest access token that is made or read, in bytes of its text.
pub const MAX_TOKEN_BYTES: usize = 8 * 1024;

/// How far, in seconds, a token may be past its expiry or ahead of its start and still be accepted.
///
/// Zero: tokens are made and read by the same service, and tests that mint an expired token mean it.
pub const CLOCK_SKEW_SECONDS: i64 = 0;

/// How many verified tokens a [`Verifier`] remembers, unless it is told otherwise.
pub const VERIFIED_TOKENS_CACHED_MAX: usize = 16_384;
