//! Sorting, compiled once: each other kind of list weighs 7 kB in a browser module.

use std::cmp::Ordering;

/// The same in order; what is equal stays in its order.
pub(super) fn sorted<T: Copy>(items: &[T], compare: &dyn Fn(&T, &T) -> Ordering) -> Vec<T> {
    let order = order(items.len(), &|a, b| match (items.get(a), items.get(b)) {
        (Some(a), Some(b)) => compare(a, b),
        _ => Ordering::Equal,
    });
    order
        .into_iter()
        .filter_map(|number| items.get(number).copied())
        .collect()
}

/// The numbers below `count` in order; what is equal stays in its order.
pub(super) fn order(count: usize, compare: &dyn Fn(usize, usize) -> Ordering) -> Vec<usize> {
    let mut order: Vec<usize> = (0..count).collect();
    order.sort_by(|a, b| compare(*a, *b));
    order
}

/// The middle one, of an even number the lower.
pub(super) fn median(numbers: &[f64]) -> Option<f64> {
    let middle = numbers.len().checked_sub(1)? / 2;
    sorted(numbers, &f64::total_cmp).get(middle).copied()
}
