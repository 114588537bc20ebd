//! The windows that NoctisPro offers by name.

use serde::Serialize;

use crate::lut::Voi;

/// A window with a name.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Preset {
    /// The name that page and server use.
    pub name: &'static str,
    /// Window Center, in modality units.
    pub center: f64,
    /// Window Width, in modality units.
    pub width: f64,
}

impl Preset {
    /// As the grey pipeline takes it: LINEAR.
    pub const fn voi(&self) -> Voi {
        Voi::linear(self.center, self.width)
    }
}

const fn preset(name: &'static str, width: f64, center: f64) -> Preset {
    Preset { name, center, width }
}

/// All of them, width before centre as people say them.
pub const WINDOW_PRESETS: [Preset; 29] = [
    preset("lung", 1600.0, -600.0),
    preset("bone", 2000.0, 300.0),
    preset("soft", 350.0, 40.0),
    preset("brain", 80.0, 40.0),
    preset("abdomen", 350.0, 50.0),
    preset("liver", 160.0, 60.0),
    preset("mediastinum", 350.0, 50.0),
    preset("spine", 400.0, 50.0),
    preset("pelvis", 400.0, 40.0),
    preset("chest", 400.0, 40.0),
    preset("muscle", 400.0, 50.0),
    preset("fat", 200.0, -100.0),
    preset("xray_chest", 2000.0, 0.0),
    preset("xray_bone", 3000.0, 500.0),
    preset("xray_soft", 400.0, 50.0),
    preset("xray_pediatric", 1500.0, 0.0),
    preset("xray_extremity", 2500.0, 300.0),
    preset("xray_spine", 2000.0, 200.0),
    preset("xray_abdomen", 1000.0, 50.0),
    preset("vessels", 600.0, 100.0),
    preset("kidney", 400.0, 30.0),
    preset("pancreas", 200.0, 30.0),
    preset("pe_study", 700.0, 100.0),
    preset("angio", 600.0, 150.0),
    preset("stroke", 40.0, 40.0),
    preset("trauma", 400.0, 40.0),
    preset("t1_like", 400.0, 40.0),
    preset("t2_like", 200.0, 20.0),
    preset("mammo", 4000.0, 2000.0),
];

/// The name of the preset that suits values from `min` to `max` of a modality.
pub fn preset_for_range(min: f64, max: f64, modality: &str) -> &'static str {
    let center = f64::midpoint(min, max);
    match modality {
        "CT" if min < -800.0 && max > 200.0 => "chest",
        "CT" if min < -800.0 => "lung",
        "CT" if max > 400.0 => "bone",
        "CT" if center < 0.0 => "lung",
        "CT" if center > 100.0 => "bone",
        "CT" if max - min < 100.0 => "brain",
        _ => "soft",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ranges_find_their_preset() {
        for (min, max, expected) in [
            (-1000.0, 1500.0, "chest"),
            (-1000.0, 100.0, "lung"),
            (-100.0, 900.0, "bone"),
            (-500.0, 300.0, "lung"),
            (0.0, 350.0, "bone"),
            (10.0, 80.0, "brain"),
            (-150.0, 250.0, "soft"),
        ] {
            assert_eq!(preset_for_range(min, max, "CT"), expected, "{min} to {max}");
            assert_eq!(preset_for_range(min, max, "MR"), "soft");
        }
        let is_preset = |name: &str| WINDOW_PRESETS.iter().any(|preset| preset.name == name);
        assert!(
            ["chest", "lung", "bone", "brain", "soft"]
                .into_iter()
                .all(is_preset)
        );
    }
}
