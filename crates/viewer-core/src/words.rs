//! Numbers in sentences.

/// `value` rounded to at most `decimals` decimals (up to 6), without zeros at the end; the standard library's way weighs
/// 10 kB in a browser module.
pub(crate) fn fixed(value: f64, decimals: u32) -> String {
    let decimals = decimals.min(6);
    let unit = 10_u64.pow(decimals);
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_precision_loss,
        clippy::cast_sign_loss,
        reason = "at most a million; the cast back saturates"
    )]
    let scaled = libm::round(value.abs() * unit as f64) as u64;
    let (whole, part) = (scaled / unit, scaled % unit);
    let sign = if value < 0.0 && scaled > 0 { "-" } else { "" };
    if part == 0 {
        return format!("{sign}{whole}");
    }
    let digits = format!("{part:0width$}", width = decimals as usize);
    format!("{sign}{whole}.{}", digits.trim_end_matches('0'))
}

#[cfg(test)]
mod tests {
    use super::fixed;

    #[test]
    fn numbers_are_short() {
        assert_eq!(fixed(4.6, 4), "4.6");
        assert_eq!(fixed(-0.000_04, 4), "0");
        assert_eq!(fixed(-1.005, 2), "-1");
        assert_eq!(fixed(12.0 + 1.0 / 16.0, 3), "12.063");
        assert_eq!(fixed(1000.0, 0), "1000");
        assert_eq!(fixed(f64::NAN, 2), "0");
    }
}
