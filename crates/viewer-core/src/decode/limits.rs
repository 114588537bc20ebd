//! How much an object may ask for. Checked before anything is allocated.

/// Upper bounds on what one object may make this crate allocate.
///
/// [`Limits::default`] suits a page: an object of 1 GiB, a frame of 512 MiB. What is held at once for an object and for
/// a frame follows from them: [`Limits::to_open`], [`Limits::to_decode`].
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
    /// The most that opening an object of so many bytes holds at once, itself included: its list of elements, what it says
    /// of itself and of its frames. A deflated one counts as large as it may become.
    pub const fn to_open(&self, bytes: u64) -> u64 {
        bytes.saturating_mul(OPENING).saturating_add(BESIDES)
    }

    /// The most that decoding one frame of an object of so many bytes holds at once, beside what is open: what an image codec
    /// may hold, then the frame as it is stored and as it is displayed; the frame's stream where it is in several fragments;
    /// and what its codec holds for any frame.
    pub const fn to_decode(&self, bytes: u64) -> u64 {
        self.max_codec_bytes()
            .saturating_add(bytes)
            .saturating_add(BESIDES)
    }

    /// What an image codec may hold.
    pub(crate) const fn max_codec_bytes(&self) -> u64 {
        self.max_frame_bytes.saturating_mul(4)
    }
}
/// Bytes for each byte of an object that is opened: an element of eight bytes is 24 in a list that may have just been moved.
const OPENING: u64 = 24;
/// Tables and texts, whatever the size of the object.
const BESIDES: u64 = 1 << 20;

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
