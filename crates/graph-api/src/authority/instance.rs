//! `GET /common/discovery/instance`: which authorities are known

use super::form;
use crate::origin::Origin;
use serde_json::{Value, json};

/// The answer names the authority that the client asks about under this server's own name.
pub(super) fn content(origin: &Origin, query: &str) -> Value {
    let parameter = |name: &str| {
        let mut pairs = query.split('&').filter_map(|pair| pair.split_once('='));
        pairs.find(|(known, _)| *known == name).and_then(|(_, value)| form::decode(value).ok())
    };
    let asked = parameter("authorization_endpoint").unwrap_or_default();
    // "https://host/tenant/oauth2/..."
    let tenant = asked.split('/').nth(3).filter(|tenant| is_plain(tenant)).unwrap_or("common");
    let host = origin.host();
    let bare_host = host.rsplit_once(':').map_or(host, |(name, _)| name);
    let mut aliases = vec![host];
    aliases.extend(Some(bare_host).filter(|bare| *bare != host));
    json!({
        "tenant_discovery_endpoint": format!("{origin}/{tenant}/v2.0/.well-known/openid-configuration"),
        "api-version": "1.1",
        "metadata": [{ "preferred_network": host, "preferred_cache": host, "aliases": aliases }],
    })
}

fn is_plain(tenant: &str) -> bool {
    !tenant.is_empty() && tenant.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'.')
}
