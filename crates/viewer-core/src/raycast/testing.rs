//! Volumes for tests.

use glam::DVec3;

use crate::{
    PixelFormat,
    lut::{Luts, Voi},
    volume::{Geometry, SliceSpec, Volume, VolumeSpec},
};

/// A volume of `[slices, rows, columns]` voxels of a millimetre each, the first one at the patient's origin.
pub(crate) fn spec_of(size: [u32; 3], format: PixelFormat) -> VolumeSpec {
    VolumeSpec {
        size,
        format,
        geometry: Geometry::new(DVec3::ZERO, DVec3::X, DVec3::Y, DVec3::Z).unwrap(),
        slices: (0..size[0])
            .map(|number| SliceSpec {
                place: f64::from(number),
                rescale_slope: 1.0,
                rescale_intercept: 0.0,
            })
            .collect(),
        padding: None,
        inverted: false,
        voi: Voi::linear(128.0, 256.0),
        luts: Luts::default(),
        reduction: [1; 3],
    }
}

/// The whole volume, its values by column, row and slice.
pub(crate) fn volume_of(spec: VolumeSpec, value: impl Fn([u32; 3]) -> i16) -> Volume {
    let [slices, rows, columns] = spec.size;
    let mut volume = Volume::new(spec).unwrap();
    for slice in 0..slices {
        let mut bytes = Vec::new();
        for row in 0..rows {
            for column in 0..columns {
                bytes.extend(value([column, row, slice]).to_le_bytes());
            }
        }
        volume.write_slice(slice, &bytes).unwrap();
    }
    volume
}

/// A number without a pattern.
pub(crate) fn noise(at: u32) -> i16 {
    let mixed = at.wrapping_mul(0x9E37_79B1) ^ 0x5bd1_e995;
    let mixed = (mixed ^ (mixed >> 15)).wrapping_mul(0x846C_A68B);
    let [.., low, high] = mixed.to_le_bytes();
    i16::from_le_bytes([low, high])
}
