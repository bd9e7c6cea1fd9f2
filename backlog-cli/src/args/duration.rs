//! Lengths of time: `90s 30m 24h 7d 2w`.

use backlog_api::duration;
use prost_types::Duration;

/// Reads a length of time.
pub fn parse(text: &str) -> Result<Duration, String> {
    duration::parse(text)
        .map_err(|_| "write a number and a unit, like 90s, 30m or 24h".to_owned())
        .and_then(|time| Duration::try_from(time).map_err(|_| "that is too long".to_owned()))
}
