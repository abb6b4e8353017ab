//! The way of one request: limits, path, token, permission, query options, body, endpoint, headers.

use crate::answer::{Answer, Metadata};
use crate::authority::{self, Authority, KeyRing};
use crate::body;
use crate::call::{Call, parse_guid};
use crate::error::ApiError;
use crate::headers::{RESOURCE_UNIT, RequestIds};
use crate::origin::Origin;
use crate::paging::PageTokens;
use crate::route_tree::{Found, RouteTree};
use crate::routes::{ADMINISTRATION, ROUTES, Route, TENANT};
use crate::settings::ApiSettings;
use crate::version::Version;
use crate::{authentication, routes};
use axum::body::Body;
use axum::extract::{Request, State};
use axum::response::Response;
use engine::store::StoreError;
use engine::{Caller, Engine, EngineError, Operation, Permit};
use http::Method;
use http::request::Parts;
use licensing::directory::fold_name;
use licensing::facts::UserRef;
use odata::QueryOptions;
use odata::options::Top;
use odata::path::segments;
use std::borrow::Cow;
use std::sync::Arc;
use std::time::{Duration, Instant};
use tracing::Instrument as _;
use uuid::Uuid;

/// How long the rest of a body that nobody wants is read, so that the answer is not lost with the connection.
const UNWANTED_BODY_TIME_MAX: Duration = Duration::from_secs(1);

/// What the API needs.
#[derive(Clone)]
pub struct ApiState {
    /// The use cases.
    pub engine: Engine,
    /// The keys of the token authority.
    pub keys: Arc<KeyRing>,
    /// How it behaves.
    pub settings: ApiSettings,
}

/// What all requests share.
pub(crate) struct Api {
    pub(crate) engine: Engine,
    pub(crate) keys: Arc<KeyRing>,
    pub(crate) settings: ApiSettings,
    pub(crate) page_tokens: PageTokens,
    pub(crate) secret_checks: tokio::sync::Semaphore,
    routes: RouteTree,
    administration: RouteTree,
}

/// The API and the token authority as the fallback of a router: routes that are added go first.
pub fn router(state: ApiState) -> axum::Router {
    let ApiState { engine, keys, settings } = state;
    let api = Api {
        page_tokens: PageTokens::new(&keys),
        secret_checks: tokio::sync::Semaphore::new(authority::SECRET_CHECKS_AT_ONCE_MAX),
        routes: RouteTree::new(ROUTES),
        administration: RouteTree::new(ADMINISTRATION),
        engine,
        keys,
        settings,
    };
    axum::Router::new().fallback(serve).with_state(Arc::new(api))
}

/// What the log says of a request, as far as it is known.
#[derive(Default)]
struct Told {
    route: &'static str,
    tenant: Option<Uuid>,
}

async fn serve(State(api): State<Arc<Api>>, request: Request) -> Response {
    let begun = Instant::now();
    let (parts, body) = request.into_parts();
    let ids = RequestIds::of(&parts.headers);
    let span = tracing::info_span!(
        "graph_api.request",
        http.method = %parts.method,
        http.route = tracing::field::Empty,
        http.status = tracing::field::Empty,
        request_id = ids.request,
    );
    async {
        let (mut told, method) = (Told::default(), parts.method.clone());
        let mut response = within_time(&api, parts, body, &ids, &mut told).await;
        ids.put_on(&mut response);
        if let Some(error) = response.extensions_mut().remove::<StoreError>() {
            tell(&error, &ids, &method, &told);
        }
        let span = tracing::Span::current();
        span.record("http.route", told.route);
        span.record("http.status", response.status().as_u16());
        tracing::info!(duration_us = begun.elapsed().as_micros(), "request answered");
        response
    }
    .instrument(span)
    .await
}

/// Why a request was not served: one line, with all by which it is found again.
fn tell(error: &StoreError, ids: &RequestIds, method: &Method, told: &Told) {
    let (tenant, operation) = (told.tenant.map(tracing::field::display), format_args!("{method} {}", told.route));
    tracing::error!(request_id = %ids.request, tenant, %operation, %error, "graph_api.store failed");
}

async fn within_time(api: &Arc<Api>, parts: Parts, body: Body, ids: &RequestIds, told: &mut Told) -> Response {
    let limit = api.settings.limits.request_time_max;
    match tokio::time::timeout(limit, dispatch(api, parts, body, ids, told)).await {
        Ok(response) => response,
        Err(_) => ids.envelope(&ApiError::took_too_long(), api.engine.now(), None),
    }
}

/// To the token authority or to Graph.
async fn dispatch(api: &Arc<Api>, parts: Parts, body: Body, ids: &RequestIds, told: &mut Told) -> Response {
    let path = parts.uri.path().to_owned();
    let origin = Origin::of(&parts, api.settings.scheme);
    let refused = |error: ApiError, origin: Option<&Origin>| ids.envelope(&error, api.engine.now(), origin);
    let target = check_url(&parts, api).and_then(|()| Ok((segments(&path)?, origin?)));
    let (segments, origin) = match target {
        Ok(target) => target,
        Err(error) => {
            drain(body, api).await;
            return refused(error, None);
        }
    };
    if let Some(authority) = Authority::of(&segments) {
        told.route = authority.route();
        return authority::serve(api, &authority, &origin, parts, body, ids).await;
    }
    let admitted = match admit(api, &parts, &segments, ids, told).await {
        Ok(admitted) => admitted,
        Err(error) => {
            drain(body, api).await;
            return refused(error, Some(&origin));
        }
    };
    let answered = answer(api, admitted, origin, parts, body).await;
    let (mut response, units) = match answered {
        (Ok(answer), units) => (answer.into_response(), units),
        (Err(error), units) => (ids.envelope(&error, api.engine.now(), None), units),
    };
    response.headers_mut().insert(RESOURCE_UNIT, units.into());
    response
}

fn check_url(parts: &Parts, api: &Api) -> Result<(), ApiError> {
    let length = parts.uri.path_and_query().map_or(0, |url| url.as_str().len());
    if length > api.settings.limits.url_bytes_max { Err(ApiError::url_too_long()) } else { Ok(()) }
}

/// A request that may be answered.
struct Admitted {
    version: Version,
    found: Found,
    caller: Caller,
    permit: Permit,
}

/// Version, token, route, permission: nothing of the body or the store's objects has been looked at.
async fn admit(
    api: &Api,
    parts: &Parts,
    segments: &[Cow<'_, str>],
    ids: &RequestIds,
    told: &mut Told,
) -> Result<Admitted, ApiError> {
    let (version, segments) = Version::split(segments)?;
    let routes = if version == Version::Administration { &api.administration } else { &api.routes };
    // Known first, so that the log can tell it; whether there is such a route is answered to known callers only.
    let found = routes.find(&parts.method, segments);
    told.route = found.as_ref().map_or("", |found| found.route.path);
    let token = authentication::token(api, &parts.headers)?;
    told.tenant = Some(token.tenant);
    let caller = authentication::caller(api, token).await?;
    let own_name = authentication::own_name(api, &caller).await?;
    let found = found?;
    let mut permit = authorise(&caller, own_name.as_deref(), &found)?;
    check_tenant(&caller, &found)?;
    if let Some(id) = ids.correlation() {
        permit = permit.for_request(id);
    }
    Ok(Admitted { version, found, caller, permit })
}

/// The permit for a route. Whoever may read itself may do so by its id or principal name too.
fn authorise(caller: &Caller, own_name: Option<&str>, found: &Found) -> Result<Permit, EngineError> {
    let route = found.route;
    let is_me = route.path == "/me" || route.path.starts_with("/me/");
    let signed_in = match caller.signed_in_user() {
        Ok(user) => Some(user),
        Err(error) if is_me => return Err(error),
        Err(_) => None,
    };
    let names_caller = |(name, value): &(&str, String)| {
        *name == "user"
            && match UserRef::parse(value) {
                UserRef::Id(id) => signed_in == Some(id),
                UserRef::Name(name) => own_name.is_some_and(|own| fold_name(own) == fold_name(&name)),
            }
    };
    let is_self = is_me || found.params.first().is_some_and(names_caller);
    match caller.permit(route.operation) {
        Err(EngineError::Denied) if is_self && may_be_of_self(route.operation) => caller.permit(Operation::ReadSelf),
        Err(EngineError::Denied) => part_of(route).map_or(Err(EngineError::Denied), |part| caller.permit(part)),
        permit => permit,
    }
}

/// What a route does at least, for who may not do all of it. Whether a body asks for no more, the engine looks.
fn part_of(route: &Route) -> Option<Operation> {
    match (route.operation, &route.method) {
        (Operation::ReadUser, _) => Some(Operation::ReadUserBasics),
        (Operation::UpdateUser, _) => Some(Operation::UpdateUsageLocation),
        (Operation::UpdateGroup, &Method::PATCH) => Some(Operation::AddGroupMember),
        _ => None,
    }
}

/// A path that names a tenant names the caller's own one: others do not exist for it.
fn check_tenant(caller: &Caller, found: &Found) -> Result<(), ApiError> {
    match found.params.first() {
        Some((TENANT, text)) if parse_guid(text) != Some(caller.tenant_id().0) => Err(ApiError::not_found(text)),
        _ => Ok(()),
    }
}

/// Operations on a user that are allowed for oneself by being allowed to read oneself.
fn may_be_of_self(operation: Operation) -> bool {
    matches!(
        operation,
        Operation::ReadUser | Operation::ListLicenseDetails | Operation::ReadMemberOf | Operation::ReadManager
    )
}

/// Query options, body, endpoint; and the request's cost.
async fn answer(
    api: &Arc<Api>,
    admitted: Admitted,
    origin: Origin,
    parts: Parts,
    body: Body,
) -> (Result<Answer, ApiError>, u32) {
    let Admitted { version, found, caller, permit } = admitted;
    let route = found.route;
    let options = match QueryOptions::parse(parts.uri.query().unwrap_or_default()) {
        Ok(options) => options,
        Err(error) => {
            drain(body, api).await;
            return (Err(error.into()), 1);
        }
    };
    let units = resource_units(route, &options);
    let body = match body::read(&parts.headers, body, &api.settings.limits).await {
        Ok(body) => body,
        Err(error) => return (Err(error), units),
    };
    let call = Call {
        api: api.clone(),
        permit,
        tenant_id: caller.tenant_id(),
        signed_in: caller.signed_in_user().ok(),
        caller,
        version,
        origin,
        params: found.params,
        options,
        metadata: Metadata::of(&parts.headers),
        uri: parts.uri,
        headers: parts.headers,
        body,
    };
    ((route.handler)(call).await, units)
}

/// What a request costs (specification 6.4).
fn resource_units(route: &Route, options: &QueryOptions) -> u32 {
    let base: u32 = routes::base_units(route);
    let saved = u32::from(options.select.is_some())
        + u32::from(options.top.as_ref().and_then(Top::get).is_some_and(|top| top < 20));
    (base + u32::from(options.expand.is_some())).saturating_sub(saved).max(1)
}

/// Reads what is left of a body, within limits: a client that is still sending may not see the answer otherwise.
async fn drain(body: Body, api: &Api) {
    let rest = axum::body::to_bytes(body, api.settings.limits.body_bytes_max);
    drop(tokio::time::timeout(UNWANTED_BODY_TIME_MAX, rest).await);
}
