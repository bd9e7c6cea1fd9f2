//! Moments, told from now.

use prost_types::Timestamp;

/// Now.
pub(crate) fn now() -> Timestamp {
    let now = jiff::Timestamp::now();
    Timestamp {
        seconds: now.as_second(),
        nanos: now.subsec_nanosecond(),
    }
}

/// Seconds from now until a moment; negative for what has been.
fn until(moment: &Timestamp) -> i64 {
    moment.seconds - now().seconds
}

/// `just now`, `5 min ago`, `in 3 d`.
pub(crate) fn ago(moment: Option<&Timestamp>) -> String {
    match moment.map(until) {
        None => "at an unknown time".to_owned(),
        Some(seconds) if seconds.abs() < 60 => "just now".to_owned(),
        Some(seconds) if seconds < 0 => format!("{} ago", span(-seconds)),
        Some(seconds) => format!("in {}", span(seconds)),
    }
}

/// `4 min left`.
pub(crate) fn left(moment: &Timestamp) -> String {
    format!("{} left", span(until(moment).max(0)))
}

/// `45 s`, `4 min`, `3 h`, `12 d`.
pub(crate) fn span(seconds: i64) -> String {
    match seconds {
        ..60 => format!("{seconds} s"),
        60..3_600 => format!("{} min", seconds / 60),
        3_600..172_800 => format!("{} h", seconds / 3_600),
        _ => format!("{} d", seconds / 86_400),
    }
}
