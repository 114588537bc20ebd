//! From stored values to grey: modality, then VOI (PS3.3 C.11).

/// VOI LUT Function (0028,1056), PS3.3 C.11.2.1.2 and C.11.2.1.3.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum VoiFunction {
    /// LINEAR, the default.
    #[default]
    Linear,
    /// `LINEAR_EXACT`.
    LinearExact,
    /// SIGMOID.
    Sigmoid,
}

/// A window: WindowCenter, WindowWidth and its function, in units after the modality LUT.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Voi {
    /// WindowCenter (0028,1050).
    pub center: f64,
    /// WindowWidth (0028,1051); LINEAR needs at least 1, the others more than 0.
    pub width: f64,
    /// How values between the edges are mapped.
    pub function: VoiFunction,
}
