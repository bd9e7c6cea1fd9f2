//! Moments for people: local, to the minute.

use backlog_api::date;
use jiff::{Timestamp, tz::TimeZone};

/// `2026-05-08 12:29` in local time; empty where there is none.
pub fn local(time: Option<&prost_types::Timestamp>) -> String {
    in_zone(time, &TimeZone::system())
}

/// The day on which something is due, the same one everywhere; where it is due
/// at a time of day, that moment, local.
pub fn due(at: Option<&prost_types::Timestamp>) -> String {
    at.and_then(date::due_day).unwrap_or_else(|| local(at))
}

/// Now, as a request says it.
pub fn now() -> prost_types::Timestamp {
    let now = Timestamp::now();
    prost_types::Timestamp {
        seconds: now.as_second(),
        nanos: now.subsec_nanosecond(),
    }
}

/// Now as a part of a file's name, local: `20260508-122955`.
pub fn stamp() -> String {
    Timestamp::now()
        .to_zoned_datetime(TimeZone::system())
        .strftime("%Y%m%d-%H%M%S")
        .to_string()
}

fn in_zone(time: Option<&prost_types::Timestamp>, zone: &TimeZone) -> String {
    time.and_then(|time| Timestamp::new(time.seconds, time.nanos).ok())
        .map(|time| {
            time.to_zoned_datetime(zone.clone())
                .strftime("%Y-%m-%d %H:%M")
                .to_string()
        })
        .unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn moments_are_told_to_the_minute() {
        let time = prost_types::Timestamp {
            seconds: 1_778_243_395,
            nanos: 999_999_999,
        };
        assert_eq!(in_zone(Some(&time), &TimeZone::UTC), "2026-05-08 12:29");
        assert_eq!(in_zone(None, &TimeZone::UTC), "");
    }
}
