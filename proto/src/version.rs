//! Which program, API and schema a process is.

use std::{borrow::Cow, fmt, str::FromStr};

use semver::Version;

/// Major version of the API: the `v1` of `backlog.v1`.
pub const API: u32 = 1;

/// The program's version. `BACKLOG_TEST_VERSION` stands in for it where tests
/// need an older or newer one than was built.
#[must_use]
pub fn program() -> Version {
    let text = match std::env::var("BACKLOG_TEST_VERSION") {
        Ok(text) => Cow::Owned(text),
        Err(_) => Cow::Borrowed(env!("CARGO_PKG_VERSION")),
    };
    Version::parse(&text).unwrap_or_else(|_| Version::new(0, 0, 0))
}

/// What a client says of itself in each call: `2.0.0 api=1-1`. The range is
/// of API major versions it can speak.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ClientVersion {
    /// The program's version.
    pub program: Version,
    /// Lowest API major version it speaks.
    pub api_min: u32,
    /// Highest API major version it speaks.
    pub api_max: u32,
}

impl ClientVersion {
    /// This program.
    #[must_use]
    pub fn current() -> Self {
        let api = std::env::var("BACKLOG_TEST_API")
            .ok()
            .and_then(|text| text.parse().ok())
            .unwrap_or(API);
        Self {
            program: program(),
            api_min: api,
            api_max: api,
        }
    }
}

impl fmt::Display for ClientVersion {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} api={}-{}", self.program, self.api_min, self.api_max)
    }
}

/// A client header that is not of the form `2.0.0 api=1-1`.
#[derive(Debug, thiserror::Error)]
#[error("not a client version: {0:?}")]
pub struct InvalidClientVersion(String);

impl FromStr for ClientVersion {
    type Err = InvalidClientVersion;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let parse = || {
            let (program, api) = text.split_once(" api=")?;
            let (min, max) = api.split_once('-')?;
            Some(Self {
                program: Version::parse(program).ok()?,
                api_min: min.parse().ok()?,
                api_max: max.parse().ok()?,
            })
        };
        parse().ok_or_else(|| InvalidClientVersion(text.to_owned()))
    }
}
