//! How long, as a person types it.

use jiff::{Span, SpanRelativeTo};

/// Reads `90s`, `5m`, `2h 30m` or `3d` (a day has 24 hours), in whole seconds.
pub(crate) fn seconds(text: &str) -> Result<u32, String> {
    let wrong = "write a time such as 90s, 5m, 2h or 3d";
    let span: Span = text.parse().map_err(|_| wrong.to_owned())?;
    let exact = span.to_duration(SpanRelativeTo::days_are_24_hours()).map_err(|_| wrong.to_owned())?;
    u32::try_from(exact.as_secs())
        .map_err(|_| format!("{wrong}; nothing before now, and no more than 136 years"))
}

#[cfg(test)]
mod tests {
    use super::seconds;

    #[test]
    fn a_time_is_read_as_people_write_it() {
        for (text, read) in [("90s", 90), ("5m", 300), ("2h 30m", 9_000), ("3d", 259_200), ("1h30m", 5_400)] {
            assert_eq!(seconds(text), Ok(read), "{text}");
        }
    }

    #[test]
    fn what_is_no_time_is_told_how_to_write_one() {
        for text in ["5", "soon", "", "-5s", "1 month", "9999999h"] {
            assert!(seconds(text).expect_err(text).contains("90s"), "{text}");
        }
    }
}
