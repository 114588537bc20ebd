//! Canvas and image coordinates, and the way between them.
//!
//! A canvas point is in canvas pixels, right and down; the first pixel covers 0..1, its centre is (0.5, 0.5).
//! An image point is (column, row); the *centre* of the first pixel is (0, 0), so that the image covers
//! -0.5..columns - 0.5.

use glam::{DAffine2, DMat2, DVec2};

use crate::{Error, ErrorKind, FrameSpec, Result, view::View};

/// Largest canvas side in pixels.
pub const MAX_CANVAS_SIDE: u32 = 16_384;
/// Largest canvas area in pixels (256 MiB of RGBA).
pub const MAX_CANVAS_AREA: u64 = 1 << 26;
/// Largest Rows or Columns: both are of VR US.
pub const MAX_IMAGE_SIDE: u32 = 65_535;
/// Image pixels a canvas pixel, at most, and canvas pixels an image pixel, at most.
const MAX_SCALE: f64 = 1_048_576.0;
/// Largest distance of the canvas from the image's first pixel, in image pixels.
const MAX_OFFSET: f64 = 1_073_741_824.0;

/// A point on the canvas, in canvas pixels.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct CanvasPoint {
    /// From the left edge.
    pub x: f64,
    /// From the top edge.
    pub y: f64,
}

/// A point in the image, in image pixels.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct ImagePoint {
    /// Along a row; the centre of the first pixel is 0.
    pub column: f64,
    /// Down the columns; the centre of the first pixel is 0.
    pub row: f64,
}

/// Where an image lies on a canvas.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Placement {
    canvas_from_image: DAffine2,
    image_from_canvas: DAffine2,
}

impl Placement {
    /// Places the image of `spec` by `view` on a canvas of `[width, height]` pixels.
    ///
    /// At zoom 1 the box around the rotated image touches the canvas on two sides and is centred. A pixel is
    /// `spec.pixel_aspect` times as high as wide.
    ///
    /// # Errors
    /// [`ErrorKind::Limit`] for an empty or too large canvas or image and for a scale or shift beyond reason;
    /// [`ErrorKind::Malformed`] for numbers that are not finite or not positive where they must be.
    pub fn new(spec: &FrameSpec, view: &View, canvas: [u32; 2]) -> Result<Self> {
        check(spec, view, canvas)?;
        let image_size = DVec2::new(f64::from(spec.columns), f64::from(spec.rows));
        let canvas_size = DVec2::new(f64::from(canvas[0]), f64::from(canvas[1]));
        let aspect = DVec2::new(1.0, spec.pixel_aspect);
        let [sin, cos] = sin_cos_deg(view.rotation_deg);
        let rotation = DMat2::from_cols(DVec2::new(cos, sin), DVec2::new(-sin, cos));

        let shown = image_size * aspect;
        let boxed = DVec2::new(
            shown.x * cos.abs() + shown.y * sin.abs(),
            shown.x * sin.abs() + shown.y * cos.abs(),
        );
        let canvas_px_per_image_px = (canvas_size / boxed).min_element() * view.zoom;
        let stretch = DVec2::new(sign(view.flip_horizontal), sign(view.flip_vertical))
            * aspect
            * canvas_px_per_image_px;
        let reasonable =
            stretch.abs().min_element() >= 1.0 / MAX_SCALE && stretch.abs().max_element() <= MAX_SCALE;
        if !reasonable {
            return Err(Error::new(ErrorKind::Limit, "the zoom is too large or too small"));
        }

        let image_center = (image_size - 1.0) / 2.0;
        let canvas_center = canvas_size / 2.0 + DVec2::from_array(view.pan_px);
        let canvas_linear = rotation * DMat2::from_diagonal(stretch);
        let image_linear = DMat2::from_diagonal(stretch.recip()) * rotation.transpose();
        let placement = Self {
            canvas_from_image: DAffine2::from_mat2_translation(
                canvas_linear,
                canvas_center - canvas_linear * image_center,
            ),
            image_from_canvas: DAffine2::from_mat2_translation(
                image_linear,
                image_center - image_linear * canvas_center,
            ),
        };
        let [width, height] = canvas_size.to_array();
        for corner in [[0.0, 0.0], [width, 0.0], [0.0, height], [width, height]] {
            let image = placement
                .image_from_canvas
                .transform_point2(DVec2::from_array(corner));
            let near = image.abs().max_element() <= MAX_OFFSET;
            if !near {
                return Err(Error::new(
                    ErrorKind::Limit,
                    "the image is moved too far from the canvas",
                ));
            }
        }
        Ok(placement)
    }

    /// The image point under a canvas point (it may lie outside the image).
    pub fn image_from_canvas(&self, point: CanvasPoint) -> ImagePoint {
        let image = self
            .image_from_canvas
            .transform_point2(DVec2::new(point.x, point.y));
        ImagePoint {
            column: image.x,
            row: image.y,
        }
    }

    /// The canvas point over an image point.
    pub fn canvas_from_image(&self, point: ImagePoint) -> CanvasPoint {
        let canvas = self
            .canvas_from_image
            .transform_point2(DVec2::new(point.column, point.row));
        CanvasPoint {
            x: canvas.x,
            y: canvas.y,
        }
    }

    /// Image pixels that one canvas pixel to the right goes.
    pub const fn image_step_x(&self) -> ImagePoint {
        let step = self.image_from_canvas.matrix2.x_axis;
        ImagePoint {
            column: step.x,
            row: step.y,
        }
    }

    /// Image pixels that one canvas pixel down goes.
    pub const fn image_step_y(&self) -> ImagePoint {
        let step = self.image_from_canvas.matrix2.y_axis;
        ImagePoint {
            column: step.x,
            row: step.y,
        }
    }
}

const fn sign(flipped: bool) -> f64 {
    if flipped { -1.0 } else { 1.0 }
}

/// Sine and cosine of an angle in degrees, exact for quarter turns.
fn sin_cos_deg(degrees: f64) -> [f64; 2] {
    let turned = degrees.rem_euclid(360.0);
    for (quarter, sin_cos) in [
        (0.0, [0.0, 1.0]),
        (90.0, [1.0, 0.0]),
        (180.0, [0.0, -1.0]),
        (270.0, [-1.0, 0.0]),
    ] {
        if (turned - quarter).abs() < 1e-9 {
            return sin_cos;
        }
    }
    let radians = turned.to_radians();
    [libm::sin(radians), libm::cos(radians)]
}

/// # Errors
/// [`ErrorKind::Limit`] for an empty or too large canvas.
pub(crate) fn check_canvas(canvas: [u32; 2]) -> Result<()> {
    let [width, height] = canvas;
    let area = u64::from(width) * u64::from(height);
    if width > MAX_CANVAS_SIDE || height > MAX_CANVAS_SIDE || area > MAX_CANVAS_AREA || area == 0 {
        return Err(Error::new(
            ErrorKind::Limit,
            format!(
                "a canvas of {width} x {height} is not in 1..={MAX_CANVAS_SIDE} a side and {MAX_CANVAS_AREA} pixels"
            ),
        ));
    }
    Ok(())
}

fn check(spec: &FrameSpec, view: &View, canvas: [u32; 2]) -> Result<()> {
    check_canvas(canvas)?;
    let sides = 1..=MAX_IMAGE_SIDE;
    if !sides.contains(&spec.columns) || !sides.contains(&spec.rows) {
        return Err(Error::new(
            ErrorKind::Limit,
            format!(
                "an image of {} columns and {} rows is not in 1..={MAX_IMAGE_SIDE}",
                spec.columns, spec.rows
            ),
        ));
    }
    let finite = [view.pan_px[0], view.pan_px[1], view.rotation_deg]
        .iter()
        .all(|number| number.is_finite());
    let positive = [view.zoom, spec.pixel_aspect]
        .iter()
        .all(|number| number.is_finite() && *number > 0.0);
    if !finite || !positive {
        return Err(Error::new(
            ErrorKind::Malformed,
            "zoom and pixel aspect must be positive; pan and rotation must be finite",
        ));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{PixelFormat, lut::Voi};

    fn spec(columns: u32, rows: u32, pixel_aspect: f64) -> FrameSpec {
        FrameSpec {
            pixel_aspect,
            ..FrameSpec::of_size(rows, columns, PixelFormat::R8Uint)
        }
    }

    fn view() -> View {
        View::new(Voi::linear(128.0, 256.0))
    }

    #[track_caller]
    fn assert_near(point: ImagePoint, column: f64, row: f64) {
        let off = (point.column - column).abs().max((point.row - row).abs());
        assert!(off < 1e-9, "{point:?} is not ({column}, {row})");
    }

    fn image_at(spec: &FrameSpec, view: &View, canvas: [u32; 2], x: f64, y: f64) -> ImagePoint {
        let placement = Placement::new(spec, view, canvas).expect("a sound view");
        placement.image_from_canvas(CanvasPoint { x, y })
    }

    #[test]
    fn one_to_one_is_exact() {
        for (columns, rows) in [(1, 1), (7, 3), (512, 512), (3328, 4096)] {
            let placement = Placement::new(&spec(columns, rows, 1.0), &view(), [columns, rows]).unwrap();
            let first = placement.image_from_canvas(CanvasPoint { x: 0.5, y: 0.5 });
            assert_eq!(
                first,
                ImagePoint {
                    column: 0.0,
                    row: 0.0
                },
                "{columns} x {rows}"
            );
            assert_eq!(
                placement.image_step_x(),
                ImagePoint {
                    column: 1.0,
                    row: 0.0
                },
                "{columns} x {rows}"
            );
        }
    }

    #[test]
    fn the_image_is_letterboxed_and_centred() {
        // 100 x 50 on 200 x 200: twice as large, 50 black lines above and below.
        let spec = spec(100, 50, 1.0);
        assert_near(image_at(&spec, &view(), [200, 200], 0.0, 50.0), -0.5, -0.5);
        assert_near(image_at(&spec, &view(), [200, 200], 200.0, 150.0), 99.5, 49.5);
    }

    #[test]
    fn tall_pixels_make_a_tall_image() {
        // 100 x 50 pixels, each twice as high as wide: square; on 100 x 100 a row is two canvas pixels high.
        let spec = spec(100, 50, 2.0);
        assert_near(image_at(&spec, &view(), [100, 100], 0.0, 0.0), -0.5, -0.5);
        assert_near(image_at(&spec, &view(), [100, 100], 10.0, 10.0), 9.5, 4.5);
    }

    #[test]
    fn a_quarter_turn_is_clockwise_and_fits_anew() {
        // 100 x 50 turned on 50 x 100: the upper left canvas corner shows the lower left image corner.
        let turned = View {
            rotation_deg: 90.0,
            ..view()
        };
        let spec = spec(100, 50, 1.0);
        assert_near(image_at(&spec, &turned, [50, 100], 0.0, 0.0), -0.5, 49.5);
        assert_near(image_at(&spec, &turned, [50, 100], 50.0, 0.0), -0.5, -0.5);
        let back = View {
            rotation_deg: -270.0,
            ..view()
        };
        assert_near(image_at(&spec, &back, [50, 100], 50.0, 100.0), 99.5, -0.5);
    }

    #[test]
    fn flips_come_before_the_rotation() {
        let flipped = View {
            flip_horizontal: true,
            ..view()
        };
        let spec = spec(100, 50, 1.0);
        assert_near(image_at(&spec, &flipped, [100, 50], 0.0, 0.0), 99.5, -0.5);
        let turned = View {
            rotation_deg: 90.0,
            ..flipped
        };
        assert_near(image_at(&spec, &turned, [50, 100], 50.0, 0.0), 99.5, -0.5);
    }

    #[test]
    fn canvas_and_image_are_inverse() {
        let view = View {
            zoom: 2.5,
            pan_px: [31.0, -17.5],
            rotation_deg: 33.0,
            flip_vertical: true,
            ..view()
        };
        let placement = Placement::new(&spec(64, 48, 1.3), &view, [300, 200]).unwrap();
        for (x, y) in [(0.0, 0.0), (150.0, 20.0), (299.0, 199.0)] {
            let image = placement.image_from_canvas(CanvasPoint { x, y });
            let canvas = placement.canvas_from_image(image);
            let off = (canvas.x - x).abs().max((canvas.y - y).abs());
            assert!(off < 1e-9, "{canvas:?} is not ({x}, {y})");
        }
    }

    #[test]
    fn zooming_about_a_point_holds_it() {
        let view = View {
            pan_px: [12.0, 5.0],
            rotation_deg: 20.0,
            ..view()
        };
        let zoomed = view.zoomed_about(3.0, [200.0, 40.0], [300, 200]);
        let spec = spec(64, 48, 1.0);
        let before = image_at(&spec, &view, [300, 200], 200.0, 40.0);
        assert_near(
            image_at(&spec, &zoomed, [300, 200], 200.0, 40.0),
            before.column,
            before.row,
        );
        assert!((zoomed.zoom - 3.0).abs() < 1e-12, "zoom {}", zoomed.zoom);
    }

    #[test]
    fn bad_numbers_are_refused() {
        let good = spec(10, 10, 1.0);
        let small = [10, 10];
        let zoomed = |zoom| View { zoom, ..view() };
        let panned = |pan_px| View { pan_px, ..view() };
        let cases = [
            (good.clone(), zoomed(0.0), small, ErrorKind::Malformed),
            (good.clone(), zoomed(f64::NAN), small, ErrorKind::Malformed),
            (good.clone(), zoomed(1e30), small, ErrorKind::Limit),
            (good.clone(), zoomed(1e-300), small, ErrorKind::Limit),
            (
                good.clone(),
                panned([f64::INFINITY, 0.0]),
                small,
                ErrorKind::Malformed,
            ),
            (good.clone(), panned([0.0, 1e300]), small, ErrorKind::Limit),
            (
                good.clone(),
                View {
                    rotation_deg: f64::NAN,
                    ..view()
                },
                small,
                ErrorKind::Malformed,
            ),
            (good.clone(), view(), [0, 10], ErrorKind::Limit),
            (good, view(), [100_000, 10], ErrorKind::Limit),
            (spec(0, 10, 1.0), view(), small, ErrorKind::Limit),
            (spec(10, 10, -1.0), view(), small, ErrorKind::Malformed),
        ];
        for (spec, view, canvas, kind) in cases {
            let error = Placement::new(&spec, &view, canvas).unwrap_err();
            assert_eq!(error.kind, kind, "{spec:?} {view:?} {canvas:?}");
        }
    }
}
