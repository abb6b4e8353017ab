//! Microsoft Graph over HTTP: the only crate that knows Graph's JSON.
