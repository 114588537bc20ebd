//! Surfaces of known area, volume and shape.

use std::{collections::BTreeMap, f64::consts::PI};

use glam::DVec3;

use super::{Surface, SurfaceSpec};
use crate::{
    ErrorKind, PixelFormat,
    raycast::testing::{noise, spec_of, volume_of},
    volume::{Geometry, Volume},
};

const SPACING: DVec3 = DVec3::new(0.8, 1.1, 2.5);

/// A volume of `[columns, rows, slices]` voxels; values are asked for by millimetres from the first voxel.
fn field(counts: [u32; 3], mirrored: bool, value: impl Fn(DVec3) -> f64) -> Volume {
    let [columns, rows, slices] = counts;
    let mut spec = spec_of([slices, rows, columns], PixelFormat::R16Sint);
    let turn = if mirrored { -1.0 } else { 1.0 };
    let [x, y, z] = [
        DVec3::X * SPACING.x,
        DVec3::Y * SPACING.y,
        DVec3::Z * SPACING.z * turn,
    ];
    spec.geometry = Geometry::new(DVec3::new(-30.0, 7.0, 100.0), x, y, z).unwrap();
    #[expect(clippy::cast_possible_truncation, reason = "small numbers")]
    volume_of(spec, |at| {
        value(DVec3::from_array(at.map(f64::from)) * SPACING).round() as i16
    })
}

/// 100 units a millimetre inside of a ball around the middle.
fn ball(radius: f64, mirrored: bool) -> Volume {
    let middle = DVec3::new(24.0, 20.0, 10.0) * SPACING;
    field([49, 41, 21], mirrored, |at| {
        (radius - at.distance(middle)) * 100.0
    })
}

/// Every edge is run through as often in the one direction as in the other: no way leads inside.
fn assert_closed(surface: &Surface) {
    let mut edges = BTreeMap::new();
    for [a, b, c] in &surface.triangles {
        for (from, to) in [(a, b), (b, c), (c, a)] {
            *edges.entry((from.min(to), from.max(to))).or_insert(0) += if from < to { 1 } else { -1 };
        }
    }
    assert!(edges.values().all(|count| *count == 0));
}

#[track_caller]
fn assert_near(found: f64, expected: f64, share: f64) {
    assert!(
        (found / expected - 1.0).abs() < share,
        "{found} is not {expected}"
    );
}

#[test]
fn a_ball_has_its_area_and_its_volume_and_one_side() {
    for mirrored in [false, true] {
        let surface = Surface::new(&ball(15.0, mirrored), &SurfaceSpec::new(0.0)).unwrap();
        assert_near(surface.area_mm2(), 4.0 * PI * 225.0, 0.01);
        assert_near(surface.volume_mm3(), 4.0 / 3.0 * PI * 3375.0, 0.01);
        assert_closed(&surface);
        // Euler: as many corners and faces as edges and two
        assert_eq!(surface.vertices_mm.len() * 2, surface.triangles.len() + 4);
        let turn = if mirrored { -1.0 } else { 1.0 };
        let middle = DVec3::new(-30.0 + 24.0 * 0.8, 7.0 + 22.0, 100.0 + turn * 25.0);
        for vertex in &surface.vertices_mm {
            let distance = DVec3::from_array(vertex.map(f64::from)).distance(middle);
            assert!((distance - 15.0).abs() < 0.1, "{distance}");
        }
    }
}

#[test]
fn what_reaches_the_faces_of_the_volume_ends_there() {
    let volume = field([5, 4, 3], false, |_| 100.0);
    let surface = Surface::new(&volume, &SurfaceSpec::new(100.0)).unwrap();
    assert_closed(&surface);
    // its edges and corners are cut off, half a voxel from the faces
    let [low, high] = [f32::min, f32::max].map(|extreme: fn(f32, f32) -> f32| {
        surface
            .vertices_mm
            .iter()
            .copied()
            .reduce(|one, other| [0, 1, 2].map(|axis| extreme(one[axis], other[axis])))
    });
    assert_eq!(low, Some([-30.4, 6.45, 98.75]));
    assert_eq!(high, Some([-26.4, 10.85, 106.25]));
    assert!(
        Surface::new(&volume, &SurfaceSpec::new(101.0))
            .unwrap()
            .triangles
            .is_empty()
    );
}

#[test]
fn noise_is_closed_as_well() {
    for threshold in [-20_000.0, 0.0, 20_000.0] {
        let volume = volume_of(spec_of([9, 11, 13], PixelFormat::R16Sint), |[x, y, z]| {
            noise(x + 13 * (y + 11 * z))
        });
        let surface = Surface::new(&volume, &SurfaceSpec::new(threshold)).unwrap();
        assert!(surface.triangles.len() > 1000);
        assert_closed(&surface);
        assert!(surface.volume_mm3() > 0.0);
    }
}

#[test]
fn a_large_volume_is_reduced_and_says_so() {
    let volume = ball(15.0, false);
    let spec = SurfaceSpec {
        longest: Some(25),
        ..SurfaceSpec::new(0.0)
    };
    let surface = Surface::new(&volume, &spec).unwrap();
    assert_eq!(surface.reduction, [1, 2, 2]);
    assert_near(surface.volume_mm3(), 4.0 / 3.0 * PI * 3375.0, 0.02);
    assert_closed(&surface);
}

#[test]
fn small_pieces_and_hollows_are_left_out_on_demand() {
    // a shell of 6 to 10 mm, and a voxel of its own
    let middle = DVec3::new(24.0, 20.0, 10.0) * SPACING;
    let volume = field([49, 41, 21], false, |at| {
        if at == DVec3::splat(2.0) * SPACING {
            100.0
        } else {
            (2.0 - (at.distance(middle) - 8.0).abs()) * 100.0
        }
    });
    let ball = |radius: f64| 4.0 / 3.0 * PI * radius.powi(3);
    let whole = SurfaceSpec::new(0.0);
    let all = Surface::new(&volume, &whole).unwrap();
    let large = SurfaceSpec {
        smallest_mm3: 50.0,
        ..whole
    };
    let large = Surface::new(&volume, &large).unwrap();
    assert!(large.triangles.len() < all.triangles.len());
    assert_near(large.volume_mm3(), ball(10.0) - ball(6.0), 0.02);
    let filled = SurfaceSpec {
        smallest_mm3: 50.0,
        hollows: false,
        ..whole
    };
    let filled = Surface::new(&volume, &filled).unwrap();
    assert_near(filled.volume_mm3(), ball(10.0), 0.02);
    assert_closed(&filled);
    let highest = filled.triangles.iter().flatten().max().copied();
    assert_eq!(
        highest.map(|number| number as usize + 1),
        Some(filled.vertices_mm.len())
    );
}

#[test]
fn smoothing_takes_steps_away_and_keeps_the_size() {
    // a ball of whole voxels, all of one value
    let middle = DVec3::new(24.0, 20.0, 10.0) * SPACING;
    let volume = field([49, 41, 21], false, |at| {
        if at.distance(middle) < 15.0 { 100.0 } else { -100.0 }
    });
    let rough = Surface::new(&volume, &SurfaceSpec::new(0.0)).unwrap();
    let smooth = SurfaceSpec {
        smoothing: 10,
        ..SurfaceSpec::new(0.0)
    };
    let smooth = Surface::new(&volume, &smooth).unwrap();
    let area = 4.0 * PI * 225.0;
    assert!(rough.area_mm2() > area * 1.05);
    assert_near(smooth.area_mm2(), area, 0.03);
    assert_near(smooth.volume_mm3(), rough.volume_mm3(), 0.02);
}

#[test]
fn padding_and_slices_that_are_not_there_are_outside() {
    let mut spec = spec_of([3, 4, 5], PixelFormat::R16Sint);
    spec.padding = Some((-2000, -2000));
    spec.slices[2].place = 3.0;
    let mut volume = Volume::new(spec).unwrap();
    let line = [-2000_i16, 50, 50, 50, -2000].map(i16::to_le_bytes).concat();
    for slice in [0, 2] {
        volume.write_slice(slice, &line.repeat(4)).unwrap();
    }
    // A slab each, half-way to the absent slice on the one side and half a step beyond the outermost on the other.
    let surface = Surface::new(&volume, &SurfaceSpec::new(-3000.0)).unwrap();
    assert_closed(&surface);
    let mut places: Vec<f32> = surface.vertices_mm.iter().map(|[.., z]| *z).collect();
    places.sort_by(f32::total_cmp);
    places.dedup();
    assert_eq!(places, [-0.5, 0.0, 0.5, 2.0, 3.0, 3.5]);
    let columns = surface.vertices_mm.iter().map(|[x, ..]| *x);
    assert_eq!(columns.clone().reduce(f32::min), Some(0.5));
    assert_eq!(columns.reduce(f32::max), Some(3.5));
}

#[test]
fn impossible_wishes_are_refused() {
    let volume = field([3, 3, 3], false, |_| 0.0);
    let whole = SurfaceSpec::new(0.0);
    let malformed = [
        SurfaceSpec::new(f64::NAN),
        SurfaceSpec {
            smallest_mm3: -1.0,
            ..whole
        },
    ];
    let limited = [
        SurfaceSpec {
            longest: Some(0),
            ..whole
        },
        SurfaceSpec {
            smoothing: 101,
            ..whole
        },
    ];
    for (specs, kind) in [(malformed, ErrorKind::Malformed), (limited, ErrorKind::Limit)] {
        for spec in specs {
            assert_eq!(Surface::new(&volume, &spec).unwrap_err().kind, kind, "{spec:?}");
        }
    }
}
