//! Local contrast: levels between the darkest and the lightest about them.

use super::blur::Plane;

/// Sides of tiles, pixels, at least and at most; between, a quarter of the shorter side of the picture.
const TILE: (usize, usize) = (8, 64);
/// A range is taken to be at least as wide, of the window: what varies less is grain.
const LEAST_RANGE: f64 = 0.25;
/// Dark levels are lightened.
const EXPONENT: f64 = 0.8;

/// Mixes in, by `share`, where each level lies between the least and the greatest of its tile; the ranges of four tiles about a
/// level are mixed by its distance from their centres.
pub(super) fn stretch(plane: &mut Plane, share: f64) {
    let (rows, columns) = (plane.rows(), plane.columns());
    let side = (rows.min(columns) / 4).clamp(TILE.0, TILE.1);
    let ranges: Vec<Vec<(f64, f64)>> = (0..rows.div_ceil(side))
        .map(|tile| {
            let lines = tile * side..rows.min((tile + 1) * side);
            (0..columns.div_ceil(side))
                .map(|column| range_of(plane, lines.clone(), column * side, side))
                .collect()
        })
        .collect();
    let widths = |count: usize| (count.div_ceil(side), side);
    plane.each_at(|row, column, level| {
        let (above, below, down) = between(row, widths(rows));
        let (left, right, along) = between(column, widths(columns));
        let range = |row: usize, column: usize| {
            let tile = ranges.get(row).and_then(|line| line.get(column));
            tile.copied().unwrap_or((0.0, 1.0))
        };
        let low_high = mixed(
            mixed(range(above, left), range(above, right), along),
            mixed(range(below, left), range(below, right), along),
            down,
        );
        let stretched = libm::pow(place(level, low_high), EXPONENT);
        share * stretched + (1.0 - share) * level
    });
}

/// The least and the greatest level of a tile.
fn range_of(plane: &Plane, lines: std::ops::Range<usize>, first: usize, side: usize) -> (f64, f64) {
    let end = plane.columns().min(first + side);
    lines
        .flat_map(|row| plane.row(row).get(first..end).unwrap_or_default())
        .fold((1.0, 0.0), |(low, high): (f64, f64), level| {
            (low.min(*level), high.max(*level))
        })
}

/// The tiles whose centres a place lies between, and how far it is from the first to the second.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    clippy::cast_precision_loss,
    reason = "places in a picture"
)]
fn between(place: usize, (tiles, side): (usize, usize)) -> (usize, usize, f64) {
    let at = ((place as f64 + 0.5) / side as f64 - 0.5).clamp(0.0, tiles.saturating_sub(1) as f64);
    let first = at as usize;
    (first, (first + 1).min(tiles.saturating_sub(1)), at - first as f64)
}

fn mixed(one: (f64, f64), other: (f64, f64), share: f64) -> (f64, f64) {
    let mix = |one: f64, other: f64| one + (other - one) * share;
    (mix(one.0, other.0), mix(one.1, other.1))
}

/// Where a level lies in a range, 0 to 1. A narrow one is widened to both sides, and stays between black and white.
fn place(level: f64, (low, high): (f64, f64)) -> f64 {
    let width = (high - low).max(LEAST_RANGE);
    let low = (f64::midpoint(low, high) - width / 2.0).clamp(0.0, 1.0 - width);
    ((level - low) / width).clamp(0.0, 1.0)
}
