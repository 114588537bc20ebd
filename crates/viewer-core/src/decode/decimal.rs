//! Decimal strings to the nearest f64, as `str::parse` does, without its 10 kB of tables: the decode module is to be small.

use std::cmp::Ordering;

/// More digits than a decimal string of the standard can have (DS: 16 bytes) are told from zeros, no more.
const MAX_DIGITS: usize = 40;

/// The nearest number, ties to even; none for what is no decimal number, or not finite.
pub(crate) fn parse(text: &str) -> Option<f64> {
    let (is_negative, text) = match text.as_bytes() {
        [b'-', rest @ ..] => (true, rest),
        [b'+', rest @ ..] => (false, rest),
        all => (false, all),
    };
    let (digits, exponent) = split(text)?;
    let value = nearest(&digits, exponent);
    value
        .is_finite()
        .then_some(if is_negative { -value } else { value })
}

/// The digits without leading zeros, and the power of ten of the last one.
fn split(text: &[u8]) -> Option<(Vec<u8>, i64)> {
    let mut digits = Vec::new();
    let (mut exponent, mut has_point, mut has_digits, mut has_more) = (0_i64, false, false, false);
    let mut rest = text;
    while let [byte, tail @ ..] = rest {
        match byte {
            b'0'..=b'9' => {
                has_digits = true;
                let digit = byte - b'0';
                if digits.len() < MAX_DIGITS {
                    if digit != 0 || !digits.is_empty() {
                        digits.push(digit);
                    }
                    exponent -= i64::from(has_point);
                } else {
                    has_more |= digit != 0;
                    exponent += i64::from(!has_point);
                }
            }
            b'.' if !has_point => has_point = true,
            b'e' | b'E' => break,
            _ => return None,
        }
        rest = tail;
    }
    if !has_digits {
        return None;
    }
    if let [_, power @ ..] = rest {
        let power: i64 = std::str::from_utf8(power).ok()?.parse().ok()?;
        exponent = exponent.saturating_add(power);
    }
    if has_more {
        digits.push(1);
        exponent -= 1;
    }
    Some((digits, exponent))
}

fn nearest(digits: &[u8], exponent: i64) -> f64 {
    let power = exponent.unsigned_abs();
    if digits.len() <= 15 && power <= 22 {
        // both are exact, so one operation rounds once
        let integer = digits
            .iter()
            .fold(0.0, |sum, &digit| sum * 10.0 + f64::from(digit));
        let scale = (0..power).fold(1.0, |scale, _| scale * 10.0);
        return if exponent < 0 {
            integer / scale
        } else {
            integer * scale
        };
    }
    match exponent.saturating_add(i64::try_from(digits.len()).unwrap_or_default()) {
        _ if digits.is_empty() => 0.0,
        ..-330 => 0.0,
        310.. => f64::INFINITY,
        _ => {
            let mut numerator = Natural::default();
            digits
                .iter()
                .for_each(|&digit| numerator.times_and(10, digit.into()));
            let mut denominator = Natural(vec![1]);
            let scaled = if exponent < 0 {
                &mut denominator
            } else {
                &mut numerator
            };
            (0..power).for_each(|_| scaled.times_and(10, 0));
            ratio(numerator, denominator)
        }
    }
}

/// The quotient of two numbers that are not zero, by long division in base two.
fn ratio(mut numerator: Natural, mut denominator: Natural) -> f64 {
    // 2^exponent <= numerator / denominator < 2^(exponent + 2)
    let mut exponent = numerator.bits() - denominator.bits() - 1;
    if exponent < 0 {
        numerator.shift(exponent.unsigned_abs());
    } else {
        denominator.shift(exponent.unsigned_abs());
    }
    let mut twice = denominator.clone();
    twice.shift(1);
    if numerator.compare(&twice) != Ordering::Less {
        denominator = twice;
        exponent += 1;
    }
    // 53 bits, or those above 2^-1074
    let bits = (exponent + 1075).clamp(0, 53);
    let mut quotient = 0_u64;
    for _ in 0..bits {
        quotient <<= 1;
        if numerator.compare(&denominator) != Ordering::Less {
            numerator.subtract(&denominator);
            quotient |= 1;
        }
        numerator.shift(1);
    }
    // what remains, against a half
    let half = if bits == 0 && exponent < -1075 {
        Ordering::Less
    } else {
        numerator.compare(&denominator)
    };
    if half == Ordering::Greater || half == Ordering::Equal && quotient & 1 == 1 {
        quotient += 1;
    }
    // the last bit stands for 2^(exponent - bits + 1); two steps, because one may not be a normal number
    let scale = exponent - bits + 1;
    #[expect(clippy::cast_precision_loss, reason = "at most 2^53")]
    let quotient = quotient as f64;
    quotient * power_of_two(scale / 2) * power_of_two(scale - scale / 2)
}

/// 2 to the `exponent` of at most 1023 and at least -1022.
fn power_of_two(exponent: i64) -> f64 {
    f64::from_bits(u64::try_from(exponent + 1023).unwrap_or_default() << 52)
}

/// A natural number, the lowest digit in base 2^32 first, the last one not zero.
#[derive(Debug, Clone, Default)]
struct Natural(Vec<u32>);

impl Natural {
    fn bits(&self) -> i64 {
        let top = self.0.last().map_or(0, |top| 32 - top.leading_zeros());
        i64::try_from(self.0.len()).unwrap_or_default() * 32 - 32 + i64::from(top)
    }

    fn times_and(&mut self, factor: u32, summand: u32) {
        let mut carry = u64::from(summand);
        for digit in &mut self.0 {
            carry += u64::from(*digit) * u64::from(factor);
            *digit = low(carry);
            carry >>= 32;
        }
        if carry != 0 {
            self.0.push(low(carry));
        }
    }

    fn shift(&mut self, bits: u64) {
        (0..bits % 31).for_each(|_| self.times_and(2, 0));
        (0..bits / 31).for_each(|_| self.times_and(1 << 31, 0));
    }

    fn compare(&self, other: &Self) -> Ordering {
        let by_length = self.0.len().cmp(&other.0.len());
        by_length.then_with(|| self.0.iter().rev().cmp(other.0.iter().rev()))
    }

    /// Less a number that is not larger.
    fn subtract(&mut self, other: &Self) {
        let mut borrow = false;
        for (digit, other) in self.0.iter_mut().zip(other.0.iter().chain(std::iter::repeat(&0))) {
            let (first, a) = digit.overflowing_sub(*other);
            let (second, b) = first.overflowing_sub(u32::from(borrow));
            (*digit, borrow) = (second, a || b);
        }
        while self.0.last() == Some(&0) {
            self.0.pop();
        }
    }
}

#[expect(clippy::cast_possible_truncation, reason = "the lower half")]
const fn low(value: u64) -> u32 {
    value as u32
}

#[cfg(test)]
mod tests {
    use super::*;

    fn agrees(text: &str) {
        let theirs = text.parse::<f64>().ok().filter(|value| value.is_finite());
        assert_eq!(parse(text).map(f64::to_bits), theirs.map(f64::to_bits), "{text}");
    }

    #[test]
    fn what_is_no_number_is_none() {
        for text in [
            "", "-", "+", ".", "-.", "e5", "1e", "1e+", "1.2.3", "1 2", "0x1", "1,5", "--1", "1e5.0", "1_0",
        ] {
            agrees(text);
        }
        assert_eq!(
            [parse("nan"), parse("inf"), parse("-infinity"), parse("1e309")],
            [None; 4]
        );
    }

    #[test]
    fn the_edges_of_the_range_and_ties() {
        for text in [
            "0",
            "-0",
            "+0.0e99999999",
            "1",
            ".5",
            "5.",
            "-1024",
            "1E+5",
            "1e-5",
            "0.1",
            "0.3",
            "2.2250738585072014e-308",
            "2.2250738585072011e-308",
            "4.9406564584124654e-324",
            "2.4703282292062327e-324",
            "2.4703282292062328e-324",
            "1e-400",
            "1e-99999999999",
            "1e99999999999999999999",
            "1.7976931348623157e308",
            "1.7976931348623158e308",
            "1.7976931348623159e308",
            "9007199254740993",
            "9007199254740992.5",
            "9007199254740991.5",
            "9007199254740993.00000000000000000000000000000000000000000001",
            "0.000000000000000000000000000000001e33",
            "123456789012345678901234567890123456789012345678901234567890",
            "8.5e22",
            "1e23",
            "5e-325",
        ] {
            agrees(text);
        }
    }

    #[test]
    fn random_numbers_agree_with_the_library() {
        let mut seed = 1_u64;
        let mut random = |below: u64| {
            seed = seed
                .wrapping_mul(6_364_136_223_846_793_005)
                .wrapping_add(1_442_695_040_888_963_407);
            (seed >> 33) % below
        };
        for _ in 0..20_000 {
            let mut text: String = (0..=random(22))
                .map(|_| char::from(b'0' + u8::try_from(random(10)).unwrap_or(0)))
                .collect();
            let at = usize::try_from(random(text.len() as u64 + 1)).unwrap_or(0);
            if random(3) > 0 {
                text.insert(at, '.');
            }
            if random(3) == 0 {
                let power = i64::try_from(random(700)).unwrap_or(0) - 350;
                text.push_str(&format!("e{power}"));
            }
            agrees(&text);
        }
    }
}
