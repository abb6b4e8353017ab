//! The versions of the API that answer.

use crate::error::ApiError;
use std::borrow::Cow;
use std::fmt;

/// A version, the first segment of a path.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Version {
    V1,
    Beta,
    /// The version of two generated pages: a plain 200, and the object under `value`.
    Localtest,
    /// Not Graph's: what an administrator of Seatwright needs beside it.
    Administration,
}

impl Version {
    /// The version with which a path begins, in any case, and what follows it.
    ///
    /// # Errors
    /// 400.
    pub(crate) fn split<'p, 's>(path: &'p [Cow<'s, str>]) -> Result<(Self, &'p [Cow<'s, str>]), ApiError> {
        match path {
            [own, number, rest @ ..] if own.eq_ignore_ascii_case("seatwright") && number.eq_ignore_ascii_case("v1") => {
                Ok((Self::Administration, rest))
            }
            [version, rest @ ..] => [Self::V1, Self::Beta, Self::Localtest]
                .into_iter()
                .find(|known| known.as_str().eq_ignore_ascii_case(version))
                .map(|known| (known, rest))
                .ok_or_else(|| ApiError::unknown_version(version)),
            [] => Err(ApiError::unknown_version("")),
        }
    }

    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Self::V1 => "v1.0",
            Self::Beta => "beta",
            Self::Localtest => "localtest",
            Self::Administration => "seatwright/v1",
        }
    }
}

impl fmt::Display for Version {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}
