//! Baseline JPEG, written: 8 bits, grey or colour, the tables of quantisation and of Huffman codes of ISO 10918-1 annex K.

mod bits;
mod block;
mod plane;
mod tables;

use bits::BitWriter;
use block::{Quantiser, Zigzag};
use plane::Plane;
use tables::{CHROMINANCE, Codes, LUMINANCE};

/// Colour of quality below this is halved in both directions, as usual.
const HALVED_BELOW: u8 = 90;

/// A picture of 8 bits a sample as a JPEG file: grey, or RGB where there are three samples a pixel. `quality` is that of the
/// Independent JPEG Group, 1 to 100. None where there are not as many samples as `width` and `height` say, or no pixels.
pub fn encode(samples: &[u8], [width, height]: [u16; 2], quality: u8) -> Option<Vec<u8>> {
    let quality = quality.clamp(1, 100);
    let size = [width, height].map(usize::from);
    let pixels = size[0] * size[1];
    let is_color = samples.len() == pixels * 3;
    if pixels == 0 || !(is_color || samples.len() == pixels) {
        return None;
    }
    let factor = if is_color && quality < HALVED_BELOW { 2 } else { 1 };
    let planes = if is_color {
        plane::of_rgb(samples, size, factor)
    } else {
        vec![Plane::new(samples.iter().copied(), size, 8)]
    };
    let tables: &[&tables::Kind] = if is_color {
        &[&LUMINANCE, &CHROMINANCE]
    } else {
        &[&LUMINANCE]
    };
    let mut file = head([width, height], planes.len(), factor, quality, tables);
    file.reserve(pixels / 4);
    let mut bits = BitWriter::new(file);
    let mut components: Vec<Component<'_>> = planes
        .iter()
        .enumerate()
        .map(|(number, plane)| {
            let kind = if number == 0 { &LUMINANCE } else { &CHROMINANCE };
            Component {
                plane,
                blocks: if number == 0 { factor } else { 1 },
                quantiser: Quantiser::new(kind, quality),
                codes: Codes::new(kind),
                last: 0,
            }
        })
        .collect();
    for row in 0..size[1].div_ceil(8 * factor) {
        for column in 0..size[0].div_ceil(8 * factor) {
            for component in &mut components {
                component.write(&mut bits, [column, row]);
            }
        }
    }
    let mut file = bits.finish();
    file.extend([0xFF, 0xD9]);
    Some(file)
}

/// One component on its way.
struct Component<'a> {
    plane: &'a Plane,
    /// Blocks of a unit, in each direction.
    blocks: usize,
    quantiser: Quantiser,
    codes: Codes,
    /// The mean of the block before.
    last: i32,
}

impl Component<'_> {
    /// Writes the blocks of a unit.
    fn write(&mut self, bits: &mut BitWriter, [column, row]: [usize; 2]) {
        for down in 0..self.blocks {
            for right in 0..self.blocks {
                let block = self
                    .plane
                    .block(column * self.blocks + right, row * self.blocks + down);
                let Zigzag { values, present } = self.quantiser.quantise(block);
                bits.put(self.codes.mean(values[0] - self.last));
                self.last = values[0];
                let mut left = present & !1;
                let mut next = 1;
                while left != 0 {
                    let at = left.trailing_zeros();
                    let mut zeros = at - next;
                    while zeros > 15 {
                        bits.put(self.codes.sixteen_zeros());
                        zeros -= 16;
                    }
                    bits.put(self.codes.value(zeros, values[at as usize & 63]));
                    next = at + 1;
                    left &= left - 1;
                }
                if next < 64 {
                    bits.put(self.codes.end());
                }
            }
        }
    }
}

/// Everything before the coded blocks.
fn head(
    [width, height]: [u16; 2],
    components: usize,
    factor: usize,
    quality: u8,
    tables: &[&tables::Kind],
) -> Vec<u8> {
    let mut file = vec![0xFF, 0xD8];
    segment(&mut file, 0xE0, b"JFIF\0\x01\x01\0\0\x01\0\x01\0\0");
    for (number, kind) in (0..).zip(tables) {
        let mut content = vec![number];
        content.extend(kind.steps(quality));
        segment(&mut file, 0xDB, &content);
    }
    let ids = (1..).take(components);
    let mut frame = vec![8];
    frame.extend(height.to_be_bytes());
    frame.extend(width.to_be_bytes());
    frame.extend(ids.clone().take(1).map(|_| if components == 1 { 1 } else { 3 }));
    for id in ids.clone() {
        let sampling = if id == 1 && factor == 2 { 0x22 } else { 0x11 };
        frame.extend([id, sampling, u8::from(id > 1)]);
    }
    segment(&mut file, 0xC0, &frame);
    for (number, kind) in (0_u8..).zip(tables) {
        for (class, (counts, symbols)) in [(0, kind.means), (0x10, kind.values)] {
            let mut content = vec![class | number];
            content.extend(counts);
            content.extend(symbols);
            segment(&mut file, 0xC4, &content);
        }
    }
    let mut scan = vec![if components == 1 { 1 } else { 3 }];
    for id in ids {
        scan.extend([id, if id == 1 { 0 } else { 0x11 }]);
    }
    scan.extend([0, 63, 0]);
    segment(&mut file, 0xDA, &scan);
    file
}

/// A marker segment.
fn segment(file: &mut Vec<u8>, marker: u8, content: &[u8]) {
    file.extend([0xFF, marker]);
    file.extend(u16::try_from(content.len() + 2).unwrap_or(u16::MAX).to_be_bytes());
    file.extend(content);
}

#[cfg(test)]
mod tests;
