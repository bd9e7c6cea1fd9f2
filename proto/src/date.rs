//! Dates and moments: `2026-05-08`, `2026-05-08T12:29:00`, RFC 3339, and for
//! "since" also how long ago.

use jiff::{
    Timestamp,
    civil::{Date, DateTime},
    tz::TimeZone,
};
use prost_types::Timestamp as Moment;

use crate::duration;

const FORMS: &str = "write YYYY-MM-DD, YYYY-MM-DDTHH:MM:SS or RFC 3339";

/// Reads a date (its local midnight) or a moment (local unless it says
/// otherwise).
///
/// # Errors
/// For anything else, with the forms there are.
pub fn moment(text: &str) -> Result<Moment, String> {
    in_zone(text, &TimeZone::system()).ok_or_else(|| FORMS.to_owned())
}

/// As [`moment`], or a duration: that long ago.
///
/// # Errors
/// For anything else, with the forms there are.
pub fn since(text: &str) -> Result<Moment, String> {
    since_at(text, Timestamp::now())
}

/// This machine's time zone, by its name or at least its offset of today.
#[must_use]
pub fn zone_name() -> String {
    let zone = TimeZone::system();
    match zone.iana_name() {
        Some(name) => name.to_owned(),
        None => {
            let seconds = zone.to_offset(Timestamp::now()).seconds();
            let (sign, minutes) = (if seconds < 0 { '-' } else { '+' }, seconds.abs() / 60);
            format!("{sign}{:02}:{:02}", minutes / 60, minutes % 60)
        }
    }
}

fn since_at(text: &str, now: Timestamp) -> Result<Moment, String> {
    let Ok(ago) = duration::parse(text) else {
        return moment(text)
            .map_err(|forms| format!("{forms}, or how long ago: 90s, 30m, 24h, 7d, 2w"));
    };
    now.checked_sub(ago)
        .map(proto)
        .map_err(|_| "that is before the first day of the calendar".to_owned())
}

fn in_zone(text: &str, zone: &TimeZone) -> Option<Moment> {
    let time = match shape(text).as_str() {
        "dddd-dd-dd" => text
            .parse::<Date>()
            .ok()?
            .to_zoned_datetime(zone.clone())
            .ok()?
            .timestamp(),
        "dddd-dd-ddTdd:dd:dd" => text
            .parse::<DateTime>()
            .ok()?
            .to_zoned_datetime(zone.clone())
            .ok()?
            .timestamp(),
        shape if shape.starts_with("dddd-dd-ddTdd:dd:dd") => text.parse::<Timestamp>().ok()?,
        _ => return None,
    };
    // Years before 1 have no RFC 3339 form.
    (time.as_second() >= -62_135_596_800).then(|| proto(time))
}

/// The text with `d` for each digit and `T` for what RFC 3339 allows between
/// date and time: jiff's own parsers read more forms than we promise.
fn shape(text: &str) -> String {
    let letter = |(at, c): (usize, char)| match c {
        '0'..='9' => 'd',
        't' | ' ' if at == 10 => 'T',
        'd' => 'x',
        c => c,
    };
    text.chars().enumerate().map(letter).collect()
}

fn proto(time: Timestamp) -> Moment {
    // jiff gives both parts the same sign; protobuf wants the nanoseconds positive.
    let nanos = time.subsec_nanosecond();
    if nanos < 0 {
        Moment {
            seconds: time.as_second() - 1,
            nanos: nanos + 1_000_000_000,
        }
    } else {
        Moment {
            seconds: time.as_second(),
            nanos,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn berlin() -> TimeZone {
        TimeZone::fixed(jiff::tz::offset(2))
    }

    fn seconds(text: &str) -> Option<i64> {
        in_zone(text, &berlin()).map(|time| time.seconds)
    }

    #[test]
    fn a_date_is_its_local_midnight() {
        assert_eq!(seconds("2026-05-08"), Some(1_778_191_200));
    }

    #[test]
    fn a_moment_is_local_unless_it_says_otherwise() {
        assert_eq!(seconds("2026-05-08T12:29:55"), Some(1_778_236_195));
        assert_eq!(seconds("2026-05-08T12:29:55Z"), Some(1_778_243_395));
        assert_eq!(seconds("2026-05-08 12:29:55.25+00:00"), Some(1_778_243_395));
        assert_eq!(seconds("2026-05-08T12:29:55-02:30"), Some(1_778_252_395));
    }

    #[test]
    fn before_1970_the_nanoseconds_stay_positive() {
        let time = in_zone("1969-12-31T23:59:59.75Z", &TimeZone::UTC).expect("a moment");
        assert_eq!((time.seconds, time.nanos), (-1, 750_000_000));
    }

    #[test]
    fn anything_else_is_refused() {
        for text in [
            "",
            "tomorrow",
            "2026-02-30",
            "2026-5-8",
            "20260508",
            "2026-05-08T12:29",
            "08.05.2026",
            "2026-05-08T25:00:00",
        ] {
            assert_eq!(seconds(text), None, "{text}");
        }
        assert!(moment("soon").expect_err("no date").contains("YYYY-MM-DD"));
    }

    #[test]
    fn since_may_say_how_long_ago() {
        let now: Timestamp = "2026-05-08T12:00:00Z".parse().expect("a moment");
        let day_before = since_at("24h", now).expect("a duration");
        assert_eq!(day_before.seconds, now.as_second() - 86_400);
        assert_eq!(since_at("2026-05-07T12:00:00Z", now), Ok(day_before));
        assert!(since_at("99999999999w", now).is_err());
        assert!(
            since_at("a while", now)
                .expect_err("neither")
                .contains("7d")
        );
    }
}
