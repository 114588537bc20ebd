//! A slice of values around the threshold, with a border of voxels that are outside.

use crate::{PixelFormat, volume::Volume};

/// What is outside whatever the threshold.
pub(super) const NOTHING: f32 = f32::NEG_INFINITY;

/// Values less the threshold; those from 0 on are inside. One column and row more on each side than the slice has.
pub(super) struct Layer {
    pub(super) values: Vec<f32>,
    /// The vertices on the edges from a voxel to its neighbours along x and y, where the surface crosses them.
    pub(super) along: [Vec<u32>; 2],
}

impl Layer {
    pub(super) fn new(nodes: usize) -> Self {
        Self {
            values: vec![NOTHING; nodes],
            along: [(); 2].map(|()| vec![0; nodes]),
        }
    }

    /// Takes the values of a slice; nothing where there is none, or it has not arrived.
    pub(super) fn fill(&mut self, volume: &Volume, slice: usize, threshold: f64) {
        self.values.fill(NOTHING);
        if volume.present().get(slice) != Some(&true) {
            return;
        }
        let bytes = volume.voxels().len() / volume.present().len();
        let pixels = volume.voxels().chunks_exact(bytes).nth(slice).unwrap_or_default();
        match volume.spec().format {
            PixelFormat::R8Sint => {
                self.write(
                    volume,
                    slice,
                    threshold,
                    pixels.iter().map(|byte| i32::from(byte.cast_signed())),
                );
            }
            PixelFormat::R16Sint => {
                let pixels = pixels.as_chunks().0.iter();
                self.write(
                    volume,
                    slice,
                    threshold,
                    pixels.map(|two| i32::from(i16::from_le_bytes(*two))),
                );
            }
            PixelFormat::R16Uint => {
                let pixels = pixels.as_chunks().0.iter();
                self.write(
                    volume,
                    slice,
                    threshold,
                    pixels.map(|two| i32::from(u16::from_le_bytes(*two))),
                );
            }
            _ => self.write(
                volume,
                slice,
                threshold,
                pixels.iter().map(|byte| i32::from(*byte)),
            ),
        }
    }

    fn write(&mut self, volume: &Volume, slice: usize, threshold: f64, stored: impl Iterator<Item = i32>) {
        let spec = volume.spec();
        let columns = spec.size[2] as usize;
        let (slope, intercept) = spec
            .slices
            .get(slice)
            .map_or((1.0, 0.0), |slice| (slice.rescale_slope, slice.rescale_intercept));
        let lut = spec.luts.modality.as_deref();
        let padding = spec.padding.map(|(low, high)| low..=high);
        let mut stored = stored.map(|stored| {
            let wide = i64::from(stored);
            if padding.as_ref().is_some_and(|padding| padding.contains(&wide)) {
                return NOTHING;
            }
            let value = lut.map_or_else(
                || f64::from(stored) * slope + intercept,
                |lut| f64::from(lut.at(wide)),
            );
            #[expect(
                clippy::cast_possible_truncation,
                reason = "the sign stays, and seven digits do for a place"
            )]
            let above = (value - threshold) as f32;
            above
        });
        for line in self.values.chunks_exact_mut(columns + 2).skip(1) {
            for (place, value) in line.iter_mut().skip(1).take(columns).zip(&mut stored) {
                *place = value;
            }
        }
    }
}
