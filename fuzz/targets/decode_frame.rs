//! The fuzzer of [`fuzz::viewer::decode_frame`].
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| fuzz::viewer::decode_frame(bytes));
