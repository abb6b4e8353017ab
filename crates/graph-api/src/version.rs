//! The versions of the API that answer.

use std::fmt;

/// A version, the first segment of a path.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Version {
    V1,
    Beta,
    /// The version of two generated pages: a plain 200, and the object under `value`.
    Localtest,
}

impl Version {
    /// The version that a segment names, in any case.
    pub(crate) fn parse(segment: &str) -> Option<Self> {
        [Self::V1, Self::Beta, Self::Localtest].into_iter().find(|v| v.as_str().eq_ignore_ascii_case(segment))
    }

    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Self::V1 => "v1.0",
            Self::Beta => "beta",
            Self::Localtest => "localtest",
        }
    }
}

impl fmt::Display for Version {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}
