//! The head as CT Image Storage objects (PS3.3 A.3).

use crate::geometry::Geometry;
use crate::objects::{Identity, Object};
use crate::truth::{Instance, Truth};
use crate::{anatomy, noise, uid};
use anyhow::{Context as _, Result, bail};
use dicom_core::VR;
use dicom_dictionary_std::tags;
use std::path::Path;
use std::sync::atomic::{AtomicU32, Ordering};

const CT_IMAGE_STORAGE: &str = "1.2.840.10008.5.1.4.1.1.2";
/// Rescale Intercept: HU of stored value 0.
pub const INTERCEPT_HU: i16 = -1024;
/// Standard deviation of the noise, HU.
const NOISE_HU: f64 = 3.4;

/// How stored values are kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Depth {
    /// 12 bits, unsigned: -1024 to 3071 HU.
    Twelve,
    /// 16 bits, signed.
    Sixteen,
}

/// What to generate.
#[derive(Clone, Copy, Debug)]
pub struct Options {
    /// Where the slices lie.
    pub geometry: Geometry,
    /// How stored values are kept.
    pub depth: Depth,
    /// Seed of the noise and of the UIDs.
    pub seed: u64,
}

struct Series<'a> {
    options: &'a Options,
    study: String,
    series: String,
    frame_of_reference: String,
}

/// Writes the series into `folder` (`slice-0001.dcm` is nearest to the feet) and `truth.json` beside it.
///
/// # Errors
/// When the options describe no image, or a file cannot be written.
pub fn generate(options: &Options, folder: &Path) -> Result<Truth> {
    let geometry = options.geometry;
    let sizes = [geometry.slices, geometry.rows, geometry.columns];
    if sizes.iter().any(|size| !(1..=16_384).contains(size)) {
        bail!("slices, rows and columns must be 1 to 16384");
    }
    if !(geometry.spacing_mm > 0.0 && geometry.couch_step_mm > 0.0 && geometry.tilt_deg.abs() < 60.0) {
        bail!("spacings must be positive and the tilt below 60 degrees");
    }
    std::fs::create_dir_all(folder).with_context(|| format!("cannot make {}", folder.display()))?;
    let words = format!("{options:?}");
    let series = Series {
        options,
        study: uid::from_words(&[&words, "study"]),
        series: uid::from_words(&[&words, "series"]),
        frame_of_reference: uid::from_words(&[&words, "frame of reference"]),
    };
    let next = AtomicU32::new(0);
    let workers = std::thread::available_parallelism().map_or(1, usize::from);
    std::thread::scope(|scope| {
        let work = || -> Result<()> {
            loop {
                let slice = next.fetch_add(1, Ordering::Relaxed);
                if slice >= geometry.slices {
                    return Ok(());
                }
                series.write(slice, folder)?;
            }
        };
        let threads: Vec<_> = (0..workers).map(|_| scope.spawn(work)).collect();
        threads
            .into_iter()
            .try_for_each(|thread| thread.join().unwrap_or_else(|_| bail!("a worker died")))
    })?;
    let truth = Truth::new(options, &series.study, &series.series, series.instances());
    truth.write(folder)?;
    Ok(truth)
}

impl Series<'_> {
    fn instance_uid(&self, slice: u32) -> String {
        uid::from_words(&[&self.series, &slice.to_string()])
    }

    fn instances(&self) -> Vec<Instance> {
        let geometry = self.options.geometry;
        (0..geometry.slices)
            .map(|slice| Instance {
                file: file_name(slice),
                sop_instance_uid: self.instance_uid(slice),
                instance_number: slice + 1,
                position_mm: geometry.position_mm(slice),
            })
            .collect()
    }

    fn write(&self, slice: u32, folder: &Path) -> Result<()> {
        let geometry = self.options.geometry;
        let instance = self.instance_uid(slice);
        let description = format!("HEAD {} MM AXIAL", geometry.couch_step_mm);
        let identity = Identity {
            class: CT_IMAGE_STORAGE,
            instance: &instance,
            study: &self.study,
            series: &self.series,
            modality: "CT",
            study_description: "CT HEAD PHANTOM",
            series_description: &description,
        };
        let mut object = Object::new(&identity);
        object.text(tags::IMAGE_TYPE, VR::CS, "ORIGINAL\\PRIMARY\\AXIAL");
        object.text(tags::INSTANCE_NUMBER, VR::IS, &(slice + 1).to_string());
        object.text(tags::BODY_PART_EXAMINED, VR::CS, "HEAD");
        object.text(tags::PROTOCOL_NAME, VR::LO, "Head phantom");
        object.text(tags::PATIENT_POSITION, VR::CS, "HFS");
        object.text(tags::FRAME_OF_REFERENCE_UID, VR::UI, &self.frame_of_reference);
        object.text(tags::POSITION_REFERENCE_INDICATOR, VR::LO, "");
        object.decimals(tags::PIXEL_SPACING, &[geometry.spacing_mm; 2]);
        object.decimals(tags::SLICE_THICKNESS, &[geometry.couch_step_mm]);
        let orientation = [geometry.row_direction(), geometry.column_direction()].concat();
        object.decimals(tags::IMAGE_ORIENTATION_PATIENT, &orientation);
        object.decimals(tags::IMAGE_POSITION_PATIENT, &geometry.position_mm(slice));
        object.decimals(tags::SLICE_LOCATION, &[geometry.centre_mm(slice)[2]]);
        object.decimals(tags::GANTRY_DETECTOR_TILT, &[geometry.tilt_deg]);
        object.decimals(tags::KVP, &[120.0]);
        object.text(tags::X_RAY_TUBE_CURRENT, VR::IS, "200");
        object.text(tags::CONVOLUTION_KERNEL, VR::SH, "PHANTOM");
        let diameter = f64::from(geometry.columns) * geometry.spacing_mm;
        object.decimals(tags::RECONSTRUCTION_DIAMETER, &[diameter]);
        object.decimals(tags::RESCALE_INTERCEPT, &[f64::from(INTERCEPT_HU)]);
        object.decimals(tags::RESCALE_SLOPE, &[1.0]);
        object.text(tags::RESCALE_TYPE, VR::LO, "HU");
        object.decimals(tags::WINDOW_CENTER, &[40.0, 500.0]);
        object.decimals(tags::WINDOW_WIDTH, &[80.0, 2500.0]);
        object.text(tags::WINDOW_CENTER_WIDTH_EXPLANATION, VR::LO, "BRAIN\\BONE");
        let (bits, signed) = match self.options.depth {
            Depth::Twelve => (12, false),
            Depth::Sixteen => (16, true),
        };
        object.pixels(geometry.rows, geometry.columns, bits, signed, self.stored(slice))?;
        object.write(&identity, &folder.join(file_name(slice)))
    }

    /// The stored values of a slice, row after row; of signed values the bits.
    fn stored(&self, slice: u32) -> Vec<u16> {
        let geometry = self.options.geometry;
        let mut stored = Vec::new();
        for row in 0..geometry.rows {
            for column in 0..geometry.columns {
                let point = geometry.patient_from_pixel(slice, f64::from(row), f64::from(column));
                let sample = anatomy::sample(point);
                let grain = noise::grain(self.options.seed, slice, row, column);
                stored.push(self.stored_from_hu(sample.hu + NOISE_HU * sample.noise * grain));
            }
        }
        stored
    }

    fn stored_from_hu(&self, hu: f64) -> u16 {
        let value = (hu - f64::from(INTERCEPT_HU)).round();
        #[allow(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "clamped to the range of the type"
        )]
        match self.options.depth {
            Depth::Twelve => value.clamp(0.0, 4095.0) as u16,
            Depth::Sixteen => (value.clamp(-32_768.0, 32_767.0) as i16).cast_unsigned(),
        }
    }
}

fn file_name(slice: u32) -> String {
    format!("slice-{:04}.dcm", slice + 1)
}
