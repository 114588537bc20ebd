//! Canvases: the context's own, or others that its pictures are copied to.

use viewer_core::{Error, ErrorKind, Result};
use web_sys::{CanvasRenderingContext2d, HtmlCanvasElement};

use crate::canvas2d;

/// A canvas that is drawn to.
#[derive(Debug)]
pub(crate) struct Surface {
    canvas: HtmlCanvasElement,
    size: [u32; 2],
    /// Takes the copies; the context's own canvas needs none.
    copies: Option<CanvasRenderingContext2d>,
}

impl Surface {
    /// The canvas of the context itself.
    pub(super) fn first(canvas: HtmlCanvasElement) -> Self {
        Self {
            size: size_of(&canvas),
            canvas,
            copies: None,
        }
    }

    /// A canvas beside it.
    ///
    /// # Errors
    /// [`ErrorKind::DeviceLost`] when the canvas is in use already.
    pub(super) fn copied(canvas: HtmlCanvasElement) -> Result<Self> {
        let copies = canvas2d::open(&canvas)?;
        Ok(Self {
            size: size_of(&canvas),
            canvas,
            copies: Some(copies),
        })
    }

    pub(crate) const fn size(&self) -> [u32; 2] {
        self.size
    }

    pub(super) const fn is_copied(&self) -> bool {
        self.copies.is_some()
    }

    pub(super) fn resize(&mut self, size: [u32; 2]) {
        self.size = size;
        sized(&self.canvas, size);
    }

    /// Copies the lowest left corner of the context's canvas, where that is another one.
    ///
    /// # Errors
    /// [`ErrorKind::Limit`] when the browser refuses.
    pub(super) fn copy_from(&self, source: &HtmlCanvasElement) -> Result<()> {
        let Some(copies) = &self.copies else {
            return Ok(());
        };
        let [width, height] = self.size.map(f64::from);
        let top = f64::from(source.height()) - height;
        copies
            .draw_image_with_html_canvas_element_and_sw_and_sh_and_dx_and_dy_and_dw_and_dh(
                source, 0.0, top, width, height, 0.0, 0.0, width, height,
            )
            .map_err(|_thrown| Error::new(ErrorKind::Limit, "the browser refused the picture"))
    }
}

/// Setting a size, even the same, blanks a canvas: only another one is set.
pub(super) fn sized(canvas: &HtmlCanvasElement, [width, height]: [u32; 2]) {
    if [canvas.width(), canvas.height()] != [width, height] {
        canvas.set_width(width);
        canvas.set_height(height);
    }
}

fn size_of(canvas: &HtmlCanvasElement) -> [u32; 2] {
    [canvas.width().max(1), canvas.height().max(1)]
}
