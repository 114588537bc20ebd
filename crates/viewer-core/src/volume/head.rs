//! What assembly needs to know of a frame.

use glam::DVec3;

use crate::{
    PixelFormat,
    metadata::{FramePlane, InstanceInfo, Marks, SpacingSource},
};

/// What one frame says of itself, without its pixels.
#[derive(Debug, Clone, PartialEq)]
pub struct Head {
    /// The caller's name for the object.
    pub object: u32,
    /// Which of its frames, from 0.
    pub frame: u32,
    /// SOP Instance UID (0008,0018); the order of images that are alike in all else.
    pub sop_instance_uid: String,
    /// Instance Number (0020,0013).
    pub instance_number: Option<i64>,
    /// Frame of Reference UID (0020,0052).
    pub frame_of_reference_uid: Option<String>,
    /// Rows, columns.
    pub size: [u32; 2],
    /// How a pixel is held; none for what is not displayed.
    pub format: Option<PixelFormat>,
    /// Photometric Interpretation (0028,0004).
    pub photometric: String,
    /// Stored values in this closed range are padding.
    pub padding: Option<(i64, i64)>,
    /// Image Position (Patient) (0020,0032), mm.
    pub position: Option<DVec3>,
    /// Image Orientation (Patient) (0020,0037): directions of a row and of a column.
    pub orientation: Option<[DVec3; 2]>,
    /// Pixel Spacing (0028,0030), mm: distance of rows, of columns. Not that of Imager Pixel Spacing, which is at the
    /// detector.
    pub spacing_mm: Option<[f64; 2]>,
    /// Slice Thickness (0018,0050), mm.
    pub thickness_mm: Option<f64>,
    /// Rescale Slope (0028,1053).
    pub rescale_slope: f64,
    /// Rescale Intercept (0028,1052).
    pub rescale_intercept: f64,
    /// What tells it from other images at its place.
    pub marks: Marks,
}

impl Head {
    /// The frames of an object, which the caller calls `object`.
    pub fn of(info: &InstanceInfo, object: u32) -> impl Iterator<Item = Self> {
        let whole = FramePlane {
            image_position_patient: info.image_position_patient,
            ..FramePlane::default()
        };
        (0..info.frames).map(move |frame| {
            let plane = info.planes.get(frame as usize);
            Self::new(info, object, frame, plane.unwrap_or(&whole))
        })
    }

    fn new(info: &InstanceInfo, object: u32, frame: u32, plane: &FramePlane) -> Self {
        let orientation = plane.image_orientation_patient.or(info.image_orientation_patient);
        let of_object = info
            .spacing_mm
            .filter(|_| info.spacing_source == Some(SpacingSource::PixelSpacing));
        Self {
            object,
            frame,
            sop_instance_uid: info.sop_instance_uid.clone(),
            instance_number: info.instance_number,
            frame_of_reference_uid: info.frame_of_reference_uid.clone(),
            size: [info.rows.into(), info.columns.into()],
            format: info.pixel_format,
            photometric: info.photometric_interpretation.clone(),
            padding: info.pixel_padding,
            position: plane.image_position_patient.map(DVec3::from_array),
            orientation: orientation.map(|[a, b, c, d, e, f]| [DVec3::new(a, b, c), DVec3::new(d, e, f)]),
            spacing_mm: plane.spacing_mm.or(of_object),
            thickness_mm: plane.slice_thickness_mm.or(info.slice_thickness_mm),
            rescale_slope: plane.rescale_slope.unwrap_or(info.rescale_slope),
            rescale_intercept: plane.rescale_intercept.unwrap_or(info.rescale_intercept),
            marks: plane.marks.as_ref().unwrap_or(&info.marks).clone(),
        }
    }

    /// By which images are taken that are alike in all else.
    pub(crate) fn order(&self) -> (i64, &str, u32, u32) {
        let number = self.instance_number.unwrap_or(i64::MAX);
        (number, &self.sop_instance_uid, self.frame, self.object)
    }
}
