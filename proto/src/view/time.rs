//! Times, as JSON has them.

use prost_types::Timestamp;

/// RFC 3339 in UTC, with as many digits as are stored:
/// `2026-05-08T12:29:00.25Z`. What no calendar has becomes the nearest it has.
#[must_use]
pub fn time(at: &Timestamp) -> String {
    jiff::Timestamp::new(at.seconds, at.nanos)
        .unwrap_or(match at.seconds {
            ..0 => jiff::Timestamp::MIN,
            0.. => jiff::Timestamp::MAX,
        })
        .to_string()
}

/// A field that is always there.
pub(super) fn required(at: Option<&Timestamp>) -> String {
    at.map(time).unwrap_or_default()
}

/// A field that is left out where it is unset.
pub(super) fn optional(at: Option<&Timestamp>) -> Option<String> {
    at.map(time)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_time_has_as_many_digits_as_are_stored() {
        for (seconds, nanos, text) in [
            (0, 0, "1970-01-01T00:00:00Z"),
            (1_778_243_340, 250_000_000, "2026-05-08T12:29:00.25Z"),
            (1_778_243_340, 1, "2026-05-08T12:29:00.000000001Z"),
            (-1, 999_999_999, "1969-12-31T23:59:59.999999999Z"),
        ] {
            assert_eq!(time(&Timestamp { seconds, nanos }), text);
        }
    }

    #[test]
    fn an_impossible_time_is_still_a_time() {
        for seconds in [i64::MIN, i64::MAX] {
            let text = time(&Timestamp { seconds, nanos: -5 });
            assert!(text.parse::<jiff::Timestamp>().is_ok(), "{text}");
        }
    }
}
