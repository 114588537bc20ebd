//! How much an object may ask for. Checked before anything is allocated.

/// Upper bounds on what one object may make this crate allocate.
///
/// [`Limits::default`] suits a page: an object of 1 GiB, a frame of 512 MiB.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// Bytes of the object as given, and of a deflated data set after inflation.
    pub max_object_bytes: u64,
    /// Bytes of one frame in memory, in its widest form (RGBA for colour). An image codec may hold four times as much
    /// while it decodes one.
    pub max_frame_bytes: u64,
    /// `NumberOfFrames`.
    pub max_frames: u32,
    /// Elements at the top level of the data set before the pixel data.
    pub max_elements: u32,
    /// Sequences inside sequences.
    pub max_depth: u32,
}

impl Limits {
    /// What an image codec may hold.
    pub(crate) const fn max_codec_bytes(&self) -> u64 {
        self.max_frame_bytes.saturating_mul(4)
    }
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            max_object_bytes: 1 << 30,
            max_frame_bytes: 512 << 20,
            max_frames: 1 << 20,
            max_elements: 1 << 16,
            max_depth: 64,
        }
    }
}
