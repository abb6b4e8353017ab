//! How the API behaves, and its limits.

use crate::origin::Scheme;
use std::time::Duration;

/// How the API behaves.
#[derive(Clone, Debug, Default)]
pub struct ApiSettings {
    /// The scheme of URLs in answers, unless the request carries a [`Scheme`] of its own as an extension.
    pub scheme: Scheme,
    /// Limits of a request.
    pub limits: Limits,
}

/// Limits of a request.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// Bytes in a body; more is answered 413.
    pub body_bytes_max: usize,
    /// Bytes in the path and query of a URL; more is answered 414.
    pub url_bytes_max: usize,
    /// Levels of objects and arrays in a JSON body; more is answered 400.
    pub json_depth_max: usize,
    /// How long a body may take to arrive; longer is answered 408.
    pub body_time_max: Duration,
    /// How long a request may take; longer is answered 504.
    pub request_time_max: Duration,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            body_bytes_max: 1024 * 1024,
            url_bytes_max: 16 * 1024,
            json_depth_max: 64,
            body_time_max: Duration::from_secs(30),
            request_time_max: Duration::from_secs(60),
        }
    }
}
