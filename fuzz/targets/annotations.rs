//! The fuzzer of [`fuzz::viewer::annotations`].
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| fuzz::viewer::annotations(bytes));
