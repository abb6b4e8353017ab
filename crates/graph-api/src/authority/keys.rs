//! `GET /{tenant}/discovery/v2.0/keys`: the public halves of the signing keys

use super::KeyRing;
use serde_json::Value;

pub(super) fn content(keys: &KeyRing) -> Value {
    tokens::key_set(&keys.keys().collect::<Vec<_>>())
}
