//! The fuzzer of [`fuzz::viewer::voi_lut`].
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| fuzz::viewer::voi_lut(bytes));
