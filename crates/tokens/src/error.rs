//! Everything that can go wrong with a token or a key.

use std::error::Error;
use std::fmt;

use crate::MAX_TOKEN_BYTES;

/// The cause beneath a [`TokenError`] about a key; its type is the cryptographic library's own affair.
type Cause = Box<dyn Error + Send + Sync>;

/// Why a token was not made or not accepted, or why a key is of no use.
///
/// No message repeats anything from the token, so every one of them may be logged and sent to the caller.
#[derive(Debug, thiserror::Error)]
pub enum TokenError {
    /// The token exceeds [`MAX_TOKEN_BYTES`]; nothing else of it was looked at.
    #[error("could not handle the access token: it has {length_bytes} bytes, {MAX_TOKEN_BYTES} is the limit")]
    TooLong {
        /// Length of the token's text.
        length_bytes: usize,
    },
    /// The text is not a signed JWT of the expected shape.
    #[error("could not read the access token: {0}")]
    Malformed(Defect),
    /// The header asks for something else than RS256, or for nothing.
    #[error("could not verify the access token: its header does not name RS256, the only algorithm in use")]
    WrongAlgorithm,
    /// The header names no key, or one that the verifier does not hold.
    #[error("could not verify the access token: its header does not name a key of this authority")]
    UnknownKey,
    /// The signature was not made with the key that the header names.
    #[error("could not verify the access token: its signature does not belong to its contents")]
    BadSignature,
    /// The token's `exp` is now or in the past.
    #[error("could not accept the access token: it has expired")]
    Expired,
    /// The token's `nbf` is in the future.
    #[error("could not accept the access token: it is not valid yet")]
    NotYetValid,
    /// The token is meant for somebody else.
    #[error("could not accept the access token: it was issued for another audience")]
    WrongAudience,
    /// The token does not come from an accepted authority, or from one of another tenant.
    #[error("could not accept the access token: its issuer is not an authority of the token's tenant")]
    WrongIssuer,
    /// The signed token is genuine, but speaks neither for an application nor for a user who delegates: an ID
    /// token, for example.
    #[error("could not accept the token: it is not an access token of an application or of a signed-in user")]
    NotAnAccessToken,
    /// An issuer template does not contain `{tenant}` exactly once.
    #[error("could not use the issuer template '{template}': it must contain {{tenant}} once")]
    IssuerFormat {
        /// The template as it was given.
        template: String,
    },
    /// No new key could be made.
    #[error("could not generate an RSA signing key")]
    KeyGeneration {
        /// What the cryptographic library reported.
        source: Cause,
    },
    /// The bytes are not a usable RSA private key.
    #[error("could not load the signing key: it is not an RSA private key in PKCS#8 DER form")]
    KeyFormat {
        /// What the cryptographic library reported.
        source: Cause,
    },
    /// A token could not be made.
    #[error("could not sign the access token")]
    Signing {
        /// What the JSON writer or the cryptographic library reported.
        source: Cause,
    },
}

/// What is wrong with the shape of a token's text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Defect {
    /// Not three parts separated by two dots.
    Segments {
        /// How many dots there are.
        dots: usize,
    },
    /// The first part is not base64url text of a JSON object with unique names and known types.
    Header,
    /// The header declares extensions as critical (`crit`); none is implemented.
    CriticalHeader,
    /// The second part is not base64url text of a JSON object with unique names and all claims of an access token.
    Claims,
    /// The third part is empty or not base64url text.
    Signature,
}

impl fmt::Display for Defect {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Segments { dots: 0 } => f.write_str("there are no dots in it"),
            Self::Segments { dots } => write!(f, "it has {dots} dots, expected were 2"),
            Self::Header => {
                f.write_str("its header is not base64url text of a JSON object with unique names and known types")
            }
            Self::CriticalHeader => f.write_str("its header asks for critical extensions, none is implemented"),
            Self::Claims => f.write_str(
                "its claims are not base64url text of a JSON object with unique names and all that an access token \
                 states",
            ),
            Self::Signature => f.write_str("its signature is empty or not base64url text"),
        }
    }
}
