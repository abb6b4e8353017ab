//! The compact form of a signed JWT: `header.claims.signature`, each base64url text without padding.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::Deserialize;
use serde::de::{DeserializeOwned, IgnoredAny};

use crate::{Defect, TokenError, strict_json};

/// The one algorithm, as `alg` names it.
pub(crate) const ALGORITHM: &str = "RS256";

/// Values of `typ` that an access token may have, compared without case; it may also have none.
const TYPES: [&str; 3] = ["JWT", "at+jwt", "application/at+jwt"];

/// A token taken apart, nothing of it believed yet.
pub(crate) struct Compact<'a> {
    /// What the signature is about: header and claims with the dot between.
    pub(crate) signed: &'a str,
    /// Still encoded: claims are not read before the signature was verified.
    claims: &'a str,
    /// Name of the key that is said to have signed.
    pub(crate) key_id: String,
    /// The decoded signature.
    pub(crate) signature: Vec<u8>,
}

/// The members of the header that are looked at. All others, those with keys in them above all, are skipped.
#[derive(Deserialize)]
struct Header {
    alg: Option<String>,
    kid: Option<String>,
    typ: Option<String>,
    crit: Option<IgnoredAny>,
}

impl<'a> Compact<'a> {
    /// Takes a token apart and checks what its header asks for.
    pub(crate) fn parse(token: &'a str) -> Result<Self, TokenError> {
        let malformed = |defect| TokenError::Malformed(defect);
        let dots = token.bytes().filter(|byte| *byte == b'.').count();
        let (signed, signature) = token.rsplit_once('.').ok_or(malformed(Defect::Segments { dots }))?;
        let (header, claims) =
            signed.split_once('.').filter(|_| dots == 2).ok_or(malformed(Defect::Segments { dots }))?;

        let header: Header = decode_object(header).ok_or(malformed(Defect::Header))?;
        if header.crit.is_some() {
            return Err(malformed(Defect::CriticalHeader));
        }
        if header.alg.is_none_or(|algorithm| algorithm != ALGORITHM) {
            return Err(TokenError::WrongAlgorithm);
        }
        if header.typ.is_some_and(|typ| !is_access_token_type(&typ)) {
            return Err(TokenError::NotAnAccessToken);
        }
        let signature = URL_SAFE_NO_PAD
            .decode(signature)
            .ok()
            .filter(|signature| !signature.is_empty())
            .ok_or(malformed(Defect::Signature))?;

        Ok(Self { signed, claims, key_id: header.kid.ok_or(TokenError::UnknownKey)?, signature })
    }

    /// Reads the claims; to be called once the signature is known to be right.
    pub(crate) fn claims<T: DeserializeOwned>(&self) -> Result<T, TokenError> {
        decode_object(self.claims).ok_or(TokenError::Malformed(Defect::Claims))
    }
}

fn decode_object<T: DeserializeOwned>(segment: &str) -> Option<T> {
    strict_json::read_object(&URL_SAFE_NO_PAD.decode(segment).ok()?)
}

fn is_access_token_type(typ: &str) -> bool {
    TYPES.iter().any(|known| known.eq_ignore_ascii_case(typ))
}
