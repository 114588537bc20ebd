//! The voxels of a volume on the CPU.

use super::VolumeSpec;
use crate::{Error, ErrorKind, Result};

/// A volume: its description and its voxels, which may still be arriving slice by slice.
#[derive(Clone, PartialEq)]
pub struct Volume {
    spec: VolumeSpec,
    voxels: Vec<u8>,
    present: Vec<bool>,
}

impl Volume {
    /// A volume without slices; they follow by [`Volume::write_slice`].
    ///
    /// # Errors
    /// [`ErrorKind::Malformed`] when the description contradicts itself; [`ErrorKind::Limit`] when there is no memory.
    pub fn new(spec: VolumeSpec) -> Result<Self> {
        let [slices, rows, columns] = spec.size;
        let sound = !spec.format.is_color()
            && spec.format.bytes_per_pixel() <= 2
            && spec.slices.len() == slices as usize;
        let bytes = (rows as usize)
            .checked_mul(columns as usize)
            .and_then(|slice| slice.checked_mul(spec.format.bytes_per_pixel()))
            .and_then(|slice| slice.checked_mul(slices as usize))
            .filter(|bytes| *bytes > 0);
        let Some(bytes) = bytes.filter(|_| sound) else {
            return Err(Error::new(
                ErrorKind::Malformed,
                "the description of the volume contradicts itself",
            ));
        };
        let mut voxels = Vec::new();
        voxels.try_reserve_exact(bytes).map_err(|_no_memory| {
            Error::new(
                ErrorKind::Limit,
                format!("no memory for a volume of {bytes} bytes"),
            )
        })?;
        voxels.resize(bytes, 0);
        let present = spec.slices.iter().map(|_| false).collect();
        Ok(Self {
            spec,
            voxels,
            present,
        })
    }

    /// Takes a copy of the stored values of a slice: `[rows, columns]`, little-endian. A slice may be written again.
    ///
    /// # Errors
    /// [`ErrorKind::Malformed`] when there is no such slice or `pixels` is not a whole slice.
    pub fn write_slice(&mut self, slice: u32, pixels: &[u8]) -> Result<()> {
        let number = slice as usize;
        let bytes = self.voxels.len() / self.present.len();
        let place = self.voxels.chunks_exact_mut(bytes).nth(number);
        let (Some(place), Some(present)) = (place, self.present.get_mut(number)) else {
            return Err(Error::new(ErrorKind::Malformed, "the volume has no such slice"));
        };
        if pixels.len() != bytes {
            return Err(Error::new(
                ErrorKind::Malformed,
                format!("a slice of the volume needs {bytes} bytes, got {}", pixels.len()),
            ));
        }
        place.copy_from_slice(pixels);
        *present = true;
        Ok(())
    }

    /// The description.
    pub const fn spec(&self) -> &VolumeSpec {
        &self.spec
    }

    /// `[slices, rows, columns]`, little-endian; slices that have not arrived are zero.
    pub fn voxels(&self) -> &[u8] {
        &self.voxels
    }

    /// Which slices have arrived.
    pub fn present(&self) -> &[bool] {
        &self.present
    }
}

impl std::fmt::Debug for Volume {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Volume")
            .field("spec", &self.spec)
            .field("bytes", &self.voxels.len())
            .finish_non_exhaustive()
    }
}
