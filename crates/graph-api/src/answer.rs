//! What an endpoint answers, and the three shapes of its JSON: one object, a page of objects, an object
//! under `value`.

use crate::call::Call;
use crate::error::ApiError;
use crate::headers::{ODATA_VERSION, header};
use crate::options::Projection;
use axum::body::Body;
use axum::response::Response;
use http::header::{CONTENT_TYPE, LOCATION};
use http::{HeaderMap, HeaderValue, StatusCode};
use serde::ser::SerializeMap;
use serde::{Serialize, Serializer};

/// How much control information an answer carries (`Accept: application/json;odata.metadata=...`).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Metadata {
    /// All but `@odata.nextLink` is left out.
    None,
    /// The default; `full` is answered so too.
    Minimal,
}

impl Metadata {
    /// What the `Accept` headers ask for.
    pub(crate) fn of(headers: &HeaderMap) -> Self {
        let asks_for_none = |value: &HeaderValue| {
            value.to_str().is_ok_and(|accept| accept.to_ascii_lowercase().contains("odata.metadata=none"))
        };
        if headers.get_all(http::header::ACCEPT).iter().any(asks_for_none) { Self::None } else { Self::Minimal }
    }

    fn content_type(self) -> HeaderValue {
        HeaderValue::from_static(match self {
            Self::None => {
                "application/json;odata.metadata=none;odata.streaming=true;IEEE754Compatible=false;charset=utf-8"
            }
            Self::Minimal => {
                "application/json;odata.metadata=minimal;odata.streaming=true;IEEE754Compatible=false;charset=utf-8"
            }
        })
    }
}

/// A resource type of Graph, written property by property.
pub(crate) trait Resource {
    /// Its qualified name.
    const TYPE: &'static str;
    /// The properties that it has without `$select`, in the order of its JSON.
    const DEFAULT: &'static [&'static str];

    /// The property that a client may mean by `name`, spelled as Graph spells it.
    fn find(name: &str) -> Option<&'static str>;

    /// Writes one property; one that is never returned is left out.
    fn write<M: SerializeMap>(&self, property: &'static str, map: &mut M) -> Result<(), M::Error>;
}

/// One object with the properties that were asked for.
pub(crate) struct Object<'a, R> {
    pub(crate) context: Option<String>,
    pub(crate) odata_type: Option<&'static str>,
    pub(crate) resource: &'a R,
    pub(crate) projection: &'a Projection,
}

impl<R: Resource> Serialize for Object<'_, R> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        if let Some(context) = &self.context {
            map.serialize_entry("@odata.context", context)?;
        }
        if let Some(odata_type) = self.odata_type {
            map.serialize_entry("@odata.type", odata_type)?;
        }
        for property in self.projection.properties() {
            self.resource.write(property, &mut map)?;
        }
        map.end()
    }
}

/// How much of a collection an answer holds.
#[derive(Default)]
pub(crate) struct Extent {
    /// The link to what follows; the last page has none.
    pub(crate) next_link: Option<String>,
    /// How many objects the collection has, if that was asked for.
    pub(crate) count: Option<u64>,
}

impl Extent {
    /// All of a collection that has so many objects.
    pub(crate) fn whole(call: &Call, objects: usize) -> Self {
        Self { next_link: None, count: call.wants_count().then(|| u64::try_from(objects).unwrap_or(u64::MAX)) }
    }
}

/// A page of a collection.
#[derive(Serialize)]
struct Page<'a, T> {
    #[serde(rename = "@odata.context", skip_serializing_if = "Option::is_none")]
    context: Option<String>,
    #[serde(rename = "@odata.count", skip_serializing_if = "Option::is_none")]
    count: Option<u64>,
    #[serde(rename = "@odata.nextLink", skip_serializing_if = "Option::is_none")]
    next_link: Option<String>,
    value: &'a [T],
}

#[derive(Serialize)]
struct Wrapped<T> {
    value: T,
}

/// What an endpoint answers.
#[derive(Debug)]
pub(crate) struct Answer {
    status: StatusCode,
    content: Option<(HeaderValue, Vec<u8>)>,
    location: Option<String>,
}

impl Answer {
    /// 204.
    pub(crate) fn nothing() -> Self {
        Self { status: StatusCode::NO_CONTENT, content: None, location: None }
    }

    /// 200 with one object of an entity set, such as `users`.
    pub(crate) fn object<R: Resource>(
        call: &Call,
        set: &str,
        resource: &R,
        projection: &Projection,
    ) -> Result<Self, ApiError> {
        let context = call.context(|| format!("{set}{}/$entity", projection.in_context()));
        Self::json(call, &Object { context, odata_type: None, resource, projection })
    }

    /// 200 with one object of a set that holds several types.
    pub(crate) fn typed_object<R: Resource>(
        call: &Call,
        set: &str,
        odata_type: &'static str,
        resource: &R,
        projection: &Projection,
    ) -> Result<Self, ApiError> {
        let context = call.context(|| format!("{set}{}/$entity", projection.in_context()));
        let odata_type = Some(odata_type).filter(|_| call.metadata == Metadata::Minimal);
        Self::json(call, &Object { context, odata_type, resource, projection })
    }

    /// 200 with a page of a collection whose objects say their type only where they must.
    pub(crate) fn page<T: Serialize>(
        call: &Call,
        set: &str,
        projection: &Projection,
        value: &[T],
        extent: Extent,
    ) -> Result<Self, ApiError> {
        let context = call.context(|| format!("{set}{}", projection.in_context()));
        let Extent { next_link, count } = extent;
        Self::json(call, &Page { context, count, next_link, value })
    }

    /// 200 with a page of a collection of one type.
    pub(crate) fn collection<R: Resource>(
        call: &Call,
        set: &str,
        resources: &[R],
        projection: &Projection,
        extent: Extent,
    ) -> Result<Self, ApiError> {
        let object = |resource| Object { context: None, odata_type: None, resource, projection };
        let objects: Vec<_> = resources.iter().map(object).collect();
        Self::page(call, set, projection, &objects, extent)
    }

    /// 200 with a whole collection of one type.
    pub(crate) fn whole<R: Resource>(
        call: &Call,
        set: &str,
        resources: &[R],
        projection: &Projection,
    ) -> Result<Self, ApiError> {
        Self::collection(call, set, resources, projection, Extent::whole(call, resources.len()))
    }

    /// 200 with an object under `value`, its type first: `localtest` only.
    pub(crate) fn wrapped<R: Resource>(
        call: &Call,
        odata_type: &'static str,
        resource: &R,
        projection: &Projection,
    ) -> Result<Self, ApiError> {
        let odata_type = Some(odata_type).filter(|_| call.metadata == Metadata::Minimal);
        Self::json(call, &Wrapped { value: Object { context: None, odata_type, resource, projection } })
    }

    /// 200 with something of its own shape.
    pub(crate) fn json<T: Serialize>(call: &Call, content: &T) -> Result<Self, ApiError> {
        let bytes = serde_json::to_vec(content).map_err(|_| ApiError::internal())?;
        Ok(Self { status: StatusCode::OK, content: Some((call.metadata.content_type(), bytes)), location: None })
    }

    /// 200 with a number as plain text.
    pub(crate) fn number(number: u64) -> Self {
        let content = (const { HeaderValue::from_static("text/plain") }, number.to_string().into_bytes());
        Self { status: StatusCode::OK, content: Some(content), location: None }
    }

    pub(crate) fn with_status(self, status: StatusCode) -> Self {
        Self { status, ..self }
    }

    /// With a `Location` of the directory's own kind (specification 1.5, 5.8).
    pub(crate) fn with_location(self, call: &Call, id: impl std::fmt::Display, class: &str) -> Self {
        let tenant = call.tenant_id;
        let location = format!("{}/v2/{tenant}/directoryObjects/{id}/Microsoft.DirectoryServices.{class}", call.origin);
        Self { location: Some(location), ..self }
    }

    pub(crate) fn into_response(self) -> Response {
        let (body, content_type) = match self.content {
            Some((content_type, bytes)) => (Body::from(bytes), Some(content_type)),
            None => (Body::empty(), None),
        };
        let mut response = Response::new(body);
        *response.status_mut() = self.status;
        let headers = response.headers_mut();
        headers.insert(ODATA_VERSION, const { HeaderValue::from_static("4.0") });
        if let Some(content_type) = content_type {
            headers.insert(CONTENT_TYPE, content_type);
        }
        if let Some(location) = self.location {
            headers.insert(LOCATION, header(&location));
        }
        response
    }
}
