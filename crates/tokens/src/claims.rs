//! What an access token states, under the names that Microsoft gives it.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// `idtyp` of a token that speaks for an application itself.
pub(crate) const APPLICATION: &str = "app";
/// `idtyp` of a token that speaks for a signed-in user.
pub(crate) const USER: &str = "user";

/// The claims of an access token, named as on the wire. What is empty is left out of the token.
///
/// Make them with [`Claims::application`] or [`Claims::delegated`].
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Claims {
    /// Audience: the resource that the token is for.
    pub aud: String,
    /// Issuer: the authority of the token's tenant.
    pub iss: String,
    /// Issued at, Unix seconds.
    pub iat: i64,
    /// Not valid before, Unix seconds.
    pub nbf: i64,
    /// Expires at, Unix seconds; the token is refused from that second on.
    pub exp: i64,
    /// Display name of the client application.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub app_displayname: Option<String>,
    /// Client id of the application, the name that readers of v1.0 tokens look for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub appid: Option<Uuid>,
    /// The same client id, under the name that readers of v2.0 tokens look for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub azp: Option<Uuid>,
    /// Kind of the subject: `app` or `user`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub idtyp: Option<String>,
    /// Display name of the signed-in user.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// Object id: of the user, or of the application's service principal.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub oid: Option<Uuid>,
    /// App roles granted to the application.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub roles: Vec<String>,
    /// Scopes that the user delegated, separated by spaces.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub scp: Option<String>,
    /// Subject: the object id again, as text.
    pub sub: String,
    /// Tenant id.
    pub tid: Uuid,
    /// User principal name, the older spelling of `upn`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unique_name: Option<String>,
    /// User principal name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub upn: Option<String>,
    /// Unique id of this token.
    pub uti: String,
    /// Version of the token's form, `1.0` or `2.0`, as its issuer's name has it.
    pub ver: String,
    /// Template ids of the directory roles that the user holds.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub wids: Vec<Uuid>,
}

/// What tokens of both kinds have in common: who issues it, for what, when, and for how long.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Issuance {
    /// The tenant's authority, see [`crate::IssuerTemplate::issuer`].
    pub issuer: String,
    /// The resource that the token is for.
    pub audience: String,
    /// The tenant that the token speaks within.
    pub tenant: Uuid,
    /// When the token is made, Unix seconds.
    pub issued_at: i64,
    /// The first second in which the token is valid, Unix seconds.
    pub not_before: i64,
    /// The first second in which it no longer is, Unix seconds.
    pub expires_at: i64,
    /// Makes two tokens of the same second differ. Written as base64url text of its 16 bytes.
    pub unique_id: Uuid,
}

/// An application that acts in its own name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ApplicationGrant {
    /// The application's client id.
    pub app_id: Uuid,
    /// The application's display name.
    pub app_display_name: String,
    /// Object id of its service principal in the tenant.
    pub object_id: Uuid,
    /// App roles granted to it; none is fine, and lets it do nothing.
    pub roles: Vec<String>,
}

/// A user who lets an application act in the user's name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DelegatedGrant {
    /// The user's object id.
    pub user_id: Uuid,
    /// The user principal name.
    pub user_principal_name: String,
    /// The user's display name.
    pub display_name: String,
    /// Client id of the application, where there is one.
    pub app_id: Option<Uuid>,
    /// Display name of the application, where there is one.
    pub app_display_name: Option<String>,
    /// What the user delegates. At least one scope: without any, the token is no access token and is refused.
    pub scopes: Vec<String>,
    /// Template ids of the directory roles that the user holds.
    pub directory_roles: Vec<Uuid>,
}

impl Claims {
    /// The claims of a token that speaks for an application (client credentials): it has `roles`, and no `scp`.
    ///
    /// ```
    /// use tokens::{ApplicationGrant, Claims, Issuance};
    /// use uuid::Uuid;
    ///
    /// let claims = Claims::application(
    ///     Issuance {
    ///         issuer: "https://sts.windows.net/00000000-0000-0000-0000-000000000001/".to_owned(),
    ///         audience: "https://graph.microsoft.com".to_owned(),
    ///         tenant: Uuid::from_u128(1),
    ///         issued_at: 1_900_000_000,
    ///         not_before: 1_900_000_000,
    ///         expires_at: 1_900_003_600,
    ///         unique_id: Uuid::from_u128(2),
    ///     },
    ///     ApplicationGrant {
    ///         app_id: Uuid::from_u128(3),
    ///         app_display_name: "Nightly licence run".to_owned(),
    ///         object_id: Uuid::from_u128(4),
    ///         roles: vec!["User.Read.All".to_owned()],
    ///     },
    /// );
    /// assert_eq!(claims.idtyp.as_deref(), Some("app"));
    /// assert_eq!(claims.ver, "1.0");
    /// assert_eq!(claims.scp, None);
    /// ```
    pub fn application(issuance: Issuance, grant: ApplicationGrant) -> Self {
        Self {
            idtyp: Some(APPLICATION.to_owned()),
            oid: Some(grant.object_id),
            sub: grant.object_id.to_string(),
            appid: Some(grant.app_id),
            azp: Some(grant.app_id),
            app_displayname: Some(grant.app_display_name),
            roles: grant.roles,
            ..Self::issued(issuance)
        }
    }

    /// The claims of a token that speaks for a signed-in user: it has `scp`, and no `roles`.
    ///
    /// Called like [`Claims::application`], with a [`DelegatedGrant`].
    pub fn delegated(issuance: Issuance, grant: DelegatedGrant) -> Self {
        Self {
            idtyp: Some(USER.to_owned()),
            oid: Some(grant.user_id),
            sub: grant.user_id.to_string(),
            appid: grant.app_id,
            azp: grant.app_id,
            app_displayname: grant.app_display_name,
            upn: Some(grant.user_principal_name.clone()),
            unique_name: Some(grant.user_principal_name),
            name: Some(grant.display_name),
            scp: (!grant.scopes.is_empty()).then(|| grant.scopes.join(" ")),
            wids: grant.directory_roles,
            ..Self::issued(issuance)
        }
    }

    /// The claims that do not depend on the kind, the others empty.
    fn issued(issuance: Issuance) -> Self {
        let version = if issuance.issuer.ends_with("/v2.0") { "2.0" } else { "1.0" };
        Self {
            aud: issuance.audience,
            iss: issuance.issuer,
            iat: issuance.issued_at,
            nbf: issuance.not_before,
            exp: issuance.expires_at,
            app_displayname: None,
            appid: None,
            azp: None,
            idtyp: None,
            name: None,
            oid: None,
            roles: Vec::new(),
            scp: None,
            sub: String::new(),
            tid: issuance.tenant,
            unique_name: None,
            upn: None,
            uti: URL_SAFE_NO_PAD.encode(issuance.unique_id.as_bytes()),
            ver: version.to_owned(),
            wids: Vec::new(),
        }
    }
}
