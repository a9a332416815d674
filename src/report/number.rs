//! Numbers in, the way people read them out.
//!
//! Shares are percentages: whole ones below [`FINE`] cases, one decimal from there on. Net stance
//! has a sign and two decimals. Counts have thousands separators. A share is never rounded to 0%
//! or 100% when it is neither.

/// Cases from which on a share is worth a decimal.
pub const FINE: u32 = 100;

/// U+2212, as wide as `+`.
const MINUS: char = '\u{2212}';

/// `1,234,567`
pub fn count(n: impl Into<u64>) -> String {
    let digits = n.into().to_string();
    let mut out = String::with_capacity(digits.len() + digits.len() / 3);
    for (i, digit) in digits.chars().enumerate() {
        if i > 0 && (digits.len() - i).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    out
}

/// `1,234 articles`, `1 article`
pub fn counted(n: impl Into<u64>, one: &str, many: &str) -> String {
    let n = n.into();
    format!("{} {}", count(n), if n == 1 { one } else { many })
}

/// "one" to "nine" in words, the rest in digits.
pub fn in_words(n: u32) -> String {
    const WORDS: [&str; 10] =
        ["no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine"];
    WORDS.get(n as usize).map_or_else(|| count(n), |word| (*word).to_owned())
}

/// `82%`, or `82.4%` where it stands on 100 cases or more.
pub fn share(value: f64, cases: u32) -> String {
    format!("{}%", share_digits(value, cases))
}

/// `70 to 91`, in per cent.
pub fn share_interval(lo: f64, hi: f64, cases: u32) -> String {
    format!("{} to {}", share_digits(lo, cases), share_digits(hi, cases))
}

/// A difference of shares: `+12 points`.
pub fn points(value: f64, cases: u32) -> String {
    format!("{} points", signed(value * 100.0, decimals(cases)))
}

/// `-3 to +12`, in percentage points.
pub fn points_interval(lo: f64, hi: f64, cases: u32) -> String {
    let decimals = decimals(cases);
    format!("{} to {}", signed(lo * 100.0, decimals), signed(hi * 100.0, decimals))
}

/// `+0.31`, `−0.31` or `0.00`.
pub fn net(value: f64) -> String {
    signed(value, 2)
}

/// How strongly a net stance is coloured, of the figure as it is shown: -3 (against) to 3 (in favour).
pub fn heat(net: f64) -> i8 {
    let strength = match (net.abs() * 100.0).round() {
        hundredths if hundredths >= 40.0 => 3,
        hundredths if hundredths >= 20.0 => 2,
        hundredths if hundredths >= 5.0 => 1,
        _ => 0,
    };
    if net < 0.0 { -strength } else { strength }
}

/// `−0.42 to −0.20`
pub fn net_interval(lo: f64, hi: f64) -> String {
    format!("{} to {}", net(lo), net(hi))
}

/// A probability: `0.93`.
pub fn probability(p: f64) -> String {
    format!("{p:.2}")
}

/// `8 s`, `3 min 20 s`, `2 h 5 min`
pub fn duration(seconds: f64) -> String {
    if !seconds.is_finite() || seconds < 0.0 {
        return String::new();
    }
    let whole = seconds.round() as u64;
    match whole {
        0..10 => format!("{seconds:.1} s"),
        10..60 => format!("{whole} s"),
        60..3600 => format!("{} min {} s", whole / 60, whole % 60),
        _ => format!("{} h {} min", count(whole / 3600), whole % 3600 / 60),
    }
}

fn decimals(cases: u32) -> usize {
    usize::from(cases >= FINE)
}

fn share_digits(value: f64, cases: u32) -> String {
    let (per_cent, decimals) = (value * 100.0, decimals(cases));
    let step = 0.1_f64.powi(decimals as i32);
    if per_cent > 0.0 && per_cent < step / 2.0 {
        format!("<{step:.decimals$}")
    } else if per_cent < 100.0 && per_cent >= 100.0 - step / 2.0 {
        format!(">{:.decimals$}", 100.0 - step)
    } else {
        format!("{per_cent:.decimals$}")
    }
}

fn signed(value: f64, decimals: usize) -> String {
    let digits = format!("{:.decimals$}", value.abs());
    let is_zero = digits.bytes().all(|b| b == b'0' || b == b'.');
    match value {
        _ if is_zero => digits,
        v if v < 0.0 => format!("{MINUS}{digits}"),
        _ => format!("+{digits}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn figures_that_read_the_same_have_one_colour() {
        assert_eq!([-0.0458, -0.0541, 0.049, 0.044].map(heat), [-1, -1, 1, 0]);
        assert_eq!([-1.0, -0.396, 0.2, 0.0, f64::NAN].map(heat), [-3, -3, 2, 0, 0]);
    }

    #[test]
    fn numbers_are_written_as_people_read_them() {
        assert_eq!(count(0u32), "0");
        assert_eq!(count(999u32), "999");
        assert_eq!(count(1_234_567u32), "1,234,567");
        assert_eq!(share(14.0 / 17.0, 17), "82%");
        assert_eq!(share(0.8241, 100), "82.4%");
        assert_eq!(share_interval(0.704, 0.913, 17), "70 to 91");
        assert_eq!(net(-0.314), "−0.31");
        assert_eq!(net(0.314), "+0.31");
        assert_eq!(net(-0.001), "0.00");
        assert_eq!(points(0.125, 300), "+12.5 points");
        assert_eq!(duration(200.0), "3 min 20 s");
    }

    #[test]
    fn a_share_is_rounded_to_nothing_or_everything_only_when_it_is() {
        assert_eq!(share(0.0, 17), "0%");
        assert_eq!(share(1.0, 17), "100%");
        assert_eq!(share(1.0 / 5000.0, 5000), "<0.1%");
        assert_eq!(share(4999.0 / 5000.0, 5000), ">99.9%");
    }
}
