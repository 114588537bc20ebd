//! PET: the factor from an object's values to the standardised uptake value by body weight.
//!
//! The formula is the vendor-neutral pseudo-code of the Quantitative Imaging Biomarkers Alliance (QIBA, FDG-PET/CT
//! Profile, appendix "SUV calculation"): `SUVbw = value * weight / dose`, with the dose decayed to the time that the values
//! are corrected to. `DecayCorrection` is that of PS3.3 C.8.9.1.1.5; `NONE`, which QIBA leaves out, takes the mean time
//! of the frame by C.8.9.4.1.5.

use dicom_core::Tag;
use dicom_dictionary_std::tags;

use super::{dataset::DataSet, moment::Moment};
use crate::metadata::{Suv, SuvMethod};

const SECONDS_A_DAY: f64 = 86_400.0;

/// The factor, or why there is none; nothing for other modalities than PT.
pub(crate) fn read(dataset: &DataSet<'_>) -> Option<Suv> {
    if dataset.first_code(tags::MODALITY).as_deref() != Some("PT") {
        return None;
    }
    Some(match factor(dataset) {
        Ok((factor, method)) => Suv::Factor { factor, method },
        Err(reason) => Suv::Reason { reason },
    })
}

fn factor(dataset: &DataSet<'_>) -> Result<(f64, SuvMethod), String> {
    let units = dataset
        .first_code(tags::UNITS)
        .ok_or_else(|| missing("Units", tags::UNITS))?;
    match units.as_str() {
        "GML" => match dataset.first_code(tags::SUV_TYPE).as_deref() {
            None | Some("BW") => Ok((1.0, SuvMethod::Gml)),
            Some(_) => {
                Err("SUVType (0054,1006) is not BW: the values are uptake by another measure".to_owned())
            }
        },
        "BQML" => Ok((per_becquerel(dataset)?, SuvMethod::Bqml)),
        "CNTS" => {
            let philips = |element| {
                private(dataset, 0x7053, "Philips PET Private Group", element)
                    .and_then(|tag| dataset.f64(tag))
                    .filter(|factor| *factor > 0.0)
            };
            if let Some(factor) = philips(0x00) {
                corrected(dataset, &["ATTN", "DECAY"])?;
                Ok((factor, SuvMethod::PhilipsSuvFactor))
            } else if let Some(becquerels) = philips(0x09) {
                Ok((
                    becquerels * per_becquerel(dataset)?,
                    SuvMethod::PhilipsActivityFactor,
                ))
            } else {
                Err(
                    "Units (0054,1001) are CNTS and there is neither (7053,xx00) nor (7053,xx09) of Philips"
                        .to_owned(),
                )
            }
        }
        _ => Err("Units (0054,1001) are none of BQML, CNTS and GML".to_owned()),
    }
}

/// Grams over the dose that is left, in becquerels, at the time that the values are corrected to.
fn per_becquerel(dataset: &DataSet<'_>) -> Result<f64, String> {
    let dose = Dose::read(dataset)?;
    let decay = dataset
        .first_code(tags::DECAY_CORRECTION)
        .ok_or_else(|| missing("DecayCorrection", tags::DECAY_CORRECTION))?;
    let elapsed = match decay.as_str() {
        "ADMIN" => {
            corrected(dataset, &["ATTN", "DECAY"])?;
            0.0
        }
        "START" => {
            corrected(dataset, &["ATTN", "DECAY"])?;
            dose.until(scan_start(dataset)?)?
        }
        "NONE" => {
            corrected(dataset, &["ATTN"])?;
            let start = moment(dataset, tags::ACQUISITION_DATE, tags::ACQUISITION_TIME)
                .ok_or_else(|| missing("AcquisitionDate or AcquisitionTime", tags::ACQUISITION_TIME))?;
            dose.until(start)? + mean_time(dataset, dose.half_life)?
        }
        _ => return Err("DecayCorrection (0054,1102) is none of START, ADMIN and NONE".to_owned()),
    };
    let weight = positive(dataset, tags::PATIENT_WEIGHT, "PatientWeight")?;
    let factor = weight * 1000.0 / (dose.becquerels * libm::exp2(-elapsed / dose.half_life));
    if factor.is_finite() && factor > 0.0 {
        Ok(factor)
    } else {
        Err("the dose has decayed beyond measure".to_owned())
    }
}

/// What was given, and when.
struct Dose {
    becquerels: f64,
    /// In seconds.
    half_life: f64,
    start: Option<Start>,
}

enum Start {
    Moment(Moment),
    /// Seconds of a day that nobody names.
    TimeOfDay(f64),
}

impl Dose {
    fn read(dataset: &DataSet<'_>) -> Result<Self, String> {
        let sequence = tags::RADIOPHARMACEUTICAL_INFORMATION_SEQUENCE;
        let item = dataset
            .first_item(sequence, &super::Limits::default())
            .ok()
            .flatten()
            .ok_or_else(|| missing("RadiopharmaceuticalInformationSequence", sequence))?;
        let at = item
            .first_code(tags::RADIOPHARMACEUTICAL_START_DATE_TIME)
            .and_then(|text| Moment::of_datetime(&text));
        let time = item
            .first_code(tags::RADIOPHARMACEUTICAL_START_TIME)
            .and_then(|text| Moment::seconds_of_day(&text));
        Ok(Self {
            becquerels: positive(&item, tags::RADIONUCLIDE_TOTAL_DOSE, "RadionuclideTotalDose")?,
            half_life: positive(&item, tags::RADIONUCLIDE_HALF_LIFE, "RadionuclideHalfLife")?,
            start: at.map(Start::Moment).or(time.map(Start::TimeOfDay)),
        })
    }

    /// Seconds from the administration to `moment`. Where no date is known, it was within the day before.
    fn until(&self, moment: Moment) -> Result<f64, String> {
        match self.start {
            Some(Start::Moment(start)) => {
                let elapsed = moment.since(start);
                if elapsed < 0.0 {
                    return Err("RadiopharmaceuticalStartDateTime (0018,1078) is after the scan".to_owned());
                }
                Ok(elapsed)
            }
            Some(Start::TimeOfDay(seconds)) => {
                let elapsed = moment.seconds() - seconds;
                Ok(if elapsed < 0.0 {
                    elapsed + SECONDS_A_DAY
                } else {
                    elapsed
                })
            }
            None => Err(missing(
                "RadiopharmaceuticalStartDateTime or RadiopharmaceuticalStartTime",
                tags::RADIOPHARMACEUTICAL_START_TIME,
            )),
        }
    }
}

/// When the scan began: the series' moment, unless the series was made after its acquisition; GE then keeps it.
fn scan_start(dataset: &DataSet<'_>) -> Result<Moment, String> {
    let series = moment(dataset, tags::SERIES_DATE, tags::SERIES_TIME)
        .ok_or_else(|| missing("SeriesDate or SeriesTime", tags::SERIES_TIME))?;
    let acquisition = moment(dataset, tags::ACQUISITION_DATE, tags::ACQUISITION_TIME)
        .ok_or_else(|| missing("AcquisitionDate or AcquisitionTime", tags::ACQUISITION_TIME))?;
    if acquisition.since(series) >= 0.0 {
        return Ok(series);
    }
    private(dataset, 0x0009, "GEMS_PETD_01", 0x0D)
        .and_then(|tag| dataset.first_code(tag))
        .and_then(|text| Moment::of_datetime(&text))
        .ok_or_else(|| {
            "SeriesTime (0008,0031) is after AcquisitionTime, as in a series made later, and there is no \
             (0009,xx0D) of GE to say when the scan began"
                .to_owned()
        })
}

/// Seconds from the beginning of a frame to the time at which its activity is the mean over the frame.
fn mean_time(dataset: &DataSet<'_>, half_life: f64) -> Result<f64, String> {
    let milliseconds = positive(dataset, tags::ACTUAL_FRAME_DURATION, "ActualFrameDuration")?;
    let decayed = core::f64::consts::LN_2 / half_life * (milliseconds / 1000.0);
    Ok(half_life / core::f64::consts::LN_2 * libm::log(decayed / -libm::expm1(-decayed)))
}

/// Whether `CorrectedImage` has all these.
fn corrected(dataset: &DataSet<'_>, wanted: &[&str]) -> Result<(), String> {
    let text = dataset.code(tags::CORRECTED_IMAGE).unwrap_or_default();
    let found: Vec<&str> = text.split('\\').map(str::trim).collect();
    match wanted.iter().find(|term| !found.contains(*term)) {
        None => Ok(()),
        Some(term) => Err(format!("CorrectedImage (0028,0051) does not have {term}")),
    }
}

fn moment(dataset: &DataSet<'_>, date: Tag, time: Tag) -> Option<Moment> {
    Moment::of(&dataset.first_code(date)?, &dataset.first_code(time)?)
}

/// The tag of a private element, by who reserved its block (PS3.5 section 7.8.1).
fn private(dataset: &DataSet<'_>, group: u16, creator: &str, element: u16) -> Option<Tag> {
    let block = (0x10..=0xFF).find(|block| dataset.code(Tag(group, *block)).as_deref() == Some(creator))?;
    Some(Tag(group, block << 8 | element))
}

fn positive(dataset: &DataSet<'_>, tag: Tag, name: &str) -> Result<f64, String> {
    dataset
        .f64(tag)
        .filter(|number| *number > 0.0)
        .ok_or_else(|| missing(name, tag))
}

fn missing(name: &str, tag: Tag) -> String {
    format!("{name} ({:04X},{:04X}) is missing, empty or zero", tag.0, tag.1)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::decode::{Limits, syntax::Encoding};

    /// Implicit little-endian elements.
    fn elements(all: &[(u16, u16, &str)]) -> Vec<u8> {
        all.iter()
            .flat_map(|(group, element, value)| element_of(*group, *element, value.as_bytes()))
            .collect()
    }

    fn element_of(group: u16, element: u16, value: &[u8]) -> Vec<u8> {
        let length = u32::try_from(value.len()).unwrap();
        let mut bytes = [group.to_le_bytes(), element.to_le_bytes()].concat();
        bytes.extend_from_slice(&length.to_le_bytes());
        bytes.extend_from_slice(value);
        bytes
    }

    /// 300,000,000 Bq with a half life of an hour at ten, two hours before the scan; 75 kg.
    const SOUND: [(u16, u16, &str); 10] = [
        (0x0008, 0x0021, "20240102"),
        (0x0008, 0x0022, "20240102"),
        (0x0008, 0x0031, "120000"),
        (0x0008, 0x0032, "120000"),
        (0x0008, 0x0060, "PT"),
        (0x0010, 0x1030, "75"),
        (0x0018, 0x1242, "600000"),
        (0x0028, 0x0051, "DCAL\\ATTN\\DECAY"),
        (0x0054, 0x1001, "BQML"),
        (0x0054, 0x1102, "START"),
    ];
    const DOSE: [(u16, u16, &str); 3] = [
        (0x0018, 0x1072, "100000"),
        (0x0018, 0x1074, "300000000"),
        (0x0018, 0x1075, "3600"),
    ];

    /// The factor of an object with these changes: an empty value takes an attribute away.
    fn suv(changes: &[(u16, u16, &str)]) -> Suv {
        let changed = |elements: &[(u16, u16, &'static str)]| -> Vec<(u16, u16, String)> {
            elements
                .iter()
                .map(|(group, element, value)| {
                    let change = changes
                        .iter()
                        .find(|change| (change.0, change.1) == (*group, *element));
                    (
                        *group,
                        *element,
                        change.map_or(*value, |change| change.2).to_owned(),
                    )
                })
                .collect()
        };
        let bytes_of = |all: &[(u16, u16, String)]| {
            let all: Vec<_> = all.iter().map(|(g, e, value)| (*g, *e, value.as_str())).collect();
            elements(&all)
        };
        let mut bytes = bytes_of(&changed(&SOUND));
        let known = |change: &&(u16, u16, &str)| {
            let mut all = SOUND.iter().chain(&DOSE);
            !all.any(|(group, element, _)| (*group, *element) == (change.0, change.1))
        };
        let mut dose = changed(&DOSE);
        for (group, element, value) in changes.iter().filter(known) {
            if *group == 0x0018 {
                dose.push((*group, *element, (*value).to_owned()));
            } else {
                bytes.extend(element_of(*group, *element, value.as_bytes()));
            }
        }
        let item = element_of(0xFFFE, 0xE000, &bytes_of(&dose));
        bytes.extend(element_of(0x0054, 0x0016, &item));
        let dataset = DataSet::parse(
            &bytes,
            0..bytes.len(),
            Encoding::ImplicitLittle,
            &Limits::default(),
        );
        read(&dataset.unwrap()).unwrap()
    }

    #[track_caller]
    fn assert_factor(changes: &[(u16, u16, &str)], expected: f64, expected_method: SuvMethod) {
        match suv(changes) {
            Suv::Factor { factor, method } => {
                assert!((factor / expected - 1.0).abs() < 1e-6, "{factor}, not {expected}");
                assert_eq!(method, expected_method);
            }
            Suv::Reason { reason } => panic!("{reason}"),
        }
    }

    #[test]
    fn the_dose_decays_to_the_time_of_the_values() {
        // two half lives: 75,000 g / (300 MBq / 4)
        assert_factor(&[], 0.001, SuvMethod::Bqml);
        assert_factor(&[(0x0054, 0x1102, "ADMIN")], 0.000_25, SuvMethod::Bqml);
        // at the start of the frame 0.001; over it the mean activity is (1 - 2^(-1/6)) / (ln 2 / 6) = 0.944399 of that
        assert_factor(
            &[(0x0054, 0x1102, "NONE"), (0x0028, 0x0051, "ATTN")],
            0.001_058_874,
            SuvMethod::Bqml,
        );
        // given at 23:00 of the day before, thirteen hours
        assert_factor(&[(0x0018, 0x1072, "230000")], 0.000_25 * 8192.0, SuvMethod::Bqml);
        assert_factor(
            &[(0x0018, 0x1078, "20240102110000.000+0000")],
            0.000_5,
            SuvMethod::Bqml,
        );
    }

    #[test]
    fn a_series_made_later_needs_the_scan_time_of_ge() {
        let later = [(0x0008, 0x0031, "150000")];
        let Suv::Reason { reason } = suv(&later) else {
            panic!("a factor from the wrong time");
        };
        assert!(reason.contains("(0009,xx0D)"), "{reason}");
        let ge = [
            later[0],
            (0x0009, 0x0010, "OTHER"),
            (0x0009, 0x0011, "GEMS_PETD_01"),
            (0x0009, 0x110D, "20240102120000.00"),
        ];
        assert_factor(&ge, 0.001, SuvMethod::Bqml);
    }

    #[test]
    fn counts_need_a_factor_of_philips() {
        let counts = (0x0054, 0x1001, "CNTS");
        let creator = (0x7053, 0x0010, "Philips PET Private Group");
        assert_factor(
            &[counts, creator, (0x7053, 0x1000, "0.0125"), (0x7053, 0x1009, "2")],
            0.0125,
            SuvMethod::PhilipsSuvFactor,
        );
        assert_factor(
            &[counts, creator, (0x7053, 0x1000, "0"), (0x7053, 0x1009, "2")],
            0.002,
            SuvMethod::PhilipsActivityFactor,
        );
        assert!(matches!(suv(&[counts]), Suv::Reason { .. }));
    }

    #[test]
    fn grams_per_millilitre_are_what_they_are() {
        assert_factor(&[(0x0054, 0x1001, "GML")], 1.0, SuvMethod::Gml);
        assert!(matches!(
            suv(&[(0x0054, 0x1001, "GML"), (0x0054, 0x1006, "LBM")]),
            Suv::Reason { .. }
        ));
    }

    #[test]
    fn what_is_missing_is_named() {
        for (group, element, tag) in [
            (0x0008, 0x0031, "(0008,0031)"),
            (0x0008, 0x0032, "(0008,0032)"),
            (0x0010, 0x1030, "(0010,1030)"),
            (0x0018, 0x1072, "(0018,1072)"),
            (0x0018, 0x1074, "(0018,1074)"),
            (0x0018, 0x1075, "(0018,1075)"),
            (0x0028, 0x0051, "(0028,0051)"),
            (0x0054, 0x1001, "(0054,1001)"),
            (0x0054, 0x1102, "(0054,1102)"),
        ] {
            let Suv::Reason { reason } = suv(&[(group, element, "")]) else {
                panic!("a factor without {tag}");
            };
            assert!(reason.contains(tag), "{reason}");
        }
        let after = suv(&[(0x0018, 0x1078, "20240103100000")]);
        assert!(matches!(after, Suv::Reason { .. }), "given after the scan");
    }
}
