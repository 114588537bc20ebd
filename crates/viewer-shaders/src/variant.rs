//! What is decided for a whole picture when its program is made. Nothing here depends on another file: `build.rs`
//! includes this one to translate every variant.

/// How the four taps of a grey pixel are read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Taps {
    /// By one gather. A load checks its place in WebGPU, which costs more than the load: four of them take as long as
    /// all the rest of the picture.
    Gather,
    /// By four loads: WebGL2 has no gather.
    Load,
}

/// A WGSL module; each is made when it is first needed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Module {
    /// Grey by the curve, and colour: what nearly every picture needs.
    Curve,
    /// Grey by a table.
    Table,
    /// What lies over the frame.
    Mask,
}

impl Module {
    /// Every module.
    pub const ALL: [Self; 3] = [Self::Curve, Self::Table, Self::Mask];
}

/// Binding number of the table's texture.
pub const TABLE_BINDING: u32 = 4;

/// Columns of the table's texture, as in `shaders/table.wgsl`.
pub const TABLE_COLUMNS: u32 = 1024;

/// Which entry point draws a frame.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Shader {
    /// Signed stored values.
    GreySint,
    /// Unsigned stored values.
    GreyUint,
    /// Display colour.
    Color,
    /// What lies over a frame, blended.
    Mask,
}

impl Shader {
    /// Every shader.
    pub const ALL: [Self; 4] = [Self::GreySint, Self::GreyUint, Self::Color, Self::Mask];

    /// Its name in the module.
    pub const fn entry_point(self) -> &'static str {
        match self {
            Self::GreySint => "grey_sint",
            Self::GreyUint => "grey_uint",
            Self::Color => "color",
            Self::Mask => "mask",
        }
    }

    /// Binding number of the frame's texture, or of the mask's.
    pub const fn frame_binding(self) -> u32 {
        match self {
            Self::GreySint => 1,
            Self::GreyUint | Self::Color | Self::Mask => 2,
        }
    }
}

/// What holds for every pixel of a picture; a program is made for it, see the overrides of `shaders/slice.wgsl`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Variant {
    /// Where the entry point is.
    pub module: Module,
    /// The entry point.
    pub shader: Shader,
    /// Linear interpolation, else nearest.
    pub is_linear: bool,
    /// The curve is a sigmoid, else a ramp.
    pub is_sigmoid: bool,
    /// Some stored values are padding, which is mixed into no neighbour.
    pub has_padding: bool,
    /// The curve climbs so gently that f32 is exact enough for the interpolation.
    pub is_gentle: bool,
}

impl Variant {
    /// Every variant that a plan can ask for.
    pub fn all() -> impl Iterator<Item = Self> {
        let of_module = |module| Shader::ALL.into_iter().map(move |shader| (module, shader));
        let of_shader = |(module, shader)| {
            (0..16).map(move |bits: u8| Self {
                module,
                shader,
                is_linear: bits & 1 != 0,
                is_sigmoid: bits & 2 != 0,
                has_padding: bits & 4 != 0,
                is_gentle: bits & 8 != 0,
            })
        };
        let all = Module::ALL.into_iter().flat_map(of_module).flat_map(of_shader);
        all.filter(|variant| variant.is_asked_for())
    }

    /// A table has no curve; colour and masks have neither, and no padding; padding matters only between pixels.
    fn is_asked_for(self) -> bool {
        let is_grey = matches!(self.shader, Shader::GreySint | Shader::GreyUint);
        let fits = match self.module {
            Module::Curve => self.shader != Shader::Mask,
            Module::Table => is_grey,
            Module::Mask => self == Self::MASK,
        };
        let has_curve = is_grey && self.module == Module::Curve;
        fits && (has_curve || !(self.is_sigmoid || self.is_gentle))
            && (is_grey || !self.has_padding)
            && (self.is_linear || !self.has_padding)
    }

    /// The one that draws what lies over a frame.
    pub const MASK: Self = Self {
        module: Module::Mask,
        shader: Shader::Mask,
        is_linear: false,
        is_sigmoid: false,
        has_padding: false,
        is_gentle: false,
    };

    /// The values of the overrides.
    pub fn constants(self) -> [(&'static str, f64); 4] {
        [
            ("is_linear", self.is_linear),
            ("is_sigmoid", self.is_sigmoid),
            ("has_padding", self.has_padding),
            ("is_gentle", self.is_gentle),
        ]
        .map(|(name, value)| (name, f64::from(u8::from(value))))
    }
}
