//! What is drawn over a picture, pixel by pixel of the frame: overlays (PS3.3 C.9.2) and display shutters (C.7.6.11).

/// The pixel is neutralised by a shutter.
pub const SHUTTERED: u8 = 1;
/// An overlay of type G (graphics) has it set: white.
pub const GRAPHICS: u8 = 2;
/// An overlay of type R (region of interest) has it set: half way to white, so that the region stays to be seen.
pub const REGION: u8 = 4;

/// The level of what overlays draw.
const WHITE: u8 = u8::MAX;

/// A mask over a frame.
#[derive(Clone, PartialEq, Eq)]
pub struct Mask {
    /// Level of shuttered pixels.
    pub shutter_level: u8,
    /// `[rows, columns]`: [`SHUTTERED`], [`GRAPHICS`] and [`REGION`] in any combination.
    pub bits: Vec<u8>,
}

/// How a mask is drawn. Overlays lie over shutters.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct MaskPlan {
    /// Level of shuttered pixels.
    pub shutter_level: u8,
    /// Whether overlays are drawn.
    pub shows_overlays: bool,
}

impl MaskPlan {
    /// What becomes of a picture's level where the mask has these bits.
    #[inline]
    pub const fn level(self, bits: u8, level: u8) -> u8 {
        let under = if bits & SHUTTERED == 0 {
            level
        } else {
            self.shutter_level
        };
        if !self.shows_overlays {
            under
        } else if bits & GRAPHICS != 0 {
            WHITE
        } else if bits & REGION != 0 {
            under.midpoint(WHITE) + (under & 1 ^ 1)
        } else {
            under
        }
    }
}

impl std::fmt::Debug for Mask {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Mask")
            .field("shutter_level", &self.shutter_level)
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn overlays_lie_over_shutters() {
        let plan = MaskPlan {
            shutter_level: 10,
            shows_overlays: true,
        };
        let found = [
            0,
            SHUTTERED,
            GRAPHICS,
            REGION,
            SHUTTERED | GRAPHICS,
            SHUTTERED | REGION,
        ]
        .map(|bits| plan.level(bits, 100));
        // half way from 100 to 255 is 177.5, from 10 to 255 is 132.5: rounded up
        assert_eq!(found, [100, 10, 255, 178, 255, 133]);
        let hidden = MaskPlan {
            shows_overlays: false,
            ..plan
        };
        assert_eq!(
            [GRAPHICS, SHUTTERED | REGION].map(|bits| hidden.level(bits, 100)),
            [100, 10]
        );
        assert_eq!(plan.level(REGION, 101), 178, "exactly half way");
    }
}
