//! Microsoft Graph over HTTP: the only crate that knows Graph's JSON, headers and status codes.
//!
//! A request goes through [`router`]: path and version, token, permission, query options, body, engine,
//! answer. Each endpoint is one file, named as its verb, in a folder named as its noun; all of them are
//! rows of [`ROUTES`] or of [`ADMINISTRATION`], which is not Graph's. The token authority answers on the same router under `/{tenant}/oauth2/...`.

mod administration;
mod answer;
mod authentication;
pub mod authority;
mod body;
mod call;
mod deleted_items;
mod directory_audits;
mod directory_objects;
mod error;
mod filter;
mod groups;
mod headers;
mod hidden;
mod json;
mod managed_devices;
mod options;
mod organization;
mod origin;
mod paging;
mod route_tree;
mod routes;
mod service;
mod settings;
mod subscribed_skus;
mod subscriptions;
mod users;
mod version;
mod wire;

pub use authority::{KeyRing, KeyRingError, TokenVersion};
pub use origin::Scheme;
pub use routes::{ADMINISTRATION, ROUTES, Route};
pub use service::{ApiState, router};
pub use settings::{ApiSettings, Limits};
pub use wire::explanation::explanation_json;
