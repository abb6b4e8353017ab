//! `GET /{tenant}/v2.0/.well-known/openid-configuration` and the form without `v2.0`

use super::TokenVersion;
use crate::origin::Origin;
use licensing::ids::TenantId;
use serde_json::{Value, json};

/// The tenant of the path.
pub(super) enum Named {
    /// Any tenant, under this name.
    Any(&'static str),
    /// This tenant.
    One(TenantId),
}

/// The document. Issuers are those of the tokens; for any tenant the id is left open, as Entra does.
pub(super) fn content(origin: &Origin, version: TokenVersion, tenant: &Named) -> Value {
    let (segment, issuer_tenant) = match tenant {
        Named::Any(name) => ((*name).to_owned(), "{tenantid}".to_owned()),
        Named::One(id) => (id.to_string(), id.to_string()),
    };
    let (issuer, infix) = match version {
        TokenVersion::V1 => (format!("https://sts.windows.net/{issuer_tenant}/"), ""),
        TokenVersion::V2 => (format!("https://login.microsoftonline.com/{issuer_tenant}/v2.0"), "v2.0/"),
    };
    let base = format!("{origin}/{segment}");
    let oauth = format!("{base}/oauth2/{infix}");
    json!({
        "token_endpoint": format!("{oauth}token"),
        "token_endpoint_auth_methods_supported": ["client_secret_post", "client_secret_basic"],
        "jwks_uri": format!("{base}/discovery/{infix}keys"),
        "response_modes_supported": ["query", "fragment", "form_post"],
        "subject_types_supported": ["pairwise"],
        "id_token_signing_alg_values_supported": ["RS256"],
        "response_types_supported": ["code", "id_token", "code id_token", "id_token token"],
        "scopes_supported": ["openid", "profile", "email", "offline_access"],
        "issuer": issuer,
        "request_uri_parameter_supported": false,
        "userinfo_endpoint": format!("{origin}/oidc/userinfo"),
        "authorization_endpoint": format!("{oauth}authorize"),
        "device_authorization_endpoint": format!("{oauth}devicecode"),
        "http_logout_supported": true,
        "frontchannel_logout_supported": true,
        "end_session_endpoint": format!("{oauth}logout"),
        "claims_supported": [
            "sub", "iss", "aud", "exp", "iat", "nbf", "tid", "ver", "oid", "appid", "azp", "roles", "scp", "wids",
            "name", "upn", "uti"
        ],
        "tenant_region_scope": null,
        "cloud_instance_name": origin.host(),
        "cloud_graph_host_name": "graph.windows.net",
        "msgraph_host": origin.host(),
    })
}
