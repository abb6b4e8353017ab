//! From the `Authorization` header to the caller (specification 6.3). Tokens are accepted nowhere else.

use crate::error::ApiError;
use crate::service::Api;
use engine::Caller;
use http::HeaderMap;
use http::header::AUTHORIZATION;
use licensing::facts::UserRef;
use std::sync::Arc;
use tokens::{TokenError, VerifiedToken};

/// The token of a request.
///
/// # Errors
/// 401 with Graph's sentence.
pub(crate) fn token(api: &Api, headers: &HeaderMap) -> Result<Arc<VerifiedToken>, ApiError> {
    let token = bearer(headers)?;
    let now = api.engine.now().unix_millis.div_euclid(1000);
    Ok(verify(api, token, now)?)
}

/// Whoever has a token.
///
/// # Errors
/// 401 when its tenant is not known here, or 503 when the store cannot tell.
pub(crate) async fn caller(api: &Api, token: Arc<VerifiedToken>) -> Result<Caller, ApiError> {
    api.engine.caller(token).await?.ok_or_else(ApiError::unknown_tenant)
}

/// The principal name of the signed-in user; an application on its own behalf has none.
///
/// # Errors
/// 403 when the user is gone, though the token is still valid.
pub(crate) async fn own_name(api: &Api, caller: &Caller) -> Result<Option<String>, ApiError> {
    let Ok(user) = caller.signed_in_user() else { return Ok(None) };
    let seen = api.engine.store().user(caller.tenant(), &UserRef::Id(user)).await?;
    let profile = seen.value.and_then(|user| user.profile).ok_or_else(ApiError::unknown_identity)?;
    Ok(Some(profile.principal_name.clone()))
}

/// The token of the only `Authorization` header.
fn bearer(headers: &HeaderMap) -> Result<&str, ApiError> {
    let mut values = headers.get_all(AUTHORIZATION).iter();
    let (Some(value), None) = (values.next(), values.next()) else {
        return Err(ApiError::no_token());
    };
    let value = value.to_str().map_err(|_| ApiError::no_token())?;
    let (scheme, token) = value.split_once(' ').ok_or_else(ApiError::no_token)?;
    match token.trim() {
        token if scheme.eq_ignore_ascii_case("Bearer") && !token.is_empty() => Ok(token),
        _ => Err(ApiError::no_token()),
    }
}

#[cfg(not(feature = "trust-every-token-for-benchmarks"))]
fn verify(api: &Api, token: &str, now: i64) -> Result<Arc<VerifiedToken>, TokenError> {
    api.keys.verifier().verify(token, now)
}

/// Every token is taken for the first one: what verification costs is what this does not.
#[cfg(feature = "trust-every-token-for-benchmarks")]
fn verify(api: &Api, token: &str, now: i64) -> Result<Arc<VerifiedToken>, TokenError> {
    static FIRST: std::sync::OnceLock<Arc<VerifiedToken>> = std::sync::OnceLock::new();
    match FIRST.get() {
        Some(first) => Ok(first.clone()),
        None => api.keys.verifier().verify(token, now).map(|token| FIRST.get_or_init(|| token).clone()),
    }
}
