//! Transfer functions to begin with. Those of CT are in HU.

use super::{Lighting, Mode, TransferFunction, TransferPoint};
use crate::{Result, lut::Voi};

/// Mode, transfer function and light that go together.
#[derive(Debug, Clone, PartialEq)]
pub struct Preset {
    /// How samples become a colour.
    pub mode: Mode,
    /// Colour and opacity of values.
    pub transfer: TransferFunction,
    /// Light on surfaces.
    pub lighting: Option<Lighting>,
}

/// A preset for CT.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum TissuePreset {
    /// Bone alone.
    Bone,
    /// The skin.
    Skin,
    /// Vessels filled with contrast agent, and bone.
    Vessels,
    /// The surface of the lungs and the vessels in them, without the body.
    Lung,
    /// Muscles and organs, fat like glass.
    SoftTissue,
    /// The walls of what is filled with air.
    Airways,
}

/// Value, red, green, blue, opacity of a millimetre.
type Row = (f64, [f64; 3], f64);

const BONE: &[Row] = &[
    (130.0, [0.62, 0.40, 0.30], 0.0),
    (220.0, [0.78, 0.58, 0.44], 0.12),
    (350.0, [0.91, 0.80, 0.65], 0.65),
    (700.0, [0.97, 0.92, 0.82], 0.97),
    (1500.0, [1.0, 0.98, 0.94], 1.0),
];
const SKIN: &[Row] = &[
    (-550.0, [0.72, 0.46, 0.36], 0.0),
    (-350.0, [0.84, 0.60, 0.48], 0.30),
    (-150.0, [0.93, 0.73, 0.61], 0.90),
    (100.0, [0.95, 0.76, 0.64], 1.0),
];
const VESSELS: &[Row] = &[
    (110.0, [0.55, 0.06, 0.05], 0.0),
    (170.0, [0.75, 0.12, 0.08], 0.20),
    (280.0, [0.92, 0.30, 0.18], 0.70),
    (420.0, [0.96, 0.66, 0.46], 0.85),
    (700.0, [0.97, 0.92, 0.82], 0.97),
];
const LUNG: &[Row] = &[
    (-920.0, [0.35, 0.45, 0.60], 0.0),
    (-820.0, [0.45, 0.55, 0.70], 0.006),
    (-650.0, [0.75, 0.65, 0.62], 0.05),
    (-500.0, [0.92, 0.70, 0.60], 0.16),
    (-350.0, [0.95, 0.78, 0.70], 0.10),
    (-250.0, [0.95, 0.80, 0.72], 0.0),
];
const SOFT_TISSUE: &[Row] = &[
    (-160.0, [0.85, 0.70, 0.42], 0.0),
    (-90.0, [0.88, 0.74, 0.46], 0.015),
    (-20.0, [0.70, 0.34, 0.26], 0.03),
    (30.0, [0.72, 0.28, 0.22], 0.22),
    (90.0, [0.84, 0.46, 0.38], 0.55),
    (250.0, [0.95, 0.86, 0.74], 0.85),
    (900.0, [1.0, 0.97, 0.90], 1.0),
];
const AIRWAYS: &[Row] = &[
    (-950.0, [0.30, 0.52, 0.70], 0.0),
    (-800.0, [0.45, 0.66, 0.82], 0.03),
    (-600.0, [0.70, 0.84, 0.92], 0.22),
    (-420.0, [0.80, 0.88, 0.92], 0.12),
    (-300.0, [0.85, 0.90, 0.92], 0.0),
];

impl TissuePreset {
    /// Every preset.
    pub const ALL: [Self; 6] = [
        Self::Bone,
        Self::Skin,
        Self::Vessels,
        Self::Lung,
        Self::SoftTissue,
        Self::Airways,
    ];

    /// The stable name, as in `"soft-tissue"`.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Bone => "bone",
            Self::Skin => "skin",
            Self::Vessels => "vessels",
            Self::Lung => "lung",
            Self::SoftTissue => "soft-tissue",
            Self::Airways => "airways",
        }
    }

    /// The preset of that stable name.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|preset| preset.as_str() == name)
    }

    const fn rows(self) -> &'static [Row] {
        match self {
            Self::Bone => BONE,
            Self::Skin => SKIN,
            Self::Vessels => VESSELS,
            Self::Lung => LUNG,
            Self::SoftTissue => SOFT_TISSUE,
            Self::Airways => AIRWAYS,
        }
    }

    /// HU a millimetre that make a surface.
    const fn edge_per_mm(self) -> f64 {
        match self {
            Self::Bone | Self::Skin => 60.0,
            Self::Vessels => 40.0,
            Self::Lung | Self::Airways => 50.0,
            Self::SoftTissue => 15.0,
        }
    }
}

impl Preset {
    /// Volume rendering of CT.
    ///
    /// # Errors
    /// None for any preset that there is.
    pub fn tissue(preset: TissuePreset) -> Result<Self> {
        let points = preset.rows().iter().map(|(value, color, opacity)| TransferPoint {
            value: *value,
            color: *color,
            opacity: *opacity,
        });
        Ok(Self {
            mode: Mode::Composite,
            transfer: TransferFunction::new(points.collect())?,
            lighting: Some(Lighting {
                ambient: 0.28,
                diffuse: 0.78,
                specular: 0.18,
                edge_per_mm: preset.edge_per_mm(),
                from: [-0.35, -0.5, 1.0],
            }),
        })
    }

    /// The largest or the smallest value through a window.
    ///
    /// # Errors
    /// As [`Voi::check`].
    pub fn projection(mode: Mode, voi: &Voi, inverted: bool) -> Result<Self> {
        Ok(Self {
            mode,
            transfer: TransferFunction::of_window(voi, inverted)?,
            lighting: None,
        })
    }

    /// What PET is looked at with: the largest value, dark on white.
    ///
    /// # Errors
    /// As [`Voi::check`].
    pub fn pet(voi: &Voi) -> Result<Self> {
        Self::projection(Mode::Maximum, voi, true)
    }
}

#[cfg(test)]
#[expect(clippy::float_cmp, reason = "these very numbers are meant")]
mod tests {
    use super::*;

    #[test]
    fn presets_are_sound_and_start_invisible() {
        for preset in TissuePreset::ALL {
            let made = Preset::tissue(preset).unwrap();
            assert_eq!(made.transfer.at(-3000.0).1, 0.0, "{preset:?}: air and less");
            assert_eq!(TissuePreset::from_name(preset.as_str()), Some(preset));
        }
    }

    #[test]
    fn pet_is_dark_on_white() {
        let made = Preset::pet(&Voi::linear(5.0, 10.0)).unwrap();
        assert_eq!(made.transfer.at(-1.0).0, [1.0; 3]);
        assert_eq!(made.transfer.at(20.0).0, [0.0; 3]);
    }
}
