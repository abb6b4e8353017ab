//! Where the client reaches this server: URLs in answers begin with it.

use crate::error::ApiError;
use http::header::HOST;
use http::request::Parts;
use std::fmt;

/// The scheme by which a listener is reached. A server with several listeners puts it into the extensions
/// of each request.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Scheme {
    /// Without TLS.
    #[default]
    Http,
    /// With TLS, here or at a proxy in front.
    Https,
}

/// Scheme and authority of a request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Origin {
    scheme: Scheme,
    host: String,
}

impl Origin {
    /// The origin that a request names. Without a `Host`, as in HTTP/1.0, it is `localhost`.
    ///
    /// # Errors
    /// 400 when the name is not one.
    pub(crate) fn of(parts: &Parts, default: Scheme) -> Result<Self, ApiError> {
        let scheme = parts.extensions.get::<Scheme>().copied().unwrap_or(default);
        let host = match (parts.uri.authority(), parts.headers.get(HOST)) {
            (Some(authority), _) => authority.as_str(),
            (None, Some(host)) => host.to_str().map_err(|_| ApiError::invalid_host())?,
            (None, None) => "localhost",
        };
        let is_name =
            |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'-' | b'_' | b':' | b'[' | b']');
        if host.is_empty() || !host.bytes().all(is_name) {
            return Err(ApiError::invalid_host());
        }
        Ok(Self { scheme, host: host.to_owned() })
    }

    /// Host and port.
    pub(crate) fn host(&self) -> &str {
        &self.host
    }
}

impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let scheme = match self.scheme {
            Scheme::Http => "http",
            Scheme::Https => "https",
        };
        write!(f, "{scheme}://{}", self.host)
    }
}
