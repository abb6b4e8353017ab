//! The endpoints of the token authority, by path. The first segment names the tenant.

use super::failure::Failure;
use super::{instance, keys, openid_configuration, token};
use crate::headers::{RequestIds, header};
use crate::origin::Origin;
use crate::service::Api;
use axum::body::Body;
use axum::response::Response;
use http::header::{ACCESS_CONTROL_ALLOW_ORIGIN, ALLOW, CACHE_CONTROL, CONTENT_TYPE, PRAGMA};
use http::request::Parts;
use http::{HeaderName, HeaderValue, Method, StatusCode};
use licensing::tenant::Tenant;
use serde_json::Value;
use std::borrow::Cow;
use std::sync::Arc;

use super::TokenVersion::{self, V1, V2};

/// The tenants that stand for any tenant.
const ANY_TENANT: [&str; 3] = ["common", "organizations", "consumers"];

/// What may follow the tenant.
const FIRST_SEGMENTS: [&str; 4] = ["oauth2", "discovery", "v2.0", ".well-known"];

/// A path of the token authority.
pub(crate) struct Authority<'a> {
    tenant: &'a str,
    endpoint: Endpoint,
}

#[derive(Clone, Copy)]
enum Endpoint {
    Token(TokenVersion),
    OpenIdConfiguration(TokenVersion),
    Keys,
    Instance,
    Unknown,
}

impl<'a> Authority<'a> {
    /// What a path is to the token authority; `None` when it is none of its paths.
    pub(crate) fn of(segments: &'a [Cow<'_, str>]) -> Option<Self> {
        let (tenant, rest) = segments.split_first()?;
        // Nearly all paths are Graph's, and are seen so at once.
        let first = rest.first()?;
        if !FIRST_SEGMENTS.iter().any(|known| known.eq_ignore_ascii_case(first)) {
            return None;
        }
        let rest: Vec<String> = rest.iter().map(|segment| segment.to_ascii_lowercase()).collect();
        let rest: Vec<&str> = rest.iter().map(String::as_str).collect();
        let endpoint = match rest.as_slice() {
            ["oauth2", "v2.0", "token"] => Endpoint::Token(V2),
            ["oauth2", "token"] => Endpoint::Token(V1),
            ["v2.0", ".well-known", "openid-configuration"] => Endpoint::OpenIdConfiguration(V2),
            [".well-known", "openid-configuration"] => Endpoint::OpenIdConfiguration(V1),
            ["discovery", "v2.0", "keys"] | ["discovery", "keys"] => Endpoint::Keys,
            ["discovery", "instance"] => Endpoint::Instance,
            ["oauth2" | "discovery" | ".well-known", ..] | ["v2.0", ".well-known", ..] => Endpoint::Unknown,
            _ => return None,
        };
        Some(Self { tenant, endpoint })
    }

    /// What the log calls the path.
    pub(crate) fn route(&self) -> &'static str {
        match self.endpoint {
            Endpoint::Token(V2) => "/{tenant}/oauth2/v2.0/token",
            Endpoint::Token(V1) => "/{tenant}/oauth2/token",
            Endpoint::OpenIdConfiguration(V2) => "/{tenant}/v2.0/.well-known/openid-configuration",
            Endpoint::OpenIdConfiguration(V1) => "/{tenant}/.well-known/openid-configuration",
            Endpoint::Keys => "/{tenant}/discovery/keys",
            Endpoint::Instance => "/common/discovery/instance",
            Endpoint::Unknown => "",
        }
    }

    fn method(&self) -> Method {
        match self.endpoint {
            Endpoint::Token(_) => Method::POST,
            _ => Method::GET,
        }
    }
}

/// Answers a request to the token authority: always JSON, errors in the form of OAuth 2.0.
pub(crate) async fn serve(
    api: &Arc<Api>,
    authority: &Authority<'_>,
    origin: &Origin,
    parts: Parts,
    body: Body,
    ids: &RequestIds,
) -> Response {
    let answered = answer(api, authority, origin, &parts, body).await;
    let (status, content, cause) = match answered {
        Ok(content) => (StatusCode::OK, content, None),
        Err(failure) => (failure.status, failure.content(api.engine.now(), ids), failure.cause),
    };
    let mut response = Response::new(Body::from(content.to_string()));
    *response.status_mut() = status;
    if let Some(cause) = cause {
        response.extensions_mut().insert(*cause);
    }
    let headers = response.headers_mut();
    headers.insert(CONTENT_TYPE, const { HeaderValue::from_static("application/json; charset=utf-8") });
    headers.insert(HeaderName::from_static("x-ms-request-id"), header(&ids.request));
    match authority.endpoint {
        Endpoint::Token(_) => {
            headers.insert(CACHE_CONTROL, const { HeaderValue::from_static("no-store, no-cache") });
            headers.insert(PRAGMA, const { HeaderValue::from_static("no-cache") });
        }
        _ => drop(headers.insert(ACCESS_CONTROL_ALLOW_ORIGIN, const { HeaderValue::from_static("*") })),
    }
    if status == StatusCode::METHOD_NOT_ALLOWED {
        headers.insert(ALLOW, header(authority.method().as_str()));
    }
    response
}

async fn answer(
    api: &Arc<Api>,
    authority: &Authority<'_>,
    origin: &Origin,
    parts: &Parts,
    body: Body,
) -> Result<Value, Failure> {
    if matches!(authority.endpoint, Endpoint::Unknown) {
        return Err(Failure::unknown_endpoint());
    }
    if parts.method != authority.method() {
        return Err(Failure::method_not_allowed());
    }
    match authority.endpoint {
        Endpoint::Token(version) => {
            let tenant = find_tenant(api, authority.tenant).await?;
            token::answer(api, version, &tenant, origin, parts, body).await
        }
        Endpoint::OpenIdConfiguration(version) => {
            let tenant = match any_tenant(authority.tenant) {
                Some(any) => openid_configuration::Named::Any(any),
                None => openid_configuration::Named::One(find_tenant(api, authority.tenant).await?.profile.id),
            };
            Ok(openid_configuration::content(origin, version, &tenant))
        }
        Endpoint::Keys => {
            if any_tenant(authority.tenant).is_none() {
                find_tenant(api, authority.tenant).await?;
            }
            Ok(keys::content(&api.keys))
        }
        Endpoint::Instance => Ok(instance::content(origin, parts.uri.query().unwrap_or_default())),
        Endpoint::Unknown => Err(Failure::unknown_endpoint()),
    }
}

fn any_tenant(name: &str) -> Option<&'static str> {
    ANY_TENANT.into_iter().find(|any| any.eq_ignore_ascii_case(name))
}

/// The tenant of an id or of a verified domain.
async fn find_tenant(api: &Api, name: &str) -> Result<Arc<Tenant>, Failure> {
    let store = api.engine.store();
    let found = match crate::call::parse_guid(name) {
        Some(id) => store.tenant(licensing::ids::TenantId(id)).await?,
        None => store.tenant_of_domain(name).await?,
    };
    found.ok_or_else(|| Failure::unknown_tenant(name))
}
