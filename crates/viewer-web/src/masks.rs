//! Voxels that pictures in three dimensions leave out: they are looked for slice by slice.

use std::rc::Rc;

use glam::DVec3;
use js_sys::Uint8Array;
use viewer_core::{
    Error, ErrorKind, Result,
    raycast::{MaskBuilder, Part},
};
use viewer_js::to_js;
use wasm_bindgen::{JsValue, prelude::wasm_bindgen};

use crate::{Renderer, backend::StoredMask, volumes::HeldVolume};

type JsResult<T> = std::result::Result<T, JsValue>;

/// What there is of a mask.
#[derive(Debug)]
pub(crate) enum HeldMask {
    /// Slices are being looked through.
    Begun(Box<MaskBuilder>, Rc<HeldVolume>),
    /// On the device.
    Done(Rc<StoredMask>),
}

#[wasm_bindgen]
impl Renderer {
    /// Begins to look for voxels of at least `threshold` (HU for CT) in a volume, and gives the number of the mask. Slices are
    /// handed over by [`Renderer::mask_slice`].
    ///
    /// # Errors
    /// `malformed` for an unknown volume or a threshold that is no number, `limit` when there is no memory.
    #[wasm_bindgen(js_name = beginMask)]
    pub fn begin_mask(&self, volume: u32, threshold: f64) -> JsResult<u32> {
        let begin = || {
            let volume = self.volume(volume)?;
            let builder = MaskBuilder::new(volume.stored.spec(), threshold)?;
            Ok(HeldMask::Begun(Box::new(builder), volume))
        };
        let mask = begin().map_err(|error: Error| to_js(&error))?;
        let id = self.new_id();
        self.masks.borrow_mut().insert(id, mask);
        Ok(id)
    }

    /// Looks through a slice's pixels, as they are written to the volume.
    ///
    /// # Errors
    /// `malformed` for an unknown mask or slice, and for pixels of the wrong length.
    #[wasm_bindgen(js_name = maskSlice)]
    pub fn mask_slice(&self, id: u32, slice: u32, pixels: &Uint8Array) -> JsResult<()> {
        let look = || {
            let mut masks = self.masks.borrow_mut();
            let Some(HeldMask::Begun(builder, volume)) = masks.get_mut(&id) else {
                return Err(no_mask());
            };
            let format = volume.stored.spec().format;
            let mut copy = pixels.to_vec();
            volume
                .field
                .cut(&mut copy, format.bytes_per_pixel(), format.is_signed());
            builder.write_slice(slice, &copy)
        };
        look().map_err(|error: Error| to_js(&error))
    }

    /// Keeps of what was found the largest connected part, or that with the voxel nearest to a point of the patient (three
    /// numbers, millimetres), and `layers` of voxels around it. Gives how many voxels that are; the mask can be used from now
    /// on.
    ///
    /// # Errors
    /// `malformed` for an unknown mask and a point that is not on a part, `limit` where there are too many parts, `device-lost`.
    #[wasm_bindgen(js_name = finishMask)]
    pub fn finish_mask(&self, id: u32, point_mm: &[f64], layers: u32) -> JsResult<f64> {
        let finish = || {
            let mask = self.masks.borrow_mut().remove(&id);
            let Some(HeldMask::Begun(builder, volume)) = mask else {
                return Err(no_mask());
            };
            let part = match <[f64; 3]>::try_from(point_mm) {
                Ok(point) => Part::With(voxel_at(&volume, point)?),
                Err(_none) => Part::Largest,
            };
            let mut found = builder.finish(part)?;
            for _ in 0..layers {
                found = found.grown()?;
            }
            let count = found.count();
            let stored = self.backend.upload_mask(found)?;
            self.masks
                .borrow_mut()
                .insert(id, HeldMask::Done(Rc::new(stored)));
            Ok(count)
        };
        let count: Result<u64> = finish();
        #[expect(clippy::cast_precision_loss, reason = "volumes have fewer than 2^53 voxels")]
        count.map(|count| count as f64).map_err(|error| to_js(&error))
    }

    /// Forgets a mask and frees its memory; a number that is none is ignored.
    #[wasm_bindgen(js_name = dropMask)]
    pub fn drop_mask(&self, id: u32) {
        self.masks.borrow_mut().remove(&id);
    }

    /// A mask that is done.
    pub(crate) fn mask(&self, id: u32) -> Result<Rc<StoredMask>> {
        match self.masks.borrow().get(&id) {
            Some(HeldMask::Done(mask)) => Ok(Rc::clone(mask)),
            _ => Err(no_mask()),
        }
    }
}

fn voxel_at(volume: &HeldVolume, point_mm: [f64; 3]) -> Result<[u32; 3]> {
    let spec = volume.stored.spec();
    spec.voxel_at(DVec3::from_array(point_mm))
        .ok_or_else(|| Error::new(ErrorKind::Malformed, "the point is outside of the volume"))
}

fn no_mask() -> Error {
    Error::new(ErrorKind::Malformed, "there is no mask of this number")
}
