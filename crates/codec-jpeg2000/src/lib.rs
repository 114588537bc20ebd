//! JPEG 2000 frames: Part 1 (ITU-T T.800) and HTJ2K (Part 15, ITU-T T.814), lossless and lossy.
//!
//! An own decoder, because the crates that are to be had either refuse HTJ2K or decode its colour or its lossy pictures
//! wrongly, and forgive what must be an error here: a frame cut short. Integers all the way where the stream is
//! reversible, so exact; 32-bit floats where it is not.
//!
//! Refused by name: Part 2, subsampled components, components of different depths, more than 24 bits a sample (20 if
//! lossy), packet headers in the main header, HTJ2K and Part 1 code blocks mixed.
#![forbid(unsafe_code)]

mod block;
mod codestream;
mod error;
mod ht;
mod ht_bits;
mod ht_codes;
mod markers;
mod mq;
mod packets;
mod picture;
mod reader;
mod tag_tree;
mod tile;
mod wavelet;

use codec::{Error, ErrorKind, Expected, Picture, Result, StatedColor};

use crate::{
    codestream::{Codestream, TileSettings},
    error::{malformed, unsupported},
    markers::Size,
    picture::{Canvas, Room},
    tile::{Tile, height, tile_rect, width},
};

/// Decodes one frame: a codestream, or the one in a JP2 or JPH file, whose boxes say nothing that counts (PS3.5 8.2.4).
/// Colour is [`StatedColor::Rgb`] where the stream's component transform was undone.
///
/// # Errors
/// [`ErrorKind::Malformed`] for a stream that breaks its standard or is not the `expected` picture,
/// [`ErrorKind::Truncated`] where packets are missing (a lossy stream may leave out whole packets at its end),
/// [`ErrorKind::Unsupported`] for what is named above, [`ErrorKind::Limit`] before more than `expected.max_bytes` are used.
pub fn decode(stream: &[u8], expected: &Expected) -> Result<Picture> {
    let (size, rest) = codestream::size(codestream::unwrap(stream)?)?;
    check(&size, expected)?;
    let sample_bytes = match size.precision {
        0..=8 => 1,
        9..=16 => 2,
        _ => 4,
    };
    let samples = u64::from(size.width()) * u64::from(size.height()) * u64::from(size.components);
    let mut budget = spend(expected.max_bytes, samples * sample_bytes as u64)?;
    // markers are held a few at a time; what there can be many of is bounded by the bytes that say them
    budget = spend(budget, 8 * stream.len() as u64)?;
    let codestream = Codestream::read(size, rest)?;
    codestream.check_tiles()?;
    let mut canvas = Canvas::new(&codestream.size, sample_bytes);
    let mut room = Room::default();
    let mut is_rgb = false;
    for (&index, parts) in &codestream.tiles {
        let settings = codestream.settings(parts)?;
        let transforms = check_settings(&codestream.size, &settings)?;
        is_rgb |= transforms;
        let rect = tile_rect(&codestream.size, index);
        // planes of all components, and twice one of them while its sub-bands are joined
        let area = u64::from(width(&rect)) * u64::from(height(&rect));
        let mut left = spend(budget, area * 4 * (u64::from(codestream.size.components) + 2))?;
        let mut tile = Tile::new(&codestream.size, rect, &settings, &mut left)?;
        let may_end = !codestream.is_cut && settings.components.iter().all(|own| !own.coding.is_reversible);
        let chunks = packets::read(&mut tile, parts, &settings, left, may_end)?;
        canvas.tile(&tile, &chunks, transforms, &mut room)?;
    }
    Ok(Picture {
        rows: codestream.size.height(),
        columns: codestream.size.width(),
        components: expected.components,
        precision: codestream.size.precision,
        is_signed: codestream.size.is_signed,
        color: if is_rgb {
            StatedColor::Rgb
        } else {
            StatedColor::Nothing
        },
        samples: canvas.samples,
    })
}

fn spend(budget: u64, bytes: u64) -> Result<u64> {
    budget.checked_sub(bytes).ok_or_else(|| {
        Error::new(
            ErrorKind::Limit,
            format!("a JPEG 2000 frame would need {bytes} bytes and more"),
        )
    })
}

fn check(size: &Size, expected: &Expected) -> Result<()> {
    if (size.height(), size.width()) != (expected.rows, expected.columns) {
        return Err(malformed(format!(
            "the codestream is a picture of {} rows and {} columns, not {} and {}",
            size.height(),
            size.width(),
            expected.rows,
            expected.columns
        )));
    }
    if size.components != u16::from(expected.components) {
        return Err(malformed(format!(
            "the codestream has {} components, not {}",
            size.components, expected.components
        )));
    }
    if size.precision > expected.bits_allocated {
        return Err(malformed(format!(
            "samples of {} bits do not fit into {}",
            size.precision, expected.bits_allocated
        )));
    }
    Ok(())
}

/// Whether the component transform is used.
fn check_settings(size: &Size, settings: &TileSettings) -> Result<bool> {
    if size.precision > 20 && settings.components.iter().any(|own| !own.coding.is_reversible) {
        return Err(unsupported("more than 20 bits a sample in a lossy codestream"));
    }
    if !settings.packets.has_component_transform {
        return Ok(false);
    }
    match settings.components.as_slice() {
        [a, b, c, ..]
            if [b, c]
                .iter()
                .all(|own| own.coding.is_reversible == a.coding.is_reversible) =>
        {
            Ok(true)
        }
        _ => Err(malformed(
            "a component transform of components that it cannot be of",
        )),
    }
}
