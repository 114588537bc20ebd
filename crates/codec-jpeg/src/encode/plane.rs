//! One component of a picture, its last column and row repeated so that it is whole blocks.

pub(super) struct Plane {
    samples: Vec<u8>,
    width: usize,
}

impl Plane {
    /// Of `[width, height]` samples, filled up to multiples of `unit`.
    pub(super) fn new(samples: impl Iterator<Item = u8>, [width, height]: [usize; 2], unit: usize) -> Self {
        let [wide, high] = [width, height].map(|side| side.next_multiple_of(unit));
        let mut plane = Vec::with_capacity(wide * high);
        if wide == width {
            plane.extend(samples);
        } else {
            let mut samples = samples;
            for _ in 0..height {
                plane.extend(samples.by_ref().take(width));
                let last = plane.last().copied().unwrap_or_default();
                plane.resize(plane.len() + wide - width, last);
            }
        }
        for _ in height..high {
            plane.extend_from_within(plane.len() - wide..);
        }
        Self {
            samples: plane,
            width: wide,
        }
    }

    /// The samples of a block, around 0.
    #[inline]
    pub(super) fn block(&self, column: usize, row: usize) -> [[f32; 8]; 8] {
        let mut block = [[0.0; 8]; 8];
        let start = row * 8 * self.width + column * 8;
        let lines = self.samples.get(start..).unwrap_or_default().chunks(self.width);
        for (to, line) in block.iter_mut().zip(lines) {
            if let Some(line) = line.first_chunk::<8>() {
                *to = line.map(|sample| f32::from(sample) - 128.0);
            }
        }
        block
    }
}

/// Luminance and the two chrominances of RGB (JFIF), these of means of `factor` x `factor` pixels.
pub(super) fn of_rgb(samples: &[u8], [width, height]: [usize; 2], factor: usize) -> Vec<Plane> {
    let pixels = samples.as_chunks::<3>().0;
    let luminance = pixels
        .iter()
        .map(|rgb| level(weighted(*rgb, [19595, 38470, 7471]), 16));
    let mut planes = vec![Plane::new(luminance, [width, height], 8 * factor)];
    let small = [width, height].map(|side| side.div_ceil(factor));
    for weights in [[-11059, -21709, 32768], [32768, -27439, -5329]] {
        let means = (0..small[0] * small[1]).map(|number| {
            let (left, top) = (number % small[0] * factor, number / small[0] * factor);
            let mut sum = [0; 3];
            for y in top..top + factor {
                for x in left..left + factor {
                    let at = y.min(height - 1) * width + x.min(width - 1);
                    for (sum, sample) in sum.iter_mut().zip(pixels.get(at).copied().unwrap_or_default()) {
                        *sum += i32::from(sample);
                    }
                }
            }
            let shift = if factor == 2 { 18 } else { 16 };
            let [red, green, blue] = sum;
            let value = red * weights[0] + green * weights[1] + blue * weights[2];
            level(value + (128 << shift), shift)
        });
        planes.push(Plane::new(means, small, 8));
    }
    planes
}

fn weighted(rgb: [u8; 3], weights: [i32; 3]) -> i32 {
    rgb.iter()
        .zip(weights)
        .map(|(sample, weight)| i32::from(*sample) * weight)
        .sum()
}

/// A sample of so many fractional bits, rounded.
fn level(value: i32, bits: u32) -> u8 {
    u8::try_from(((value + (1 << (bits - 1))) >> bits).clamp(0, 255)).unwrap_or_default()
}
