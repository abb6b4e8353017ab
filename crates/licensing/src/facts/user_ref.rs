//! How a client names a user.

use super::Scope;
use crate::directory::fold_name;
use uuid::Uuid;

/// How a client names a user.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum UserRef {
    /// By `id`.
    Id(Uuid),
    /// By `userPrincipalName`, case ignored.
    Name(String),
}

impl UserRef {
    /// What `text` means: a GUID is an id, all else is a principal name.
    #[must_use]
    pub fn parse(text: &str) -> Self {
        match Uuid::try_parse(text) {
            Ok(id) if text.len() == 36 => Self::Id(id),
            _ => Self::Name(text.to_owned()),
        }
    }

    /// Asks for this user.
    pub fn add_to(&self, scope: &mut Scope) {
        match self {
            Self::Id(id) => scope.objects.insert(*id),
            Self::Name(name) => scope.names.insert(fold_name(name)),
        };
    }
}

impl std::fmt::Display for UserRef {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Id(id) => id.fmt(f),
            Self::Name(name) => f.write_str(name),
        }
    }
}
