//! `noctis_codec_<name>`: one image codec as a wasm module without imports, so that it needs no JavaScript of its own.
//!
//! The caller asks for room with [`noctis_reserve`], writes the stream there, calls [`noctis_decode`] and reads the
//! [`Report`] at the address that it gives. Samples and messages stay where they are until the next call.

use std::cell::RefCell;

use codec::{Error, ErrorKind, Expected, Picture, StatedColor};

/// What came of a stream, as the caller reads it.
#[repr(C)]
#[derive(Debug, Default, Clone, Copy)]
pub struct Report {
    /// 0 for a picture, else 1 + [`ErrorKind`].
    status: u32,
    /// Where the samples or the message are.
    start: usize,
    /// How many bytes they have.
    length: usize,
    /// Rows, columns, samples a pixel, precision, 1 for signed samples, 1 for RGB and 2 for YBR.
    stated: [u32; 6],
}

/// What is in memory between two calls.
#[derive(Default)]
struct State {
    stream: Vec<u8>,
    result: Vec<u8>,
    report: Report,
}

thread_local! {
    static STATE: RefCell<State> = RefCell::default();
}

/// Room for a stream of `bytes`; gives its address, or 0 where there is no memory. What the last call left is freed.
#[allow(unsafe_code, reason = "the name that the caller knows")]
#[unsafe(no_mangle)]
pub extern "C" fn noctis_reserve(bytes: usize) -> usize {
    STATE.with_borrow_mut(|state| {
        *state = State::default();
        if state.stream.try_reserve_exact(bytes).is_err() {
            return 0;
        }
        state.stream.resize(bytes, 0);
        state.stream.as_ptr() as usize
    })
}

/// Decodes the stream that was written; gives the address of a [`Report`].
#[allow(unsafe_code, reason = "the name that the caller knows")]
#[unsafe(no_mangle)]
pub extern "C" fn noctis_decode(
    rows: u32,
    columns: u32,
    components: u32,
    bits_allocated: u32,
    max_bytes: u32,
) -> usize {
    let byte = |value| u8::try_from(value).unwrap_or(u8::MAX);
    let expected = Expected {
        rows,
        columns,
        components: byte(components),
        bits_allocated: byte(bits_allocated),
        max_bytes: max_bytes.into(),
    };
    STATE.with_borrow_mut(|state| {
        let outcome = decode(&state.stream, &expected);
        state.stream = Vec::new();
        let (status, stated, result) = match outcome {
            Ok(picture) => (0, stated(&picture), picture.samples),
            Err(error) => (status(&error), [0; 6], error.message.into_owned().into_bytes()),
        };
        state.result = result;
        state.report = Report {
            status,
            start: state.result.as_ptr() as usize,
            length: state.result.len(),
            stated,
        };
        std::ptr::from_ref(&state.report) as usize
    })
}

fn stated(picture: &Picture) -> [u32; 6] {
    let color = match picture.color {
        StatedColor::Nothing => 0,
        StatedColor::Rgb => 1,
        StatedColor::Ybr => 2,
    };
    [
        picture.rows,
        picture.columns,
        picture.components.into(),
        picture.precision.into(),
        picture.is_signed.into(),
        color,
    ]
}

const fn status(error: &Error) -> u32 {
    match error.kind {
        ErrorKind::Malformed => 1,
        ErrorKind::Truncated => 2,
        ErrorKind::Unsupported => 3,
        ErrorKind::Limit => 4,
    }
}

/// The codec of this module; of several features the first counts.
#[cfg(feature = "jpeg")]
use codec_jpeg::decode;
#[cfg(all(feature = "jpeg2000", not(any(feature = "jpeg", feature = "jpegls"))))]
use codec_jpeg2000::decode;
#[cfg(all(feature = "jpegls", not(feature = "jpeg")))]
use codec_jpegls::decode;
#[cfg(all(
    feature = "jpegxl",
    not(any(feature = "jpeg", feature = "jpegls", feature = "jpeg2000"))
))]
use codec_jpegxl::decode;

#[cfg(all(
    feature = "icc",
    not(any(
        feature = "jpeg",
        feature = "jpegls",
        feature = "jpeg2000",
        feature = "jpegxl"
    ))
))]
use codec_icc::decode;

#[cfg(all(
    feature = "deflate",
    not(any(
        feature = "jpeg",
        feature = "jpegls",
        feature = "jpeg2000",
        feature = "jpegxl",
        feature = "icc"
    ))
))]
use codec_deflate::decode;

/// Without a feature there is none: so the workspace is checked on the host.
#[cfg(not(any(
    feature = "jpeg",
    feature = "jpegls",
    feature = "jpeg2000",
    feature = "jpegxl",
    feature = "icc",
    feature = "deflate"
)))]
fn decode(_stream: &[u8], _expected: &Expected) -> codec::Result<Picture> {
    Err(Error::new(ErrorKind::Unsupported, "this module has no codec"))
}
