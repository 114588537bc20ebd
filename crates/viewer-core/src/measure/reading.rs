//! What the values of a frame mean.

use super::Facts;
use crate::metadata::{Suv, SuvMethod};

/// The unit of values after rescale, and where it comes from.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Reading {
    /// Of UCUM.
    pub(super) unit: &'static str,
    /// The attributes.
    pub(super) source: &'static str,
    /// What values after rescale are multiplied with.
    pub(super) factor: f64,
    /// Why they are no standardised uptake values, where they might have been.
    pub(super) note: Option<String>,
}

impl Reading {
    /// Of a frame; `has_table` where there is a Modality LUT.
    pub(super) fn of(facts: &Facts, has_table: bool) -> Self {
        let reading = |unit, source| Self {
            unit,
            source,
            factor: 1.0,
            note: match &facts.suv {
                Some(Suv::Reason { reason }) => Some(format!("no SUV: {reason}")),
                _ => None,
            },
        };
        if let Some(Suv::Factor { factor, method }) = facts.suv {
            return Self {
                factor,
                ..reading("{SUVbw}g/ml", suv_source(method))
            };
        }
        let units = match facts.units.as_deref() {
            Some("BQML") => Some("Bq/ml"),
            Some("CNTS") => Some("{counts}"),
            Some("GML") => Some("g/ml"),
            Some("PROPCPS") => Some("{propcps}"),
            Some("PCNT") => Some("%"),
            _ => None,
        };
        if let Some(unit) = units {
            return reading(unit, "RescaleSlope, Units");
        }
        let source = match (has_table, facts.has_rescale) {
            (true, _) => "ModalityLUTSequence",
            (false, true) => "RescaleSlope, RescaleIntercept",
            (false, false) => return reading("1", "PixelData"),
        };
        // Terms of PS3.3 C.11.1.1.2; of a CT that names none the unit is HU.
        let is_ct = facts.modality.as_deref() == Some("CT");
        match facts.rescale_type.as_deref() {
            Some("HU") => reading("[hnsf'U]", source),
            None if is_ct => reading("[hnsf'U]", source),
            Some("HU_MOD") => reading("{HU_MOD}", source),
            Some("MGML") => reading("mg/ml", source),
            Some("PCT") => reading("%", source),
            Some("Z_EFF") => reading("{Z_EFF}", source),
            Some("ED") => reading("10*23/ml", source),
            Some("EDW") => reading("{EDW}", source),
            _ => reading("1", source),
        }
    }
}

const fn suv_source(method: SuvMethod) -> &'static str {
    match method {
        SuvMethod::Bqml => "RescaleSlope, PatientWeight, RadionuclideTotalDose",
        SuvMethod::Gml => "RescaleSlope, Units GML",
        SuvMethod::PhilipsSuvFactor => "RescaleSlope, Philips (7053,xx00)",
        SuvMethod::PhilipsActivityFactor => {
            "RescaleSlope, PatientWeight, RadionuclideTotalDose, Philips (7053,xx09)"
        }
    }
}
