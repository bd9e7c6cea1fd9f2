//! Dates and moments: `2026-05-08`, `2026-05-08T12:29:00`, RFC 3339, and for
//! "since" also how long ago.
//!
//! A due date is a day, and the same day for whoever reads it. It is kept as
//! its midnight in UTC, so that no time zone moves it; one with a time of day
//! is a moment. Anything else that takes a date means the moment when that day
//! begins here.

use jiff::{
    Timestamp,
    civil::{Date, DateTime},
    tz::TimeZone,
};
use prost_types::Timestamp as Moment;

use crate::duration;

/// The [`shape`] of a date.
const DATE: &str = "dddd-dd-dd";
const FORMS: &str = "write YYYY-MM-DD, YYYY-MM-DDTHH:MM:SS or RFC 3339";

/// Reads a date (its local midnight) or a moment (local unless it says
/// otherwise).
///
/// # Errors
/// For anything else, with the forms there are.
pub fn moment(text: &str) -> Result<Moment, String> {
    in_zone(text, &TimeZone::system()).ok_or_else(|| FORMS.to_owned())
}

/// Reads when something is due: a date is that day wherever it is read;
/// anything else as [`moment`].
///
/// # Errors
/// For anything else, with the forms there are.
pub fn due(text: &str) -> Result<Moment, String> {
    if shape(text) == DATE {
        in_zone(text, &TimeZone::UTC).ok_or_else(|| FORMS.to_owned())
    } else {
        moment(text)
    }
}

/// The day on which something is due, `2026-05-08`; `None` where it is due at
/// a time of day.
#[must_use]
pub fn due_day(at: &Moment) -> Option<String> {
    const DAY: i64 = 24 * 60 * 60;
    let is_day = at.nanos == 0 && at.seconds.rem_euclid(DAY) == 0;
    let time = is_day.then(|| Timestamp::from_second(at.seconds).ok())??;
    Some(time.to_zoned_datetime(TimeZone::UTC).date().to_string())
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
        DATE => text
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
    fn a_due_date_is_the_same_day_everywhere() {
        let day = due("2026-05-08").expect("a date");
        assert_eq!(day.seconds, 1_778_198_400);
        assert_eq!(due_day(&day).as_deref(), Some("2026-05-08"));
        let moment = due("2026-05-08T12:29:55Z").expect("a moment");
        assert_eq!(due_day(&moment), None);
        assert_eq!(
            due_day(&due("1969-12-31").expect("a date")).as_deref(),
            Some("1969-12-31")
        );
        assert!(due("tomorrow").is_err() && due("2026-02-30").is_err());
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
