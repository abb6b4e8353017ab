//! `POST /{tenant}/oauth2/v2.0/token` and `POST /{tenant}/oauth2/token`: client credentials only

use super::failure::Failure;
use super::form::{self, Form};
use super::{AUDIENCES, GRAPH_RESOURCE, TokenVersion, Validity, application_grant};
use crate::body;
use crate::origin::Origin;
use crate::service::Api;
use axum::body::Body;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use engine::secret;
use http::header::{AUTHORIZATION, CONTENT_TYPE};
use http::request::Parts;
use licensing::directory::Application;
use licensing::ids::ApplicationId;
use licensing::tenant::Tenant;
use serde_json::{Value, json};
use std::sync::LazyLock;
use tokens::Claims;

/// How long a token is valid, in seconds.
const LIFETIME_SECONDS: i64 = 3_599;
/// How long before it is made a token is already valid, in seconds, as Entra's are: clocks of nodes differ.
const EARLY_SECONDS: i64 = 300;
/// Secrets that are checked at the same time; each check keeps a processor busy for some 20 ms.
pub(crate) const SECRET_CHECKS_AT_ONCE_MAX: usize = 2;
/// Scopes that clients add by habit and that mean nothing for an application.
const IDLE_SCOPES: [&str; 4] = ["openid", "profile", "offline_access", "email"];

pub(super) async fn answer(
    api: &Api,
    version: TokenVersion,
    tenant: &Tenant,
    origin: &Origin,
    parts: &Parts,
    body: Body,
) -> Result<Value, Failure> {
    let form = read_form(api, parts, body).await?;
    match form.required("grant_type")? {
        "client_credentials" => {}
        other => return Err(Failure::unsupported_grant(other)),
    }
    let credentials = Credentials::of(parts, &form)?;
    let audience = audience(version, &form, origin)?;
    let application = check(api, tenant, credentials).await?;

    let now = api.engine.now().unix_millis.div_euclid(1000);
    let valid = Validity { issued_at: now, not_before: now - EARLY_SECONDS, expires_at: now + LIFETIME_SECONDS };
    let issuance = api.keys.issuance(version, tenant.profile.id, &audience, valid);
    let claims = Claims::application(issuance, application_grant(&application));
    let token = api.keys.sign(&claims).map_err(|error| {
        tracing::error!(%error, "graph_api.token could not be signed");
        Failure::unavailable()
    })?;
    Ok(match version {
        TokenVersion::V2 => json!({
            "token_type": "Bearer",
            "expires_in": LIFETIME_SECONDS,
            "ext_expires_in": LIFETIME_SECONDS,
            "access_token": token,
        }),
        TokenVersion::V1 => json!({
            "token_type": "Bearer",
            "expires_in": LIFETIME_SECONDS.to_string(),
            "ext_expires_in": LIFETIME_SECONDS.to_string(),
            "expires_on": valid.expires_at.to_string(),
            "not_before": valid.not_before.to_string(),
            "resource": form.get("resource").unwrap_or(GRAPH_RESOURCE),
            "access_token": token,
        }),
    })
}

async fn read_form(api: &Api, parts: &Parts, body: Body) -> Result<Form, Failure> {
    let content_type = parts.headers.get(CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let essence = content_type.split(';').next().unwrap_or_default().trim();
    let bytes = body::read(&parts.headers, body, &api.settings.limits).await?;
    if !essence.eq_ignore_ascii_case("application/x-www-form-urlencoded") {
        return Err(Failure::unreadable("its Content-Type must be application/x-www-form-urlencoded."));
    }
    Form::parse(&bytes)
}

/// Who asks, not yet believed.
struct Credentials {
    client_id: String,
    secret: String,
}

impl Credentials {
    /// From the `Authorization: Basic` header or the body, as RFC 6749 has it.
    fn of(parts: &Parts, form: &Form) -> Result<Self, Failure> {
        if let Some(basic) = parts.headers.get(AUTHORIZATION) {
            return Self::basic(basic.to_str().unwrap_or_default()).ok_or_else(Failure::wrong_client);
        }
        if form.get("client_assertion").is_some() {
            return Err(Failure::unsupported_credential());
        }
        let client_id = form.required("client_id")?.to_owned();
        let secret = form.get("client_secret").ok_or_else(Failure::unsupported_credential)?.to_owned();
        Ok(Self { client_id, secret })
    }

    fn basic(header: &str) -> Option<Self> {
        let (scheme, encoded) = header.split_once(' ')?;
        let decoded = String::from_utf8(STANDARD.decode(encoded.trim()).ok()?).ok()?;
        let (client_id, secret) = decoded.split_once(':')?;
        let (client_id, secret) = (form::decode(client_id).ok()?, form::decode(secret).ok()?);
        scheme.eq_ignore_ascii_case("Basic").then_some(Self { client_id, secret })
    }
}

/// The audience of the token: the resource by the name by which the client asked for it.
fn audience(version: TokenVersion, form: &Form, origin: &Origin) -> Result<String, Failure> {
    let resource = match version {
        TokenVersion::V1 => form.required("resource")?,
        TokenVersion::V2 => {
            let scope = form.required("scope")?;
            let mut scopes = scope.split_ascii_whitespace().filter(|scope| !IDLE_SCOPES.contains(scope));
            match (scopes.next().and_then(|scope| scope.strip_suffix("/.default")), scopes.next()) {
                (Some(resource), None) => resource,
                _ => return Err(Failure::wrong_scope(scope)),
            }
        }
    };
    if let Some(audience) = AUDIENCES.into_iter().find(|audience| audience.eq_ignore_ascii_case(resource)) {
        return Ok(audience.to_owned());
    }
    if resource.trim_end_matches('/').eq_ignore_ascii_case(&origin.to_string()) {
        return Ok(GRAPH_RESOURCE.to_owned());
    }
    Err(Failure::unknown_resource(resource))
}

/// The application, if the secret is its own. An unknown one takes as long as a wrong secret.
async fn check(api: &Api, tenant: &Tenant, credentials: Credentials) -> Result<Application, Failure> {
    let id = crate::call::parse_guid(&credentials.client_id).map(ApplicationId);
    let application = match id {
        Some(id) => api.engine.store().applications(tenant.key, Some(id)).await?.into_iter().next(),
        None => None,
    };
    let known_hash = application.as_ref().and_then(|application| application.secret_hash.clone());
    let _turn = api.secret_checks.acquire().await.map_err(|_| Failure::unavailable())?;
    let checked = tokio::task::spawn_blocking(move || {
        let hash = known_hash.as_deref().unwrap_or(&NOBODYS_HASH);
        secret::matches(&credentials.secret, hash)
    });
    match (application, checked.await) {
        (Some(application), Ok(true)) => Ok(application),
        (_, Ok(_)) => Err(Failure::wrong_client()),
        (_, Err(_)) => Err(Failure::unavailable()),
    }
}

/// The hash of a secret that nobody has.
static NOBODYS_HASH: LazyLock<String> =
    LazyLock::new(|| secret::hash(&uuid::Uuid::new_v4().to_string()).unwrap_or_default());
