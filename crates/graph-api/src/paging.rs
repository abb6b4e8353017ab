//! Paging by key: opaque page tokens, and the link to the next page (specification 5.5).

use crate::authority::KeyRing;
use crate::call::Call;
use crate::error::ApiError;
use aws_lc_rs::constant_time::verify_slices_are_equal;
use aws_lc_rs::{digest, hmac};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use licensing::ids::TenantId;

/// How page tokens begin, as Graph's do.
const MARK: [u8; 4] = *b"DSpt";
const VERSION: u8 = 1;
/// Bytes of the authentication code that a token keeps.
const CODE_BYTES: usize = 16;
/// Bytes of a token before its authentication code.
const CONTENT_BYTES: usize = MARK.len() + 15;

/// Where a page begins.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Position {
    /// Which part of a mixed collection: users, then groups.
    pub(crate) part: u8,
    /// The key after which it begins, within that part.
    pub(crate) after: Option<u32>,
    /// In the audit log the entry in which it begins, and `after` the place within that; 0 elsewhere.
    pub(crate) entry: u64,
}

/// Makes and reads page tokens. All nodes over one store share their keys, and so understand each other's tokens.
pub(crate) struct PageTokens {
    key: hmac::Key,
}

impl PageTokens {
    pub(crate) fn new(keys: &KeyRing) -> Self {
        let mut secret = digest::Context::new(&digest::SHA256);
        secret.update(b"seatwright page tokens\0");
        secret.update(keys.oldest().pkcs8_der());
        Self { key: hmac::Key::new(hmac::HMAC_SHA256, secret.finish().as_ref()) }
    }

    /// The token of a position in a collection of a tenant.
    fn encode(&self, tenant: TenantId, collection: &str, position: Position) -> String {
        let mut token = Vec::with_capacity(CONTENT_BYTES + CODE_BYTES);
        token.extend(MARK);
        token.extend([VERSION, position.part, u8::from(position.after.is_some())]);
        token.extend(position.after.unwrap_or_default().to_be_bytes());
        token.extend(position.entry.to_be_bytes());
        let code = self.code(tenant, collection, &token);
        token.extend(&code.as_ref()[..CODE_BYTES]);
        URL_SAFE_NO_PAD.encode(token)
    }

    /// The position of a token; `None` when it was not made for this collection of this tenant.
    fn decode(&self, tenant: TenantId, collection: &str, token: &str) -> Option<Position> {
        let token = URL_SAFE_NO_PAD.decode(token).ok()?;
        let (content, code) = token.split_at_checked(CONTENT_BYTES)?;
        let expected = self.code(tenant, collection, content);
        verify_slices_are_equal(code, &expected.as_ref()[..CODE_BYTES]).ok()?;
        if content[..4] != MARK || content[4] != VERSION {
            return None;
        }
        let after = u32::from_be_bytes(content[7..11].try_into().ok()?);
        let entry = u64::from_be_bytes(content[11..].try_into().ok()?);
        Some(Position { part: content[5], after: (content[6] == 1).then_some(after), entry })
    }

    fn code(&self, tenant: TenantId, collection: &str, content: &[u8]) -> hmac::Tag {
        let mut context = hmac::Context::with_key(&self.key);
        context.update(tenant.0.as_bytes());
        context.update(content);
        context.update(collection.as_bytes());
        context.sign()
    }
}

/// The name of a collection of which the request's filter leaves some.
pub(crate) fn filtered(call: &Call, collection: &str) -> String {
    match &call.options.filter {
        Some(filter) => format!("{collection} with {filter}"),
        None => collection.to_owned(),
    }
}

/// Where the page that `call` asks for begins. `collection` tells collections apart that a token must not
/// be moved between: the path and the filter.
pub(crate) fn position(call: &Call, collection: &str) -> Result<Position, ApiError> {
    match &call.options.skip_token {
        None => Ok(Position::default()),
        Some(token) => {
            let position = call.api.page_tokens.decode(call.tenant_id, collection, token);
            position.ok_or_else(ApiError::expired_page_token)
        }
    }
}

/// The link to the page at `position`, with all options of the request.
pub(crate) fn next_link(call: &Call, collection: &str, position: Position) -> String {
    let token = call.api.page_tokens.encode(call.tenant_id, collection, position);
    let query = call.uri.query().unwrap_or_default();
    let kept = query.split('&').filter(|pair| !pair.is_empty() && !is_skip_token(pair));
    let path: Vec<&str> = call.uri.path().split('/').filter(|segment| !segment.is_empty()).collect();
    let mut link = format!("{}/{}?", call.origin, path.join("/"));
    for pair in kept {
        link.push_str(pair);
        link.push('&');
    }
    link + "$skiptoken=" + &token
}

/// Cuts a page that was read with one object too many, and gives its last object if there is more after it.
pub(crate) fn cut<T>(objects: &mut Vec<T>, size: u32) -> Option<&T> {
    let size = usize::try_from(size).unwrap_or(usize::MAX);
    let is_more = objects.len() > size;
    objects.truncate(size);
    objects.last().filter(|_| is_more)
}

fn is_skip_token(pair: &str) -> bool {
    let name = pair.split('=').next().unwrap_or_default().replace("%24", "$");
    name.trim_start_matches('$').eq_ignore_ascii_case("skiptoken")
}

#[cfg(test)]
mod tests {
    use super::*;
    use tokens::SigningKey;
    use uuid::Uuid;

    const TENANT: TenantId = TenantId(Uuid::from_u128(1));

    fn page_tokens() -> PageTokens {
        PageTokens::new(&KeyRing::new(vec![SigningKey::generate().unwrap()]).unwrap())
    }

    #[test]
    fn a_token_is_read_where_it_was_made_and_nowhere_else() {
        let tokens = page_tokens();
        let position = Position { part: 1, after: Some(7), entry: 1 << 40 };
        let token = tokens.encode(TENANT, "users", position);
        assert!(token.starts_with("RFNwd"), "{token}");
        assert_eq!(tokens.decode(TENANT, "users", &token), Some(position));
        assert_eq!(tokens.decode(TENANT, "groups", &token), None);
        assert_eq!(tokens.decode(TenantId(Uuid::from_u128(2)), "users", &token), None);
        assert_eq!(page_tokens().decode(TENANT, "users", &token), None);
    }

    #[test]
    fn no_changed_token_is_read() {
        let tokens = page_tokens();
        let token = tokens.encode(TENANT, "users", Position { after: Some(7), ..Position::default() });
        let bytes = URL_SAFE_NO_PAD.decode(&token).unwrap();
        for at in 0..bytes.len() {
            for bit in 0..8 {
                let mut changed = bytes.clone();
                changed[at] ^= 1 << bit;
                assert_eq!(tokens.decode(TENANT, "users", &URL_SAFE_NO_PAD.encode(changed)), None);
            }
            assert_eq!(tokens.decode(TENANT, "users", &URL_SAFE_NO_PAD.encode(&bytes[..at])), None);
        }
        for text in ["", "x", "RFNwd", "*", "X'44537074'"] {
            assert_eq!(tokens.decode(TENANT, "users", text), None, "{text}");
        }
    }
}
