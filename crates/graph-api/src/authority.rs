//! The token authority: who issues tokens, for what, and the endpoints that hand them out.
//!
//! Issuers have fixed names, the same as Microsoft's, so that a token verifies wherever it was made: at the
//! token endpoint, on another node, or on the command line where no URL is known.

mod endpoints;
mod failure;
mod form;
mod instance;
mod keys;
mod openid_configuration;
mod token;

pub(crate) use endpoints::{Authority, serve};
pub(crate) use token::SECRET_CHECKS_AT_ONCE_MAX;

use licensing::directory::Application;
use licensing::ids::TenantId;
use tokens::{ApplicationGrant, Claims, Issuance, IssuerTemplate, SigningKey, TokenError, Verifier, VerifierSettings};
use uuid::Uuid;

/// The resource that tokens are for: Microsoft Graph.
pub const GRAPH_RESOURCE: &str = "https://graph.microsoft.com";
/// Application id of Microsoft Graph, which names the same resource.
pub const GRAPH_APP_ID: &str = "00000003-0000-0000-c000-000000000000";
/// All audiences that a token may have.
pub const AUDIENCES: [&str; 3] = [GRAPH_RESOURCE, "https://graph.microsoft.com/", GRAPH_APP_ID];

const ISSUER_V1: &str = "https://sts.windows.net/{tenant}/";
const ISSUER_V2: &str = "https://login.microsoftonline.com/{tenant}/v2.0";

/// The form of a token; its issuer's name tells.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TokenVersion {
    /// From `/oauth2/token`.
    V1,
    /// From `/oauth2/v2.0/token`.
    V2,
}

/// When a token may be used, in Unix seconds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Validity {
    /// When it is made.
    pub issued_at: i64,
    /// The first second in which it is valid.
    pub not_before: i64,
    /// The first second in which it no longer is.
    pub expires_at: i64,
}

/// Why there is no key ring.
#[derive(Debug, thiserror::Error)]
pub enum KeyRingError {
    /// There is no key at all.
    #[error("could not make a key ring: there is no signing key")]
    Empty,
    /// An issuer's name is unusable.
    #[error(transparent)]
    Token(#[from] TokenError),
}

/// The keys of this authority: the newest signs, all verify. Tokens that were verified are remembered.
pub struct KeyRing {
    newest: SigningKey,
    /// The others, oldest first.
    older: Vec<SigningKey>,
    verifier: Verifier,
    v1: IssuerTemplate,
    v2: IssuerTemplate,
}

impl KeyRing {
    /// A ring of keys, oldest first.
    ///
    /// # Errors
    /// [`KeyRingError::Empty`].
    pub fn new(mut keys: Vec<SigningKey>) -> Result<Self, KeyRingError> {
        let (v1, v2) = (IssuerTemplate::parse(ISSUER_V1)?, IssuerTemplate::parse(ISSUER_V2)?);
        let verifier = Verifier::new(VerifierSettings {
            audiences: AUDIENCES.map(str::to_owned).to_vec(),
            issuers: vec![v1.clone(), v2.clone()],
            keys: keys.iter().map(|key| key.verifying_key().clone()).collect(),
        });
        let newest = keys.pop().ok_or(KeyRingError::Empty)?;
        Ok(Self { newest, older: keys, verifier, v1, v2 })
    }

    /// What verifies tokens of these keys, for Graph, from this authority.
    #[must_use]
    pub fn verifier(&self) -> &Verifier {
        &self.verifier
    }

    /// Who issues a token of this tenant, for what and when. The audience is one of [`AUDIENCES`].
    #[must_use]
    pub fn issuance(&self, version: TokenVersion, tenant: TenantId, audience: &str, valid: Validity) -> Issuance {
        let template = match version {
            TokenVersion::V1 => &self.v1,
            TokenVersion::V2 => &self.v2,
        };
        Issuance {
            issuer: template.issuer(tenant.0),
            audience: audience.to_owned(),
            tenant: tenant.0,
            issued_at: valid.issued_at,
            not_before: valid.not_before,
            expires_at: valid.expires_at,
            unique_id: Uuid::new_v4(),
        }
    }

    /// A token with these claims, signed with the newest key.
    ///
    /// # Errors
    /// [`TokenError::TooLong`] when the claims are too many, [`TokenError::Signing`].
    pub fn sign(&self, claims: &Claims) -> Result<String, TokenError> {
        self.newest.sign(claims)
    }

    pub(crate) fn oldest(&self) -> &SigningKey {
        self.older.first().unwrap_or(&self.newest)
    }

    /// Newest first, as key sets list them.
    fn keys(&self) -> impl Iterator<Item = &SigningKey> {
        std::iter::once(&self.newest).chain(self.older.iter().rev())
    }
}

/// What an application is granted: its app roles. There are no separate service principals here, so its
/// object id is its application id.
#[must_use]
pub fn application_grant(application: &Application) -> ApplicationGrant {
    ApplicationGrant {
        app_id: application.id.0,
        app_display_name: application.display_name.clone(),
        object_id: application.id.0,
        roles: application.app_roles.clone(),
    }
}
