//! OAuth 2.0 access tokens: claims, signing, verification, key sets.
