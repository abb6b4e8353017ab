//! What a token proves, once it is verified.

use uuid::Uuid;

use crate::claims::{APPLICATION, Claims, USER};
use crate::{CLOCK_SKEW_SECONDS, TokenError};

/// What an accepted token says of its bearer. Only a [`crate::Verifier`] makes one, so holding it is the proof.
#[derive(Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct VerifiedToken {
    /// The tenant that the bearer may act within, and no other.
    pub tenant: Uuid,
    /// Who the bearer is and what was granted.
    pub subject: Subject,
    /// The first second in which the token is valid, Unix seconds.
    pub not_before: i64,
    /// The first second in which it no longer is, Unix seconds.
    pub expires_at: i64,
    /// The token's unique id (`uti`), fit for logs and audit.
    pub unique_id: String,
}

/// The two kinds of bearer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Subject {
    /// An application that acts in its own name.
    Application {
        /// Its client id.
        app_id: Uuid,
        /// Object id of its service principal.
        object_id: Uuid,
        /// Its app roles, possibly none.
        roles: Vec<String>,
    },
    /// An application that acts in the name of a signed-in user.
    Delegated {
        /// The user's object id.
        user_id: Uuid,
        /// Client id of the application, where the token names one.
        app_id: Option<Uuid>,
        /// The delegated scopes, at least one.
        scopes: Vec<String>,
        /// Template ids of the user's directory roles, possibly none.
        directory_roles: Vec<Uuid>,
    },
}

impl VerifiedToken {
    /// Reads claims whose signature, lifetime, audience and issuer were found right.
    pub(crate) fn from_claims(claims: Claims) -> Result<Self, TokenError> {
        Ok(Self {
            tenant: claims.tid,
            not_before: claims.nbf,
            expires_at: claims.exp,
            unique_id: claims.uti.clone(),
            subject: Subject::from_claims(claims).ok_or(TokenError::NotAnAccessToken)?,
        })
    }

    /// Whether the token may be used in this second.
    pub(crate) fn check_lifetime(&self, now_unix_seconds: i64) -> Result<(), TokenError> {
        check_lifetime(self.not_before, self.expires_at, now_unix_seconds)
    }
}

impl Subject {
    /// The kind of bearer; `None` if the claims fit neither kind, or both.
    fn from_claims(claims: Claims) -> Option<Self> {
        match (claims.idtyp.as_deref(), claims.scp) {
            (Some(APPLICATION), None) => {
                Some(Self::Application { app_id: claims.appid?, object_id: claims.oid?, roles: claims.roles })
            }
            (None | Some(USER), Some(scp)) if claims.roles.is_empty() => {
                let scopes: Vec<String> = scp.split_ascii_whitespace().map(str::to_owned).collect();
                (!scopes.is_empty()).then_some(Self::Delegated {
                    user_id: claims.oid?,
                    app_id: claims.appid,
                    scopes,
                    directory_roles: claims.wids,
                })
            }
            _ => None,
        }
    }
}

/// A token is valid from `not_before` on, and until the second before `expires_at`.
pub(crate) fn check_lifetime(not_before: i64, expires_at: i64, now_unix_seconds: i64) -> Result<(), TokenError> {
    if now_unix_seconds >= expires_at.saturating_add(CLOCK_SKEW_SECONDS) {
        return Err(TokenError::Expired);
    }
    if now_unix_seconds < not_before.saturating_sub(CLOCK_SKEW_SECONDS) {
        return Err(TokenError::NotYetValid);
    }
    Ok(())
}
