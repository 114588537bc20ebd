//! Surfaces of volumes: where values cross a threshold, as triangles in patient millimetres.
//!
//! Marching cubes over values after rescale, interpolated between voxel centres. What is outside of the volume, padding, or in a
//! slice that has not arrived lies below every threshold, so every surface is closed; there, and at the volume's own faces,
//! it runs half-way between centres.

mod cases;
mod layer;
mod march;
mod pieces;
mod smooth;

use glam::DVec3;

use crate::{
    Error, ErrorKind, Result,
    volume::{Budget, Reducer, Volume},
};

/// Most vertices of a surface: 200 MB, and twice as much for its triangles.
pub const MAX_VERTICES: usize = 1 << 24;
/// Most rounds of smoothing.
pub const MAX_SMOOTHING: u32 = 100;

/// Which surface, and how it is made.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct SurfaceSpec {
    /// Values from here on are inside; HU for CT.
    pub threshold: f64,
    /// Most voxels along a side: of a larger volume, means of blocks are taken instead of voxels.
    pub longest: Option<u32>,
    /// Rounds of smoothing by Taubin's two steps, which take noise away and keep the size; 0 leaves the surface where it is.
    pub smoothing: u32,
    /// Pieces, and hollows inside of them, of less volume are left out.
    pub smallest_mm3: f64,
    /// Whether hollows that no way leads into are kept, such as those in bone.
    pub hollows: bool,
}

impl SurfaceSpec {
    /// The whole surface at a threshold, as it is.
    pub const fn new(threshold: f64) -> Self {
        Self {
            threshold,
            longest: None,
            smoothing: 0,
            smallest_mm3: 0.0,
            hollows: true,
        }
    }

    fn check(&self) -> Result<()> {
        if !self.threshold.is_finite() {
            return Err(Error::new(ErrorKind::Malformed, "the threshold must be finite"));
        }
        if self.smallest_mm3.is_nan() || self.smallest_mm3 < 0.0 {
            return Err(Error::new(
                ErrorKind::Malformed,
                "the smallest volume must be 0 or more",
            ));
        }
        if self.longest == Some(0) || self.smoothing > MAX_SMOOTHING {
            return Err(Error::new(
                ErrorKind::Limit,
                format!("at least one voxel a side, at most {MAX_SMOOTHING} rounds of smoothing"),
            ));
        }
        Ok(())
    }
}

/// A closed surface: triangles that share their vertices, counter-clockwise as seen from outside.
#[derive(Debug, Clone, PartialEq)]
pub struct Surface {
    /// Patient millimetres, LPS.
    pub vertices_mm: Vec<[f32; 3]>,
    /// Three vertices each.
    pub triangles: Vec<[u32; 3]>,
    /// How many voxels `[slices, rows, columns]` each value stands for; all 1 unless the volume was reduced.
    pub reduction: [u32; 3],
}

impl Surface {
    /// The surface of `volume` at a threshold.
    ///
    /// Beside the surface there are two slices of values and, where the volume is reduced, the reduced one.
    ///
    /// # Errors
    /// [`ErrorKind::Malformed`] for a threshold that is not finite or a smallest volume below 0; [`ErrorKind::Limit`] for more
    /// than [`MAX_VERTICES`] vertices, more than [`MAX_SMOOTHING`] rounds, or no memory; as [`Reducer::new`] where the volume
    /// is reduced.
    pub fn new(volume: &Volume, spec: &SurfaceSpec) -> Result<Self> {
        spec.check()?;
        let reduced = match spec.longest {
            Some(longest) if volume.spec().size.iter().any(|side| *side > longest) => {
                Some(reduced(volume, longest)?)
            }
            _ => None,
        };
        let mut surface = march::march(reduced.as_ref().unwrap_or(volume), spec.threshold)?;
        if spec.smallest_mm3 > 0.0 || !spec.hollows {
            pieces::keep(&mut surface, |volume_mm3| {
                volume_mm3.abs() >= spec.smallest_mm3 && (spec.hollows || volume_mm3 > 0.0)
            });
        }
        smooth::smooth(&mut surface, spec.smoothing);
        Ok(surface)
    }

    /// Its area.
    pub fn area_mm2(&self) -> f64 {
        self.corners()
            .map(|[a, b, c]| (b - a).cross(c - a).length() / 2.0)
            .sum()
    }

    /// The volume inside.
    pub fn volume_mm3(&self) -> f64 {
        self.corners().map(signed_mm3).sum()
    }

    /// The corners of each triangle.
    fn corners(&self) -> impl Iterator<Item = [DVec3; 3]> {
        self.triangles
            .iter()
            .map(|triangle| triangle.map(|number| self.vertex(number)))
    }

    fn vertex(&self, number: u32) -> DVec3 {
        let vertex = self.vertices_mm.get(number as usize).copied().unwrap_or_default();
        DVec3::from_array(vertex.map(f64::from))
    }
}

/// What a triangle adds to the volume inside.
fn signed_mm3([a, b, c]: [DVec3; 3]) -> f64 {
    a.dot(b.cross(c)) / 6.0
}

/// The volume with at most so many voxels along a side.
fn reduced(volume: &Volume, longest: u32) -> Result<Volume> {
    let spec = volume.spec();
    let budget = Budget {
        max_side: longest,
        max_bytes: u64::MAX,
    };
    let mut reducer = Reducer::new(spec, budget.factors(spec)?)?;
    let mut small = Volume::new(reducer.spec().clone())?;
    let bytes = volume.voxels().len() / volume.present().len();
    let slices = volume.voxels().chunks_exact(bytes).zip(volume.present());
    for (number, (slice, is_present)) in (0..).zip(slices) {
        if *is_present && let Some(whole) = reducer.write_slice(number, slice)? {
            small.write_slice(whole.number, &whole.pixels)?;
        }
    }
    while let Some(part) = reducer.flush() {
        small.write_slice(part.number, &part.pixels)?;
    }
    Ok(small)
}

#[cfg(test)]
mod tests;
