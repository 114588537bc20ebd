//! The fuzzer of [`fuzz::viewer::open_object`].
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| fuzz::viewer::open_object(bytes));
