//! A date as newsrooms write it in, `YYYY-MM-DD` out.
//!
//! What could be read in two ways (03/04/2025) is no date here: a wrong one is worse than none.

use std::sync::LazyLock;

use regex::{Captures, Regex};

const MONTHS: [&str; 12] =
    ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];

static YEAR_FIRST: LazyLock<Regex> =
    LazyLock::new(|| pattern(r"^(?<y>\d{4})[-/.](?<m>\d{1,2})[-/.](?<d>\d{1,2})(?:\D|$)"));
static COMPACT: LazyLock<Regex> =
    LazyLock::new(|| pattern(r"^(?<y>(?:19|20)\d\d)(?<m>\d\d)(?<d>\d\d)(?:T\d.*)?$"));
static NUMBERS: LazyLock<Regex> =
    LazyLock::new(|| pattern(r"^(?<a>\d{1,2})(?<sep>[-/.])(?<b>\d{1,2})[-/.](?<y>\d{4})(?:\D|$)"));
static DAY_MONTH: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r"(?i)\b(?<d>\d{1,2})(?:st|nd|rd|th)?[ -](?:of )?(?<n>[a-z]{3,9})\.?,?[ -](?<y>\d{4})\b",
    )
});
static MONTH_DAY: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r"(?i)\b(?<n>[a-z]{3,9})\.? (?<d>\d{1,2})(?:st|nd|rd|th)?,? (?:\d\d:\d\d\S* (?:[A-Z]{2,4} )?)?(?<y>\d{4})\b",
    )
});

fn pattern(text: &str) -> Regex {
    Regex::new(text).expect("a fixed pattern")
}

/// The day that a date names, in whatever usual form.
pub(super) fn parse(text: &str) -> Option<String> {
    let text = text.trim();
    let number =
        |captures: &Captures, name: &str| captures.name(name)?.as_str().parse::<i16>().ok();
    for regex in [&YEAR_FIRST, &COMPACT] {
        if let Some(c) = regex.captures(text) {
            return day(number(&c, "y")?, number(&c, "m")?, number(&c, "d")?);
        }
    }
    if let Some(c) = NUMBERS.captures(text) {
        let (a, b, year) = (number(&c, "a")?, number(&c, "b")?, number(&c, "y")?);
        return match (&c["sep"], a, b) {
            (".", d, m) => day(year, m, d),
            (_, d, m) if d > 12 || d == m => day(year, m, d),
            (_, m, d) if d > 12 => day(year, m, d),
            _ => None,
        };
    }
    if text.len() >= 10 && text.bytes().all(|b| b.is_ascii_digit()) {
        return epoch(text.parse().ok()?);
    }
    for regex in [&DAY_MONTH, &MONTH_DAY] {
        if let Some(c) = regex.captures(text) {
            return day(number(&c, "y")?, month(&c["n"])?, number(&c, "d")?);
        }
    }
    None
}

/// Seconds or milliseconds since 1970, as some exports have them; the day is the one in UTC.
pub(super) fn epoch(number: i64) -> Option<String> {
    let seconds = if number.abs() >= 100_000_000_000 { number / 1000 } else { number };
    // Before 1980 a bare number is more likely something else.
    if seconds < 315_532_800 {
        return None;
    }
    let moment = jiff::Timestamp::from_second(seconds).ok()?;
    Some(moment.to_zoned(jiff::tz::TimeZone::UTC).date().to_string())
}

fn month(name: &str) -> Option<i16> {
    let name = name.to_ascii_lowercase();
    const LONG: [&str; 12] = [
        "january",
        "february",
        "march",
        "april",
        "may",
        "june",
        "july",
        "august",
        "september",
        "october",
        "november",
        "december",
    ];
    let at = MONTHS.iter().position(|m| name.starts_with(m))?;
    // "Marching 12 2025" names no month.
    (LONG[at].starts_with(&name) || name == "sept").then_some(at as i16 + 1)
}

/// The first newspapers are of about that year: an earlier one, such as 0001, is what a database has for none.
const FIRST_YEAR: i16 = 1600;

fn day(year: i16, month: i16, day: i16) -> Option<String> {
    if year < FIRST_YEAR {
        return None;
    }
    let date = jiff::civil::Date::new(year, i8::try_from(month).ok()?, i8::try_from(day).ok()?);
    date.ok().map(|date| date.to_string())
}

#[cfg(test)]
mod tests {
    use super::parse;

    #[test]
    fn usual_forms_name_the_same_day() {
        for text in [
            "2025-12-28",
            "2025-12-28T09:30:00+08:00",
            "2025/12/28",
            "20251228",
            "28/12/2025",
            "12/28/2025",
            "28.12.2025",
            "28 December 2025",
            "Dec 28, 2025",
            "December 28th, 2025, 5 pm",
            "Sun, 28 Dec 2025 10:00:00 GMT",
            "Sun Dec 28 10:00:00 2025",
            "Published: Dec. 28, 2025",
            "1766916000",
            "1766916000000",
        ] {
            assert_eq!(parse(text).as_deref(), Some("2025-12-28"), "{text}");
        }
        assert_eq!(parse("Sept. 3, 2024").as_deref(), Some("2024-09-03"));
    }

    #[test]
    fn what_could_be_two_days_or_none_is_no_date() {
        for text in [
            "03/04/2025",
            "2025-13-40",
            "0001-01-01",
            "yesterday",
            "",
            "31 Feb 2025",
            "2025",
            "Marching 12, 2025",
        ] {
            assert_eq!(parse(text), None, "{text}");
        }
    }
}
