//! Sorting, where few values are sorted: the standard library's way weighs 8 kB a type.

use std::collections::BinaryHeap;

/// The values from small to large.
pub(crate) fn sorted(values: Vec<i64>) -> Vec<i64> {
    BinaryHeap::from(values).into_sorted_vec()
}

/// An integer in the place of a number in the order of [`f64::total_cmp`]; and the number of an integer, by the same way.
pub(crate) const fn key(bits: i64) -> i64 {
    // negative numbers are of sign and magnitude
    bits ^ (bits >> 63 & i64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_are_in_the_order_of_numbers() {
        let numbers = [
            f64::NEG_INFINITY,
            -1e300,
            -1.0,
            -1e-310,
            -0.0,
            0.0,
            1e-310,
            2.5,
            f64::INFINITY,
        ];
        let keys: Vec<i64> = numbers
            .iter()
            .rev()
            .map(|number| key(number.to_bits().cast_signed()))
            .collect();
        let back: Vec<u64> = sorted(keys).into_iter().map(|k| key(k).cast_unsigned()).collect();
        assert_eq!(back, numbers.map(f64::to_bits));
    }
}
