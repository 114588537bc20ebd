//! The fuzzer of [`fuzz::viewer::structured_report`].
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| fuzz::viewer::structured_report(bytes));
